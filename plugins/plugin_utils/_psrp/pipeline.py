# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pipeline of bare cmdlets with typed parameters, as pypsrp sends it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet, Secret
from ansible_collections.ucops.lync.plugins.plugin_utils._session.sendable import sendable

try:
    from pypsrp.complex_objects import Command
    from pypsrp.powershell import PowerShell, RunspacePool
    from pypsrp.serializer import TaggedValue
except ImportError:  # the session says so when it is opened
    Command = object


class BareCommand(Command):
    """A cmdlet of a pipeline, as small as the protocol allows.

    It has no instructions to merge streams, which the versions 2.2 and 2.3 of the protocol added and which say nothing by default
    (MS-PSRP 2.2.3.12; a real engine runs it without them). Nor is it copied each time pypsrp looks at the statements of a pipeline,
    which it does for the sake of lxml and without using it (0.9.1).
    """

    def __init__(self, name: str) -> None:
        super().__init__(name, protocol_version="2.1", is_script=False)

    def __deepcopy__(self, memo: dict[int, Any]) -> BareCommand:
        return self


def pipeline(pool: RunspacePool, cmdlets: Sequence[Cmdlet]) -> PowerShell:
    """The cmdlets as statements of one pipeline, not yet sent.

    Raises what pypsrp raises where a Secret needs a key that the server does not give.
    """
    built = PowerShell(pool)
    for position, cmdlet in enumerate(cmdlets):
        if position:
            built.add_statement()
        _add(built, cmdlet)
    return built


def _add(built: PowerShell, cmdlet: Cmdlet) -> None:
    built.add_command(BareCommand(cmdlet.name))
    for name, value in cmdlet.parameters.items():
        if isinstance(value, Secret):
            built.runspace_pool.exchange_keys()
            built.add_parameter(name, TaggedValue("SS", value.text))
        else:
            built.add_parameter(name, sendable(value))
    if cmdlet.confirms:
        # A session without a host fails where a prompt would appear (HostFunctionNotImplemented).
        built.add_parameter("Confirm", False)
