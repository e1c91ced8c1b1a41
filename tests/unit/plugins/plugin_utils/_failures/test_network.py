# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the way to a server says, as requests and urllib3 wrap it, and with texts in another language."""

from __future__ import annotations

import errno
import http.client
import os
import socket
import ssl
from types import SimpleNamespace
from typing import Any

import pytest
import requests.exceptions as of_requests
import urllib3.exceptions as of_urllib3
from urllib3.util.ssl_match_hostname import CertificateError

from ansible_collections.ucops.lync.plugins.plugin_utils._failures import network, tls
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.causes import Cause, Diagnosis
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.chain import chain, first, one_line
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._failures.connections import over_psrp

NOBODY: Any = None
"""What urllib3 names in its exceptions, and nobody reads here."""
SECRET = "http://me:sesame@proxy:3128"


def caused(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


def wrapped(inner: Exception) -> BaseException:
    """As requests raises what went wrong while it connected."""
    return of_requests.ConnectionError(of_urllib3.MaxRetryError(NOBODY, "/wsman", inner))


def not_connected(number: int) -> BaseException:
    inner = of_urllib3.NewConnectionError(NOBODY, "Failed to establish a new connection")
    caused(inner, OSError(number, "in der Sprache des Rechners"))
    return wrapped(inner)


def found(error: BaseException, **changes: Any) -> Diagnosis | None:
    return network.diagnosis_of(chain(error), over_psrp(**changes))


@pytest.mark.parametrize(
    ("number", "cause"),
    [
        (errno.ECONNREFUSED, Cause.CONNECTION_REFUSED),
        (errno.EHOSTUNREACH, Cause.NO_ROUTE),
        (errno.ENETUNREACH, Cause.NO_ROUTE),
        (errno.ETIMEDOUT, Cause.NO_ANSWER),
    ],
)
def test_an_error_number_is_a_cause_however_it_is_wrapped(number: int, cause: Cause) -> None:
    for error in (
        OSError(number, os.strerror(number)),
        not_connected(number),
        caused(Exception("x"), OSError(number, "")),
    ):
        assert found(error) == Diagnosis(cause)


NOT_RESOLVED = socket.gaierror(-2, "Der Name oder der Dienst ist nicht bekannt")
UNKNOWN_CA = ssl.SSLCertVerificationError(1, "")
UNKNOWN_CA.reason, UNKNOWN_CA.verify_code = "CERTIFICATE_VERIFY_FAILED", 20
REFUSED = OSError(errno.ECONNREFUSED, "Verbindungsaufbau abgelehnt")
TUNNEL = OSError("Tunnel connection failed: 407 Proxy Authentication Required")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            wrapped(caused(of_urllib3.NameResolutionError("edge", NOBODY, NOT_RESOLVED), NOT_RESOLVED)),
            Diagnosis(Cause.NAME_NOT_RESOLVED),
        ),
        (of_requests.InvalidURL("URL has an invalid label."), Diagnosis(Cause.NAME_NOT_RESOLVED)),
        (of_requests.SSLError(of_urllib3.SSLError(UNKNOWN_CA)), Diagnosis(Cause.TLS_UNKNOWN_CA)),
        (of_requests.ReadTimeout("zu spät"), Diagnosis(Cause.NO_ANSWER)),
        (of_requests.ConnectionError(of_urllib3.ReadTimeoutError(NOBODY, "/", "")), Diagnosis(Cause.NO_ANSWER)),
        (TimeoutError("zu spät"), Diagnosis(Cause.NO_ANSWER)),
        (
            of_requests.ProxyError(of_urllib3.MaxRetryError(NOBODY, "/", of_urllib3.ProxyError(SECRET, REFUSED))),
            Diagnosis(Cause.PROXY_FAILED, "ECONNREFUSED"),
        ),
        (of_requests.ProxyError(of_urllib3.ProxyError("", TUNNEL)), Diagnosis(Cause.PROXY_FAILED, "HTTP 407")),
        (of_requests.ProxyError(of_urllib3.ProxyError("", NOT_RESOLVED)), Diagnosis(Cause.PROXY_FAILED, "gaierror")),
        (
            of_requests.ConnectionError(of_urllib3.ProtocolError("", ConnectionResetError(errno.ECONNRESET, "weg"))),
            Diagnosis(Cause.CONNECTION_BROKEN, "ECONNRESET"),
        ),
        (BrokenPipeError(errno.EPIPE, "weg"), Diagnosis(Cause.CONNECTION_BROKEN, "EPIPE")),
        (
            of_requests.ConnectionError(of_urllib3.ProtocolError("", http.client.RemoteDisconnected(SECRET))),
            Diagnosis(Cause.CONNECTION_BROKEN, "RemoteDisconnected"),
        ),
        (
            of_requests.ChunkedEncodingError(of_urllib3.ProtocolError("", http.client.IncompleteRead(b"x"))),
            Diagnosis(Cause.CONNECTION_BROKEN, "IncompleteRead"),
        ),
        (of_requests.TooManyRedirects("x"), Diagnosis(Cause.REDIRECTED, "another address")),
        (ValueError("x"), None),
    ],
)
def test_what_the_libraries_raise(error: BaseException, expected: Diagnosis | None) -> None:
    assert found(error) == expected


