# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a pipeline wrote, read by the task that asked for it."""

from __future__ import annotations

import dataclasses

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import CmdletFailed, SessionLost
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.output import Output, answer_of
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import NOTHING, Answer, Record
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._action.test_connection import endpoint

THING = '<Obj RefId="0"><TN RefId="0"><T>A.Thing</T></TN><Props><S N="Identity">a</S></Props></Obj>'
FAILED = CmdletFailed("Get-CsThing", "Not found.")


def test_objects_become_records() -> None:
    output = Output([THING, THING, ""], [FAILED], ["Careful."], complete=False)
    thing = Record(("A.Thing",), {"Identity": "a"})
    answer = Answer((thing, thing, NOTHING), (FAILED,), ("Careful.",), complete=False)
    assert answer_of(output, endpoint(), "Get-CsThing") == answer


@pytest.mark.parametrize(
    ("text", "limit", "reason"),
    [
        ("<Obj", 2**20, "its XML breaks in line 1"),
        ("<Thing />", 2**20, "it has a value of an unknown type"),
        ("<Obj RefId='0'><LST>" + "<I32>1</I32>" * 20_000 + "</LST></Obj>", 2**21, "larger than 2 MiB"),
    ],
)
def test_what_cannot_be_read_is_a_lost_answer(text: str, limit: int, reason: str) -> None:
    """The cmdlet ran."""
    with pytest.raises(SessionLost, match=f"lost during Set-CsThing: .*{reason}") as lost:
        answer_of(Output([text]), dataclasses.replace(endpoint(), answer_limit=limit), "Set-CsThing")
    assert issubclass(type(lost.value), SessionLost)


def test_the_limit_is_that_of_all_objects_together() -> None:
    objects = ["<S>" + "a" * 700_000 + "</S>"] * 4
    with pytest.raises(SessionLost, match="larger than 2 MiB"):
        answer_of(Output(objects), dataclasses.replace(endpoint(), answer_limit=2**21), "Get-CsThing")
