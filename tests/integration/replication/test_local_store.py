# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""lync_local_store_check: only what an Edge Server's own store holds proves that a change arrived."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Start

from support.ansible import Task, task
from support.stage import Stage
from support.wishes import EXCHANGE_ONLINE, SETTINGS, access_edge, hosting_provider

pytestmark = [pytest.mark.over_psrp_and_winrm, pytest.mark.side_by_side]

GETS = ["Get-CsAccessEdgeConfiguration", "Get-CsHostingProvider"]
FEDERATED: dict[str, Any] = {"access_edge": {"global": {"allow_federated_users": True}}}
PROVIDER = {"hosting_provider": SETTINGS["hosting_provider"]}
CHANGES = (access_edge(allow_federated_users=True), hosting_provider(**EXCHANGE_ONLINE))


def check(settings: dict[str, Any], name: str = "check", **options: Any) -> Task:
    options = {"settings": settings, "timeout": 0, "interval": 0.1, **options}
    return task("lync_local_store_check", options, name=name, ignore_errors=True)


def provider(**options: Any) -> dict[str, Any]:
    """Settings of one provider."""
    return {"hosting_provider": {"Exchange Online": options}}


def difference(noun: str, identity: str, option: str, desired: Any, found: Any) -> dict[str, Any]:
    return {"noun": noun, "identity": identity, "option": option, "desired": desired, "found": found}


def test_from_difference_to_proof(start: Start) -> None:
    """What is not there yet is shown as a difference; what is on its way is waited for; the order of it all is kept."""
    stage = start(edges=2)
    differs = stage.run(check(SETTINGS), hosts="lync_edge", options=["--diff"]).of("check")
    assert [result.status for result in differs] == ["failed", "failed"]
    first = differs[0]
    assert first.message == (
        f"The local store of {first.host} differs: access edge 'global': allow_federated_users: desired True, found False; "
        "hosting provider 'Exchange Online': state: desired 'present', found 'absent'. "
        "If the deployment is set as desired, this server has not received it: check its "
        "replication (services REPLICA here, MASTER and FTA on the Central Management Server, port 4443)."
    )
    assert (first["outcome"], first["changed"]) == ("differs", False)
    assert first["diff"]["after"]["hosting_provider"]["Exchange Online"]["proxy_fqdn"] == "exap.um.outlook.com"
    assert first["differences"] == [
        difference("access_edge", "global", "allow_federated_users", True, False),
        difference("hosting_provider", "Exchange Online", "state", "present", "absent"),
    ]
    stage.assert_only_read()

    stage.run(*CHANGES)
    arrives = stage.run(check(SETTINGS, timeout=30), hosts="lync_edge")
    assert {(result.status, result["outcome"]) for result in arrives.of("check")} == {("ok", "matches")}
    assert [entry.name for entry in stage.arrived(stage.edges[0].name)][:2] == GETS
    for edge in stage.edges:
        assert stage.read(GETS[0], edge)[0]["AllowFederatedUsers"] is True
        assert [one["ProxyFqdn"] for one in stage.read(GETS[1], edge)] == ["exap.um.outlook.com"]

    stage.lab.show("edge-drifted:lyncedge01")
    run = stage.run(
        check(FEDERATED),
        check(provider(state="absent"), "gone"),
        hosts="lync_edge",
    )
    assert [result.status for result in sorted(run.of("check"), key=lambda result: result.host)] == ["failed", "ok"]
    assert [result.status for result in sorted(run.of("gone"), key=lambda result: result.host)] == ["ok", "failed"]


def test_the_dry_run_tells_drifted_from_pending(start: Start) -> None:
    """With the central store of today: the first Edge Server differs from it, the second one is as it is."""
    stage = start(edges=2, situations=("provider-present", "edge-drifted:lyncedge01"))
    info = [
        task("lync_access_edge_info", name="edge", register="edge", delegate_to=stage.front_end.name),
        task("lync_hosting_provider_info", name="providers", register="providers", delegate_to=stage.front_end.name),
    ]
    central = {"access_edge": "{{ edge.access_edge }}", "hosting_provider": "{{ providers.hosting_providers }}"}
    more = {"allow_federated_users": True, "allow_anonymous_users": True}
    settings = {**SETTINGS, "access_edge": {"global": more}}
    run = stage.dry_run(*info, check(settings, central=central), hosts="lync_edge")
    found = {result.host.split(".")[0]: result for result in run.of("check")}
    assert (found["lyncedge01"].status, found["lyncedge01"]["outcome"]) == ("failed", "drifted")
    assert "The Central Management store has it otherwise today" in found["lyncedge01"].message
    assert (found["lyncedge02"].status, found["lyncedge02"]["outcome"]) == ("ok", "pending")
    assert found["lyncedge02"]["differences"] == [
        difference("access_edge", "global", "allow_anonymous_users", True, False)
    ]
    real = stage.run(*info, check(settings, central=central), hosts="lync_edge")
    assert {(result.status, result["outcome"]) for result in real.of("check")} == {("failed", "differs")}


def test_a_provider_under_another_name_counts(start: Start) -> None:
    stage = start(situations=("provider-under-another-name", "lync2010"), rich_types=True)
    run = stage.run(check(PROVIDER), hosts="lync_edge")
    assert run.one("check")["outcome"] == "matches"
    other = {"verification_level": "AlwaysVerifiable", "proxy_fqdn": "EXAP.um.outlook.com."}
    assert stage.run(check(provider(**other)), hosts="lync_edge").one("check")["differences"] == [
        difference(
            "hosting_provider",
            "Exchange Online",
            "verification_level",
            "AlwaysVerifiable",
            "UseSourceVerification",
        )
    ]


@pytest.mark.parametrize("dry", [True, False])
def test_what_cannot_be_compared_is_refused(stage: Stage, dry: bool) -> None:
    run = (stage.dry_run if dry else stage.run)(
        check({}, "nothing"),
        check({"access_edge": {"global": {}}}, "empty"),
        check({"hosting_provider": {"One": {}, "ONE": {}}}, "twice"),
        check({"access_edge": {"global": {"outgoing_tls_count_for_federated_partners": 7}}}, "range"),
        check(SETTINGS, "interval", interval=0),
        hosts="lync_edge",
    )
    told = {result.task: result.message for result in run.results}
    assert (
        told["nothing"]
        == told["empty"]
        == ("There is nothing to compare: state options of at least one object in settings.")
    )
    assert told["twice"] == "The hosting provider 'ONE' is stated twice."
    assert "outgoing_tls_count_for_federated_partners" in told["range"]
    assert told["interval"].startswith("interval must be from 0.05")
    assert stage.arrived() == []
