# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's look at a lab's DNS server and Access Edges, which answer on loopback."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused
from ansible_collections.ucops.lync.plugins.module_utils._core.outside import Handshake, Looked, Srv
from ansible_collections.ucops.lync.plugins.plugin_utils._outside import names
from ansible_collections.ucops.lync.plugins.plugin_utils._outside.handshake import handshake
from ansible_collections.ucops.lync.plugins.plugin_utils._outside.outside import ControllerOutside
from lynclab.lab import Lab
from lynclab.spec import LabSpec

RECORD = "_sipfederationtls._tcp.contoso.example"
EDGE = "sip.contoso.example"


@dataclass
class Network:
    """A lab's outside, and the file with the authorities that it has."""

    lab: Lab
    ca_file: Path

    def seen(self, timeout: float = 5, ca_file: str | None = None) -> ControllerOutside:
        assert self.lab.outside is not None
        return ControllerOutside(
            [self.lab.outside.name_server], str(self.ca_file) if ca_file is None else ca_file, timeout
        )


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    with Lab(LabSpec(sites=1, edges=1, outside=True)) as lab:
        assert lab.outside is not None
        lab.outside.write_authorities(file)
        yield Network(lab, file)


@contextlib.contextmanager
def shown(network: Network, situation: str) -> Iterator[None]:
    """The certificate of the Access Edge is another one for a while."""
    deployment, edge = network.lab.deployments[0], "lyncedge01.contoso.example"
    before = deployment.external_names(edge)
    assert before is not None
    network.lab.show(situation)
    try:
        yield
    finally:
        deployment.put_external_certificate(edge, before)


def test_names(network: Network) -> None:
    outside = network.seen()
    assert outside.federation(RECORD) == Looked(records=(Srv(EDGE, 5061),))
    assert len(outside.addresses(EDGE).addresses) == 1
    assert outside.addresses("nobody.contoso.example") == outside.federation(EDGE) == Looked()


def test_names_that_nobody_answers_for(network: Network) -> None:
    assert "NoNameservers" in network.seen(timeout=1).addresses("sip.fourthcoffee.example").problem
    network.lab.deployments[0].zone.silent = True
    try:
        assert "LifetimeTimeout" in network.seen(timeout=0.3).federation(RECORD).problem
    finally:
        network.lab.deployments[0].zone.silent = False
    assert network.seen().addresses("a" * 70 + ".example").problem


def test_without_dnspython_it_is_said(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "HAS_DNSPYTHON", False)
    assert "dnspython" in network.seen().federation(RECORD).problem


@pytest.mark.parametrize(
    "text", ["", "192.0.2.53:", "192.0.2.53:dns", "192.0.2.53:0", "192.0.2.999", "192.0.2.1:53:1", "dns1.contoso.com"]
)
def test_a_dns_server_that_is_none(text: str) -> None:
    with pytest.raises(Refused, match="is no address of a DNS server"):
        ControllerOutside([text], "", 1)


def test_an_access_edge_that_the_stated_dns_servers_do_not_know_is_not_looked_for_elsewhere(network: Network) -> None:
    unknown = network.seen().handshake("nobody.contoso.example", 5061)
    assert unknown.problem == "nobody.contoso.example has no address at the DNS servers that are stated"
    assert "did not answer for localhost" in network.seen().handshake("localhost", 5061).problem


def test_a_handshake(network: Network) -> None:
    found = network.seen().handshake(EDGE, 5061)
    wanted = network.lab.deployments[0].external_names("lyncedge01.contoso.example")
    assert wanted is not None
    assert (found.version, found.wrong, found.problem) == ("TLSv1.2", "", "")
    assert found.ends == pytest.approx(wanted.ends, abs=1)


@pytest.mark.parametrize(
    ("situation", "code"),
    [("external-certificate-ends:-1", "code 10"), ("external-certificate-names:other.example", "code 62")],
)
def test_a_certificate_that_is_refused(network: Network, situation: str, code: str) -> None:
    with shown(network, situation):
        assert code in network.seen().handshake(EDGE, 5061).wrong


def test_an_authority_that_is_not_trusted(network: Network, tmp_path: Path) -> None:
    assert "its certificate is refused" in network.seen(ca_file="").handshake(EDGE, 5061).wrong
    missing = network.seen(ca_file=str(tmp_path / "none.pem")).handshake(EDGE, 5061)
    assert "cannot be read as certificates of authorities (ENOENT)" in missing.problem


@contextlib.contextmanager
def listening(answer: bytes | None) -> Iterator[int]:
    """A port that answers with these bytes and closes; None: never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        ended = threading.Event()

        def serve() -> None:
            connection, _peer = server.accept()
            with connection:
                if answer is None:
                    ended.wait(5)
                    return
                connection.recv(4096)
                connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            ended.set()
            thread.join(5)


def ended(answer: bytes | None, timeout: float = 5) -> Handshake:
    with listening(answer) as port:
        return handshake("localhost", port, ["127.0.0.1"], "", timeout)


def test_servers_that_end_the_handshake() -> None:
    assert "does not speak TLS (" in ended(b"HTTP/1.1 400 Bad Request\r\n\r\n").wrong
    assert "does not speak TLS 1.2 (TLSV1_ALERT_PROTOCOL_VERSION)" in ended(bytes.fromhex("15030100020246")).wrong
    assert "perhaps because it got no client certificate" in ended(bytes.fromhex("15030300020228")).problem
    assert ended(b"").problem
    assert "no answer on port" in ended(None, timeout=0.2).problem


def test_no_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert handshake("localhost", port, ["127.0.0.1"], "", 2).problem == f"no connection to port {port} (ECONNREFUSED)"
    assert handshake("a" * 70, port, ["127.0.0.1"], "", 2).problem
