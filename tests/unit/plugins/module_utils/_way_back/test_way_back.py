# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way back of a run: exactly what it changed, as it was; nothing that somebody else changed since; never out of nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core import journalled
from ansible_collections.ucops.lync.plugins.module_utils._core.document import to_plain
from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_rollout_plan
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import scene
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout.window import (
    RECORDS,
    Window,
    cmdlets,
    write_back,
)

CLOSE = "Set-CsAccessEdgeConfiguration -AllowFederatedUsers $false"
DISABLE = 'Set-CsHostingProvider -Identity "Exchange Online" -Enabled $false'
REMOVE = 'Remove-CsHostingProvider -Identity "Exchange Online"'
PROXY = "exap.um.outlook.com"
DOMAINS = {"allowed_domains": [{"Identity": "old.example", "Domain": "old.example", "Comment": "kept"}]}


def blockers(result: dict[str, Any]) -> list[str]:
    return [one["name"] for one in result["plan"]["findings"] if one["kind"] == "blocker"]


def test_the_documented_run_is_taken_back_in_reverse_order() -> None:
    window = Window(memory.Deployment())
    window.run()
    result = window.back()
    assert (cmdlets(result), result["refusal"]) == ([CLOSE, DISABLE], "")
    assert result["plan"]["undoes"].startswith(f"{RECORDS}/")
    assert result["plan"]["desired"] == {
        "access_edge": {"global": {"allow_federated_users": False}},
        "hosting_provider": {
            "Exchange Online": {"adopt_existing": False, "allow_recreate": False, "enabled": False, "state": "present"}
        },
    }
    write_back(window, result)
    assert window.model.edge["AllowFederatedUsers"] is False
    assert [one["Enabled"] for one in window.model.hosting] == [False]


def test_the_second_way_back_changes_nothing_and_proves_it() -> None:
    window = Window(memory.Deployment())
    window.run()
    write_back(window, window.back())
    again = window.back()
    assert (cmdlets(again), again["refusal"]) == ([], "")
    assert [edge["content"] for edge in again["plan"]["edges"]] == ["matches"]
    window.model.put("hosting_providers", memory.provider("Exchange Online", PROXY, Enabled=False))
    assert again["plan"]["desired"], "nothing holds of an empty set"


def test_its_own_record_is_not_what_a_way_back_goes_back_from() -> None:
    window = Window(memory.Deployment())
    window.run()
    forward = window.path
    write_back(window, window.back())
    assert window.path != forward, "a way back is recorded, too"
    assert window.back()["plan"]["undoes"] == forward


def test_federation_is_switched_off_only_with_consent_which_names_what_came_since() -> None:
    window = Window(
        memory.Deployment(others=DOMAINS, hosting=[memory.provider("Old", "old.example")]), accept=["reopen_federation"]
    )
    window.run()
    window.model.put("allowed_domains", {"Identity": "new.example", "Domain": "new.example"})
    window.model.put("hosting_providers", memory.provider("New", "new.example"))
    result = window.back(accept=[])
    assert scene.needed(result) == ["federation_off"]
    (sentence,) = scene.findings(result, "consent")
    assert "In use are 2 allowed domains" in sentence
    assert sentence.endswith(
        "Allowed or enabled since that run began, beside its own: 1 allowed domain (new.example); providers: New."
    )
    assert result["refusal"].endswith('Nothing was changed. To consent, add: hybrid_accept: ["adatum/federation_off"]')


def test_the_provider_is_removed_only_with_consent() -> None:
    window = Window(memory.Deployment())
    window.run()
    assert cmdlets(window.back(accept=["federation_off", "remove_provider"])) == [CLOSE, REMOVE]


def test_voicemail_that_uses_the_provider_by_now_is_a_consent_of_its_own() -> None:
    window = Window(memory.Deployment())
    window.run()
    window.model.put("hosted_voicemail_policies", {"Identity": "Global", "Destination": PROXY})
    assert set(scene.needed(window.back())) == {"federation_off", "provider_in_use"}


def test_trust_that_would_be_widened_is_a_consent_of_its_own() -> None:
    trusted = memory.provider("Exchange Online", PROXY, VerificationLevel="AlwaysVerifiable")
    window = Window(memory.Deployment({"AllowFederatedUsers": True}, [trusted]), accept=["change_existing_provider"])
    window.run()
    result = window.back(accept=["change_existing_provider"])
    assert set(scene.needed(result)) == {"change_existing_provider", "widen_trust"}
    assert result["refusal"]


