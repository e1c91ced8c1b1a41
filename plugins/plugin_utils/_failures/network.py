# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the way to a server says: sockets by errno, TLS by OpenSSL's codes, HTTP by status and by the classes of its libraries."""

from __future__ import annotations

import errno
import http.client
import re
import socket
import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

from ansible_collections.ucops.lync.plugins.plugin_utils._failures import tls
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.causes import Cause, Diagnosis
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.chain import first
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.connection import Connection, address
from ansible_collections.ucops.lync.plugins.plugin_utils._session.readable import NotSoap, Unreadable

try:
    import requests.exceptions as of_requests
    import urllib3.exceptions as of_urllib3
    from requests.utils import get_environ_proxies, select_proxy
    from urllib3.util.ssl_match_hostname import CertificateError

    _PROXY: tuple[type[BaseException], ...] = (of_requests.ProxyError, of_urllib3.ProxyError)
    _SILENT: tuple[type[BaseException], ...] = (of_requests.Timeout, of_urllib3.TimeoutError, TimeoutError)
    _NO_URL: tuple[type[BaseException], ...] = (of_requests.InvalidURL, of_urllib3.LocationValueError)
    _REDIRECTED: tuple[type[BaseException], ...] = (of_requests.TooManyRedirects,)
    _BROKEN: tuple[type[BaseException], ...] = (of_requests.ConnectionError, of_urllib3.HTTPError, OSError)
    _WRONG_NAME: tuple[type[BaseException], ...] = (CertificateError,)
except ImportError:  # then nothing is sent over HTTP
    _PROXY = _NO_URL = _REDIRECTED = _WRONG_NAME = ()
    _SILENT, _BROKEN = (TimeoutError,), (OSError,)

ERRNOS: Mapping[int, Cause] = {
    errno.ECONNREFUSED: Cause.CONNECTION_REFUSED,
    errno.EHOSTDOWN: Cause.NO_ROUTE,
    errno.EHOSTUNREACH: Cause.NO_ROUTE,
    errno.ENETDOWN: Cause.NO_ROUTE,
    errno.ENETUNREACH: Cause.NO_ROUTE,
    errno.ETIMEDOUT: Cause.NO_ANSWER,
}
STATUSES: Mapping[int, Cause] = {
    403: Cause.FORBIDDEN,
    404: Cause.NO_SUCH_PATH,
    407: Cause.PROXY_LOGON,
    500: Cause.SERVER_ERROR,
    503: Cause.UNAVAILABLE,
}
_OWN_NUMBERS = (ssl.SSLError, socket.gaierror)
_TUNNEL_STATUS = re.compile(r"Tunnel connection failed: (\d{3})")
"""Of a proxy's refusal there is no code anywhere: http.client makes this text of its status, in English everywhere."""


def through_proxy(https: bool, server: str, port: int) -> bool:
    """Whether the environment (``http_proxy``, ``https_proxy``, ``no_proxy``) names a proxy on the way to a server."""
    if not _PROXY:  # without requests nothing is sent
        return False
    url = f"{'https' if https else 'http'}://{address(server, port)}"
    return bool(select_proxy(url, get_environ_proxies(url)))


def by_http_status(status: int) -> Diagnosis:
    """An answer that is neither a success nor a WSMan fault nor a refused logon."""
    if status in STATUSES:
        return Diagnosis(STATUSES[status])
    return Diagnosis(Cause.HTTP_STATUS, str(status))


def diagnosis_of(errors: list[BaseException], at: Connection) -> Diagnosis | None:
    """What an exception and those behind it tell of the way to the server; None where they tell nothing of it."""
    refused = first(errors, Unreadable)
    if refused is not None:
        return Diagnosis(Cause.NOT_WSMAN) if isinstance(refused, NotSoap) else Diagnosis(Cause.UNREADABLE, str(refused))
    if first(errors, *_PROXY):
        return Diagnosis(Cause.PROXY_FAILED, _kind(errors))
    redirected = first(errors, *_REDIRECTED)
    if redirected is not None:
        return Diagnosis(Cause.REDIRECTED, _target(redirected))
    if first(errors, socket.gaierror):
        return Diagnosis(Cause.NAME_NOT_RESOLVED)
    if first(errors, *_NO_URL):
        return Diagnosis(Cause.PROXY_ADDRESS if at.proxied else Cause.NAME_NOT_RESOLVED)
    if first(errors, *_WRONG_NAME):
        return tls.wrong_name(at)
    of_tls = first(errors, ssl.SSLError)
    if of_tls is not None:
        return tls.diagnosis_of(of_tls, at)
    number = _errno(errors)
    if number is not None and number in ERRNOS:
        return Diagnosis(ERRNOS[number])
    if first(errors, *_SILENT):  # after the error number: a refused connection is a time-out among urllib3's classes
        return Diagnosis(Cause.NO_ANSWER)
    return _broken(errors, at)


def _broken(errors: list[BaseException], at: Connection) -> Diagnosis | None:
    if not at.https and _errno(errors) is None and first(errors, http.client.BadStatusLine):
        return Diagnosis(Cause.CLOSED_UNANSWERED)
    if not first(errors, *_BROKEN):
        return None
    return tls.unusable_file(at) or Diagnosis(Cause.CONNECTION_BROKEN, _kind(errors))


def _errno(errors: list[BaseException]) -> int | None:
    """The error number of the system; those of OpenSSL and of the resolver are numbers of their own."""
    numbers = (error.errno for error in errors if isinstance(error, OSError) and not isinstance(error, _OWN_NUMBERS))
    return next((number for number in numbers if isinstance(number, int)), None)


def _kind(errors: list[BaseException]) -> str:
    """What is told of a failure without its text: a status, the name of an error number, else the innermost class."""
    tunnel = next((found for error in errors if (found := _TUNNEL_STATUS.search(str(error)))), None)
    if tunnel is not None:
        return f"HTTP {tunnel[1]}"
    number = _errno(errors)
    return errno.errorcode.get(number, str(number)) if number is not None else type(errors[-1]).__name__


def _target(redirected: BaseException) -> str:
    """Scheme, host and port: what else an address may hold is not shown."""
    response = getattr(redirected, "response", None)
    try:
        target = urlsplit(str(response.headers.get("Location", "")) if response is not None else "")
        return f"{target.scheme}://{target.netloc.rpartition('@')[2]}" if target.netloc else "another address"
    except ValueError:  # what is there is no address
        return "another address"
