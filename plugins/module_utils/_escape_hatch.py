# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any Cs cmdlet, for what has no module of its own."""

from __future__ import annotations

from typing import Any

from ._cmdlet import NAME, SWITCH, Cmdlet, Secret
from ._outcome import Refused
from ._task import Task
from ._values import travelling

ARGUMENT_SPEC: dict[str, Any] = {
    "cmdlet": {"type": "str", "required": True},
    "parameters": {"type": "dict", "default": {}},
    "switches": {"type": "list", "elements": "str", "default": []},
    "secure_parameters": {"type": "dict", "default": {}, "no_log": True},
    "run_in_check_mode": {"type": "bool", "default": False},
}


def run(task: Task) -> None:
    """
    :raises Refused: for a name that is no Cs cmdlet, a parameter given twice, text that cannot travel.
    """
    options = task.options
    cmdlet = _cmdlet(options)
    changes = not cmdlet.reads
    task.result.update(changed=changes, cmdlets=[], output=[])
    if cmdlet.verb == "get" or (task.check_mode and options["run_in_check_mode"] and cmdlet.reads):
        task.result["cmdlets"].append(str(cmdlet))
        task.result["output"] = task.read(cmdlet)[0]
    else:  # Test- cmdlets can log users on: they travel like a write, alone and never twice
        task.result["output"] = task.write(cmdlet)
        if changes:
            task.result["diff"] = {"prepared": f"{cmdlet}\n"}


def _cmdlet(options: Any) -> Cmdlet:
    name = options["cmdlet"]
    if not NAME.fullmatch(name):
        raise Refused(f"cmdlet must be the name of a Lync cmdlet such as Get-CsPool, not {name!r}.")
    groups = (
        travelling(options["parameters"], "parameters"),
        dict.fromkeys(options["switches"], SWITCH),
        {
            key: Secret(str(travelling(value, "secure_parameters")))
            for key, value in options["secure_parameters"].items()
        },
    )
    parameters: dict[str, Any] = {}
    for group in groups:
        for key, value in group.items():
            if key.casefold() in (known.casefold() for known in parameters):
                raise Refused(f"The parameter {key} is given twice.")
            parameters[key] = value
    if options["run_in_check_mode"] and Cmdlet(name).verb not in ("get", "test"):
        raise Refused(f"run_in_check_mode is for Test- cmdlets; {name} changes the deployment.")
    return Cmdlet(name, parameters)
