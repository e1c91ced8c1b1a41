# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How an answer of Receive is made: waiting for something to send, and how much of it fits."""

from __future__ import annotations

import asyncio

#: What an answer needs beside its streams, in bytes, and what each stream element needs.
ENVELOPE_OVERHEAD, STREAM_OVERHEAD = 2048, 256


def room(envelope: int) -> int:
    """How many bytes of a stream fit into an envelope, as base64."""
    return max(0, envelope - ENVELOPE_OVERHEAD - STREAM_OVERHEAD) * 3 // 4


async def arrival(timeout: float, *events: asyncio.Event) -> None:
    """Wait until one of the events is there (something to send, its client is gone), or the time is up, in seconds."""
    if any(event.is_set() for event in events):
        return
    waiting = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
