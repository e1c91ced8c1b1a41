# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Consents that count, what a dry run says of an approval, the end of the window, the way back that was approved."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._approval.plan_file import from_json
from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_hosting_provider
from ansible_collections.ucops.lync.plugins.module_utils._rollout.plan import Plan
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import scene
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout.change_window import (
    SATURDAY,
    WEDNESDAY,
    Window,
)

CONSENT = "enable_disabled_provider"
DISABLED = memory.provider("Exchange Online", "exap.um.outlook.com", Enabled=False)
EXCHANGE = memory.provider("Exchange Online", "exap.um.outlook.com")
SECOND = memory.provider("Exchange Online China", "exap.um.partner.outlook.cn", Enabled=False)


def shown(task: memory.MemoryTask) -> str:
    return "\n".join(task.told)


def consented() -> Window:
    """A plan of Wednesday with a consent, approved."""
    window = Window(memory.Deployment(hosting=[DISABLED]))
    assert window.plan(accept=[CONSENT])["refusal"] == ""
    window.approve()
    return window


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_consent_of_the_approved_plan_need_not_be_repeated(check_mode: bool) -> None:
    task = consented().task(SATURDAY, check_mode, accept=[])
    assert task.result["refusal"] == ""
    assert [one["given"] for one in task.result["plan"]["findings"] if one["kind"] == "consent"] == [True]


def written(window: Window) -> Plan:
    """The newest plan that a dry run wrote."""
    return from_json(window.files.content[window.documents[-1]]).plan


def test_a_dry_run_writes_its_plan_without_the_consents_of_the_approval() -> None:
    """Else they would be given for good, whoever approves the new plan."""
    window = consented()
    task = window.task(SATURDAY, check_mode=True, accept=[])
    assert "The approval still fits: plan " in shown(task)
    assert [one.name for one in written(window).stops] == [CONSENT]
    assert task.result["fingerprint"] == json.loads(window.files.content[window.documents[-1]])["fingerprint"]
    assert "(without the consents of the approval: not approvable)" in shown(task)


def test_consents_of_an_approval_that_does_not_fit_count_nowhere() -> None:
    one, other = ({**DOMAIN, "Identity": name} for name in ("one.example", "competitor.example"))
    window = Window(memory.Deployment(others={"allowed_domains": [one]}))
    assert window.plan(accept=["reopen_federation"])["refusal"] == ""
    window.approve()
    window.deployment.put("allowed_domains", other)
    window.deployment.put("hosting_providers", {**OTHER, "Enabled": True})
    dry = window.task(SATURDAY, check_mode=True, accept=[])
    assert "Not approved: the approval does not fit any longer: " in shown(dry)
    assert "reopen_federation" in dry.result["refusal"]
    assert [one.name for one in written(window).stops] == ["reopen_federation"]
    assert "the approval does not fit any longer" in window.refusal(accept=[])


def test_a_run_that_asks_for_no_approval_counts_no_consent_of_one_and_its_dry_run_says_so() -> None:
    window = consented()
    dry = window.task(SATURDAY, check_mode=True, accept=[], require_approval=False)
    real = window.task(SATURDAY, accept=[], require_approval=False)
    assert dry.result["refusal"] == real.result["refusal"] != ""
    assert CONSENT in real.result["refusal"]
    assert "hybrid_require_approval is off: no approval is asked for, and the consents of none count." in shown(dry)


FRIDAY = SATURDAY - 86400


def test_a_dry_run_before_the_window_says_whether_the_approval_fits() -> None:
    window = consented()
    early = window.task(FRIDAY, check_mode=True, accept=[])
    begins = "It is not valid before 2026-11-28 20:00:00 UTC."
    assert "The approval still fits: plan " in shown(early)
    assert begins in shown(early)
    assert (early.result["refusal"], early.result["approval"]["differences"]) == ("", [])
    misfit = window.task(FRIDAY + 1, check_mode=True, accept=[], replication_scope="all")
    assert "Not approved: the approval does not fit any longer: hybrid_replication_scope" in shown(misfit)
    assert "it is not valid before 2026-11-28 20:00:00 UTC" in window.refusal(at=FRIDAY)
    assert begins not in shown(window.task(SATURDAY, check_mode=True, accept=[]))


