# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions with an unmodified pypsrp: it opens, runs, reads and closes as against Windows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from labtests.compare import Tap
from labtests.site import USER, Site, run
from labtests.stand_in import Machine
from pypsrp.complex_objects import ObjectMeta
from pypsrp.exceptions import AuthenticationError, WinRMTransportError, WSManFaultError
from pypsrp.negotiate import HTTPNegotiateAuth
from pypsrp.powershell import PowerShell, RunspacePool

from lynclab.contract.accounts import Account
from lynclab.powershell import values
from lynclab.server import LabServer

WAYS = [("basic", True), ("ntlm", True), ("negotiate", True), ("ntlm", False), ("negotiate", False)]


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def site(machine: Machine) -> Iterator[Site]:
    with LabServer([machine]) as lab:
        yield Site(machine, lab)


# Opening and logging on


@pytest.mark.parametrize(("auth", "secure"), WAYS)
def test_each_way_in(site: Site, auth: str, secure: bool) -> None:
    with site.connect(auth, secure) as connection, RunspacePool(connection) as pool:
        assert run(pool, "Who").output == [USER]
    assert site.actions() == ["Create", "Receive", "Receive", "Command", "Receive", "Delete"]
    requests_with_action = [entry for entry in site.journal.requests() if entry.action]
    assert {entry.encrypted for entry in requests_with_action} == {not secure}
    assert len({entry.connection for entry in site.journal.requests()}) == 1
    assert [entry.account for entry in site.journal.logons(succeeded=True)] == [USER]
    assert [entry.event for entry in site.journal.shells()] == ["opened", "closed"]


@pytest.mark.parametrize("user", ["contoso\\ADMIN", "admin@contoso.example", "contoso.example\\admin"])
@pytest.mark.parametrize("auth", ["basic", "ntlm"])
def test_each_spelling_of_an_account(site: Site, auth: str, user: str) -> None:
    with site.connect(auth, username=user) as connection, RunspacePool(connection) as pool:
        assert run(pool, "Who").output == [USER]


@pytest.mark.parametrize(("auth", "secure"), WAYS)
def test_a_wrong_password_is_refused_and_counted_once(site: Site, auth: str, secure: bool) -> None:
    with pytest.raises(AuthenticationError):
        RunspacePool(site.connect(auth, secure, password="wrong")).open()
    assert len(site.journal.logons(succeeded=False)) == 1
    assert site.journal.shells() == []


def test_two_machines_may_have_the_same_local_account_with_different_passwords() -> None:
    machines = [Machine(f"edge0{n}.x", accounts=(Account("admin", f"pass{n}"),)) for n in (1, 2)]
    with LabServer(machines) as lab:
        for machine, number in zip(machines, (1, 2), strict=True):
            site = Site(machine, lab)
            connection = site.connect("ntlm", username="admin", password=f"pass{number}")
            with connection, RunspacePool(connection) as pool:
                assert run(pool, "Who").output == ["admin"]
    assert os.environ["NTLM_USER_FILE"] == os.devnull, "nobody else of this process finds an account there"


def test_an_unauthenticated_request_gets_the_offers(site: Site) -> None:
    listening = site.lab[site.machine.name]
    answer = requests.post(listening.url("/wsman"), verify=str(site.lab.ca_file), timeout=30)
    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["WWW-Authenticate"] == 'Negotiate, Basic realm="WSMAN"'
    plain = requests.post(listening.url("/wsman", secure=False), timeout=30)
    assert plain.headers["WWW-Authenticate"] == "Negotiate"


def test_an_endpoint_may_offer_ntlm_as_a_scheme_of_its_own(site: Site) -> None:
    site.machine.endpoints["/wsman"].authentications = frozenset({"NTLM"})
    with site.connect("ntlm") as connection, RunspacePool(connection) as pool:
        assert run(pool, "Who").output == [USER]
    assert [entry.authentication for entry in site.journal.logons(succeeded=True)] == ["NTLM"]


def test_basic_over_http_needs_allow_unencrypted(site: Site) -> None:
    with pytest.raises(AuthenticationError):
        RunspacePool(site.connect("basic", False, encryption="never")).open()
    site.machine.wire.allow_unencrypted = True
    with site.connect("basic", False, encryption="never") as connection, RunspacePool(connection) as pool:
        assert run(pool, "Who").output == [USER]


def test_an_unencrypted_message_over_http_is_refused(site: Site) -> None:
    with pytest.raises(WinRMTransportError, match="Code: 500"):
        RunspacePool(site.connect("ntlm", False, encryption="never")).open()


