# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of the ways in: what an inventory says for each, and which handshake the lab must have seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible.plugins.connection import psrp

from lynclab import transports
from lynclab.journal import CmdletEntry, LogonEntry, RequestEntry
from lynclab.lab import Lab
from lynclab.logon import kdc
from lynclab.machine import Kind, LabMachine
from lynclab.server import LOOPBACK
from support.stage import Stage

NO_KDC = f"not proven here: {kdc.missing()}" if kdc.missing() else ""
NO_KEY_PASSWORD = (
    ""
    if "ansible_psrp_certificate_key_password" in psrp.DOCUMENTATION
    else "not proven here: the psrp connection of this ansible-core has no option for a private key's password"
)
PRINCIPAL = "admin@CONTOSO.EXAMPLE"
MAPPED = "edgeadmin@localhost"
PASSPHRASE = "Schlüssel-4711 zum Zertifikat"

# Where a way leads to.
FRONT_END = "front end"  # whose store is on another machine: the double hop
TRUSTED = "trusted front end"  # the same, but trusted for delegation by itself
EDGE = "edge"


@dataclass(frozen=True)
class Way:
    """A row of the table.

    :param seen: the logon that the lab must see: ``Basic``, ``Negotiate`` (NTLM negotiated), ``Kerberos``, ...
    :param to: which machine; only an Edge Server's way does not write.
    :param extra: what distinguishes the row in the table.
    :param variables: host variables beside the usual ones.
    """

    connection: str
    authentication: str
    scheme: str
    seen: str
    to: str = TRUSTED
    path: str = "wsman"
    extra: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.connection, self.authentication, self.scheme, self.path, self.extra)))

    @property
    def host(self) -> str:
        """Its inventory name, which is also its mark on the wire."""
        return self.name.replace(",", "").replace(" ", "-").lower()

    @property
    def not_proven(self) -> str:
        """Why the row cannot be proven on this computer; empty where it can."""
        if self.kerberos:
            return NO_KDC
        return NO_KEY_PASSWORD if "encrypted key" in self.extra else ""

    @property
    def kerberos(self) -> bool:
        return self.seen == "Kerberos"

    @property
    def ticket(self) -> bool:
        """An existing one, and no password."""
        return "ticket" in self.extra

    @property
    def delegated(self) -> bool:
        """Whether credentials must arrive."""
        return self.authentication == "credssp" or "delegation on" in self.extra

    @property
    def bound(self) -> bool:
        """Whether the logon must be bound to the channel. pywinrm's Kerberos sends its ticket before it has seen the
        server's certificate, so that there is nothing to bind to.
        """
        if self.connection == "winrm" and self.kerberos:
            return False
        return self.scheme == "https" and self.seen in ("Negotiate", "Kerberos")

    @property
    def encrypted(self) -> bool:
        """Whether messages are sealed: without TLS always, but for Basic."""
        return self.scheme == "http" and self.authentication != "basic"


def table() -> list[Way]:
    """Every row."""
    ocs: dict[str, Any] = {"path": "OcsPowershell", "to": FRONT_END}
    return [
        Way("psrp", "basic", "https", "Basic"),
        Way("psrp", "basic", "http", "Basic"),
        *(Way("psrp", "ntlm", scheme, "Negotiate") for scheme in ("http", "https")),
        Way("psrp", "ntlm", "https", "Negotiate", **ocs),
        *(Way("psrp", "negotiate", scheme, "Negotiate") for scheme in ("http", "https")),
        Way("psrp", "negotiate", "https", "Negotiate", **ocs),
        *_kerberos("psrp"),
        Way("psrp", "negotiate", "https", "Kerberos", extra="as user@REALM", **ocs),
        *(Way("psrp", "kerberos", "https", "Kerberos", extra=extra, **ocs) for extra in ("password", "ticket")),
        *(Way("psrp", "credssp", scheme, "CredSSP", FRONT_END) for scheme in ("http", "https")),
        Way("psrp", "certificate", "https", "Certificate", EDGE),
        Way("psrp", "certificate", "https", "Certificate", EDGE, extra="encrypted key"),
        Way("winrm", "basic", "https", "Basic"),
        Way("winrm", "basic", "http", "Basic"),
        *(Way("winrm", "ntlm", scheme, "Negotiate") for scheme in ("http", "https")),
        *_kerberos("winrm"),
        *(Way("winrm", "credssp", scheme, "CredSSP", FRONT_END) for scheme in ("http", "https")),
        Way("winrm", "certificate", "https", "Certificate", EDGE),
    ]


def unencrypted() -> list[Way]:
    """Ways on which nothing would be encrypted: with psrp unless that is asked for by name, with winrm if it is forbidden
    by name (pywinrm's default sends Basic as it is).
    """
    always = {"ansible_winrm_message_encryption": "always"}
    return [
        Way("psrp", "basic", "http", "Basic", extra="not by name", variables={"ansible_psrp_message_encryption": None}),
        Way("winrm", "basic", "http", "Basic", extra="encryption always", variables=always),
    ]


def double_hops() -> list[Way]:
    """Ways to the Front End whose store is on another machine, without credentials that can be passed on."""
    return [
        Way("psrp", "ntlm", "http", "Negotiate", FRONT_END, extra="double hop"),
        Way("winrm", "ntlm", "http", "Negotiate", FRONT_END, extra="double hop"),
        *(
            Way(connection, "kerberos", "https", "Kerberos", FRONT_END, extra=f"{proof}, delegation off, double hop")
            for connection in ("psrp", "winrm")
            for proof in ("password", "ticket")
        ),
    ]


