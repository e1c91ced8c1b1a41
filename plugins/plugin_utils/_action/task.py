# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ansible gives to the logic of a module: the Task and the Inventory of module_utils."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Failure
from ansible_collections.ucops.lync.plugins.module_utils._core.files import FileFailed, Files
from ansible_collections.ucops.lync.plugins.module_utils._core.journalled import JOURNAL
from ansible_collections.ucops.lync.plugins.module_utils._core.outside import Outside
from ansible_collections.ucops.lync.plugins.module_utils._core.polling import Collected, Order
from ansible_collections.ucops.lync.plugins.module_utils._core.task import Records
from ansible_collections.ucops.lync.plugins.module_utils._core.visible import visible, visible_lines
from ansible_collections.ucops.lync.plugins.module_utils._core.writes import recorded
from ansible_collections.ucops.lync.plugins.plugin_utils._action import screen
from ansible_collections.ucops.lync.plugins.plugin_utils._action.write_notes import WriteNotes
from ansible_collections.ucops.lync.plugins.plugin_utils._files.files import ControllerFiles
from ansible_collections.ucops.lync.plugins.plugin_utils._outside.outside import ControllerOutside
from ansible_collections.ucops.lync.plugins.plugin_utils._session.cmdlet_runner import CmdletRunner
from ansible_collections.ucops.lync.plugins.plugin_utils._session.plain import plain

EDGE_GROUP = "lync_edge"
NOT_NOTED = "So what became of a write is not in the journal, where it stands as not known."


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

    def variable_names(self, host: str) -> Sequence[str]:
        return [str(name) for name in self._variables["hostvars"][host]]

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
        variables: Mapping[str, Any],
        notes: WriteNotes,
        account: str = "",
    ) -> None:
        self.inventory = inventory
        self.options = options
        self.host = host
        self.check_mode = check_mode
        self.result: dict[str, Any] = {"changed": False}
        self._runner = runner
        self._talks = talks
        self.account = account
        self._variables = variables
        self._notes = notes
        if options.get("rollout") and self.fact(JOURNAL):
            notes.journal_in(self.files, str(self.fact(JOURNAL)))

    @property
    def on_edge(self) -> bool:
        return self.host in self.inventory.group(EDGE_GROUP)

    @property
    def where(self) -> str:
        return self._runner.where

    @property
    def restricted(self) -> bool:
        return self._runner.restricted

    @property
    def files(self) -> Files:
        return ControllerFiles()

    def fact(self, name: str) -> Any:
        return plain((self._variables.get("ansible_facts") or {}).get(name))

    @property
    def variable_names(self) -> Sequence[str]:
        return [str(name) for name in self._variables]

    def read(self, *cmdlets: Cmdlet) -> list[Records]:
        return self._runner.read(cmdlets)

    def attempt(self, *cmdlets: Cmdlet) -> list[Records | Failure]:
        return self._runner.attempt(cmdlets)

    def write(self, cmdlet: Cmdlet) -> Records:
        self.result.setdefault("cmdlets", []).append(str(cmdlet))
        if self.check_mode:
            self._runner.check_offered(cmdlet)
            return []
        if not cmdlet.changes:
            return self._runner.write(cmdlet)
        try:
            return recorded(self.result, cmdlet, lambda: self._sent(cmdlet))
        finally:
            self._became()

    def _sent(self, cmdlet: Cmdlet) -> Records:
        self._notes.sends(str(cmdlet))
        return self._runner.write(cmdlet)

    def _became(self) -> None:
        """What is known of the writes; they are done, whether that can be noted or not."""
        try:
            self._notes.became(self.result.get("writes", []))
        except FileFailed as failure:
            self.warn(f"{failure.message} {NOT_NOTED}")

    def note(self, what: Mapping[str, Any], first: bool = False) -> None:
        if not self.check_mode:
            self._notes.knows(what, first)

    def log_on(self) -> str:
        return self._runner.log_on()

    def prepare(self, *cmdlets: Cmdlet) -> bool:
        background = self._runner.background
        return background is not None and background.prepare(self.host, cmdlets)

    def begin(self, order: Order, host: str = "") -> str | None:
        background = self._runner.background
        return None if background is None else background.begin(order, host)

    def collect(self, poll: str) -> Collected | None:
        background = self._runner.background
        collected = None if background is None else background.collect(poll, self._show_line if self._talks else None)
        for text in () if collected is None else collected.warnings:
            self.warn(text)
        return collected

    def now(self) -> float:
        return time.monotonic()

    def time(self) -> float:
        return time.time()

    def outside(self, name_servers: Sequence[str], ca_file: str, timeout: float) -> Outside:
        return ControllerOutside(name_servers, ca_file, timeout)

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)

    def progress(self, text: str) -> None:
        if self._talks:
            screen.show(visible(f"{self.host}: {text}"))

    def _show_line(self, line: str) -> None:
        """A line that is not of this host alone."""
        screen.show(visible(line))

    def show(self, text: str) -> None:
        screen.show(visible_lines(text))

    def warn(self, text: str) -> None:
        noted = self.result.setdefault("warnings", [])
        if text not in noted:
            noted.append(text)
