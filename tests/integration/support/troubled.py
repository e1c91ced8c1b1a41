# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that cannot be reached or do not answer as they should: one lab, a server of its own for each trouble."""

from __future__ import annotations

import contextlib
import http.server
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lynclab.contract.accounts import Standing
from lynclab.contract.tls import Tls
from lynclab.inventory import inventory
from lynclab.lab import Lab
from lynclab.machine import Kind, LabMachine
from lynclab.server import LOOPBACK
from lynclab.spec import LabSpec
from support.ansible import Ansible, Task, play, task
from support.run import Run

Spoil = Callable[[LabMachine], Any]

READ = task("lync_access_edge_info")
READ_LOCALLY = task("lync_access_edge_info", {"local_store": True})
PAGE = b"<!DOCTYPE html><html><body>Log on to the proxy first</body></html>"
GROUPS = {Kind.EDGE: "lync_edge", Kind.FRONT_END: "lync_management", Kind.PLAIN: "other_servers"}


@dataclass(frozen=True)
class Trouble:
    """One way of failing: how the server is spoiled, how the inventory names it, and what the sentence has.

    ``what`` begins with the connection. ``variables`` are host variables on top of the lab's usual ones for ``transport``
    (None takes one away); a text may name ``{http}`` and ``{https}``, the server's ports, ``{closed}``, a port that drops what
    comes, ``{proxy}``, something that answers every request with a page, and ``{host}``, its own name.
    ``refused`` is the number of failed logons
    that the lab must have counted. ``places`` False: the sentence is Ansible's, or a cmdlet's, and names no port.
    """

    what: str
    words: tuple[str, ...]
    variables: Mapping[str, Any] = field(default_factory=dict)
    transport: str = "ntlm-http"
    spoil: Spoil = lambda machine: None
    status: str = "unreachable"
    refused: int = 0
    wish: Task = field(default_factory=lambda: READ_LOCALLY)
    kind: Kind = Kind.EDGE
    places: bool = True

    @property
    def host(self) -> str:
        """Its inventory name."""
        return self.what.replace(" ", "_")


def shows(**tls: Any) -> Spoil:
    """Spoil what the HTTPS port shows."""

    def spoil(machine: LabMachine) -> None:
        machine.wire.tls = Tls(**tls)

    return spoil


def stands(standing: Standing) -> Spoil:
    """Spoil the administrator's account."""

    def spoil(machine: LabMachine) -> None:
        account = machine.accounts[0]
        account.database.put(account.name, standing)

    return spoil


def no_store(text: str) -> Spoil:
    """Let the Central Management store be out of reach, with that text, and the local store with it."""

    def spoil(machine: LabMachine) -> None:
        machine.store_problem = lambda logon, over_web: text  # type: ignore[method-assign]
        del machine.deployment.replication.replicas[machine.name.lower()]

    return spoil


class Troubles:
    """All troubles met in one run of ansible-playbook, a host each."""

    def __init__(self, troubles: Sequence[Trouble], folder: Path, **how: Any) -> None:
        count = len(troubles)
        self.lab = Lab(LabSpec(sites=1, edges=count, front_ends=count, plain_hosts=count, own_passwords=True))
        unused = {kind: iter(self.lab.of_kind(kind)) for kind in Kind}
        self.machines = {trouble.what: next(unused[trouble.kind]) for trouble in troubles}
        for trouble in troubles:
            trouble.spoil(self.machines[trouble.what])
        with self.lab, _port_that_drops() as closed, _page_for_everybody() as proxy:
            self.ports = {trouble.what: self._ports(trouble) for trouble in troubles}
            ansible = Ansible(folder)
            hosts = ansible.write(folder / "inventory.yml", self._inventory(troubles, closed=closed, proxy=proxy))
            wishes = {str(trouble.wish): trouble.wish for trouble in troubles}
            going_on = {"ignore_errors": True, "ignore_unreachable": True}
            plays = [
                play(
                    [{**wish, **going_on}],
                    ",".join(trouble.host for trouble in troubles if trouble.wish == wish),
                    strategy="free",
                )
                for wish in wishes.values()
            ]
            self.run: Run = ansible.run(
                plays, hosts, **{"status": None, "expect": None, "options": ["--forks", "8"], **how}
            )
            self.left = self.lab.journal.open_shells()

    def _ports(self, trouble: Trouble) -> dict[str, int]:
        reach = self.lab.reach(self.machines[trouble.what].name)
        return {"http": reach.http_port, "https": reach.https_port}

    def _inventory(self, troubles: Sequence[Trouble], **places: int) -> dict[str, Any]:
        found: dict[str, Any] = {group: {"hosts": {}} for group in GROUPS.values()}
        for trouble in troubles:
            machine, group = self.machines[trouble.what], GROUPS[trouble.kind]
            usual = inventory(self.lab, trouble.transport)["all"]["children"]
            hosts = usual[group]["hosts"] if trouble.kind is not Kind.FRONT_END else {}
            variables = dict(hosts.get(machine.name) or self._front_end(machine))
            variables["ansible_psrp_ca_cert"] = str(self.lab.ca_file)
            for name, value in trouble.variables.items():
                known = {**self.ports[trouble.what], **places, "host": trouble.host}
                variables[name] = value.format(**known) if isinstance(value, str) else value
            found[group]["hosts"][trouble.host] = {
                name: value for name, value in variables.items() if value is not None
            }
        return {"all": {"vars": {"ansible_connection": "psrp"}, "children": found}}

    def _front_end(self, machine: LabMachine) -> dict[str, Any]:
        logon = self.lab.logon_of(machine)
        return {
            "ansible_host": LOOPBACK,
            "ansible_user": logon["user"],
            "ansible_password": logon["password"],
            "ansible_port": self.lab.reach(machine.name).https_port,
            "ansible_psrp_auth": "negotiate",
            "ansible_psrp_path": "OcsPowershell",
        }

    def refused(self, trouble: Trouble) -> int:
        """How many logons failed on its server."""
        return len(self.lab.journal.logons(self.machines[trouble.what].name, succeeded=False))


@contextlib.contextmanager
def _port_that_drops() -> Iterator[int]:
    """A port on which the system drops what asks for a connection, as a firewall does: its queue is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind((LOOPBACK, 0))
        listener.listen(0)
        address = listener.getsockname()
        for _number in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(address)
        yield int(address[1])


class _Page(http.server.BaseHTTPRequestHandler):
    """Answers as a proxy that wants to be logged on to with a form."""

    def do_POST(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def _page_for_everybody() -> Iterator[int]:
    with http.server.ThreadingHTTPServer((LOOPBACK, 0), _Page) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()