def test_only_the_options_that_the_run_changed_are_restored() -> None:
    shared = memory.provider("Exchange Online", PROXY, EnabledSharedAddressSpace=False)
    window = Window(memory.Deployment({"AllowFederatedUsers": True}, [shared]), accept=["change_existing_provider"])
    window.run()
    window.model.put("hosting_providers", {**window.model.hosting[0], "AutodiscoverUrl": "https://new.example/"})
    result = window.back(accept=["change_existing_provider"])
    assert cmdlets(result) == ['Set-CsHostingProvider -Identity "Exchange Online" -EnabledSharedAddressSpace $false']


def test_a_run_that_died_between_its_writes_is_taken_back_as_far_as_it_came() -> None:
    window = Window(memory.Deployment())
    window.run(stop_after=1)
    assert '"end"' not in window.text
    assert cmdlets(window.back(accept=[])) == [DISABLE]


@pytest.mark.parametrize("it_ran", [True, False])
def test_of_a_write_whose_outcome_is_not_known_the_state_decides(it_ran: bool) -> None:
    window = Window(memory.Deployment())
    plan = window.run(stop_after=1)
    window.note(journalled.write_line(0, plan.cmdlets[1]))
    if it_ran:
        window.model.seed(AllowFederatedUsers=True)
    assert cmdlets(window.back()) == ([CLOSE] if it_ran else []) + [DISABLE]


def test_half_a_line_at_the_end_is_what_a_killed_run_leaves() -> None:
    window = Window(memory.Deployment())
    window.run(stop_after=1)
    window.files.content[window.path] += '{"event": "wri'
    assert cmdlets(window.back(accept=[])) == [DISABLE]


@pytest.mark.parametrize(
    ("properties", "named"),
    [
        (
            {"VerificationLevel": "AlwaysVerifiable"},
            "verification_level is 'AlwaysVerifiable', as the run left it 'UseSource",
        ),
        ({"EnabledSharedAddressSpace": False}, "enabled_shared_address_space is False, as the run left it True"),
        ({"HostsOCSUsers": True, "Enabled": False}, "hosts_ocs_users is True, as the run left it False"),
    ],
)
def test_what_somebody_changed_since_is_refused_and_named(properties: dict[str, Any], named: str) -> None:
    window = Window(memory.Deployment())
    window.run()
    window.model.put("hosting_providers", {**window.model.hosting[0], **properties})
    result = window.back()
    assert (blockers(result), cmdlets(result)) == (["changed_since"], [])
    assert named in result["refusal"]
    assert result["refusal"].endswith("Nothing was changed.")


def test_what_somebody_took_back_already_is_left_alone() -> None:
    window = Window(memory.Deployment())
    window.run()
    window.model.seed(AllowFederatedUsers=False)
    assert cmdlets(window.back(accept=[])) == [DISABLE]


def test_a_setting_beside_those_of_the_run_stays_as_somebody_set_it() -> None:
    window = Window(memory.Deployment())
    window.run()
    window.model.seed(AllowOutsideUsers=True)
    result = window.back()
    assert (cmdlets(result), result["refusal"]) == ([CLOSE, DISABLE], "")


DOMAIN = {"hybrid_settings": {"allowed_domain": {"old.example": {"state": "absent"}, "new.example": {"comment": "x"}}}}


def test_what_was_removed_comes_back_and_what_was_created_goes() -> None:
    window = Window(
        memory.Deployment({"AllowFederatedUsers": True}, [memory.provider("Exchange Online", PROXY)], others=DOMAINS)
    )
    edges = {scene.EDGE: scene.edge_reading(window.model, "allowed_domain")}
    window.run(variables=DOMAIN, edge_readings=edges)
    assert [one["Identity"] for one in window.model.items("allowed_domains")] == ["new.example"]
    window.model.replicate()
    write_back(window, window.back(edge_readings={scene.EDGE: scene.edge_reading(window.model, "allowed_domain")}))
    (old,) = window.model.items("allowed_domains")
    assert (old["Identity"], old["Comment"]) == ("old.example", "kept")


def test_a_recreated_provider_gets_its_proxy_back() -> None:
    china = memory.provider("Exchange Online", "exap.um.partner.outlook.cn")
    window = Window(memory.Deployment({"AllowFederatedUsers": True}, [china]), accept=["recreate_provider"])
    window.run()
    result = window.back(accept=["recreate_provider"])
    write_back(window, result)
    assert [one["ProxyFqdn"] for one in window.model.hosting] == ["exap.um.partner.outlook.cn"]


