# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a logon that fails says to the administrator: whose word it is, what is known of the reason, and what to check."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import LogonRefused, SessionFailed

NEVER_TWICE = "It was not tried again, so that no account is locked."

_STATUSES = {
    0xC000006E: "an account restriction forbids it (such as an empty password)",
    0xC000006F: "the account may not log on at this hour",
    0xC0000070: "the account may not log on from this computer",
    0xC0000071: "the password has expired; change it",
    0xC0000072: "the account is disabled; enable it",
    0xC000015B: "the account lacks the right to log on to this server over the network",
    0xC0000193: "the account has expired; extend it",
    0xC0000224: "the password must be changed before the first logon",
    0xC0000234: "the account is locked out; unlock it, and find out what locked it",
}
"""The NTSTATUS of a refusal, where CredSSP brings it; WinRM and IIS answer 401 for all of them."""

_REFUSED_BY_DOMAIN = (
    (
        "credentials have been revoked|client.{1,20}locked out",
        "the account is locked out, disabled or expired (it does not say which)",
    ),
    (
        "password has expired|password must be changed|kinit: cannot read password",
        "the password has expired, or must be changed before the first logon",
    ),
    (
        "preauthentication failed|integrity check failed|password incorrect|invalid/incorrect password",
        "the password is wrong",
    ),
    ("client.{0,80}not found in kerberos database", "it does not know the account; write it as user@REALM"),
)
_NO_LOGON = (
    (
        "python kerberos library is not installed|pykerberos is not installed|requests.kerberos is not installed",
        "the controller lacks Python packages: install {package}",
    ),
    (
        "requests.credssp is not installed|credssp' as requests-credssp",
        "the controller lacks Python packages: install {package}",
    ),
    ("requests.ntlm is not installed", "the controller lacks Python packages: install {package}"),
    ("calling kinit|kinit.{0,40}(no such file|not found)", "the controller has no kinit: install its Kerberos client"),
    (
        "server.{0,80}not found in kerberos database",
        "the domain controller knows no such server. Connect by its FQDN (ansible_host); {workgroup}",
    ),
    (
        "(cannot (find|contact|resolve)|unable to reach).{0,40}\\b(kdc|realm)|determine realm|default realm",
        "no domain controller was found for the account's realm. Check user@REALM and krb5.conf; {workgroup}",
    ),
    (
        "no credentials were supplied|no kerberos credentials|no user ?name or password|requires a (user|pass)",
        "there is no password. Set ansible_user and ansible_password{ticket}",
    ),
    ("clock skew", "the clocks of the controller and the domain differ by more than five minutes"),
)
_WORKGROUP = "for a server in a workgroup, as most Edge Servers are, use {variable}: ntlm"
_PACKAGES = frozenset({"kerberos", "credssp"})


@dataclass(frozen=True)
class Attempt:
    """A logon, as sentences name it.

    :param variable: the host variable that chooses the authentication.
    :param library: the Python package on the controller that logs on.
    """

    where: str
    user: str | None
    authentication: str
    variable: str
    library: str

    @property
    def package(self) -> str:
        """What to install for this authentication."""
        return f"{self.library}[{self.authentication}]" if self.authentication in _PACKAGES else self.library


def refused(attempt: Attempt, reason: str) -> LogonRefused:
    """The server's refusal with its reason."""
    return LogonRefused(f"{_subject(attempt)}: {reason}. {NEVER_TWICE}")


def refused_without_reason(attempt: Attempt) -> LogonRefused:
    """A refusal of which HTTP tells no more than 401."""
    if attempt.authentication == "ssh":
        return refused(attempt, "check user name, and password or key")
    if attempt.authentication in ("certificate", "ssl"):
        return refused(
            attempt, "check that the server maps this certificate to a local account, and user name and password"
        )
    return refused(
        attempt,
        "check user name and password, and whether the account is locked, disabled or expired (the server does not say)",
    )


def not_offered(attempt: Attempt, offers: str) -> SessionFailed:
    """A server that does not take this authentication at all: no account was looked at."""
    return SessionFailed(
        f"{attempt.where} does not offer {attempt.authentication} but {offers}: set {attempt.variable} accordingly, or turn it on "
        "in the server's WinRM service (Basic over plain HTTP wants AllowUnencrypted there as well)."
    )


def told(attempt: Attempt, text: str, status: int | None = None) -> SessionFailed | None:
    """What the texts of the libraries, or an NTSTATUS, tell of a logon; None where they tell nothing of it."""
    if status is None:
        found = re.search(r"STATUS_\w+ 0x([0-9a-f]{8})", text)
        status = int(found[1], 16) if found else None
    if status is not None:
        reason = _STATUSES.get(status & 0xFFFFFFFF)
        return refused(attempt, reason) if reason else refused_without_reason(attempt)
    if "NTStatus in TSRequest" in text:  # its number got lost on the way
        return refused_without_reason(attempt)
    for pattern, reason in _REFUSED_BY_DOMAIN:
        if re.search(pattern, text, re.IGNORECASE):
            return LogonRefused(f"The domain controller refused {_subject_tail(attempt)}: {reason}. {NEVER_TWICE}")
    for pattern, reason in _NO_LOGON:
        if re.search(pattern, text, re.IGNORECASE):
            why = reason.format(
                package=attempt.package,
                workgroup=_WORKGROUP.format(variable=attempt.variable),
                ticket=", or run kinit" if attempt.authentication in ("kerberos", "negotiate") else "",
            )
            return SessionFailed(
                f"The controller cannot log on to {attempt.where} with {attempt.authentication}: {why}."
            )
    missing = re.search(r"being an available authentication method - actual: '([^']*)'", text)
    return not_offered(attempt, missing[1] or "nothing") if missing else None


def _subject(attempt: Attempt) -> str:
    return f"{attempt.where} refused the logon as {attempt.user!r} with {attempt.authentication}"


def _subject_tail(attempt: Attempt) -> str:
    return f"{attempt.user!r} the logon to {attempt.where} with {attempt.authentication}"


def access_denied(where: str, user: str | None, server: str, what: str, needs: str) -> str:
    """An account that may log on and then nothing.

    :param what: what it may not do.
    :param needs: the right that it lacks.
    """
    sentence = f"{where} let {user!r} log on but not {what} (access denied): {needs}."
    if not _is_local(user or "", server):
        return sentence
    return (
        f"{sentence} A local account must be the built-in Administrator, unless LocalAccountTokenFilterPolicy is 1 there: its risk "
        "is that a stolen password of any local administrator then opens every server that shares it."
    )


def _is_local(user: str, server: str) -> bool:
    domain, backslash, _account = user.rpartition("\\")
    if not backslash:
        return "@" not in user
    return domain.lower() in (".", server.lower().partition(".")[0])
