# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server says of a logon: an NTSTATUS, or what it offers."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from ansible_collections.ucops.lync.plugins.plugin_utils._failures import logon
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.causes import REFUSED_LOGONS, Cause, Diagnosis
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.chain import chain
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._failures.connections import over_psrp


class NTStatusException(Exception):
    """As requests-credssp has it."""

    @property
    def status(self) -> int:
        return int(self.args[0])


def of_spnego(status: int) -> BaseException:
    error, native = Exception("SpnegoError (10)"), Exception("Received NTStatus in TSRequest from acceptor")
    native.winerror = status  # type: ignore[attr-defined]
    error.base_error = native  # type: ignore[attr-defined]
    return error


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        (0xC0000234, Cause.ACCOUNT_LOCKED),
        (0xC0000072, Cause.ACCOUNT_DISABLED),
        (0xC0000193, Cause.ACCOUNT_EXPIRED),
        (0xC0000071, Cause.PASSWORD_EXPIRED),
        (0xC0000224, Cause.PASSWORD_MUST_CHANGE),
        (0xC000006D, Cause.LOGON_REFUSED),
        (0xC0001234, Cause.LOGON_REFUSED),
    ],
)
def test_a_status_tells_why(status: int, cause: Cause) -> None:
    for error in (NTStatusException(status, "text"), of_spnego(status), of_spnego(status - (1 << 32))):
        assert logon.by_status(chain(error)) == Diagnosis(cause)
    assert cause in REFUSED_LOGONS


def test_no_status() -> None:
    assert logon.by_status(chain(OSError(111, "abgelehnt"))) is None


def rejected(header: str | None, tried: bool = True) -> BaseException:
    """A 401 as requests raises it, behind what a library makes of it."""
    headers = {} if header is None else {"WWW-Authenticate": header}
    request = SimpleNamespace(headers={"Authorization": "Negotiate ..."} if tried else {})
    of_requests = Exception("401 Client Error")
    of_requests.response = SimpleNamespace(headers=headers, request=request)  # type: ignore[attr-defined]
    error = Exception("Failed to authenticate")
    error.__context__ = of_requests
    return error


@pytest.mark.parametrize(
    ("authentication", "error", "found"),
    [
        ("ntlm", rejected("Negotiate, NTLM"), Diagnosis(Cause.LOGON_REFUSED)),
        ("ntlm", rejected('Basic realm="WSMAN"', tried=False), Diagnosis(Cause.NOT_OFFERED, "Basic")),
        ("basic", rejected("Negotiate, Kerberos"), Diagnosis(Cause.NOT_OFFERED, "Negotiate, Kerberos")),
        ("plaintext", rejected("Negotiate"), Diagnosis(Cause.NOT_OFFERED, "Negotiate")),
        ("kerberos", rejected("Negotiate oYG2MIGzoAMKAQE="), Diagnosis(Cause.LOGON_REFUSED)),
        ("kerberos", rejected(None), Diagnosis(Cause.LOGON_REFUSED)),
        ("kerberos", rejected(None, tried=False), Diagnosis(Cause.UNAUTHORIZED)),
        ("ssl", rejected("Negotiate"), Diagnosis(Cause.LOGON_REFUSED)),
        ("ntlm", Exception("methods Negotiate - actual: 'Basic'"), Diagnosis(Cause.NOT_OFFERED, "Basic")),
        ("ntlm", Exception("methods Negotiate - actual: ''"), Diagnosis(Cause.UNAUTHORIZED)),
        ("ntlm", Exception("Failed to authenticate"), Diagnosis(Cause.LOGON_REFUSED)),
    ],
)
def test_a_rejection_without_a_reason(authentication: str, error: BaseException, found: Diagnosis) -> None:
    assert logon.by_rejection(chain(error), over_psrp(authentication=authentication)) == found


def test_a_certificate_that_nobody_maps() -> None:
    at = over_psrp(authentication="certificate", certificates=("a.pem", "a.key"))
    assert logon.by_rejection(chain(rejected("Negotiate")), at) == Diagnosis(Cause.CERTIFICATE_REFUSED)


@pytest.mark.parametrize("cause", [Cause.NOT_OFFERED, Cause.UNAUTHORIZED])
def test_a_rejection_that_looks_at_no_account_costs_it_nothing(cause: Cause) -> None:
    assert cause not in REFUSED_LOGONS
