# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the wire asks of a machine: a name, its endpoints, who can log on, its quotas, and how it is reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from lynclab.contract.accounts import Account
from lynclab.contract.endpoint import Endpoint
from lynclab.contract.faults import Faults
from lynclab.contract.tls import Tls
from lynclab.powershell.edition import DESKTOP, Edition


@dataclass
class Limits:
    """Quotas of a machine, as ``winrm get winrm/config`` names them; times in seconds.

    The defaults are those of Windows Server 2012 and later; Server 2008 R2 has 5 shells per user and 150 kB envelopes.
    """

    shells_per_user: int = 30
    commands_per_shell: int = 1000
    envelope_kilobytes: int = 500
    idle_timeout: float = 7200.0
    least_idle_timeout: float = 60.0
    greatest_idle_timeout: float = 2147483.647


@dataclass
class Wire:
    """How a machine is reached and how it serialises; times in seconds.

    ``keep_alive`` is how long an idle connection stays open (http.sys: 120). ``round_trip`` is added to every request.
    ``process_start`` is how long powershell.exe takes to start for a command of WinRS.
    ``rich_types`` serialises enumerations and identities as objects, as a server with type extensions does;
    ``date_kind`` sends every date with that kind (``utc``, ``local``, ``unspecified``). ``certificate_mappings`` lets users
    in with a client certificate: the user principal name in it, in lower case, to the account's name (WinRM maps to
    local accounts only).
    """

    http: bool = True
    https: bool = True
    allow_unencrypted: bool = False
    keep_alive: float = 120.0
    round_trip: float = 0.0
    process_start: float = 0.0
    edition: Edition = DESKTOP
    rich_types: bool = False
    date_kind: str | None = None
    tls: Tls = field(default_factory=Tls)
    certificate_mappings: dict[str, str] = field(default_factory=dict)


class Machine(Protocol):
    """A server: a name, its endpoints, the accounts that it knows, its quotas and what goes wrong on it."""

    @property
    def name(self) -> str:
        """Its FQDN."""

    @property
    def endpoints(self) -> Mapping[str, Endpoint]:
        """Its endpoints by path."""

    @property
    def accounts(self) -> Sequence[Account]:
        """Who can log on."""

    @property
    def faults(self) -> Faults:
        """What goes wrong, on demand."""

    @property
    def limits(self) -> Limits:
        """Its quotas."""

    @property
    def wire(self) -> Wire:
        """How it is reached and how it serialises."""
