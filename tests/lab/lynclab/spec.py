# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a lab is made of: a frozen value that the command line and the tests fill in."""

from __future__ import annotations

from dataclasses import dataclass, field

from lynclab.deployment.replication import Delays

DEPLOYMENT_NAMES = ("contoso", "fabrikam", "adatum", "litware", "northwind", "tailspin")
SITE_NAMES = ("Lisbon", "Zurich", "Osaka", "Quito", "Tromso", "Perth", "Accra", "Hanoi")
#: What a plain endpoint offers unless told otherwise. WinRM has no scheme NTLM of its own: NTLM is inside Negotiate.
OFFERED = ("Basic", "CredSSP", "Kerberos", "Negotiate")


@dataclass(frozen=True)
class LabSpec:
    """The shape of a lab. Times in seconds.

    ``first_deployment`` is the number of its first deployment: labs beside each other that begin where the one before ends
    have no name in common.
    ``enterprise``: the first site has an Enterprise pool of ``front_ends`` Front Ends and its store on another machine;
    otherwise one Standard Edition server that holds the store itself. ``edges`` Edge Servers stand in each site.
    The inventory names ``management_hosts`` Front Ends of each deployment.
    With ``delegation`` a plain session on a Front End reaches the store on another machine (the second hop).
    ``process_start`` is how long a powershell.exe takes to start, which WinRS pays for each command.
    ``offered`` are the authentications of /wsman (Kerberos where there is a domain controller). With ``kerberos`` a real
    krb5kdc is the domain controller of each deployment; ``edges_in_domain`` puts the Edge Servers into the domain.
    ``certificates`` maps client certificates to the accounts of Edge Servers outside of it; ``filters_local_accounts``
    takes their administrators' rights over the network (LocalAccountTokenFilterPolicy is not set); with ``own_passwords`` each of
    them has a password of its own. An account is locked
    after ``lockout_threshold`` failed logons (0: never).
    With ``outside`` its DNS zones and Access Edges answer on loopback, as they do on the Internet.
    ``situations`` are names of ``situations.catalogue.TABLE``, each with its arguments behind colons.
    """

    deployments: int = 1
    first_deployment: int = 0
    sites: int = 3
    edges: int = 2
    front_ends: int = 2
    enterprise: bool = True
    product: str = "lync2013"
    delays: Delays = field(default_factory=Delays)
    module_load: float = 0.0
    process_start: float = 0.0
    round_trip: float = 0.0
    keep_alive: float = 120.0
    powershell_version: str = "4.0"
    edition: str = "desktop"
    autoload: bool = True
    offers_get_command: bool = False
    stamp_kind: str = "utc"
    rich_types: bool = False
    plain_hosts: int = 0
    management_hosts: int = 1
    delegation: bool = False
    offered: tuple[str, ...] = OFFERED
    allow_unencrypted: bool = False
    kerberos: bool = False
    edges_in_domain: bool = False
    certificates: bool = False
    filters_local_accounts: bool = False
    own_passwords: bool = False
    lockout_threshold: int = 0
    shells_per_user: int = 30
    outside: bool = False
    situations: tuple[str, ...] = ()
    password: str = ""


def deployment_name(index: int) -> str:
    """The name of the index-th deployment."""
    return DEPLOYMENT_NAMES[index] if index < len(DEPLOYMENT_NAMES) else f"deployment{index + 1:03}"


def site_name(index: int) -> str:
    """The name of the index-th site."""
    return SITE_NAMES[index] if index < len(SITE_NAMES) else f"Site{index + 1:03}"
