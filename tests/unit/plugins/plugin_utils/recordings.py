# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages that a real PowerShell engine sent, read as a session reads them."""

from __future__ import annotations

import json
import struct
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pypsrp.serializer import Serializer

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import CmdletFailed
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.incoming import Incoming, Kind
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.output import record_of
from ansible_collections.ucops.lync.plugins.plugin_utils._session import clixml
from ansible_collections.ucops.lync.plugins.plugin_utils._session.clixml import Written
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import Record
from ansible_collections.ucops.lync.plugins.plugin_utils._session.readable import Allowance

RECORDINGS = Path(__file__).resolve().parents[3] / "lab/data/recordings.json"


@dataclass
class Received:
    """What a client has after one recorded pipeline."""

    output: list[Record] = field(default_factory=list)
    errors: list[CmdletFailed] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    state: int = 0


def cases() -> dict[str, Any]:
    return {
        f"{case['group']}: {case['case']}": case for case in json.loads(RECORDINGS.read_text(encoding="utf-8"))["cases"]
    }


def received(name: str) -> Received:
    """The recorded case, in fragments of a few bytes, sorted as a pipeline sorts its messages."""
    arrived = Received()
    for message in messages(cases()[name]["messages"]):
        match message.message_type:
            case Kind.PIPELINE_OUTPUT:
                arrived.output.append(record_of(message.data.data, allowance()))
            case Kind.ERROR_RECORD:
                arrived.errors.append(message.data)
            case Kind.WARNING_RECORD:
                arrived.warnings.append(message.data)
            case Kind.PIPELINE_STATE:
                arrived.state = message.data.state
                arrived.errors += [] if message.data.error_record is None else [message.data.error_record]
    return arrived


def messages(recorded: list[dict[str, str]], piece: int = 100) -> list[Any]:
    incoming = Incoming(32_768, Serializer(), allowance)
    found: list[Any] = []
    for number, one in enumerate(recorded):
        for fragment in fragments(number + 1, message_of(getattr(Kind, one["type"], 0), one["clixml"]), piece):
            found += incoming.defragment(fragment)
    return found


def message_of(kind: int, clixml: str) -> bytes:
    """A message as it travels (MS-PSRP 2.2.1)."""
    return struct.pack("<II", 1, kind) + uuid.UUID(int=1).bytes_le + uuid.UUID(int=2).bytes_le + clixml.encode()


def fragments(number: int, message: bytes, piece: int = 32_768) -> list[bytes]:
    """A message in fragments (MS-PSRP 2.2.4)."""
    parts = [message[start : start + piece] for start in range(0, len(message), piece)]
    last = len(parts) - 1
    return [
        struct.pack(">QQBI", number, place, (place == 0) | (place == last) << 1, len(part)) + part
        for place, part in enumerate(parts)
    ]


def allowance(most: int = 2**20) -> Allowance:
    """What an answer in a test may hold."""
    return Allowance(most, "it is too large")


def output_of(text: str) -> Written:
    """One object that a server wrote, from its text."""
    return clixml.read(text, allowance())
