# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One logon of an account goes first: accounts lock, and a wrong password is wrong on every server.

All processes of a run meet in a folder of its own. The first one that logs on with an account holds a lock; the others wait for its
verdict: accepted lets all of them pass, refused answers all of them without a logon. Only the logon is waited for, not the
session: opening one takes some servers seconds. A server that gives no verdict within
``PROBE_SECONDS`` keeps nobody waiting longer: the next one in the queue logs on as well.

An account that one server has accepted may still be refused by another one, as a local account of the same name is. That refusal
holds for that endpoint, until the run ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import hmac
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ansible import constants

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import LogonRefused, ServerDown
from ansible_collections.ucops.lync.plugins.plugin_utils._session.time_left import ENDLESS, TimeLeft

PROBE_SECONDS = 15.0
"""How long one logon keeps the others of its account waiting."""

POLL_SECONDS = 0.05

_SALT = os.urandom(32)
"""Of this run: what stands in its temporary folder tells nothing about a password. Forks inherit it."""


class LogonGate:
    """The gate of a run.

    :param folder: writable for this user only; made when it is needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def admitted(
        self,
        user: str | None,
        password: str | None,
        where: str,
        reach: Callable[[], None] = lambda: None,
        left: TimeLeft = ENDLESS,
    ) -> Iterator[Callable[[], None]]:
        """Log on inside. A logon without a password (a ticket, a certificate) needs no gate.

        What it gives is to be called when the account was accepted; else that counts as accepted which ends without a failure.

        :param where: the endpoint, for the sentence that others get.
        :param reach: called before anybody is kept waiting; raises where the server cannot be reached, so that a logon there would
            come to no verdict.
        :param left: how long the logon can wait for others.
        :raises LogonRefused: when the account was refused before: here, or elsewhere before anybody accepted it.
        :raises ServerDown: when that time is over.
        """
        if not user or not password:
            yield _nothing
            return
        verdict, here = self._verdict(user, password), self._verdict(user, password, where)
        with ExitStack() as held:
            probing = _wait(verdict, here, held, where, reach, left)

            def accepted() -> None:
                if _read(here) is None:
                    _write(here, {})
                if _read(verdict) is None:
                    _write(verdict, {})
                    held.close()

            try:
                with self._noting(user, password, where):
                    yield accepted
            except LogonRefused as refusal:
                if probing:
                    _write(verdict, _refusal(where, refusal.message))
                raise
            accepted()

    def refused(self, user: str | None, password: str | None, where: str, message: str) -> None:
        """An endpoint has refused the account, at a logon inside or at a later one: nobody logs on there with it again.

        :param message: what the refusal says, for the sentence that others get.
        """
        if user and password:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(self._verdict(user, password, where), _refusal(where, message))

    def has_accepted(self, user: str | None, password: str | None, where: str) -> bool:
        """Whether the endpoint is known to have accepted the account in this run, and has not refused it since."""
        return bool(user and password) and _read(self._verdict(str(user), str(password), where)) == {}

    @contextmanager
    def _noting(self, user: str, password: str, where: str) -> Iterator[None]:
        """Keep for the endpoint that it refuses the account."""
        try:
            yield
        except LogonRefused as refusal:
            self.refused(user, password, where, refusal.message)
            raise

    def _verdict(self, user: str, password: str, where: str = "") -> Path:
        """The file with the verdict on an account: that of an endpoint, else that which holds for all."""
        key = "\0".join([user.casefold(), password, where]).encode("utf-8", "surrogatepass")
        return self._folder / hmac.digest(_SALT, key, "sha256").hex()


def _nothing() -> None:
    """Nobody waits."""


def _refusal(where: str, message: str) -> dict[str, str]:
    return {"where": where, "message": message}


def _wait(verdict: Path, here: Path, held: ExitStack, where: str, reach: Callable[[], None], left: TimeLeft) -> bool:
    """Wait for the verdict on an account.

    :param here: the verdict of this endpoint, which goes before that which holds for all.
    :return: whether this logon is to find it out; ``held`` then keeps the lock.
    :raises LogonRefused: when the account was refused.
    :raises ServerDown: when no time is left.
    """
    verdict.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    started, probe, reached = time.monotonic(), 0, False
    while True:
        refused = _read(here) or _read(verdict)
        if refused is not None:
            if refused:
                raise LogonRefused(
                    f"Not tried, because {refused['where']} refused the same account: {refused['message']}"
                )
            return False
        if not reached:
            reach()
            reached = True
        with ExitStack() as lock:
            file = lock.enter_context(verdict.with_suffix(f".{probe}").open("w"))
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if _read(verdict) is None:  # nobody came to a verdict between the reading and the lock
                    held.push(lock.pop_all())
                    return True
                continue
        if left.over:
            raise ServerDown(
                f"No logon to {where} was tried: another one of the same account has come to no verdict in time."
            )
        time.sleep(POLL_SECONDS)
        probe = int((time.monotonic() - started) / PROBE_SECONDS)


def _read(verdict: Path) -> dict[str, str] | None:
    """The refusal, nothing in it where the account was accepted; None without a verdict."""
    try:
        found: dict[str, str] = json.loads(verdict.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return found


def _write(verdict: Path, refused: dict[str, str]) -> None:
    """Write the verdict whole: others may read it at any moment."""
    draft = verdict.with_suffix(f".{os.getpid()}-{time.monotonic_ns()}")
    draft.write_text(json.dumps(refused), encoding="utf-8")
    draft.replace(verdict)


RUN = LogonGate(Path(constants.DEFAULT_LOCAL_TMP) / "lync-logons")
"""The gate of this run: the folder is its own, and Ansible removes it in the end."""
