# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is checked from the controller, as a partner sees it: federation records of SIP domains, and Access Edges over TLS."""

from __future__ import annotations

from collections.abc import Sequence

from .._core.failures import Refused
from .._core.outside import Outside
from .._replication.topology import FEDERATION_PORT
from . import certificate as certificates
from .certificate import Certificate
from .federation_record import federation_record
from .rows import Row, bad, good, not_checked

TLS = "TLS handshake"


def check(
    outside: Outside, sip_domains: Sequence[str], access_edges: Sequence[str], now: float, least_days: float
) -> list[Row]:
    """
    :param access_edges: external names, with a port behind a colon where it is not 5061. Nothing else is connected to.
    :raises Refused: for a port that is none.
    """
    edges = [_host_and_port(text) for text in access_edges]
    names = [host for host, _port in edges]
    rows = [federation_record(outside, domain, names).row for domain in sip_domains]
    return rows + [row for host, port in edges for row in _handshake(outside, host, port, now, least_days)]


def _handshake(outside: Outside, host: str, port: int, now: float, least_days: float) -> list[Row]:
    subject = host if port == FEDERATION_PORT else f"{host}:{port}"
    found = outside.handshake(host, port)
    if found.wrong:
        return [bad(TLS, subject, found.wrong)]
    if found.problem:
        return [not_checked(TLS, subject, found.problem)]
    shown = Certificate(found.names, ends=found.ends)
    return [
        good(TLS, subject, f"{found.version}, with a certificate that is trusted here"),
        certificates.validity(subject, shown, now, least_days),
        *certificates.covers(shown, [host]),
    ]


def _host_and_port(text: str) -> tuple[str, int]:
    host, colon, port = text.strip().rpartition(":")
    if not colon:
        return text.strip().rstrip("."), FEDERATION_PORT
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise Refused(f"{text} is no name of an Access Edge: write sip.contoso.com, or sip.contoso.com:5061.")
    return host.rstrip("."), int(port)