def test_a_provider_that_was_removed_and_not_created_again_comes_back() -> None:
    china = memory.provider("Exchange Online", "exap.um.partner.outlook.cn")
    window = Window(memory.Deployment({"AllowFederatedUsers": True}, [china]), accept=["recreate_provider"])
    plan = window.run(stop_after=0)
    window.note(journalled.write_line(0, plan.cmdlets[0]))
    window.model.model.seed(lambda content: content.without_item("hosting_providers", "Exchange Online"))
    result = window.back(accept=[])
    assert [cmdlet.split(" ")[0] for cmdlet in cmdlets(result)] == ["New-CsHostingProvider"]
    write_back(window, result)
    assert [one["ProxyFqdn"] for one in window.model.hosting] == ["exap.um.partner.outlook.cn"]


def test_a_record_of_another_deployment_is_refused() -> None:
    window = Window(memory.Deployment())
    window.run()
    text = window.text
    window.files.content["/other.jsonl"] = text.replace('"deployment": "adatum"', '"deployment": "fabrikam"')
    assert blockers(window.back(record="/other.jsonl")) == ["other_deployment"]
    window.files.content["/other.jsonl"] = re.sub(r'"sip_domains": \[[^]]*\]', '"sip_domains": ["other.example"]', text)
    assert "the record of another deployment" in window.back(record="/other.jsonl")["refusal"]


def test_a_write_that_the_plan_does_not_have_is_refused() -> None:
    window = Window(memory.Deployment())
    window.run()
    window.note(journalled.write_line(0, "Remove-CsAllowedDomain -Identity x.example"))
    assert blockers(window.back()) == ["unplanned_write"]


def test_a_run_that_wrote_nothing_is_no_proof_of_anything() -> None:
    window = Window(memory.Deployment())
    window.run(stop_after=0)
    assert blockers(window.back(record=window.path)) == ["nothing_written"]
    assert "has no record of a run that wrote anything to adatum" in window.back()["refusal"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it has no line that was written to its end"),
        ("nonsense\n", "line 1 is no JSON mapping"),
        ('{"event": "write"}\n', "its first line is not its beginning"),
        ('{"event": "begin", "version": 2}\n', "is a journal of version 2"),
        ('{"event": "begin", "version": 1, "at": "", "plan": {}, "more": 1}\n', "has no more"),
    ],
)
def test_what_is_no_record_is_refused_with_a_sentence(text: str, said: str) -> None:
    window = Window(memory.Deployment())
    window.files.content["/x.jsonl"] = text
    result = window.back(record="/x.jsonl")
    assert said in result["refusal"]
    assert cmdlets(result) == []


def test_unknown_events_and_lines_behind_the_end_are_refused() -> None:
    window = Window(memory.Deployment())
    window.run()
    good = window.text
    for line, said in (
        ('{"event": "what"}', "there is no event 'what'"),
        ('{"event": "write", "at": "", "cmdlet": "x", "y": 1}', "has no y"),
    ):
        window.files.content["/x.jsonl"] = f"{good}{line}\n"
        assert said in window.back(record="/x.jsonl")["refusal"]
    window.files.content["/x.jsonl"] = f'{good}{{"event": "end", "at": ""}}\n{good.splitlines()[1]}\n'
    assert "comes after the end" in window.back(record="/x.jsonl")["refusal"]


def test_no_text_of_a_server_acts_on_the_terminal_of_who_reads_the_record() -> None:
    hostile = memory.provider("Evil\x1b[2J\u202e\n", "evil.example")
    window = Window(memory.Deployment(hosting=[hostile]), snapshot_dir="/snapshots", accept=["reopen_federation"])
    window.run()
    for text in window.files.content.values():
        assert text.isascii()
        assert all(character == "\n" or character.isprintable() for character in text)
    assert window.back()["refusal"] == ""


@pytest.mark.parametrize("kept", ["snapshot_dir", "record_dir"])
def test_where_nothing_can_be_kept_nothing_is_written(kept: str) -> None:
    window = Window(memory.Deployment(), **{"record_dir": "", kept: "/full"})
    window.files.full = True
    result = window.plan()
    assert blockers(result) == ["not_kept"]
    assert f"(hybrid_{kept}): /full/" in result["refusal"]
    assert result["verify"] == []


