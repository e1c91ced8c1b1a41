# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way in, through ansible-playbook, against a real handshake: the ids of these tests are the table.

All ways are hosts of one inventory, so that two runs serve every row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pytest
from _pytest.mark import ParameterSet

from lynclab.people import DOMAIN
from support.ansible import task
from support.run import Run
from support.stage import Start
from support.ways import EDGE, SPEC, Handshake, Way, Ways, double_hops, table, unencrypted

READ, WRITE = "Get-CsHostingProvider", "New-CsHostingProvider"
WAYS, DOUBLE_HOPS, UNENCRYPTED = table(), double_hops(), unencrypted()


def rows(ways: Iterable[Way]) -> list[ParameterSet]:
    """The parameters of a test: rows that cannot be proven here are skipped and say why."""
    skip = pytest.mark.skipif
    return [pytest.param(way, id=way.name, marks=skip(bool(way.not_proven), reason=way.not_proven)) for way in ways]


TASKS = [
    task(
        "lync_cmdlet",
        {
            "cmdlet": READ,
            "parameters": "{{ {'Filter': inventory_hostname} | combine({} if lync_test_writes else {'LocalStore': true}) }}",
        },
        name="read",
        ignore_errors="{{ lync_test_refused }}",
    ),
    task(
        "lync_hosting_provider",
        {
            "identity": "{{ inventory_hostname }}",
            "proxy_fqdn": "{{ inventory_hostname | hash('md5') }}.example",
            "enabled": True,
            "enabled_shared_address_space": False,
            "hosts_ocs_users": False,
            "verification_level": "UseSourceVerification",
        },
        name="write",
        when="lync_test_writes",
    ),
]


@dataclass(frozen=True)
class Proof:
    """Two runs over all ways, and what the lab saw of the first, by host and cmdlet."""

    first: Run
    second: Run
    seen: dict[tuple[str, str], Handshake]


@pytest.fixture(scope="module")
def proof(start_for_module: Start) -> Proof:
    stage = start_for_module(**SPEC)
    ways = Ways(stage, [*WAYS, *DOUBLE_HOPS, *UNENCRYPTED])
    ways.write_inventory()
    how: dict[str, Any] = {"settings": ways.settings, "status": None, "expect": None}
    first = stage.run(*TASKS, **how)
    seen = ways.seen()
    return Proof(first, stage.run(*TASKS, **how), seen)


@pytest.mark.parametrize("way", rows(WAYS))
def test_a_way_in(proof: Proof, way: Way, record_property: Callable[[str, object], None]) -> None:
    """A read and a write arrive by the handshake that the row names; the second run changes nothing."""
    assert proof.first.one("read", way.host).status == "ok", proof.first.one("read", way.host).data
    read = proof.seen[way.host, READ]
    assert (read.authentications, read.succeeded, read.delegated) == ({way.seen}, True, way.delegated)
    assert (read.secure, read.bound, read.encrypted) == (way.scheme == "https", way.bound, way.encrypted)
    assert read.path.strip("/") == way.path
    assert read.transport == ("psrp" if way.connection == "psrp" else "winrs")
    assert read.accounts == {"edgeadmin" if way.to == EDGE else f"{DOMAIN}\\admin"}
    record_property("handshake", str(read))
    if way.to == EDGE:
        return
    assert proof.first.one("write", way.host).changed, proof.first.one("write", way.host).data
    assert proof.seen[way.host, WRITE] == read
    assert proof.second.one("write", way.host).status == "ok"
    assert not proof.second.one("write", way.host).changed


@pytest.mark.parametrize("way", rows(DOUBLE_HOPS))
def test_the_double_hop(proof: Proof, way: Way) -> None:
    """Without credentials to pass on, the store on another machine is out of reach: the message names three remedies."""
    seen = proof.seen[way.host, READ]
    assert (seen.authentications, seen.succeeded, seen.delegated) == ({way.seen}, True, False)
    result = proof.first.one("write", way.host)
    assert result.status == "failed"
    remedies = ("ansible_psrp_path: OcsPowershell", "CredSSP", "Kerberos with delegation")
    places = [result.message.find(remedy) for remedy in remedies]
    assert places == sorted(places), result.message
    assert -1 not in places, result.message
    assert (way.host, WRITE) not in proof.seen


@pytest.mark.parametrize("way", rows(UNENCRYPTED))
def test_no_password_travels_in_the_clear_against_the_users_will(proof: Proof, way: Way) -> None:
    result = proof.first.one("read", way.host)
    assert result.status in ("failed", "unreachable")
    assert "encrypt" in result.message
    assert (way.host, READ) not in proof.seen
