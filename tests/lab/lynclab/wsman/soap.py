# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SOAP envelopes of WS-Management: reading requests, writing answers and faults in the words that Windows uses.

The shape of the answers (prefixes, headers, fault details) is that of the recordings of real Windows servers in pypsrp's
repository.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

SOAP = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
FAULT_ACTION = "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault"

_ANONYMOUS = f"{ADDRESSING}/role/anonymous"
_ENVELOPE = (
    f'<s:Envelope xml:lang="en-US" xmlns:s="{SOAP}" xmlns:a="{ADDRESSING}" xmlns:x="{TRANSFER}" xmlns:w="{WSMAN}" '
    f'xmlns:rsp="{SHELL}" xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd">'
)
_DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>-?\d+(?:\.\d+)?)S)?)?"
)


class Malformed(Exception):
    """The body is no SOAP envelope with an action."""


class WSManFault(Exception):
    """A fault to answer with.

    ``code`` is the number in ``WSManFault`` (None: Windows sends the fault without details), ``subcode`` the qualified
    name, ``reason`` the text of the SOAP fault where it differs from the message. ``provider_detail`` is the XML that a
    provider of the service puts in place of ``WSManFault``.
    """

    def __init__(
        self,
        code: int | None,
        subcode: str,
        message: str,
        *,
        reason: str | None = None,
        detail: str = "",
        sender: bool = True,
        provider_detail: str = "",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.subcode = subcode
        self.message = message
        self.reason = reason or message
        self.detail = detail
        self.sender = sender
        self.provider_detail = provider_detail

    def body(self, machine: str) -> str:
        """The SOAP body. ``machine`` is the name that the client used."""
        details = f"<s:Detail>{self.provider_detail}</s:Detail>" if self.provider_detail else ""
        if self.code is not None:
            kind = f"<w:FaultDetail>{WSMAN.rsplit('/', 1)[0]}/wsman/faultDetail/{self.detail}</w:FaultDetail>"
            details = (
                f"<s:Detail>{kind if self.detail else ''}"
                f'<f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="{self.code}" '
                f"Machine={quoteattr(machine)}><f:Message>{escape(self.message)}</f:Message></f:WSManFault></s:Detail>"
            )
        return (
            f"<s:Fault><s:Code><s:Value>s:{'Sender' if self.sender else 'Receiver'}</s:Value>"
            f"<s:Subcode><s:Value>{self.subcode}</s:Value></s:Subcode></s:Code>"
            f'<s:Reason><s:Text xml:lang="en-US">{escape(self.reason)}</s:Text></s:Reason>{details}</s:Fault>'
        )


@dataclass(frozen=True)
class Request:
    """A request's envelope. Times in seconds, ``max_envelope`` in bytes; ``name`` is the last part of the action."""

    action: str
    message_id: str
    resource_uri: str
    to: str
    operation_timeout: str
    max_envelope: int
    selectors: Mapping[str, str]
    options: Mapping[str, str]
    body: ElementTree.Element | None

    @property
    def name(self) -> str:
        """``Create``, ``Receive`` and so on."""
        return self.action.rsplit("/", 1)[-1]

    @property
    def shell_id(self) -> str:
        """The shell that it names, in capitals; nothing without one."""
        return self.selectors.get("ShellId", "").upper()

    @property
    def command_id(self) -> uuid.UUID | None:
        """The command that it names, on its body's first element or on a stream in it."""
        if self.body is None:
            return None
        names = [element.get("CommandId") for element in (self.body, *self.body)]
        return identifier(next((name for name in names if name), None))

    def body_text(self, name: str) -> str:
        """The text of an element of the shell's vocabulary in the body; nothing without one."""
        return (self.body.findtext(f"{{{SHELL}}}{name}") or "").strip() if self.body is not None else ""


def parse(data: bytes) -> Request:
    """Read an envelope. Raises Malformed."""
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        raise Malformed(str(error)) from error
    header = root.find(f"{{{SOAP}}}Header")
    if root.tag != f"{{{SOAP}}}Envelope" or header is None:
        raise Malformed("no SOAP envelope with a header")

    def text(namespace: str, name: str) -> str:
        return (header.findtext(f"{{{namespace}}}{name}") or "").strip()

    def named(group: str, item: str) -> dict[str, str]:
        found = header.iterfind(f"{{{WSMAN}}}{group}/{{{WSMAN}}}{item}")
        return {element.get("Name", ""): (element.text or "").strip() for element in found}

    action = text(ADDRESSING, "Action")
    if not action:
        raise Malformed("no action")
    size = text(WSMAN, "MaxEnvelopeSize")
    body = root.find(f"{{{SOAP}}}Body")
    return Request(
        action=action,
        message_id=text(ADDRESSING, "MessageID"),
        resource_uri=text(WSMAN, "ResourceURI"),
        to=text(ADDRESSING, "To"),
        operation_timeout=text(WSMAN, "OperationTimeout"),
        max_envelope=int(size) if size.isdigit() else 153600,
        selectors=named("SelectorSet", "Selector"),
        options=named("OptionSet", "Option"),
        body=body[0] if body is not None and len(body) else None,
    )


def identifier(text: str | None) -> uuid.UUID | None:
    """A GUID; None for anything else."""
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


def seconds(duration: str) -> float | None:
    """An ISO 8601 duration in seconds; None for anything else."""
    match = _DURATION.fullmatch(duration)
    if match is None or duration in ("P", "-P", "PT"):
        return None
    units = (("days", 86400), ("hours", 3600), ("minutes", 60), ("seconds", 1))
    total = sum(float(match[unit] or 0) * factor for unit, factor in units)
    return -total if match["sign"] else total


def answer(action: str, body: str, request: Request | None) -> bytes:
    """An answer's envelope around its body."""
    relates = f"<a:RelatesTo>{escape(request.message_id)}</a:RelatesTo>" if request is not None else ""
    return (
        f"{_ENVELOPE}<s:Header><a:Action>{action}</a:Action>"
        f"<a:MessageID>uuid:{str(uuid.uuid4()).upper()}</a:MessageID>"
        f"<p:ActivityId>{str(uuid.uuid4()).upper()}</p:ActivityId>"
        f"<a:To>{_ANONYMOUS}</a:To>{relates}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()