def test_where_a_redirect_leads_is_shown_without_what_else_an_address_holds() -> None:
    def to(place: str) -> BaseException:
        error = of_requests.TooManyRedirects("x")
        error.response = SimpleNamespace(headers={"Location": place})  # type: ignore[assignment]
        return error

    assert found(to("https://me:sesame@other:444/a?b")) == Diagnosis(Cause.REDIRECTED, "https://other:444")
    for place in ("/elsewhere", "http://[::1", ""):
        assert found(to(place)) == Diagnosis(Cause.REDIRECTED, "another address")


def test_http_on_a_port_that_wants_tls() -> None:
    closed = of_requests.ConnectionError(of_urllib3.ProtocolError("", http.client.RemoteDisconnected("x")))
    assert found(closed, https=False) == Diagnosis(Cause.CLOSED_UNANSWERED)
    assert found(http.client.BadStatusLine("x"), https=False) == Diagnosis(Cause.CLOSED_UNANSWERED)


def test_a_name_that_urllib3_compares_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tls, "names_of", lambda server, port, ca: ["pool"])
    error = of_requests.SSLError(of_urllib3.MaxRetryError(NOBODY, "/", caused(Exception(), CertificateError("x"))))
    assert found(error) == Diagnosis(Cause.TLS_OTHER_NAME, "pool")


def test_an_address_of_a_proxy_that_cannot_be_read() -> None:
    assert found(of_urllib3.LocationParseError(SECRET), proxied=True) == Diagnosis(Cause.PROXY_ADDRESS)


def test_a_file_that_requests_does_not_find() -> None:
    error = OSError("Could not find a suitable TLS CA certificate bundle, invalid path: /nonexistent")
    assert found(error, ca="/nonexistent") == Diagnosis(Cause.CA_UNUSABLE, "/nonexistent")


@pytest.mark.parametrize(
    ("status", "expected"), [(404, Diagnosis(Cause.NO_SUCH_PATH)), (418, Diagnosis(Cause.HTTP_STATUS, "418"))]
)
def test_a_status_of_http(status: int, expected: Diagnosis) -> None:
    assert network.by_http_status(status) == expected


@pytest.mark.parametrize(
    ("https", "environment", "through"),
    [
        (False, {}, False),
        (False, {"http_proxy": "http://proxy:3128"}, True),
        (True, {"http_proxy": "http://proxy:3128"}, False),
        (True, {"HTTPS_PROXY": "http://proxy:3128"}, True),
        (True, {"all_proxy": "http://proxy:3128"}, True),
        (True, {"https_proxy": "http://proxy:3128", "no_proxy": ".adatum.example"}, False),
    ],
)
def test_a_proxy_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, https: bool, environment: dict[str, str], through: bool
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert network.through_proxy(https, "edge01.adatum.example", 5986) is through


def test_a_chain_that_bites_its_tail_ends() -> None:
    one, other = ValueError("one"), KeyError("other")
    one.__cause__, other.__context__ = other, one
    assert chain(one) == [one, other]
    assert first(chain(one), KeyError) is other
    assert first(chain(one), OSError) is None


def test_a_servers_words_are_one_line() -> None:
    assert one_line(" two\n lines\r") == "two lines"
    assert one_line(None) == ""
    assert one_line("x" * 201) == "x" * 200 + " ..."
