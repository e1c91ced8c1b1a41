# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's accounts: who they are, what they may do. Passwords are made for each run."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from lynclab.cmdlets.admin_role import ADMINISTRATOR, SERVER_ADMINISTRATOR, VIEW_ONLY
from lynclab.endpoint import Account, Logon

DOMAIN = "LYNCLAB"


@dataclass(frozen=True)
class Person:
    """An account, its administrative role on the cmdlet-only endpoint, and whether it may open a plain session."""

    account: Account
    role: str | None = None
    administrator: bool = True


@dataclass(frozen=True)
class People:
    """The people that one machine knows."""

    people: tuple[Person, ...]

    def role(self, logon: Logon) -> str | None:
        """The administrative role of who logged on."""
        person = self._find(logon)
        return person.role if person is not None else None

    def administers(self, logon: Logon) -> bool:
        """Whether who logged on may open a plain session."""
        person = self._find(logon)
        return person is not None and person.administrator

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Who can log on at all."""
        return tuple(person.account for person in self.people)

    def _find(self, logon: Logon) -> Person | None:
        for person in self.people:
            if (logon.domain.lower(), logon.account.lower()) == (
                person.account.domain.lower(),
                person.account.name.lower(),
            ):
                return person
            known = {(domain.lower(), name.lower()) for domain, name in person.account.spellings()}
            if (logon.domain.lower(), logon.account.lower()) in known:
                return person
        return None


def domain_people(password: str, dns_domain: str) -> People:
    """The accounts of a deployment's domain: one for each role, and one without any."""

    def person(name: str, role: str | None, administrator: bool) -> Person:
        return Person(Account(name, password, DOMAIN, dns_domain), role, administrator)

    return People(
        (
            person("admin", ADMINISTRATOR, administrator=True),
            person("viewer", VIEW_ONLY, administrator=False),
            person("serveradmin", SERVER_ADMINISTRATOR, administrator=True),
            person("nobody", None, administrator=False),
        )
    )


def edge_people(password: str) -> People:
    """The accounts of an Edge Server, which is in no domain."""
    return People((Person(Account("edgeadmin", password)), Person(Account("edgeguest", password), administrator=False)))


def generated_password() -> str:
    """A password for one run of the lab."""
    return f"Lab-{secrets.token_urlsafe(12)}"
