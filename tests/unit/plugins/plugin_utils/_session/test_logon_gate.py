# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One logon of an account goes first, in threads as in processes: each opens the lock for itself."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import LogonRefused, SessionFailed
from ansible_collections.ucops.lync.plugins.plugin_utils._session import logon_gate
from ansible_collections.ucops.lync.plugins.plugin_utils._session.logon_gate import LogonGate


class Server:
    """Counts logons, and how many are under way at once."""

    def __init__(self, answer: Callable[[], None] = lambda: None) -> None:
        self.logons = 0
        self.at_once = 0
        self.release = threading.Event()
        self._inside = 0
        self._lock = threading.Lock()
        self._answer = answer

    def log_on(self) -> None:
        with self._lock:
            self.logons += 1
            self._inside += 1
            self.at_once = max(self.at_once, self._inside)
        self.release.wait(30)
        with self._lock:
            self._inside -= 1
        self._answer()


def refuse() -> None:
    raise LogonRefused("edge01 refused the logon as 'svc'.")


def fail() -> None:
    raise SessionFailed("edge01 did not answer.")


def attempts(
    gate: LogonGate, server: Server, number: int, password: str = "swordfish", where: str = "edge01:5985"
) -> Callable[[], list[str]]:
    """Begin logons side by side; the function waits for them and returns what each came to."""
    came_to: list[str] = []

    def attempt() -> None:
        try:
            with gate.admitted("svc", password, where):
                server.log_on()
        except SessionFailed as failure:
            came_to.append(failure.message)
        else:
            came_to.append("accepted")

    threads = [threading.Thread(target=attempt) for _number in range(number)]
    for thread in threads:
        thread.start()

    def finished() -> list[str]:
        server.release.set()
        for thread in threads:
            thread.join(30)
        return came_to

    return finished


def until(condition: Callable[[], bool]) -> None:
    moment = threading.Event()
    for _attempt in range(1000):
        if condition():
            return
        moment.wait(0.01)
    raise AssertionError("it never became true")


def test_the_others_wait_for_the_first_and_then_pass(tmp_path: Path) -> None:
    server = Server()
    finished = attempts(LogonGate(tmp_path / "gate"), server, 5)
    until(lambda: server.logons == 1)
    assert finished() == ["accepted"] * 5
    assert server.logons == 5


def test_they_wait_for_the_logon_and_not_for_what_follows_it(tmp_path: Path) -> None:
    gate, server = LogonGate(tmp_path / "gate"), Server()
    with gate.admitted("svc", "swordfish", "edge01:5985") as accepted:
        finished = attempts(gate, server, 3)
        time.sleep(0.1)
        assert server.logons == 0
        accepted()
        until(lambda: server.logons == 3)
        accepted()
    assert finished() == ["accepted"] * 3


def test_an_account_that_is_refused_after_all_is_refused(tmp_path: Path) -> None:
    gate = LogonGate(tmp_path / "gate")
    with contextlib.suppress(LogonRefused), gate.admitted("svc", "swordfish", "edge01:5985") as accepted:
        accepted()
        refuse()
    assert attempts(gate, Server(), 1)()[0].startswith("Not tried")


def test_a_refusal_answers_the_others_without_a_logon(tmp_path: Path) -> None:
    server = Server(refuse)
    gate = LogonGate(tmp_path / "gate")
    came_to = sorted(attempts(gate, server, 5)())
    assert server.logons == 1
    assert came_to[-1] == "edge01 refused the logon as 'svc'."
    assert set(came_to[:-1]) == {
        "Not tried, because edge01:5985 refused the same account: edge01 refused the logon as 'svc'."
    }
    assert attempts(gate, server, 1)() == came_to[:1]
    assert server.logons == 1


def test_a_server_that_refuses_what_another_one_accepts_is_asked_once(tmp_path: Path) -> None:
    """A local account of one name on all Edge Servers."""
    gate, refusing = LogonGate(tmp_path / "gate"), Server(refuse)
    attempts(gate, Server(), 1, where="edge02:5985")()
    came_to = [attempts(gate, refusing, 1)()[0] for _task in range(3)]
    assert refusing.logons == 1
    assert (
        came_to[1:]
        == ["Not tried, because edge01:5985 refused the same account: edge01 refused the logon as 'svc'."] * 2
    )
    assert attempts(gate, Server(), 1, where="edge02:5985")() == ["accepted"], "where it is accepted it stays so"


