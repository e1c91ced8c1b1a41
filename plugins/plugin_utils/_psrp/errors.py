# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a broken session says to the administrator: one sentence with host and port, and what to check."""

from __future__ import annotations

import contextlib
import functools
import re
import socket
import ssl
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import SessionFailed
from ansible_collections.ucops.lync.plugins.plugin_utils._failures import logon, tls
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.logon import Attempt
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.tls import PSRP

if TYPE_CHECKING:
    from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.options import PsrpEndpoint

try:
    import requests.exceptions as http
    from pypsrp.exceptions import AuthenticationError, WinRMError, WinRMTransportError, WSManFaultError
    from spnego.exceptions import SpnegoError

    BROKEN: tuple[type[BaseException], ...] = (WinRMError, http.RequestException, SpnegoError, OSError, SyntaxError)
    """What pypsrp lets through: its own, those of requests and of the authentication, and of XML that is cut short."""
    REFUSED: tuple[type[BaseException], ...] = (AuthenticationError,)
    """A logon that the server refused."""
except ImportError:
    BROKEN = (OSError,)
    REFUSED = ()
else:
    with contextlib.suppress(ImportError):
        from requests_credssp.exceptions import AuthenticationException, NTStatusException

        REFUSED = (AuthenticationError, AuthenticationException, NTStatusException)

ACCESS_DENIED = 5
QUOTA = frozenset({2150859173, 2150859174, 2150859175, 2150859176})
"""WSMan quota faults 0x803381A5 to 0x803381A8: shells per user, shells, operations, memory."""
SHELL_GONE = 2150858843
RESOURCE_NOT_FOUND = 2150858752
_SCHEMES = {
    "basic": {"basic"},
    "credssp": {"credssp"},
    "kerberos": {"kerberos", "negotiate"},
    "negotiate": {"kerberos", "negotiate", "ntlm"},
    "ntlm": {"negotiate", "ntlm"},
}
"""What a server must offer, one of them, for an authentication."""


def failure(error: BaseException, endpoint: PsrpEndpoint) -> SessionFailed:
    """What a session that was not opened, or a logon that was refused, comes to."""
    if isinstance(error, AuthenticationError):
        return _refusal(error, endpoint)
    if isinstance(error, ImportError):
        return _packages_missing(endpoint)
    chain = list(_causes(error))
    status = next((status for status in map(_status, chain) if status is not None), None)
    text = "; ".join(str(cause) for cause in chain)
    return logon.told(attempt_of(endpoint), text, status) or SessionFailed(_opening(error, text, endpoint))


def sentence(error: BaseException, endpoint: PsrpEndpoint) -> str:
    """The sentence for what went wrong on the way to a server. It holds no secret and no stack trace."""
    where = endpoint.where
    if isinstance(error, AuthenticationError):
        return _refusal(error, endpoint).message
    if isinstance(error, WSManFaultError):
        return _fault(error, endpoint)
    if isinstance(error, WinRMTransportError):
        return _http_status(int(error.code), where)
    causes = list(_causes(error))
    if isinstance(error, http.ProxyError):
        return f"The proxy on the way to {where} does not let through: {_reason(error)}. Check the proxy, {PSRP.proxy}."
    if any(isinstance(cause, socket.gaierror) for cause in causes) or "NameResolutionError" in repr(error):
        return f"The name {endpoint.server} does not resolve: check ansible_host and the controller's DNS ({where})."
    if isinstance(error, http.SSLError) or any(isinstance(cause, ssl.SSLError) for cause in causes):
        reason = tls.reason_of(_reason(error))
        return tls.tls_sentence(reason, where, PSRP, functools.partial(_certificate_names, endpoint))
    if isinstance(error, (http.Timeout, TimeoutError)):
        return (
            f"{where} did not answer in time: check that the port is open from the controller (5985, 5986 or 443, in every "
            "firewall in between), and the server's load."
        )
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes) or "refused" in str(error):
        return f"{where} refused the connection: check the port, and that WinRM (or IIS, for OcsPowershell) runs there."
    if isinstance(error, SyntaxError) or "does not match related expected message id" in str(error):
        return (
            f"{where} answered with something else than WS-Management, or not completely: check port and path, and for a proxy in "
            f"between ({PSRP.proxy})."
        )
    if isinstance(error, OSError) and "invalid path" in str(error):
        return f"The controller cannot read a certificate file for {where}: {_reason(error)}."
    if isinstance(error, (http.ConnectionError, OSError)):
        return f"The connection to {where} broke: {_reason(error)}."
    return f"The session with {where} failed: {_reason(error)}."


