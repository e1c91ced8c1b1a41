# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's files: new ones are private, whole, and on the disk before anybody relies on them."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ansible_collections.ucops.lync.plugins.module_utils._core.files import LIMIT, FileFailed
from ansible_collections.ucops.lync.plugins.plugin_utils._files.signature import problem

FILE_MODE = 0o600
FOLDER_MODE = 0o700

REASONS = {
    errno.EACCES: "the user who runs Ansible lacks the permission",
    errno.EDQUOT: "the user's disk quota is used up",
    errno.EEXIST: "there is a file of that name already, which is never overwritten",
    errno.EIO: "the disk reports an error",
    errno.EISDIR: "it is a folder",
    errno.ELOOP: "its links lead round in a circle",
    errno.EMFILE: "the process has too many files open",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ENFILE: "the computer has too many files open",
    errno.ENOENT: "there is no such file or folder",
    errno.ENOSPC: "the disk is full",
    errno.ENOTDIR: "a part of the path is no folder",
    errno.EPERM: "the user who runs Ansible lacks the permission",
    errno.EROFS: "the file system is read-only",
}
"""By code: the operating system says it in the controller's language."""


class ControllerFiles:
    """
    :param began_in: where relative paths begin; by default where this process works.
    """

    def __init__(self, began_in: Path | None = None) -> None:
        self._began_in = began_in

    def create(self, path: str, text: str) -> str:
        with _told("cannot be written", self._whole(path)):
            content = text.encode()
        return self.create_bytes(path, content)

    def create_bytes(self, path: str, content: bytes) -> str:
        file = self._whole(path)
        with _told("cannot be written", file):
            _make_folders(file.parent)
            opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)
            try:
                _write(opened, content)
            except BaseException:
                with suppress(OSError):
                    file.unlink()
                raise
            _sync_folder(file.parent)
        return str(file)

    def read(self, path: str, limit: int = LIMIT) -> str:
        file = self._whole(path)
        # What is not a plain file, such as a pipe, is not waited for.
        flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
        with _told("cannot be read", file), os.fdopen(os.open(file, flags), "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise FileFailed(f"{file} cannot be read: it is no plain file.")
            content = stream.read(limit + 1)
        if len(content) > limit:
            raise FileFailed(f"{file} cannot be read: it has more than {limit} bytes.")
        try:
            return content.decode()
        except UnicodeDecodeError:
            raise FileFailed(f"{file} cannot be read: it is not in UTF-8.") from None

    def names(self, folder: str, ending: str) -> tuple[str, ...]:
        whole = self._whole(folder)
        with _told("cannot be read", whole):
            found = [entry.name for entry in whole.iterdir()]
        return tuple(sorted(name for name in found if name.endswith(ending) and not name.startswith(".")))

    def append(self, path: str, line: str) -> None:
        file = self._whole(path)
        with _told("cannot be written", file):
            opened = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
            _write(opened, f"{line}\n".encode(), _broken_off)

    def whole(self, path: str) -> str:
        return str(self._whole(path))

    def signature_problem(self, signers: str, principal: str, namespace: str, signature: str, content: str) -> str:
        return problem(self._whole(signers), principal, namespace, self._whole(signature), content.encode())

    def _whole(self, path: str) -> Path:
        """
        :raises FileFailed: for a text that is no path.
        """
        if not path or "\0" in path:
            raise FileFailed(f"{path!r} is no path of a file.")
        try:
            return (self._began_in or Path.cwd()) / Path(path).expanduser()
        except RuntimeError:  # of a user who is not there
            raise FileFailed(f"{path} cannot be used: its user has no home.") from None
        except OSError:
            raise FileFailed(f"{path} cannot be used: the folder in which Ansible was started is gone.") from None


def _write(opened: int, content: bytes, before: Callable[[int], bytes] = lambda opened: b"") -> None:
    """Write to the end and to the disk, and close. ``before`` gives what must come first."""
    try:
        left = before(opened) + content
        while left:
            left = left[os.write(opened, left) :]
        os.fsync(opened)
    finally:
        os.close(opened)


def _broken_off(opened: int) -> bytes:
    """A line's end, where the file ends without one."""
    size = os.fstat(opened).st_size
    return b"\n" if size and os.pread(opened, 1, size - 1) != b"\n" else b""


def _make_folders(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    with suppress(FileExistsError):  # another host's task was faster; what is no folder is found by the file
        folder.mkdir(mode=FOLDER_MODE)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    """So that a name is on the disk, too. Some file systems know no such thing."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(OSError):
            os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _told(what: str, file: Path) -> Iterator[None]:
    """
    :raises FileFailed: for what the operating system refuses.
    """
    try:
        yield
    except UnicodeEncodeError:
        raise FileFailed(f"{file} {what}: its text has half a character in it.") from None
    except OSError as error:
        code = error.errno or 0
        reason = REASONS.get(code) or errno.errorcode.get(code) or type(error).__name__
        raise FileFailed(f"{file} {what}: {reason}.", missing=code == errno.ENOENT) from None
