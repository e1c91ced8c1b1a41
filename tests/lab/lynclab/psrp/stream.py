# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What waits for the client: fragments of the pool or of one pipeline, and the pipelines themselves."""

from __future__ import annotations

import asyncio
import uuid
from collections import deque
from dataclasses import dataclass, field

from lynclab.powershell.values import Command


@dataclass
class Stream:
    """Fragments for the client, of the pool or of one pipeline. ``barriers`` end the answer that they stand in."""

    fragments: deque[bytes] = field(default_factory=deque)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    finished: bool = False
    barriers: set[int] = field(default_factory=set)
    delivered: int = 0
    #: The last answer by its request's message id: a client that repeats a request gets the same data again.
    last_answer: tuple[str, bytes] | None = None

    def take(self, room: int, overhead: int = 0) -> list[bytes]:
        """As many fragments as fit into ``room`` bytes (at least one), up to the next barrier.

        ``overhead`` bytes are reckoned for each beside its content.
        """
        taken: list[bytes] = []
        while self.fragments and (not taken or len(self.fragments[0]) <= room):
            fragment = self.fragments.popleft()
            room -= len(fragment) + overhead
            taken.append(fragment)
            self.delivered += 1
            if self.delivered in self.barriers:
                break
        if not self.fragments and not self.finished:
            self.arrived.clear()
        return taken

    def finish(self) -> None:
        """Nothing comes after this."""
        self.finished = True
        self.arrived.set()


@dataclass
class Pipeline:
    """A pipeline that the client created: its commands once they are complete, and what it wrote."""

    id: uuid.UUID
    stream: Stream = field(default_factory=Stream)
    commands: list[Command] | None = None
    ready: bool = False
    metadata: bool = False
    task: asyncio.Task[None] | None = None

    @property
    def cmdlets(self) -> frozenset[str]:
        """The names of its commands, in lower case."""
        return frozenset(command.name.lower() for command in self.commands or ())
