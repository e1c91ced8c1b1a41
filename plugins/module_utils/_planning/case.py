# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One deployment before the first write: everything that findings look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .._resource.plan import Change
from .._resource.resource import Desired
from .._rollout.inventory import DeploymentHosts, title
from .._rollout.plan import PlannedEdge
from .._rollout.reading import Reading
from .._rollout.verdict import Verification, verification_of
from .._way_back.way_back import Back


@dataclass(frozen=True)
class Terms:
    """How a run is to be proven, what it was allowed, and what else is known of it.

    :ivar stated: the verification as the user stated it.
    :ivar partial: whether Edge Servers that ``--limit`` leaves out are accepted.
    :ivar documented_order: whether federation is switched on first, as the documented page lists it.
    :ivar ignored: the replicas that are not waited for; ``scope``: which are.
    :ivar on_failure: whether what was written is kept, or rolled back.
    :ivar accept: the consents that the user gave.
    :ivar only_deployment: whether the run has no other deployment.
    :ivar deployments: the names of all deployments of the inventory; empty where they are not known.
    :ivar variable_names: all variables that the management host and the Edge Servers in the play have.
    :ivar asked_edges: the inventory names of the Edge Servers that this run asks for what they resolve.
    :ivar asked_domains: the SIP domains whose federation records this run asks for from the controller.
    :ivar edges_elsewhere: the Edge Servers of other deployments, as far as they are known.
    :ivar unread_elsewhere: the other deployments that were not read in this run.
    :ivar waited: for how many seconds Edge Servers that are out of step were waited for; None: they were not yet.
    """

    stated: str = Verification.REQUIRED.value
    partial: bool = False
    documented_order: bool = False
    ignored: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()
    only_deployment: bool = True
    deployments: tuple[str, ...] = ()
    variable_names: tuple[str, ...] = ()
    waited: float | None = None
    scope: str = "edges"
    on_failure: str = "keep"
    asked_edges: tuple[str, ...] = ()
    asked_domains: tuple[str, ...] = ()
    edges_elsewhere: tuple[str, ...] = ()
    unread_elsewhere: tuple[str, ...] = ()

    @property
    def verification(self) -> Verification:
        return verification_of(self.stated)


@dataclass(frozen=True)
class Case:
    """A deployment, what was read of it, and what would be changed.

    :ivar same_store: the names of other deployments of the inventory whose store this one has.
    :ivar back: the run that is to be taken back; None where nothing is.
    """

    hosts: DeploymentHosts
    reading: Reading
    terms: Terms
    desired: tuple[Desired, ...] = ()
    changes: tuple[Change, ...] = ()
    edges: tuple[PlannedEdge, ...] = ()
    same_store: tuple[str, ...] = ()
    back: Back | None = None

    @property
    def title(self) -> str:
        return title(self.hosts.name, self.sip_domains, (self.reading.host,))

    @property
    def sip_domains(self) -> tuple[str, ...]:
        return self.reading.topology.sip_domains if self.reading.topology else ()

    def desired_of(self, noun: str) -> Iterable[Desired]:
        return (one for one in self.desired if one.resource.name == noun)