def test_of_several_windows_to_come_the_next_one_is_looked_at() -> None:
    window = consented()
    window.approve("two.yml", change_number="CHG2", valid_from="2026-12-05", valid_until="2026-12-06")
    assert "change CHG0040127, by" in shown(window.task(FRIDAY, check_mode=True))
    assert "change CHG2, by" in shown(window.task(SATURDAY + 86400, check_mode=True))
    window.approve("three.yml", plan=0, change_number="CHG3")
    found = shown(window.task(FRIDAY + 1, check_mode=True))
    assert "Not approved: one.yml, three.yml are all valid for it; keep one." in found


def test_a_consent_that_was_not_in_the_approved_plan_does_not_count() -> None:
    """On the day there is a second provider of Exchange Online, which needs a consent that nobody approved."""
    window = Window(memory.Deployment())
    window.plan()
    window.approve()
    window.deployment.put("hosting_providers", SECOND)
    needed = scene.needed(window.plan(at=SATURDAY))
    assert needed == ["reopen_federation", "second_exchange_provider"]
    for accept in ([], needed):
        found = window.refusal(accept=accept)
        assert all(f"it needs the consent {name}, which is not in the approved plan" in found for name in needed)


def test_a_blocker_is_one_whatever_was_approved() -> None:
    window = consented()
    result = window.run(edge_verification="none")
    assert (result["withheld"], result["planned"] != []) == ("", True)
    assert "edge_verification" in result["refusal"]


def test_what_does_not_fit_is_named_and_nothing_else() -> None:
    window = Window(memory.Deployment())
    window.plan()
    path = window.approve()
    found = window.refusal(replication_scope="all")
    assert "hybrid_replication_scope was edges, and is all" in found
    assert f"change CHG0040127, by alice@contoso.example, valid until 2026-11-29 04:00:00 UTC ({path})" in found


OTHER = memory.provider("Partner", "sip.partner.example", Enabled=False)
DOMAIN = {
    "Identity": "partner.example",
    "ProxyFqdn": None,
    "VerificationLevel": "UseSourceVerification",
    "Comment": None,
    "MarkForMonitoring": False,
}


@pytest.mark.parametrize(
    ("kind", "object_", "desired", "moved", "difference"),
    [
        (
            "hosting_providers",
            OTHER,
            {"hosting_provider": {"Partner": {"verification_level": "UseSourceVerification"}}},
            {"Enabled": True, "ProxyFqdn": "sip.evil.example"},
            "enabled provider Partner (sip.evil.example, enabled, shared address space) is new",
        ),
        (
            "allowed_domains",
            DOMAIN,
            {"allowed_domain": {"partner.example": {}}},
            {"ProxyFqdn": "sip.evil.example", "VerificationLevel": "AlwaysVerifiable"},
            "allowed domains: 0 (digest",
        ),
    ],
    ids=["provider", "domain"],
)
def test_what_nobody_manages_of_a_desired_object_voids_the_approval(
    kind: str, object_: dict[str, Any], desired: dict[str, Any], moved: dict[str, Any], difference: str
) -> None:
    deployment = memory.Deployment(others={kind: [object_]})
    readings = {scene.EDGE: scene.edge_reading(deployment, "allowed_domain")}
    window = Window(deployment, variables={"hybrid_settings": desired}, edge_readings=readings)
    assert window.plan(accept=["reopen_federation"])["plan"]["changes"]
    window.approve()
    deployment.put(kind, {**object_, **moved})
    assert difference in window.refusal()


def test_who_approved_it_acts_on_no_terminal() -> None:
    window = Window(memory.Deployment())
    window.plan()
    window.approve(approved_by="alice\x1b[2J\nTASK [ok]")
    assert "by alice\\x1b[2J\\nTASK [ok]," in window.refusal(replication_scope="all")
    task = window.task(SATURDAY)
    assert "Approved: plan " in shown(task)
    assert "\x1b" not in shown(task)
    assert "\nTASK" not in shown(task)


def test_an_interrupted_run_is_completed_under_its_approval() -> None:
    window = Window(memory.Deployment())
    window.plan()
    window.approve()
    window.deployment.put("hosting_providers", EXCHANGE)
    task = window.task(SATURDAY)
    assert (task.result["refusal"], len(task.result["planned"])) == ("", 1)
    assert sorted(task.result["planned"][0]) == ["change", "closed", "spends", "spent", "until", "withheld"]
    assert task.result["approval"]["done"] == ["hosting provider 'Exchange Online'"]
    assert "Done already, as approved: hosting provider 'Exchange Online'." in shown(task)


OLD = memory.provider("exchange ONLINE", "old.example", SipClientPort=5061)
NEW = 'New-CsHostingProvider -Identity "exchange ONLINE" -Enabled $true -EnabledSharedAddressSpace $true'


