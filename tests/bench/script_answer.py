# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Edge Servers that answer ``ansible.windows.win_powershell``, for the benchmark only: a lab runs no scripts.

What Ansible sends over psrp for a module is one pipeline: as its script the text of ``bootstrap_wrapper.ps1``, and as its
input three strings: a JSON text with ``exec_wrapper.ps1`` (26 kB), four null characters, and a JSON text with the module and
all that it needs, each as base64 (254 kB; measured with ansible-core 2.19.14 and ansible.windows 3.3.0). A real server
compiles and runs that, writes the module's result as one string of JSON, and sets the exit code by a call of the host, which
pypsrp takes for 0 where it does not come. Here the result comes at once and has no objects in it, which costs neither the
server nor the controller anything: the comparison favours scripts. Only what the cmdlets in the script would wait for, the
loading of the product's module, takes its time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lynclab.contract.endpoint import Logon, Pause, Runspace
from lynclab.endpoints import PlainEndpoint
from lynclab.machine import LabMachine
from lynclab.powershell.values import Command, Output, Record

#: A line of every release's bootstrap_wrapper.ps1 since ansible-core 2.19.
BOOTSTRAP = "$input | & $cmd @splat"
#: win_powershell's result of a script that wrote nothing.
RESULT = {
    "changed": False,
    "result": {},
    "host_out": "",
    "host_err": "",
    **{stream: [] for stream in ("output", "error", "warning", "verbose", "debug", "information")},
}


class ScriptEndpoint(PlainEndpoint):
    """``/wsman`` of a machine, where the scripts of Ansible's executor are answered."""

    def __init__(self, machine: LabMachine) -> None:
        super().__init__(machine, machine.people, machine.offered)
        self._module_load = machine.module_load

    def open(self, logon: Logon) -> Runspace:
        """Open a runspace pool."""
        return ScriptRunspace(super().open(logon), self._module_load)


class ScriptRunspace:
    """A runspace that answers Ansible's scripts, and leaves cmdlets and all other scripts to the lab's own.

    ``module_load`` is how long the product's module loads at the first script, in seconds.
    """

    def __init__(self, cmdlets: Runspace, module_load: float) -> None:
        self._cmdlets = cmdlets
        self._module_load = module_load

    @property
    def version(self) -> Mapping[str, Any]:
        """The entries of ``$PSVersionTable``."""
        return self._cmdlets.version

    def close(self) -> None:
        """Called once, when the shell is gone."""
        self._cmdlets.close()

    def run(self, commands: Sequence[Command]) -> Iterator[Record | Pause]:
        """Run one pipeline."""
        if not (len(commands) == 1 and commands[0].is_script and BOOTSTRAP in commands[0].name):
            yield from self._cmdlets.run(commands)
            return
        if self._module_load:
            yield Pause(self._module_load)
            self._module_load = 0.0
        yield Output(json.dumps(RESULT))
