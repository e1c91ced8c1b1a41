# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names as the controller resolves them, by dnspython."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from typing import Any

from ansible.module_utils.basic import missing_required_lib

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused
from ansible_collections.ucops.lync.plugins.module_utils._core.outside import Looked, Srv

try:
    import dns.exception
    import dns.resolver
except ImportError:
    HAS_DNSPYTHON = False
else:
    HAS_DNSPYTHON = True


class ControllerNames:
    """
    :param name_servers: addresses, with a port behind a colon where it is not 53; none: those of this computer.
    :param timeout: seconds for one name.
    :raises Refused: for a name server that is no address.
    """

    def __init__(self, name_servers: Sequence[str], timeout: float) -> None:
        self._name_servers = [_address_and_port(text) for text in name_servers]
        self._timeout = timeout
        self._made: Any = None

    @property
    def asks_others(self) -> bool:
        """Whether it asks other DNS servers than those of this computer."""
        return bool(self._name_servers)

    def federation(self, name: str) -> Looked:
        return self._look(name, "SRV", _as_srv)

    def addresses(self, name: str) -> Looked:
        """IPv4, or IPv6 where it has no other."""
        looked = self._look(name, "A", _as_addresses)
        return looked if looked.addresses or looked.problem else self._look(name, "AAAA", _as_addresses)

    def _look(self, name: str, kind: str, as_looked: Callable[[Any], Looked]) -> Looked:
        if not HAS_DNSPYTHON:
            return Looked(problem=missing_required_lib("dnspython", reason="to ask DNS from the controller"))
        try:
            return as_looked(self._resolver().resolve(name, kind, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return Looked()
        except (dns.exception.DNSException, OSError) as error:
            return Looked(problem=f"the controller's DNS servers did not answer for {name} ({type(error).__name__})")

    def _resolver(self) -> Any:
        if self._made is None:
            resolver = dns.resolver.Resolver(configure=not self._name_servers)
            if self._name_servers:
                resolver.nameservers = [address for address, _port in self._name_servers]
                resolver.nameserver_ports = dict(self._name_servers)
            resolver.lifetime = self._timeout
            self._made = resolver
        return self._made


def _as_srv(records: Any) -> Looked:
    return Looked(records=tuple(Srv(record.target.to_text().rstrip("."), record.port) for record in records))


def _as_addresses(records: Any) -> Looked:
    return Looked(addresses=tuple(record.address for record in records))


def _address_and_port(text: str) -> tuple[str, int]:
    address, colon, port = text.strip().rpartition(":")
    if not colon or ":" in address:  # an IPv6 address has no port here
        address, port = text.strip(), "53"
    try:
        ipaddress.ip_address(address)
    except ValueError:
        port = ""
    if not (port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
        raise Refused(f"'{text}' is no address of a DNS server: write 192.0.2.53, or 192.0.2.53:53.")
    return address, int(port)
