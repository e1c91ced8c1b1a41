# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A wait for the content of a machine's own store, as a document, one poll at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .._core.cmdlet import Cmdlet, distinct
from .._core.document import from_plain, to_plain
from .._core.polling import Late, Order, Polling, Stepped, waiting_for
from .._core.task import Records
from .._nouns.table import NOUNS
from .._resource.compare import Difference, all_differences
from .._resource.resource import Desired
from .._resource.settings import desired_of
from .._store.local import of_local_store
from .._store.store import Store

KIND = "content"


@dataclass(frozen=True)
class Content:
    """A wait for content; times in seconds.

    :param settings: what is desired, as the user states it.
    :param objects: what the newest poll read, by cmdlet.
    """

    settings: Mapping[str, Any]
    timeout: float
    interval: float
    started: float | None = None
    waited: float = 0.0
    objects: Mapping[str, Any] = field(default_factory=dict)

    @property
    def desired(self) -> list[Desired]:
        """:raises Refused: for a value that no server could hold."""
        return desired_of(NOUNS, self.settings, "settings")

    @property
    def store(self) -> Store:
        """What the newest poll read."""
        return Store(self.objects)


def order(host: str, settings: Mapping[str, Any], timeout: float, interval: float, after: str) -> Order:
    """What polls a machine's own store beside the tasks.

    :param after: the poll that is to be over before; empty: none.
    :raises Refused: for a value that no server could hold.
    """
    one = Content(settings, timeout, interval)
    cmdlets = tuple(of_local_store(read) for read in reads(one.desired))
    return Order(KIND, host, cmdlets, to_plain(one), after)


def reads(several: Sequence[Desired]) -> tuple[Cmdlet, ...]:
    """The cmdlets that read what is compared."""
    return distinct(one.resource.read for one in several)


def next_poll(
    one: Content, several: Sequence[Desired], store: Store, now: float
) -> tuple[Content, list[Difference], float | None]:
    """The wait after another poll, what differs, and the seconds until the next one; None: it is over."""
    started = now if one.started is None else one.started
    objects = {read.name: list(store[read]) for read in reads(several)}
    one = replace(one, started=started, waited=now - started, objects=objects)
    differing = all_differences(several, store)
    over = not differing or one.waited >= one.timeout
    return one, differing, None if over else min(one.interval, one.timeout - one.waited)


def step(state: dict[str, Any], records: Sequence[Records], now: float) -> Stepped:
    """One poll, for whoever polls."""
    one = from_plain(Content, state)
    several = one.desired
    store = Store({read.name: found for read, found in zip(reads(several), records, strict=True)})
    one, differing, pause = next_poll(one, several, store, now)
    return Stepped(to_plain(one), pause, str(differing[0]) if differing else "", ready=not differing)


def unready(state: dict[str, Any]) -> dict[str, Any]:
    """Where the change did not replicate, the content is read once."""
    return {**state, "timeout": 0.0}


def progress(ready: int, total: int, late: Sequence[Late]) -> str:
    """One line for the Edge Servers of a rollout."""
    return f"local stores: {ready} of {total} Edge Servers match the desired state{waiting_for(late)}"


POLLING = Polling(step, progress, unready)
