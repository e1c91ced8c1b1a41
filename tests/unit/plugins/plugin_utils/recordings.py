# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages that a real PowerShell engine sent, as pypsrp hands them on."""

from __future__ import annotations

import json
import struct
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pypsrp.messages import Message, MessageType
from pypsrp.serializer import Serializer

RECORDINGS = Path(__file__).resolve().parents[3] / "lab/data/recordings.json"


@dataclass
class Received:
    """What a client has after one recorded pipeline."""

    output: list[Any] = field(default_factory=list)
    errors: list[Any] = field(default_factory=list)
    warnings: list[Any] = field(default_factory=list)
    state: int = 0


def cases() -> dict[str, Any]:
    return {
        f"{case['group']}: {case['case']}": case for case in json.loads(RECORDINGS.read_text(encoding="utf-8"))["cases"]
    }


def received(name: str) -> Received:
    """The recorded case, read by pypsrp's own reader of messages and sorted as its pipeline sorts them."""
    arrived = Received()
    for recorded in cases()[name]["messages"]:
        message = message_of(recorded["type"], recorded["clixml"])
        match recorded["type"]:
            case "PIPELINE_OUTPUT":
                arrived.output.append(message.data)
            case "ERROR_RECORD":
                arrived.errors.append(message)
            case "WARNING_RECORD":
                arrived.warnings.append(message)
            case "PIPELINE_STATE":
                arrived.state = message.state
                if message.error_record is not None:
                    arrived.errors.append(message.error_record)
    return arrived


def message_of(kind: str, clixml: str) -> Any:
    header = struct.pack("<II", 1, getattr(MessageType, kind)) + uuid.UUID(int=1).bytes_le + uuid.UUID(int=2).bytes_le
    return Message.unpack(header + clixml.encode(), Serializer()).data


def output_of(clixml: str) -> Any:
    """One object that a server wrote, from its text."""
    return message_of("PIPELINE_OUTPUT", clixml).data
