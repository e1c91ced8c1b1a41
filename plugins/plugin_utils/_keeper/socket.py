# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the keeper of a run is reached: a socket in the run's own temporary folder, which only its user can enter."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

NAME = "lync-sessions"
LONGEST_ADDRESS = 103
"""Bytes that a Unix socket's path may have: 108 on Linux, 104 elsewhere, each with a zero byte (unix(7))."""

BACKLOG = 1024
_SHORT_FOLDER = Path("/tmp")  # noqa: S108 - mkdtemp makes a folder of our own in it


class MeetingPlace:
    """A link in the folder that leads to the socket of the keeper, and the lock under which keepers come and go.

    Each keeper has a socket of its own: in the folder, or, where that path is too long for a socket, in a short one.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._link = folder / NAME
        self._lock = folder / f"{NAME}.lock"

    @property
    def address(self) -> Path | None:
        """The socket of whoever has the place."""
        with contextlib.suppress(OSError):
            return self._link.readlink()
        return None

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Only one process of the run is inside at a time. Raises OSError."""
        with self._lock.open("a", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(file, fcntl.LOCK_UN)  # a child that was forked inside holds it, too

    def listen(self) -> tuple[socket.socket, Path]:
        """Take the place, over whoever had it: the listening socket and its address. To be called under the lock.

        Raises OSError.
        """
        former = self.address
        if former is not None:
            self.clear(former)
        address = self._folder / f"{NAME}-{secrets.token_hex(4)}"
        if len(os.fsencode(address)) > LONGEST_ADDRESS:
            address = Path(tempfile.mkdtemp(prefix=f"{NAME}-", dir=_SHORT_FOLDER)) / "socket"
        listening = socket.socket(socket.AF_UNIX)
        try:
            listening.bind(str(address))
            listening.listen(BACKLOG)
            self._link.symlink_to(address)
        except OSError:
            listening.close()
            self.clear(address)
            raise
        return listening, address

    def clear(self, address: Path) -> None:
        """Take away a keeper's socket, what was made for it, and the link if it leads there."""
        if self.address == address:
            with contextlib.suppress(OSError):
                self._link.unlink()
        with contextlib.suppress(OSError):
            address.unlink()
        if address.parent != self._folder:
            with contextlib.suppress(OSError):
                address.parent.rmdir()


def connect(address: Path | None) -> socket.socket | None:
    """A connection to whoever listens there; None when nobody does."""
    if address is None:
        return None
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(str(address))
    except OSError:
        connection.close()
        return None
    return connection
