# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Consents that count, what a dry run says of an approval, the end of the window, the way back that was approved."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._approval.plan_file import from_json
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
    assert " written (without what the approval gives, so not approvable): " in shown(task)


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
        assert [one["withheld"] for one in window.run(write_until=until)["planned"]] == [withheld] * 2
    only = window.run(write_until="2026-11-30", require_approval=False)["planned"]
    assert [one["withheld"] for one in only] == ["not started: window closed"] * 2


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


@pytest.mark.parametrize("until", ["9999-12-31", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"])
def test_a_time_beyond_all_years_is_a_sentence_and_no_crash(until: str) -> None:
    window = Window(memory.Deployment())
    window.plan()
    assert "hybrid_write_until must be within the years" in window.run(write_until=until)["refusal"]
    window.approve(valid_until=until)
    assert "valid_until must be within the years" in window.refusal()
