# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's files in memory."""

from __future__ import annotations

from ansible_collections.ucops.lync.plugins.module_utils._core.files import LIMIT, FileFailed


class MemoryFiles:
    """Files by their whole path; a folder is there as soon as a file is in it."""

    def __init__(self, **files: str) -> None:
        self.content: dict[str, str] = dict(files)
        self.full = False

    def create(self, path: str, text: str) -> str:
        if self.full or path in self.content:
            raise FileFailed(f"{path} cannot be written: {'the disk is full' if self.full else 'it is there'}.")
        self.content[path] = text
        return path

    def create_bytes(self, path: str, content: bytes) -> str:
        return self.create(path, content.hex())

    def read(self, path: str, limit: int = LIMIT) -> str:
        if path not in self.content:
            raise FileFailed(f"{path} cannot be read: there is no such file or folder.", missing=True)
        return self.content[path]

    def names(self, folder: str, ending: str) -> tuple[str, ...]:
        inside = [path.removeprefix(f"{folder}/") for path in self.content if path.startswith(f"{folder}/")]
        if not inside:
            raise FileFailed(f"{folder} cannot be read: there is no such file or folder.", missing=True)
        return tuple(sorted(name for name in inside if name.endswith(ending) and "/" not in name))

    def append(self, path: str, line: str) -> None:
        self.content[path] = f"{self.read(path)}{line}\n"

    def whole(self, path: str) -> str:
        return path

    def signature_problem(self, signers: str, principal: str, namespace: str, signature: str, content: str) -> str:
        """A signature is the text that it signs, and by whom."""
        good = self.content.get(signature) == f"{principal} {namespace} {content}"
        return (
            "" if good and principal in self.content.get(signers, "") else f"{signature} is no signature of {principal}"
        )
