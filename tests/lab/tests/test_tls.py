# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a machine's HTTPS port may show, as an unmodified pypsrp meets it."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests
from labtests.site import USER, Site, run
from labtests.stand_in import Machine
from pypsrp.powershell import RunspacePool

from lynclab.contract.machine import Wire
from lynclab.contract.tls import Tls, Trust
from lynclab.server import LOOPBACK, LabServer


@contextmanager
def shown(tls: Tls) -> Iterator[Site]:
    machine = Machine(wire=Wire(tls=tls))
    with LabServer([machine]) as lab:
        yield Site(machine, lab)


BAD = {
    "another name": (Tls(names=("edgepool.contoso.example",)), "doesn't match|IP address mismatch"),
    "expired": (Tls(expired=True), "certificate has expired"),
    "self-signed": (Tls(trust=Trust.ITSELF), "self.signed certificate"),
    "unknown authority": (Tls(trust=Trust.UNKNOWN_AUTHORITY), "unable to get local issuer certificate"),
}


@pytest.mark.parametrize(("tls", "text"), BAD.values(), ids=BAD)
def test_a_certificate_that_does_not_hold(tls: Tls, text: str) -> None:
    with shown(tls) as site:
        with pytest.raises(requests.exceptions.SSLError, match=text):
            RunspacePool(site.connect()).open()
        assert site.journal.logons() == []


@pytest.mark.parametrize("tls", [tls for tls, _text in BAD.values()], ids=BAD)
@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_validation_can_be_turned_off_and_the_channel_is_still_bound(tls: Tls) -> None:
    with (
        shown(tls) as site,
        site.connect("ntlm", cert_validation=False) as connection,
        RunspacePool(connection) as pool,
    ):
        assert run(pool, "Who").output == [USER]


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1 is deprecated:DeprecationWarning")
def test_a_server_of_yesterday() -> None:
    with shown(Tls(old=True)) as site:
        with pytest.raises(requests.exceptions.SSLError, match=r"(?i)unsupported protocol|protocol version"):
            RunspacePool(site.connect()).open()
        client = ssl.create_default_context(cafile=str(site.lab.ca_file))
        client.set_ciphers("ALL:@SECLEVEL=0")
        client.minimum_version = ssl.TLSVersion.TLSv1
        address = (LOOPBACK, site.lab[site.machine.name].https_port)
        with (
            socket.create_connection(address, timeout=30) as plain,
            client.wrap_socket(plain, server_hostname=site.machine.name) as secured,
        ):
            assert secured.version() == "TLSv1"


def test_no_tls_on_the_port_for_it() -> None:
    wrong = pytest.raises(requests.exceptions.SSLError, match=r"(?i)wrong version number|record layer")
    with shown(Tls(plain=True)) as site:
        pool = RunspacePool(site.connect())
        with wrong:
            pool.open()


def test_tls_spoken_to_the_plain_port() -> None:
    with shown(Tls()) as site, pytest.raises(requests.exceptions.SSLError):
        RunspacePool(site.connect(port=site.lab[site.machine.name].http_port)).open()
