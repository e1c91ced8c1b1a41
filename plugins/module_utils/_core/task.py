# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module's logic may ask of the world: the only way from pure code to a server, a clock and the user."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from .cmdlet import Cmdlet

QUIET = {"_ansible_verbose_override": True}
"""In a result that is too large to be shown: Ansible leaves it out of ``-v``."""

Records = list[dict[str, Any]]
"""What a cmdlet wrote: plain dicts with the server's property names."""


class Inventory(Protocol):
    """The inventory as the controller sees it, asked by the few modules that look beyond their own host."""

    @property
    def forks(self) -> int:
        """How many hosts are worked on at a time."""

    @property
    def play_hosts(self) -> Sequence[str]:
        """The hosts of the play, those that failed included, those left out by ``--limit`` not."""

    @property
    def batch(self) -> Sequence[str]:
        """Those of them that are worked on now: all, unless ``serial`` splits the play."""

    @property
    def strategy(self) -> str:
        """How the play goes from task to task: ``linear`` unless it says otherwise."""

    def group(self, name: str) -> Sequence[str]:
        """The hosts of a group, in the inventory's order; none when there is no such group."""

    def variable(self, host: str, name: str) -> Any:
        """A host's variable as a plain value; None when it has no such variable."""


class Task(Protocol):
    """One task on one host.

    ``result`` is what the user gets, also when the task fails later on: logic fills it as soon as it knows something.
    """

    options: Mapping[str, Any]
    check_mode: bool
    host: str
    result: dict[str, Any]

    @property
    def inventory(self) -> Inventory:
        """The inventory behind the host."""

    @property
    def on_edge(self) -> bool:
        """Whether the inventory counts the host among the Edge Servers."""

    @property
    def where(self) -> str:
        """The endpoint, for sentences and documents."""

    @property
    def restricted(self) -> bool:
        """Whether the endpoint offers the cmdlets of a role only (OcsPowershell)."""

    def fact(self, name: str) -> Any:
        """A fact of the host that an earlier task returned; None where there is none."""

    def read(self, *cmdlets: Cmdlet) -> list[Records]:
        """Run reading cmdlets; the records of each.

        :raises CmdletFailed: when the server wrote any error record.
        :raises SessionFailed: when the server cannot be reached.
        """

    def write(self, cmdlet: Cmdlet) -> Records:
        """Run a changing cmdlet, alone; in check mode only note it. ``result`` says what became of it (``writes``, ``changed``).

        :raises CmdletFailed: when the server wrote any error record.
        :raises SessionFailed: when it was not sent.
        :raises SessionLost: when it may or may not have run.
        """

    def log_on(self) -> str:
        """Open a session, run nothing; where it leads, for a sentence.

        :raises SessionFailed: when the server cannot be reached or refuses the account.
        """

    def now(self) -> float:
        """Seconds on a clock that never jumps."""

    def wait(self, seconds: float) -> None:
        """Let that many seconds pass."""

    def progress(self, text: str) -> None:
        """Show a line while the user waits."""

    def show(self, text: str) -> None:
        """Show lines that the user must see."""

    def warn(self, text: str) -> None:
        """Add an Ansible warning to the result."""


@dataclass(frozen=True)
class Module:
    """A module as its action plugin sees it.

    ``run`` fills ``task.result``, or raises a Failure. ``further`` are the constraints of an argument spec
    (``mutually_exclusive`` and so on). Without ``needs_server`` no way to a server is looked for.
    """

    argument_spec: Mapping[str, Any]
    run: Callable[[Task], None]
    further: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    needs_server: bool = True
