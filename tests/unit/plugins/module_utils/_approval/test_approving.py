# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which approval counts: one, of this deployment, of today, signed where that is asked for, of a plan as it was written; once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.document import to_plain
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import scene
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout.change_window import (
    ALICE,
    SATURDAY,
    SUNDAY,
    WEDNESDAY,
    Window,
)


@pytest.fixture
def window() -> Window:
    """A plan of Wednesday."""
    window = Window(memory.Deployment())
    window.plan()
    return window


def test_an_approved_plan_may_be_carried_out(window: Window) -> None:
    path = window.approve()
    result = window.run()
    assert (result["refusal"], result["withheld"]) == ("", "")
    assert result["approval"]["change_number"] == "CHG0040127"
    assert (result["approval"]["file"], result["approval"]["approved_by"]) == (path, ALICE)
    assert result["approval"]["differences"] == []
    assert "adatum" in result["planned"][-1]["spent"]
    assert [sorted(one) for one in result["planned"]] == [
        ["change", "closed", "until", "withheld"],
        ["change", "closed", "spends", "spent", "until", "withheld"],
    ], "whichever writes first has to keep to the time, the last one uses the approval up"


def test_it_may_lie_beside_the_plan_or_be_json(window: Window) -> None:
    document = window.documents[0]
    window.files.content[document.replace("plans/", "approvals/")] = window.files.content.pop(document)
    assert "no approval" in window.refusal()
    fields = json.loads(window.files.content[document.replace("plans/", "approvals/")])
    window.approve("one.json", fingerprint=fields["fingerprint"])
    assert window.run()["refusal"] == ""


def test_a_plan_is_told_from_an_approval_by_what_it_holds_not_by_its_name(window: Window) -> None:
    path = window.approve("adatum-202611282000.json")
    assert window.run()["approval"]["file"] == path
    window.files.content["approvals/plan of adatum.json"] = window.files.content[window.documents[0]]
    assert window.run()["approval"]["file"] == path
    del window.files.content[path]
    assert "there is no approval for it in approvals" in window.refusal(), "the plan is not a broken one"


def test_without_a_folder_nothing_is_approved(window: Window) -> None:
    assert "hybrid_approvals names no folder" in window.refusal(approvals="")
    assert "its approval cannot be looked for: nowhere cannot be read" in window.refusal(approvals="nowhere")


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "another deployment": ({"deployment": "fabrikam"}, "there is no approval for it in approvals"),
    "expired": ({"valid_until": "2026-11-28T21:00:00Z"}, "one.yml: it expired at 2026-11-28 21:00:00 UTC"),
    "expired just now": ({"valid_until": "2026-11-28T22:00:00Z"}, "it expired at 2026-11-28 22:00:00 UTC"),
    "of tomorrow": ({"valid_from": "2026-11-29"}, "it is not valid before 2026-11-29 00:00:00 UTC"),
    "another plan": ({"fingerprint": "a" * 64}, "there is no plan *-aaaaaaaaaaaa.json in plans or approvals"),
    "malformed": ({"approved": "yes"}, "one.yml: an approval has no approved"),
}


