# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way back: from the record of a run, also of one that was killed between its writes; never over what somebody
changed since.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import zipfile
from pathlib import Path
from typing import Any

import yaml
from conftest import Start

from support.ansible import PLAYBOOKS, play
from support.keeper import background, eventually, signalled_and_ended
from support.rollout import DOCUMENTED, IMPATIENCE, PATIENCE, Rollout, dry_rollout, rollout
from support.stage import Stage

ROLLBACK = PLAYBOOKS / "rollback.yml"
MANAGEMENT = "lyncfe01.contoso.example"
CLOSE = ("Set-CsAccessEdgeConfiguration", {"AllowFederatedUsers": False})
DISABLE = ("Set-CsHostingProvider", {"Identity": "Exchange Online", "Enabled": False})
OFF = ["federation_off"]


def records(stage: Stage) -> list[Path]:
    return sorted((stage.folder / "records").glob("*.jsonl"))


def recording(stage: Stage, **variables: Any) -> dict[str, Any]:
    return {"hybrid_record_dir": str(stage.folder / "records"), **variables}


def going_back(stage: Stage, **variables: Any) -> dict[str, Any]:
    return recording(stage, **{"hybrid_record": str(stage.folder / "records"), "hybrid_accept": OFF, **variables})


def lines(record: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]


def back(stage: Stage, *options: str, **how: Any) -> Rollout:
    return rollout(stage, *options, playbook=ROLLBACK, **{"variables": going_back(stage), **how})


def test_a_complete_run_is_taken_back_and_proven(start: Start) -> None:
    stage = start(edges=2)
    before = stage.deployment.content.access_edge
    snapshots = stage.folder / "snapshots"
    rollout(stage, variables=recording(stage, hybrid_snapshot_dir=str(snapshots)))
    (record,) = records(stage)
    (snapshot,) = snapshots.iterdir()
    assert json.loads(snapshot.read_text(encoding="utf-8"))["reading"]["objects"]["CsHostingProvider"] == []
    assert [one["event"] for one in lines(record)] == ["begin", *["write", "outcome"] * 2, "end"]
    assert {one["outcome"] for one in lines(record) if one["event"] == "outcome"} == {"ran"}
    assert [one["verified"] for one in lines(record)[-1]["edges"]] == [True, True]
    assert (record.stat().st_mode & 0o777, record.parent.stat().st_mode & 0o777) == (0o600, 0o700)

    dry = dry_rollout(stage, playbook=ROLLBACK, variables=going_back(stage))
    assert f"  Going back to what was before the run of {record}\n" in dry.run.output
    assert set(dry.outcomes.values()) == {"will be replicated"}
    assert len(records(stage)) == 1, "a dry run keeps nothing"

    real = back(stage)
    assert stage.written() == [CLOSE, DISABLE]
    assert set(real.outcomes.values()) == {"verified"}
    assert real.closing[-1].startswith("Way back proven on 2 of 2 Edge Servers")
    for machine in [stage.front_end, *stage.edges]:
        assert stage.read("Get-CsAccessEdgeConfiguration", machine)[0]["AllowFederatedUsers"] is False
        assert [one["Enabled"] for one in stage.read("Get-CsHostingProvider", machine)] == [False]
    assert stage.deployment.content.access_edge == before

    again = back(stage)
    assert (stage.written(), again.changed) == ([], {})
    assert set(again.outcomes.values()) == {"verified"}


def test_federation_is_not_switched_off_without_consent(start: Start) -> None:
    stage = start()
    rollout(stage, variables=recording(stage))
    refused = back(stage, variables=going_back(stage, hybrid_accept=[]), status=2)
    assert stage.written() == []
    assert "NEEDS CONSENT (federation_off): AllowFederatedUsers is True and would become False" in refused.run.output


def test_a_run_that_was_killed_at_its_second_write_is_taken_back(start: Start) -> None:
    """The journal has the write before the server has it: when the playbook dies there, nobody else knows of it."""
    stage = start()
    name, _parameters = DOCUMENTED[1]
    stage.front_end.faults.delay(5, action="Command", cmdlet=name)
    variables = stage.ansible.write(stage.folder / "variables.yml", {**PATIENCE, **recording(stage)})
    with background(stage, PLAYBOOKS / "hybrid.yml", options=["-e", f"@{variables}"]) as process:
        eventually(
            lambda: [one["event"] for one in lines_of(stage)].count("write") == 2, "the second write in the journal"
        )
        assert [entry.name for entry in stage.arrived() if entry.name == name] == [], "journalled before it is sent"
        os.kill(process.pid, signal.SIGKILL)
    stage.front_end.faults.clear()
    (record,) = records(stage)
    assert [one["event"] for one in lines(record)] == ["begin", "write", "outcome", "write"]
    found = back(stage)
    assert DISABLE in stage.written()
    assert set(found.outcomes.values()) == {"verified"}
    assert stage.read("Get-CsAccessEdgeConfiguration")[0]["AllowFederatedUsers"] is False


