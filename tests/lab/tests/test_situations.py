# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each situation, by what an administrator sees of it."""

from __future__ import annotations

from typing import Any

import pytest
from labtests.engine import Engine

from lynclab.deployment.replication import Delays
from lynclab.powershell.values import SWITCH
from lynclab.situations import catalogue, deployments
from lynclab.spec import LabSpec

EDGE = "lyncedge01"


def show(*texts: str) -> Engine:
    return Engine(LabSpec(sites=1, delays=Delays(10, 5, 3, 1000), situations=texts))


def allow(engine: Engine, seconds: float = 18) -> None:
    engine.run("Set-CsAccessEdgeConfiguration", AllowFederatedUsers=True)
    engine.clock.advance(seconds)


def federated(engine: Engine, edge: str = EDGE) -> bool:
    value: bool = engine.local(edge, "Get-CsAccessEdgeConfiguration")[0]["AllowFederatedUsers"]
    return value


def health(engine: Engine) -> dict[str, Any]:
    value: dict[str, Any] = engine.run("Get-CsManagementStoreReplicationStatus", CentralManagementStoreStatus=SWITCH)[0]
    return value


def test_every_situation_has_a_sentence_and_can_be_applied() -> None:
    for name, situation in deployments.TABLE.items():
        assert situation.__doc__, name
        show(name).status()


def test_an_unknown_situation_is_named() -> None:
    with pytest.raises(ValueError, match="no situation is called 'rain'"):
        show("rain")


def test_a_silent_branch_appliance() -> None:
    engine = show("silent-branch-appliance:30")
    row, edge = engine.status()["lyncsba01"], engine.status()[EDGE]
    assert row["UpToDate"] is False
    assert (edge["LastStatusReport"] - row["LastStatusReport"]).days == 30
    assert "lyncsba01.contoso.example" in [computer["Fqdn"] for computer in engine.run("Get-CsComputer")]


@pytest.mark.parametrize(("name", "deleted"), [("removed-server-listed", False), ("removed-server-deleted", True)])
def test_a_removed_server_is_still_listed(name: str, deleted: bool) -> None:
    engine = show(name)
    fqdn = "lyncold01.contoso.example"
    assert engine.status()["lyncold01"]["UpToDate"] is False
    assert fqdn not in [computer["Fqdn"] for computer in engine.run("Get-CsComputer")]
    assert (fqdn in health(engine)["DeletedReplicas"]) is deleted
    assert (fqdn in health(engine)["ActiveReplicas"]) is not deleted


def test_an_edge_with_the_right_content_and_no_reports() -> None:
    engine = show("edge-silent")
    allow(engine)
    assert (engine.status()[EDGE]["UpToDate"], federated(engine)) == (False, True)
    assert engine.status()["lyncedge02"]["UpToDate"] is True


def test_an_edge_that_receives_nothing() -> None:
    engine = show("edge-deaf:lyncedge02")
    assert engine.status()["lyncedge02"]["UpToDate"] is True
    allow(engine, 5000)
    assert (engine.status()["lyncedge02"]["UpToDate"], federated(engine, "lyncedge02")) == (False, False)
    assert (engine.status()[EDGE]["UpToDate"], federated(engine)) == (True, True)


def test_an_edge_that_was_never_filled() -> None:
    engine = show("edge-never-filled")
    row = engine.status()[EDGE]
    assert (row["UpToDate"], row["LastStatusReport"], row["ProductVersion"]) == (False, None, None)


def test_an_edge_that_drifted() -> None:
    engine = show("provider-present", "edge-drifted")
    assert engine.status()[EDGE]["UpToDate"] is True
    assert engine.local(EDGE, "Get-CsHostingProvider") == []
    assert len(engine.local("lyncedge02", "Get-CsHostingProvider")) == 1


def test_an_edge_that_reports_what_it_does_not_hold() -> None:
    engine = show("edge-stuck-content")
    allow(engine)
    assert (engine.status()[EDGE]["UpToDate"], federated(engine)) == (True, False)


