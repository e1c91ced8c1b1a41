# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session through Ansible's own connection plugin winrm, with a server that means harm, or is broken."""

from __future__ import annotations

import gc
import re
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible.playbook.play_context import PlayContext
from ansible.plugins.loader import connection_loader
from winrm import protocol
from winrm.transport import Transport

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import SessionFailed, SessionLost
from ansible_collections.ucops.lync.plugins.plugin_utils._action.connection import endpoint_of
from ansible_collections.ucops.lync.plugins.plugin_utils._script.options import ScriptEndpoint
from ansible_collections.ucops.lync.plugins.plugin_utils._script.session import ScriptSession
from ansible_collections.ucops.lync.plugins.plugin_utils._session.cmdlet_runner import CmdletRunner
from ansible_collections.ucops.lync.plugins.plugin_utils._session.repeats import Repeats
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils import hostile
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._script.test_lines import line
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils.hostile import HostileServer

# The exception of a failed request keeps its answer, and pywinrm closes nothing: the collector does it, or the worker's end.
pytestmark = pytest.mark.filterwarnings(
    "ignore:unclosed:ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)

GET = Cmdlet("Get-CsThing")
SET = Cmdlet("Set-CsThing")
ANSWER = hostile.response(b" " * 500)
ELSEWHERE = "http://127.0.0.1:{}/wsman?token=hunter2"


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):  # pywinrm warns of them
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module", autouse=True)
def leave_nothing_to_the_next_file() -> Iterator[None]:
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile.certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(params=["http", "https"])
def either(request: pytest.FixtureRequest, ca: Path) -> Iterator[tuple[HostileServer, Path | None]]:
    used = ca if request.param == "https" else None
    with HostileServer(used) as running:
        yield running, used


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        yield running


def session(server: HostileServer, ca: Path | None = None, **variables: Any) -> ScriptSession:
    connection = connection_loader.get("winrm", PlayContext())
    connection.set_options(
        var_options={
            "inventory_hostname": "edge01",
            "ansible_host": "127.0.0.1",
            "ansible_port": server.port,
            "ansible_user": "svc",
            "ansible_password": "hunter2",
            "ansible_winrm_scheme": "http" if ca is None else "https",
            "ansible_winrm_transport": ["basic"],
            "ansible_winrm_path": "/wsman",
            "_extras": {} if ca is None else {"ansible_winrm_ca_trust_path": str(ca)},
        }
    )
    found = endpoint_of(connection, variables)
    assert isinstance(found, ScriptEndpoint)
    return ScriptSession(found)


def written(*lines: str) -> list[str]:
    return [line("begin", "1 5.1"), *lines, line("end")]


def test_it_behaves_where_nothing_else_is_said(either: tuple[HostileServer, Path | None]) -> None:
    server, ca = either
    server.output = written(line("output", "<Objs><S>a</S></Objs>"))
    one = session(server, ca)
    assert [record.properties for record in one.invoke([GET]).records] == [{"Value": "a"}]
    one.close()
    assert server.steps == ["create", "command", "send", "receive", "signal", "delete"]
    assert protocol.Transport is Transport


def hang_up(_write: hostile.Write, _relates: str) -> None:
    raise OSError("the server hangs up")


def test_a_logon_whose_answer_is_lost_is_not_repeated(either: tuple[HostileServer, Path | None]) -> None:
    """It may have been refused: a few of them lock the account."""
    server, ca = either
    server.instead["create"] = hang_up
    one = session(server, ca)
    runner = CmdletRunner(lambda: one, pytest.fail, Repeats(60, sleep=lambda seconds: None))
    with pytest.raises(SessionFailed, match="Whether it accepted the account is not known") as failed:
        runner.read([GET])
    runner.close()
    assert failed.type is SessionFailed
    assert server.steps == ["create"]


@pytest.mark.parametrize("step", ["create", "receive"])
@pytest.mark.parametrize("slow", ["silence", "header", "body"])
def test_a_command_ends_at_its_deadline_however_slowly_bytes_come(
    either: tuple[HostileServer, Path | None], step: str, slow: str
) -> None:
    server, ca = either
    if slow == "silence":
        server.instead[step] = lambda write, relates: server.pause(30)
    else:
        server.instead[step] = hostile.trickles(server, ANSWER, after=0 if slow == "header" else len(ANSWER) - 400)
    started = time.monotonic()
    with pytest.raises(SessionFailed) as failed:
        session(server, ca, lync_command_timeout=1).invoke([SET])
    assert 0.9 < time.monotonic() - started < 2.5
    assert isinstance(failed.value, SessionLost) is (step == "receive")
    assert ("did not open a session" if step == "create" else "did not answer Set-CsThing") in failed.value.message


