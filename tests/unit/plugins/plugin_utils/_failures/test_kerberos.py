# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Kerberos says, by its codes: as each of its libraries brings them, and in whatever language their texts are."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from ansible_collections.ucops.lync.plugins.plugin_utils._failures import kerberos
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.causes import REFUSED_LOGONS, Cause, Diagnosis
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.chain import chain

FAILURE = 13 << 16
NO_CRED = 7 << 16
EXPIRED = 11 << 16
GERMAN = "Vorauthentifizierung fehlgeschlagen"


class Krb5Error(Exception):
    """As krb5 has it."""

    def __init__(self, text: str, code: int) -> None:
        super().__init__(text)
        self.err_code = code


class OfGssapi(Exception):
    """As gssapi has it: the minor code without its sign."""

    def __init__(self, major: int, minor: int) -> None:
        super().__init__(f"Major ({major}): nicht spezifizierter GSS-Fehlschlag., Minor ({minor}): {GERMAN}")
        self.maj_code, self.min_code = major, minor & 0xFFFFFFFF


class GSSError(Exception):
    """As pykerberos has it."""


def in_every_library(major: int, minor: int) -> list[BaseException]:
    of_spnego = Exception("SpnegoError")
    of_spnego.base_error = OfGssapi(major, minor)  # type: ignore[attr-defined]
    of_pykerberos = Exception("authGSSClientStep() failed")
    of_pykerberos.__context__ = GSSError(("nicht spezifizierter GSS-Fehlschlag", major), (GERMAN, minor))
    return [Krb5Error(GERMAN, minor), OfGssapi(major, minor), of_spnego, of_pykerberos]


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (-1765328360, Cause.KDC_WRONG_PASSWORD),
        (-1765328353, Cause.KDC_WRONG_PASSWORD),
        (-1765328366, Cause.KDC_ACCOUNT_REVOKED),
        (-1765328361, Cause.KDC_PASSWORD_EXPIRED),
        (-1765328378, Cause.KDC_UNKNOWN_ACCOUNT),
        (-1765328377, Cause.SERVER_UNKNOWN),
        (-1765328228, Cause.NO_DOMAIN_CONTROLLER),
        (-1765328230, Cause.NO_DOMAIN_CONTROLLER),
        (-1765328347, Cause.CLOCK_SKEW),
        (-1765328352, Cause.TICKET_EXPIRED),
        (-1765328243, Cause.NO_TICKET),
        (-1765328250, Cause.NOT_A_PRINCIPAL),
        (-1765328248, Cause.KERBEROS_SETTINGS),
    ],
)
def test_a_code_is_a_cause_whatever_brings_it(code: int, cause: Cause) -> None:
    for error in in_every_library(FAILURE, code):
        assert kerberos.diagnosis_of(chain(error)) == Diagnosis(cause)


def test_a_refusal_of_the_domain_controller_that_is_not_known_is_one() -> None:
    for error in in_every_library(FAILURE, -1765328372):  # KRB5KDC_ERR_POLICY
        assert kerberos.diagnosis_of(chain(error)) == Diagnosis(Cause.KDC_REFUSED, "0xc")


def test_what_is_not_understood_counts_as_refused() -> None:
    for error in in_every_library(FAILURE, -1765328206):  # KRB5_CRYPTO_INTERNAL
        found = kerberos.diagnosis_of(chain(error))
        assert found is not None
        assert found.cause in REFUSED_LOGONS
        assert "-1765328206" in found.detail


@pytest.mark.parametrize(("major", "cause"), [(NO_CRED, Cause.NO_TICKET), (EXPIRED, Cause.TICKET_EXPIRED)])
def test_a_status_of_gss_tells_where_the_code_is_another_librarys(major: int, cause: Cause) -> None:
    for error in in_every_library(major, 100001)[1:]:
        assert kerberos.diagnosis_of(chain(error)) == Diagnosis(cause)


@pytest.mark.parametrize(
    "error",
    [
        ValueError(-1765328360),
        GSSError("one text"),
        GSSError("two", "texts"),
        OSError(111, "Verbindungsaufbau abgelehnt"),
    ],
)
def test_what_is_about_something_else(error: Exception) -> None:
    assert kerberos.diagnosis_of(chain(error)) is None


def test_the_codes_are_those_of_the_library() -> None:
    gssapi = pytest.importorskip("gssapi")
    krb5 = pytest.importorskip("krb5")
    with pytest.raises(krb5.Krb5Error) as raised:
        krb5.parse_name_flags(krb5.init_context(), b"a@b@c")
    assert kerberos.diagnosis_of([raised.value]) == Diagnosis(Cause.NOT_A_PRINCIPAL)
    with pytest.raises(gssapi.exceptions.GSSError) as missing:
        gssapi.Credentials(usage="initiate", store={"ccache": "FILE:/nonexistent/tickets"})
    assert kerberos.diagnosis_of([missing.value]) == Diagnosis(Cause.NO_TICKET)


def test_numbers_of_another_kind_are_none() -> None:
    odd = SimpleNamespace(err_code="-1765328360", args=(), maj_code=None, min_code=None)
    assert kerberos.diagnosis_of([odd]) is None  # type: ignore[list-item]
