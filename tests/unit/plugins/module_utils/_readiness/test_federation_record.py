# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the federation record of a SIP domain is good, bad, or not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.outside import Looked, Srv
from ansible_collections.ucops.lync.plugins.module_utils._readiness.federation_record import federation_record
from ansible_collections.ucops.lync.plugins.module_utils._readiness.rows import Outcome

DOMAIN = "contoso.com"
NAME = "_sipfederationtls._tcp.contoso.com"
EDGE = "sip.contoso.com"
HERE = Looked(addresses=("192.0.2.10",))
ELSEWHERE = Looked(addresses=("192.0.2.99",))
SILENT = Looked(problem="no answer")


@dataclass
class Zone:
    """Names with fixed answers; what is not among them does not exist."""

    known: Mapping[str, Looked] = field(default_factory=dict)

    def federation(self, name: str) -> Looked:
        return self.known.get(name, Looked())

    def addresses(self, name: str) -> Looked:
        return self.known.get(name, Looked())


def to(*records: tuple[str, int]) -> Looked:
    return Looked(records=tuple(Srv(target, port) for target, port in records))


@pytest.mark.parametrize(
    ("known", "outcome", "words"),
    [
        ({NAME: to((EDGE, 5061)), EDGE: HERE}, Outcome.GOOD, "the Access Edge's external name"),
        ({NAME: to(("SIP.Contoso.com.", 5061)), "SIP.Contoso.com.": HERE}, Outcome.GOOD, "external name"),
        (
            {NAME: to(("a.contoso.com", 5061)), "a.contoso.com": HERE, EDGE: HERE},
            Outcome.GOOD,
            f"at the address of {EDGE}",
        ),
        ({}, Outcome.BAD, f"there is no SRV record {NAME}"),
        ({NAME: SILENT}, Outcome.NOT_CHECKED, "no answer"),
        ({NAME: to((EDGE, 443)), EDGE: HERE}, Outcome.BAD, "leads to sip.contoso.com:443; federation uses port 5061"),
        ({NAME: to(("sip.fabrikam.com", 5061)), "sip.fabrikam.com": HERE}, Outcome.BAD, "not in contoso.com"),
        ({NAME: to(("sip.notcontoso.com", 5061)), "sip.notcontoso.com": HERE}, Outcome.BAD, "not in contoso.com"),
        ({NAME: to((EDGE, 5061))}, Outcome.BAD, "a name without an address"),
        ({NAME: to((EDGE, 5061)), EDGE: SILENT}, Outcome.NOT_CHECKED, "its address is not known: no answer"),
        (
            {NAME: to(("a.contoso.com", 5061)), "a.contoso.com": ELSEWHERE, EDGE: HERE},
            Outcome.BAD,
            "leads to a.contoso.com:5061 (192.0.2.99), which is not the address of sip.contoso.com",
        ),
        (
            {NAME: to(("a.contoso.com", 5061)), "a.contoso.com": ELSEWHERE},
            Outcome.NOT_CHECKED,
            "could not be compared: sip.contoso.com has no address here",
        ),
        (
            {NAME: to(("a.contoso.com", 5061)), "a.contoso.com": ELSEWHERE, EDGE: SILENT},
            Outcome.NOT_CHECKED,
            "sip.contoso.com has no address here: no answer",
        ),
    ],
)
def test_a_record(known: Mapping[str, Looked], outcome: Outcome, words: str) -> None:
    row = federation_record(Zone(known), DOMAIN, [EDGE]).row
    assert (row.subject, row.outcome) == (DOMAIN, outcome)
    assert words in row.reason


def test_of_several_records_the_worst_decides_and_all_names_in_the_domain_count() -> None:
    names = Zone({NAME: to((EDGE, 5061), ("old.contoso.com", 5061), ("sip.fabrikam.com", 5061)), EDGE: HERE})
    found = federation_record(names, DOMAIN, [EDGE])
    assert found.row.outcome is Outcome.BAD
    assert found.targets == (EDGE, "old.contoso.com")


def test_without_a_known_access_edge_nothing_is_compared() -> None:
    row = federation_record(Zone({NAME: to((EDGE, 5061)), EDGE: HERE}), DOMAIN, []).row
    assert row.outcome is Outcome.NOT_CHECKED
    assert "it was not compared" in row.reason


def test_any_of_several_access_edges_will_do() -> None:
    names = Zone({NAME: to((EDGE, 5061)), EDGE: HERE})
    assert federation_record(names, DOMAIN, ["sip02.contoso.com", EDGE]).row.outcome is Outcome.GOOD