def test_a_run_that_is_interrupted_between_two_tasks_says_what_stands(start: Start) -> None:
    stage = start()
    plays = yaml.safe_load((PLAYBOOKS / "hybrid.yml").read_text(encoding="utf-8"))
    sleep = {"name": "Sleep", "ansible.builtin.command": "sleep 60"}
    after = next(number for number, one in enumerate(plays) if one["name"] == "Configure each deployment") + 1
    plays.insert(after, play([sleep], "localhost", connection="local"))
    variables = stage.ansible.write(stage.folder / "variables.yml", {**PATIENCE, **recording(stage)})
    with (
        (stage.folder / "output").open("w+", encoding="utf-8") as output,
        background(stage, plays, output=output, options=["-e", f"@{variables}"]) as process,
    ):
        shown = Path(output.name)
        eventually(lambda: "TASK [Sleep]" in shown.read_text(encoding="utf-8"), "the time between two tasks")
        eventually(lambda: signalled_and_ended(process.pid, process.poll, signal.SIGINT), "the end of Ansible")
        text = shown.read_text(encoding="utf-8")
    assert "\nThe run ended without its report, after it had sent:\n" in text
    assert f"\n  {MANAGEMENT}: New-CsHostingProvider " in text
    assert "\n  deployment contoso.example: written, not proven\n" in text
    (record,) = records(stage)
    command = f"ansible-playbook ucops.lync.rollback -i {stage.inventory} -e hybrid_record={record} --check"
    assert f"\nTo take deployment contoso.example back instead, dry run first: {command}\n" in text
    assert set(back(stage).outcomes.values()) == {"verified"}


def lines_of(stage: Stage) -> list[dict[str, Any]]:
    """Of the only journal, as far as it has come."""
    return [one for record in records(stage) for one in lines(record)]


def test_what_somebody_changed_since_is_refused_and_named(start: Start) -> None:
    stage = start()
    rollout(stage, variables=recording(stage))
    stage.deployment.seed(
        lambda content: content.with_item(
            "hosting_providers",
            {**content.items("hosting_providers")["exchange online"], "VerificationLevel": "AlwaysVerifiable"},
        )
    )
    found = back(stage, patience=IMPATIENCE, status=2)
    assert stage.written() == []
    assert (
        "The hosting provider 'Exchange Online' was changed by somebody since, and is left as it is: verification_level is "
        "'AlwaysVerifiable', as the run left it 'UseSourceVerification'."
    ) in found.failures[MANAGEMENT]


def test_without_a_place_for_what_is_to_be_kept_nothing_is_written(start: Start) -> None:
    stage = start()
    (stage.folder / "in the way").write_text("", encoding="utf-8")
    for variable in ("hybrid_snapshot_dir", "hybrid_record_dir"):
        found = rollout(stage, variables={variable: str(stage.folder / "in the way")}, status=2)
        stage.assert_only_read()
        assert f"Nothing is written that could not be taken back ({variable})" in found.failures[MANAGEMENT]


def test_a_way_back_without_a_record_reads_nothing(start: Start) -> None:
    stage = start()
    run = stage.play(ROLLBACK, status=2, expect=None)
    assert "Name the record of the run that is to be taken back: -e hybrid_record=" in run.output
    assert stage.arrived() == []
    forward = rollout(stage, variables={"hybrid_record": "x"}, status=2)
    assert "hybrid_record is set, which only the playbook rollback.yml goes back from" in forward.failures[MANAGEMENT]
    stage.assert_only_read()


def test_the_way_back_is_printed_where_nothing_is_kept(start: Start) -> None:
    stage = start()
    found = rollout(stage)
    assert (
        "  Way back: Set-CsAccessEdgeConfiguration -AllowFederatedUsers $false; Set-CsHostingProvider -Identity "
        '"Exchange Online" -Enabled $false\n'
    ) in found.run.output
    assert not records(stage)


def test_the_products_own_archive_is_kept_only_on_request_and_privately(start: Start) -> None:
    stage = start()
    found = rollout(stage, "-vvv", "--diff", variables={"hybrid_export_dir": str(stage.folder / "archives")})
    names = [name for name, _parameters in stage.written()]
    assert names == ["Export-CsConfiguration", *(name for name, _parameters in DOCUMENTED)]
    (archive,) = (stage.folder / "archives").iterdir()
    assert (archive.stat().st_mode & 0o777, archive.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    content = archive.read_bytes()
    assert zipfile.ZipFile(archive).testzip() is None
    told = found.run.output + found.run.errors + json.dumps([dict(one.data) for one in found.run.results])
    assert content.hex()[:40] not in told
    assert base64.b64encode(content).decode()[:40] not in told


def test_of_several_deployments_each_goes_back_from_its_own_record(start: Start) -> None:
    stage = start(deployments=2)
    rollout(stage, variables=recording(stage))
    first, second = records(stage)
    second.unlink()
    accept = [f"{name}/federation_off" for name in ("contoso", "fabrikam")]
    found = back(stage, variables=going_back(stage, hybrid_accept=accept), status=2)
    assert stage.written() == [CLOSE, DISABLE]
    assert first.name.startswith("contoso.")
    assert {line.deployment: line.outcome for line in found.table} == {
        "contoso": "verified",
        "fabrikam": "nothing written",
    }
    (sentence,) = found.failures.values()
    assert "records has no record of a run that wrote anything to fabrikam." in sentence
