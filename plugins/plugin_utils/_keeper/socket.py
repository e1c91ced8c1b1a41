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
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path

NAME = "lync-sessions"
LONGEST_PATH = 103
"""Bytes that a Unix socket's path may have: 108 on Linux, 104 elsewhere, each with a zero byte (unix(7))."""

BACKLOG = 1024
_SHORT_FOLDER = Path("/tmp")  # noqa: S108 - mkdtemp makes a folder of our own in it


class KeeperSocket:
    """The socket of the run's present keeper, the link that leads to it, and the lock under which a keeper is started.

    Each keeper has a socket of its own, so that one that hangs or ends late is not in the way of its successor. They lie in the
    run's folder, or, where its path is too long for a socket, in a short one, to which a link in the run's folder leads.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._link = folder / NAME
        self._lock = folder / f"{NAME}.lock"

    @property
    def address(self) -> Path | None:
        """Where the present keeper is reached and its successors will be, a link; None when there was none yet."""
        if self._is_short:
            return self._link
        with contextlib.suppress(OSError):
            return self._link.readlink()
        return None

    @property
    def path(self) -> Path | None:
        """The present keeper's own socket."""
        address = self.address
        with contextlib.suppress(OSError):
            return None if address is None else address.readlink()
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
        address = self._made_address()
        path = _own(address)
        listening = socket.socket(socket.AF_UNIX)
        try:
            listening.bind(str(path))
            listening.listen(BACKLOG)
            address.symlink_to(path)
        except OSError:
            listening.close()
            self.remove(path)
            raise
        return listening, path

    def remove(self, path: Path) -> None:
        """Remove a keeper's socket, and the link if it leads there. The run's folder may be gone by now."""
        link = path.with_name(NAME)
        with contextlib.suppress(OSError):
            if link.readlink() == path:
                link.unlink()
        with contextlib.suppress(OSError):
            path.unlink()

    def remove_folder(self, path: Path) -> None:
        """Remove the short folder of a keeper's socket, if it lies in one: the run has ended."""
        if path.parent != self._folder:
            with contextlib.suppress(OSError):
                path.parent.rmdir()

    @property
    def _is_short(self) -> bool:
        return len(os.fsencode(_own(self._link))) <= LONGEST_PATH

    def _made_address(self) -> Path:
        """Raises OSError."""
        address = self.address
        if address is None:
            address = Path(tempfile.mkdtemp(prefix=f"{NAME}-", dir=_SHORT_FOLDER)) / NAME
            try:
                self._link.symlink_to(address)
            except OSError:
                address.parent.rmdir()
                raise
        return address


def _own(address: Path) -> Path:
    """A path for a keeper's own socket."""
    return address.with_name(f"{NAME}-{secrets.token_hex(4)}")


def connect(path: Path | None, seconds: float) -> socket.socket | None:
    """A connection to the keeper that listens there; None when none does.

    :param seconds: how long anything may take on the connection, connecting included.
    :raises TimeoutError: when the keeper accepts none of so many connections that no other one can be made.
    """
    if path is None:
        return None
    connection = socket.socket(socket.AF_UNIX)
    # A socket with a time-out of Python's would not wait at all where there is no room (connect(2): EAGAIN).
    timeout = struct.pack("ll", int(seconds), int(seconds % 1 * 1_000_000))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, timeout)
    try:
        connection.connect(str(path))
    except BlockingIOError as error:
        connection.close()
        raise TimeoutError(f"no answer within {seconds} s") from error
    except OSError:
        connection.close()
        return None
    connection.settimeout(seconds)
    return connection
