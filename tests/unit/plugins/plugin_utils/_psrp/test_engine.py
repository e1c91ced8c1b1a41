# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session over PSRP with a real PowerShell engine: what cmdlets and functions make of what is sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import SWITCH, Cmdlet
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp import session as module
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.session import PsrpSession
from ansible_collections.ucops.lync.plugins.plugin_utils._session import logon_gate
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._action.test_connection import endpoint
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils.engine import lync_module
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils.engine_psrp import EngineWSMan

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PsrpSession]:
    folder = tmp_path_factory.mktemp("engine")
    engine = EngineWSMan(lync_module(folder / "modules"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "DeadlineWSMan", lambda **arguments: engine)
        patched.setattr(PsrpSession, "_reach", lambda one: None)
        patched.setattr(logon_gate, "RUN", logon_gate.LogonGate(folder / "logons"))
        opened = PsrpSession(endpoint(auth="ntlm"))
        opened.open()
        yield opened
        opened.close()
        engine.close()


def values(session: PsrpSession, name: str, **parameters: Any) -> list[Any]:
    answer = session.invoke([Cmdlet(name, parameters)])
    assert answer.errors == ()
    return [record.properties.get("Value", record.properties) for record in answer.records]


def test_every_kind_of_value(session: PsrpSession) -> None:
    found = values(session, "Get-CsValue")
    assert found[:9] == ["text", 7, 8, 1.5, True, None, "Friday", {"Key": "x"}, [1, 2]]
    assert found[-1] == {"A": 1, "B": {"C": 2}}


@pytest.mark.parametrize("function", ["Get-CsSwitched", "Get-CsPlainSwitched"])
@pytest.mark.parametrize(
    ("value", "store"), [(SWITCH, "local"), (True, "local"), (False, "central"), (None, "central")]
)
def test_a_function_takes_null_for_a_switch_that_is_off(
    session: PsrpSession, function: str, value: Any, store: str
) -> None:
    """Without an error: the proof would be of the wrong store. So a switch is sent as true."""
    assert values(session, function, LocalStore=value) == [store]


@pytest.mark.parametrize("value", [SWITCH, True, None])
def test_a_compiled_cmdlet_takes_either(session: PsrpSession, value: Any) -> None:
    (syntax,) = values(session, "Get-Command", Name="Get-CsEcho", Syntax=value)
    assert "Get-CsEcho [[-Value]" in syntax


def test_a_switch_of_a_compiled_cmdlet_can_be_off(session: PsrpSession) -> None:
    (command,) = values(session, "Get-Command", Name="Get-CsEcho", Syntax=False)
    assert command["Name"] == "Get-CsEcho"


def test_errors_and_warnings(session: PsrpSession) -> None:
    answer = session.invoke([Cmdlet("Set-CsTrouble", {"Terminating": SWITCH})])
    assert answer.warnings == ("first", "second")
    assert [error.error_id for error in answer.errors] == ["NoSuch,Set-CsTrouble", "Ended,Set-CsTrouble"]
    assert [error.text for error in answer.errors] == ["not found", "stop"]
