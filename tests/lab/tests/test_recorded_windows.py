# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What recordings of real Windows servers show of WSMan and PSRP beside the records of a pipeline.

The recordings are those in pypsrp's repository (tests/tests_pypsrp/responses); each test names the one that it is about.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

import pytest
from labtests.compare import Tap
from labtests.site import Site, run
from labtests.soap import COMMAND_SHELL, ask
from labtests.stand_in import Machine
from pypsrp.exceptions import InvalidPSRPOperation
from pypsrp.powershell import PowerShell, RunspacePool

from lynclab.powershell.edition import CORE
from lynclab.server import LabServer
from lynclab.wsman.soap import ADDRESSING, SHELL, TRANSFER, WSMAN

NOBODY = uuid.UUID(int=0)
UNKNOWN = str(uuid.UUID(int=7))


@pytest.fixture
def site() -> Iterator[Site]:
    machine = Machine()
    with LabServer([machine]) as lab:
        yield Site(machine, lab)


# The pool


def test_the_properties_of_a_session_capability_have_an_order(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each recording of PSRP."""
    tap = Tap(monkeypatch)
    with site.connect() as connection, RunspacePool(connection):
        capability = tap.take()[0]
    assert re.findall('N="([A-Za-z]+)"', capability.clixml) == ["protocolversion", "PSVersion", "SerializationVersion"]


def test_a_capability_and_a_session_key_name_no_pool(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """test_psrp_multiple_commands."""
    tap = Tap(monkeypatch)
    with site.connect() as connection, RunspacePool(connection) as pool:
        pool.exchange_keys()
        pools = {message.kind: message.pool for message in tap.take()}
    assert pools == {
        "SESSION_CAPABILITY": NOBODY,
        "APPLICATION_PRIVATE_DATA": uuid.UUID(pool.id),
        "RUNSPACEPOOL_STATE": uuid.UUID(pool.id),
        "ENCRYPTED_SESSION_KEY": NOBODY,
    }


def test_the_size_of_a_pool_can_change(site: Site) -> None:
    """test_psrp_set_runspaces."""
    with site.connect() as connection, RunspacePool(connection) as pool:
        assert pool.get_available_runspaces() == 1
        pool.max_runspaces = 5
        assert pool.get_available_runspaces() == 5
        pool.min_runspaces = 2
        with pytest.raises(InvalidPSRPOperation, match="minimum runspaces"):
            pool.min_runspaces = -1
        with pytest.raises(InvalidPSRPOperation, match="maximum runspaces"):
            pool.max_runspaces = 1
        shell = PowerShell(pool)
        shell.add_cmdlet("Wait").add_parameter("Seconds", 60.0)
        shell.begin_invoke()
        assert pool.get_available_runspaces() == 4


def test_there_is_nothing_to_reset_before_the_first_pipeline(site: Site) -> None:
    """test_psrp_reset_runspace_state_fail, and test_psrp_reset_runspace_state."""
    with site.connect() as connection, RunspacePool(connection) as pool:
        with pytest.raises(InvalidPSRPOperation, match="reset"):
            pool.reset_runspace_state()
        run(pool, "Who")
        pool.reset_runspace_state()


@pytest.mark.parametrize(("core", "marked"), [(False, True), (True, False)])
def test_windows_powershell_marks_an_error_that_was_written(
    site: Site, monkeypatch: pytest.MonkeyPatch, core: bool, marked: bool
) -> None:
    """test_psrp_stream_output_invocation; the recordings of PowerShell 7 lack it."""
    if core:
        site.machine.wire.edition = CORE
    tap = Tap(monkeypatch)
    with site.connect() as connection, RunspacePool(connection) as pool:
        run(pool, "Complain")
        record = next(message for message in tap.take() if message.kind == "ERROR_RECORD")
    assert ('<MS><B N="writeErrorStream">true</B><Obj N="Exception"' in record.clixml) is marked


def test_an_error_that_ended_the_pipeline_was_not_written(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """test_psrp_error_failed."""
    tap = Tap(monkeypatch)
    with site.connect() as connection, RunspacePool(connection) as pool:
        run(pool, "Fail")
        assert "writeErrorStream" not in tap.take()[-1].clixml


# Faults


def test_a_fault_calls_the_server_as_the_client_does(site: Site) -> None:
    """Eleven of eleven faults."""
    fault = ask(site, f"{SHELL}/Receive", COMMAND_SHELL, shell=UNKNOWN, host="edge.example")
    assert fault.status == 500
    assert [element.get("Machine") for element in fault.elements("WSManFault")] == ["edge.example"]


def test_get_of_an_unknown_shell_is_answered_by_the_provider_of_shells(site: Site) -> None:
    """test_psrp_is_alive_invalid_selectors."""
    fault = ask(site, f"{TRANSFER}/Get", shell=UNKNOWN)
    outer, inner = fault.elements("WSManFault")
    assert (outer.get("Code"), inner.get("Code")) == ("2150858843", "2150858843")
    (provider,) = fault.elements("ProviderFault")
    assert provider.attrib == {"provider": "Shell provider", "path": r"%systemroot%\system32\WsmSvc.dll"}
    assert fault.text("FaultDetail").endswith("/UnexpectedSelectors")


def test_a_time_out_that_is_over_is_no_time_out_whatever_the_action(site: Site) -> None:
    """test_psrp_is_alive_other_wsman_error."""
    with site.connect() as connection, RunspacePool(connection) as pool:
        fault = ask(site, f"{TRANSFER}/Get", shell=pool.id, timeout="PT-1S")
        assert fault.action == f"{ADDRESSING}/fault"
        assert fault.elements("WSManFault")[0].get("Code") == "2150858767"
        assert "PT-1S" in fault.text("Message")
        assert ask(site, f"{TRANSFER}/Get", shell=pool.id).status == 200


@pytest.mark.parametrize(
    ("attribute", "code", "subcode", "plugin"),
    [
        # test_winrs_fail_poll_process
        ("", "87", "w:InvalidParameter", r"%systemroot%\system32\winrscmd.dll"),
        # test_winrs_bad_cmd_id
        (f' CommandId="{UNKNOWN}"', "2150858843", "w:InvalidSelectors", None),
    ],
)
def test_output_of_no_command_and_of_an_unknown_one(
    site: Site, attribute: str, code: str, subcode: str, plugin: str | None
) -> None:
    shell = ask(site, f"{TRANSFER}/Create", COMMAND_SHELL, "<rsp:Shell/>").text("ShellId")
    body = f"<rsp:Receive><rsp:DesiredStream{attribute}>stdout stderr</rsp:DesiredStream></rsp:Receive>"
    fault = ask(site, f"{SHELL}/Receive", COMMAND_SHELL, body, shell)
    assert fault.action == f"{WSMAN.rsplit('/', 1)[0]}/wsman/fault"
    assert fault.elements("WSManFault")[0].get("Code") == code
    assert subcode in fault.texts("Value")
    assert [element.get("path") for element in fault.elements("ProviderFault")] == [plugin] * bool(plugin)