def test_nothing_is_kept_of_a_dry_run_or_where_nothing_is_to_be_written() -> None:
    window = Window(memory.Deployment(), snapshot_dir="/snapshots")
    window.plan(check_mode=True)
    ready = Window(memory.Deployment({"AllowFederatedUsers": True}, [memory.provider("Exchange Online", PROXY)]))
    ready.plan()
    assert (window.files.content, ready.files.content) == ({}, {})


def test_the_snapshot_has_what_was_read_and_the_plan() -> None:
    window = Window(memory.Deployment(), record_dir="", snapshot_dir="/snapshots")
    result = window.plan()
    assert list(window.files.content) == [result["snapshot"]]
    assert result["snapshot"] == "/snapshots/adatum.19700101T000001_000000Z.snapshot.json"
    assert '"CsAccessEdgeConfiguration"' in window.files.content[result["snapshot"]]


def test_the_way_back_is_printed_and_in_the_result_without_any_variable() -> None:
    task = scene.plan_task(memory.Deployment())
    lync_rollout_plan.run(task)
    assert task.result["way_back"] == [CLOSE, DISABLE]
    assert f"  Way back: {CLOSE}; {DISABLE}" in task.told[-1].splitlines()
    assert task.files.content == {}


def test_the_run_that_was_completed_is_named_when_the_completing_one_is_taken_back() -> None:
    window = Window(memory.Deployment())
    window.run(stop_after=1)
    stopped = window.path
    window.model.replicate()
    window.run()
    result = window.back()
    assert cmdlets(result) == [CLOSE], "what the completing run wrote"
    assert scene.findings(result, "warning", "completed") == [
        (
            f"A run before this one stopped or failed before its end, and is not taken back with it: go back from {stopped} next "
            "(hybrid_record)."
        )
    ]
    write_back(window, result)
    assert cmdlets(window.back(record=stopped)) == [DISABLE]


# By itself (hybrid_on_failure)


def by_itself(window: Window, plan: Any, *differing: str, **options: Any) -> dict[str, Any]:
    """The plan with which a run takes back what it has just written."""
    writes = [{"cmdlet": cmdlet, "outcome": "ran"} for cmdlet in plan.cmdlets]
    taken = {"plan": to_plain(plan), "writes": writes, "differing": list(differing)}
    return window.plan(takes_back=taken, edge_verification="skip", edge_readings={}, **options)


def test_by_itself_nobody_is_asked_and_the_same_is_taken_back() -> None:
    window = Window(memory.Deployment(), record_dir="")
    plan = window.run()
    window.model.replicate()
    result = by_itself(window, plan, plan.edges[0].fqdn)
    assert (cmdlets(result), result["refusal"], result["plan"]["undoes"]) == ([CLOSE, DISABLE], "", "this run")
    assert "Allowed or enabled since" not in json.dumps(result["plan"]["findings"])


@pytest.mark.parametrize(
    ("meanwhile", "named"),
    [
        (
            lambda model: model.seed(AllowFederatedUsers=False),
            "allow_federated_users is False, as this run left it True",
        ),
        (
            lambda model: model.put("hosting_providers", memory.provider("Exchange Online", PROXY, Enabled=False)),
            "enabled is F",
        ),
        (
            lambda model: model.put("hosting_providers", memory.provider("Exchange Online", PROXY, IsLocal=True)),
            "is_local is T",
        ),
        (
            lambda model: model.model.replication.move_master("lyncfe02.contoso.example"),
            "The active master is lyncfe02",
        ),
    ],
)
def test_by_itself_nothing_is_taken_back_that_somebody_touched(meanwhile: Callable[[Any], Any], named: str) -> None:
    window = Window(memory.Deployment(), record_dir="")
    plan = window.run()
    window.model.replicate()
    meanwhile(window.model)
    result = by_itself(window, plan)
    assert named in result["refusal"]
    assert cmdlets(result) == []


def test_by_itself_nothing_is_taken_back_where_the_edge_server_may_still_get_it() -> None:
    window = Window(memory.Deployment(), record_dir="")
    plan = window.run()
    read = scene.reading(window.model)
    for replica in read["reading"]["replicas"]:
        replica["up_to_date"] = False
    result = by_itself(window, plan, plan.edges[0].fqdn, reading=read)
    assert "may still get the change" in result["refusal"]
    assert "may still get the change" in by_itself(window, plan, "unknown.example")["refusal"]
