# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An approval: a small file of its own that names the plan by its fingerprint. A plan alone approves nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

from .._core import times
from .._core.document import to_plain
from .._core.failures import Refused
from .._rollout.canonical import digest

try:
    import yaml
except ImportError:  # the controller has it; what checks the imports of modules may not
    yaml = None  # type: ignore[assignment]

NAMESPACE = "ucops.lync.approval"
"""Of the signature (``ssh-keygen -Y sign -n``): one that was given for something else is none."""

ENDINGS = (".yml", ".yaml", ".json")
LIMIT = 64 * 1024
"""Characters of an approval."""

_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Approval:
    """
    :ivar deployment: as the plan calls it.
    :ivar fingerprint: of the plan.
    :ivar change_number: of the change in whatever keeps changes.
    :ivar approved_by: who; where signatures are asked for, the signer's principal.
    :ivar valid_from: as it was stated; ``valid_until``: so, too.
    """

    deployment: str
    fingerprint: str
    change_number: str
    approved_by: str
    valid_from: str
    valid_until: str

    @property
    def begins(self) -> float:
        """In seconds since 1970."""
        return times.beginning(self.valid_from, "valid_from")

    @property
    def ends(self) -> float:
        return times.end(self.valid_until, "valid_until")

    @property
    def digest(self) -> str:
        """The same for the same approval, however its file is called and laid out."""
        return digest(to_plain(self))


KEYS = tuple(field.name for field in fields(Approval))


def approval_of(text: str) -> Approval:
    """
    :param text: of the file, YAML or JSON: each key once, each value one text.
    :raises Refused: for anything else, for a key that is unknown or missing, for a time that is none.
    """
    if len(text) > LIMIT:
        raise Refused(f"it has more than {LIMIT} characters.")
    found = dict(_pairs(text))
    unknown = sorted(found.keys() - set(KEYS))
    if unknown:
        raise Refused(f"an approval has no {', '.join(unknown)}; it has {', '.join(KEYS)}.")
    missing = [key for key in KEYS if not found.get(key)]
    if missing:
        raise Refused(f"it lacks {', '.join(missing)}.")
    if not _FINGERPRINT.fullmatch(found["fingerprint"]):
        raise Refused("its fingerprint is not the 64 hexadecimal digits that the plan shows.")
    approval = Approval(**found)
    if approval.begins >= approval.ends:
        raise Refused(f"it ends ({times.utc(approval.ends)}) before it begins ({times.utc(approval.begins)}).")
    return approval


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """What stands in the file, all as text, each key once.

    :raises Refused: for what is no mapping from texts to texts.
    """
    pairs = _json_pairs(text)
    seen: set[str] = set()
    for key, value in _yaml_pairs(text) if pairs is None else pairs:
        if key is None or value is None:
            raise Refused("one of its keys or values is not a single text.")
        if key in seen:
            raise Refused(f"it has {key} twice.")
        seen.add(key)
        yield key, value.strip()


NO_MAPPING = "it is no mapping of keys to values."


def _json_pairs(text: str) -> Iterable[tuple[str | None, str | None]] | None:
    """Of JSON, which is not always YAML: not where it is indented with tabs.

    :return: keys and values, None where one is not a single text; None for what is no JSON.
    """
    try:
        found = json.loads(text, object_pairs_hook=tuple, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, tuple):
        raise Refused(NO_MAPPING)
    return [(key, _json_text(value)) for key, value in found]


def _json_text(value: Any) -> str | None:
    if value is None or isinstance(value, bool):
        return {None: "", True: "true", False: "false"}[value]
    return value if isinstance(value, str) else None


def _yaml_pairs(text: str) -> Iterable[tuple[str | None, str | None]]:
    """The same of YAML, not as it reads them: it would make other things of dates and digits, and take the last of two keys."""
    if yaml is None:
        raise Refused("PyYAML is missing, which comes with Ansible.")
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        raise Refused(f"it is neither YAML nor JSON{f' (line {mark.line + 1})' if mark else ''}.") from None
    if not isinstance(root, yaml.MappingNode):
        raise Refused(NO_MAPPING)
    return [(_yaml_text(key), _yaml_text(value)) for key, value in root.value]


def _yaml_text(node: Any) -> str | None:
    """Nothing, where YAML reads null."""
    if not isinstance(node, yaml.ScalarNode):
        return None
    return "" if node.tag == "tag:yaml.org,2002:null" else str(node.value)


def is_plan(text: str) -> bool:
    """Whether a file beside the approvals is the document of a plan: by what it holds, because an approval may have any name."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and "plan" in found


def template(deployment: str, fingerprint: str) -> str:
    """The file that an approver completes."""
    return "\n".join(
        [
            f"deployment: {json.dumps(deployment, ensure_ascii=False)}",
            f"fingerprint: {fingerprint}",
            "change_number:",
            "approved_by:",
            "valid_from:    # such as 2026-11-28T20:00:00+00:00",
            "valid_until:   # a date alone ends at 24:00 UTC",
        ]
    )
