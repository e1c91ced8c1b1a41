# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two names for one Central Management store are found; two forests whose masters have one name are not confused."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.ucops.lync.plugins.module_utils._core.document import from_plain
from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_deployment_compare
from ansible_collections.ucops.lync.plugins.module_utils._rollout.compared import identity
from ansible_collections.ucops.lync.plugins.module_utils._rollout.reading import Reading
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import scene


def compared(identities: dict[str, str | None]) -> dict[str, list[str]]:
    deployments = {"fe01": "north", "fe02": "south", "fe03": "north"}
    task = memory.task_of(
        lync_deployment_compare.MODULE,
        None,
        identities=identities,
        deployments={host: deployments[host] for host in identities},
    )
    lync_deployment_compare.run(task)
    found: dict[str, list[str]] = task.result["same_store"]
    return found


def test_one_store_under_two_names() -> None:
    assert compared({"fe01": "a", "fe02": "a"}) == {"fe01": ["south"], "fe02": ["north"]}


def test_two_management_hosts_of_one_deployment_are_no_finding() -> None:
    assert compared({"fe01": "a", "fe03": "a", "fe02": "b"}) == {}


def test_what_is_not_known_is_not_the_same() -> None:
    assert compared({"fe01": None, "fe02": None}) == {}


def test_a_store_is_told_by_more_than_its_master() -> None:
    reading = from_plain(Reading, scene.reading(memory.Deployment())["reading"])
    again = from_plain(Reading, scene.reading(memory.Deployment())["reading"])
    assert reading.topology is not None
    other = replace(reading, topology=replace(reading.topology, sip_domains=("fabrikam.example",)))
    unknown = replace(reading, topology=None)
    assert identity(reading) is not None
    assert identity(reading) == identity(again)
    assert identity(other) not in (None, identity(reading))
    assert identity(unknown) is None
