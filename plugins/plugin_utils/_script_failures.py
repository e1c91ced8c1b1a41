# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a connection plugin's failure says to the administrator: one sentence with host and port, and what to check.

The plugins turn most of what their libraries raise into text, so the text has to tell. Nothing of a command's input or output
gets into a sentence.
"""

from __future__ import annotations

import re

from ansible_collections.ucops.lync.plugins.module_utils._outcome import LogonRefused, SessionFailed, SessionLost
from ansible_collections.ucops.lync.plugins.plugin_utils._script_way import ScriptWay

_LOGON = (
    "credentials were rejected|Permission denied|Invalid/incorrect password|kinit|Basic authentication is not enabled"
)
_REFUSED_LOGONS = frozenset(
    {"AnsibleAuthenticationFailure", "AuthenticationError", "InvalidCredentialsError", "BasicAuthDisabledError"}
)
_OPENING: tuple[tuple[str, str], ...] = (
    (
        "Could not resolve hostname|NameResolutionError|Name or service not known|getaddrinfo|nodename nor servname",
        "The name {server} does not resolve: check ansible_host and the controller's DNS.",
    ),
    (
        "Host key verification failed|Host Key checking is enabled",
        "{where} shows a host key that the controller does not know: compare it, and add it to known_hosts.",
    ),
    (
        r"certificate|\bSSL",
        "TLS to {where} failed: {reason}. Check the certificate, or name the CA with ansible_winrm_ca_trust_path.",
    ),
    ("refused", "{where} refused the connection: check the port, and that {service} runs there."),
    (
        "timed? ?out|No route to host|Network is unreachable",
        "{where} did not answer in time: check that the port is open from the controller, and the server's load.",
    ),
    (
        "kerberos library is not installed|does not support transport",
        "The controller cannot log on to {where} with {authentication}: {reason}.",
    ),
    (
        "Access is denied|wsmanfault_code': 5[,}]|Code 403",
        "{where} let {user!r} log on but not start a process (access denied): is it in the local group Administrators?",
    ),
    (
        "wsmanfault_code': 21508591(73|74|75|76)",
        "{where} has no shell left for this account: close old sessions or wait until they end.",
    ),
    ("Code 404", "{where} answered HTTP 404: check ansible_winrm_path (by default /wsman)."),
    ("Code 503", "{where} answered HTTP 503: the service does not take requests now."),
    (r"Code \d{3}", "{where} answered {reason}: check the server, and for a proxy in between."),
)
_LONGEST_REASON = 200


def logon_refused(error: BaseException) -> bool:
    return any(kind.__name__ in _REFUSED_LOGONS for kind in type(error).mro()) or bool(re.search(_LOGON, str(error)))


def failed(error: BaseException, way: ScriptWay, during: str) -> SessionFailed:
    """What became of a command whose connection plugin raised an error.

    :param during: the cmdlet that was sent.
    """
    if logon_refused(error):
        return LogonRefused(
            f"{way.where} refused the logon as {way.user!r} with {way.authentication}: check user name, password or key, and that "
            "the server offers this authentication. It was not tried again, so that no account is locked."
        )
    text = str(error).removeprefix(f"{way.authentication}: ")
    told = {
        "server": way.server,
        "where": way.where,
        "user": way.user,
        "authentication": way.authentication,
        "reason": _reason(text) or type(error).__name__,
        "service": "the SSH server" if way.plugin == "ssh" else "WinRM",
    }
    sentence = next((line.format(**told) for pattern, line in _OPENING if re.search(pattern, text, re.IGNORECASE)), "")
    # ssh connects for each command and does not tell how far it came, but its words for a failed connection do.
    if not way.connection.connected and (sentence or way.plugin != "ssh"):
        return SessionFailed(sentence or f"The connection to {way.where} failed: {told['reason']}.")
    why = sentence or f"The connection to {way.where} broke: {told['reason']}."
    return SessionLost(f"The session was lost during {during}: {why}")


def _reason(text: str) -> str:
    """The last line that says something; output of the command and what ssh -v tells are left out."""
    of_tls = re.search(r"\[SSL: \w+\] (.+?) \(_ssl", text)
    if of_tls is not None:
        return of_tls[1]
    text = text.partition("send_input failed")[0] + ("sending the input failed" if "send_input failed" in text else "")
    lines = [line.strip() for line in text.splitlines()]
    told = [line for line in lines if line and not re.match(r"debug\d|OpenSSH_", line)]
    reason = re.sub(r"^.*object at 0x[0-9a-f]+>: |\s*\(_ssl\.c:\d+\)", "", told[-1]) if told else ""
    reason = reason.partition(" (extended fault data")[0]
    innermost = re.search(r"'([^']+)'\)+$", reason)  # ('Connection aborted.', RemoteDisconnected('...'))
    reason = (innermost[1] if innermost is not None else reason).rstrip(". ")
    return reason if len(reason) <= _LONGEST_REASON else reason[:_LONGEST_REASON] + " ..."
