# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The faults that can befall any request: what each does, whether the server gets to see the request, how long it lasts."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import wire
from proxy import Exchange, Strike

AWAY_SECONDS = 2.5
"""How long a server is away that comes back soon: a service that is started again."""
PAST_SECONDS = 30.0
"""How long after the deadline a fault goes on that is to outlast it: longer than any machine is late. It ends with its client."""
TRICKLE_SECONDS = 1.0
"""Between two bytes of a trickle: shorter than any read time-out, so that only a deadline over the whole ends it."""
ENDLESS_BYTES = 1 << 30
"""Where even an endless answer ends, to spare the machine of whoever runs this."""
SOAP_TYPE = "application/soap+xml;charset=UTF-8"


@dataclass(frozen=True)
class Surroundings:
    """What faults need to know. ``deadline`` is that of one command, in seconds; ``elsewhere`` the URL of another server, to
    which nobody may go; what is random comes from ``random``; ``deployment`` is the lab's own, for what somebody else does there.
    """

    deadline: float
    elsewhere: str
    random: random.Random
    deployment: object = None

    @property
    def too_long(self) -> float:
        """Seconds that nobody may wait."""
        return self.deadline + PAST_SECONDS


@dataclass(frozen=True)
class Fault:
    """A row of the matrix.

    :ivar kind: the group under which it is counted.
    :ivar server_ran: whether the server sees the request and answers it, whatever the client then gets.
    :ivar unreachable: whether the server cannot be reached from then on.
    :ivar slow: whether it costs whoever meets it a whole deadline.
    :ivar refuses_logon: whether nobody may log on again afterwards, not even to tidy up.
    :ivar needs_records: whether it changes the records in an answer; ``only_psrp``: those of PSRP.
    :ivar denies_shell: whether it says that there is no such shell, which nobody would then delete.
    :ivar says_failed: whether it says that a cmdlet failed which the server ran.
    :ivar by_others: nothing is wrong on the wire, but somebody else changes what the run changes.
    """

    name: str
    kind: str
    make: Callable[[Surroundings], Strike]
    server_ran: bool = False
    unreachable: bool = False
    slow: bool = False
    refuses_logon: bool = False
    needs_records: bool = False
    only_psrp: bool = False
    by_others: bool = False
    denies_shell: bool = False
    says_failed: bool = False


def always(strike: Strike) -> Callable[[Surroundings], Strike]:
    """A fault that is the same in all surroundings."""
    return lambda _surroundings: strike


def table() -> Iterator[Fault]:
    """The faults of the wire."""
    yield from _connections()
    yield from _slow()
    yield from _no_soap()
    yield from _redirects()
    yield from _statuses()
    yield from _wsman()


# Connections that break


def _connections() -> Iterator[Fault]:
    kind = "connection"
    yield Fault("refuse-for-a-while", kind, always(_vanish(AWAY_SECONDS)))
    yield Fault("refuse-for-good", kind, always(_vanish(None)), unreachable=True)
    yield Fault("reset-before", kind, always(_reset_before))
    yield Fault("reset-after", kind, always(_reset_after), server_ran=True)
    yield Fault("gone-after", kind, always(_gone_after), server_ran=True, unreachable=True)
    yield Fault("truncate", kind, always(_truncate), server_ran=True)
    yield Fault("duplicate", kind, always(_duplicate), server_ran=True)


def _vanish(seconds: float | None) -> Strike:
    async def strike(exchange: Exchange) -> None:
        exchange.proxy.vanish(seconds)

    return strike


async def _reset_before(exchange: Exchange) -> None:
    exchange.reset()


async def _reset_after(exchange: Exchange) -> None:
    await exchange.forward()
    exchange.reset()


async def _gone_after(exchange: Exchange) -> None:
    await exchange.forward()
    exchange.proxy.vanish()


