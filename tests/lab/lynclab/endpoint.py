# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the wire asks of the engine behind it: machines, their endpoints, and the runspaces that an account opens there.

The wire (HTTP, authentication, WSMan, PSRP) knows these protocols and nothing of Lync; the engine implements them and
knows nothing of HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from lynclab.account_database import AccountDatabase
from lynclab.faults import Faults
from lynclab.powershell.edition import DESKTOP, Edition
from lynclab.powershell.values import Command, Record
from lynclab.tls import Tls


class AccessDenied(Exception):
    """The account may not open a shell here: WSMan fault 5, "Access is denied."."""


class QuotaExceeded(Exception):
    """The endpoint has no room for another shell of the account; the text is shown to the client."""


@dataclass(frozen=True)
class Account:
    """An account that a machine knows. Without a ``domain`` it is local to the machine.

    ``domain`` is the NetBIOS name, ``dns_domain`` the suffix of the user principal name. ``database`` keeps its standing:
    accounts of a domain share one, a machine outside of it has its own.
    """

    name: str
    password: str = field(repr=False)
    domain: str = ""
    dns_domain: str = ""
    database: AccountDatabase = field(default_factory=AccountDatabase, compare=False, repr=False)

    @property
    def qualified(self) -> str:
        """``DOMAIN\\name``, or the bare name of a local account."""
        return f"{self.domain}\\{self.name}" if self.domain else self.name

    def spellings(self) -> Iterator[tuple[str, str]]:
        """Each (domain, user) under which a client may log on."""
        if self.domain:
            yield self.domain, self.name
        if self.dns_domain:
            yield self.dns_domain, self.name
            yield "", f"{self.name}@{self.dns_domain}"
        if not self.domain:
            yield "", self.name
            yield ".", self.name


@dataclass(frozen=True)
class Logon:
    """Who opened a shell and how.

    ``authentication`` is ``Basic``, ``NTLM``, ``Negotiate`` (then NTLM was negotiated), ``Kerberos`` (negotiated or not),
    ``CredSSP`` and ``Certificate``. ``delegated`` says that the credentials can be used on a further machine (the second hop).
    """

    account: str
    domain: str
    authentication: str
    delegated: bool = False

    @property
    def qualified(self) -> str:
        """``DOMAIN\\name``, or the bare name of a local account."""
        return f"{self.domain}\\{self.account}" if self.domain else self.account


@dataclass(frozen=True)
class Pause:
    """Time that passes on the server before the next record, in seconds (a module loads)."""

    seconds: float


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


class Runspace(Protocol):
    """One opened runspace pool of one account on one endpoint."""

    @property
    def version(self) -> Mapping[str, Any]:
        """The entries of ``$PSVersionTable`` (see ``powershell.edition.version_table``)."""

    def run(self, commands: Sequence[Command]) -> Iterator[Record | Pause]:
        """Run one pipeline. Records come in order; a terminating error is the last of them."""

    def close(self) -> None:
        """Called once, when the shell is gone."""


class Endpoint(Protocol):
    """A listening path of a machine, such as ``/wsman`` or ``/OcsPowershell``."""

    @property
    def path(self) -> str:
        """The path, with its slash; paths are compared without regard to case."""

    @property
    def authentications(self) -> frozenset[str]:
        """What the endpoint offers, of ``Basic``, ``CredSSP``, ``Kerberos``, ``Negotiate``, ``NTLM``."""

    def open(self, logon: Logon) -> Runspace:
        """Open a runspace pool. Raises AccessDenied or QuotaExceeded."""


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