def test_a_refusal_in_the_middle_of_a_session_is_known_at_the_next_logon(tmp_path: Path) -> None:
    gate, server = LogonGate(tmp_path / "gate"), Server()
    attempts(gate, server, 1)()
    gate.refused("svc", "swordfish", "edge01:5985", "edge01 no longer accepts the logon as 'svc'.")
    assert attempts(gate, server, 1)()[0].endswith("edge01 no longer accepts the logon as 'svc'.")
    assert server.logons == 1


def test_whether_an_endpoint_has_accepted_an_account(tmp_path: Path) -> None:
    gate, edge = LogonGate(tmp_path / "gate"), "edge01:5985"
    assert not gate.has_accepted("svc", "swordfish", edge)
    attempts(gate, Server(), 1, where="edge02:5985")()
    assert not gate.has_accepted("svc", "swordfish", edge), "another one has"
    attempts(gate, Server(fail), 1)()
    assert not gate.has_accepted("svc", "swordfish", edge)
    attempts(gate, Server(), 1)()
    assert gate.has_accepted("svc", "swordfish", edge)
    assert not gate.has_accepted("svc", "other", edge)
    assert not gate.has_accepted("svc", None, edge)
    gate.refused("svc", "swordfish", edge, "No.")
    assert not gate.has_accepted("svc", "swordfish", edge)


def test_a_refusal_without_a_password_is_none_of_the_gate(tmp_path: Path) -> None:
    LogonGate(tmp_path / "gate").refused("svc@ADATUM.EXAMPLE", None, "edge01:5985", "No.")
    assert not (tmp_path / "gate").exists()


def test_another_password_is_another_account(tmp_path: Path) -> None:
    gate = LogonGate(tmp_path / "gate")
    attempts(gate, Server(refuse), 1)()
    assert attempts(gate, Server(), 1, password="other")() == ["accepted"]


def test_without_a_verdict_the_next_one_finds_it_out(tmp_path: Path) -> None:
    gate = LogonGate(tmp_path / "gate")
    silent = Server(fail)
    assert attempts(gate, silent, 2)() == ["edge01 did not answer."] * 2
    assert silent.at_once == 1
    assert attempts(gate, Server(), 1)() == ["accepted"]


def test_a_server_that_is_silent_does_not_keep_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logon_gate, "PROBE_SECONDS", 0.2)
    gate = LogonGate(tmp_path / "gate")
    silent, other = Server(), Server()
    first = attempts(gate, silent, 1)
    until(lambda: silent.logons == 1)
    second = attempts(gate, other, 1)
    until(lambda: other.logons == 1)
    assert (first(), second()) == (["accepted"], ["accepted"])


def test_a_server_that_cannot_be_reached_keeps_nobody_waiting(tmp_path: Path) -> None:
    gate = LogonGate(tmp_path / "gate")
    with pytest.raises(SessionFailed), gate.admitted("svc", "swordfish", "edge01:5985", fail):
        raise AssertionError("there is nobody to log on with")
    assert attempts(gate, Server(), 1)() == ["accepted"]


def test_whether_it_can_be_reached_does_not_matter_once_there_is_a_verdict(tmp_path: Path) -> None:
    gate = LogonGate(tmp_path / "gate")
    attempts(gate, Server(), 1)()
    with gate.admitted("svc", "swordfish", "edge01:5985", fail):
        pass


def test_no_password_no_gate(tmp_path: Path) -> None:
    with LogonGate(tmp_path / "gate").admitted("svc@ADATUM.EXAMPLE", None, "edge01:5985"):
        assert not (tmp_path / "gate").exists()


def test_the_folder_tells_no_password(tmp_path: Path) -> None:
    attempts(LogonGate(tmp_path / "gate"), Server(), 1)()
    verdicts = [file for file in (tmp_path / "gate").iterdir() if not file.suffix]
    assert [verdict.read_text() for verdict in verdicts] == ["{}", "{}"], "of the account, and of the endpoint"
    assert (tmp_path / "gate").stat().st_mode & 0o077 == 0