def recreating(old: memory.Object, **options: Any) -> Window:
    """An approved plan to recreate a provider, whose run was killed after it had removed it."""
    window = Window(memory.Deployment(hosting=[old]), **options)
    accept = ["recreate_provider", "change_existing_provider", "reopen_federation"]
    assert window.plan(accept=accept)["refusal"] == ""
    window.approve()
    window.deployment.model.seed(lambda content: content.without_item("hosting_providers", old["Identity"]))
    window.deployment.replicate()
    return window


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_recreation_that_was_stopped_between_its_writes_is_completed_under_its_approval(check_mode: bool) -> None:
    """With all that the provider was to keep: nobody has service as long as it is missing."""
    window = recreating(OLD)
    task = window.task(SATURDAY, check_mode)
    assert task.result["refusal"] == ""
    assert ("The approval still fits" if check_mode else "Approved: plan") in shown(task)
    (cmdlet,) = task.result["plan"]["changes"][0]["cmdlets"]
    assert cmdlet.startswith(NEW)
    assert cmdlet.endswith("-SipClientPort 5061")
    assert len(task.result["planned"]) == 2
    assert "sip_client_port" not in task.result["plan"]["desired"]["hosting_provider"]["Exchange Online"]
    planned = task.result["planned"][0]
    write = memory.task_of(
        lync_hosting_provider.MODULE, window.deployment, check_mode, **planned["change"]["options"], planned=planned
    )
    write.clock = SATURDAY
    lync_hosting_provider.MODULE.run(write)
    assert write.result["cmdlets"] == [cmdlet]


def test_also_where_only_its_proxy_is_desired() -> None:
    desired = {"hosting_provider": {"Partner": {"proxy_fqdn": "sip.new.example"}}}
    old = memory.provider("Partner", "sip.partner.example")
    window = recreating(old, variables={"hybrid_settings": desired})
    result = window.run()
    assert result["refusal"] == ""
    assert "-ProxyFqdn sip.new.example" in result["plan"]["changes"][1]["cmdlets"][0]


def test_what_else_is_desired_by_then_is_no_rest_of_it() -> None:
    window = recreating(OLD)
    desired = {"hybrid_hosting_provider": {"sip_client_port": 443}}
    assert "hosting provider 'Exchange Online': it was present, and is absent" in window.refusal(variables=desired)


def test_a_dry_run_says_whether_the_approval_fits() -> None:
    window = Window(memory.Deployment())
    first = window.task(WEDNESDAY, check_mode=True)
    assert "Not approved: there is no approval for it in approvals." in shown(first)
    window.approve()
    later = {"plan_dir": "plans"}
    fits = window.task(SATURDAY, check_mode=True, **later)
    assert "The approval still fits: plan " in shown(fits)
    assert fits.result["withheld"] == fits.result["refusal"] == ""
    does_not = window.task(SATURDAY + 1, check_mode=True, on_failure="rollback")
    assert "Not approved: the approval does not fit any longer: " in shown(does_not)
    assert "hybrid_on_failure was keep, and is rollback" in shown(does_not)
    assert does_not.result["approval"]["differences"] == ["hybrid_on_failure was keep, and is rollback"]
    quiet = window.task(SATURDAY + 2, check_mode=True, approvals="", require_approval=False)
    assert "pprov" not in shown(quiet)


def test_what_moved_without_mattering_is_shown() -> None:
    window = Window(memory.Deployment())
    window.plan()
    window.approve()
    window.deployment.put("hosting_providers", EXCHANGE)
    window.deployment.seed(AllowFederatedUsers=True, EnablePartnerDiscovery=True)
    closing = {"variables": {"hybrid_access_edge": {"allow_federated_users": True}}}
    task = window.task(SATURDAY, check_mode=True, **closing)
    assert "Nothing to do: proof only." in shown(task)


@pytest.mark.parametrize(
    ("until", "closed"),
    [
        ("2026-11-28T22:00:00Z", True),
        ("2026-11-28T23:30:00+01:00", False),
        ("2026-11-27", True),
        ("2026-11-28", False),
        ("", False),
    ],
)
@pytest.mark.parametrize("require", [True, False])
def test_no_deployment_is_begun_after_the_window(until: str, closed: bool, require: bool) -> None:
    window = Window(memory.Deployment())
    window.plan()
    window.approve()
    result = window.run(write_until=until, require_approval=require)
    assert result["withheld"] == ("not started: window closed" if closed else "")
    assert ("(hybrid_write_until) before the first write. Nothing was changed." in result["refusal"]) is closed
    assert result["verify"] == [] if closed else result["verify"]
    assert window.plan(at=SATURDAY, write_until=until)["refusal"] == "", "a dry run only says so"


