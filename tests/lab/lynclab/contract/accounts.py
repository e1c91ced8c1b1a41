# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts, and what a domain controller or a machine keeps about them: who may log on now, and how often somebody failed.

One database stands for a domain (all machines of a deployment count together), one for each machine outside of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum


class Standing(Enum):
    """Whether an account may log on: the NTSTATUS that Windows has for it ([MS-ERREF] 2.3.1).

    WinRM and IIS answer 401 for all of them, without a reason. The code is visible inside CredSSP (``errorCode`` of a
    TSRequest, protocol versions 3, 4 and 6); a domain controller tells Kerberos clients with errors of its own.
    """

    GOOD = 0
    WRONG_PASSWORD = 0xC000006D  # STATUS_LOGON_FAILURE, also for an unknown account
    PASSWORD_EXPIRED = 0xC0000071
    DISABLED = 0xC0000072
    EXPIRED = 0xC0000193
    MUST_CHANGE_PASSWORD = 0xC0000224
    LOCKED_OUT = 0xC0000234

    @property
    def words(self) -> str:
        """The reason, as the journal tells it."""
        return _WORDS[self]


_WORDS = {
    Standing.GOOD: "the account may log on",
    Standing.WRONG_PASSWORD: "unknown user name or bad password",
    Standing.PASSWORD_EXPIRED: "the password has expired",
    Standing.DISABLED: "the account is disabled",
    Standing.EXPIRED: "the account has expired",
    Standing.MUST_CHANGE_PASSWORD: "the password must be changed before the first logon",
    Standing.LOCKED_OUT: "the account is locked out",
}


class AccountDatabase:
    """The standing of the accounts of a domain, or of one machine. Names are compared without regard to case.

    ``lockout_threshold`` is the number of failed logons after which an account is locked (0, as in a new domain: never).
    Every method may be called from any thread.
    """

    def __init__(self, lockout_threshold: int = 0) -> None:
        self.lockout_threshold = lockout_threshold
        self._lock = threading.RLock()
        self._standings: dict[str, Standing] = {}
        self._failures: dict[str, int] = {}
        self._listeners: list[Callable[[str, Standing], None]] = []
        self._sources: list[Callable[[], None]] = []

    def standing(self, name: str) -> Standing:
        """Whether that account may log on with its right password."""
        self._hear()
        with self._lock:
            return self._standings.get(name.lower(), Standing.GOOD)

    def put(self, name: str, standing: Standing) -> None:
        """Disable an account, let it expire, lock it, or (GOOD) give it back."""
        with self._lock:
            self._standings[name.lower()] = standing
            if standing is Standing.GOOD:
                self._failures.pop(name.lower(), None)
            listeners = list(self._listeners)
        for listener in listeners:
            listener(name, standing)

    def failures(self, name: str) -> int:
        """How often a wrong password was given for that account since its last logon."""
        self._hear()
        with self._lock:
            return self._failures.get(name.lower(), 0)

    def failed(self, name: str) -> None:
        """Count a wrong password; it locks the account at the threshold."""
        with self._lock:
            if self._standings.get(name.lower()) is Standing.LOCKED_OUT:
                return
            count = self._failures[name.lower()] = self._failures.get(name.lower(), 0) + 1
            locked = 0 < self.lockout_threshold <= count
        if locked:
            self.put(name, Standing.LOCKED_OUT)

    def succeeded(self, name: str) -> None:
        """Forget what failed before: the right password was given."""
        with self._lock:
            self._failures.pop(name.lower(), None)

    def listen(self, listener: Callable[[str, Standing], None]) -> None:
        """Call ``listener`` with each later change of a standing."""
        with self._lock:
            self._listeners.append(listener)

    def consult(self, source: Callable[[], None]) -> None:
        """Call ``source`` before every answer: it knows of failures that are to be counted first."""
        with self._lock:
            self._sources.append(source)

    def _hear(self) -> None:
        with self._lock:
            sources = list(self._sources)
        for source in sources:
            source()


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
