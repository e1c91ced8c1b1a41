# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The consents: what each is needed for, what it is not needed for, and that nothing is written without it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._planning import consents
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import scene

PROXY, CHINA = "exap.um.outlook.com", "exap.um.partner.outlook.cn"
FEDERATED = {"AllowFederatedUsers": True}


def exchange(name: str = "Exchange Online", proxy: str = PROXY, **properties: Any) -> memory.Object:
    return memory.provider(name, proxy, **properties)


LYNC_ONLINE = memory.provider("LyncOnline", "sipfed.online.lync.com", HostsOCSUsers=True)
DIRECT = memory.provider("Partner", "sip.fabrikam.example", EnabledSharedAddressSpace=False)
DOMAIN = {"allowed_domains": [{"Identity": "fabrikam.example", "Domain": "fabrikam.example"}]}
PARTNER = {"identity": "Partner", "proxy_fqdn": "sip.fabrikam.example", "enabled_shared_address_space": False}
VOICEMAIL = {"hosted_voicemail_policies": [{"Identity": "Global", "Destination": CHINA}]}

SITUATIONS: dict[str, tuple[memory.Deployment, dict[str, Any], list[str]]] = {
    "fresh": (memory.Deployment(), {}, []),
    "everything is there": (memory.Deployment(FEDERATED, [exchange()]), {}, []),
    "an interrupted run": (memory.Deployment({}, [exchange()]), {}, []),
    "a direct partner and federation off": (memory.Deployment({}, [DIRECT]), {}, []),
    "a disabled provider of others": (memory.Deployment({}, [{**LYNC_ONLINE, "Enabled": False}]), {}, []),
    "disabled": (memory.Deployment(FEDERATED, [exchange(Enabled=False)]), {}, ["enable_disabled_provider"]),
    "shared address space off": (
        memory.Deployment(FEDERATED, [exchange(EnabledSharedAddressSpace=False)]),
        {},
        ["change_existing_provider"],
    ),
    "shared address space off, as asked for": (
        memory.Deployment(FEDERATED, [exchange(EnabledSharedAddressSpace=False)]),
        {"hybrid_hosting_provider": {"enabled_shared_address_space": False}},
        [],
    ),
    "hosts Lync users": (
        memory.Deployment(FEDERATED, [exchange(HostsOCSUsers=True)]),
        {},
        ["change_existing_provider"],
    ),
    "is local": (memory.Deployment(FEDERATED, [exchange(IsLocal=True)]), {}, ["change_existing_provider"]),
    "trusts everything": (
        memory.Deployment(FEDERATED, [exchange(VerificationLevel="AlwaysVerifiable")]),
        {},
        ["change_existing_provider"],
    ),
    "trusts nothing": (
        memory.Deployment(FEDERATED, [exchange(VerificationLevel="AlwaysUnverifiable")]),
        {},
        ["change_existing_provider", "widen_trust"],
    ),
    "another name, other values": (
        memory.Deployment(FEDERATED, [exchange("Voicemail", IsLocal=True)]),
        {},
        ["change_existing_provider"],
    ),
    "another name, as documented": (memory.Deployment(FEDERATED, [exchange("Voicemail")]), {}, []),
    "another name, federation off": (memory.Deployment({}, [exchange("Voicemail")]), {}, ["reopen_federation"]),
    "split domain, federation off": (memory.Deployment({}, [LYNC_ONLINE]), {}, ["reopen_federation"]),
    "split domain, federation on": (memory.Deployment(FEDERATED, [LYNC_ONLINE]), {}, []),
    "allowed domains, federation off": (memory.Deployment({}, others=DOMAIN), {}, ["reopen_federation"]),
    "decommissioned": (
        memory.Deployment({"EnablePartnerDiscovery": True}, [exchange(Enabled=False)], others=DOMAIN),
        {},
        ["enable_disabled_provider", "reopen_federation"],
    ),
    "another cloud": (memory.Deployment(FEDERATED, [exchange("China", CHINA)]), {}, ["second_exchange_provider"]),
    "another cloud under this name": (
        memory.Deployment(FEDERATED, [exchange(proxy=CHINA)]),
        {},
        ["recreate_provider"],
    ),
    "another cloud under this name, with another address space": (
        memory.Deployment(FEDERATED, [exchange(proxy=CHINA, EnabledSharedAddressSpace=False)]),
        {},
        ["change_existing_provider", "recreate_provider"],
    ),
    "a misspelt proxy": (
        memory.Deployment(),
        {"hybrid_hosting_provider": {"proxy_fqdn": "exap.um.outlok.com"}},
        ["undocumented_proxy"],
    ),
    "an exap proxy of no page": (
        memory.Deployment(),
        {"hybrid_hosting_provider": {"proxy_fqdn": "exap.example"}},
        ["undocumented_proxy"],
    ),
    "a proxy without its first label": (
        memory.Deployment(),
        {"hybrid_hosting_provider": {"proxy_fqdn": "um.outlook.com"}},
        ["undocumented_proxy"],
    ),
    "a proxy without a label in the middle": (
        memory.Deployment(),
        {"hybrid_hosting_provider": {"identity": "Skype Online", "proxy_fqdn": "sipfed.lync.com"}},
        ["undocumented_proxy"],
    ),
    "a documented proxy of another service": (
        memory.Deployment(),
        {"hybrid_hosting_provider": {"proxy_fqdn": "sipfed.online.lync.com"}},
        ["undocumented_proxy"],
    ),
    "another service under its own name": (
        memory.Deployment(),
        {"hybrid_hosting_provider": {"identity": "Skype Online", "proxy_fqdn": "sipfed.online.lync.com"}},
        [],
    ),
    "a misspelt proxy that is there": (
        memory.Deployment(FEDERATED, [exchange(proxy="exap.um.outlok.com")]),
        {"hybrid_hosting_provider": {"proxy_fqdn": "exap.um.outlok.com"}},
        [],
    ),
    "another provider is to go": (
        memory.Deployment(FEDERATED, [exchange(), DIRECT]),
        {"hybrid_settings": {"hosting_provider": {"Partner": {"state": "absent"}}}},
        ["remove_provider"],
    ),
    "another provider is to be disabled": (
        memory.Deployment(FEDERATED, [exchange(), DIRECT]),
        {"hybrid_settings": {"hosting_provider": {"Partner": {"enabled": False}}}},
        ["change_existing_provider"],
    ),
    "federation is to be switched off": (
        memory.Deployment(FEDERATED, [DIRECT], others=DOMAIN),
        {"hybrid_access_edge": {"allow_federated_users": False}, "hybrid_hosting_provider": PARTNER},
        ["federation_off"],
    ),
    "federation is off, as desired": (
        memory.Deployment({}, [DIRECT], others=DOMAIN),
        {"hybrid_access_edge": {"allow_federated_users": False}, "hybrid_hosting_provider": PARTNER},
        [],
    ),
    "voicemail's provider is to be recreated": (
        memory.Deployment(FEDERATED, [exchange(proxy=CHINA)], others=VOICEMAIL),
        {},
        ["recreate_provider", "provider_in_use"],
    ),
    "voicemail's provider is to go": (
        memory.Deployment(FEDERATED, [exchange(), exchange("China", CHINA)], others=VOICEMAIL),
        {"hybrid_settings": {"hosting_provider": {"China": {"state": "absent"}}}},
        ["remove_provider", "provider_in_use"],
    ),
    "voicemail's provider is to be disabled": (
        memory.Deployment(FEDERATED, [DIRECT, exchange(), exchange("China", CHINA)], others=VOICEMAIL),
        {"hybrid_settings": {"hosting_provider": {"China": {"enabled": False}}}},
        ["change_existing_provider", "provider_in_use"],
    ),
    "discovered partners are to be trusted": (
        memory.Deployment(FEDERATED, [exchange()]),
        {"hybrid_access_edge": {"discovered_partner_verification_level": "AlwaysVerifiable"}},
        ["widen_trust"],
    ),
}


