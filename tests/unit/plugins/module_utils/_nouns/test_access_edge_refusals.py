# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is refused for the Access Edge, before the first write."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_access_edge import MODULE
from ansible_collections.ucops.lync.plugins.module_utils._nouns.access_edge import routing_method
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._nouns.test_access_edge import (
    World,
    default_routing,
    dns,
    task,
)

PUBLIC = memory.provider("Public", "sip.public.example")
HOSTED = memory.provider("LyncOnline", "sipfed.online.lync.com")


@pytest.mark.parametrize(
    ("world", "options", "sentence"),
    [
        pytest.param(
            dns(),
            {"enable_partner_discovery": True, "default_route_fqdn": "a.example"},
            "enable_partner_discovery belong to DNS SRV routing and default_route_fqdn to default routing",
            id="settings of both methods",
        ),
        pytest.param(
            dns(),
            {"is_public_provider": True},
            "is_public_provider can be set only with UseDefaultRouting",
            id="of the other method",
        ),
        pytest.param(
            dns(),
            {"routing_method": "UseDefaultRouting", "be_clearing_house": True},
            "be_clearing_house can be set only with UseDnsSrvRouting, but this deployment is to use UseDefaultRouting",
            id="of the method that is to be left",
        ),
        pytest.param(
            default_routing(),
            {"be_clearing_house": True},
            "this deployment uses UseDefaultRouting",
            id="under default routing",
        ),
        pytest.param(
            dns(),
            {"routing_method": "UseDefaultRouting"},
            "default_route_fqdn must be stated",
            id="companion of default routing",
        ),
        pytest.param(
            default_routing(),
            {"routing_method": "UseDnsSrvRouting"},
            "enable_partner_discovery must be stated",
            id="companion of DNS SRV routing",
        ),
        pytest.param(
            dns(EnablePartnerDiscovery=None),
            {"be_clearing_house": True},
            "enable_partner_discovery must be stated",
            id="not shown",
        ),
        pytest.param(
            default_routing(DefaultRouteFqdn=""),
            {"is_public_provider": True},
            "default_route_fqdn must be stated",
            id="empty",
        ),
        pytest.param(
            dns("lync2010"),
            {"enable_user_replicator": True},
            "enable_user_replicator needs Lync Server 2013 or later; this deployment runs Lync Server 2010.",
            id="newer than 2010",
        ),
        pytest.param(
            dns("lync2010"),
            {"discovered_partner_verification_level": "AlwaysVerifiable"},
            "needs Lync Server 2013 or later",
            id="routing setting newer than 2010",
        ),
        pytest.param(
            {**default_routing(), "product": "lync2010"},
            {
                "routing_method": "UseDnsSrvRouting",
                "enable_partner_discovery": True,
                "discovered_partner_verification_level": "AlwaysVerifiable",
            },
            "discovered_partner_verification_level needs Lync Server 2013 or later",
            id="newer than 2010, with another routing method",
        ),
        pytest.param(
            dns(),
            {"skype_search_url": "https://a.example"},
            "skype_search_url needs Skype for Business Server 2015 or later; this deployment runs Lync Server 2013.",
            id="newer than 2013",
        ),
        pytest.param(
            {**dns(), "hides": ["AllowAnonymousUsers"]},
            {"allow_anonymous_users": True},
            "this server does not show the property AllowAnonymousUsers",
            id="not shown though it should be",
        ),
        pytest.param(
            {**dns("sfb2019"), "hides": ["MaxContactsPerDiscoveredPartner"]},
            {"max_contacts_per_discovered_partner": 10},
            "this server does not show the property MaxContactsPerDiscoveredPartner",
            id="not shown by a product newer than the setting",
        ),
        pytest.param(dns(), {"outgoing_tls_count_for_federated_partners": 5}, "must be from 1 to 4", id="out of range"),
        pytest.param(dns(), {"certificates_deleted_percentage": 101}, "must be from 0 to 100", id="per cent"),
    ],
)
@pytest.mark.parametrize("check_mode", [True, False])
def test_refusals_before_the_first_write(
    world: World, options: dict[str, Any], sentence: str, check_mode: bool
) -> None:
    run = task(world, check_mode=check_mode, **options)
    with pytest.raises(Refused) as refused:
        MODULE.run(run)
    assert sentence in refused.value.message
    assert run.written == []


@pytest.mark.parametrize(
    ("providers", "named"), [({"hosting": [HOSTED]}, "LyncOnline"), ({"public": [PUBLIC]}, "Public")]
)
def test_default_routing_is_refused_beside_a_provider(providers: World, named: str) -> None:
    run = task({**dns(), **providers}, routing_method="UseDefaultRouting", default_route_fqdn="proxy.adatum.example")
    with pytest.raises(Refused, match=named):
        MODULE.run(run)


def test_an_unknown_routing_method_is_refused() -> None:
    with pytest.raises(Refused, match="The routing method 'Carrier pigeon' of this deployment is none of"):
        routing_method({"RoutingMethod": "Carrier pigeon"})
