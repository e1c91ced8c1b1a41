# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""lync_replication_status: what the status of the replicas proves of a change, and what it does not."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Start

from lynclab.deployment.replication import Delays
from support.ansible import Task, task
from support.stage import Stage
from support.wishes import EXCHANGE_ONLINE, access_edge, hosting_provider

pytestmark = [pytest.mark.over_psrp_and_winrm, pytest.mark.side_by_side]

EDGE = "lyncedge01.contoso.example"
FRONT_ENDS = ["lyncfe01.contoso.example", "lyncfe02.contoso.example"]
CHANGE: Task = {**access_edge(allow_federated_users=True), "name": "change"}
SECOND_CHANGE: Task = {**hosting_provider(**EXCHANGE_ONLINE), "name": "second change"}


def status(name: str, **options: Any) -> Task:
    """A task that reads or waits, registered under its name; what fails goes on."""
    keywords = {"register": name.replace(" ", "_"), "ignore_errors": True}
    return task("lync_replication_status", {"interval": 0.1, **options}, name=name, **keywords)


def waits(name: str, since: str, **options: Any) -> Task:
    return status(
        name, **{"wait": True, "newer_than": f"{{{{ {since} }}}}", "timeout": 30, "stamp_timeout": 30, **options}
    )


def holds(name: str = "content", **keywords: Any) -> Task:
    """Whether the Edge Server holds the first change at this very moment."""
    options = {"settings": {"access_edge": {"global": {"allow_federated_users": True}}}, "timeout": 0}
    return task("lync_local_store_check", options, name=name, delegate_to=EDGE, ignore_errors=True, **keywords)


def test_a_stale_true_is_not_believed(start: Start) -> None:
    """Nothing is built, so the old True stands: who believes it is wrong about the Edge Server."""
    stage = start(situations=("master-stopped",))
    run = stage.run(
        status("before"),
        CHANGE,
        status("believing", wait=True, timeout=30),
        waits("careful", "before", timeout=1),
        waits("patient", "before", stamp_timeout=0.5),
        holds(),
        expect=["the timestamps of 3 did not move within 0.5 s: the status proves nothing of the last change"],
    )
    assert run.one("believing").status == "ok"
    assert run.one("content").status == "failed"
    assert run.one("believing")["proven"] is False
    assert {one["state"] for one in run.one("believing")["replicas"]} == {"up_to_date"}
    careful = run.one("careful")
    assert careful.status == "failed"
    assert careful.message.startswith(
        "Not replicated to 3 of 3 replicas in scope within 1 s: lyncedge01.contoso.example (no new "
    )
    assert (run.one("patient").status, run.one("patient")["proven"]) == ("ok", False)

    stage.deployment.replication.start()
    again = stage.run(status("before", wait=True, newer_than=dict(run.one("before").data), timeout=30), holds())
    assert again.one("before")["proven"] is True
    assert {one["state"] for one in again.one("before")["replicas"]} == {"replicated"}
    assert again.one("content").status == "ok"


def test_the_window_of_the_stale_true(start: Start) -> None:
    stage = start(delays=Delays(package=1.0, transfer=0.2, report=0.1), situations=(f"edge-clock-off:-600:{EDGE}",))
    run = stage.run(status("before"), CHANGE, waits("after", "before", scope="edges"), holds())
    assert run.one("after")["proven"] is True
    assert run.one("content").status == "ok"
    assert [one["in_scope"] for one in run.one("after")["replicas"]] == [False, False, True]


@pytest.mark.parametrize(
    ("kind", "rich", "seconds"), [("utc", True, 600), ("local", False, -600), ("unspecified", False, 600)]
)
def test_clocks_and_kinds_of_timestamps(start: Start, kind: str, rich: bool, seconds: int) -> None:
    """A clock that is off, in dates of every kind: a timestamp is compared with its own earlier value only."""
    stage = start(stamp_kind=kind, rich_types=rich, situations=(f"edge-clock-off:{seconds}",))
    run = stage.run(status("before"), CHANGE, waits("after", "before"), holds())
    assert run.one("after")["proven"] is True
    assert run.one("content").status == "ok"
    stamps = [
        one[name] for one in run.one("after")["replicas"] for name in ("last_status_report", "last_update_creation")
    ]
    ending = {"utc": "Z", "local": "+01:00", "unspecified": ""}[kind]
    assert all(stamp.endswith(ending) and stamp[10] == "T" for stamp in stamps), stamps
    assert all(stamp[-1].isdigit() for stamp in stamps if kind == "unspecified")
    assert stage.written() == [("Set-CsAccessEdgeConfiguration", {"AllowFederatedUsers": True})]


