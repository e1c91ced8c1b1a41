# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each variable of the role that is misstated is a blocker, in a dry run and in a real run alike."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_rollout_plan
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import scene
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout.window import Window

SETTLE = "hybrid_replication_settle (60 s) must be shorter than hybrid_replication_timeout (60 s)."
IGNORE = "hybrid_replication_ignore must be a list of mappings with replica and reason; "


def misstated(**options: Any) -> list[str]:
    """The blockers, which are the same in either kind of run."""
    model = memory.Deployment()
    found = [
        scene.findings(scene.planned(model, check_mode=check_mode, **options), "blocker", "misstated")
        for check_mode in (True, False)
    ]
    assert found[0] == found[1]
    return found[0]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"replication_ignore": [{"replica": "fe01"}]}, f"{IGNORE}{{'replica': 'fe01'}} is none."),
        ({"replication_ignore": [{"replica": "fe01", "reason": " "}]}, f"{IGNORE}{{'replica': 'fe01', 'reason': ' '}} is none."),
        ({"replication_ignore": ["fe01"]}, f"{IGNORE}'fe01' is none."),
        ({"replication_ignore": "fe01"}, f"{IGNORE}'fe01' is none."),
        ({"replication_timeout": "10m"}, "hybrid_replication_timeout must be a number, not '10m'."),
        ({"replication_timeout": None}, "hybrid_replication_timeout must be a number, not nothing."),
        ({"replication_timeout": True}, "hybrid_replication_timeout must be a number, not True."),
        ({"replication_timeout": "nan"}, "hybrid_replication_timeout must be a number, not 'nan'."),
        ({"replication_timeout": 0}, "hybrid_replication_timeout must be from 1 to 86400 seconds, not 0."),
        ({"replication_interval": 0}, "hybrid_replication_interval must be from 0.05 to 86400 seconds, not 0."),
        ({"replication_stamp_timeout": -1}, "hybrid_replication_stamp_timeout must be from 0 to 86400 seconds, not -1."),
        ({"replication_settle": "60", "replication_timeout": 60.0}, SETTLE),
        ({"content_interval": 0}, "hybrid_content_interval must be from 0.05 to 86400 seconds, not 0."),
        ({"content_timeout": "abc"}, "hybrid_content_timeout must be a number, not 'abc'."),
        ({"content_timeout": 90000}, "hybrid_content_timeout must be from 0 to 86400 seconds, not 90000."),
        ({"replication_scope": "edge"}, "hybrid_replication_scope must be one of edges, all, not 'edge'."),
        ({"replication_scope": " all"}, "hybrid_replication_scope must be one of edges, all, not ' all'."),
        ({"edge_verification": "Skip"}, "hybrid_edge_verification must be one of required, best_effort, skip, not 'Skip'."),
        ({"on_failure": ["keep"]}, "hybrid_on_failure must be one of keep, rollback, not ['keep']."),
        ({"replication_ignore": {"a": "b"}}, "hybrid_replication_ignore must be a list of mappings, not {'a': 'b'}."),
        ({"check_readiness": "y"}, "hybrid_check_readiness must be true or false, not 'y'."),
        ({"check_readiness": "maybe"}, "hybrid_check_readiness must be true or false, not 'maybe'."),
        ({"asked_edges": {scene.EDGE: "maybe"}}, "hybrid_check_readiness of edge01 must be true or false, not 'maybe'."),
        (
            {"asked_edges": {scene.EDGE: "maybe"}, "check_readiness": "maybe"},
            "hybrid_check_readiness must be true or false, not 'maybe'.",
        ),
        ({"documented_order": 5}, "hybrid_documented_order must be true or false, not 5."),
        ({"check_sip_domains": {"a": "b"}}, "hybrid_check_sip_domains must be a list of texts, not {'a': 'b'}."),
        ({"accept": [None]}, "hybrid_accept must be a list of texts, not [None]."),
        ({"check_certificate_days": "soon"}, "hybrid_check_certificate_days must be a number, not 'soon'."),
        ({"snapshot_dir": ["/a"]}, "hybrid_snapshot_dir must be text, not ['/a']."),
    ],
)  # fmt: skip
def test_what_stops_the_plan(options: dict[str, Any], sentence: str) -> None:
    assert misstated(**options) == [sentence]


@pytest.mark.parametrize(
    "options",
    [
        {"check_readiness": "yes", "asked_edges": {scene.EDGE: "on"}, "partial_verification": "no"},
        {"replication_timeout": "600", "content_interval": "0.5"},
        {"check_sip_domains": "contoso.example,fabrikam.example", "accept": None, "replication_ignore": None},
        {"check_readiness": ""},
        {"replication_scope": "all", "on_failure": None, "edge_verification": "best_effort"},
        {},
    ],
)
def test_what_ansible_takes_for_a_value_is_one(options: dict[str, Any]) -> None:
    assert misstated(**options) == []


def test_what_would_never_settle_stops_nothing_where_nothing_is_to_be_waited_for() -> None:
    window = Window(memory.Deployment())
    window.run()
    window.model.replicate()
    options = {"replication_settle": 60, "replication_timeout": 60}
    assert scene.findings(window.plan(**options), "blocker", "misstated") == []


def test_what_is_misstated_of_readiness_keeps_nothing_from_being_taken_back() -> None:
    window = Window(memory.Deployment())
    window.run()
    result = window.back(check_certificate_days="soon", check_readiness="maybe", asked_edges={scene.EDGE: "maybe"})
    assert (result["refusal"], scene.findings(result, "blocker", "misstated")) == ("", [])


def test_all_that_is_misstated_is_said_at_once_and_nothing_is_kept() -> None:
    task = scene.plan_task(memory.Deployment(), replication_scope="All", replication_interval=0, snapshot_dir="/snap")
    lync_rollout_plan.run(task)
    assert len([line for line in task.result["refusal"].split("hybrid_replication_") if " must be " in line]) == 2
    assert (task.result["snapshot"], task.result["verify"]) == ("", [])
