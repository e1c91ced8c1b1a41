# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a change window, on the controller: plans, approvals, records. In check mode too: a dry run writes the plan.

Each of them is written once, whole, for its owner alone, and is on the disk when the call returns. Only a journal grows.
"""

from __future__ import annotations

from typing import Protocol

from .failures import Failure

LIMIT = 16 * 1024 * 1024
"""Bytes of a file that is read, unless the caller says less."""


class FileFailed(Failure):
    """A file could not be made, read or extended.

    :param missing: whether that is because there is none.
    """

    def __init__(self, message: str, missing: bool = False) -> None:
        super().__init__(message)
        self.missing = missing


class Files(Protocol):
    """The controller's files. A relative path begins where ansible-playbook was started; ``~`` is the user's home.

    Everything raises :class:`FileFailed`, with a sentence that names the whole path and the reason.
    """

    def create(self, path: str, text: str) -> str:
        """Write a new file (0600), with the folders above it that do not exist (0700).

        :return: the whole path.
        :raises FileFailed: also where there is a file of that name, which stays as it is. A file that cannot be written to the
            end is removed.
        """

    def create_bytes(self, path: str, content: bytes) -> str:
        """The same for what is no text."""

    def read(self, path: str, limit: int = LIMIT) -> str:
        """The text (UTF-8) of a file, with its line ends as they are.

        :param limit: bytes; a larger file is refused.
        :raises FileFailed: also for what is not a plain file.
        """

    def names(self, folder: str, ending: str) -> tuple[str, ...]:
        """The names in a folder that end so, sorted. No hidden ones."""

    def append(self, path: str, line: str) -> None:
        """Add a line to a file that is there. Half a line that was left in it by a run that was killed is ended first."""

    def whole(self, path: str) -> str:
        """The path from the root on, for a sentence."""

    def signature_problem(self, signers: str, principal: str, namespace: str, signature: str, content: str) -> str:
        """Why a detached signature of OpenSSH does not count, a clause; empty where it does.

        :param signers: the path of an allowed-signers file.
        :param principal: who must have signed; ``namespace``: what for.
        :param signature: the path of the signature; ``content``: the text that must have been signed.
        """