def test_the_first_write_keeps_to_whichever_end_comes_first() -> None:
    window = Window(memory.Deployment())
    window.plan()
    window.approve()
    for until, withheld in (("2026-11-29T03:00:00Z", "not started: window closed"), ("2026-11-30", "not approved")):
        first, last = window.run(write_until=until)["planned"]
        assert first["withheld"] == withheld
        assert "until" not in last
    only = window.run(write_until="2026-11-30", require_approval=False)["planned"]
    assert [one.get("withheld") for one in only] == ["not started: window closed", None]


def test_the_end_of_the_window_is_shown_in_a_dry_run() -> None:
    window = Window(memory.Deployment())
    open_ = window.task(SATURDAY, check_mode=True, write_until="2026-11-28")
    assert "The window for the first write closes at 2026-11-29 00:00:00 UTC (hybrid_write_until)." in shown(open_)
    closed = window.task(SATURDAY + 1, check_mode=True, write_until="2026-11-27")
    assert "The window for the first write is closed at 2026-11-28 00:00:00 UTC" in shown(closed)


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_time_that_is_none_stops_the_plan(check_mode: bool) -> None:
    window = Window(memory.Deployment())
    result = window.task(SATURDAY, check_mode, write_until="2026-11-28T22:00:00", require_approval=False).result
    assert "hybrid_write_until must be a date (in UTC)" in result["refusal"]
    if check_mode:
        assert from_json(window.files.content[window.documents[0]]).plan.stops


def test_a_window_that_closed_does_not_keep_anybody_from_the_proof() -> None:
    window = Window(memory.Deployment({"AllowFederatedUsers": True}, [EXCHANGE]))
    result = window.run(write_until="2020-01-01")
    assert (result["withheld"], result["refusal"]) == ("", "")


WAY_BACK = ("Set-CsAccessEdgeConfiguration -AllowFederatedUsers $false", "Set-CsHostingProvider")


def going_back(window: Window, **options: Any) -> memory.MemoryTask:
    """After a run of the approved plan: the plan of the way back."""
    forward = window.run()
    window.applied(forward)
    return window.task(SATURDAY + 60, takes_back=taken_back(forward), **options)


def taken_back(forward: dict[str, Any]) -> dict[str, Any]:
    """A run that is to be taken back, as its own result has it."""
    writes = [{"cmdlet": cmdlet, "outcome": "ran"} for one in forward["plan"]["changes"] for cmdlet in one["cmdlets"]]
    return {"plan": forward["plan"], "writes": writes}


def test_the_way_back_of_the_approved_plan_counts_as_approved() -> None:
    window = Window(memory.Deployment())
    window.plan()
    window.approve()
    task = going_back(window)
    assert (task.result["refusal"], task.result["withheld"]) == ("", "")
    assert "Approved as the way back of plan " in shown(task)
    assert "spends" not in task.result["planned"][-1]
    assert [
        one["change"]["cmdlets"][0].startswith(way) for one, way in zip(task.result["planned"], WAY_BACK, strict=True)
    ]


@pytest.mark.parametrize(
    ("accept", "said"),
    [
        ([], "Approved as the way back of plan "),
        (["remove_provider"], "Not approved: the approved way back does not have Remove-"),
    ],
)
def test_a_dry_run_of_the_way_back_says_so_too(accept: list[str], said: str) -> None:
    window = Window(memory.Deployment())
    window.plan()
    window.approve()
    task = going_back(window, accept=accept, check_mode=True)
    assert said in shown(task)
    assert "does not fit" not in shown(task)
    assert bool(task.result["approval"]["differences"]) is bool(accept)


@pytest.mark.parametrize(
    ("stated", "shown_as"), [("Outlook users", "Tag:Outlook users"), ("site:lisbon", "Site:Lisbon")]
)
def test_the_way_back_of_what_the_server_spells_otherwise_is_the_approved_one(stated: str, shown_as: str) -> None:
    deployment = memory.Deployment()
    desired = {"external_access_policy": {stated: {"enable_outside_access": True}}}
    readings = {scene.EDGE: scene.edge_reading(deployment, "external_access_policy")}
    window = Window(deployment, variables={"hybrid_settings": desired}, edge_readings=readings)
    window.plan()
    window.approve()
    forward = window.run()
    assert forward["refusal"] == ""
    window.applied(forward)
    deployment.put("external_access_policies", {"Identity": shown_as, "EnableOutsideAccess": True})
    there = scene.edge_reading(deployment, "external_access_policy")
    task = window.task(SATURDAY + 60, takes_back=taken_back(forward), edge_readings={scene.EDGE: there})
    assert (task.result["refusal"], len(task.result["planned"])) == ("", 3)
    assert "Approved as the way back of plan " in shown(task)


