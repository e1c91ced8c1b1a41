# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a look from the controller tells: only names that were listed are asked for and connected to."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused
from ansible_collections.ucops.lync.plugins.module_utils._core.outside import Handshake, Looked, Srv
from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_external_readiness_info
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils.memory import MemoryTask, validated

NOW = 1_700_000_000.0
YEAR = 365 * 86400


class Partner:
    """A network with one Access Edge."""

    def __init__(self, shown: Handshake) -> None:
        self.shown = shown
        self.connected: list[tuple[str, int]] = []

    def federation(self, name: str) -> Looked:
        return Looked(records=(Srv("sip.contoso.com", 5061),)) if name.endswith(".contoso.com") else Looked()

    def addresses(self, name: str) -> Looked:
        return Looked(addresses=("192.0.2.10",))

    def handshake(self, host: str, port: int) -> Handshake:
        self.connected.append((host, port))
        return self.shown


def rows(partner: Partner, **options: Any) -> list[tuple[str, str, str]]:
    task = MemoryTask(None, validated(lync_external_readiness_info.ARGUMENT_SPEC, **options))
    task.clock = NOW
    task.outside = lambda name_servers, ca_file, timeout: partner  # type: ignore[method-assign]
    lync_external_readiness_info.run(task)
    return [(row["check"], row["subject"], row["outcome"]) for row in task.result["rows"]]


def test_without_names_nothing_is_looked_at() -> None:
    partner = Partner(Handshake())
    assert rows(partner) == []
    assert partner.connected == []


def test_records_and_access_edges() -> None:
    partner = Partner(Handshake("TLSv1.2", NOW + YEAR, ("sip.contoso.com",)))
    found = rows(partner, sip_domains=["contoso.com", "fabrikam.com"], access_edges=["sip.contoso.com"])
    assert found == [
        ("federation record", "contoso.com", "good"),
        ("federation record", "fabrikam.com", "bad"),
        ("TLS handshake", "sip.contoso.com", "good"),
        ("certificate expiry", "sip.contoso.com", "good"),
        ("certificate name", "sip.contoso.com", "good"),
    ]
    assert partner.connected == [("sip.contoso.com", 5061)]


def test_a_wildcard_is_as_bad_as_it_is_on_the_edge_server() -> None:
    found = rows(Partner(Handshake("TLSv1.2", NOW + YEAR, ("*.contoso.com",))), access_edges=["sip.contoso.com"])
    assert found[-1] == ("certificate name", "sip.contoso.com", "bad")


def test_where_a_record_leads_is_not_connected_to() -> None:
    partner = Partner(Handshake())
    assert rows(partner, sip_domains=["contoso.com"]) == [("federation record", "contoso.com", "not checked")]
    assert partner.connected == []


@pytest.mark.parametrize(
    ("shown", "outcome"), [(Handshake(wrong="bad"), "bad"), (Handshake(problem="unknown"), "not checked")]
)
def test_a_handshake_that_ends(shown: Handshake, outcome: str) -> None:
    assert rows(Partner(shown), access_edges=["sip.contoso.com:443"]) == [
        ("TLS handshake", "sip.contoso.com:443", outcome)
    ]


@pytest.mark.parametrize("text", ["sip.contoso.com:", "sip.contoso.com:x", ":5061", "sip.contoso.com:70000"])
def test_a_port_that_is_none(text: str) -> None:
    with pytest.raises(Refused, match="is no name of an Access Edge"):
        rows(Partner(Handshake()), access_edges=[text])
