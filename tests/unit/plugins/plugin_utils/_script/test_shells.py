# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shells of a connection over winrm: however it breaks, none is left that can be deleted."""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from winrm.exceptions import InvalidCredentialsError, WSManFaultError

from ansible_collections.ucops.lync.plugins.plugin_utils._failures import wsman
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.connection import Connection
from ansible_collections.ucops.lync.plugins.plugin_utils._script.options import WINRM
from ansible_collections.ucops.lync.plugins.plugin_utils._script.shells import Shells

GONE = WSManFaultError(500, "", "", "gone", "", "", wsman.SHELL_GONE, None)


class FakeWinrm:
    """The plugin with a server behind it: ``open`` are the server's shells; each failure is met once by what is deleted."""

    def __init__(self, *failures: Exception) -> None:
        self._numbers = itertools.count(1)
        self._failures = list(failures)
        self.open: list[str] = []
        self.tried = 0
        self.connected = True
        self.protocol: Any = None
        self.shell_id: str | None = None
        self.reset()

    def reset(self) -> None:
        self.protocol = SimpleNamespace(close_shell=self._delete)
        self.shell_id = f"shell {next(self._numbers)}"
        self.open.append(self.shell_id)

    def close(self) -> None:
        if self.protocol and self.shell_id:
            self.protocol.close_shell(self.shell_id)
        self.shell_id = self.protocol = None

    def _delete(self, shell: str) -> None:
        self.tried += 1
        gone = shell not in self.open
        if self._failures:
            failure = self._failures.pop(0)
            if failure is not GONE:
                raise failure
            gone = True
        if gone:
            if shell in self.open:
                self.open.remove(shell)
            raise GONE
        self.open.remove(shell)


@contextlib.contextmanager
def unguarded(_seconds: float) -> Iterator[None]:
    yield


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    paused: list[float] = []
    monkeypatch.setattr(time, "sleep", paused.append)
    return paused


def ignored(_message: str) -> None:
    """Nobody is told."""


def shells(winrm: FakeWinrm, refused: Callable[[str], None] = ignored) -> Shells:
    at = Connection(WINRM, "edge:5985", "edge", 5985, "admin", "basic", https=False)
    endpoint: Any = SimpleNamespace(connection=winrm, at=at, plugin="winrm", always_encrypts=False)
    return Shells(endpoint, unguarded, refused)


@pytest.mark.parametrize(
    ("failures", "waited"),
    [
        ([], []),
        ([OSError()], []),
        ([OSError(), OSError()], [0.5]),
        ([OSError(), OSError(), OSError(), OSError()], [0.5, 1.0, 2.0]),
        ([GONE], []),
        ([OSError(), GONE, OSError()], [0.5]),
    ],
)
def test_every_shell_is_deleted(pauses: list[float], failures: list[Exception], waited: list[float]) -> None:
    winrm = FakeWinrm(*failures)
    shells(winrm).delete_all()
    assert winrm.open == []
    assert pauses == waited


def test_a_shell_that_was_left_goes_with_a_later_one(pauses: list[float]) -> None:
    winrm = FakeWinrm(OSError(), OSError())
    kept = shells(winrm)
    kept.leave()
    assert winrm.open == ["shell 1", "shell 2"], "the second one is for the next command, if any"
    kept.delete_all()
    assert winrm.open == []
    assert pauses == []


def test_a_refused_logon_is_not_tried_again(pauses: list[float]) -> None:
    winrm = FakeWinrm(InvalidCredentialsError("the specified credentials were rejected by the server"))
    told: list[str] = []
    kept = shells(winrm, told.append)
    kept.delete_all()
    kept.delete_all()
    assert (winrm.tried, pauses) == (1, [])
    (message,) = told
    assert "edge:5985 no longer accepts the logon as 'admin'" in message, "other sessions are to know"
