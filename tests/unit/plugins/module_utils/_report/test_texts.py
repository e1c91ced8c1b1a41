# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan says beside its cmdlets: who becomes reachable, what voicemail loses, what is not checked, and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.document import to_plain
from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_rollout_plan
from ansible_collections.ucops.lync.plugins.module_utils._rollout.inventory import EdgeHost
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import scene

PROXY = "exap.um.outlook.com"
FEDERATED = {"AllowFederatedUsers": True}


def exchange(**properties: Any) -> memory.Object:
    return memory.provider("Exchange Online", PROXY, **properties)


def shown(model: memory.Deployment, **options: Any) -> list[str]:
    """The lines of a plan, as they are on the screen."""
    task = scene.plan_task(model, **options)
    lync_rollout_plan.run(task)
    return task.told[0].splitlines()


# Who becomes reachable


def reached(model: memory.Deployment, **options: Any) -> list[str]:
    found: list[str] = scene.planned(model, **options)["plan"]["reached"]
    return found


OWN = "Exchange Online (exap.um.outlook.com)"


def test_a_fresh_deployment() -> None:
    assert reached(memory.Deployment()) == [
        "Reachable afterwards: the users of contoso.example, sales.contoso.example, at all sites of adatum.",
        f"Reachable by: {OWN}; partner discovery off, 0 allowed domains, 0 blocked domains; other enabled providers: none.",
    ]


def test_one_that_was_in_use() -> None:
    model = memory.Deployment(
        {"EnablePartnerDiscovery": True},
        [memory.provider("LyncOnline", "sipfed.online.lync.com"), memory.provider("Off", "off.example", Enabled=False)],
        public=[{"Identity": "AOL", "ProxyFqdn": "federation.messenger.aol.example", "Enabled": True}],
        others={
            "allowed_domains": [{"Identity": "fabrikam.example", "Domain": "fabrikam.example"}],
            "blocked_domains": [{"Identity": f"b{number}.example", "Domain": "b"} for number in range(2)],
        },
    )
    assert reached(model)[1] == (
        "Reachable by: Exchange Online (exap.um.outlook.com); partner discovery on, 1 allowed domain, 2 blocked domains; "
        "other enabled providers: LyncOnline (sipfed.online.lync.com), AOL (federation.messenger.aol.example)."
    )


def test_what_is_not_shown_or_not_read_is_said() -> None:
    model = memory.Deployment(hides=("EnablePartnerDiscovery",))
    read = scene.reading(model)
    for noun in ("CsAllowedDomain", "CsPublicProvider"):
        del read["reading"]["objects"][noun]
    read["reading"]["objects"]["CsPublicProvider"] = []
    found = reached(model, reading=read)[1]
    assert found.startswith(
        "Reachable by: Exchange Online (exap.um.outlook.com); partner discovery not shown, allowed domains not read, "
        "0 blocked domains;"
    )


def test_as_it_will_be_after_the_run() -> None:
    variables = {
        "hybrid_access_edge": {"enable_partner_discovery": True},
        "hybrid_settings": {"allowed_domain": {"fabrikam.example": {}}},
    }
    model = memory.Deployment()
    edges = {scene.EDGE: scene.edge_reading(model, "allowed_domain")}
    assert "partner discovery on, 1 allowed domain," in reached(model, variables=variables, edge_readings=edges)[1]


def test_nothing_opens_and_nobody_is_named() -> None:
    assert reached(memory.Deployment(FEDERATED, [exchange()])) == []


# Voicemail

VOICEMAIL = [
    {"Identity": "Global", "Destination": PROXY.upper()},
    {"Identity": "Tag:Other", "Destination": "other.example"},
]
RECREATED = memory.Deployment(FEDERATED, [memory.provider("Exchange Online", "exap.um.partner.outlook.cn")])


def with_voicemail(model: memory.Deployment, policies: Any, variables: Any = None) -> Any:
    read = scene.reading(model)
    read["reading"]["voicemail"] = policies
    if policies is None:
        read["reading"]["gaps"].append({"part": "hosted voicemail policies", "reason": "Denied.", "error_id": ""})
    return scene.planned(model, reading=read, variables=variables or {})


def goes(**options: Any) -> dict[str, Any]:
    return {"hybrid_settings": {"hosting_provider": {"Old": options}}}


OLD = memory.provider("Old", "exap.um.office365.us")


@pytest.mark.parametrize("options", [{"state": "absent"}, {"enabled": False}], ids=["removed", "disabled"])
def test_what_takes_voicemail_away_says_so(options: dict[str, Any]) -> None:
    model = memory.Deployment(FEDERATED, [exchange(), OLD])
    policies = [{"Identity": "Global", "Destination": "exap.um.office365.us"}]
    (sentence,) = scene.findings(with_voicemail(model, policies, goes(**options)), "consent", "provider_in_use")
    assert sentence.startswith("Hosted voicemail uses 'Old': Global sends calls to exap.um.office365.us.")


def test_recreating_takes_voicemail_away_too() -> None:
    policies = [{"Identity": "Global", "Destination": "Exap.Um.Partner.Outlook.cn"}]
    (sentence,) = scene.findings(with_voicemail(RECREATED, policies), "consent", "provider_in_use")
    assert (
        f"Their Destination stays as it is, and the provider will have {PROXY}: its users have no voicemail" in sentence
    )


