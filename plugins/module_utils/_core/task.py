# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module's logic may ask of the world: the only way from pure code to a server, a clock and the user."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from .cmdlet import Cmdlet
from .failures import Failure
from .files import Files
from .outside import Outside
from .polling import Collected, Order

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

    def variable_names(self, host: str) -> Sequence[str]:
        """The names of all variables that the inventory and earlier tasks gave a host."""

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

    @property
    def account(self) -> str:
        """The name with which the host is logged on to, as the inventory states it; empty where it states none."""

    @property
    def variable_names(self) -> Sequence[str]:
        """The names of all variables that the task sees, of whatever origin."""

    @property
    def files(self) -> Files:
        """The files of the controller, in check mode too."""

    def fact(self, name: str) -> Any:
        """A fact of the host that an earlier task returned; None where there is none."""

    def note(self, what: Mapping[str, Any], first: bool = False) -> None:
        """Keep what a run that is interrupted needs in order to say what stands: plain values. Nothing in check mode.

        :param first: whether it is worth keeping before the run has written anything.
        """

    def read(self, *cmdlets: Cmdlet) -> list[Records]:
        """Run reading cmdlets; the records of each.

        :raises CmdletFailed: when the server wrote any error record.
        :raises SessionFailed: when the server cannot be reached.
        """

    def attempt(self, *cmdlets: Cmdlet) -> list[Records | Failure]:
        """Run reading cmdlets together; of each its records, or why it has none.

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

    def prepare(self, *cmdlets: Cmdlet) -> bool:
        """Let the session be opened beside the tasks, and read ahead in it: the next task that reads just that has the answer.

        :return: whether that was begun; without what could do it nothing happens.
        """

    def begin(self, order: Order, host: str = "") -> str | None:
        """Begin to poll beside the tasks; the poll, for the task that collects it. None where nothing does that.

        :param host: another host, whose session was prepared before; empty: this one.
        """

    def collect(self, poll: str) -> Collected | None:
        """What a poll has ended with, which is waited for; a line of progress is shown meanwhile. None where there is none."""

    def now(self) -> float:
        """Seconds on a clock that never jumps."""

    def time(self) -> float:
        """The controller's time, in seconds since 1970."""

    def outside(self, name_servers: Sequence[str], ca_file: str, timeout: float) -> Outside:
        """The network as the controller sees it.

        :param name_servers: addresses of DNS servers; none: those of the controller.
        :param ca_file: the authorities to trust; empty: those of the controller.
        :param timeout: seconds for one name, and for one connection.
        :raises Refused: for a name server that is no address.
        """

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
