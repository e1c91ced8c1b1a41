# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection as sentences name it: where it leads, who logs on, and which host variables set it."""

from __future__ import annotations

from dataclasses import dataclass

_WITH_EXTRA_PACKAGES = frozenset({"kerberos", "credssp"})


@dataclass(frozen=True)
class Variables:
    """The host variables of a connection plugin, and other words that depend on it. An empty one: it has no such variable.

    :param proxy: what to do about a proxy in between.
    :param service: what has to run on the server.
    :param ports: the usual ones.
    :param opens: what an account that may log on is allowed to do beyond that.
    :param library: the Python package on the controller that connects.
    """

    plugin: str
    service: str
    ports: str
    opens: str
    library: str = ""
    authentication: str = ""
    ca: str = ""
    certificate: str = ""
    configuration: str = ""
    encryption: str = ""
    path: str = ""
    protocol: str = ""
    proxy: str = ""


@dataclass(frozen=True)
class Connection:
    """
    :param where: server and port, and the path where one is chosen.
    :param has_password: whether there is one; itself it is not in here.
    :param ca: the file of the CA that the inventory or the environment names.
    :param certificates: the files of a client certificate.
    :param proxied: whether there is a proxy on the way, by the inventory or the environment.
    :param rights: what the account needs for more than a logon.
    :param configuration: the session configuration.
    :param seconds: the host variable ``lync_command_timeout``.
    """

    variables: Variables
    where: str
    server: str
    port: int
    user: str | None
    authentication: str
    https: bool
    has_password: bool = True
    ca: str | None = None
    certificates: tuple[str, ...] = ()
    proxied: bool = False
    rights: str = ""
    configuration: str = ""
    seconds: int = 0

    @property
    def account(self) -> str:
        """The account as its administrator writes it."""
        return f"'{self.user}'" if self.user else "the holder of the Kerberos ticket"

    @property
    def package(self) -> str:
        """What to install for this authentication."""
        library = self.variables.library
        return f"{library}[{self.authentication}]" if self.authentication in _WITH_EXTRA_PACKAGES else library

    @property
    def has_local_account(self) -> bool:
        """Whether the account seems to be one of the server itself."""
        domain, backslash, _account = (self.user or "").rpartition("\\")
        if not backslash:
            return "@" not in (self.user or "")
        return domain.lower() in (".", self.server.lower().partition(".")[0])


def address(server: str, port: int) -> str:
    """Server and port, as an address is written."""
    return f"[{server}]:{port}" if ":" in server else f"{server}:{port}"