@pytest.mark.parametrize("seconds", [600, -600])
def test_an_edge_whose_clock_is_off(seconds: int) -> None:
    engine = show(f"edge-clock-off:{seconds}")
    allow(engine)
    off, right = (engine.status()[name]["LastStatusReport"] for name in (EDGE, "lyncedge02"))
    assert (off - right).total_seconds() == seconds


def test_stamps_that_never_move() -> None:
    engine = show("stamps-frozen")
    before = engine.status()
    allow(engine, 5000)
    assert federated(engine)
    assert engine.status() == before


def test_a_stopped_master_looks_healthy() -> None:
    engine = show("master-stopped")
    allow(engine, 5000)
    assert health(engine)["ActiveMasterFqdn"] == "lyncfe01.contoso.example"
    assert (engine.status()[EDGE]["UpToDate"], federated(engine)) == (True, False)


def test_a_master_that_stops_after_its_health_was_read() -> None:
    engine = show("master-stops-after-health")
    allow(engine)
    assert federated(engine)
    health(engine)
    engine.run("Set-CsAccessEdgeConfiguration", AllowFederatedUsers=False)
    engine.clock.advance(5000)
    assert federated(engine)


@pytest.mark.parametrize(
    ("name", "prop"),
    [("no-active-master", "ActiveMasterFqdn"), ("no-file-transfer-agent", "ActiveFileTransferAgentFqdn")],
)
def test_the_store_is_not_healthy(name: str, prop: str) -> None:
    engine = show(name)
    assert health(engine)[prop] is None
    allow(engine, 5000)
    assert not federated(engine)


def test_a_master_that_moves() -> None:
    engine = show("master-moves:-600")
    before = engine.status()[EDGE]["LastUpdateCreation"]
    allow(engine)
    assert health(engine)["ActiveMasterFqdn"] == "lyncfe02.contoso.example"
    assert engine.status()[EDGE]["LastUpdateCreation"] < before
    assert federated(engine)


def test_a_package_between_two_writes() -> None:
    engine = show("package-between-writes")
    before = engine.status()[EDGE]
    allow(engine, 0)
    engine.clock.advance(1)
    engine.run("Set-CsAccessEdgeConfiguration", AllowOutsideUsers=False)
    between = engine.status()[EDGE]
    assert between["UpToDate"] is True
    assert between["LastUpdateCreation"] > before["LastUpdateCreation"]
    assert engine.local(EDGE, "Get-CsAccessEdgeConfiguration")[0]["AllowOutsideUsers"] is True
    engine.clock.advance(18)
    assert engine.local(EDGE, "Get-CsAccessEdgeConfiguration")[0]["AllowOutsideUsers"] is False


@pytest.mark.parametrize(
    ("name", "noun", "identity"),
    [
        ("public-provider", "CsPublicProvider", "Partner"),
        ("provider-under-another-name", "CsHostingProvider", "Hosted Voicemail"),
        ("provider-present", "CsHostingProvider", "Exchange Online"),
    ],
)
def test_a_provider_has_exchange_onlines_proxy(name: str, noun: str, identity: str) -> None:
    engine = show(name)
    (item,) = engine.run(f"Get-{noun}")
    assert (item["Identity"], item["ProxyFqdn"]) == (identity, "exap.um.outlook.com")
    assert engine.local(EDGE, f"Get-{noun}") == [item]
    assert engine.status()[EDGE]["UpToDate"] is True


def test_default_routing() -> None:
    engine = show("split-domain", "default-routing")
    assert engine.run("Get-CsAccessEdgeConfiguration")[0]["RoutingMethod"] == "UseDefaultRouting"
    assert engine.run("Get-CsHostingProvider") == []


def test_a_second_deployment_is_one_more() -> None:
    assert catalogue.shape(LabSpec(situations=("second-deployment",))).deployments == 2
