# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A lab that listens, the inventory of it, and Ansible to act upon it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lynclab.deployment.deployment import Deployment
from lynclab.deployment.replication import Delays
from lynclab.inventory import inventory as inventory_of
from lynclab.journal import CmdletEntry
from lynclab.lab import Lab
from lynclab.machine import Kind, LabMachine
from lynclab.spec import LabSpec
from support.ansible import Ansible, Play, Task, play
from support.reader import read_store
from support.run import Run

QUICK = Delays(package=0.2, transfer=0.1, report=0.1)
READING = ("Get-", "Import-Module", "Resolve-DnsName")


class Stage:
    """One test's world. ``since`` is where in the lab's journal the newest run begins.

    ``unreachable_shells`` is how many shells may stay at the end, because nothing could tell the server to close them.

    :param transport: the way to every server where a test asks for no other.
    :param ansible: another than one of its own.
    """

    def __init__(self, lab: Lab, folder: Path, transport: str | None = None, ansible: Ansible | None = None) -> None:
        self.lab = lab
        self._transport = transport
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.ansible = ansible or Ansible(folder)
        self.inventory = folder / "inventory.yml"
        self.since = 0
        self.unreachable_shells = 0
        self.write_inventory()

    # Acting

    def run(
        self, *tasks: Task, hosts: str = "lync_management", play_keywords: Mapping[str, Any] | None = None, **how: Any
    ) -> Run:
        """Run tasks in one play; ``how`` as in :meth:`Ansible.run`."""
        return self.play([play(tasks, hosts, **(play_keywords or {}))], **how)

    def dry_run(self, *tasks: Task, options: Sequence[str] = (), **how: Any) -> Run:
        """The same with ``--check --diff``; fails unless nothing but reading cmdlets arrived."""
        run = self.run(*tasks, options=["--check", "--diff", *options], **how)
        self.assert_only_read()
        return run

    def play(self, playbook: Path | str | Sequence[Play], **how: Any) -> Run:
        """Run a playbook (plays, a file or a name) with this inventory; ``how`` as in :meth:`Ansible.run`."""
        self.since = self.lab.journal.position()
        return self.ansible.run(playbook, **{"inventory": self.inventory, **how})

    def write_inventory(
        self,
        edge_transport: str | None = None,
        naming: str = "fqdn",
        changes: Mapping[str, Mapping[str, Any]] | None = None,
        front_end_transport: str | None = None,
    ) -> None:
        """Write the inventory anew.

        :param changes: variables by host or group (``all`` too); a value None takes the variable away.
        """
        data = inventory_of(
            self.lab,
            edge_transport or self._transport or "ntlm-http",
            naming,
            front_end_transport=front_end_transport or self._transport or "negotiate-https",
        )
        for name, variables in (changes or {}).items():
            for place in _places(data, name):
                place.update(variables)
                for variable in [key for key, value in place.items() if value is None]:
                    del place[variable]
        self.ansible.write(self.inventory, data)

    # Looking

    @property
    def deployment(self) -> Deployment:
        """The first deployment."""
        return self.lab.deployments[0]

    @property
    def front_end(self) -> LabMachine:
        """The first deployment's management host."""
        return self.lab.of_kind(Kind.FRONT_END, self.deployment)[0]

    @property
    def edges(self) -> list[LabMachine]:
        """The Edge Servers of all deployments."""
        return self.lab.of_kind(Kind.EDGE)

    def read(self, cmdlet: str, machine: LabMachine | None = None) -> list[dict[str, Any]]:
        """What plain pypsrp reads: on the management host, or in the local store of an Edge Server."""
        return read_store(self.lab, machine or self.front_end, cmdlet)

    def arrived(self, machine: str | None = None) -> list[CmdletEntry]:
        """Every cmdlet that arrived during the newest run."""
        return self.lab.journal.cmdlets(machine, since=self.since)

    def written(self, machine: str | None = None) -> list[tuple[str, dict[str, Any]]]:
        """The changing cmdlets that arrived during the newest run: names and parameters, ``Confirm`` left out."""
        return [
            (entry.name, {str(name): value for name, value in entry.parameters if name != "Confirm"})
            for entry in self.arrived(machine)
            if not entry.name.startswith(READING)
        ]

    def assert_only_read(self) -> None:
        """Fail unless nothing but Get- and Import-Module arrived during the newest run."""
        assert self.written() == []
        assert not [entry for entry in self.arrived() if entry.is_script]


Start = Callable[..., Stage]
"""Starts a lab: its arguments are fields of LabSpec."""


@contextlib.contextmanager
def staged(folder: Path, transport: str | None = None, ansible: Ansible | None = None, **spec: Any) -> Iterator[Stage]:
    """A stage whose lab listens; fails at the end when more shells were left behind than the test allows.

    :param transport: the way to every server; None: the usual ones.
    :param spec: fields of LabSpec; by default one site with one Edge Server, and replication within half a second.
    """
    lab = Lab(LabSpec(**{"sites": 1, "edges": 1, "delays": QUICK, **spec}))
    with lab:
        stage = Stage(lab, folder, transport, ansible)
        yield stage
        left = lab.journal.open_shells()
    assert len(left) <= stage.unreachable_shells, f"shells left behind: {left}"


def _places(data: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    everybody = data["all"]
    if name == "all":
        yield everybody["vars"]
    for group_name, group in everybody["children"].items():
        if group_name == name:
            yield group.setdefault("vars", {})
        if name in group["hosts"]:
            yield group["hosts"][name]
