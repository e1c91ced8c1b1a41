# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that are malformed, oversized or malicious: the server's own, with something in it changed on its way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from faults import Fault, always
from proxy import Exchange, Strike
from records import Change, RecordChanger, with_fragment_length

NASTY = "\x1b[31m\r\nPLAY RECAP *****\r\nlocalhost : ok=1 failed=0"
"""What a terminal must never get from a server."""
SITE = b"Lisbon"
"""The name of the lab's first site."""
LARGE_BYTES = 24 << 20
DEPTH = 6000
ENTITY_BYTES, ENTITIES, PADDING_BYTES = 64 << 10, 8000, 6 << 20
"""Entities that come to 500 MiB in an envelope of 6 MiB: less than the 100-fold at which expat stops by itself."""

_PROPERTIES = re.compile(rb"<(?:Props|MS)>")
_BOOLEAN = re.compile(rb"(<B[^>]*>)(?:true|false)(?=</B>)")
_NAME = re.compile(rb'<S N="(Name|Fqdn)">[^<]*</S>')
_ESCAPED = "".join(f"_x{ord(character):04X}_" if character < " " else character for character in NASTY)
ERROR_RECORD = (
    '<Obj RefId="0"><TN RefId="0"><T>System.Management.Automation.ErrorRecord</T><T>System.Object</T></TN>'
    f'<ToString>{_ESCAPED}</ToString><MS><Obj N="Exception" RefId="1"><TN RefId="1"><T>System.Exception</T>'
    f'<T>System.Object</T></TN><ToString>{_ESCAPED}</ToString><Props><S N="Message">{_ESCAPED}</S></Props></Obj>'
    f'<Nil N="TargetObject" /><S N="FullyQualifiedErrorId">{_ESCAPED},Lync</S><Nil N="InvocationInfo" />'
    '<I32 N="ErrorCategory_Category">0</I32><S N="ErrorCategory_Activity"></S>'
    '<S N="ErrorCategory_Reason">Exception</S><S N="ErrorCategory_TargetName"></S><S N="ErrorCategory_TargetType"></S>'
    f'<S N="ErrorCategory_Message">NotSpecified: (:) [], {_ESCAPED}</S><B N="SerializeExtendedInfo">false</B></MS></Obj>'
).encode()
_INSERTED = {
    "bad-guid": b'<G N="Marker">no-guid</G>',
    "unknown-reference": b'<Ref N="Marker" RefId="4711" />',
    "lone-surrogate": b'<S N="Marker">_xD800_</S>',
    "no-utf-8": b'<S N="Marker">\xff\xfe\xc3(</S>',
    "deep-nesting": b'<Obj N="Marker" RefId="9000"><MS>' * DEPTH + b"</MS></Obj>" * DEPTH,
}


def table() -> Iterator[Fault]:
    """The hostile answers, each to a Receive that brings records."""
    for name, inserted in _INSERTED.items():
        yield _fault(name, RecordChanger(_insertion(inserted)))
    yield _fault("empty-boolean", RecordChanger(lambda clixml: _BOOLEAN.sub(rb"\1", clixml, count=1)))
    yield _fault("null-name", RecordChanger(lambda clixml: _NAME.sub(rb'<Nil N="\1" />', clixml), everywhere=True))
    yield _fault("fragment-too-long", lambda body: with_fragment_length(body, 1000), only_psrp=True)
    yield _fault("fragment-too-short", lambda body: with_fragment_length(body, -10), only_psrp=True)
    yield _fault("entities-in-record", RecordChanger(_with_entities), kind="size")
    yield _fault("entities-in-envelope", _nested, kind="size")
    yield _fault("large", RecordChanger(_large), kind="size")
    error = RecordChanger(lambda _clixml: ERROR_RECORD, error=True)
    yield _fault("nasty-error", error, kind="control characters", says_failed=True)
    yield _fault(
        "nasty-site", RecordChanger(_with_nasty_site, everywhere=True), kind="control characters", lasting=True
    )


def _fault(
    name: str, rewrite: Callable[[bytes], bytes], kind: str = "malformed", *, lasting: bool = False, **further: Any
) -> Fault:
    """``lasting``: every later answer of the host is rewritten, too."""
    strike = _rewriting(rewrite, lasting=lasting)
    return Fault(name, kind, always(strike), server_ran=True, needs_records=True, **further)


def _rewriting(rewrite: Callable[[bytes], bytes], *, lasting: bool) -> Strike:
    """Where there is nothing to rewrite, pass on and wait for the next answer of the class."""

    async def strike(exchange: Exchange) -> None:
        answered = await exchange.forward()
        body = rewrite(answered.body)
        if body == answered.body and exchange.proxy.ever is None:
            exchange.miss()
        elif lasting:
            exchange.proxy.ever = strike
        await exchange.answer(answered.with_body(body))

    return strike


def _insertion(inserted: bytes) -> Change:
    """Put something among a record's properties, in front."""

    def change(clixml: bytes) -> bytes:
        found = _PROPERTIES.search(clixml)
        return clixml if found is None else clixml[: found.end()] + inserted + clixml[found.end() :]

    return change


def _large(clixml: bytes) -> bytes:
    return _insertion(b'<S N="Marker">' + b"x" * LARGE_BYTES + b"</S>")(clixml)


def _with_nasty_site(clixml: bytes) -> bytes:
    return clixml.replace(SITE, _ESCAPED.encode())


def _with_entities(clixml: bytes) -> bytes:
    """A million characters from two thousand."""
    entities = b'<!DOCTYPE x [<!ENTITY a "' + b"A" * 1000 + b'"><!ENTITY h "' + b"&a;" * 1000 + b'">]>'
    changed = _insertion(b'<S N="Marker">&h;</S>')(clixml)
    return clixml if changed == clixml else entities + changed


def _nested(body: bytes) -> bytes:
    doctype = b'<!DOCTYPE x [<!ENTITY h "' + b"A" * ENTITY_BYTES + b'"><!-- ' + b"x" * PADDING_BYTES + b" -->]>"
    return doctype + body.replace(b"</s:Body>", b"<h>" + b"&h;" * ENTITIES + b"</h></s:Body>")
