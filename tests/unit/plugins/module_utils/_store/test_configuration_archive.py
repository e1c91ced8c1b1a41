# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The product's configuration archive: kept privately, in nothing else, and nothing is written where it cannot be had."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import CmdletFailed, Failure, SessionLost
from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_access_edge
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import scene

PATH = "/archives/adatum.configuration.zip"
ZIP = b"PK\x03\x04 secret"


class Server:
    """A deployment that exports what it is told to."""

    def __init__(self, *values: Any) -> None:
        self.model = memory.Deployment()
        self.values = values

    def answer(self, cmdlet: Any) -> list[dict[str, Any]]:
        if cmdlet.name == "Export-CsConfiguration":
            return [{"Value": value} for value in self.values]
        return self.model.answer(cmdlet)


def writing(server: Server, **options: Any) -> memory.MemoryTask:
    """The task of the planned change that switches federation on."""
    wanted = {"allow_federated_users": True, "allow_outside_users": True}
    variables = {"hybrid_access_edge": wanted}
    planned = scene.planned(server.model, export_dir="/archives", variables=variables)["planned"]
    change = next(one["change"] for one in planned if one["change"]["noun"] == "access_edge")
    stated = {"change": change, "exports": PATH, **options}
    return memory.task_of(lync_access_edge.MODULE, server, **wanted, rollout=True, planned=stated)


@pytest.mark.parametrize("values", [(ZIP.hex(),), tuple(ZIP)], ids=["one array", "each byte"])
def test_it_is_kept_before_the_write_and_is_in_no_result(values: tuple[Any, ...]) -> None:
    task = writing(Server(*values))
    lync_access_edge.MODULE.run(task)
    assert task.files.content == {PATH: ZIP.hex()}
    assert task.result["exported"] == PATH
    reads = [cmdlet.name for cmdlet in task.was_read]
    assert "Get-CsAccessEdgeConfiguration" in reads[reads.index("Export-CsConfiguration") :], "an export takes seconds"
    told = json.dumps(task.result)
    assert ZIP.hex() not in told
    assert "secret" not in told
    assert "Export" not in told


@pytest.mark.parametrize("values", [(), ("no hex",), (b"other".hex(),), (300, 1), ({},)])
def test_without_one_nothing_is_written(values: tuple[Any, ...]) -> None:
    task = writing(Server(*values))
    with pytest.raises(
        Failure, match=r"was not exported \(hybrid_export_dir\): Export-CsConfiguration -AsBytes wrote no ZIP"
    ):
        lync_access_edge.MODULE.run(task)
    assert (task.written, task.files.content, task.result["writes"]) == ([], {}, [])


@pytest.mark.parametrize(
    "failure", [SessionLost("The session was lost."), CmdletFailed("Export-CsConfiguration", "Access is denied.", "X")]
)
def test_a_server_that_refuses_it_stops_the_write(failure: Failure) -> None:
    task = writing(Server(ZIP.hex()))
    task.on_read[1] = failure
    with pytest.raises(Failure, match="hybrid_export_dir"):
        lync_access_edge.MODULE.run(task)
    assert task.written == []


def test_a_folder_that_cannot_be_written_stops_the_write() -> None:
    task = writing(Server(ZIP.hex()))
    task.files.full = True
    with pytest.raises(Failure, match="the disk is full"):
        lync_access_edge.MODULE.run(task)
    assert task.written == []


def test_a_dry_run_exports_nothing() -> None:
    task = writing(Server(ZIP.hex()))
    task.check_mode = True
    lync_access_edge.MODULE.run(task)
    assert task.files.content == {}


@pytest.mark.parametrize(
    ("seeded", "options"),
    [
        ({"AllowFederatedUsers": True}, {}),
        ({"AllowOutsideUsers": False}, {}),
        ({}, {"until": -1.0, "closed": "The window is closed."}),
    ],
    ids=["nothing to write", "somebody changed it", "too late"],
)
def test_what_writes_nothing_leaves_no_secret_behind(seeded: dict[str, Any], options: dict[str, Any]) -> None:
    task = writing(Server(ZIP.hex()), **options)
    task.deployment.model.seed(**seeded)
    with contextlib.suppress(Failure):
        lync_access_edge.MODULE.run(task)
    assert (task.written, task.files.content) == ([], {})


def test_whichever_change_writes_first_exports_and_no_other() -> None:
    exports = [one.get("exports", "") for one in scene.planned(memory.Deployment(), export_dir="/archives")["planned"]]
    assert exports[0].startswith("/archives/adatum.")
    assert exports[0].endswith(".configuration.zip")
    assert len(set(exports)) == 1
    assert not any("exports" in one for one in scene.planned(memory.Deployment())["planned"])
    for before, content in (([], {PATH}), ([{"cmdlet": "x", "outcome": "ran"}], set())):
        task = writing(Server(ZIP.hex()))
        task.facts["lync_writes"] = before
        lync_access_edge.MODULE.run(task)
        assert (len(task.written), set(task.files.content)) == (1, content)