def _opening(error: BaseException, text: str, endpoint: PsrpEndpoint) -> str:
    """The sentence for what goes wrong only before a session is open."""
    where = endpoint.where
    if "Cannot use message encryption with auth" in text:
        if endpoint.https:
            return f"Messages with {endpoint.authentication} to {where} are encrypted by TLS only: leave out {PSRP.encryption}."
        return (
            f"Nothing was sent to {where}: over plain HTTP {endpoint.authentication} does not encrypt. Use HTTPS "
            f"({PSRP.protocol}: https) or {PSRP.authentication}: ntlm; {PSRP.encryption}: never sends the password readable for "
            "all on the endpoint."
        )
    if isinstance(error, (KeyError, AttributeError)):  # pypsrp looks for the logon that the server never asked for
        return (
            f"{where} answered without asking for a logon, as WinRM never does: check port and path, and for a proxy in between "
            f"({PSRP.proxy})."
        )
    if not endpoint.https and ("closed connection without response" in text or "BadStatusLine" in text):
        return tls.spoken_plainly(where, PSRP)
    incompatible = re.search(r"auth protocol '(\w+)' which is incompatible", text)
    if incompatible is not None:
        return logon.not_offered(attempt_of(endpoint), incompatible[1]).message
    return sentence(error, endpoint)


def _refusal(error: BaseException, endpoint: PsrpEndpoint) -> SessionFailed:
    """A 401; the answer shows what the server offers."""
    response: Any = getattr(error.__context__, "response", None)
    header = response.headers.get("WWW-Authenticate", "") if response is not None else ""
    offers = re.findall(r"(?:^|,)\s*([A-Za-z]+)(?=\s*(?:,|$| realm))", header)
    needed = _SCHEMES.get(endpoint.authentication)
    if offers and needed and not needed & {offer.lower() for offer in offers}:
        return logon.not_offered(attempt_of(endpoint), ", ".join(offers))
    return logon.refused_without_reason(attempt_of(endpoint))


def _packages_missing(endpoint: PsrpEndpoint) -> SessionFailed:
    return SessionFailed(
        f"The controller cannot log on to {endpoint.where} with {endpoint.authentication}: it lacks Python packages. Install "
        f"{attempt_of(endpoint).package} into the Python that runs Ansible."
    )


def is_fault(error: BaseException) -> bool:
    """Whether WSMan itself answered, with a fault."""
    return isinstance(error, WSManFaultError)


def shell_is_gone(error: BaseException) -> bool:
    """Whether the server answered that it has no such shell."""
    return isinstance(error, WSManFaultError) and str(error.code) == str(SHELL_GONE)


def attempt_of(endpoint: PsrpEndpoint) -> Attempt:
    """A logon at this endpoint, for sentences."""
    return Attempt(
        endpoint.where, endpoint.wsman_arguments.get("username"), endpoint.authentication, PSRP.authentication, "pypsrp"
    )


def _certificate_names(endpoint: PsrpEndpoint) -> list[str]:
    validation = endpoint.wsman_arguments.get("cert_validation")
    if endpoint.wsman_arguments.get("proxy"):
        return []
    return tls.names_of(endpoint.server, endpoint.port, validation if isinstance(validation, str) else None)


def _status(error: BaseException) -> int | None:
    """The NTSTATUS that came with CredSSP, which pyspnego keeps aside."""
    status = getattr(getattr(error, "base_error", None), "winerror", None)
    return status if isinstance(status, int) else None


def _fault(error: WSManFaultError, endpoint: PsrpEndpoint) -> str:
    where = endpoint.where
    code = int(error.code) if str(error.code).isdecimal() else 0
    if code == ACCESS_DENIED:
        user = endpoint.wsman_arguments.get("username")
        if endpoint.path.strip("/").lower() == "ocspowershell":
            needs = "the account has no Lync administrator role (CsAdministrator for changes, CsViewOnlyAdministrator to read)"
            return f"{where} let {user!r} log on but not open a session (access denied): {needs}."
        needs = (
            "it must be in the local group Administrators or Remote Management Users, or have rights on the session configuration "
            f"{endpoint.configuration_name}"
        )
        return logon.access_denied(where, user, endpoint.server, "open a session", needs)
    if code in QUOTA:
        return f"{where} has no shell left for this account: {_one_line(error.reason)} Close old sessions or wait until they end."
    if code == RESOURCE_NOT_FOUND:
        return f"{where} has no session configuration {endpoint.configuration_name}: check ansible_psrp_configuration_name."
    if code == SHELL_GONE:
        return f"{where} has closed the shell: {_one_line(error.reason)}"
    return f"{where} answered with a WSMan fault: {_one_line(error.reason) or 'no reason given'} (code {code})."


def _http_status(status: int, where: str) -> str:
    check = {
        404: f"check {PSRP.path}: OcsPowershell on a Front End, wsman on an Edge Server",
        403: "check that the account may use this endpoint",
        407: f"a proxy in between wants a logon of its own; {PSRP.proxy}",
        500: f"where messages are not encrypted by TLS, the server may demand {PSRP.encryption}: always",
        503: "the service does not take requests now: check its application pool, or WinRM",
    }.get(status, f"check the server, and for a proxy in between ({PSRP.proxy})")
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