def test_a_package_between_two_writes(start: Start) -> None:
    """Built, sent and reported between them: only the reading before the last write tells."""
    stage = start(situations=("package-between-writes", "master-stopped"))
    run = stage.run(
        status("first"),
        CHANGE,
        status("second"),
        SECOND_CHANGE,
        waits("fooled", "first"),
        waits("careful", "second", timeout=1),
    )
    assert run.one("fooled")["proven"] is True, "this is why the state is read between two writes"
    assert run.one("careful").status == "failed"
    assert stage.read("Get-CsHostingProvider", stage.edges[0]) == []


def test_settling(start: Start) -> None:
    stage = start()
    run = stage.run(status("before"), CHANGE, waits("after", "before", settle=1))
    assert run.one("after")["proven"] is True
    assert run.one("after")["waited"] >= 1
    refused = stage.run(status("absurd", wait=True, settle=30, timeout=30))
    assert refused.one("absurd").message == "settle (30 s) must be shorter than timeout (30 s)."


def test_frozen_timestamps_prove_nothing_and_fail_nothing(start: Start) -> None:
    stage = start(situations=("stamps-frozen",))
    run = stage.run(
        status("before"),
        CHANGE,
        waits("after", "before", scope="edges", stamp_timeout=1.5),
        holds(),
        expect=["All 1 replicas in scope are up to date, but the timestamps of 1 did not move within 1.5 s"],
    )
    assert (run.one("after").status, run.one("after")["proven"]) == ("ok", False)
    assert run.one("content").status == "ok"


def test_a_master_that_moved_voids_the_timestamps(start: Start) -> None:
    stage = start(situations=("master-moves:600",))
    run = stage.run(
        status("before"),
        CHANGE,
        waits("after", "before"),
        expect=["The active master moved from lyncfe01.contoso.example to lyncfe02.contoso.example during the change"],
    )
    after = run.one("after")
    assert (after.status, after["master_moved"], after["proven"]) == ("ok", True, False)
    assert after["central"]["active_master_fqdn"] == "lyncfe02.contoso.example"
    assert after["noted"]["master"] == "lyncfe01.contoso.example"


def test_everybody_is_listed_and_only_those_in_scope_are_waited_for(start: Start) -> None:
    stage = start(situations=("silent-branch-appliance", "removed-server-deleted", "edge-deaf"))
    silent, gone = "lyncsba01.contoso.example", "lyncold01.contoso.example"
    ignored = [{"replica": EDGE.upper(), "reason": "rebuilt this week"}]
    run = stage.run(
        status("before"),
        CHANGE,
        waits("all", "before", ignore_replicas=ignored),
        waits("listed", "before", scope="listed", replicas=FRONT_ENDS),
        waits("edges", "before", scope="edges", timeout=1),
        expect=[
            f"Not up to date and not waited for, {why}: {one} (last status report 20"
            for one, why in (
                (silent, "behind before the change already"),
                (silent, "outside the scope"),
                (gone, "deleted from the topology"),
                (EDGE, "ignored (rebuilt this week)"),
                (EDGE, "outside the scope"),
            )
        ],
    )
    for name in ("before", "all", "listed"):
        assert [one["replica_fqdn"] for one in run.one(name)["replicas"]] == [*FRONT_ENDS, EDGE, silent, gone]
    everybody = {one["replica_fqdn"]: one["reason"] for one in run.one("all")["replicas"]}
    assert everybody[EDGE] == "ignored (rebuilt this week)"
    assert everybody[gone] == "deleted from the topology"
    assert [one["in_scope"] for one in run.one("all")["replicas"]] == [True, True, False, False, False]
    assert run.one("all")["proven"] is run.one("listed")["proven"] is True
    assert run.one("edges").status == "failed"
    assert run.one("edges")["lagging"] == [EDGE]
    assert run.one("edges").message.startswith(
        f"Not replicated to 1 of 1 replicas in scope within 1 s: {EDGE} (UpToDate False, last update created 20"
    )