@pytest.mark.parametrize(
    ("model", "policies"),
    [
        (RECREATED, VOICEMAIL),
        (RECREATED, [{"Identity": "Global"}]),
        (memory.Deployment(FEDERATED, [exchange(IsLocal=True)]), VOICEMAIL),
    ],
    ids=["another destination", "no destination", "the provider stays in use"],
)
def test_what_leaves_voicemail_alone_says_nothing(model: memory.Deployment, policies: Any) -> None:
    result = with_voicemail(model, policies)
    assert (
        scene.findings(result, "consent", "provider_in_use")
        == scene.findings(result, "unchecked", "voicemail_unread")
        == []
    )


def test_voicemail_that_could_not_be_read() -> None:
    found = scene.findings(with_voicemail(RECREATED, None), "unchecked", "voicemail_unread")
    assert found == ["Whether hosted voicemail uses 'Exchange Online': Denied."]
    assert scene.findings(with_voicemail(memory.Deployment(), None), "unchecked", "voicemail_unread") == []


# Words


def test_the_plan_of_a_fresh_deployment() -> None:
    lines = shown(memory.Deployment())
    assert [line.partition(":")[0].strip() for line in lines[3:]] == [
        "Way back",
        "Reachable afterwards",
        "Reachable by",
        "Warning",
        "Not checked from here",
        "Not checked from here",
    ]
    assert "external DNS, port 5061" in lines[7]
    assert len(lines) == 9


def test_only_the_edge_servers_of_the_topology_are_counted() -> None:
    model = memory.Deployment()
    assert shown(model)[0].startswith("adatum: 1 Edge Server, contoso.example, sales")
    unknown = scene.hosts(model, edges=(EdgeHost("edge09", "edge09.contoso.example", in_play=True),))
    assert ": 1 Edge Server, " in shown(model, deployment=to_plain(unknown))[0]
    unread = {"msg": "fe01 refused.", "failed": True}
    assert ": Edge Servers unknown, SIP domains unknown, " in shown(model, reading=unread)[0]


def test_dns_is_in_the_order_of_the_documentation() -> None:
    (sentence,) = scene.findings(scene.planned(memory.Deployment()), "unchecked", "dns")
    parts = ["external DNS", "internally, before the shared address space", "on each Edge Server"]
    assert sorted(parts, key=sentence.index) == parts


EXTERNAL, INTERNAL, RESOLVABLE = "in external DNS", "internally, before", "resolvable on each Edge Server"
DOMAINS = ["Contoso.example", "sales.contoso.example."]
SAYS = " Asked in this run, as the table before the report says: "


@pytest.mark.parametrize(
    ("options", "left", "asked"),
    [
        ({}, {EXTERNAL, INTERNAL, RESOLVABLE}, ""),
        ({"asked_edges": {scene.EDGE: "yes"}}, {EXTERNAL, INTERNAL}, f"{SAYS}on each Edge Server."),
        ({"asked_edges": {"edge02": True, scene.EDGE: False}}, {EXTERNAL, INTERNAL, RESOLVABLE}, ""),
        ({"check_sip_domains": DOMAINS}, {INTERNAL, RESOLVABLE}, f"{SAYS}from the controller."),
        ({"check_sip_domains": DOMAINS[:1]}, {EXTERNAL, INTERNAL, RESOLVABLE}, ""),
        (
            {"check_sip_domains": DOMAINS, "asked_edges": {scene.EDGE: "yes"}},
            {INTERNAL},
            f"{SAYS}from the controller and on each Edge Server.",
        ),
    ],
)
def test_what_is_asked_of_dns_in_this_run_is_not_told_as_unchecked(
    options: dict[str, Any], left: set[str], asked: str
) -> None:
    (sentence,) = scene.findings(scene.planned(memory.Deployment(), **options), "unchecked", "dns")
    told, says, where = sentence.partition(SAYS)
    assert {part for part in (EXTERNAL, INTERNAL, RESOLVABLE) if part in told} == left
    assert says + where == asked


def test_an_edge_server_without_a_host_is_not_asked() -> None:
    model = memory.Deployment()
    result = scene.planned(model, deployment=to_plain(scene.hosts(model, edges=())), asked_edges={scene.EDGE: True})
    (sentence,) = scene.findings(result, "unchecked", "dns")
    assert RESOLVABLE in sentence


def test_where_the_sip_domains_are_not_known_none_is_told_as_asked() -> None:
    unread = {"msg": "fe01 refused.", "failed": True}
    found = scene.findings(
        scene.planned(memory.Deployment(), reading=unread, check_sip_domains=DOMAINS), "unchecked", "dns"
    )
    assert all(EXTERNAL in sentence for sentence in found)


def test_a_plan_without_changes_does_not_warn_of_what_they_need() -> None:
    lines = shown(memory.Deployment(FEDERATED, [exchange()]))
    assert not any("Not checked" in line for line in lines)


def test_consents_that_are_needed_and_given_have_the_same_sentence() -> None:
    model = memory.Deployment(FEDERATED, [exchange(Enabled=False)])
    needed = next(line for line in shown(model) if "enable_disabled_provider" in line)
    given = next(line for line in shown(model, accept=["adatum/enable_disabled_provider"]) if "enable_disabled" in line)
    assert needed.startswith("  NEEDS CONSENT (enable_disabled_provider): The hosting provider")
    assert given == needed.replace("NEEDS CONSENT", "Accepted")
    assert shown(model)[-1] == '  To consent, add: hybrid_accept: ["adatum/enable_disabled_provider"]'


def test_a_dry_run_shows_the_same() -> None:
    model = memory.Deployment({}, [exchange(Enabled=False)])
    assert shown(model) == shown(model, check_mode=True)
