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

from ansible_collections.ucops.lync.plugins.module_utils._outcome import SessionFailed
from ansible_collections.ucops.lync.plugins.plugin_utils import _logon_failures, _tls_failures
from ansible_collections.ucops.lync.plugins.plugin_utils._logon_failures import Attempt
from ansible_collections.ucops.lync.plugins.plugin_utils._tls_failures import PSRP

if TYPE_CHECKING:
    from ansible_collections.ucops.lync.plugins.plugin_utils._way_in import PsrpWay

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


def failure(error: BaseException, way: PsrpWay) -> SessionFailed:
    """What a session that was not opened, or a logon that was refused, comes to."""
    if isinstance(error, AuthenticationError):
        return _refusal(error, way)
    if isinstance(error, ImportError):
        return _packages_missing(way)
    chain = list(_causes(error))
    status = next((status for status in map(_status, chain) if status is not None), None)
    text = "; ".join(str(cause) for cause in chain)
    return _logon_failures.told(attempt_of(way), text, status) or SessionFailed(_opening(error, text, way))


def sentence(error: BaseException, way: PsrpWay) -> str:
    """The sentence for what went wrong on the way to a server. It holds no secret and no stack trace."""
    where = way.where
    if isinstance(error, AuthenticationError):
        return _refusal(error, way).message
    if isinstance(error, WSManFaultError):
        return _fault(error, way)
    if isinstance(error, WinRMTransportError):
        return _http_status(int(error.code), where)
    causes = list(_causes(error))
    if isinstance(error, http.ProxyError):
        return f"The proxy on the way to {where} does not let through: {_reason(error)}. Check the proxy, {PSRP.proxy}."
    if any(isinstance(cause, socket.gaierror) for cause in causes) or "NameResolutionError" in repr(error):
        return f"The name {way.server} does not resolve: check ansible_host and the controller's DNS ({where})."
    if isinstance(error, http.SSLError) or any(isinstance(cause, ssl.SSLError) for cause in causes):
        reason = _tls_failures.reason_of(_reason(error))
        return _tls_failures.tls_sentence(reason, where, PSRP, functools.partial(_certificate_names, way))
    if isinstance(error, http.Timeout):
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


def _opening(error: BaseException, text: str, way: PsrpWay) -> str:
    """The sentence for what goes wrong only before a session is open."""
    where = way.where
    if "Cannot use message encryption with auth" in text:
        if way.https:
            return (
                f"Messages with {way.authentication} to {where} are encrypted by TLS only: leave out {PSRP.encryption}."
            )
        return (
            f"Nothing was sent to {where}: over plain HTTP {way.authentication} does not encrypt. Use HTTPS "
            f"({PSRP.protocol}: https) or {PSRP.authentication}: ntlm; {PSRP.encryption}: never sends the password readable for "
            "all on the way."
        )
    if isinstance(error, (KeyError, AttributeError)):  # pypsrp looks for the logon that the server never asked for
        return (
            f"{where} answered without asking for a logon, as WinRM never does: check port and path, and for a proxy in between "
            f"({PSRP.proxy})."
        )
    if not way.https and ("closed connection without response" in text or "BadStatusLine" in text):
        return _tls_failures.spoken_plainly(where, PSRP)
    incompatible = re.search(r"auth protocol '(\w+)' which is incompatible", text)
    if incompatible is not None:
        return _logon_failures.not_offered(attempt_of(way), incompatible[1]).message
    return sentence(error, way)


def _refusal(error: BaseException, way: PsrpWay) -> SessionFailed:
    """A 401; the answer shows what the server offers."""
    response: Any = getattr(error.__context__, "response", None)
    header = response.headers.get("WWW-Authenticate", "") if response is not None else ""
    offers = re.findall(r"(?:^|,)\s*([A-Za-z]+)(?=\s*(?:,|$| realm))", header)
    needed = _SCHEMES.get(way.authentication)
    if offers and needed and not needed & {offer.lower() for offer in offers}:
        return _logon_failures.not_offered(attempt_of(way), ", ".join(offers))
    return _logon_failures.refused_without_reason(attempt_of(way))


def _packages_missing(way: PsrpWay) -> SessionFailed:
    return SessionFailed(
        f"The controller cannot log on to {way.where} with {way.authentication}: it lacks Python packages. Install "
        f"{attempt_of(way).package} into the Python that runs Ansible."
    )


def is_fault(error: BaseException) -> bool:
    """Whether WSMan itself answered, with a fault."""
    return isinstance(error, WSManFaultError)


def shell_is_gone(error: BaseException) -> bool:
    """Whether the server answered that it has no such shell."""
    return isinstance(error, WSManFaultError) and str(error.code) == str(SHELL_GONE)


def attempt_of(way: PsrpWay) -> Attempt:
    """A logon over this way, for sentences."""
    return Attempt(way.where, way.wsman_arguments.get("username"), way.authentication, PSRP.authentication, "pypsrp")


def _certificate_names(way: PsrpWay) -> list[str]:
    validation = way.wsman_arguments.get("cert_validation")
    if way.wsman_arguments.get("proxy"):
        return []
    return _tls_failures.names_of(way.server, way.port, validation if isinstance(validation, str) else None)


def _status(error: BaseException) -> int | None:
    """The NTSTATUS that came with CredSSP, which pyspnego keeps aside."""
    status = getattr(getattr(error, "base_error", None), "winerror", None)
    return status if isinstance(status, int) else None


def _fault(error: WSManFaultError, way: PsrpWay) -> str:
    where = way.where
    code = int(error.code) if str(error.code).isdecimal() else 0
    if code == ACCESS_DENIED:
        user = way.wsman_arguments.get("username")
        if way.path.strip("/").lower() == "ocspowershell":
            needs = "the account has no Lync administrator role (CsAdministrator for changes, CsViewOnlyAdministrator to read)"
            return f"{where} let {user!r} log on but not open a session (access denied): {needs}."
        needs = (
            "it must be in the local group Administrators or Remote Management Users, or have rights on the session configuration "
            f"{way.configuration_name}"
        )
        return _logon_failures.access_denied(where, user, way.server, "open a session", needs)
    if code in QUOTA:
        return f"{where} has no shell left for this account: {_one_line(error.reason)} Close old sessions or wait until they end."
    if code == RESOURCE_NOT_FOUND:
        return f"{where} has no session configuration {way.configuration_name}: check ansible_psrp_configuration_name."
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
