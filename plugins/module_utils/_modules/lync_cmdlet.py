# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any Cs cmdlet, for what has no module of its own."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any

from .._core.cmdlet import NAME, PARAMETER_NAME, SWITCH, Cmdlet, Secret
from .._core.failures import Refused
from .._core.task import Module, Task
from .._resource.values import said, travelling

ARGUMENT_SPEC: dict[str, Any] = {
    "cmdlet": {"type": "str", "required": True},
    "parameters": {"type": "dict", "default": {}},
    "switches": {"type": "list", "elements": "str", "default": []},
    "secure_parameters": {"type": "dict", "default": {}, "no_log": True},
    "run_in_check_mode": {"type": "bool", "default": False},
}


def run(task: Task) -> None:
    """
    :raises Refused: for a name that is no Cs cmdlet or no parameter, a parameter given twice, a value that cannot travel.
    """
    options = task.options
    cmdlet = _cmdlet(options)
    task.result.update(cmdlets=[], output=[])
    if cmdlet.verb == "get" or (task.check_mode and options["run_in_check_mode"] and cmdlet.reads):
        task.result["cmdlets"].append(str(cmdlet))
        output = task.read(cmdlet)[0]
    else:  # Test- cmdlets can log users on: they travel like a write, alone and never twice
        output = task.write(cmdlet)
        task.result["changed"] = cmdlet.changes
        if cmdlet.changes:
            task.result["diff"] = {"prepared": f"{cmdlet}\n"}
    task.result["output"] = _shown(output)


def _cmdlet(options: Any) -> Cmdlet:
    name = options["cmdlet"]
    if not NAME.fullmatch(name):
        raise Refused(f"cmdlet must be the name of a Lync cmdlet such as Get-CsPool, not {said(name)}.")
    groups = (
        {key: _value(f"parameters.{key}", value) for key, value in options["parameters"].items()},
        dict.fromkeys(options["switches"], SWITCH),
        {key: _secret(f"secure_parameters.{key}", value) for key, value in options["secure_parameters"].items()},
    )
    parameters: dict[str, Any] = {}
    for group in groups:
        for key, value in group.items():
            if not isinstance(key, str) or not PARAMETER_NAME.fullmatch(key):
                raise Refused(
                    f"{said(key)} is no name of a parameter: write it as the cmdlet has it, without a hyphen."
                )
            if key.casefold() == "confirm" and Cmdlet(name).confirms:
                raise Refused("Confirm is sent by the module itself: nobody could answer the question.")
            if key.casefold() in (known.casefold() for known in parameters):
                raise Refused(f"The parameter {key} is given twice.")
            parameters[key] = value
    if options["run_in_check_mode"] and Cmdlet(name).verb not in ("get", "test"):
        raise Refused(f"run_in_check_mode is for Test- cmdlets; {name} changes the deployment.")
    return Cmdlet(name, parameters)


def _value(name: str, value: Any) -> Any:
    """
    :raises Refused: for what is not text, number, Boolean, nothing, or a list or dict of these, such as a YAML date.
    """
    if isinstance(value, dict):
        for key, item in value.items():
            _value(name, key)
            _value(f"{name}.{key}", item)
    elif isinstance(value, list):
        for item in value:
            _value(name, item)
    elif isinstance(value, float) and not math.isfinite(value):
        raise Refused(f"{name} is no number: {value}.")
    elif value is not None and not isinstance(value, (str, bool, int, float)):
        raise Refused(f"{name} is {_kind(value)}, which cannot be sent: write it as text, in quotes.")
    return travelling(value, name)


def _secret(name: str, value: Any) -> Secret:
    if not isinstance(value, str):
        raise Refused(f"{name} must be text, in quotes.")
    return Secret(travelling(value, name))


def _kind(value: Any) -> str:
    """What a value is, in the user's words: Ansible tags values, and the names of its classes say so."""
    return "a date" if isinstance(value, dt.date) else f"a {type(value).__name__.removeprefix('_AnsibleTagged')}"


def _shown(value: Any) -> Any:
    """A value that JSON has, too: what is no number is the text that .NET writes for it."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, Mapping):
        return {name: _shown(item) for name, item in value.items()}
    return [_shown(item) for item in value] if isinstance(value, list) else value


MODULE = Module(ARGUMENT_SPEC, run)