@pytest.mark.parametrize(("changes", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_does_not_count_says_why(window: Window, changes: dict[str, Any], reason: str) -> None:
    window.approve(**changes)
    assert reason in window.refusal()


def test_a_second_that_counts_is_one_too_many(window: Window) -> None:
    window.approve()
    window.approve("two.yml", change_number="CHG2")
    assert "one.yml, two.yml are all valid for it; keep one" in window.refusal()
    window.approve("two.yml", change_number="CHG2", valid_from="2026-12-01", valid_until="2026-12-02")
    assert window.run()["refusal"] == "", "one of another day is none too many"


def test_those_of_others_are_nobody_s_business(window: Window) -> None:
    window.approve()
    window.approve("fabrikam.yml", deployment="fabrikam", fingerprint="x")
    window.files.content["approvals/broken.yml"] = "deployment: [fabrikam"
    assert window.run()["refusal"] == ""


def test_a_plan_that_was_edited_is_refused(window: Window) -> None:
    window.approve()
    document = window.documents[0]
    edited = json.loads(window.files.content[document])
    edited["plan"]["changes"][0]["options"]["enabled"] = False
    window.files.content[document] = json.dumps(edited)
    assert f"the plan {document} cannot be used: it was edited" in window.refusal()


def test_an_approval_that_was_copied_to_another_deployment_is_refused(window: Window) -> None:
    window.approve()
    fabrikam = to_plain(scene.hosts(window.deployment, name="fabrikam"))
    assert "there is no approval for it" in window.refusal(deployment=fabrikam)
    path = window.approve(deployment="fabrikam")
    found = window.refusal(deployment=fabrikam)
    assert f"{path.rpartition('/')[2]}: the plan" in found
    assert "is for deployment adatum" in found


def test_a_plan_that_nobody_should_have_approved_is_refused() -> None:
    window = Window(
        memory.Deployment(hosting=[memory.provider("Exchange Online", "exap.um.outlook.com", Enabled=False)])
    )
    window.plan()
    window.approve()
    assert "is not approvable (enable_disabled_provider)" in window.refusal(accept=["enable_disabled_provider"])


def test_signatures_where_they_are_asked_for(window: Window) -> None:
    window.files.content["signers"] = f"{ALICE} key\nbob@contoso.example key\n"
    path = window.approve()
    asked: dict[str, Any] = {"approval_signers": "signers"}
    assert f"{path}.sig is no signature of {ALICE}" in window.refusal(**asked)
    window.sign(path, "bob@contoso.example")
    assert "is no signature" in window.refusal(**asked)
    window.sign(path, namespace="git")
    assert "is no signature" in window.refusal(**asked)
    window.sign(path)
    assert window.run(**asked)["refusal"] == ""
    window.files.content[path] += "# edited\n"
    assert "is no signature" in window.refusal(**asked)


def test_an_unsigned_one_is_none_too_many(window: Window) -> None:
    window.files.content["signers"] = f"{ALICE} key\n"
    window.sign(window.approve())
    window.approve("two.yml", change_number="CHG2")
    assert window.run(approval_signers="signers")["refusal"] == ""


def reverted(window: Window) -> None:
    """Somebody takes back by hand what the run wrote."""
    window.deployment.seed(AllowFederatedUsers=False)
    window.deployment.model.seed(lambda content: content.without_item("hosting_providers", "Exchange Online"))


def test_once(window: Window) -> None:
    window.approve()
    window.applied(window.run())
    reverted(window)
    assert "it is spent: applied in the run of 2026-11-28 22:00:00 UTC, change CHG0040127" in window.refusal()
    window.files.content["approvals/copy.yml"] = window.files.content.pop("approvals/one.yml") + "# a copy\n"
    assert "copy.yml: it is spent" in window.refusal()
    window.approve("new.yml", change_number="CHG2")
    assert "is spent: applied in the run of" in window.refusal(), "another approval of the same document"


def test_a_plan_of_today_may_be_approved_though_it_says_the_same(window: Window) -> None:
    window.approve()
    window.applied(window.run())
    reverted(window)
    fingerprint = window.plan(at=SUNDAY)["fingerprint"]
    assert len(window.documents) == 2
    assert all(fingerprint in window.files.content[document] for document in window.documents)
    assert "it is spent" in window.refusal(at=SATURDAY + 3600), "the old approval"
    window.approve("new.yml", change_number="CHG2", valid_until="2026-11-30")
    assert window.run(at=SUNDAY)["refusal"] == ""


def test_a_spent_plan_is_not_revived_by_another_time(window: Window) -> None:
    window.approve()
    window.applied(window.run())
    reverted(window)
    window.approve("new.yml", change_number="CHG2")
    document = window.documents[0]
    edited = json.loads(window.files.content[document])
    window.files.content[document] = json.dumps({**edited, "made": "2027-01-01 00:00:00 UTC"})
    assert f"the plan {document} cannot be used: it was edited" in window.refusal()


def test_a_plan_is_spent_whatever_its_clock_said() -> None:
    """The controller that made it was ahead of the one that carried it out."""
    window = Window(memory.Deployment())
    window.plan(at=SUNDAY)
    window.approve()
    window.applied(window.run())
    reverted(window)
    window.approve("new.yml", change_number="CHG2")
    assert "is spent: applied in the run of" in window.refusal()


def test_a_marker_that_cannot_be_read_is_one(window: Window) -> None:
    window.approve()
    result = window.run()
    window.files.content[result["planned"][-1]["spends"]] = "{"
    assert "it is spent: applied in the run of (its marker does not say when)" in window.refusal()


def test_what_somebody_else_completed_uses_it_up(window: Window) -> None:
    window.approve()
    window.deployment.put("hosting_providers", memory.provider("Exchange Online", "exap.um.outlook.com"))
    window.deployment.seed(AllowFederatedUsers=True)
    assert window.plan(at=SATURDAY)["refusal"] == ""
    assert not [path for path in window.files.content if path.endswith(".spent")], "a dry run writes none off"
    task = window.task(SATURDAY)
    assert (task.result["refusal"], task.result["plan"]["changes"]) == ("", [])
    assert "Nothing to do: proof only." in task.told[-1]
    assert len([path for path in window.files.content if path.endswith(".spent")]) == 1


def test_nothing_to_do_needs_no_approval() -> None:
    window = Window(
        memory.Deployment({"AllowFederatedUsers": True}, [memory.provider("Exchange Online", "exap.um.outlook.com")])
    )
    result = window.run()
    assert (result["refusal"], result["withheld"], result["approval"]) == ("", "", {})


def test_without_being_asked_for_none_is_looked_at(window: Window) -> None:
    window.approve(valid_until="2026-11-28T20:30:00Z")
    result = window.run(require_approval=False)
    assert (result["refusal"], result["approval"]) == ("", {})
    assert [sorted(one) for one in result["planned"]] == [["change"], ["change"]]


def test_wednesday_s_plan_is_written_once_for_a_second(window: Window) -> None:
    before = dict(window.files.content)
    again = window.plan()
    assert "The plan could not be written (hybrid_plan_dir): plans/adatum-20261125T100000Z-" in again["refusal"]
    assert window.files.content == before
    assert WEDNESDAY < SATURDAY
