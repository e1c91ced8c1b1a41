# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small WSMan server on loopback that behaves, except where a test lets it answer something else.

It knows no logon: whoever comes is let in. Over PSRP it opens a runspace pool as a real engine did (the recordings); over WinRS it
is the host of the script.
"""

from __future__ import annotations

import base64
import contextlib
import datetime
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.incoming import Kind
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils.recordings import cases, fragments, message_of

Write = Callable[[bytes], None]
Answer = Callable[[Write, str], None]
"""Answers one request: takes how to write, and the message id to which the answer is to relate."""

COMPLETED = '<Obj RefId="0"><MS><I32 N="PipelineState">4</I32></MS></Obj>'
_SOAP = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
    'xmlns:rsp="http://schemas.microsoft.com/wbem/wsman/1/windows/shell" '
    'xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" '
    'xmlns:x="http://schemas.xmlsoap.org/ws/2004/09/transfer"><s:Header><a:RelatesTo>{relates}</a:RelatesTo></s:Header>'
    "<s:Body>{body}</s:Body></s:Envelope>"
)
_CREATED = (
    "<x:ResourceCreated><a:ReferenceParameters><w:SelectorSet><w:Selector Name='ShellId'>1</w:Selector></w:SelectorSet>"
    "</a:ReferenceParameters></x:ResourceCreated><rsp:Shell><rsp:ShellId>1</rsp:ShellId></rsp:Shell>"
)
_COMMAND = "<rsp:CommandResponse><rsp:CommandId>{}</rsp:CommandId></rsp:CommandResponse>"
_DONE = '<rsp:CommandState State="http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState/Done">{}</rsp:CommandState>'


class HostileServer:
    """Answers until it is closed.

    :param certificate: serve TLS with this file (certificate and key).
    """

    def __init__(self, certificate: Path | None = None) -> None:
        self.instead: dict[str, Answer] = {}
        """What is answered to a step: create, open, command, send, receive, get, signal, delete."""
        self.connection: Answer | None = None
        """What is done with a connection before anything is read, the handshake of TLS included."""
        self.output: list[str] = []
        """CLIXML of the objects that the next command writes."""
        self.steps: list[str] = []
        self.headers: list[str] = []
        self._context: ssl.SSLContext | None = None
        if certificate is not None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(certificate)
        self._closed = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def __enter__(self) -> HostileServer:
        return self

    def __exit__(self, *raised: object) -> None:
        self._closed.set()
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port)).close()
        for thread in self._threads:
            thread.join(10)
        self._listening.close()

    def pause(self, seconds: float) -> None:
        """Wait, not longer than until the server is closed."""
        if self._closed.wait(seconds):
            raise OSError("the server is closed")

    def _accept(self) -> None:
        while True:
            accepted, _peer = self._listening.accept()
            if self._closed.is_set():
                accepted.close()
                return
            thread = threading.Thread(target=self._serve, args=(accepted,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, accepted: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), accepted:
            if self.connection is not None:
                self.connection(accepted.sendall, "")
                return
            connection = self._context.wrap_socket(accepted, server_side=True) if self._context else accepted
            connection.settimeout(0.2)
            with connection:
                while True:
                    self._answer(connection, *self._request(connection))

    def _request(self, connection: socket.socket) -> tuple[str, str]:
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._received(connection)
        head, _end, body = data.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head.lower())
        while length is not None and len(body) < int(length[1]):
            body += self._received(connection)
        self.headers.append(head.decode("latin-1"))
        return head.decode("latin-1"), body.decode()

    def _received(self, connection: socket.socket) -> bytes:
        while not self._closed.is_set():
            with contextlib.suppress(TimeoutError):
                data = connection.recv(65_536)
                if data:
                    return data
                break
        raise OSError("closed")

    def _answer(self, connection: socket.socket, _head: str, body: str) -> None:
        step, relates = _step(body), _found(r"MessageID>([^<]*)<", body)
        self.steps.append(step)
        connection.settimeout(30)
        try:
            if step in self.instead:
                self.instead[step](connection.sendall, relates)
            else:
                connection.sendall(response(soap(self._behaved(step, body), relates)))
        finally:
            connection.settimeout(0.2)

    def _behaved(self, step: str, body: str) -> str:
        command = _found(r'CommandId="([^"]*)"', body) or "1"
        match step:
            case "create":
                return _CREATED
            case "open":
                opening = cases()["session: opening a runspace pool"]["messages"]
                return received((getattr(Kind, one["type"]), one["clixml"]) for one in opening)
            case "command":
                return _COMMAND.format(command)
            case "receive" if "windows/shell/cmd" in body:
                return streamed("\n".join(self.output).encode(), done=True)
            case "receive":
                written = [(Kind.PIPELINE_OUTPUT, one) for one in self.output]
                return received([*written, (Kind.PIPELINE_STATE, COMPLETED)])
        return ""


def _step(body: str) -> str:
    action = _found(r"Action[^>]*>([^<]*)<", body).rpartition("/")[2].lower()
    return "open" if action == "receive" and "CommandId" not in body else action


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    return found[1] if found else ""


def soap(body: str, relates: str) -> bytes:
    return _SOAP.format(relates=relates, body=body).encode()


def received(messages: Iterable[tuple[int, str]]) -> str:
    """The body of an answer to Receive that holds PSRP messages."""
    return streamed(
        b"".join(
            fragment
            for number, (kind, text) in enumerate(messages, 1)
            for fragment in fragments(number, message_of(kind, text))
        )
    )


def streamed(data: bytes, done: bool = False) -> str:
    """The body of an answer to Receive that holds these bytes."""
    stream = f'<rsp:Stream Name="stdout">{base64.b64encode(data).decode()}</rsp:Stream>'
    return f"<rsp:ReceiveResponse>{stream}{_DONE.format('<rsp:ExitCode>0</rsp:ExitCode>') if done else ''}</rsp:ReceiveResponse>"


def response(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    """An HTTP answer."""
    stated = {"Content-Type": "application/soap+xml;charset=UTF-8", "Content-Length": str(len(body)), **headers}
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in stated.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


# Answers


def writes(*objects: str) -> Answer:
    """A command that wrote these objects, as CLIXML, and is done."""
    messages = [*((int(Kind.PIPELINE_OUTPUT), one) for one in objects), (int(Kind.PIPELINE_STATE), COMPLETED)]
    return answers(received(messages))


def answers(body: str) -> Answer:
    """A SOAP body."""
    return lambda write, relates: write(response(soap(body, relates)))


def says(data: bytes) -> Answer:
    """These bytes, whatever was asked."""
    return lambda write, relates: write(data)


def trickles(server: HostileServer, data: bytes, after: int = 0, seconds: float = 0.05) -> Answer:
    """A byte at a time, from the ``after``-th on."""

    def answer(write: Write, relates: str) -> None:
        write(data[:after])
        for position in range(after, len(data)):
            server.pause(seconds)
            write(data[position : position + 1])

    return answer


def endless(write: Write, relates: str) -> None:
    """A chunked answer that never ends."""
    write(b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nTransfer-Encoding: chunked\r\n\r\n")
    chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        write(chunk)


def certificate(folder: Path) -> Path:
    """A file with a certificate for 127.0.0.1, which is its own CA, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.timezone.utc)
    issued = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        issued.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return file


def psrp_options(port: int, ca: Path | None = None) -> dict[str, Any]:
    """Options of the connection plugin psrp that lead to a server."""
    return {
        "remote_addr": "127.0.0.1",
        "port": port,
        "protocol": "http" if ca is None else "https",
        "ca_cert": None if ca is None else str(ca),
        "auth": "basic",
        "message_encryption": "never" if ca is None else "auto",
        "ignore_proxy": True,
    }
