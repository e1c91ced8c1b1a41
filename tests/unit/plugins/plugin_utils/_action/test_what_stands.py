# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an interrupted rollout says of each deployment, and what is next."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.plugin_utils._action.what_stands import interrupted
from ansible_collections.ucops.lync.plugins.plugin_utils._action.write_notes import WriteNotes

NEW, SET = "New-CsHostingProvider -Identity x", "Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true"
RAN, SENT = {"cmdlet": NEW, "outcome": "ran"}, {"cmdlet": SET, "outcome": "ran"}
OPTIONS = {"args": ["site's.yml"], "inventory": ("/etc/inventory",), "subset": "a", "extra_vars": ("secret=x",)}


class Run:
    """Tasks of several hosts, which end unless it is said otherwise."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def plan(self, host: str, **fields: Any) -> None:
        planned = {"title": host, "cmdlets": 2, "verify": [f"edge-{host}"], "edges": 1}
        notes = self.begin(host)
        rest = {"stopped": False, "compliant": False, "journal": "", "undoes": False, "hosts": [host, f"edge-{host}"]}
        notes.knows({"plan": {**planned, **rest, **fields}}, first=True)
        notes.end([])

    def begin(self, host: str) -> WriteNotes:
        notes = WriteNotes(host, self.folder)
        notes.begin()
        return notes

    def write(self, host: str, *writes: dict[str, str]) -> None:
        for write in writes:
            notes = self.begin(host)
            notes.sends(write["cmdlet"])
            notes.end([write])

    def verify(self, host: str, matches: bool = True) -> None:
        notes = self.begin(f"edge-{host}")
        notes.knows({"matches": matches}, first=False)
        notes.end([])

    @property
    def told(self) -> list[str]:
        return interrupted(self.folder, OPTIONS).splitlines()


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path / "notes")


def test_each_deployment_is_named_with_what_became_of_it(run: Run) -> None:
    for host in ("done", "written", "part", "unknown", "waiting", "also-waiting"):
        run.plan(host)
    run.plan("refused", stopped=True)
    run.plan("there", cmdlets=0, compliant=True)
    run.plan("elsewhere", cmdlets=0)
    run.write("done", RAN, SENT)
    run.verify("done")
    run.write("written", RAN, SENT)
    run.write("part", RAN)
    run.write("unknown", RAN)
    run.begin("unknown").sends(SET)
    found = [line for line in run.told if line.startswith(("  deployment", "  not"))]
    assert sorted(found) == sorted(
        [
            "  deployment done: proven on 1 of 1 Edge Servers",
            "  deployment written: written, not proven",
            "  deployment part: written, 1 of 2 cmdlets, not proven",
            f"  deployment unknown: unknown, because of {SET}",
            "  deployment refused: nothing written, as its plan says",
            "  deployment there: proven, nothing to change",
            "  deployment elsewhere: not proven",
            "  not started: also-waiting, waiting",
        ]
    )


def test_between_two_tasks_it_is_said_too(run: Run) -> None:
    run.plan("a")
    run.write("a", RAN, SENT)
    assert run.told[:3] == [
        "The run ended without its report, after it had sent:",
        f"  a: {NEW}: written",
        f"  a: {SET}: written",
    ]


def test_a_run_that_reported_has_nothing_to_say(run: Run) -> None:
    run.plan("a")
    run.write("a", RAN, SENT)
    notes = run.begin("a")
    notes.knows({"reported": True}, first=False)
    notes.end([])
    assert run.told == []


def test_a_run_that_planned_and_wrote_nothing_has_nothing_to_say_unless_a_task_was_running(run: Run) -> None:
    run.plan("a")
    assert run.told == []
    run.begin("a")
    assert run.told[:2] == ["The run was interrupted before it had sent anything.", "  not started: a"]


def test_an_edge_server_that_matched_before_the_write_proves_nothing(run: Run) -> None:
    run.plan("a")
    run.verify("a")
    run.write("a", RAN, SENT)
    assert "  deployment a: written, not proven" in run.told
    run.verify("a")
    assert "  deployment a: proven on 1 of 1 Edge Servers" in run.told
    run.verify("a", matches=False)
    assert "  deployment a: written, not proven" in run.told


def test_the_last_plan_counts(run: Run) -> None:
    run.plan("a", stopped=True)
    run.plan("a")
    run.write("a", RAN)
    assert "  deployment a: written, 1 of 2 cmdlets, not proven" in run.told


def test_the_next_command_is_the_same_and_shows_no_secret(run: Run) -> None:
    run.plan("a", journal="/records/a.journal.jsonl")
    run.write("a", RAN)
    assert run.told[-2:] == [
        (
            "The next run reads what stands, does the rest and proves it: ansible-playbook 'site'\"'\"'s.yml' -i /etc/inventory "
            "--limit a, with the same further options."
        ),
        (
            "To take deployment a back instead, dry run first: ansible-playbook ucops.lync.rollback -i /etc/inventory --limit a -e "
            "hybrid_record=/records/a.journal.jsonl --check"
        ),
    ]
    assert "secret" not in "".join(run.told)


def ways_back(run: Run) -> list[str]:
    return [line for line in run.told if line.startswith("To take")]


def test_only_what_this_run_wrote_is_to_be_taken_back_each_from_its_own_journal(run: Run) -> None:
    """From a folder an older run of a deployment that was not started would be taken back."""
    for host in ("written", "unknown", "waiting", "not-run"):
        run.plan(host, journal=f"/records/{host}.jsonl")
    run.plan("unrecorded")
    run.write("written", RAN, SENT)
    run.begin("unknown").sends(SET)
    run.write("not-run", {"cmdlet": SET, "outcome": "not_run"})
    run.write("unrecorded", RAN)
    assert sorted(ways_back(run)) == [
        (
            f"To take deployment {host} back instead, dry run first: ansible-playbook ucops.lync.rollback -i /etc/inventory "
            f"--limit {host},edge-{host} -e hybrid_record=/records/{host}.jsonl --check"
        )
        for host in ("unknown", "written")
    ]


def test_where_nothing_was_written_nothing_is_to_be_taken_back(run: Run) -> None:
    run.plan("a", journal="/records/a.jsonl")
    run.begin("a")
    assert ways_back(run) == []


def test_a_way_back_is_not_taken_back(run: Run) -> None:
    run.plan("a", journal="/records/back.jsonl", undoes=True)
    run.write("a", RAN)
    assert ways_back(run) == []


def test_a_run_that_took_itself_back_when_it_was_interrupted_is_taken_back_from_its_own_journal(run: Run) -> None:
    run.plan("a", journal="/records/a.jsonl")
    run.write("a", RAN)
    run.plan("a", journal="/records/back.jsonl", undoes=True)
    run.write("a", SENT)
    (command,) = ways_back(run)
    assert "hybrid_record=/records/a.jsonl" in command


def test_no_name_forges_a_line(run: Run) -> None:
    run.plan("a", title="evil\n  deployment b: proven", journal="/x\x1b[2J/a.journal.jsonl")
    run.write("a", RAN)
    assert [line for line in run.told if line.startswith("  deployment b")] == []
    assert "\x1b" not in "".join(run.told)
