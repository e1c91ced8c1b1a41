# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a logon that fails says, by the texts of the libraries and the status that CredSSP brings."""

from __future__ import annotations

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import LogonRefused, SessionFailed
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.logon import (
    NEVER_TWICE,
    Attempt,
    access_denied,
    not_offered,
    refused_without_reason,
    told,
)

WHERE = "edge01:5986/wsman"


def attempt(authentication: str = "kerberos") -> Attempt:
    return Attempt(WHERE, "CONTOSO\\svc", authentication, "ansible_psrp_auth", "pypsrp")


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("", 0xC0000234, "the account is locked out"),
        ("", 0xC0000234 - (1 << 32), "the account is locked out"),
        ("", 0xC0000072, "the account is disabled"),
        ("", 0xC0000193, "the account has expired"),
        ("", 0xC0000224, "must be changed before the first logon"),
        ("", 0xC000006D, "check user name and password"),
        ("", 0xC0001234, "check user name and password"),
        ("Received error status: (3221225585) STATUS_PASSWORD_EXPIRED 0xc0000071", None, "the password has expired"),
        ("SpnegoError: Received NTStatus in TSRequest from acceptor", None, "(the server does not say)"),
        ("kinit: Client's credentials have been revoked while getting", None, "the account is locked out, disabled or"),
        ("kinit: Password has expired while getting", None, "the password has expired"),
        ("Preauthentication failed", None, "the password is wrong"),
        ("Client 'x@Y' not found in Kerberos database", None, "does not know the account"),
    ],
)
def test_a_refusal(text: str, status: int | None, words: str) -> None:
    failure = told(attempt(), text, status)
    assert isinstance(failure, LogonRefused)
    assert words in failure.message
    assert failure.message.endswith(NEVER_TWICE)
    assert WHERE in failure.message


@pytest.mark.parametrize(
    ("authentication", "text", "words"),
    [
        ("kerberos", "Server HTTP/edge01@CONTOSO not found in Kerberos database", "knows no such server"),
        ("kerberos", 'Cannot find KDC for realm "EDGE01"', "use ansible_psrp_auth: ntlm"),
        ("kerberos", "Configuration file does not specify default realm", "no domain controller was found"),
        ("kerberos", "Clock skew too great", "more than five minutes"),
        ("kerberos", "No Kerberos credentials available", "Set ansible_user and ansible_password, or run kinit."),
        ("ntlm", "auth method ntlm requires a password", "Set ansible_user and ansible_password."),
        ("kerberos", "the python kerberos library is not installed", "install pypsrp[kerberos]"),
        (
            "credssp",
            "requests auth method is credssp, but requests-credssp is not installed",
            "install pypsrp[credssp]",
        ),
        (
            "credssp",
            "CredSSP being an available authentication method - actual: 'Negotiate'",
            "does not offer credssp but Negotiate",
        ),
    ],
)
def test_a_logon_that_never_began(authentication: str, text: str, words: str) -> None:
    failure = told(attempt(authentication), text)
    assert isinstance(failure, SessionFailed)
    assert not isinstance(failure, LogonRefused)
    assert words in failure.message
    assert WHERE in failure.message


def test_what_is_about_something_else() -> None:
    assert told(attempt(), "Connection refused") is None


@pytest.mark.parametrize(
    ("authentication", "words"),
    [("ssh", "password or key"), ("certificate", "maps this certificate"), ("ntlm", "locked")],
)
def test_a_refusal_without_a_reason(authentication: str, words: str) -> None:
    assert words in refused_without_reason(attempt(authentication)).message


def test_an_authentication_that_is_not_offered_costs_the_account_nothing() -> None:
    assert not isinstance(not_offered(attempt("basic"), "Negotiate"), LogonRefused)


@pytest.mark.parametrize(
    ("user", "local"),
    [
        ("svc", True),
        (".\\svc", True),
        ("EDGE01\\svc", True),
        ("CONTOSO\\svc", False),
        ("svc@contoso.example", False),
        (None, True),
    ],
)
def test_a_local_account_gets_the_policy_and_its_risk(user: str | None, local: bool) -> None:
    sentence = access_denied(WHERE, user, "edge01.contoso.example", "open a session", "it must be in a group")
    assert ("LocalAccountTokenFilterPolicy" in sentence) is local
    assert ("stolen" in sentence) is local
