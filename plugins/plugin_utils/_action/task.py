# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ansible gives to the logic of a module: the Task and the Inventory of module_utils."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from ansible.utils.display import Display

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.task import Records
from ansible_collections.ucops.lync.plugins.module_utils._core.visible import visible, visible_lines
from ansible_collections.ucops.lync.plugins.module_utils._core.writes import recorded
from ansible_collections.ucops.lync.plugins.plugin_utils._session.cmdlet_runner import CmdletRunner
from ansible_collections.ucops.lync.plugins.plugin_utils._session.plain import plain

EDGE_GROUP = "lync_edge"

display = Display()


class AnsibleInventory:
    """The inventory, by the variables of the task."""

    def __init__(self, variables: Mapping[str, Any], strategy: str = "linear") -> None:
        self.strategy = strategy
        self._variables = variables

    @property
    def forks(self) -> int:
        return int(self._variables.get("ansible_forks") or 5)

    @property
    def play_hosts(self) -> Sequence[str]:
        found: Sequence[str] = plain(self._variables.get("ansible_play_hosts_all", []))
        return found

    @property
    def batch(self) -> Sequence[str]:
        found: Sequence[str] = plain(self._variables.get("ansible_play_batch", []))
        return found

    def group(self, name: str) -> Sequence[str]:
        found: Sequence[str] = plain(self._variables.get("groups", {}).get(name, []))
        return found

    def variable(self, host: str, name: str) -> Any:
        of_host = self._variables["hostvars"][host]
        return plain(of_host[name]) if name in of_host else None


class ActionTask:
    """One task on one host: a server, a clock, the user's screen."""

    def __init__(
        self,
        runner: CmdletRunner,
        inventory: AnsibleInventory,
        options: Mapping[str, Any],
        host: str,
        check_mode: bool,
        talks: bool,
        facts: Mapping[str, Any],
    ) -> None:
        self.inventory = inventory
        self.options = options
        self.host = host
        self.check_mode = check_mode
        self.result: dict[str, Any] = {"changed": False}
        self._runner = runner
        self._talks = talks
        self._facts = facts

    @property
    def on_edge(self) -> bool:
        return self.host in self.inventory.group(EDGE_GROUP)

    @property
    def where(self) -> str:
        return self._runner.where

    @property
    def restricted(self) -> bool:
        return self._runner.restricted

    def fact(self, name: str) -> Any:
        return plain(self._facts.get(name))

    def read(self, *cmdlets: Cmdlet) -> list[Records]:
        return self._runner.read(cmdlets)

    def write(self, cmdlet: Cmdlet) -> Records:
        self.result.setdefault("cmdlets", []).append(str(cmdlet))
        if self.check_mode:
            self._runner.check_offered(cmdlet)
            return []
        return recorded(self.result, cmdlet, lambda: self._runner.write(cmdlet))

    def log_on(self) -> str:
        return self._runner.log_on()

    def now(self) -> float:
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)

    def progress(self, text: str) -> None:
        if self._talks:
            display.display(visible(f"{self.host}: {text}"))

    def show(self, text: str) -> None:
        display.display(visible_lines(text))

    def warn(self, text: str) -> None:
        noted = self.result.setdefault("warnings", [])
        if text not in noted:
            noted.append(text)
