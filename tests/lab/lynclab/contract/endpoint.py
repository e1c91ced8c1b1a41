# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the wire asks of an endpoint: the runspaces that an account opens there.

The wire (HTTP, authentication, WSMan, PSRP) knows the protocols of this package and nothing of Lync; the engine implements
them and knows nothing of HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from lynclab.powershell.values import Command, Record


class AccessDenied(Exception):
    """The account may not open a shell here: WSMan fault 5, "Access is denied."."""


class QuotaExceeded(Exception):
    """The endpoint has no room for another shell of the account; the text is shown to the client."""


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