async def _truncate(exchange: Exchange) -> None:
    answered = await exchange.forward()
    await exchange.send(answered.head + answered.body[: len(answered.body) // 2])
    exchange.hang_up()


async def _duplicate(exchange: Exchange) -> None:
    answered = await exchange.forward()
    await exchange.send(answered.encoded * 2)


# Answers that do not end in time


def _slow() -> Iterator[Fault]:
    kind = "deadline"
    yield Fault("trickle-header", kind, lambda known: _trickle(known, header=True), server_ran=True, slow=True)
    yield Fault("trickle-body", kind, lambda known: _trickle(known, header=False), server_ran=True, slow=True)
    yield Fault("delay", kind, _delay, server_ran=True, slow=True)
    yield Fault("endless", "size", always(_endless))


def _trickle(surroundings: Surroundings, *, header: bool) -> Strike:
    async def strike(exchange: Exchange) -> None:
        answered = await exchange.forward()
        begun, slowly = (b"", answered.encoded) if header else (answered.head, answered.body)
        await exchange.send(begun)
        loop = asyncio.get_running_loop()
        until = loop.time() + surroundings.too_long
        for position in range(len(slowly)):
            if loop.time() > until:
                exchange.reset()
            await exchange.send(slowly[position : position + 1])
            await exchange.sleep(TRICKLE_SECONDS)

    return strike


def _delay(surroundings: Surroundings) -> Strike:
    async def strike(exchange: Exchange) -> None:
        answered = await exchange.forward()
        await exchange.sleep(surroundings.too_long)
        await exchange.answer(answered)

    return strike


async def _endless(exchange: Exchange) -> None:
    """Chunks of a body that looks like the beginning of an envelope and never ends."""
    await exchange.send(
        f"HTTP/1.1 200 OK\r\nContent-Type: {SOAP_TYPE}\r\nTransfer-Encoding: chunked\r\n\r\n".encode("ascii")
    )
    block = b"<!-- " + b"x" * 65526 + b"-->"
    for _number in range(ENDLESS_BYTES // len(block)):
        await exchange.send(b"%x\r\n%s\r\n" % (len(block), block))
    exchange.reset()


# Answers that are no SOAP


def _no_soap() -> Iterator[Fault]:
    kind = "no SOAP"
    page = b"<html><head><title>Sign in</title></head><body>Please accept the terms of this network.</body></html>"
    yield Fault("html", kind, always(_answers(wire.answer(200, page))))
    yield Fault("empty", kind, always(_answers(wire.answer(200))))
    yield Fault("garbage", kind, lambda known: _answers(wire.answer(200, known.random.randbytes(3000), SOAP_TYPE)))
    yield Fault("no-http", kind, lambda known: _sends(known.random.randbytes(3000) + b"\r\n\r\n"))


def _answers(message: wire.Message) -> Strike:
    async def strike(exchange: Exchange) -> None:
        await exchange.answer(message)

    return strike


def _sends(data: bytes) -> Strike:
    async def strike(exchange: Exchange) -> None:
        await exchange.send(data)
        exchange.hang_up()

    return strike


# Redirects: nobody may follow them


def _redirects() -> Iterator[Fault]:
    for status in (301, 302, 307):
        yield Fault(f"{status}-elsewhere", "redirect", _elsewhere(status))
        yield Fault(f"{status}-itself", "redirect", always(_itself(status)), server_ran=True)


def _elsewhere(status: int) -> Callable[[Surroundings], Strike]:
    return lambda known: _answers(wire.answer(status, Location=known.elsewhere))


def _itself(status: int) -> Strike:
    """The server does what it was asked, and each who follows asks it once more."""

    async def strike(exchange: Exchange) -> None:
        await exchange.forward()
        await exchange.answer(wire.answer(status, Location=exchange.request.path))

    return strike


# HTTP errors


def _statuses() -> Iterator[Fault]:
    kind = "HTTP status"
    for status in (400, 403, 404, 500, 502, 503):
        yield Fault(str(status), kind, always(_answers(_page(status))))
    yield Fault("401", kind, always(_answers(_unauthorised())), refuses_logon=True)
    for_good = _for_good(_answers(_unauthorised()))
    yield Fault("401-for-good", kind, always(for_good), unreachable=True, refuses_logon=True)
    yield Fault("502-after", kind, always(_after(_page(502))), server_ran=True)


def _page(status: int) -> wire.Message:
    return wire.answer(status, b"<html><body><h1>Status %d</h1></body></html>" % status)


def _unauthorised() -> wire.Message:
    return wire.answer(401, WWW_Authenticate='Basic realm="WSMAN"')


def _for_good(strike: Strike) -> Strike:
    async def strike_always(exchange: Exchange) -> None:
        exchange.proxy.ever = strike
        await strike(exchange)

    return strike_always


def _after(message: wire.Message) -> Strike:
    """As a gateway answers that has lost the server's answer."""

    async def strike(exchange: Exchange) -> None:
        await exchange.forward()
        await exchange.answer(message)

    return strike


# WSMan faults, with the codes of wsmerror.h


@dataclass(frozen=True)
class _WSMan:
    name: str
    code: int
    subcode: str
    text: str


_NO_SHELL = _WSMan("invalid-selector", 2150858843, "w:InvalidSelectors", "The request contained invalid selectors.")
_WSMAN = (
    _WSMan("quota", 2150859173, "w:QuotaLimit", "This user is allowed a maximum number of 5 concurrent shells."),
    _WSMan("time-out", 2150858793, "w:TimedOut", "The operation did not complete within OperationTimeout."),
    _NO_SHELL,
    _WSMan("access-denied", 5, "w:AccessDenied", "Access is denied. "),
)
_ENVELOPE = (
    '<s:Envelope xml:lang="en-US" xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
    'xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"><s:Header>'
    "<a:Action>http://schemas.dmtf.org/wbem/wsman/1/wsman/fault</a:Action><a:MessageID>uuid:{own}</a:MessageID>"
    "<a:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To>"
    "<a:RelatesTo>{theirs}</a:RelatesTo></s:Header><s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value>"
    "<s:Subcode><s:Value>{subcode}</s:Value></s:Subcode></s:Code>"
    '<s:Reason><s:Text xml:lang="en-US">{text}</s:Text></s:Reason><s:Detail>'
    '<f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="{code}" Machine="server">'
    "<f:Message>{text}</f:Message></f:WSManFault></s:Detail></s:Fault></s:Body></s:Envelope>"
)


def _wsman() -> Iterator[Fault]:
    for one in _WSMAN:
        yield Fault(f"wsman-{one.name}", "WSMan fault", always(_faulted(one)), denies_shell=one is _NO_SHELL)


def _faulted(fault: _WSMan) -> Strike:
    async def strike(exchange: Exchange) -> None:
        text = _ENVELOPE.format(
            own=uuid.uuid4(),
            theirs=exchange.known.message_id,
            subcode=fault.subcode,
            code=fault.code,
            text=fault.text,
        )
        await exchange.answer(wire.answer(500, text.encode(), SOAP_TYPE))

    return strike
