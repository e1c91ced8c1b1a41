# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks over Ansible's connection winrm: the same results as over psrp."""

from __future__ import annotations

from support.ansible import task
from support.rollout import DOCUMENTED, dry_rollout, rollout
from support.stage import Stage, Start
from support.wishes import (
    EXCHANGE_ONLINE,
    EXCHANGE_ONLINE_LINE,
    EXCHANGE_ONLINE_SENT,
    SETTINGS,
    comes_true,
    hosting_provider,
)


def over_winrm(stage: Stage, transport: str = "winrm-http") -> None:
    """Let the inventory reach every host over winrm."""
    stage.write_inventory(transport, front_end_transport=transport)


def test_a_wish_comes_true(start: Start) -> None:
    stage = start(delegation=True)
    over_winrm(stage)
    comes_true(
        stage,
        hosting_provider(**EXCHANGE_ONLINE),
        [EXCHANGE_ONLINE_LINE],
        [("New-CsHostingProvider", EXCHANGE_ONLINE_SENT)],
    )
    assert {entry.transport for entry in stage.arrived()} == {"winrs"}


def test_an_edge_proves_what_it_holds(start: Start) -> None:
    stage = start(situations=("provider-present",))
    over_winrm(stage, "winrm-https")
    check = task("lync_local_store_check", {"settings": SETTINGS, "timeout": 0})
    assert not stage.run(check, hosts="lync_edge").one().changed


def test_the_hybrid_playbook(start: Start) -> None:
    stage = start(edges=2, delegation=True)
    over_winrm(stage)
    dry_rollout(stage)
    assert {line.outcome for line in rollout(stage).table} == {"verified"}
    assert stage.written() == DOCUMENTED
    again = rollout(stage)
    assert {line.outcome for line in again.table} == {"verified"}
    assert again.changed == {}
    assert stage.written() == []
    assert {entry.transport for entry in stage.lab.journal.shells(since=stage.since)} == {"winrs"}


def test_a_secret_arrives_and_shows_nowhere(start: Start) -> None:
    stage = start(delegation=True)
    over_winrm(stage)
    wish = {"cmdlet": "Set-CsClientPin", "parameters": {"Identity": "sip:a@contoso.example"}}
    run = stage.run(task("lync_cmdlet", {**wish, "secure_parameters": {"Pin": "gGeheim-1"}}), status=None, expect=None)
    assert "gGeheim" not in f"{run.output}{run.errors}"
    assert [dict(entry.parameters).get("Pin") for entry in stage.arrived() if entry.name == "Set-CsClientPin"][:1] == [
        "********"
    ]
    assert "gGeheim" not in repr(stage.lab.journal.entries())


def test_a_front_end_without_delegation_cannot_reach_the_store(stage: Stage) -> None:
    over_winrm(stage)
    result = stage.run(task("lync_access_edge_info"), status=2).one()
    assert "Central Management store" in result.message


def test_a_refused_logon_is_not_tried_again(stage: Stage) -> None:
    wrong = {stage.front_end.name: {"ansible_password": "wrong"}}
    stage.write_inventory(front_end_transport="winrm-http", changes=wrong)
    result = stage.run(task("lync_access_edge_info"), status=4).one()
    assert "wrong" not in result.message
    assert len(stage.lab.journal.logons(succeeded=False, since=stage.since)) == 1
