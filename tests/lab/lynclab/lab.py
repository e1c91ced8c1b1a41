# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole lab in this process: deployments, machines, the server in front of them.

with Lab(LabSpec(sites=1)) as lab:
    edge = lab.reach("lyncedge01.contoso.example")     # ports on 127.0.0.1
    lab.deployments[0].content.hosting_providers       # what the store holds
    lab.journal.cmdlets(name="New-CsHostingProvider")  # what arrived

With ``kerberos`` in the specification its domains have a real KDC, so that their machines take Kerberos.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from lynclab import build
from lynclab.deployment.clock import Clock, RealClock
from lynclab.deployment.deployment import Deployment
from lynclab.http.certificates import UserCertificate
from lynclab.journal import Journal
from lynclab.logon import kdc
from lynclab.logon.kdc import Kdc
from lynclab.machine import Kind, LabMachine
from lynclab.outside.outside import Outside
from lynclab.people import generated_password
from lynclab.server import LabServer, Listening
from lynclab.situations import catalogue
from lynclab.spec import LabSpec


class Lab:
    """The lab that a specification describes. It listens between ``start`` and ``stop``, or inside a ``with``."""

    def __init__(self, spec: LabSpec | None = None, *, clock: Clock | None = None) -> None:
        self.spec = catalogue.shape(spec or LabSpec())
        self.clock = clock or RealClock()
        self.password = self.spec.password or generated_password()
        self.journal = Journal()
        first = self.spec.first_deployment
        self.deployments = [
            build.build_deployment(self.spec, index, self.clock)
            for index in range(first, first + self.spec.deployments)
        ]
        self.machines: dict[str, LabMachine] = {}
        for deployment in self.deployments:
            for machine in build.build_machines(self.spec, deployment, self.password):
                self.machines[machine.name.lower()] = machine
        for text in self.spec.situations:
            for deployment in self.deployments:
                self.show(text, deployment)
        self.server = LabServer(list(self.machines.values()), journal=self.journal)
        #: What the Internet sees of the lab, while it listens.
        self.outside: Outside | None = Outside(self.deployments) if self.spec.outside else None
        self._certificates: dict[str, UserCertificate] = {}
        self.kdc: Kdc | None = None
        self._kdc_directory: Path | None = None

    def __enter__(self) -> Lab:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen on loopback ports. Raises RuntimeError where Kerberos is wanted and this computer cannot."""
        if self.spec.kerberos:
            self._start_kdc()
        try:
            self.server.start()
            if self.outside is not None:
                self.outside.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop listening and leave nothing behind."""
        if self.outside is not None:
            self.outside.stop()
        self.server.stop()
        self._stop_kdc()

    @property
    def environment(self) -> Mapping[str, str]:
        """Variables that a client's process needs, for Kerberos."""
        return self.kdc.environment if self.kdc is not None else {}

    def _start_kdc(self) -> None:
        lacking = kdc.missing()
        if lacking:
            raise RuntimeError(f"Kerberos is not proven here: {lacking}")
        self._kdc_directory = Path(tempfile.mkdtemp(prefix="lynclab-kdc-"))
        try:
            controller = Kdc(self._kdc_directory, [d.domain for d in self.deployments], self.journal.write)
            controller.enrol(list(self.machines.values()))
            controller.start()
        except BaseException:
            self._stop_kdc()
            raise
        self.kdc = controller
        self.journal.consult(controller.collect)
        self.server.keytabs.update(controller.keytabs)

    def _stop_kdc(self) -> None:
        controller, self.kdc = self.kdc, None
        if controller is not None:
            controller.stop()
        if self._kdc_directory is not None:
            shutil.rmtree(self._kdc_directory, ignore_errors=True)
        self._kdc_directory = None

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
        chosen = deployment or self.deployments[0]
        catalogue.apply(text, chosen, [machine for machine in self.machines.values() if machine.deployment is chosen])

    def logon_of(self, machine: LabMachine) -> Mapping[str, str]:
        """The administrator of a machine: ``user`` as a client gives it, and ``password``."""
        account = machine.people.people[0].account
        return {"user": account.qualified, "password": account.password}

    def certificate_of(self, machine: LabMachine) -> UserCertificate:
        """The client certificate of a machine's administrator, made once. Only local accounts can be mapped."""
        name = f"{machine.people.people[0].account.name}@localhost"
        if name not in self._certificates:
            self._certificates[name] = self.server.issue_to_user(name)
        return self._certificates[name]
