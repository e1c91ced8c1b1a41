# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP as http.sys and IIS speak it: from a request on a connection to its answer.

Each machine listens with two of these, one for HTTP and one for HTTPS.
"""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from lynclab.contract.endpoint import Endpoint
from lynclab.contract.faults import Fault, Kind, When
from lynclab.contract.machine import Machine
from lynclab.journal import Journal, RequestEntry
from lynclab.logon import encryption
from lynclab.logon.account_files import AccountFiles
from lynclab.logon.authentication import ConnectionLogon
from lynclab.logon.mechanism import Door
from lynclab.wsman import faults as wsman_faults
from lynclab.wsman import soap
from lynclab.wsman.call import Call
from lynclab.wsman.service import Service

_LARGEST = 64 * 1024 * 1024
#: A header line as http.sys takes it: a ticket with another one inside is long.
_LONGEST_HEADER = 65536
_SOAP_TYPE = "application/soap+xml;charset=UTF-8"
_NOT_FOUND = (
    b'<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN""http://www.w3.org/TR/html4/strict.dtd">\r\n'
    b"<HTML><HEAD><TITLE>Not Found</TITLE></HEAD><BODY><h2>Not Found</h2><hr><p>HTTP Error 404. The requested resource "
    b"is not found.</p></BODY></HTML>\r\n"
)
_numbers = itertools.count(1)


class Dropped(Exception):
    """The connection was cut: nothing is answered."""


class Connection(RequestHandler):
    """One TCP connection: it has a number, an authentication of its own, and tells when it is gone."""

    __slots__ = ("gone", "logon")

    def __init__(self, manager: Front, logon: ConnectionLogon, **settings: Any) -> None:
        super().__init__(manager, **settings)
        self.logon = logon
        self.gone = asyncio.Event()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Told by the event loop."""
        self.gone.set()
        super().connection_lost(exc)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Told by the event loop."""
        super().connection_made(transport)
        tls = transport.get_extra_info("ssl_object")
        if tls is not None:
            self.logon.door = replace(self.logon.door, certificate=tls.getpeercert(binary_form=True))


@dataclass
class Exchange:
    """One request while it is answered, for the journal."""

    request: web.BaseRequest
    connection: Connection
    size: int = 0
    action: str = ""
    shell: str = ""
    encrypted: bool = False
    protocol: str | None = None
    status: int = 0
    sent: int = 0


class Front(web.Server):
    """The HTTP server of one machine on one port."""

    def __init__(
        self,
        machine: Machine,
        service: Service,
        files: AccountFiles,
        journal: Journal,
        endpoint_hash: bytes | None = None,
    ) -> None:
        super().__init__(self._answer, request_factory=self._new_request, access_log=None, lingering_time=0)
        self.machine = machine
        self._service = service
        self._files = files
        self._journal = journal
        self._endpoint_hash = endpoint_hash
        self._endpoints = {path.lower(): endpoint for path, endpoint in machine.endpoints.items()}

    def __call__(self) -> Connection:
        """A new connection, called by the event loop."""
        door = Door(self.machine, self._files, self._endpoint_hash)
        logon = ConnectionLogon(door, self._journal, next(_numbers))
        settings = {
            **self._kwargs,
            "keepalive_timeout": self.machine.wire.keep_alive,
            "max_field_size": _LONGEST_HEADER,
        }
        return Connection(self, logon, loop=self._loop, **settings)

    def _new_request(self, message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
        # Larger than any envelope: what is too large is for WSMan to say.
        return web.BaseRequest(message, payload, protocol, writer, task, self._loop, client_max_size=_LARGEST)

    def abort(self) -> None:
        """Cut every connection."""
        for connection in self.connections:
            if connection.transport is not None:
                connection.transport.abort()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        connection = request.protocol
        assert isinstance(connection, Connection)
        exchange = Exchange(request, connection)
        try:
            if self.machine.wire.round_trip:
                await asyncio.sleep(self.machine.wire.round_trip)
            response = await self._respond(exchange)
            response.headers.setdefault("Server", "Microsoft-HTTPAPI/2.0")
            exchange.status = response.status
            exchange.sent = _response_size(response)
            return response
        except Dropped:
            if connection.transport is not None:
                connection.transport.abort()
            return web.Response(status=500)
        finally:
            self._record(exchange)

    def _record(self, exchange: Exchange) -> None:
        logon = exchange.connection.logon
        self._journal.write(
            RequestEntry(
                machine=self.machine.name,
                path=exchange.request.path,
                action=exchange.action,
                connection=logon.number,
                account=logon.logon.qualified if logon.logon else "",
                authentication=logon.logon.authentication if logon.logon else "",
                secure=logon.secure,
                encrypted=exchange.encrypted,
                bytes_in=exchange.size,
                bytes_out=exchange.sent,
                status=exchange.status,
                shell=exchange.shell,
            )
        )

    async def _respond(self, exchange: Exchange) -> web.Response:
        request, logon = exchange.request, exchange.connection.logon
        body = await request.read()
        exchange.size = _request_size(request) + len(body)
        met_at_door = await self._meet_at_door(exchange)
        if met_at_door is not None:
            return met_at_door
        endpoint = self._endpoints.get(request.path.rstrip("/").lower())
        if endpoint is None:
            return _page(404, _NOT_FOUND, "text/html")
        content_type = request.headers.get("Content-Type", "")
        encrypted = encryption.is_encrypted(content_type)
        if encrypted and logon.logon is None and "Authorization" not in request.headers:
            # The keys were those of another connection; http.sys cannot know whose, and says Bad Request.
            return web.Response(status=400)
        outcome = logon.authenticate(request.headers.get("Authorization"), endpoint)
        if outcome.logon is None:
            offers = [outcome.token] if outcome.goes_on else logon.offers(endpoint)
            return _with_offers(web.Response(status=401), offers)
        if not body:
            return _with_offers(web.Response(status=200), [outcome.token] if outcome.token else [])
        if encrypted:
            exchange.protocol = logon.protocol(content_type)
            if exchange.protocol is None or logon.cipher is None:
                return web.Response(status=400)
            try:
                body = encryption.unwrap(body, logon.cipher, exchange.protocol)
            except encryption.Undecipherable:
                return web.Response(status=400)
            exchange.encrypted = True
        elif not logon.secure and not self.machine.wire.allow_unencrypted:
            return web.Response(status=500)
        response = await self._serve(exchange, endpoint, body)
        if exchange.protocol and logon.cipher is not None and response.content_type == "application/soap+xml":
            clear = bytes(response.body or b"")  # type: ignore[arg-type]
            sealed, sealed_type = encryption.wrap(clear, logon.cipher, exchange.protocol)
            response = web.Response(status=response.status, body=sealed, headers={"Content-Type": sealed_type})
        return _with_offers(response, [outcome.token] if outcome.token else [])

    async def _serve(self, exchange: Exchange, endpoint: Endpoint, body: bytes) -> web.Response:
        logon = exchange.connection.logon.logon
        assert logon is not None
        try:
            request = soap.parse(body)
        except soap.Malformed:
            return web.Response(status=400)
        exchange.action = request.name
        call = Call(request, logon, endpoint, exchange.connection.gone)
        exchange.shell = call.shell_id
        met = self.machine.faults.strike(request.name, self._service.cmdlets(request))
        limit = self.machine.limits.envelope_kilobytes * 1024
        try:
            replaced = await self._meet(When.BEFORE, met, call)
            if replaced is not None:
                return replaced
            if len(body) > limit:
                raise wsman_faults.envelope_too_large(limit)
            text, status = await self._service.serve(call), 200
        except soap.WSManFault as fault:
            text, status = self._fault(fault, request), 500
        exchange.shell = call.shell_id
        try:
            replaced = await self._meet(When.AFTER, met, call)
        except soap.WSManFault as fault:
            text, status = self._fault(fault, request), 500
            replaced = None
        if any(fault.kind is Kind.TRUNCATE for fault in met):
            text = text[: len(text) // 2]
        return replaced or _page(status, text, _SOAP_TYPE)

    async def _meet_at_door(self, exchange: Exchange) -> web.Response | None:
        """What is answered before anybody is asked who they are. Raises Dropped."""
        for fault in self.machine.faults.strike_at_door():
            if fault.kind is Kind.DROP:
                raise Dropped
            if fault.kind is Kind.DELAY:
                await asyncio.sleep(fault.seconds)
            elif fault.kind is Kind.SILENCE:
                await exchange.connection.gone.wait()
                raise Dropped
            elif fault.kind is Kind.HTTP_ERROR:
                page = _page(fault.status, fault.body, fault.content_type)
                if fault.server:
                    page.headers["Server"] = fault.server
                return page
        return None

    def _fault(self, fault: soap.WSManFault, request: soap.Request) -> bytes:
        return soap.answer(fault.action, fault.body(request.host or self.machine.name), request)

    async def _meet(self, when: When, met: list[Fault], call: Call) -> web.Response | None:
        """Let the faults of that moment strike. Returns an answer in place of the real one; raises Dropped."""
        now = [fault for fault in met if fault.when is when]
        if now and when is When.AFTER:
            await asyncio.gather(*call.started, return_exceptions=True)
        for fault in now:
            if fault.ends_shell:
                self._end_shell(call)
            if fault.kind is Kind.DROP:
                raise Dropped
            if fault.kind is Kind.DELAY:
                await asyncio.sleep(fault.seconds)
            elif fault.kind is Kind.SILENCE:
                await call.gone.wait()
                raise Dropped
            elif fault.kind is Kind.HTTP_ERROR:
                return _page(fault.status, fault.body, fault.content_type)
            elif fault.kind is Kind.WSMAN_FAULT:
                raise wsman_faults.by_code(fault.code, fault.message)
        return None

    def _end_shell(self, call: Call) -> None:
        shell = self._service.shells.get(call.shell_id)
        if shell is not None:
            shell.end("broken")


def _page(status: int, body: bytes, content_type: str) -> web.Response:
    return web.Response(status=status, body=body, headers={"Content-Type": content_type})


def _with_offers(response: web.Response, offers: list[str]) -> web.Response:
    for offer in offers:
        response.headers.add("WWW-Authenticate", offer)
    if not response.body:
        response.headers.pop("Content-Type", None)
    return response


def _request_size(request: web.BaseRequest) -> int:
    first = len(request.method) + len(request.raw_path) + len("  HTTP/1.1\r\n\r\n")
    return first + sum(len(name) + len(value) + 4 for name, value in request.raw_headers)


def _response_size(response: web.Response) -> int:
    headers = sum(len(name) + len(value) + 4 for name, value in response.headers.items())
    return len("HTTP/1.1 200 OK\r\n\r\n") + headers + len(bytes(response.body or b""))  # type: ignore[arg-type]
