# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules that only read: settings, providers, topology, and the check of a local store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from support.ansible import task
from support.stage import Start
from support.wishes import EXCHANGE_ONLINE, SETTINGS

pytestmark = [pytest.mark.over_psrp_and_winrm, pytest.mark.side_by_side]

LOCAL = {"local_store": True}
COMPLETE = {"settings": SETTINGS, "timeout": 0}
CENTRAL = {
    "access_edge": "{{ hostvars['lyncfe01.contoso.example'].edge.access_edge }}",
    "hosting_provider": "{{ hostvars['lyncfe01.contoso.example'].providers.hosting_providers }}",
}


@pytest.mark.parametrize("servers", [{}, {"rich_types": True}], ids=["texts", "objects"])
def test_info_of_both_stores(start: Start, servers: Mapping[str, Any]) -> None:
    stage = start(situations=("split-domain", "provider-present", "edge-drifted"), **servers)
    central = stage.run(
        task("lync_access_edge_info", name="edge"), task("lync_hosting_provider_info", name="providers")
    )
    edge = central.one("edge")["access_edge"]
    assert (edge["identity"], edge["allow_federated_users"], edge["routing_method"]) == (
        "Global",
        True,
        "UseDnsSrvRouting",
    )
    assert (edge["outgoing_tls_count_for_federated_partners"], edge["discovered_partner_verification_level"]) == (
        4,
        "UseSourceVerification",
    )
    providers = central.one("providers")["hosting_providers"]
    assert [(found["identity"], found["hosts_ocs_users"]) for found in providers] == [
        ("LyncOnline", True),
        ("Exchange Online", False),
    ]
    assert {name: providers[1][name] for name in EXCHANGE_ONLINE} == EXCHANGE_ONLINE

    local = stage.run(
        task("lync_access_edge_info", LOCAL, name="edge"),
        task("lync_hosting_provider_info", LOCAL, name="providers"),
        hosts="lync_edge",
        options=["--check"],
    )
    assert local.one("edge")["access_edge"]["allow_federated_users"] is False
    assert local.one("providers")["hosting_providers"] == []
    assert {dict(entry.parameters).get("LocalStore") is not None for entry in stage.arrived()} == {True}
    stage.assert_only_read()


@pytest.mark.parametrize("kind", ["utc", "local", "unspecified"])
@pytest.mark.parametrize("rich", [False, True], ids=["texts", "objects"])
def test_topology_with_each_kind_of_date(start: Start, kind: str, rich: bool) -> None:
    stage = start(sites=2, edges=2, stamp_kind=kind, rich_types=rich)
    run = stage.run(
        task("lync_topology_info", name="topology"),
        task("lync_cmdlet", {"cmdlet": "Get-CsManagementStoreReplicationStatus"}, name="status"),
    )
    found = run.one("topology")
    assert [(edge["fqdn"], edge["site"]) for edge in found["edges"]] == [
        (f"lyncedge0{number}.contoso.example", site)
        for number, site in ((1, "Lisbon"), (2, "Lisbon"), (3, "Zurich"), (4, "Zurich"))
    ]
    assert [site["identity"] for site in found["sites"]] == ["Site:Lisbon", "Site:Zurich"]
    assert found["sip_domains"] == ["contoso.example", "sales.contoso.example"]
    assert found["central"]["active_master_fqdn"] == "lyncfe01.contoso.example"
    assert len(found["computers"]) >= 6
    assert found["pools"]
    assert found["edge_services"]
    stamps = [row["LastStatusReport"] for row in run.one("status")["output"]]
    assert all(isinstance(stamp, str) and stamp for stamp in stamps)
    ends = {"utc": "Z", "local": "+01:00"}.get(kind)
    assert all(stamp.endswith(ends) if ends else stamp[-1].isdigit() and "+" not in stamp for stamp in stamps), stamps


def test_a_local_store_that_holds_it(start: Start) -> None:
    stage = start(situations=("provider-under-another-name",))
    stage.deployment.seed(lambda content: content.with_access_edge(AllowFederatedUsers=True))
    result = stage.run(task("lync_local_store_check", COMPLETE), hosts="lync_edge").one()
    assert (result["outcome"], result["differences"], result.changed) == ("matches", [], False)


def test_a_local_store_behind_functions(start: Start) -> None:
    """A switch that they are sent as null is off, without an error: they would read the central store."""
    stage = start(situations=("provider-present", "functions"))
    local = stage.run(task("lync_hosting_provider_info", LOCAL, name="providers"), hosts="lync_edge")
    assert [found["identity"] for found in local.one("providers")["hosting_providers"]] == ["Exchange Online"]
    assert [dict(entry.parameters)["LocalStore"] for entry in stage.arrived()] == [True]


def test_a_local_store_that_differs(start: Start) -> None:
    stage = start(situations=("provider-present", "edge-drifted"))
    run = stage.run(task("lync_local_store_check", COMPLETE), hosts="lync_edge", status=2)
    result = run.one()
    assert result["outcome"] == "differs"
    assert result["differences"] == [
        {
            "noun": "access_edge",
            "identity": "global",
            "option": "allow_federated_users",
            "desired": True,
            "found": False,
        },
        {
            "noun": "hosting_provider",
            "identity": "Exchange Online",
            "option": "state",
            "desired": "present",
            "found": "absent",
        },
    ]
    assert "access edge 'global': allow_federated_users: desired True, found False" in result.message
    assert "port 4443" in result.message
    assert "diff" not in result.data, "the task shows none"
    stage.assert_only_read()


def test_a_local_store_that_is_waited_for(start: Start) -> None:
    stage = start()
    read = task("lync_local_store_check", {**COMPLETE, "timeout": 30, "interval": 0.1})
    stage.deployment.write(
        lambda content: content.with_access_edge(AllowFederatedUsers=True).with_item(
            "hosting_providers",
            {
                "Identity": "Exchange Online",
                "ProxyFqdn": "exap.um.outlook.com",
                "Enabled": True,
                "EnabledSharedAddressSpace": True,
                "HostsOCSUsers": False,
                "IsLocal": False,
                "VerificationLevel": "UseSourceVerification",
            },
        )
    )
    assert stage.run(read, hosts="lync_edge").one()["outcome"] == "matches"


def test_a_dry_run_tells_drift_from_what_is_to_come(start: Start) -> None:
    stage = start(edges=2, situations=("edge-drifted:lyncedge02",))
    stage.deployment.seed(lambda content: content.with_access_edge(AllowFederatedUsers=False))
    wish = {
        "settings": {"access_edge": {"global": {"allow_federated_users": True, "allow_outside_users": True}}},
        "central": CENTRAL,
    }
    edge = stage.deployment.replication.replicas["lyncedge02.contoso.example"]
    edge.content = edge.content.with_access_edge(AllowOutsideUsers=False)
    tasks = [
        task(
            "lync_access_edge_info", name="Read the settings", register="edge", when="'lync_management' in group_names"
        ),
        task(
            "lync_hosting_provider_info",
            name="Read the providers",
            register="providers",
            when="'lync_management' in group_names",
        ),
        task("lync_local_store_check", wish, name="Compare", when="'lync_edge' in group_names"),
    ]
    run = stage.dry_run(*tasks, hosts="all", status=2)
    right = run.one("Compare", "lyncedge01.contoso.example")
    assert (right.status, right["outcome"]) == ("ok", "pending")
    wrong = run.one("Compare", "lyncedge02.contoso.example")
    assert (wrong.status, wrong["outcome"]) == ("failed", "drifted")
    assert "lags behind" in wrong.message
