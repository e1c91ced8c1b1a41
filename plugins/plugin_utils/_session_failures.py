# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a broken session says to the administrator: one sentence with host and port, and what to check."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ansible_collections.ucops.lync.plugins.plugin_utils._way_in import PsrpWay

try:
    import requests.exceptions as http
    from pypsrp.exceptions import AuthenticationError, WinRMError, WinRMTransportError, WSManFaultError
    from spnego.exceptions import SpnegoError

    BROKEN: tuple[type[BaseException], ...] = (WinRMError, http.RequestException, SpnegoError, OSError, SyntaxError)
    """What pypsrp lets through: its own, those of requests and of the authentication, and of XML that is cut short."""
except ImportError:
    BROKEN = (OSError,)

ACCESS_DENIED = 5
QUOTA = frozenset({2150859173, 2150859174, 2150859175, 2150859176})
"""WSMan quota faults 0x803381A5 to 0x803381A8: shells per user, shells, operations, memory."""
SHELL_GONE = 2150858843


def sentence(error: BaseException, way: PsrpWay) -> str:
    """The sentence for what went wrong on the way to a server. It holds no secret and no stack trace."""
    where = way.where
    if isinstance(error, AuthenticationError):
        return (
            f"{where} refused the logon as {way.wsman_arguments.get('username')!r} with {way.authentication}: check user name, "
            "password and that the server offers this authentication. It was not tried again, so that no account is locked."
        )
    if isinstance(error, WSManFaultError):
        return _fault(error, way)
    if isinstance(error, WinRMTransportError):
        return _http_status(int(error.code), where)
    causes = list(_causes(error))
    if any(isinstance(cause, socket.gaierror) for cause in causes) or "NameResolutionError" in repr(error):
        return f"The name {way.server} does not resolve: check ansible_host and the controller's DNS."
    if isinstance(error, http.SSLError) or any(isinstance(cause, ssl.SSLError) for cause in causes):
        return (
            f"TLS to {where} failed: {_reason(error)}. Check the certificate, or name the CA with ansible_psrp_ca_cert."
        )
    if isinstance(error, http.Timeout):
        return (
            f"{where} did not answer in time: check that the port is open from the controller, and the server's load."
        )
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes) or "refused" in str(error):
        return f"{where} refused the connection: check the port, and that WinRM (or IIS, for OcsPowershell) runs there."
    if isinstance(error, SyntaxError):
        return f"{where} answered with text that is no complete XML: check for a proxy in between."
    if isinstance(error, (http.ConnectionError, OSError)):
        return f"The connection to {where} broke: {_reason(error)}."
    return f"The session with {where} failed: {_reason(error)}."


def _fault(error: WSManFaultError, way: PsrpWay) -> str:
    where = way.where
    code = int(error.code or 0)
    if code == ACCESS_DENIED:
        return (
            f"{where} let {way.wsman_arguments.get('username')!r} log on but not open a session (access denied): it needs a Lync "
            "administrator role for OcsPowershell, or the local group Remote Management Users for /wsman."
        )
    if code in QUOTA:
        return f"{where} has no shell left for this account: {_one_line(error.reason)} Close old sessions or wait until they end."
    if code == SHELL_GONE:
        return f"{where} has closed the shell: {_one_line(error.reason)}"
    return f"{where} answered with a WSMan fault: {_one_line(error.reason) or 'no reason given'} (code {code})."


def _http_status(status: int, where: str) -> str:
    check = {
        404: "check ansible_psrp_path: OcsPowershell on a Front End, wsman on an Edge Server",
        403: "check that the account may use this endpoint",
        500: "where messages are not encrypted by TLS, the server may demand ansible_psrp_message_encryption: always",
        503: "the service does not take requests now: check its application pool, or WinRM",
    }.get(status, "check the server, and for a proxy in between")
    return f"{where} answered HTTP {status}: {check}."


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        inner = next((argument for argument in error.args if isinstance(argument, BaseException)), None)
        error = error.__cause__ or inner or getattr(inner, "reason", None) or getattr(error, "reason", None)
        if not isinstance(error, BaseException):
            return


def _reason(error: BaseException) -> str:
    innermost = list(_causes(error))[-1]
    text = _one_line(str(innermost) or type(innermost).__name__)
    return re.sub(r"\s*\(_ssl\.c:\d+\)|^.*object at 0x[0-9a-f]+>: ", "", text).rstrip(".")


def _one_line(text: str | None) -> str:
    return " ".join(str(text or "").split())
