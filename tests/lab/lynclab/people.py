# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's accounts: who they are, what they may do. Passwords are made for each run."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from lynclab.contract.accounts import Account, AccountDatabase
from lynclab.contract.endpoint import Logon

DOMAIN = "LYNCLAB"


@dataclass(frozen=True)
class Person:
    """An account, and whether it may open a plain session. ``built_in`` is a machine's own account Administrator.

    Its administrative roles, which count on the cmdlet-only endpoint, are the deployment's to know.
    """

    account: Account
    administrator: bool = True
    built_in: bool = False


@dataclass
class People:
    """The people that one machine knows.

    ``filters_local``: LocalAccountTokenFilterPolicy is not set, as on a new Windows: local administrators arrive over the
    network without their rights, except the built-in one.
    """

    people: tuple[Person, ...]
    filters_local: bool = False

    def administers(self, logon: Logon) -> bool:
        """Whether who logged on may open a plain session."""
        person = self.find(logon)
        if person is None or not person.administrator:
            return False
        return bool(person.built_in or person.account.domain) or not self.filters_local

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Who can log on at all."""
        return tuple(person.account for person in self.people)

    @property
    def database(self) -> AccountDatabase:
        """What is kept about these accounts."""
        return self.people[0].account.database

    def find(self, logon: Logon) -> Person | None:
        """Who logged on."""
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


def domain_people(password: str, dns_domain: str, database: AccountDatabase | None = None) -> People:
    """The accounts of a deployment's domain; ``deployment.roles.members`` has their roles."""
    kept = database or AccountDatabase()
    administrators = {"admin": True, "viewer": False, "serveradmin": True, "siteadmin": False, "nobody": False}
    return People(
        tuple(
            Person(Account(name, password, DOMAIN, dns_domain, kept), administrator)
            for name, administrator in administrators.items()
        )
    )


def edge_people(password: str, database: AccountDatabase | None = None, *, filters_local: bool = False) -> People:
    """The accounts of an Edge Server, which is in no domain."""
    kept = database or AccountDatabase()
    return People(
        (
            Person(Account("edgeadmin", password, database=kept)),
            Person(Account("edgeguest", password, database=kept), administrator=False),
            Person(Account("Administrator", password, database=kept), built_in=True),
        ),
        filters_local,
    )


def generated_password() -> str:
    """A password for one run of the lab."""
    return f"Lab-{secrets.token_urlsafe(12)}"
