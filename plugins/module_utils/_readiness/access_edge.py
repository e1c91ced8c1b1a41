# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is checked on an Edge Server: the federation records as it resolves them, its certificate, its build."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .._core.cmdlet import Cmdlet
from .._core.failures import CmdletFailed, Failure, SessionFailed
from .._core.task import Task
from . import certificate as certificates
from .federation_record import CHECK as RECORD
from .federation_record import federation_record
from .rows import Row, bad, not_checked
from .server_names import ServerNames
from .tls_version import tls_version

CERTIFICATE = Cmdlet("Get-CsCertificate", {"Type": "AccessEdgeExternal"})
"""Reads the machine that it runs on (learn.microsoft.com Get-CsCertificate)."""


@dataclass(frozen=True)
class AccessEdge:
    """What is known of an Edge Server from its deployment.

    :param own_name: the external name of its pool; empty: not known.
    :param federating: the external names of the pools that carry federation; none: not known.
    :param carries_federation: whether its own pool is one of them.
    """

    sip_domains: tuple[str, ...]
    own_name: str
    federating: tuple[str, ...]
    carries_federation: bool
    build: str | None


def check(task: Task, edge: AccessEdge, now: float, least_days: float) -> list[Row]:
    """
    :param now: seconds since 1970.
    :param least_days: what the certificate must be good for.
    :raises SessionFailed: when the server cannot be reached.
    """
    names = ServerNames(task)
    records = [federation_record(names, domain, edge.federating) for domain in edge.sip_domains]
    rows = [record.row for record in records] or [not_checked(RECORD, "-", "the SIP domains are not known")]
    targets = [target for record in records for target in record.targets] if edge.carries_federation else []
    rows += _certificate(task, [edge.own_name, *targets], now, least_days)
    return [*rows, tls_version(edge.build)]


def _certificate(task: Task, needed: Sequence[str], now: float, least_days: float) -> list[Row]:
    subject = needed[0] or task.host
    try:
        (found,) = task.read(CERTIFICATE)
    except SessionFailed:
        raise
    except Failure as failure:
        reason = failure.text if isinstance(failure, CmdletFailed) else failure.message
        return [not_checked(certificates.EXPIRY, subject, f"{CERTIFICATE.name} failed: {reason}")]
    if not found:
        return [bad(certificates.EXPIRY, subject, "no certificate is assigned to the Access Edge")]
    shown = certificates.certificate(found[0])
    names = certificates.covers(shown, [name for name in needed if name])
    unknown = not_checked(certificates.NAME, subject, "the external name of its Edge pool is not known")
    return [certificates.validity(subject, shown, now, least_days), *(names if needed[0] else (unknown, *names))]
