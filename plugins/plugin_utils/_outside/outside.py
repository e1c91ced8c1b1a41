# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network as the controller sees it: nothing in it is touched before it is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.ucops.lync.plugins.module_utils._core.outside import Handshake
from ansible_collections.ucops.lync.plugins.plugin_utils._outside.handshake import handshake
from ansible_collections.ucops.lync.plugins.plugin_utils._outside.names import ControllerNames


class ControllerOutside(ControllerNames):
    """
    :param name_servers: as those of :class:`ControllerNames`.
    :param ca_file: the authorities to trust; empty: those of this computer.
    :param timeout: seconds for one name, and for one connection.
    """

    def __init__(self, name_servers: Sequence[str], ca_file: str, timeout: float) -> None:
        super().__init__(name_servers, timeout)
        self._ca_file = ca_file
        self._timeout = timeout

    def handshake(self, host: str, port: int) -> Handshake:
        """Only with the address that stated DNS servers give: this computer's own may know it by another one, inside."""
        looked = self.addresses(host)
        if self.asks_others and not looked.addresses:
            return Handshake(problem=looked.problem or f"{host} has no address at the DNS servers that are stated")
        return handshake(host, port, looked.addresses, self._ca_file, self._timeout)
