# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One document of a deployment, and one of what an Edge Server holds; what cannot be read is a gap."""

from __future__ import annotations

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.document import from_plain
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import CmdletFailed, Failure, SessionFailed
from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_deployment_info
from ansible_collections.ucops.lync.plugins.module_utils._rollout.reading import EdgeReading, Reading
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import scene


def test_everything_is_read_in_one_pipeline() -> None:
    task = memory.task_of(lync_deployment_info.MODULE, memory.Deployment())
    task.on_read[1] = Failure("it asked a second time")
    lync_deployment_info.run(task)
    reading = from_plain(Reading, task.result["reading"])
    assert reading.topology is not None
    assert len(reading.topology.edges) == 1
    assert reading.topology.sip_domains
    assert reading.topology.edge_pools[0].external_sip_port == 5061
    assert reading.master
    assert {replica.fqdn for replica in reading.replicas or ()} >= {reading.topology.edges[0].fqdn}
    assert {"CsAccessEdgeConfiguration", "CsHostingProvider", "CsPublicProvider"} <= set(reading.objects)
    assert reading.voicemail is not None
    assert (reading.gaps, task.warnings, task.result["changed"]) == ((), [], False)


def test_what_the_account_may_not_read_is_a_gap_with_its_reason() -> None:
    task = memory.task_of(lync_deployment_info.MODULE, memory.Deployment())
    task.on_read[0] = CmdletFailed("Get-CsSite", "Access is denied.", "AccessDenied,X")
    lync_deployment_info.run(task)
    reading = from_plain(Reading, task.result["reading"])
    assert [(gap.part, gap.error_id) for gap in reading.gaps] == [("sites", "AccessDenied,X")]
    assert reading.topology is not None, "the Edge Servers are known without the sites"
    assert "sites could not be read: Get-CsSite failed: Access is denied." in task.warnings[0]


@pytest.mark.parametrize("hidden", [(), ("Computers",)], ids=["pools show their computers", "they do not"])
def test_machines_are_known_without_get_cscomputer(hidden: tuple[str, ...]) -> None:
    """No page names a role that has the cmdlet."""
    task = memory.task_of(lync_deployment_info.MODULE, memory.Deployment(hides=hidden))
    task.on_read[0] = CmdletFailed("Get-CsComputer", "Not offered.", "CommandNotFoundException")
    lync_deployment_info.run(task)
    reading = from_plain(Reading, task.result["reading"])
    assert (reading.topology is None) is bool(hidden)
    assert [warning.startswith("machines of Edge pools could not be read") for warning in task.warnings] == [
        True
    ] * bool(hidden)
    assert hidden or [edge.fqdn for edge in reading.topology.edges] == list(task.deployment.model.topology.edges())  # type: ignore[union-attr]


def test_nothing_opens() -> None:
    task = memory.task_of(lync_deployment_info.MODULE, memory.Deployment())
    task.on_read[0] = SessionFailed("refused")
    with pytest.raises(SessionFailed):
        lync_deployment_info.run(task)


def test_the_local_store_is_read_on_its_own() -> None:
    deployment = memory.Deployment()
    deployment.seed(AllowFederatedUsers=True)
    result = scene.edge_reading(deployment)
    reading = from_plain(EdgeReading, result["reading"])
    assert set(reading.objects) == {"CsAccessEdgeConfiguration", "CsHostingProvider"}
    assert reading.objects["CsAccessEdgeConfiguration"][0]["AllowFederatedUsers"] is True
    assert "identity" not in result


@pytest.mark.parametrize(
    "nouns", [["access_edge", "hosting_provider"], ["hosting_provider", "access_edge"]], ids=["in order", "reversed"]
)
def test_nouns_are_read_in_the_order_of_the_table(nouns: list[str]) -> None:
    task = memory.task_of(lync_deployment_info.MODULE, memory.Deployment(), nouns=nouns, local_store=True)
    lync_deployment_info.run(task)
    assert list(from_plain(EdgeReading, task.result["reading"]).objects) == [
        "CsAccessEdgeConfiguration",
        "CsHostingProvider",
    ]


def test_a_local_store_of_which_nothing_can_be_read_is_a_failure() -> None:
    task = memory.task_of(lync_deployment_info.MODULE, memory.Deployment(), local_store=True, nouns=["access_edge"])
    task.on_read[0] = CmdletFailed("Get-CsAccessEdgeConfiguration", "Access is denied.", "AccessDenied,X")
    with pytest.raises(Failure, match="Access is denied"):
        lync_deployment_info.run(task)
    assert task.result["reading"]["gaps"]
