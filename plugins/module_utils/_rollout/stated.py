# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role's variables as the user stated them, judged and converted before anything is written.

A playbook includes parts of the role, for which Ansible does not look at the role's argument specification. What is converted is
what the modules convert: booleans as ``yes``, numbers as text, lists as text with commas.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean

from .._core.failures import Refused
from .._core.written import written
from .._replication.limits import CONTENT, REPLICATION, not_ignored, out_of_limits
from .variables import ROLE

PREFIX = "hybrid_"
IGNORE = "replication_ignore"
NO_BOOLEANS = ("y", "t", "n", "f")
"""What modules take for Booleans, and the filter ``bool`` does not (ansible.builtin.bool)."""


def judged(stated: Mapping[str, Any], defaults: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The values with which a plan can be made, and a sentence for each variable that is misstated.

    :param stated: by the variable's name without ``hybrid_``.
    :param defaults: what stands for a variable that is null and no number, or misstated, until it is mended.
    """
    each = {name: _judged(name, value, defaults[name]) for name, value in stated.items()}
    right = {name: value for name, (value, problem) in each.items() if not problem}
    ignored = list(not_ignored(right.get(IGNORE, ()), PREFIX + IGNORE))
    problems = [
        *(problem for _value, problem in each.values() if problem),
        *out_of_limits(_under("replication_", right), REPLICATION, f"{PREFIX}replication_"),
        *out_of_limits(_under("content_", right), CONTENT, f"{PREFIX}content_"),
        *ignored,
    ]
    found = {name: value for name, (value, _problem) in each.items()}
    return {**found, **({IGNORE: defaults[IGNORE]} if ignored else {})}, tuple(problems)


def asked(edges: Mapping[str, Any], everywhere: Any) -> tuple[list[str], tuple[str, ...]]:
    """Those that are asked for their readiness, and a sentence for each of them that is misstated.

    :param edges: by inventory host, ``hybrid_check_readiness``.
    :param everywhere: the same of the management host: what is misstated there is named without a host.
    """
    name = "hybrid_check_readiness"
    each = {
        host: _attempt(truth, whether, name if whether == everywhere else f"{name} of {host}", False)
        for host, whether in edges.items()
    }
    return (
        [host for host, (whether, _problem) in each.items() if whether],
        tuple(problem for _whether, problem in each.values() if problem),
    )


def truth(value: Any, name: str) -> bool:
    """
    :param name: what the user calls it.
    :raises Refused: for what is no Boolean to the filter ``bool`` of Ansible, by which the tasks of the role go.
    """
    try:
        if str(value).lower() not in NO_BOOLEANS:
            return bool(boolean(value))
    except TypeError:
        pass
    raise _not(name, "true or false", value)


def _judged(name: str, value: Any, default: Any) -> tuple[Any, str]:
    """The value, or the default with what is wrong."""
    return _attempt(lambda stated, what: _converted(what, stated, default), value, name, default)


def _attempt(convert: Callable[[Any, str], Any], value: Any, name: str, default: Any) -> tuple[Any, str]:
    try:
        return convert(value, name), ""
    except Refused as refusal:
        return default, refusal.message


def _converted(name: str, value: Any, default: Any) -> Any:
    """
    :raises Refused: for what the variable cannot be.
    """
    spec = ROLE[PREFIX + name]
    if (value is None and spec["type"] != "float") or (value == "" and spec["type"] == "bool"):
        return default
    found = CONVERSIONS[spec["type"]](value, PREFIX + name)
    if "choices" in spec and found not in spec["choices"]:
        raise _not(PREFIX + name, f"one of {', '.join(spec['choices'])}", value)
    if spec.get("elements") == "str" and not all(isinstance(item, str) for item in found):
        raise _not(PREFIX + name, FORMS["str"], value)
    return found


def _number(value: Any, name: str) -> float:
    try:
        found = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if not math.isfinite(found):
        raise _not(name, "a number", value)
    return found


def _text(value: Any, name: str) -> str:
    found = written(value)
    if found is None:
        choices = ROLE[name].get("choices")
        raise _not(name, f"one of {', '.join(choices)}" if choices else "text", value)
    return found


def _list(value: Any, name: str) -> list[Any]:
    if isinstance(value, str):
        return [item.strip() for item in value.split(",") if item.strip()]
    if not isinstance(value, (list, tuple)):
        raise _not(name, FORMS[ROLE[name]["elements"]], value)
    return list(value)


FORMS = {"str": "a list of texts", "dict": "a list of mappings"}
"""By the elements of a list."""
CONVERSIONS: Mapping[str, Callable[[Any, str], Any]] = {"bool": truth, "float": _number, "str": _text, "list": _list}


def _under(prefix: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name[len(prefix) :]: value for name, value in values.items() if name.startswith(prefix)}


def _not(name: str, what: str, value: Any) -> Refused:
    return Refused(f"{name} must be {what}, not {'nothing' if value is None else repr(value)}.")
