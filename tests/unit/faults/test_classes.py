# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The class of a request, told from what passes on the wire."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from classes import EDGE, FRONT_END, Observer, Progress, RequestClass

COMMAND = "7D4A2E0C-0000-0000-0000-000000000001"


def envelope(message: str, body: str = "") -> bytes:
    return (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
        'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
        'xmlns:rsp="http://schemas.microsoft.com/wbem/wsman/1/windows/shell">'
        f"<s:Header><a:Action>http://schemas.microsoft.com/wbem/wsman/1/windows/shell/{message}</a:Action>"
        f"<a:MessageID>uuid:1</a:MessageID></s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def pipeline(*cmdlets: str) -> bytes:
    """A Command over PSRP."""
    names = encoded("\0\1binary" + "".join(f'<S N="Cmd">{name}</S>' for name in cmdlets))
    return envelope(
        "Command", f'<rsp:CommandLine CommandId="{COMMAND}"><rsp:Arguments>{names}</rsp:Arguments></rsp:CommandLine>'
    )


def script_input(*cmdlets: str) -> bytes:
    """A Send over WinRS."""
    lines = "\n".join(encoded(f'<S N="Key">Name</S><S N="Value">{name}</S>') for name in cmdlets)
    return envelope(
        "Send", f'<rsp:Send><rsp:Stream Name="stdin" CommandId="{COMMAND}">{encoded(lines)}</rsp:Stream></rsp:Send>'
    )


def receive() -> bytes:
    stream = f'<rsp:DesiredStream CommandId="{COMMAND.lower()}">stdout</rsp:DesiredStream>'
    return envelope("Receive", f"<rsp:Receive>{stream}</rsp:Receive>")


def signal() -> bytes:
    return envelope("Signal", f'<rsp:Signal CommandId="{COMMAND}" />')


def seen(observer: Observer, *bodies: bytes) -> list[str]:
    return [str(observer.observe(body).request_class) for body in bodies]


@pytest.fixture
def observer() -> Observer:
    return Observer(FRONT_END, Progress())


@pytest.mark.parametrize("begin", [pipeline, script_input])
def test_what_follows_a_command_is_about_its_cmdlets(observer: Observer, begin: Callable[..., bytes]) -> None:
    first, *rest = seen(observer, begin("Get-CsPool", "Get-CsSite", "Get-CsPool"), receive(), signal())
    assert first in ("front-end/before/Command/Get-CsPool+Get-CsSite", "front-end/before/Send/Get-CsPool+Get-CsSite")
    assert rest == ["front-end/before/Receive/Get-CsPool+Get-CsSite", "front-end/before/Signal/-"]


@pytest.mark.parametrize("begin", [pipeline, script_input])
def test_a_write_is_a_phase_of_its_own_and_begins_the_next(observer: Observer, begin: Callable[..., bytes]) -> None:
    found = seen(observer, begin("Set-CsAccessEdgeConfiguration"), receive(), envelope("Create"))
    assert [name.split("/")[1] for name in found] == ["write", "write", "after-1"]


def test_an_import_is_no_write(observer: Observer) -> None:
    assert seen(observer, pipeline("Import-Module"), envelope("Create"))[1] == "front-end/before/Create/-"


def test_hosts_of_a_deployment_share_its_phase() -> None:
    progress = Progress()
    front_end, edge = Observer(FRONT_END, progress), Observer(EDGE, progress)
    seen(front_end, pipeline("Set-CsAccessEdgeConfiguration"), pipeline("New-CsHostingProvider"))
    assert seen(edge, envelope("Create")) == ["edge/after-2/Create/-"]


def test_a_request_without_a_body_is_a_logon(observer: Observer) -> None:
    assert seen(observer, b"") == ["front-end/before/Logon/-"]


def test_what_cannot_be_read_has_a_class_too(observer: Observer) -> None:
    assert seen(observer, b"\0\1sealed") == ["front-end/before/unknown/-"]


@pytest.mark.parametrize("name", ["edge/after-2/Receive/Get-CsPool+Get-CsSite", "front-end/before/Create/-"])
def test_a_class_is_its_name(name: str) -> None:
    assert str(RequestClass.named(name)) == name
