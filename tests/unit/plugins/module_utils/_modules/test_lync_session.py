# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session that is opened before it is needed."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_deployment_info
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_session import MODULE
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory


@pytest.mark.parametrize("check_mode", [False, True])
def test_it_is_begun_with_a_cmdlet_that_loads_the_module_and_only_reads(check_mode: bool) -> None:
    task = memory.task_of(MODULE, memory.Deployment(), check_mode)
    task.works_beside = True
    MODULE.run(task)
    assert task.result == {"changed": False, "begun": True}
    assert [str(cmdlet) for cmdlet in task.prepared] == ["Get-CsAccessEdgeConfiguration -LocalStore"]
    assert task.was_read == [], "nothing is waited for"


@pytest.mark.parametrize("restricted", [False, True])
@pytest.mark.parametrize("options", [{}, {"nouns": ["access_edge"]}, {"local_store": True, "nouns": ["access_edge"]}])
def test_it_reads_ahead_just_what_the_reading_reads(options: dict[str, Any], restricted: bool) -> None:
    opening = memory.task_of(MODULE, memory.Deployment(), read_ahead=options)
    reading = memory.task_of(lync_deployment_info.MODULE, memory.Deployment(), **options)
    for task in (opening, reading):
        task.restricted = restricted
    opening.works_beside = True
    MODULE.run(opening)
    lync_deployment_info.MODULE.run(reading)
    assert opening.prepared == reading.was_read[: len(opening.prepared)]
    assert opening.was_read == []


def test_where_each_task_has_its_own_session_it_says_that_it_did_nothing() -> None:
    task = memory.task_of(MODULE, memory.Deployment())
    MODULE.run(task)
    assert task.result["changed"] is False
    assert task.result["begun"] is False
    assert task.result["msg"].startswith("Nothing was done")
