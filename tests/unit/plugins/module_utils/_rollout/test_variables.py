# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables that are nearly named like one of the role's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from ansible_collections.ucops.lync.plugins.module_utils._core.document import to_plain
from ansible_collections.ucops.lync.plugins.module_utils._rollout.inventory import EdgeHost
from ansible_collections.ucops.lync.plugins.module_utils._rollout.variables import PRIVATE, ROLE, misspelt
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import scene

HYBRID = Path(__file__).resolve().parents[5] / "roles/hybrid"


def test_the_variables_are_those_of_the_role() -> None:
    specs = yaml.safe_load((HYBRID / "meta/argument_specs.yml").read_text(encoding="utf-8"))
    stated = {
        name: {key: option[key] for key in ("type", "choices", "elements") if key in option}
        for name, option in specs["argument_specs"]["main"]["options"].items()
    }
    assert stated == {
        name: {key: list(value) if key == "choices" else value for key, value in spec.items()}
        for name, spec in ROLE.items()
    }


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("hybrid_hostingprovider", "hybrid_hosting_provider"),
        ("hybrid_hosting_providers", "hybrid_hosting_provider"),
        ("hybrid_accepts", "hybrid_accept"),
        ("hybrid_edge_verificaton", "hybrid_edge_verification"),
        ("Hybrid_Settings", "hybrid_settings"),
        ("hybird_accept", "hybrid_accept"),
        ("lync_deploymnt", "lync_deployment"),
        ("lync_replica_fdqn", "lync_replica_fqdn"),
        ("hybrid__accept", "hybrid_accept"),
        ("hybrid__hosting_provider_x", "hybrid_hosting_provider"),
        ("hybrid__edges_excused", "hybrid_edges_excused"),
        ("ybrid_accept", "hybrid_accept"),
        ("lync_comand_timeout", "lync_command_timeout"),
        ("lync_sesion_keep", "lync_session_keep"),
    ],
)
def test_a_near_miss(name: str, meant: str) -> None:
    assert list(misspelt([name, "ansible_user", meant])) == [(name, meant)]


def test_others_are_somebody_else_s() -> None:
    others = ["hybrid_cloud_region", "hosting_provider", "lync_session_keep", "hybrid__hosting_provider", "deployment"]
    others += ["lync_deployments", "lync_deployment_id", "lync_replica_fqdns"]
    assert list(misspelt([*others, *ROLE])) == []


def test_the_private_variables_are_those_of_the_role_and_the_playbooks() -> None:
    files = [*HYBRID.rglob("*.yml"), *(HYBRID.parents[1] / "playbooks").glob("*.yml")]
    names = {name for file in files for name in re.findall(r"\bhybrid__\w+", file.read_text(encoding="utf-8"))}
    assert sorted(names) == sorted(PRIVATE)


def test_what_the_role_itself_registers_is_no_near_miss() -> None:
    tasks = "".join(file.read_text(encoding="utf-8") for file in HYBRID.rglob("tasks/**/*.yml"))
    names = set(re.findall(r"\bhybrid_\w+", tasks))
    assert len(names) > len(ROLE)
    assert list(misspelt(names)) == []


@pytest.mark.parametrize("name", ["lync_replica_fdqn", "lync_deploymnt"])
def test_one_of_an_edge_server_in_the_play_stops_the_plan(name: str) -> None:
    model = memory.Deployment()
    (sentence,) = scene.findings(scene.planned(model, edge_variables={name: "x", "lync_deployments": []}), "blocker")
    assert sentence.startswith(f"There is a variable {name}, which this role does not know; ")
    out_of_play = scene.hosts(model, edges=(EdgeHost(scene.EDGE, scene.edge_fqdn(model), in_play=False),))
    result = scene.planned(model, edge_variables={name: "x"}, deployment=to_plain(out_of_play))
    assert scene.findings(result, "blocker", "misspelt") == []


def test_one_stops_the_plan_before_anything_is_written() -> None:
    result = scene.planned(memory.Deployment(), variable_names=["hybrid_hostingprovider"])
    assert (
        "There is a variable hybrid_hostingprovider, which this role does not know; hybrid_hosting_provider was probably meant."
        in result["msg"]
    )
