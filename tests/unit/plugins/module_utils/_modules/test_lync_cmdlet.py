# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any cmdlet, and what it may not be."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import SWITCH, Cmdlet, Secret
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused, SessionLost
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_cmdlet import ARGUMENT_SPEC, run
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory


class _AnsibleTaggedThing:
    """A value as newer releases of Ansible tag it."""


class Anything:
    """A server that has every cmdlet."""

    def answer(self, cmdlet: Cmdlet) -> list[dict[str, Any]]:
        return [{"Ran": cmdlet.name}]


def task(check_mode: bool = False, **options: Any) -> memory.MemoryTask:
    return memory.MemoryTask(Anything(), memory.validated(ARGUMENT_SPEC, **options), check_mode)


@pytest.mark.parametrize(
    ("options", "check_mode", "sent", "changed"),
    [
        pytest.param({"cmdlet": "Get-CsPool"}, False, True, False, id="Get-"),
        pytest.param({"cmdlet": "Get-CsPool"}, True, True, False, id="Get- in check mode"),
        pytest.param({"cmdlet": "Set-CsExternalAccessPolicy"}, False, True, True, id="Set-"),
        pytest.param({"cmdlet": "Set-CsExternalAccessPolicy"}, True, False, True, id="Set- in check mode"),
        pytest.param({"cmdlet": "Enable-CsTopology"}, True, False, True, id="Enable- in check mode"),
        pytest.param({"cmdlet": "Test-CsRegistration"}, False, True, False, id="Test-"),
        pytest.param({"cmdlet": "Test-CsRegistration"}, True, False, False, id="Test- in check mode"),
        pytest.param(
            {"cmdlet": "Test-CsRegistration", "run_in_check_mode": True},
            True,
            True,
            False,
            id="Test- in check mode, asked for",
        ),
        pytest.param({"cmdlet": "Get-CsPool", "run_in_check_mode": True}, True, True, False, id="Get- needs no asking"),
    ],
)
def test_which_cmdlets_run(options: dict[str, Any], check_mode: bool, sent: bool, changed: bool) -> None:
    hatch = task(check_mode, **options)
    run(hatch)
    assert hatch.result["output"] == ([{"Ran": options["cmdlet"]}] if sent else [])
    assert bool(hatch.written or hatch.was_read) is sent
    assert hatch.result["changed"] is changed
    assert hatch.result["cmdlets"] == [options["cmdlet"]]


@pytest.mark.parametrize("verb", ["Get", "Set"])
def test_output_is_what_json_has_too(verb: str) -> None:
    hatch = task(cmdlet=f"{verb}-CsThing")
    nan, infinity = float("nan"), float("inf")
    wrote = [{"A": nan, "B": [infinity, 1.5], "C": {"D": -infinity}}, {"Value": None}]
    hatch.deployment.answer = lambda cmdlet: wrote
    run(hatch)
    assert hatch.result["output"] == [{"A": "NaN", "B": ["Infinity", 1.5], "C": {"D": "-Infinity"}}, {"Value": None}]
    json.dumps(hatch.result, allow_nan=False)


@pytest.mark.parametrize(
    ("options", "writes"),
    [
        ({"cmdlet": "Set-CsThing"}, [{"cmdlet": "Set-CsThing", "outcome": "unknown"}]),
        ({"cmdlet": "Set-CsThing", "switches": ["WhatIf"]}, None),
        ({"cmdlet": "Test-CsThing"}, None),
    ],
)
def test_a_lost_answer_of_a_changing_cmdlet_is_unknown(options: dict[str, Any], writes: Any) -> None:
    hatch = task(**options)
    hatch.on_write[0] = memory.lost_before
    with pytest.raises(SessionLost):
        run(hatch)
    assert (hatch.result.get("writes"), hatch.result["changed"]) == (writes, writes is not None)


def test_a_test_cmdlet_is_never_repeated() -> None:
    hatch = task(cmdlet="Test-CsRegistration")
    run(hatch)
    assert (len(hatch.written), hatch.was_read) == (1, [])


