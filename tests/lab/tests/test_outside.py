# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Internet sees of a lab."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dns.resolver
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from lynclab.lab import Lab
from lynclab.outside import name_server
from lynclab.spec import LabSpec

RECORD = "_sipfederationtls._tcp.contoso.example"


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab(LabSpec(sites=2, edges=1, outside=True)) as found:
        yield found


@pytest.fixture
def resolver(lab: Lab) -> dns.resolver.Resolver:
    assert lab.outside is not None
    address, _colon, port = lab.outside.name_server.partition(":")
    found = dns.resolver.Resolver(configure=False)
    found.nameservers, found.port, found.lifetime = [address], int(port), 2
    return found


@pytest.mark.parametrize("tcp", [False, True])
def test_the_zone_is_answered(resolver: dns.resolver.Resolver, tcp: bool) -> None:
    (record,) = resolver.resolve(RECORD, "SRV", tcp=tcp)
    assert (record.port, record.target.to_text()) == (5061, "sip.contoso.example.")
    with pytest.raises(dns.resolver.NXDOMAIN):
        resolver.resolve("nobody.contoso.example", "A", tcp=tcp)
    with pytest.raises(dns.resolver.NoAnswer):
        resolver.resolve(RECORD, "A", tcp=tcp)
    with pytest.raises(dns.resolver.NoNameservers):
        resolver.resolve("fourthcoffee.example", "A", tcp=tcp)


def test_a_port_that_somebody_has_for_tcp_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []

    class Taken(name_server._Tcp):
        def __init__(self, address: tuple[str, int], handler: Any) -> None:
            if not taken:
                taken.append(address[1])
                raise OSError(errno.EADDRINUSE, "Address already in use")
            super().__init__(address, handler)

    monkeypatch.setattr(name_server, "_Tcp", Taken)
    server = name_server.NameServer([])
    server.start()
    server.stop()
    assert len(taken) == 1


def test_no_answer(lab: Lab, resolver: dns.resolver.Resolver) -> None:
    lab.deployments[0].zone.silent = True
    try:
        resolver.lifetime = 0.3
        with pytest.raises(dns.resolver.LifetimeTimeout):
            resolver.resolve(RECORD, "SRV")
    finally:
        lab.deployments[0].zone.silent = False


@pytest.mark.parametrize("name", ["sip.contoso.example", "sip.sales.contoso.example", "sip02.contoso.example"])
def test_an_access_edge_shows_its_certificate(
    lab: Lab, resolver: dns.resolver.Resolver, tmp_path: Path, name: str
) -> None:
    assert lab.outside is not None
    lab.outside.write_authorities(tmp_path / "ca.pem")
    (record,) = resolver.resolve(name, "A")
    context = ssl.create_default_context(cafile=tmp_path / "ca.pem")
    with (
        socket.create_connection((record.address, 5061), 5) as connection,
        context.wrap_socket(connection, server_hostname=name) as secure,
    ):
        shown = secure.getpeercert(binary_form=True)
    edge = "lyncedge02.contoso.example" if "02" in name else "lyncedge01.contoso.example"
    issued = lab.deployments[0].external_certificate(edge)
    assert issued is not None
    assert shown == issued.public_bytes(Encoding.DER)


def test_the_edge_server_sees_the_same_addresses(lab: Lab, resolver: dns.resolver.Resolver) -> None:
    (record,) = resolver.resolve("sip.contoso.example", "A")
    (seen,) = lab.deployments[0].zone_for("lyncedge01.contoso.example").find("sip.contoso.example", "A").records
    assert seen == record