def test_what_cannot_be_is_refused(start: Start) -> None:
    stage = start(situations=("no-active-master",))
    unknown = [{"replica": "lyncedge99.contoso.example", "reason": "?"}]
    run = stage.run(
        status("nobody", scope="listed"),
        status("unknown", scope="listed", replicas=["lyncedge99.contoso.example"]),
        status("ignored", ignore_replicas=unknown),
        status("unused", replicas=[EDGE]),
        status("everybody", trigger=True),
        status("no reading", newer_than={"changed": False}),
        status("unhealthy", wait=True),
        task("lync_replication_status", name="on an Edge Server", delegate_to=EDGE, ignore_errors=True),
    )
    assert {result.task: result.message.split(";")[0] for result in run.results} == {
        "nobody": "scope: listed needs replicas: the machines to wait for.",
        "unknown": "There is no replica 'lyncedge99.contoso.example' in this deployment",
        "ignored": "There is no replica 'lyncedge99.contoso.example' in this deployment",
        "unused": "replicas is used with scope: listed or trigger: true only.",
        "everybody": "trigger forces a complete push and is done for named machines only: state replicas.",
        "no reading": "newer_than must be the registered result of an earlier lync_replication_status task.",
        "unhealthy": (
            "Nothing can replicate: there is no active master replicator (service MASTER) on the Central Management Server. "
            "Start it, then run the play again."
        ),
        "on an Edge Server": run.one("on an Edge Server").message.split(";")[0],
    }
    assert "run this on the management host" in run.one("on an Edge Server").message
    assert stage.written() == []


def test_a_push_is_forced_for_named_replicas_only(start: Start) -> None:
    stage = start(edges=2)
    push = status("push", trigger=True, replicas=[EDGE], scope="listed", wait=True, timeout=30, stamp_timeout=30)
    dry = stage.dry_run(push).one("push")
    assert dry.changed
    assert dry.cmdlets == [f"Invoke-CsManagementStoreReplication -ReplicaFqdn {EDGE}"]
    run = stage.run(push)
    assert stage.written() == [("Invoke-CsManagementStoreReplication", {"ReplicaFqdn": EDGE})]
    assert (run.one("push").changed, run.one("push")["proven"]) == (True, True)
    stamps = {one["replica_fqdn"]: one["last_update_creation"] for one in run.one("push")["replicas"]}
    before = {one["replica_fqdn"]: one["last_update_creation"] for one in dry["replicas"]}
    assert [fqdn for fqdn in stamps if stamps[fqdn] != before[fqdn]] == [EDGE], "the others were left alone"


def test_progress_is_shown_unless_it_is_turned_off(start: Start) -> None:
    stage = start(situations=("edge-deaf",))
    lagging = "lyncfe01.contoso.example: replication: 2 of 3 replicas up to date after"
    tasks = [status("before"), CHANGE, waits("after", "before", timeout=2)]
    shown = stage.run(*tasks)
    assert lagging in shown.output
    assert f"; waiting for {EDGE} (last status report 20" in shown.output
    assert len([line for line in shown.output.splitlines() if lagging in line]) == 1, (
        "once for each change of what lags"
    )

    quick = status("still", wait=True, scope="listed", replicas=FRONT_ENDS)
    behind = [f"Not up to date and not waited for, outside the scope: {EDGE} (last status report "]
    line = "lyncfe01.contoso.example: replication: 2 of 2 replicas up to date after 0 s"
    assert line in stage.run(quick, expect=behind).output
    silent = stage.run(quick, expect=behind, play_keywords={"vars": {"lync_progress": False}})
    assert "replication:" not in silent.output
    assert "replication:" not in stage.run({**quick, "no_log": True}, expect=behind).output


def test_reading_alone_waits_for_nobody_and_proves_nothing(stage: Stage) -> None:
    now = stage.dry_run(status("today")).one("today")
    assert (now.changed, now["proven"], now["lagging"], now["health"]) == (False, False, [], None)
    assert now["noted"] == {"master": "lyncfe01.contoso.example", "behind": []}
    assert now["central"]["active_file_transfer_agent_fqdn"] == "lyncfe01.contoso.example"
    assert {one["product_version"] for one in now["replicas"]} == {"5.0.8308.0"}
