# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's accounts: who they are, what they may do. Passwords are made for each run."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from lynclab.cmdlets.admin_role import ADMINISTRATOR, SERVER_ADMINISTRATOR, SITE_ADMINISTRATOR, VIEW_ONLY
from lynclab.contract.accounts import Account, AccountDatabase
from lynclab.contract.endpoint import Logon

DOMAIN = "LYNCLAB"


@dataclass(frozen=True)
class Person:
    """An account, its administrative role on the cmdlet-only endpoint, and whether it may open a plain session.

    ``scope`` narrows the role to a site (``site:Lisbon``). ``built_in`` is a machine's own account Administrator.
    """

    account: Account
    role: str | None = None
    administrator: bool = True
    scope: str = ""
    built_in: bool = False


@dataclass
class People:
    """The people that one machine knows.

    ``filters_local``: LocalAccountTokenFilterPolicy is not set, as on a new Windows: local administrators arrive over the
    network without their rights, except the built-in one.
    """

    people: tuple[Person, ...]
    filters_local: bool = False

    def role(self, logon: Logon) -> str | None:
        """The administrative role of who logged on."""
        person = self.find(logon)
        return person.role if person is not None else None

    def scope(self, logon: Logon) -> str:
        """The site to which that role is narrowed, if it is."""
        person = self.find(logon)
        return person.scope if person is not None else ""

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


def domain_people(
    password: str, dns_domain: str, database: AccountDatabase | None = None, first_site: str = "Lisbon"
) -> People:
    """The accounts of a deployment's domain: one for each role, one for a role of the first site only, one without any."""
    kept = database or AccountDatabase()

    def person(name: str, role: str | None, administrator: bool, scope: str = "") -> Person:
        return Person(Account(name, password, DOMAIN, dns_domain, kept), role, administrator, scope)

    return People(
        (
            person("admin", ADMINISTRATOR, administrator=True),
            person("viewer", VIEW_ONLY, administrator=False),
            person("serveradmin", SERVER_ADMINISTRATOR, administrator=True),
            person("siteadmin", SITE_ADMINISTRATOR, administrator=False, scope=f"site:{first_site}"),
            person("nobody", None, administrator=False),
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
