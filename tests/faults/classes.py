# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The classes of requests: which server is asked, in which phase of the rollout, by which message, about which cmdlets.

Requests of one class are alike to the client, so a fault is tried on each class and not on each request.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

FRONT_END, EDGE = "front-end", "edge"
BEFORE, WRITE = "before", "write"
LOGON = "Logon"
"""The message of a request without a body: a client that negotiates its logon sends one."""

SHELL = "{http://schemas.microsoft.com/wbem/wsman/1/windows/shell}"
_ACTION = "{http://schemas.xmlsoap.org/ws/2004/08/addressing}Action"
_MESSAGE_ID = "{http://schemas.xmlsoap.org/ws/2004/08/addressing}MessageID"
_PIPELINE_NAME = re.compile(r'<S N="Cmd">([^<]*)</S>')
_SCRIPT_NAME = re.compile(r'<S N="Key">Name</S>\s*<S N="Value">([A-Za-z]+-[A-Za-z0-9]+)</S>')
_READS = ("Get-", "Import-Module")


@dataclass(frozen=True, order=True)
class RequestClass:
    """A class of requests. ``cmdlets`` are those of its pipeline, each once; none for a request about the shell, and none for
    the end of a pipeline (Signal), which is the same for all.

    ``phase`` is ``before`` (any write of the deployment), ``write``, ``after-1`` (one write), ``after-2``, ...
    """

    role: str
    phase: str
    message: str
    cmdlets: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "/".join((self.role, self.phase, self.message, "+".join(self.cmdlets) or "-"))

    @classmethod
    def named(cls, text: str) -> RequestClass:
        """The class of a name.

        :raises ValueError: for a text that is no name of a class.
        """
        role, phase, message, cmdlets = text.split("/")
        return cls(role, phase, message, () if cmdlets == "-" else tuple(cmdlets.split("+")))

    @property
    def writes(self) -> bool:
        """Whether its pipeline changes something."""
        return self.phase == WRITE


@dataclass
class Progress:
    """How far a deployment has come, seen from the wire: the writes that were sent."""

    writes: list[str] = field(default_factory=list)

    @property
    def phase(self) -> str:
        """The phase of a request that writes nothing."""
        return f"after-{len(self.writes)}" if self.writes else BEFORE


@dataclass(frozen=True)
class Request:
    """A request as the proxy knows it. ``message_id`` is what its answer has to name."""

    request_class: RequestClass
    message_id: str = ""


class Observer:
    """Tells the class of each request of one host. ``progress`` is shared by the hosts of a deployment."""

    def __init__(self, role: str, progress: Progress) -> None:
        self._role = role
        self._progress = progress
        self._pipelines: dict[str, tuple[str, tuple[str, ...]]] = {}

    def observe(self, body: bytes) -> Request:
        """The class of a request with that body. Each request is to be shown once, in order."""
        if not body:
            return Request(RequestClass(self._role, self._progress.phase, LOGON))
        try:
            envelope = ElementTree.fromstring(body)
        except ElementTree.ParseError:
            return Request(RequestClass(self._role, self._progress.phase, "unknown"))
        message = _text(envelope, _ACTION).rsplit("/", 1)[-1]
        command = _command_id(envelope)
        sent = tuple(dict.fromkeys(_cmdlets(envelope, message)))
        if command and (sent or command not in self._pipelines):
            self._pipelines[command] = (self._entered(sent), sent)
        phase, cmdlets = self._pipelines.get(command, (self._progress.phase, ()))
        about = () if message == "Signal" else cmdlets
        return Request(RequestClass(self._role, phase, message, about), _text(envelope, _MESSAGE_ID))

    def _entered(self, cmdlets: tuple[str, ...]) -> str:
        """The phase of a pipeline that begins."""
        written = [name for name in cmdlets if not name.startswith(_READS)]
        if not written:
            return self._progress.phase
        self._progress.writes += written
        return WRITE


def _text(envelope: ElementTree.Element, tag: str) -> str:
    return next((element.text or "" for element in envelope.iter(tag)), "").strip()


def _command_id(envelope: ElementTree.Element) -> str:
    """The pipeline or process that a request is about."""
    return next((found for found in (element.get("CommandId") for element in envelope.iter()) if found), "").upper()


def _cmdlets(envelope: ElementTree.Element, message: str) -> Iterator[str]:
    """The cmdlets that a request brings: a pipeline over PSRP, or the input of the collection's script over WinRS."""
    if message == "Command":
        for data in _decoded(element.text for element in envelope.iter(f"{SHELL}Arguments")):
            yield from _PIPELINE_NAME.findall(data)
    elif message == "Send":
        for data in _decoded(element.text for element in envelope.iter(f"{SHELL}Stream")):
            for line in _decoded(data.splitlines()):
                yield from _SCRIPT_NAME.findall(line)


def _decoded(texts: Iterable[str | None]) -> Iterator[str]:
    for text in texts:
        with contextlib.suppress(binascii.Error):
            yield base64.b64decode(text or "", validate=True).decode("utf-8", "replace")
