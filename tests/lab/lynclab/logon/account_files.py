# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accounts of the lab's machines, for Basic and for pyspnego's NTLM acceptor.

The acceptor reads passwords from the file that the environment variable NTLM_USER_FILE names. That variable belongs to
the whole process, while each machine has accounts of its own (two Edge Servers may both have a local ``admin``): so the
variable is set for the moment of each step of the acceptor only, under a lock.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from spnego._ntlm_raw.crypto import ntowfv1

from lynclab.contract.accounts import Account

_VARIABLE = "NTLM_USER_FILE"
_lock = threading.Lock()


class AccountFiles:
    """One NTLM user file for each different list of accounts, in ``directory``, and the machines' Kerberos keytabs."""

    def __init__(self, directory: Path, keytabs: Mapping[str, Path] | None = None) -> None:
        self._directory = directory
        self._keytabs = {name.lower(): file for name, file in (keytabs or {}).items()}
        self._files: dict[tuple[Account, ...], Path] = {}

    def keytab(self, machine: str) -> Path | None:
        """The keys of a machine's services; None for a machine outside of every domain."""
        return self._keytabs.get(machine.lower())

    @contextmanager
    def of(self, accounts: Sequence[Account]) -> Iterator[None]:
        """While it lasts, NTLM acceptors of this process know these accounts."""
        key = tuple(accounts)
        file = self._files.get(key)
        if file is None:
            file = self._files[key] = self._write(key, len(self._files))
        with _lock:
            before = os.environ.get(_VARIABLE, os.devnull)
            os.environ[_VARIABLE] = str(file)
            try:
                yield
            finally:
                os.environ[_VARIABLE] = before  # not removed: another thread may be reading all variables

    def _write(self, accounts: Sequence[Account], number: int) -> Path:
        """The smbpasswd format: it holds hashes, so that a password may contain a colon."""
        lines = []
        for account in accounts:
            digest = ntowfv1(account.password).hex().upper()
            for domain, user in account.spellings():
                qualified = f"{domain}\\{user}" if domain else user
                lines.append(f"{qualified}:0:{'0' * 32}:{digest}:[U]:LCT-0\n")
        file = self._directory / f"accounts-{number}"
        file.touch(mode=0o600)
        file.write_text("".join(lines), encoding="utf-8")
        return file


def find(accounts: Sequence[Account], user: str) -> Account | None:
    """The account that a client names: ``user``, ``DOMAIN\\user`` or ``user@domain``, without regard to case."""
    domain, _separator, name = user.rpartition("\\")
    wanted = (domain.lower(), name.lower())
    for account in accounts:
        if wanted in ((known.lower(), spelled.lower()) for known, spelled in account.spellings()):
            return account
    return None