def test_an_endless_answer_is_cut_off(either: tuple[HostileServer, Path | None]) -> None:
    server, ca = either
    server.instead["receive"] = hostile.endless
    started = time.monotonic()
    unreadable(session(server, ca), SET, "its answer is larger than 8 MiB at once")
    assert time.monotonic() - started < 5


def test_many_answers_are_one(server: HostileServer) -> None:
    server.instead["receive"] = hostile.answers(hostile.streamed(b"a" * 700_000))
    unreadable(session(server, lync_answer_limit=2), GET, r"larger than 2 MiB \(host variable lync_answer_limit\)")
    assert server.steps.count("receive") == 3


def test_a_compressed_answer_is_refused(server: HostileServer) -> None:
    server.instead["receive"] = hostile.says(hostile.response(b"\x1f\x8b", Content_Encoding="gzip"))
    unreadable(session(server), SET, "its answer is compressed, which was not asked for")
    assert all("accept-encoding: identity" in headers.lower() for headers in server.headers)


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "303 See Other", "307 T", "308 P"])
@pytest.mark.parametrize("step", ["create", "command", "receive"])
def test_a_redirect_is_never_followed(server: HostileServer, status: str, step: str) -> None:
    with HostileServer() as other:
        server.instead[step] = hostile.says(hostile.response(b"", status, Location=ELSEWHERE.format(other.port)))
        with pytest.raises(SessionFailed) as failed:
            session(server).invoke([SET])
        assert other.headers == []
    assert isinstance(failed.value, SessionLost) is (step != "create")
    assert server.steps.count(step) == 1


BAD_LINES = [
    ([line("output", "<Objs><B/></Objs>")], "'' is no value of type B"),
    ([line("output", "<Objs><Ref RefId='1'/></Objs>")], "it refers to object '1'"),
    ([line("output", "<Objs><S>_xD83D_</S></Objs>")], "a lone surrogate"),
    ([line("output", "<!DOCTYPE a><Objs><S>a</S></Objs>")], "its XML declares a document type"),
    ([line("output", "<Objs>" + "<a>" * 200)], "its XML has more than 100 levels"),
    ([line("output", "<Objs/>")], "it has not one object where one belongs"),
    (["ucops.lync: output YWJ"], "a line of its script is cut short"),
]
NOT_SOAP = [
    b"",
    b"<html/>",
    b"\xff\xfe",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    b"<a>" * 200,
]


@pytest.mark.parametrize(("lines", "reason"), BAD_LINES, ids=lambda value: value if isinstance(value, str) else "")
def test_lines_that_cannot_be_read(server: HostileServer, lines: list[str], reason: str) -> None:
    server.output = written(*lines)
    unreadable(session(server), SET, re.escape(reason))


@pytest.mark.parametrize("step", ["command", "receive"])
@pytest.mark.parametrize("body", NOT_SOAP)
def test_what_is_no_ws_management(server: HostileServer, step: str, body: bytes) -> None:
    server.instead[step] = hostile.says(hostile.response(body))
    with pytest.raises(SessionLost) as lost:
        session(server).invoke([SET])
    said = f"The session was lost during Set-CsThing: 127.0.0.1:{server.port} answered with something else than WS-Management"
    assert lost.value.message.startswith(said)


def test_a_session_that_cannot_be_opened_for_it(server: HostileServer) -> None:
    server.instead["create"] = hostile.says(hostile.response(b"<html/>"))
    with pytest.raises(SessionFailed, match="answered with something else than WS-Management") as failed:
        session(server).open()
    assert not isinstance(failed.value, SessionLost)


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><html>down</html>", b"\xff\xfe", b""])
def test_the_page_of_an_error_says_no_more_than_its_status(server: HostileServer, page: bytes) -> None:
    server.instead["receive"] = hostile.says(hostile.response(page, "503 Unavailable"))
    with pytest.raises(SessionLost, match="answered HTTP 503"):
        session(server).invoke([GET])


def unreadable(one: ScriptSession, cmdlet: Cmdlet, reason: str) -> None:
    """The one sentence for it: cmdlet, host, what is wrong."""
    with pytest.raises(SessionLost) as lost:
        one.invoke([cmdlet])
    said = f"The session was lost during {cmdlet.name}: {one.where} answered with something that cannot be read ("
    assert lost.value.message.startswith(said)
    assert re.search(reason, lost.value.message)
