# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The document of a plan again: shown, written as a page, refused where it was edited. The file is one that a dry run wrote."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._approval.fingerprint import fingerprint
from ansible_collections.ucops.lync.plugins.module_utils._core.document import from_plain
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Failure, Refused
from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_plan_show
from ansible_collections.ucops.lync.plugins.module_utils._rollout.plan import Plan
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory

WRITTEN = (Path(__file__).parents[4] / "integration/support/plan.json").read_text(encoding="utf-8")


def task_of(document: str = WRITTEN, **options: Any) -> memory.MemoryTask:
    task = memory.task_of(lync_plan_show.MODULE, None, check_mode=True, plan="plan.json", **options)
    task.files.content["plan.json"] = document
    return task


def test_it_is_shown_and_written() -> None:
    task = task_of(page="new.html", text="new.txt")
    lync_plan_show.run(task)
    stated = json.loads(WRITTEN)
    assert (task.result["fingerprint"], task.result["deployment"]) == (stated["fingerprint"], "contoso.example")
    assert (task.result["approvable"], task.result["files"]) == (True, ["new.html", "new.txt"])
    (shown,) = task.told
    assert shown == task.files.content["new.txt"]
    assert stated["fingerprint"] in shown
    assert stated["fingerprint"] in task.files.content["new.html"]


def test_nothing_is_written_that_was_not_asked_for() -> None:
    task = task_of()
    lync_plan_show.run(task)
    assert task.files.content.keys() == {"plan.json"}
    assert task.result["files"] == []


@pytest.mark.parametrize("path", [["changes", 0, "inverse", 0], ["reached", 0], ["exposure", "routing_method"]])
def test_one_that_was_edited_is_refused(path: list[Any]) -> None:
    edited = json.loads(WRITTEN)
    part = edited["plan"]
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = "another"
    with pytest.raises(Refused, match=r"plan\.json is no plan to rely on: it was edited"):
        lync_plan_show.run(task_of(json.dumps(edited)))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("findings", []),
        ("providers_left", ["Nobody to worry about"]),
        ("management_host", "fe09"),
        ("held", [{"noun": "allowed_domain", "identity": "evil.example", "values": {}}]),
    ],
)
def test_one_whose_words_were_edited_is_refused_though_they_are_not_in_the_fingerprint(key: str, value: Any) -> None:
    edited = json.loads(WRITTEN)
    assert edited["plan"][key] != value
    edited["plan"][key] = value
    with pytest.raises(Refused, match="no plan to rely on: it was edited"):
        lync_plan_show.run(task_of(json.dumps(edited)))


def test_when_it_was_made_is_not_edited_either() -> None:
    edited = {**json.loads(WRITTEN), "made": "2031-01-01 00:00:00 UTC"}
    with pytest.raises(Refused, match="no plan to rely on: it was edited"):
        lync_plan_show.run(task_of(json.dumps(edited)))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ("[]", "plan must be a mapping"),
        ('{"plan": {}}', "plan lacks made"),
        (WRITTEN.replace('"version": 1', '"version": 2'), "of version 2"),
        (WRITTEN.replace('"made"', '"more": 1, "made"'), "plan has no more"),
        (WRITTEN.replace('"partial": false', '"partial": NaN'), "must be bool"),
    ],
)
def test_what_is_no_plan_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        lync_plan_show.run(task_of(text))


def of_a_newer_collection(part: str) -> str:
    """A plan that fits its fingerprint."""
    document = json.loads(WRITTEN)
    if part == "impact":
        document["plan"]["changes"][0]["impact"] = ["closes"]
    elif part == "noun":
        document["plan"]["changes"][0]["noun"] = "dial_plan"
    else:
        document["plan"]["held"] = [{"noun": "dial_plan", "identity": "x", "values": {"y": 1}}]
    with contextlib.suppress(Refused):
        document["fingerprint"] = fingerprint(from_plain(Plan, document["plan"]))
    return json.dumps(document)


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        ("noun", "there is no noun dial_plan in this collection"),
        ("held", "there is no noun dial_plan in this collection"),
        ("impact", "plan.plan.changes.0..impact.0. must be one of opens, interrupts, not 'closes'"),
    ],
)
def test_one_of_a_newer_collection_is_refused(part: str, reason: str) -> None:
    with pytest.raises(Refused, match=f"is no plan to rely on: .*{reason}"):
        lync_plan_show.run(task_of(of_a_newer_collection(part)))


def test_a_file_that_is_there_stays() -> None:
    task = task_of(page="plan.json")
    with pytest.raises(Failure, match=r"plan\.json cannot be written"):
        lync_plan_show.run(task)
    assert task.files.content["plan.json"] == WRITTEN
