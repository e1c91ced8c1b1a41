# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real PowerShell engine as PSRP server on its standard input and output, in place of pypsrp's connection over WSMan.

An engine that was started with ``-s`` speaks the protocol of out-of-process runspaces: a line for each fragment,
``<Data Stream='Default' PSGuid='...'>base64</Data>``, where the GUID is that of a command, or zeros for the pool.
"""

from __future__ import annotations

import base64
import queue
import struct
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from pypsrp.wsman import NAMESPACES

from ansible_collections.ucops.lync.plugins.plugin_utils._session.guard import Guard
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils.engine import PWSH, environment

POOL = "00000000-0000-0000-0000-000000000000"
SECONDS = 60
_HEADER = struct.Struct(">QQBI")
_RSP = f"{{{NAMESPACES['rsp']}}}"


class EngineWSMan:
    """What a runspace pool of pypsrp asks of its connection.

    :param modules: the folder with the modules that the engine has.
    """

    max_payload_size = max_envelope_size = 30_000

    def __init__(self, modules: Path) -> None:
        self.guard = Guard(2**24)
        self.received: list[bytes] = []
        """The fragments that came, in order."""
        self._process = subprocess.Popen(
            [PWSH, "-s"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(modules),
            text=True,
        )
        self._lines: dict[str, queue.Queue[bytes]] = {}
        self._acknowledged = threading.Semaphore(0)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def overdue(self) -> bool:
        return False

    def start_clock(self, seconds: float) -> None:
        self.guard.begin(seconds)

    def create(self, _uri: str, shell: ET.Element, **_options: Any) -> ET.Element:
        (content,) = (part for part in shell.iter() if part.tag.endswith("creationXml"))
        self._send(POOL, base64.b64decode(content.text or ""))
        return ET.Element("Body")

    def command(self, _uri: str, line: ET.Element, **_options: Any) -> ET.Element:
        number = line.attrib["CommandId"]
        self._write(f"<Command PSGuid='{number}' />")
        (arguments,) = (part for part in line if part.tag == f"{_RSP}Arguments")
        self._send(number, base64.b64decode(arguments.text or ""))
        body = ET.Element("Body")
        ET.SubElement(ET.SubElement(body, f"{_RSP}CommandResponse"), f"{_RSP}CommandId").text = number
        return body

    def send(self, _uri: str, send: ET.Element, **_options: Any) -> ET.Element:
        (stream,) = send
        self._send(stream.attrib.get("CommandId", POOL), base64.b64decode(stream.text or ""))
        return ET.Element("Body")

    def receive(self, _uri: str, receive: ET.Element, **_options: Any) -> ET.Element:
        (desired,) = receive
        fragment = self._queue(desired.attrib.get("CommandId", POOL)).get(timeout=SECONDS)
        self.received.append(fragment)
        body = ET.Element("Body")
        stream = ET.SubElement(ET.SubElement(body, f"{_RSP}ReceiveResponse"), f"{_RSP}Stream", Name="stdout")
        stream.text = base64.b64encode(fragment).decode()
        return body

    def signal(self, *_arguments: Any, **_options: Any) -> ET.Element:
        return ET.Element("Body")

    def delete(self, *_arguments: Any, **_options: Any) -> ET.Element:
        return ET.Element("Body")

    def renew(self) -> None:
        """There is one connection only."""

    def close(self) -> None:
        self._process.kill()
        self._process.wait(SECONDS)
        self._reader.join(SECONDS)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()

    def _queue(self, number: str) -> queue.Queue[bytes]:
        return self._lines.setdefault(number.lower(), queue.Queue())

    def _send(self, number: str, data: bytes) -> None:
        for fragment in _fragments(data):
            self._write(f"<Data Stream='Default' PSGuid='{number}'>{base64.b64encode(fragment).decode()}</Data>")

    def _write(self, line: str) -> None:
        """Write a line and wait for its acknowledgement."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        assert self._acknowledged.acquire(timeout=SECONDS)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            element = ET.fromstring(line)
            if element.tag == "Data":
                self._queue(element.attrib["PSGuid"]).put(base64.b64decode(element.text or ""))
            elif element.tag.endswith("Ack"):
                self._acknowledged.release()


def _fragments(data: bytes) -> Iterator[bytes]:
    while data:
        end = _HEADER.size + _HEADER.unpack_from(data)[3]
        yield data[:end]
        data = data[end:]
