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
from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

SOAP = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"

_ANONYMOUS = f"{ADDRESSING}/role/anonymous"
_FAULT = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
_ENVELOPE = (
    f'<s:Envelope xml:lang="en-US" xmlns:s="{SOAP}" xmlns:a="{ADDRESSING}" xmlns:x="{TRANSFER}" xmlns:n="{ENUMERATION}" '
    f'xmlns:w="{WSMAN}" xmlns:rsp="{SHELL}" xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd">'
)
_DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>-?\d+(?:\.\d+)?)S)?)?"
)


class Malformed(Exception):
    """The body is no SOAP envelope with an action."""


@dataclass(frozen=True)
class Provider:
    """A part of the service that says what went wrong, with the file it is in.

    ``nested``: it says so with a ``WSManFault`` of its own and not with the bare text.
    """

    name: str
    path: str
    nested: bool = False


class WSManFault(Exception):
    """A fault to answer with.

    ``code`` is the number in ``WSManFault`` (None: Windows sends the fault without details), ``subcode`` the qualified
    name, ``reason`` the text of the SOAP fault where it differs from the message, ``provider`` who says so where it is not
    the service itself. ``provider_detail`` is the XML that a provider puts in place of ``WSManFault``.
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
        provider: Provider | None = None,
        provider_detail: str = "",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.subcode = subcode
        self.message = message
        self.reason = reason or message
        self.detail = detail
        self.sender = sender
        self.provider = provider
        self.provider_detail = provider_detail

    @property
    def action(self) -> str:
        """The action of an answer with this fault: that of the vocabulary from which its subcode is."""
        return f"{ADDRESSING}/fault" if self.subcode.startswith("a:") else f"{WSMAN.rsplit('/', 1)[0]}/wsman/fault"

    def body(self, machine: str) -> str:
        """The SOAP body. ``machine`` is the name by which the client calls the server."""
        details = f"<s:Detail>{self.provider_detail}</s:Detail>" if self.provider_detail else ""
        if self.code is not None:
            kind = f"<w:FaultDetail>{WSMAN.rsplit('/', 1)[0]}/wsman/faultDetail/{self.detail}</w:FaultDetail>"
            details = f"<s:Detail>{kind if self.detail else ''}{self._coded(machine)}</s:Detail>"
        return (
            f"<s:Fault><s:Code><s:Value>s:{'Sender' if self.sender else 'Receiver'}</s:Value>"
            f"<s:Subcode><s:Value>{self.subcode}</s:Value></s:Subcode></s:Code>"
            f'<s:Reason><s:Text xml:lang="en-US">{escape(self.reason)}</s:Text></s:Reason>{details}</s:Fault>'
        )

    def _coded(self, machine: str) -> str:
        def coded(message: str) -> str:
            head = f'<f:WSManFault xmlns:f="{_FAULT}" Code="{self.code}" Machine={quoteattr(machine)}>'
            return f"{head}<f:Message>{message}</f:Message></f:WSManFault>"

        text = escape(self.message)
        if self.provider is None:
            return coded(text)
        said = coded(text) if self.provider.nested else text
        named = f"provider={quoteattr(self.provider.name)} path={quoteattr(self.provider.path)}"
        return coded(f"<f:ProviderFault {named}>{said}</f:ProviderFault>")


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
    def host(self) -> str:
        """The name by which the client calls the server; nothing where it does not say."""
        return urlsplit(self.to).hostname or ""

    @property
    def shell_id(self) -> str:
        """The shell that it names, in capitals; nothing without one."""
        return self.selectors.get("ShellId", "").upper()

    @property
    def filtered_shell_id(self) -> str:
        """The shell that an Enumerate asks about, in capitals; nothing without one."""
        selectors = () if self.body is None else self.body.iter(f"{{{WSMAN}}}Selector")
        return next(((s.text or "").strip().upper() for s in selectors if s.get("Name") == "ShellId"), "")

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