@pytest.mark.parametrize(("model", "variables", "names"), SITUATIONS.values(), ids=SITUATIONS.keys())
def test_what_is_needed_stops_the_plan_until_it_is_given(
    model: memory.Deployment, variables: dict[str, Any], names: list[str]
) -> None:
    refused = scene.planned(model, variables=variables)
    assert scene.needed(refused) == names
    assert ("msg" in refused) is bool(names)
    entries = [f"adatum/{name}" for name in names]
    assert refused["plan"]["accept"] == entries
    assert all(entry in refused["msg"] for entry in entries)

    agreed = scene.planned(model, variables=variables, accept=entries)
    assert "msg" not in agreed
    assert agreed["plan"]["changes"] == refused["plan"]["changes"], "the plan is the same"
    assert (agreed["plan"]["accept"], scene.findings(agreed, "warning", "unneeded_consent")) == ([], [])


def test_each_consent_is_tried() -> None:
    tried = {name for _model, _variables, names in SITUATIONS.values() for name in names} | {"no_federating_pool"}
    assert tried == set(consents.NAMES)


def test_enabling_a_provider_is_part_of_reopening_federation() -> None:
    model = memory.Deployment({}, [exchange(Enabled=False)], others=DOMAIN)
    assert "msg" not in scene.planned(model, accept=["adatum/reopen_federation"])
    one = scene.planned(model, accept=["adatum/enable_disabled_provider"])
    assert one["plan"]["accept"] == ["adatum/enable_disabled_provider", "adatum/reopen_federation"]
    alone = scene.planned(memory.Deployment({}, [exchange(Enabled=False)]), accept=["adatum/reopen_federation"])
    assert "msg" not in alone
    assert scene.findings(alone, "warning", "unneeded_consent") == []


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (
            exchange(EnabledSharedAddressSpace=False),
            "would be changed: EnabledSharedAddressSpace from False to True (users of the SIP domains who are not here are looked",
        ),
        (
            exchange(HostsOCSUsers=True),
            "HostsOCSUsers from True to False (it no longer counts as the home of Lync users",
        ),
        (exchange(IsLocal=True), "IsLocal from True to False (its proxy counts as a server outside this deployment)"),
        (
            exchange("Voicemail", VerificationLevel="AlwaysVerifiable"),
            "The hosting provider 'Voicemail' is there already and would be changed: VerificationLevel from AlwaysVerifiable to",
        ),
    ],
)
def test_a_consent_says_what_it_does_to_routing_and_trust(model: memory.Object, sentence: str) -> None:
    result = scene.planned(memory.Deployment(FEDERATED, [model]))
    assert sentence in scene.findings(result, "consent")[0]
    assert "impossible" not in result["msg"]


