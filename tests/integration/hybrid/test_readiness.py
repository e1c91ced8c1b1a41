# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Readiness in a rollout: a table of its own where it is asked for, and nothing of it where it is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from support.rollout import dry_rollout, rollout
from support.stage import Stage, Start

ASKED = {"hybrid_check_readiness": True}


@pytest.fixture(scope="module")
def stage(start_for_module: Start) -> Stage:
    return start_for_module(
        sites=2, edges=1, outside=True, situations=("provider-present", "srv-missing:sales.contoso.example")
    )


def tasks(found: Any) -> set[str]:
    return {result.task for result in found.run.results}


def test_it_is_not_there_unless_it_is_asked_for(stage: Stage) -> None:
    found = dry_rollout(stage)
    assert "Readiness" not in found.run.output
    assert not [name for name in tasks(found) if "readiness" in name or "controller" in name]
    assert "DNS records of contoso.example, sales.contoso.example, certificates" in found.closing[-1]
    assert not [entry for entry in stage.arrived() if entry.name in ("Resolve-DnsName", "Get-CsCertificate")]


def test_the_table_stands_before_the_report(stage: Stage) -> None:
    found = rollout(stage, variables=ASKED)
    assert found.run.status == 0
    assert "Readiness: 6 good, 2 bad, 2 not checked." in found.run.output
    assert found.run.output.index("Readiness: ") < found.run.output.index("\nDeployment  ")
    assert "there is no SRV record _sipfederationtls._tcp.sales.contoso.example" in found.run.output
    assert (
        "federation traffic and the tenant's side not tested, DNS and certificates as the table says"
        in found.closing[-1]
    )
    assert set(found.outcomes.values()) == {"verified"}


def test_a_dry_run_has_it_too(stage: Stage, tmp_path: Path) -> None:
    outside = stage.lab.outside
    assert outside is not None
    outside.write_authorities(tmp_path / "ca.pem")
    found = dry_rollout(
        stage,
        variables={
            "hybrid_check_sip_domains": "contoso.example",
            "hybrid_check_access_edges": ["sip.contoso.example"],
            "hybrid_check_name_servers": [outside.name_server],
            "hybrid_check_ca_file": str(tmp_path / "ca.pem"),
        },
    )
    assert "Readiness: 4 good, 0 bad, 0 not checked." in found.run.output
    assert "controller" in found.run.output
    assert not [entry for entry in stage.arrived() if entry.name == "Resolve-DnsName"]


def test_the_plan_does_not_call_unchecked_what_the_run_asks(start: Start) -> None:
    domains = ["contoso.example", "sales.contoso.example"]
    asked = {"hybrid_check_sip_domains": domains, "hybrid_check_name_servers": ["127.0.0.1:9"]}
    found = dry_rollout(start(), variables={**ASKED, **asked})
    (line,) = [line for line in found.run.output.splitlines() if "Not checked from here: DNS" in line]
    assert line.endswith("says: from the controller and on each Edge Server.")


def test_an_edge_server_that_cannot_be_read_is_not_asked(stage: Stage) -> None:
    stage.lab.show("refused:lyncedge02")
    try:
        found = dry_rollout(stage, variables={**ASKED, "hybrid_edge_verification": "best_effort"})
    finally:
        stage.lab.machine("lyncedge02.contoso.example").faults.accept()
    rows = found.run.output.partition("Readiness: ")[2].partition("\nDeployment  ")[0].splitlines()
    assert {row.split()[0] for row in rows if "federation record" in row} == {"lyncedge01.contoso.example"}
    (row,) = [row for row in rows if row.startswith("lyncedge02")]
    assert row.split()[1:4] == ["readiness", "-", "not"]
    assert not stage.arrived("lyncedge02.contoso.example")


def test_readiness_alone_logs_on_to_edge_servers_whose_stores_are_not_read(stage: Stage) -> None:
    skip = {"hybrid_edge_verification": "skip", "hybrid_replication_settle": 1}
    found = dry_rollout(stage, variables={**ASKED, **skip})
    assert "Readiness: 6 good, 2 bad, 2 not checked." in found.run.output
    names = {entry.name for entry in stage.arrived("lyncedge01.contoso.example")}
    assert names - {"Import-Module"} == {"Resolve-DnsName", "Get-CsCertificate"}