def test_parameters_switches_and_secrets() -> None:
    hatch = task(
        cmdlet="Set-CsThing",
        parameters={"Identity": "global", "Domains": {"Add": ["a.example"]}, "Count": 3, "Rate": 0.5, "Nothing": None},
        switches=["Force"],
        secure_parameters={"Pin": "hunter2"},
    )
    run(hatch)
    assert dict(hatch.written[0].parameters) == {
        "Identity": "global",
        "Domains": {"Add": ["a.example"]},
        "Count": 3,
        "Rate": 0.5,
        "Nothing": None,
        "Force": SWITCH,
        "Pin": Secret("hunter2"),
    }
    assert hatch.result["cmdlets"] == [
        'Set-CsThing -Identity global -Domains @{"Add" = @("a.example")} -Count 3 -Rate 0.5 -Nothing $null -Force -Pin ********'
    ]
    assert "hunter2" not in repr(hatch.result)
    assert hatch.result["diff"]["prepared"] == hatch.result["cmdlets"][0] + "\n"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"cmdlet": "Get-Process"}, "must be the name of a Lync cmdlet"),
        ({"cmdlet": "Get-CsPool; Remove-CsPool"}, "must be the name of a Lync cmdlet"),
        ({"cmdlet": "Get-CsPool\n"}, "must be the name of a Lync cmdlet"),
        ({"cmdlet": "& Get-CsPool"}, "must be the name of a Lync cmdlet"),
        ({"cmdlet": "Get-CsPoöl"}, "must be the name of a Lync cmdlet"),
        ({"cmdlet": "Get-CsPool", "parameters": {"Identity; Remove-CsPool": "a"}}, "is no name of a parameter"),
        ({"cmdlet": "Get-CsPool", "parameters": {"-Identity": "a"}}, "is no name of a parameter"),
        ({"cmdlet": "Get-CsPool", "parameters": {1: "a"}}, "1 is no name of a parameter"),
        ({"cmdlet": "Get-CsPool", "switches": ["\ud800"]}, "is no name of a parameter"),
        ({"cmdlet": "Get-CsPool", "secure_parameters": {"": "hunter2"}}, "is no name of a parameter"),
        (
            {"cmdlet": "Set-CsX", "parameters": {"Force": True}, "switches": ["force"]},
            "The parameter force is given twice",
        ),
        (
            {"cmdlet": "Set-CsX", "parameters": {"Pin": "1"}, "secure_parameters": {"PIN": "hunter2"}},
            "The parameter PIN is given twice",
        ),
        ({"cmdlet": "Set-CsX", "parameters": {"confirm": True}}, "Confirm is sent by the module itself"),
        ({"cmdlet": "Set-CsX", "parameters": {"A": "\uffff"}}, "parameters.A: the character U+FFFF"),
        (
            {"cmdlet": "Set-CsX", "secure_parameters": {"A": "hunter2\uffff"}},
            "secure_parameters.A: the character U+FFFF",
        ),
        ({"cmdlet": "Set-CsX", "secure_parameters": {"A": ["hunter2"]}}, "secure_parameters.A must be text, in quotes"),
        ({"cmdlet": "Set-CsX", "secure_parameters": {"A": 1234}}, "secure_parameters.A must be text, in quotes"),
        (
            {"cmdlet": "Set-CsX", "parameters": {"From": dt.date(2026, 1, 2)}},
            "parameters.From is a date, which cannot be sent: write it as text, in quotes",
        ),
        ({"cmdlet": "Set-CsX", "parameters": {"A": [{"B": dt.date(2026, 1, 2)}]}}, "parameters.A.B is a date"),
        ({"cmdlet": "Set-CsX", "parameters": {"A": _AnsibleTaggedThing()}}, "parameters.A is a Thing, which"),
        ({"cmdlet": "DOM\\user"}, "not 'DOM\\user'"),
        ({"cmdlet": "Set-CsX", "parameters": {"A": float("inf")}}, "parameters.A is no number: inf"),
        ({"cmdlet": "Set-CsX", "run_in_check_mode": True}, "run_in_check_mode is for Test- cmdlets"),
    ],
)
def test_refusals(options: dict[str, Any], sentence: str) -> None:
    hatch = task(**options)
    with pytest.raises(Refused) as refused:
        run(hatch)
    assert sentence in refused.value.message
    assert "hunter2" not in refused.value.message
    assert (hatch.written, hatch.was_read) == ([], [])