def test_signs_that_federation_was_closed_on_purpose_are_named() -> None:
    result = scene.planned(memory.Deployment({}, [LYNC_ONLINE, exchange("Voicemail")], others=DOMAIN))
    (sentence,) = scene.findings(result, "consent")
    assert sentence.endswith(
        "1 allowed domain: fabrikam.example; enabled provider 'LyncOnline' (EnabledSharedAddressSpace, HostsOCSUsers); provider "
        "'Voicemail' (exap.um.outlook.com)."
    )


def test_who_is_cut_off_with_federation_is_named() -> None:
    variables = {"hybrid_access_edge": {"allow_federated_users": False}}
    public = {"Identity": "Public", "ProxyFqdn": "federation.example", "Enabled": False}
    model = memory.Deployment(FEDERATED, [LYNC_ONLINE, exchange(Enabled=False)], [public], others=DOMAIN)
    read = scene.reading(model)
    (sentence,) = scene.findings(scene.planned(model, variables=variables), "consent", "federation_off")
    assert sentence.endswith("1 allowed domain; enabled providers: LyncOnline (sipfed.online.lync.com).")
    for noun in ("CsAllowedDomain", "CsPublicProvider"):
        del read["reading"]["objects"][noun]
    (sentence,) = scene.findings(scene.planned(model, reading=read, variables=variables), "consent", "federation_off")
    assert sentence.endswith("allowed domains that could not be read; enabled providers: not read.")


