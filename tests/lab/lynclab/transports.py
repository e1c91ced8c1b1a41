# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways to a server, by name, and the variables that a user writes into an inventory for each.

``ntlm-http`` is connection psrp; ``winrm-ntlm-http`` (for short ``winrm-http``) is connection winrm.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lynclab.logon.kdc import realm_of
from lynclab.spec import LabSpec

if TYPE_CHECKING:
    from lynclab.lab import Lab
    from lynclab.machine import LabMachine

_WINRM = "winrm-"


@dataclass(frozen=True)
class Transport:
    """A connection plugin, an authentication and a protocol (``http`` or ``https``)."""

    connection: str
    authentication: str
    protocol: str

    @classmethod
    def named(cls, name: str) -> Transport:
        """The transport of a name. Raises ValueError."""
        rest = name.removeprefix(_WINRM)
        connection = "winrm" if rest != name else "psrp"
        authentication, _dash, protocol = rest.rpartition("-")
        return cls(connection, authentication or "ntlm", protocol)

    @property
    def encrypts(self) -> bool:
        """Whether the logon's keys seal the messages."""
        return self.protocol == "http" and self.authentication not in ("basic", "certificate")


_BOTH = ("ntlm", "kerberos", "credssp", "basic")
PSRP_TRANSPORTS = (
    *(f"{authentication}-{protocol}" for authentication in (*_BOTH, "negotiate") for protocol in ("http", "https")),
    "certificate-https",
)
WINRM_TRANSPORTS = (
    *(f"winrm-{protocol}" for protocol in ("http", "https")),
    *(f"winrm-{authentication}-{protocol}" for authentication in _BOTH for protocol in ("http", "https")),
    "winrm-certificate-https",
)
EDGE_TRANSPORTS = (*PSRP_TRANSPORTS, *WINRM_TRANSPORTS)
#: Certificates are mapped to local accounts only, of which a Front End has none here.
FRONT_END_TRANSPORTS = (
    "negotiate-https",
    *(name for name in EDGE_TRANSPORTS if "certificate" not in name and name != "negotiate-https"),
)


def prepared(spec: LabSpec, edge: str = EDGE_TRANSPORTS[0], front_end: str = FRONT_END_TRANSPORTS[0]) -> LabSpec:
    """A specification of servers that can be reached so: with a domain controller, with certificates, in the clear."""
    at_edge, at_front_end = Transport.named(edge), Transport.named(front_end)
    both = (at_edge, at_front_end)
    return replace(
        spec,
        kerberos=spec.kerberos or any(way.authentication == "kerberos" for way in both),
        edges_in_domain=spec.edges_in_domain or at_edge.authentication == "kerberos",
        certificates=spec.certificates or at_edge.authentication == "certificate",
        allow_unencrypted=spec.allow_unencrypted
        or any((way.authentication, way.protocol) == ("basic", "http") for way in both),
    )


def variables(name: str, lab: Lab, machine: LabMachine) -> dict[str, Any]:
    """What an inventory says of a machine that is reached so: connection, port, account, authentication."""
    transport = Transport.named(name)
    return _account(transport, lab, machine) | (
        _winrm(transport, lab, machine) if transport.connection == "winrm" else _psrp(transport, lab, machine)
    )


def _account(transport: Transport, lab: Lab, machine: LabMachine) -> dict[str, Any]:
    account = machine.people.people[0].account
    if transport.authentication == "certificate":
        return {}
    user = account.qualified
    if transport.authentication == "kerberos" and account.dns_domain:
        user = f"{account.name}@{realm_of(account.dns_domain)}"
    return {"ansible_user": user, "ansible_password": account.password}


def _port(transport: Transport, lab: Lab, machine: LabMachine) -> int:
    reach = lab.reach(machine.name)
    return reach.https_port if transport.protocol == "https" else reach.http_port


def _psrp(transport: Transport, lab: Lab, machine: LabMachine) -> dict[str, Any]:
    found: dict[str, Any] = {
        "ansible_port": _port(transport, lab, machine),
        "ansible_psrp_protocol": transport.protocol,
        "ansible_psrp_auth": transport.authentication,
    }
    if transport.protocol == "http":
        found["ansible_psrp_message_encryption"] = "always" if transport.encrypts else "never"
    if transport.authentication == "kerberos":
        found["ansible_psrp_negotiate_hostname_override"] = machine.name
    if transport.authentication == "certificate":
        issued = lab.certificate_of(machine)
        found["ansible_psrp_certificate_pem"] = str(issued.certificate)
        found["ansible_psrp_certificate_key_pem"] = str(issued.key)
    return found


def _winrm(transport: Transport, lab: Lab, machine: LabMachine) -> dict[str, Any]:
    found: dict[str, Any] = {
        "ansible_connection": "winrm",
        "ansible_port": _port(transport, lab, machine),
        "ansible_winrm_scheme": transport.protocol,
        "ansible_winrm_transport": transport.authentication,
    }
    if transport.authentication == "kerberos":
        found["ansible_winrm_kerberos_hostname_override"] = machine.name
    if transport.authentication == "certificate":
        issued = lab.certificate_of(machine)
        found["ansible_winrm_cert_pem"] = str(issued.certificate)
        found["ansible_winrm_cert_key_pem"] = str(issued.key)
    if transport.protocol == "http":
        return found | {"ansible_winrm_message_encryption": "always" if transport.encrypts else "never"}
    return found | {"ansible_winrm_ca_trust_path": str(lab.ca_file)}