def test_another_way_back_does_not() -> None:
    window = Window(memory.Deployment())
    window.plan()
    window.approve()
    task = going_back(window, accept=["remove_provider"])
    assert task.result["withheld"] == "not approved"
    assert 'does not have Remove-CsHostingProvider -Identity "Exchange Online".' in task.result["refusal"]


def interrupted(window: Window) -> dict[str, Any]:
    """A run that was stopped after its first write, whose approval is not used up; what takes it back."""
    forward = window.run()
    window.deployment.put("hosting_providers", EXCHANGE)
    first = taken_back(forward)
    return {**first, "writes": first["writes"][:1]}


def test_the_approval_of_an_interrupted_run_is_not_in_the_way_of_its_rollback() -> None:
    window = Window(memory.Deployment())
    window.plan()
    window.approve()
    back: dict[str, Any] = {"takes_back": interrupted(window), "accept": ["remove_provider"]}
    assert "does not have Remove-CsHostingProvider" in window.refusal(at=SATURDAY + 60, **back)
    assert window.plan(at=SATURDAY + 61, **back)["refusal"] == ""
    path = window.approve("back.yml", change_number="CHG2")
    result = window.run(at=SATURDAY + 62, **back)
    assert (result["refusal"], result["approval"]["file"]) == ("", path)


def test_the_approval_of_a_rollback_is_not_in_the_way_of_the_run() -> None:
    window = Window(memory.Deployment())
    window.plan()
    path = window.approve()
    back: dict[str, Any] = {"takes_back": interrupted(window), "accept": ["remove_provider"]}
    window.plan(at=SATURDAY + 61, **back)
    window.approve("back.yml", change_number="CHG2")
    completed = window.run(at=SATURDAY + 62)
    assert (completed["refusal"], completed["approval"]["file"]) == ("", path)
    del window.files.content[path]
    assert "back.yml: its plan takes back this run, which this one does not" in window.refusal(at=SATURDAY + 63)


@pytest.mark.parametrize("name", ["a.yml", "z.yml"])
def test_of_two_approvals_that_were_carried_out_the_one_counts_that_has_the_way_back(name: str) -> None:
    window = Window(memory.Deployment(hosting=[EXCHANGE]))
    discovery: dict[str, Any] = {"variables": {"hybrid_access_edge": {"enable_partner_discovery": True}}}
    accept = ["reopen_federation"]
    window.plan(accept=accept, **discovery)
    window.approve("m.yml")
    first = window.run(accept=accept, **discovery)
    assert first["refusal"] == ""
    window.files.create(first["planned"][-1]["spends"], first["planned"][-1]["spent"])
    window.deployment.seed(AllowFederatedUsers=True, EnablePartnerDiscovery=True)
    window.deployment.put("hosting_providers", {**EXCHANGE, "VerificationLevel": "AlwaysVerifiable"})
    accept = ["change_existing_provider"]
    assert window.plan(at=SATURDAY + 30, accept=accept, **discovery)["refusal"] == ""
    window.approve(name, change_number="CHG2")
    second = window.run(at=SATURDAY + 40, **discovery)
    assert second["refusal"] == ""
    window.files.create(second["planned"][-1]["spends"], second["planned"][-1]["spent"])
    window.deployment.put("hosting_providers", EXCHANGE)
    for run, path in ((second, f"approvals/{name}"), (first, "approvals/m.yml")):
        consents = ["change_existing_provider", "federation_off", "widen_trust"]
        result = window.run(at=SATURDAY + 60, takes_back=taken_back(run), accept=consents, variables={})
        assert result["approval"].get("file") == path, result["refusal"]
        assert result["withheld"] == ""


def test_the_way_back_ends_with_the_approval() -> None:
    window = Window(memory.Deployment())
    window.plan()
    window.approve(valid_until="2026-11-28T22:00:30Z")
    task = going_back(window)
    assert task.result["withheld"] == "not approved"
    assert "it expired at 2026-11-28 22:00:30 UTC" in task.result["refusal"]
