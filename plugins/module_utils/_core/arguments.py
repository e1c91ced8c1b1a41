# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arguments checked and converted as Ansible does it, with what is wrong in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

from .failures import Refused


def checked(
    spec: Mapping[str, Any],
    stated: Mapping[str, Any],
    where: str,
    further: Mapping[str, Sequence[Any]] | None = None,
) -> tuple[dict[str, Any], list[str]]:
    """The arguments as the spec has them, defaults filled in; and what there is to say about them.

    :param stated: plain values.
    :param where: what the arguments are of, for the sentence.
    :param further: constraints of the spec, such as ``mutually_exclusive``.
    :raises Refused: for arguments that the spec does not allow.
    """
    no_text = [
        f"{name} must be text, not {value!r}"
        for name, value in stated.items()
        if isinstance(value, (list, tuple, dict)) and name in spec and spec[name].get("type", "str") == "str"
    ]
    if no_text:  # Ansible would take what Python writes for it
        raise Refused(f"{where}: {'; '.join(no_text)}")
    validation = ArgumentSpecValidator(dict(spec), **(further or {})).validate(dict(stated))
    if validation.error_messages:
        problems = [
            f"there is no option {error.msg}" if isinstance(error, UnsupportedError) else error.msg
            for error in validation.errors.errors
        ]
        raise Refused(f"{where}: {'; '.join(problems)}")
    notes = [
        f"Both option {warning['option']} and its alias {warning['alias']} are set."
        for warning in getattr(validation, "_warnings", [])
    ]
    return dict(validation.validated_parameters), notes
