# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keeper's socket, in the run's own temporary folder, which only its user can enter."""

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
LONGEST_PATH = 103
"""Bytes that a Unix socket's path may have: 108 on Linux, 104 elsewhere, each with a zero byte (unix(7))."""

BACKLOG = 1024
_SHORT_FOLDER = Path("/tmp")  # noqa: S108 - mkdtemp makes a folder of our own in it


class KeeperSocket:
    """A link in the folder that leads to the socket of the run's keeper, and the lock under which a keeper is started.

    Each keeper has a socket of its own: in the folder, or, where that path is too long for a socket, in a short one.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._link = folder / NAME
        self._lock = folder / f"{NAME}.lock"

    @property
    def path(self) -> Path | None:
        """The socket of the present keeper."""
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
        """Replace the present keeper, if there is one: the listening socket and its path. To be called under the lock.

        Raises OSError.
        """
        former = self.path
        if former is not None:
            self.remove(former)
        path = self._folder / f"{NAME}-{secrets.token_hex(4)}"
        if len(os.fsencode(path)) > LONGEST_PATH:
            path = Path(tempfile.mkdtemp(prefix=f"{NAME}-", dir=_SHORT_FOLDER)) / "socket"
        listening = socket.socket(socket.AF_UNIX)
        try:
            listening.bind(str(path))
            listening.listen(BACKLOG)
            self._link.symlink_to(path)
        except OSError:
            listening.close()
            self.remove(path)
            raise
        return listening, path

    def remove(self, path: Path) -> None:
        """Remove a keeper's socket, what was made for it, and the link if it leads there."""
        if self.path == path:
            with contextlib.suppress(OSError):
                self._link.unlink()
        with contextlib.suppress(OSError):
            path.unlink()
        if path.parent != self._folder:
            with contextlib.suppress(OSError):
                path.parent.rmdir()


def connect(path: Path | None) -> socket.socket | None:
    """A connection to the keeper that listens there; None when none does."""
    if path is None:
        return None
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(str(path))
    except OSError:
        connection.close()
        return None
    return connection
