# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparison of PSRP messages with those recorded from a real PowerShell engine.

``recorded(case)`` gives a case, ``received(pool, commands)`` what the lab answers to its commands over the wire, and
``differences(ours, theirs)`` what is not the same, as sentences. Volatile parts (stack traces, the class names behind the
comma of an error id) are levelled first.
"""

from __future__ import annotations

import json
import re
import struct
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psrpcore.types import PSRPMessageType
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.shell import WinRS

DATA = Path(__file__).parent.parent / "data" / "recordings.json"
_NAMES = {
    kind: re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind.name).upper().replace("RUNSPACE_POOL_STATE", "RUNSPACEPOOL_STATE")
    for kind in PSRPMessageType
}


@dataclass(frozen=True)
class Message:
    """One PSRP message: its type's name as in MS-PSRP, its CLIXML, and the pool that its header names."""

    kind: str
    clixml: str
    pool: uuid.UUID | None = None


@dataclass(frozen=True)
class Case:
    """One recorded case."""

    group: str
    name: str
    commands: Sequence[dict[str, Any]]
    messages: Sequence[Message]


def cases(group: str | None = None) -> list[Case]:
    """All recorded cases, or those of one group."""
    content = json.loads(DATA.read_text(encoding="utf-8"))
    return [
        Case(item["group"], item["case"], item["commands"], [Message(m["type"], m["clixml"]) for m in item["messages"]])
        for item in content["cases"]
        if group is None or item["group"] == group
    ]


def recorded(name: str) -> Case:
    """The case of that name. Raises StopIteration."""
    return next(case for case in cases() if case.name == name)


class Tap:
    """Keeps the PSRP messages that a pypsrp pool receives, whole and as they are."""

    def __init__(self, monkeypatch: Any) -> None:
        self.messages: list[Message] = []
        self._parts: dict[int, bytes] = {}
        original = WinRS.receive
        tap = self

        def receive(shell: WinRS, *arguments: Any, **named: Any) -> Any:
            result = original(shell, *arguments, **named)
            tap._read(result[2]["stdout"])
            return result

        monkeypatch.setattr(WinRS, "receive", receive)

    def _read(self, data: bytes) -> None:
        while data:
            number, _fragment, flags, length = struct.unpack(">QQBI", data[:21])
            part, data = data[21 : 21 + length], data[21 + length :]
            self._parts[number] = self._parts.get(number, b"") + part
            if flags & 2:
                message = self._parts.pop(number)
                (kind,) = struct.unpack("<I", message[4:8])
                text = message[40:].removeprefix(b"\xef\xbb\xbf").decode("utf-8")
                pool = uuid.UUID(bytes_le=message[8:24])
                self.messages.append(Message(_NAMES[PSRPMessageType(kind)], text, pool))

    def take(self) -> list[Message]:
        """The messages since the last call."""
        taken, self.messages = self.messages, []
        return taken


def received(pool: RunspacePool, tap: Tap, commands: Sequence[dict[str, Any]]) -> list[Message]:
    """Send recorded commands through an opened pool and return the messages that came back."""
    tap.take()
    shell = PowerShell(pool)
    for command in commands:
        if "script" in command:
            shell.add_script(command["script"])
            continue
        shell.add_cmdlet(command["cmdlet"])
        for name, value in command["parameters"].items():
            shell.add_parameter(name, None if value == "(switch)" else value)
    try:
        shell.invoke()
    finally:
        shell.close()
    return tap.take()


def levelled(clixml: str) -> str:
    """A message's text without what differs from engine to engine and from run to run."""
    text = re.sub(r"(<S N=\"FullyQualifiedErrorId\">[^<,]*),[^<]*", r"\1", clixml)
    text = re.sub(r"(<S N=\"CommandInfo_Definition\">)[^<]*", r"\1", text)
    text = re.sub(r"(<DT[^>]*>)[^<]*", r"\1", text)
    return re.sub(r"<I64 N=\"HistoryId\">\d+", '<I64 N="HistoryId">1', text)


def differences(ours: Sequence[Message], theirs: Sequence[Message], *, exact: bool = False) -> list[str]:
    """What is not the same, message by message and property by property; empty if nothing."""
    kinds = [m.kind for m in ours], [m.kind for m in theirs]
    if kinds[0] != kinds[1]:
        return [f"messages: {', '.join(kinds[0])} instead of {', '.join(kinds[1])}"]
    found = []
    for number, (our, their) in enumerate(zip(ours, theirs, strict=True), start=1):
        if exact or not their.clixml:
            if our.clixml != their.clixml:
                found.append(f"message {number}: {our.clixml!r} instead of {their.clixml!r}")
            continue
        where = f"message {number} ({their.kind})"
        _compare(ET.fromstring(levelled(our.clixml)), ET.fromstring(levelled(their.clixml)), where, found)
    return found


def _compare(our: ET.Element, their: ET.Element, where: str, found: list[str]) -> None:
    if our.tag != their.tag:
        found.append(f"{where}: {our.tag} instead of {their.tag}")
        return
    found.extend(
        f"{where}: {name} is {our.get(name)!r} instead of {their.get(name)!r}"
        for name in sorted(set(our.keys()) | set(their.keys()))
        if our.get(name) != their.get(name)
    )
    if (our.text or "") != (their.text or ""):
        found.append(f"{where}: {our.text!r} instead of {their.text!r}")
    names = [_label(child) for child in our], [_label(child) for child in their]
    if names[0] != names[1]:
        found.append(f"{where}: holds {names[0]} instead of {names[1]}")
        return
    for our_child, their_child in zip(our, their, strict=True):
        _compare(our_child, their_child, f"{where}/{_label(their_child)}", found)


def _label(element: ET.Element) -> str:
    return f"{element.tag}:{element.get('N')}" if element.get("N") else element.tag


def first_difference(ours: str, theirs: str) -> str:
    """Where two texts part, with what stands around it; empty if they are the same.

    pytest's own comparison of two long lines takes minutes.
    """
    if ours == theirs:
        return ""
    pairs = enumerate(zip(ours, theirs, strict=False))
    at = next((i for i, (our, their) in pairs if our != their), min(len(ours), len(theirs)))
    around = slice(max(0, at - 60), at + 90)
    return f"at {at}: {ours[around]!r} instead of {theirs[around]!r}"
