# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What OpenSSL says, by its codes; and the names of a certificate."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from ansible_collections.ucops.lync.plugins.plugin_utils._failures import tls
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.causes import Cause, Diagnosis
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._failures.connections import over_psrp

CA = "/etc/ssl/corp.pem"
GERMAN = "Zertifikatsüberprüfung fehlgeschlagen"


def unverified(code: int) -> ssl.SSLError:
    error = ssl.SSLCertVerificationError(1, GERMAN)
    error.reason, error.verify_code = "CERTIFICATE_VERIFY_FAILED", code
    return error


def failed(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, GERMAN)
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("code", "ca", "found"),
    [
        (9, None, Diagnosis(Cause.TLS_EXPIRED)),
        (10, CA, Diagnosis(Cause.TLS_EXPIRED)),
        (18, None, Diagnosis(Cause.TLS_SELF_SIGNED)),
        (18, CA, Diagnosis(Cause.TLS_OTHER_SELF_SIGNED, CA)),
        (19, None, Diagnosis(Cause.TLS_UNKNOWN_CA)),
        (20, None, Diagnosis(Cause.TLS_UNKNOWN_CA)),
        (20, CA, Diagnosis(Cause.TLS_OTHER_CA, CA)),
        (21, CA, Diagnosis(Cause.TLS_OTHER_CA, CA)),
        (23, None, Diagnosis(Cause.TLS_FAILED, "CERTIFICATE_VERIFY_FAILED, code 23")),
    ],
)
def test_a_certificate_is_judged_by_code(code: int, ca: str | None, found: Diagnosis) -> None:
    assert tls.diagnosis_of(unverified(code), over_psrp(ca=ca)) == found


@pytest.mark.parametrize(
    ("reason", "found"),
    [
        ("TLSV1_ALERT_PROTOCOL_VERSION", Diagnosis(Cause.TLS_OLD)),
        ("UNSUPPORTED_PROTOCOL", Diagnosis(Cause.TLS_OLD)),
        ("WRONG_VERSION_NUMBER", Diagnosis(Cause.TLS_NOT_SPOKEN)),
        ("RECORD_LAYER_FAILURE", Diagnosis(Cause.TLS_NOT_SPOKEN)),
        ("NO_CERTIFICATE_OR_CRL_FOUND", Diagnosis(Cause.CA_UNUSABLE, CA)),
        ("INTERNAL_ERROR", Diagnosis(Cause.TLS_FAILED, "INTERNAL_ERROR")),
        ("", Diagnosis(Cause.TLS_FAILED, "no reason given")),
    ],
)
def test_a_handshake_is_judged_by_reason(reason: str, found: Diagnosis) -> None:
    assert tls.diagnosis_of(failed(reason), over_psrp(ca=CA)) == found


@pytest.mark.parametrize("reason", ["", "KEY_VALUES_MISMATCH"])
def test_a_client_certificate_that_cannot_be_used(reason: str) -> None:
    found = tls.diagnosis_of(failed(reason), over_psrp(certificates=("a.pem", "a.key")))
    assert found == Diagnosis(Cause.CERTIFICATE_UNUSABLE, "a.pem")


@pytest.mark.parametrize(
    ("names", "shown"), [([], "others"), (["a", "b"], "a, b"), (list("abcdef"), "a, b, c, d, ...")]
)
@pytest.mark.parametrize("code", [62, 64])
def test_another_name(monkeypatch: pytest.MonkeyPatch, names: list[str], shown: str, code: int) -> None:
    monkeypatch.setattr(tls, "names_of", lambda server, port, ca: names)
    assert tls.diagnosis_of(unverified(code), over_psrp()) == Diagnosis(Cause.TLS_OTHER_NAME, shown)
    monkeypatch.setattr(tls, "names_of", lambda server, port, ca: pytest.fail("asked past the proxy"))
    assert tls.diagnosis_of(unverified(code), over_psrp(proxied=True)).detail == "others"


@pytest.mark.parametrize("ca", [None, "/nonexistent"])
def test_names_that_cannot_be_fetched(ca: str | None, tmp_path: Path) -> None:
    assert tls.names_of("127.0.0.1", 1, ca) == []
    assert tls.names_of("127.0.0.1", 1, str(tmp_path)) == []


def test_files_that_are_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    there, missing = tmp_path / "there", str(tmp_path / "missing")
    there.touch()
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.setenv("CURL_CA_BUNDLE", missing)
    assert tls.unusable_file(over_psrp()) == Diagnosis(Cause.CA_UNUSABLE, missing)
    assert tls.unusable_file(over_psrp(ca=str(there))) is None
    assert tls.unusable_file(over_psrp(ca=missing)) == Diagnosis(Cause.CA_UNUSABLE, missing)
    files = (str(there), missing)
    found = tls.unusable_file(over_psrp(ca=str(there), certificates=files))
    assert found == Diagnosis(Cause.CERTIFICATE_UNUSABLE, missing)
