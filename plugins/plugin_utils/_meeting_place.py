# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the keeper of a run is reached: a socket in the run's own temporary folder, which only its user can enter."""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

NAME = "lync-sessions"
LONGEST_ADDRESS = 103
"""Bytes that a Unix socket's path may have: 108 on Linux, 104 elsewhere, each with a zero byte (unix(7))."""
NOBODY = (0, 0)
"""The ``identity`` of a place that nobody has taken."""

_BACKLOG = 1024
_SHORT_FOLDER = Path("/tmp")  # noqa: S108 - mkdtemp makes a folder of our own in it


class MeetingPlace:
    """The keeper's socket, and the lock under which one comes and goes.

    Where the folder's path is too long for a socket, the socket lies in a short one, and a link in the folder leads there.
    """

    def __init__(self, folder: Path) -> None:
        self._link = folder / NAME
        self._lock = folder / f"{NAME}.lock"

    @property
    def address(self) -> Path:
        """The socket's own path."""
        with contextlib.suppress(OSError):
            return self._link.readlink()
        return self._link

    def connect(self) -> socket.socket | None:
        """A connection to whoever listens; None when nobody does."""
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(str(self.address))
        except OSError:
            connection.close()
            return None
        return connection

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Only one process of the run is inside at a time."""
        with self._lock.open("a", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(file, fcntl.LOCK_UN)  # a child that was forked inside holds it, too

    def listen(self) -> socket.socket:
        """Take the place, over whoever had it. To be called under the lock. Raises OSError."""
        self.clear()
        address = self._link
        if len(os.fsencode(address)) > LONGEST_ADDRESS:
            address = Path(tempfile.mkdtemp(prefix=f"{NAME}-", dir=_SHORT_FOLDER)) / "socket"
            self._link.symlink_to(address)
        listening = socket.socket(socket.AF_UNIX)
        try:
            listening.bind(str(address))
            listening.listen(_BACKLOG)
        except OSError:
            listening.close()
            raise
        return listening

    def leave(self, seen: tuple[int, int]) -> None:
        """Free the place of a keeper that does not answer, unless another has taken it meanwhile.

        :param seen: ``identity`` at the time when the silent one was asked.
        """
        with self.locked():
            if self.identity == seen:
                self.clear()

    @property
    def identity(self) -> tuple[int, int]:
        """The number and the time of the socket's file."""
        with contextlib.suppress(OSError):
            found = self.address.stat()
            return found.st_ino, found.st_ctime_ns
        return NOBODY

    def clear(self, address: Path | None = None) -> None:
        """Take away the socket, and what was made for it.

        :param address: the socket's own path, from somebody who knows it.
        """
        address = address or self.address
        with contextlib.suppress(OSError):
            address.unlink()
        if address != self._link:
            with contextlib.suppress(OSError):
                address.parent.rmdir()
            with contextlib.suppress(OSError):
                self._link.unlink()