def _kerberos(connection: str) -> list[Way]:
    return [
        Way(
            connection,
            "kerberos",
            scheme,
            "Kerberos",
            FRONT_END if delegation else TRUSTED,
            extra=f"{proof}, delegation {'on' if delegation else 'off'}",
        )
        for proof in ("password", "ticket")
        for delegation in (False, True)
        for scheme in ("http", "https")
    ]


SPEC: Mapping[str, Any] = {"kerberos": not NO_KDC, "certificates": True}
"""What the rows need of a lab."""


def machine_of(lab: Lab, to: str) -> LabMachine:
    """The machine that a way leads to."""
    if to == EDGE:
        return lab.of_kind(Kind.EDGE)[0]
    return lab.of_kind(Kind.FRONT_END)[0 if to == FRONT_END else 1]


class Ways:
    """The stage with an inventory of one host for each way, and what the lab saw of each."""

    def __init__(self, stage: Stage, ways: Iterable[Way]) -> None:
        self.stage = stage
        self.ways = [way for way in ways if not way.not_proven]
        self.password = stage.lab.password
        self.settings = dict(stage.lab.environment)
        lab = stage.lab
        self.encrypted = lab.server.issue_to_user(MAPPED, passphrase=PASSPHRASE)
        self.keys = [self.encrypted.key, lab.certificate_of(machine_of(lab, EDGE)).key]
        trusted = machine_of(lab, TRUSTED)
        trusted.delegation = trusted.wire.allow_unencrypted = True
        if lab.kdc is not None:
            self.tickets = lab.kdc.ticket(machine_of(lab, FRONT_END).accounts[0], forwardable=True)

    def write_inventory(self, changes: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        """Write the inventory; ``changes`` by row's host name."""
        hosts = {way.host: {**self._variables(way), **(changes or {}).get(way.host, {})} for way in self.ways}
        self.stage.ansible.write(self.stage.inventory, {"lync_management": {"hosts": hosts}})

    def seen(self) -> dict[tuple[str, str], Handshake]:
        """What the lab saw in the newest run: by a row's host and a cmdlet that bore its name, the session's handshake."""
        journal, since = self.stage.lab.journal, self.stage.since
        requests, logons = journal.requests(since=since), journal.logons(since=since)
        found = {}
        for entry in journal.cmdlets(since=since):
            mark = next((str(value) for name, value in entry.parameters if name in ("Identity", "Filter")), "")
            found[mark, entry.name] = _handshake(entry, requests, logons)
        return found

    def _variables(self, way: Way) -> dict[str, Any]:
        lab = self.stage.lab
        machine = machine_of(lab, way.to)
        prefix = "winrm-" if way.connection == "winrm" else ""
        found = {
            "ansible_host": LOOPBACK,
            "ansible_connection": way.connection,
            "ansible_psrp_path": way.path,
            "ansible_psrp_ca_cert": str(lab.ca_file),
            "lync_test_writes": way.to != EDGE,
            "lync_test_refused": "double hop" in way.extra,
            **transports.variables(f"{prefix}{way.authentication}-{way.scheme}", lab, machine),
        }
        if way.kerberos:
            found |= {
                "ansible_user": PRINCIPAL,
                "ansible_psrp_negotiate_hostname_override": machine.name,
                "ansible_psrp_negotiate_delegate": way.delegated,
                "ansible_winrm_kerberos_delegation": way.delegated,
                "ansible_winrm_kinit_env_vars": ["KRB5_CONFIG"],
                "ansible_winrm_kinit_mode": "manual" if way.ticket else "managed",
            }
            if way.connection == "psrp":
                found = {name: value for name, value in found.items() if "winrm" not in name}
        if way.ticket:
            found = {name: value for name, value in found.items() if name not in ("ansible_user", "ansible_password")}
        if "encrypted key" in way.extra:
            found |= {
                "ansible_psrp_certificate_pem": str(self.encrypted.certificate),
                "ansible_psrp_certificate_key_pem": str(self.encrypted.key),
                "ansible_psrp_certificate_key_password": PASSPHRASE,
            }
        return {name: value for name, value in {**found, **way.variables}.items() if value is not None}


@dataclass(frozen=True)
class Handshake:
    """What a session was on the wire."""

    authentications: set[str]
    delegated: bool
    bound: bool
    succeeded: bool
    accounts: set[str]
    secure: bool
    encrypted: bool
    transport: str
    path: str

    def __str__(self) -> str:
        """A cell of the summary's table."""
        negotiated = {"Negotiate": "NTLM (negotiated)"}
        names = ", ".join(sorted(negotiated.get(name, name) for name in self.authentications))
        sealed = "in the clear"
        if self.secure:
            sealed = "TLS with channel binding" if self.bound else "TLS"
        elif self.encrypted:
            sealed = "messages encrypted"
        arrived = ", credentials delegated" if self.delegated else ""
        return f"{names}, {sealed}, as {', '.join(self.accounts)}{arrived}"


def _handshake(entry: CmdletEntry, all_requests: list[RequestEntry], all_logons: list[LogonEntry]) -> Handshake:
    """A shell belongs to connections, and each of these to a logon."""
    requests = [request for request in all_requests if request.shell == entry.shell]
    connections = {request.connection for request in requests}
    logons = [logon for logon in all_logons if logon.connection in connections]
    return Handshake(
        authentications={logon.authentication for logon in logons},
        delegated=all(logon.delegated for logon in logons),
        bound=all(logon.bound for logon in logons),
        succeeded=all(logon.succeeded for logon in logons),
        accounts={logon.account for logon in logons},
        secure=all(request.secure for request in requests),
        encrypted=all(request.encrypted for request in requests),
        transport=entry.transport,
        path=entry.path,
    )
