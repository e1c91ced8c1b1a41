# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a connection plugin's failure says to the administrator: one sentence with host and port, and what to check.

The plugins turn most of what their libraries raise into text, so the text has to tell. Nothing of a command's input or output
gets into a sentence.
"""

from __future__ import annotations

import functools
import re

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import SessionFailed, SessionLost
from ansible_collections.ucops.lync.plugins.plugin_utils._failures import logon, tls
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.logon import Attempt
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.tls import WINRM
from ansible_collections.ucops.lync.plugins.plugin_utils._script.options import ScriptEndpoint

_LOGON = "credentials were rejected|Permission denied|Invalid/incorrect password|Basic authentication is not enabled"
_REFUSED_LOGONS = frozenset(
    {"AnsibleAuthenticationFailure", "AuthenticationError", "InvalidCredentialsError", "BasicAuthDisabledError"}
)
_NO_CERTIFICATE = "cert_pem|cert_key_pem"
CLOSED_PORT = "check that the port is open from the controller (5985 or 5986, in every firewall in between), and the server's load."
_PLAIN = (
    "Nothing was sent to {where}: over plain HTTP {authentication} does not encrypt, and {encryption} is always. Use HTTPS "
    "({protocol}: https) or {authentication_variable}: ntlm; {encryption}: never sends the password readable for all on the "
    "endpoint."
)
_OPENING: tuple[tuple[str, str], ...] = (
    (
        "Could not resolve hostname|NameResolutionError|Name or service not known|getaddrinfo|nodename nor servname",
        "The name {server} does not resolve: check ansible_host and the controller's DNS ({where}).",
    ),
    (
        "Host key verification failed|Host Key checking is enabled",
        "{where} shows a host key that the controller does not know: compare it, and add it to known_hosts.",
    ),
    (
        "ProxyError|Tunnel connection failed|Unable to connect to proxy",
        "The proxy on the way to {where} does not let through: {reason}. Check the proxy, {proxy}.",
    ),
    ("refused", "{where} refused the connection: check the port, and that {service} runs there."),
    ("timed? ?out|No route to host|Network is unreachable", "{where} did not answer in time: " + CLOSED_PORT),
    (
        "does not support transport|unsupported auth method",
        "The controller cannot log on to {where} with {authentication}: {reason}. Check {authentication_variable}.",
    ),
    ("auth method .+ does not support it", _PLAIN),
    (_NO_CERTIFICATE, "The controller cannot log on to {where} with {authentication}: {reason}."),
    (
        "wsmanfault_code': 21508591(73|74|75|76)",
        "{where} has no shell left for this account: close old sessions or wait until they end.",
    ),
    ("Code 403", "{where} answered HTTP 403: check that the account may use WinRM, and for a proxy in between."),
    ("Code 404", "{where} answered HTTP 404: check {path} (by default /wsman)."),
    ("Code 407", "{where} answered HTTP 407: a proxy in between wants a logon of its own; {proxy}."),
    (
        "Code 500",
        "{where} answered HTTP 500: where messages are not encrypted by TLS, the server may demand {encryption}: always.",
    ),
    ("Code 503", "{where} answered HTTP 503: the service does not take requests now."),
    (r"Code \d{3}", "{where} answered {reason}: check the server, and for a proxy in between ({proxy})."),
)
_NO_WINRM = "has no attribute 'wrap'|syntax error: line|not well-formed|mismatched tag|no element found|^$"
_ACCESS_DENIED = "Access is denied|wsmanfault_code': 5[,}]"
_LONGEST_REASON = 200


def logon_refused(error: BaseException) -> bool:
    return any(kind.__name__ in _REFUSED_LOGONS for kind in type(error).mro()) or bool(re.search(_LOGON, str(error)))


def failed(error: BaseException, endpoint: ScriptEndpoint, during: str) -> SessionFailed:
    """What became of a command whose connection plugin raised an error.

    :param during: the cmdlet that was sent.
    """
    attempt = Attempt(endpoint.where, endpoint.user, endpoint.authentication, WINRM.authentication, "pywinrm")
    text = _without_output(str(error)).removeprefix(f"{endpoint.authentication}:").strip()
    told = None if endpoint.plugin == "ssh" else logon.told(attempt, text)
    if told is not None:
        return told
    if logon_refused(error) and not re.search(_NO_CERTIFICATE, text):
        return logon.refused_without_reason(attempt)
    reason = _reason(text) or type(error).__name__
    sentence = _sentence(text, reason, endpoint)
    # ssh connects for each command and does not tell how far it came, but its words for a failed connection do.
    if not endpoint.connection.connected and (sentence or endpoint.plugin != "ssh"):
        return SessionFailed(sentence or f"The connection to {endpoint.where} failed: {reason}.")
    why = sentence or f"The connection to {endpoint.where} broke: {reason}."
    return SessionLost(f"The session was lost during {during}: {why}")


def _sentence(text: str, reason: str, endpoint: ScriptEndpoint) -> str:
    """The sentence for what the plugin said; none where it said nothing that is known."""
    if re.search(r"certificate verify|\bSSL|CA certificate bundle", text):
        return tls.tls_sentence(reason, endpoint.where, WINRM, functools.partial(_certificate_names, endpoint))
    if re.search(_ACCESS_DENIED, text, re.IGNORECASE):
        needs = "it must be in the local group Administrators"
        return logon.access_denied(endpoint.where, endpoint.user, endpoint.server, "start a process", needs)
    if "closed connection without response" in text and not endpoint.secure and not endpoint.connection.connected:
        return tls.spoken_plainly(endpoint.where, WINRM)
    if endpoint.plugin == "winrm" and re.search(_NO_WINRM, text):
        return (
            f"{endpoint.where} answered with something else than WS-Management, or not completely: check port and path, and for a "
            f"proxy in between ({WINRM.proxy})."
        )
    proxy = re.search(r"Unable to connect to proxy|Tunnel connection failed: [\w ]+", text)
    told = {
        "server": endpoint.server,
        "where": endpoint.where,
        "authentication": endpoint.authentication,
        "reason": proxy[0] if proxy else reason,
        "service": "the SSH server" if endpoint.plugin == "ssh" else "WinRM",
        "authentication_variable": WINRM.authentication,
        "encryption": WINRM.encryption,
        "path": WINRM.path,
        "protocol": WINRM.protocol,
        "proxy": WINRM.proxy,
    }
    return next((line.format(**told) for pattern, line in _OPENING if re.search(pattern, text, re.IGNORECASE)), "")


def _certificate_names(endpoint: ScriptEndpoint) -> list[str]:
    """winrm takes what it hands to its library through the option _extras."""
    try:
        extras = endpoint.connection.get_option("_extras") or {}
    except KeyError:
        extras = {}
    if extras.get("ansible_winrm_proxy"):
        return []
    return tls.names_of(endpoint.server, endpoint.port, extras.get(WINRM.ca))


def output_in(error: BaseException) -> str:
    """What the process had written when winrm could not send it its input, in the plugin's words for that."""
    return str(error).partition("send_input failed")[2].partition("stdout: ")[2].partition("\nstderr ")[0]


def _without_output(text: str) -> str:
    before, found, _rest = text.partition("winrm send_input failed")
    return before + ("sending the input failed" if found else "")


def _reason(text: str) -> str:
    """The last line that says something; output of the command and what ssh -v tells are left out."""
    of_tls = re.search(r"\[SSL: \w+\] (.+?) \(_ssl", text)
    if of_tls is not None:
        return of_tls[1]
    lines = [line.strip() for line in text.splitlines()]
    told = [line for line in lines if line and not re.match(r"debug\d|OpenSSH_", line)]
    reason = re.sub(r"^.*object at 0x[0-9a-f]+>: |\s*\(_ssl\.c:\d+\)", "", told[-1]) if told else ""
    reason = reason.partition(" (extended fault data")[0]
    innermost = re.search(r"'([^']+)'\)+$", reason)  # ('Connection aborted.', RemoteDisconnected('...'))
    reason = (innermost[1] if innermost is not None else reason).rstrip(". ")
    return reason if len(reason) <= _LONGEST_REASON else reason[:_LONGEST_REASON] + " ..."
