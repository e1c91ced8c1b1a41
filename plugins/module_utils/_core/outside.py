# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a look at the network from the controller may bring: DNS answers, and what a server shows in a TLS handshake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Srv:
    """Where an SRV record leads; without a target: there is no such service (RFC 2782)."""

    target: str
    port: int

    def __str__(self) -> str:
        return f"{self.target}:{self.port}"


@dataclass(frozen=True)
class Looked:
    """What was found under a name in DNS.

    :param records: SRV records; ``addresses``: texts. None of either: there is none, unless
    :param problem: says why it is not known.
    """

    records: tuple[Srv, ...] = ()
    addresses: tuple[str, ...] = ()
    problem: str = ""


class Names(Protocol):
    """Something that resolves names: a server, or the controller."""

    def federation(self, name: str) -> Looked:
        """The SRV records of a name."""

    def addresses(self, name: str) -> Looked:
        """The addresses of a name."""


@dataclass(frozen=True)
class Handshake:
    """What a TLS handshake showed.

    :param version: such as ``TLSv1.2``; empty where it did not come to an end.
    :param ends: when the certificate ends, in seconds since 1970.
    :param names: those that the certificate has, wildcards among them.
    :param wrong: what is wrong with the server; ``problem``: why nothing is known of it.
    """

    version: str = ""
    ends: float | None = None
    names: tuple[str, ...] = ()
    wrong: str = ""
    problem: str = ""


class Outside(Names, Protocol):
    """The network as the controller sees it."""

    def handshake(self, host: str, port: int) -> Handshake:
        """Connect and check the certificate, for that name, as a partner does. Nothing is sent."""
