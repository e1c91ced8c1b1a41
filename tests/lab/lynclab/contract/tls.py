# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a machine's HTTPS port shows, right or wrong."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Trust(Enum):
    """Who vouches for a machine's certificate."""

    AUTHORITY = "the lab's authority"
    UNKNOWN_AUTHORITY = "an authority that clients do not know"
    ITSELF = "itself"


@dataclass(frozen=True)
class Tls:
    """A machine's certificate and TLS.

    ``names`` stand in the certificate in place of the machine's own (its FQDN, localhost and 127.0.0.1); ``old`` speaks TLS
    1.0 only, as Windows Server 2008 R2 without updates; ``plain`` answers HTTP on the HTTPS port.
    """

    trust: Trust = Trust.AUTHORITY
    names: tuple[str, ...] = ()
    expired: bool = False
    old: bool = False
    plain: bool = False