def test_an_interrupted_run_with_allowed_domains_of_its_own_needs_no_consent() -> None:
    """Federation is switched on last, so that they are there before it."""
    model = memory.Deployment({}, [exchange()], others=DOMAIN)
    edges = {scene.EDGE: scene.edge_reading(model, "allowed_domain")}
    for name, needed in {"Fabrikam.example": [], "adatum.example": ["reopen_federation"]}.items():
        variables: dict[str, Any] = {"hybrid_settings": {"allowed_domain": {name: {}}}}
        assert scene.needed(scene.planned(model, edge_readings=edges, variables=variables)) == needed


def test_a_second_provider_is_advised_against_in_the_order_of_least_harm() -> None:
    result = scene.planned(memory.Deployment(FEDERATED, [exchange("China", CHINA)]))
    (sentence,) = scene.findings(result, "consent")
    parts = [f"hybrid_hosting_provider: {{proxy_fqdn: {CHINA}}}", "If both are in use, consent", "Remove one only when"]
    assert [part in sentence for part in parts] == [True] * 3
    assert sorted(parts, key=sentence.index) == parts


def test_a_misspelt_proxy_names_what_was_probably_meant() -> None:
    variables = {"hybrid_hosting_provider": {"proxy_fqdn": "exap.um.outlok.com"}}
    (sentence,) = scene.findings(scene.planned(memory.Deployment(), variables=variables), "consent")
    assert sentence.endswith("probably exap.um.outlook.com was meant.")


def test_a_permission_goes_to_the_module_only_where_it_is_needed() -> None:
    """What becomes of the store between plan and write must not be adopted unseen."""
    plain = scene.planned(memory.Deployment())["plan"]["changes"][0]["options"]
    adopting = scene.planned(memory.Deployment(FEDERATED, [exchange("Voicemail", IsLocal=True)]))
    recreating = scene.planned(memory.Deployment(FEDERATED, [exchange(proxy=CHINA)]))
    found = [plain, *(one["plan"]["changes"][0]["options"] for one in (adopting, recreating))]
    assert [(one["adopt_existing"], one["allow_recreate"]) for one in found] == [
        (False, False),
        (True, False),
        (False, True),
    ]


def test_the_module_s_permission_is_no_consent() -> None:
    variables = {"hybrid_hosting_provider": {"adopt_existing": True}}
    result = scene.planned(memory.Deployment(FEDERATED, [exchange("Voicemail", IsLocal=True)]), variables=variables)
    assert scene.needed(result) == ["change_existing_provider"]
    assert "Nothing was changed." in result["msg"]


def test_allowed_domains_that_could_not_be_read_are_not_taken_for_none() -> None:
    model = memory.Deployment()
    read = scene.reading(model)
    del read["reading"]["objects"]["CsAllowedDomain"]
    read["reading"]["gaps"].append({"part": "CsAllowedDomain", "reason": "Access is denied.", "error_id": ""})
    result = scene.planned(model, reading=read)
    assert "msg" not in result
    assert scene.findings(result, "unchecked", "closed_on_purpose") == [
        "Whether allowed domains show that federation was switched off on purpose: Access is denied."
    ]
    assert "allowed domains not read" in " ".join(result["plan"]["reached"])


def test_the_proxy_of_another_service_is_said_with_what_was_meant() -> None:
    variables = {"hybrid_hosting_provider": {"proxy_fqdn": "sipfed.online.lync.com"}}
    (sentence,) = scene.findings(
        scene.planned(memory.Deployment(), variables=variables), "consent", "undocumented_proxy"
    )
    assert (
        "sipfed.online.lync.com of 'Exchange Online' is none of Exchange Online; probably exap.um.outlook.com was"
        in sentence
    )
