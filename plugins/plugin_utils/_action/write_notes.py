# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the hosts of a run wrote, noted in the run's own temporary folder, so that a run that is interrupted can still say it.

A worker that Ansible ends on Ctrl-C says nothing any more, and the report does not come. Ansible's main process reads the notes in
the end (``what_stands``).

The same goes into the journal of a rollout, where one is kept: that one is on the disk before a write is sent, and survives.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ansible import constants

from ansible_collections.ucops.lync.plugins.module_utils._core.files import Files
from ansible_collections.ucops.lync.plugins.module_utils._core.journalled import outcome_line, write_line
from ansible_collections.ucops.lync.plugins.module_utils._core.outcome import Outcome

FOLDER = Path(constants.DEFAULT_LOCAL_TMP) / "lync-writes"

Write = dict[str, str]
"""As in the result key ``writes``: the cmdlet, and its outcome."""


class WriteNotes:
    """The notes about one host. Nothing is noted before the run plans its first write, or writes; where that cannot be done, never.

    What cannot be journalled is not sent: :class:`FileFailed`.
    """

    def __init__(self, host: str, folder: Path = FOLDER) -> None:
        self._file = folder / quote(host, safe="")
        self._journal: tuple[Files, str] | None = None
        self._journalled: list[dict[str, Any]] = []

    def journal_in(self, files: Files, path: str) -> None:
        """Note the task's writes in that file, too."""
        self._journal = (files, path)

    def begin(self) -> None:
        """A task begins, also one of a host that writes nothing: an Edge Server that is asked what arrived."""
        if self._file.parent.is_dir():
            self._note({"begun": True})

    def sends(self, cmdlet: str) -> None:
        """The task is about to send a changing cmdlet.

        :raises FileFailed: when it cannot be journalled.
        """
        if self._journal is not None:
            self._journalled.append({"outcome": None})
            self._append(write_line(time.time(), cmdlet))
            self._journalled[-1]["outcome"] = Outcome.UNKNOWN.value
        if not self._file.exists():
            with contextlib.suppress(OSError):
                self._file.parent.mkdir(mode=0o700, exist_ok=True)
            self._note({"begun": True})
        self._note({"cmdlet": cmdlet, "outcome": Outcome.UNKNOWN.value, "at": time.monotonic()})

    def knows(self, what: Mapping[str, Any], first: bool) -> None:
        """What a task of the host has found out.

        :param first: whether it is worth noting before the run has written anything.
        """
        if first:
            with contextlib.suppress(OSError):
                self._file.parent.mkdir(mode=0o700, exist_ok=True)
        if self._file.parent.is_dir():
            self._note({"knows": dict(what), "at": time.monotonic()})

    def end(self, writes: Sequence[Write]) -> None:
        """The task has ended, and its result says what became of its writes.

        :raises FileFailed: when that cannot be journalled.
        """
        if self._file.exists():
            self._note({"ended": list(writes)})
        self.became(writes)

    def became(self, writes: Sequence[Write]) -> None:
        """What is known by now of the task's writes: the journal has it as soon as it is.

        :raises FileFailed: when it cannot be journalled; it stands there as not known.
        """
        for sent, write in zip(self._journalled, writes, strict=False):
            if sent["outcome"] not in (None, write["outcome"]):
                self._append(outcome_line(time.time(), write["cmdlet"], Outcome(write["outcome"])))
                sent["outcome"] = write["outcome"]

    def _append(self, line: str) -> None:
        if self._journal is not None:
            files, path = self._journal
            files.append(path, line)

    def _note(self, line: dict[str, Any]) -> None:
        with contextlib.suppress(OSError), self._file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")
