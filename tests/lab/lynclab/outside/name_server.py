# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A DNS server (RFC 1035) over UDP and TCP on a port of 127.0.0.1, for the zones of a lab."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Callable, Sequence

import dns.flags
import dns.message
import dns.rcode
import dns.rdataset
import dns.rrset

from lynclab.deployment.zone import Found, Status, Zone

LOOPBACK = "127.0.0.1"
_ATTEMPTS = 20
"""How many ports are tried until one is free for UDP and for TCP."""

_CODES = {Status.NO_SUCH_NAME: dns.rcode.NXDOMAIN, Status.REFUSED: dns.rcode.REFUSED}


class NameServer:
    """Answers for ``zones`` between ``start`` and ``stop``. A silent zone gets no answer."""

    def __init__(self, zones: Sequence[Zone]) -> None:
        self._zones = zones
        self._servers: list[socketserver.BaseServer] = []
        self.port = 0

    def start(self) -> None:
        """Listen; ``port`` says where. Raises OSError where no port can be had for both protocols."""
        for left in reversed(range(_ATTEMPTS)):
            udp = socketserver.ThreadingUDPServer((LOOPBACK, 0), _handler(_Datagram, self.answer))
            port = int(udp.server_address[1])
            try:
                tcp = _Tcp((LOOPBACK, port), _handler(_Stream, self.answer))
            except OSError:  # somebody else has this one
                udp.server_close()
                if not left:
                    raise
            else:
                break
        self.port, self._servers = port, [udp, tcp]
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.05,), name="lynclab dns", daemon=True).start()

    def stop(self) -> None:
        """Listen no longer."""
        servers, self._servers = self._servers, []
        for server in servers:
            server.shutdown()
            server.server_close()

    def answer(self, data: bytes) -> bytes | None:
        """The answer to a message; None: there is none."""
        question = dns.message.from_wire(data)
        answer = dns.message.make_response(question, recursion_available=True)
        found = self._find(question)
        if found is None or found.status is Status.UNANSWERED:
            return None
        answer.flags |= dns.flags.AA
        answer.set_rcode(_CODES.get(found.status, dns.rcode.NOERROR))
        if found.records:
            asked = question.question[0]
            answer.answer.append(dns.rrset.from_rdata_list(asked.name, found.lifetime, list(found.records)))
        return answer.to_wire()

    def _find(self, question: dns.message.Message) -> Found | None:
        if not question.question:
            return None
        asked = question.question[0]
        answers = (zone.find(asked.name.to_text(), dns.rdatatype.to_text(asked.rdtype)) for zone in self._zones)
        return next((one for one in answers if one.status is not Status.REFUSED), Found(Status.REFUSED))


class _Tcp(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class _Handler(socketserver.BaseRequestHandler):
    answers: Callable[[bytes], bytes | None]


class _Datagram(_Handler):
    def handle(self) -> None:
        data, socket = self.request
        found = type(self).answers(data)
        if found is not None:
            socket.sendto(found, self.client_address)


class _Stream(_Handler):
    def handle(self) -> None:
        head = self.request.recv(2)
        if len(head) == 2:
            found = type(self).answers(self.request.recv(struct.unpack("!H", head)[0]))
            if found is not None:
                self.request.sendall(struct.pack("!H", len(found)) + found)


def _handler(kind: type[_Handler], answers: Callable[[bytes], bytes | None]) -> type[_Handler]:
    return type(kind.__name__, (kind,), {"answers": staticmethod(answers)})
