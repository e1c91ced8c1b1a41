# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task of each module, for the tests that go through all of them: none changes a deployment that is configured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.wishes import EXCHANGE_ONLINE, FEDERATION, SETTINGS


@dataclass(frozen=True)
class Example:
    """Options, the group whose hosts the module is for, variables of the task, and whether it opens a session at all."""

    options: Mapping[str, Any] = field(default_factory=dict)
    hosts: str = "lync_management"
    variables: Mapping[str, Any] = field(default_factory=dict)
    connects: bool = True


DOCUMENTED = {"access_edge": FEDERATION, "hosting_provider": EXCHANGE_ONLINE}
READING = {
    "host": "fe01",
    "where": "fe01:443/OcsPowershell",
    "topology": {
        "edges": [{"fqdn": "edge01.contoso.example", "pool": "edge.contoso.example", "site": "Lisbon"}],
    },
    "objects": {
        "CsAccessEdgeConfiguration": [{"AllowFederatedUsers": True, "RoutingMethod": "UseDnsSrvRouting"}],
        "CsHostingProvider": [],
        "CsPublicProvider": [],
    },
}

EDGE = "lyncedge01.contoso.example"
POOL = "lyncedgepool01.contoso.example"
READINESS = {
    "host": "fe01",
    "where": "fe01:443/OcsPowershell",
    "topology": {
        "edge_pools": [
            {"fqdn": POOL, "site": "Lisbon", "external_sip_port": 5061, "external_fqdn": "sip.contoso.example"}
        ],
        "edges": [{"fqdn": EDGE, "pool": POOL, "site": "Lisbon"}],
        "sip_domains": ["contoso.example"],
    },
}

EXAMPLES: Mapping[str, Example] = {
    "lync_access_edge": Example(FEDERATION),
    "lync_access_edge_info": Example(),
    "lync_allowed_domain": Example({"identity": "fabrikam.example", "state": "absent"}),
    "lync_allowed_domain_info": Example(),
    "lync_allowed_domains": Example({"domains": [], "purge": True}),
    "lync_blocked_domain": Example({"identity": "spam.example", "state": "absent"}),
    "lync_blocked_domain_info": Example({"local_store": True}, hosts="lync_edge"),
    "lync_cmdlet": Example({"cmdlet": "Get-CsSite"}),
    "lync_deployment_compare": Example({"identities": {}, "deployments": {}}),
    "lync_deployment_info": Example(),
    "lync_edge_readiness_info": Example({"reading": READINESS, "edge": EDGE}, hosts="lync_edge"),
    "lync_external_access_policy": Example({"identity": "global", "state": "absent"}),
    "lync_external_access_policy_info": Example(),
    "lync_external_readiness_info": Example(),
    "lync_hosting_provider": Example(EXCHANGE_ONLINE),
    "lync_hosting_provider_info": Example({"local_store": True}, hosts="lync_edge"),
    "lync_inventory_info": Example(),
    "lync_local_store_check": Example({"settings": SETTINGS, "timeout": 0}, hosts="lync_edge"),
    "lync_ping": Example(),
    "lync_replication_status": Example(),
    "lync_plan_show": Example({"plan": str(Path(__file__).with_name("plan.json"))}),
    "lync_rollout_plan": Example(
        {
            "deployment": {"name": ""},
            "reading": {"reading": READING},
            "documented": DOCUMENTED,
            "edge_verification": "best_effort",
        }
    ),
    "lync_rollout_report": Example({"lines": ["1 of 1 Edge Servers verified."]}),
    "lync_rollout_verdict": Example({"deployments": {}}),
    # The play would end in the middle of the opening; what it does with a keeper: keeper/test_openings.py.
    "lync_session": Example(variables={"lync_session_keep": False}, connects=False),
    "lync_topology_info": Example(),
}
