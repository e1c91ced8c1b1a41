# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the ways to log on have in common: where a logon takes place, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from lynclab.contract.accounts import Account, Standing
from lynclab.contract.endpoint import Logon
from lynclab.contract.machine import Machine
from lynclab.logon import account_files as accounts
from lynclab.logon.account_files import AccountFiles


class Cipher(Protocol):
    """The keys of a logon, with which WinRM seals messages."""

    def wrap_winrm(self, data: bytes) -> tuple[bytes, bytes, int]:
        """Header, sealed data and the length of the padding."""

    def unwrap_winrm(self, header: bytes, data: bytes) -> bytes:
        """The clear text. Raises an exception of its library."""


@dataclass
class Outcome:
    """What a request's authentication came to: a logon, or a refusal; ``token`` goes back to the client."""

    logon: Logon | None = None
    token: str = ""
    #: The handshake goes on: only its token is sent, not the list of offers.
    goes_on: bool = False
    #: The logon's keys, where it has some.
    cipher: Cipher | None = None
    #: The client bound the logon to the TLS channel.
    bound: bool = False


class Refused(Exception):
    """The logon failed. ``account`` is as the client spelled it; ``token`` is a last word to the client, if there is one."""

    def __init__(
        self, reason: str, account: str = "", token: str = "", standing: Standing = Standing.WRONG_PASSWORD
    ) -> None:
        super().__init__(reason)
        self.account = account
        self.token = token
        self.standing = standing


@dataclass(frozen=True)
class Door:
    """Where somebody logs on: the machine and the connection's channel.

    ``endpoint_hash`` is the hash of the server's certificate (None: no TLS), ``certificate`` the client's, in DER.
    """

    machine: Machine
    files: AccountFiles
    endpoint_hash: bytes | None = None
    certificate: bytes | None = None

    def account(self, user: str) -> Account | None:
        """The account that a client names."""
        return accounts.find(self.machine.accounts, user)

    def wrong_password(self, user: str) -> Refused:
        """Count a wrong password or an unknown name."""
        account = self.account(user)
        if account is not None:
            if account.database.standing(account.name) is Standing.LOCKED_OUT:
                return _refused(Standing.LOCKED_OUT, user)
            account.database.failed(account.name)
        return _refused(Standing.WRONG_PASSWORD, user)

    def admit(self, user: str) -> Account:
        """Somebody whose password or ticket was right. Raises Refused for an account that may not log on."""
        account = self.account(user)
        if account is None:
            raise _refused(Standing.WRONG_PASSWORD, user)
        standing = account.database.standing(account.name)
        if standing is not Standing.GOOD:
            raise _refused(standing, user)
        account.database.succeeded(account.name)
        return account


def _refused(standing: Standing, user: str) -> Refused:
    return Refused(standing.words, user, standing=standing)


class Mechanism(Protocol):
    """One way to log on."""

    def step(self, token: str) -> Outcome:
        """Take what the client sent behind the scheme's name. Raises Refused."""


def logon_of(account: Account, authentication: str, *, delegated: bool = False) -> Logon:
    """The logon of an account."""
    return Logon(account.name, account.domain, authentication, delegated)