def test_a_client_without_channel_binding_is_accepted(site: Site) -> None:
    """CbtHardeningLevel is Relaxed by default."""
    with site.connect("ntlm", negotiate_send_cbt=False) as connection, RunspacePool(connection) as pool:
        assert run(pool, "Who").output == [USER]


def test_a_logon_bound_to_another_channel_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HTTPNegotiateAuth, "_get_cbt_data", lambda response: b"tls-server-end-point:" + b"x" * 32)
    with pytest.raises(AuthenticationError):
        RunspacePool(site.connect("ntlm")).open()


def test_message_encryption_over_https(site: Site) -> None:
    with site.connect("ntlm", encryption="always") as connection, RunspacePool(connection) as pool:
        assert run(pool, "Who").output == [USER]
    assert all(entry.encrypted for entry in site.journal.requests() if entry.action)


def test_an_encrypted_message_on_a_new_connection_is_a_bad_request(site: Site) -> None:
    with site.connect("ntlm", False) as connection:
        pool = RunspacePool(connection)
        pool.open()
        connection.transport.session.close()
        with pytest.raises(WinRMTransportError, match="Code: 400"):
            run(pool, "Who")
        connection.transport.session = connection.transport.encryption = None
        assert run(pool, "Who").output == [USER]
        pool.close()


def test_an_unknown_path_is_not_found(site: Site) -> None:
    with pytest.raises(WinRMTransportError, match="Code: 404"):
        RunspacePool(site.connect(path="OcsPowershell")).open()


def test_access_denied(site: Site) -> None:
    site.machine.endpoints["/wsman"].denied = True
    with pytest.raises(WSManFaultError, match="Access is denied") as refused:
        RunspacePool(site.connect()).open()
    assert refused.value.code == 5


def test_an_unknown_session_configuration(site: Site) -> None:
    with pytest.raises(WSManFaultError) as refused:
        RunspacePool(site.connect(), configuration_name="Microsoft.Exchange").open()
    assert refused.value.code == 2150858752


# Running


def test_the_version_of_powershell_arrives_with_the_opening(site: Site) -> None:
    site.machine.endpoints["/wsman"].windows_powershell = "4.0"
    with site.connect() as connection, RunspacePool(connection) as pool:
        assert pool.protocol_version == "2.2"
        table = pool._application_private_data.data["PSVersionTable"]
        assert str(table["PSVersion"]) == "4.0"


