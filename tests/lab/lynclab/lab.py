# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole lab in this process: deployments, machines, the server in front of them.

with Lab(LabSpec(sites=1)) as lab:
    edge = lab.reach("lyncedge01.contoso.example")     # ports on 127.0.0.1
    lab.deployments[0].content.hosting_providers       # what the store holds
    lab.journal.cmdlets(name="New-CsHostingProvider")  # what arrived
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from lynclab import build, situations
from lynclab.deployment.clock import Clock, RealClock
from lynclab.deployment.deployment import Deployment
from lynclab.journal import Journal
from lynclab.listener import LabServer, Listening
from lynclab.machine import Kind, LabMachine
from lynclab.people import generated_password
from lynclab.spec import LabSpec


class Lab:
    """The lab that a specification describes. It listens between ``start`` and ``stop``, or inside a ``with``."""

    def __init__(self, spec: LabSpec | None = None, *, clock: Clock | None = None) -> None:
        self.spec = situations.shape(spec or LabSpec())
        self.clock = clock or RealClock()
        self.password = self.spec.password or generated_password()
        self.journal = Journal()
        self.deployments = [
            build.build_deployment(self.spec, index, self.clock) for index in range(self.spec.deployments)
        ]
        self.machines: dict[str, LabMachine] = {}
        for deployment in self.deployments:
            for machine in build.build_machines(self.spec, deployment, self.password):
                self.machines[machine.name.lower()] = machine
        for text in self.spec.situations:
            for deployment in self.deployments:
                situations.apply(deployment, text)
        self.server = LabServer(list(self.machines.values()), journal=self.journal)

    def __enter__(self) -> Lab:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen on loopback ports."""
        self.server.start()

    def stop(self) -> None:
        """Stop listening and leave nothing behind."""
        self.server.stop()

    @property
    def ca_file(self) -> Path:
        """The authority that clients are to trust, while the lab listens."""
        return self.server.ca_file

    def deployment(self, name: str) -> Deployment:
        """A deployment by its name. Raises KeyError."""
        return {deployment.name: deployment for deployment in self.deployments}[name]

    def machine(self, name: str) -> LabMachine:
        """A machine by its FQDN, in any case. Raises KeyError."""
        return self.machines[name.lower()]

    def reach(self, name: str) -> Listening:
        """Where a machine listens."""
        return self.server[name]

    def of_kind(self, kind: Kind, deployment: Deployment | None = None) -> list[LabMachine]:
        """The machines of a kind, of one deployment or of all, in the order of the topology."""
        return [
            machine
            for machine in self.machines.values()
            if machine.kind is kind and deployment in (None, machine.deployment)
        ]

    def show(self, text: str, deployment: Deployment | None = None) -> None:
        """Apply a situation (its name, arguments behind colons) to one deployment, else to the first."""
        situations.apply(deployment or self.deployments[0], text)

    def logon_of(self, machine: LabMachine) -> Mapping[str, str]:
        """The administrator of a machine: ``user`` as a client gives it, and ``password``."""
        account = machine.people.people[0].account
        return {"user": account.qualified, "password": account.password}
