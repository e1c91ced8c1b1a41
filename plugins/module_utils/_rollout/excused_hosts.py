# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom the variable ``hybrid_edges_excused`` excuses in each deployment, before anybody is logged on to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .._core.failures import Refused
from .._core.task import Inventory
from .excuse import VARIABLE, Excuse, excuses, of_machine
from .inventory import NOTHING_CHANGED, DeploymentHosts


@dataclass(frozen=True)
class Stated:
    """Where the user states the variable: beside ``lync_deployment`` in the inventory, or in the play for all hosts alike.

    :ivar host: the host whose task asks.
    :ivar here: the variable as this task sees it.
    """

    inventory: Inventory
    host: str
    here: Any

    def of(self, one: DeploymentHosts) -> Iterator[Any]:
        """The values that hold for a deployment. What the play states outranks the inventory, for each host."""
        if self.here and self.here != self.inventory.variable(self.host, VARIABLE):
            yield self.here
            return
        for host in (*one.management, *one.left_out, *(edge.host for edge in one.edges)):
            yield self.inventory.variable(host, VARIABLE)


def with_excuses(
    deployments: Mapping[str, DeploymentHosts], stated: Stated, today: dt.date
) -> dict[str, DeploymentHosts]:
    """
    :param today: the date in UTC.
    :raises Refused: for an entry that can be seen to be wrong without the topology, of a deployment in the play.
    """
    return {
        name: replace(one, excuses=_excuses(one, stated, today)) if one.in_play else one
        for name, one in deployments.items()
    }


def _excuses(one: DeploymentHosts, stated: Stated, today: dt.date) -> tuple[Excuse, ...]:
    found: list[Excuse] = []
    try:
        for value in stated.of(one):
            found += [excuse for excuse in excuses(value, today) if excuse not in found]
        for excuse in found:
            _check(excuse, found, one)
    except Refused as refusal:
        raise Refused(f"{one.title}: {refusal.message} {NOTHING_CHANGED}") from None
    return tuple(found)


def _check(excuse: Excuse, found: list[Excuse], one: DeploymentHosts) -> None:
    if of_machine(found, excuse.edge) != excuse:
        raise Refused(
            f"{VARIABLE} of different hosts excuses {excuse.edge} differently: state it once, for all of them."
        )
    named = next((edge for edge in one.edges if edge.host == excuse.edge and edge.fqdn != edge.host), None)
    if named is not None and of_machine((excuse,), named.fqdn) is None:
        raise Refused(f"{VARIABLE} names the inventory host {named.host}: name the machine, {named.fqdn}.")