def test_the_two_answers_of_an_opening(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    tap = Tap(monkeypatch)
    with site.connect() as connection, RunspacePool(connection):
        kinds = [message.kind for message in tap.take()]
    assert kinds == ["SESSION_CAPABILITY", "APPLICATION_PRIVATE_DATA", "RUNSPACEPOOL_STATE"]


def test_arguments_arrive_typed(site: Site) -> None:
    with site.connect() as connection, RunspacePool(connection) as pool:
        run(pool, "Write", "text", 7, True, 1.5, [1, "b"], {"k": "v"}, None)
        run(pool, "Take", Force=None, Enabled=False, Fqdn="x")
    positional = [value for _name, value in site.machine.endpoints["/wsman"].ran[0].arguments]
    assert positional == ["text", 7, True, 1.5, [1, "b"], {"k": "v"}, None]
    named = site.machine.endpoints["/wsman"].ran[1].arguments
    assert named == (("Force", values.SWITCH), ("Enabled", False), ("Fqdn", "x"))


def test_a_secure_string_arrives_and_does_not_show(site: Site) -> None:
    with site.connect() as connection, RunspacePool(connection) as pool:
        pool.exchange_keys()
        secret = pool.serialize("geheim", _secure())
        assert run(pool, "Secret", Password=secret).output == ["geheim"]
    assert site.journal.cmdlets(name="Secret")[0].parameters == (("Password", "********"),)
    assert "geheim" not in repr(site.journal.entries())


def _secure() -> Any:
    return ObjectMeta("SS")


def test_a_terminating_error_fails_the_pipeline(site: Site) -> None:
    with site.connect() as connection, RunspacePool(connection) as pool:
        shell = run(pool, "Fail")
        assert shell.had_errors
        assert str(shell.streams.error[0]) == "it went wrong"
        assert shell.streams.error[0].fq_error == "Wrong,StandIn"


def test_a_non_terminating_error_lets_the_pipeline_complete(site: Site) -> None:
    with site.connect() as connection, RunspacePool(connection) as pool:
        shell = run(pool, "Complain")
        assert not shell.had_errors
        assert [str(error) for error in shell.streams.error] == ["it went wrong"]


def test_streams(site: Site) -> None:
    with site.connect() as connection, RunspacePool(connection) as pool:
        warned, told = run(pool, "Warn", Enabled=True), run(pool, "Tell")
        assert [str(record) for record in warned.streams.warning] == ["take care"]
        assert [str(record) for record in told.streams.verbose] == ["as I said"]


def test_statements(site: Site) -> None:
    with site.connect() as connection, RunspacePool(connection) as pool:
        shell = PowerShell(pool)
        shell.add_cmdlet("Write").add_argument("a").add_statement().add_cmdlet("Write").add_argument("b")
        assert shell.invoke() == ["a", "b"]
    assert [command.ends_statement for command in site.machine.endpoints["/wsman"].ran] == [True, True]


def test_an_object_keeps_its_class_and_adapted_properties(site: Site) -> None:
    with site.connect() as connection, RunspacePool(connection) as pool:
        (thing,) = run(pool, "Object").output
        assert thing.adapted_properties == {"Name": "x", "Port": 1}
        assert thing.types[0] == "A.Thing"


def test_much_output_takes_several_answers_within_the_envelope(site: Site) -> None:
    with site.connect() as connection, RunspacePool(connection) as pool:
        output = run(pool, "Big", Count=30, Size=60_000).output
    assert [len(text) for text in output] == [60_000 + len(f"{n}:") for n in range(30)]
    receives = site.journal.requests(action="Receive")[2:]
    assert len(receives) > 3
    assert max(entry.bytes_out for entry in receives) <= 512_000


def test_much_input_takes_several_requests(site: Site) -> None:
    with site.connect() as connection, RunspacePool(connection) as pool:
        text = "é" * 900_000
        run(pool, "Take", text)
    assert site.machine.endpoints["/wsman"].ran[0].arguments[0][1] == text
    assert "Send" in site.actions()


def test_pipeline_input_ends_before_the_commands_run(site: Site) -> None:
    with site.connect() as connection, RunspacePool(connection) as pool:
        shell = PowerShell(pool)
        shell.add_cmdlet("Write").add_argument("x")
        assert shell.invoke(input=["in"]) == ["x"]


def test_a_receive_waits_and_its_time_out_is_no_error(site: Site) -> None:
    with site.connect(operation_timeout=1) as connection, RunspacePool(connection) as pool:
        assert run(pool, "Wait", Seconds=1.5).output == ["waited"]
    assert 500 in [entry.status for entry in site.journal.requests(action="Receive")]


def test_a_pipeline_can_be_stopped(site: Site) -> None:
    with site.connect() as connection, RunspacePool(connection) as pool:
        shell = PowerShell(pool)
        shell.add_cmdlet("Wait").add_parameter("Seconds", 600)
        shell.begin_invoke()
        shell.stop()
        assert run(pool, "Who").output == [USER]


def test_a_failure_of_the_engine_is_an_error_of_the_pipeline(site: Site) -> None:
    with site.connect() as connection, RunspacePool(connection) as pool:
        shell = run(pool, "Break")
        assert shell.had_errors
        assert "ZeroDivisionError" in str(shell.streams.error[0])
        assert run(pool, "Who").output == [USER]


def test_other_requests_of_a_pool(site: Site) -> None:
    with site.connect() as connection, RunspacePool(connection) as pool:
        assert pool.get_available_runspaces() == 1
        run(pool, "Who")
        pool.reset_runspace_state()
        assert pool.is_alive()
        assert pool.get_command_metadata("*") == []
        connection.update_max_payload_size()
        assert connection.max_envelope_size == 512_000


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.text(st.characters(max_codepoint=0xFFFD, blacklist_categories=["Cs"]), max_size=40), min_size=1, max_size=4
    )
)
def test_any_text_survives_the_way_there_and_back(pool: RunspacePool, texts: list[str]) -> None:
    assert run(pool, "Write", *texts).output == texts


@pytest.fixture(scope="module")
def pool() -> Iterator[RunspacePool]:
    machine = Machine()
    with LabServer([machine]) as lab, Site(machine, lab).connect() as connection, RunspacePool(connection) as opened:
        yield opened


def test_what_cannot_be_read_breaks_the_shell(site: Site) -> None:
    with site.connect() as connection:
        pool = RunspacePool(connection)
        pool.open()
        with pytest.raises(WSManFaultError):
            run(pool, "Write", "\uffff")
    assert [entry.event for entry in site.journal.shells()] == ["opened", "broken"]


def test_the_operation_timeout_must_be_one(site: Site) -> None:
    with site.connect() as connection, RunspacePool(connection) as pool:
        connection.operation_timeout = -1
        with pytest.raises(WSManFaultError) as refused:
            run(pool, "Who")
        assert refused.value.code == 2150858767
        connection.operation_timeout = 20
