# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The few cmdlets of PowerShell itself that a plain endpoint of the lab has, and the names of those that it lacks."""

from __future__ import annotations

from lynclab.powershell.syntax import SWITCH_TYPE, Parameter, Syntax, common_parameters

_CORE = "Microsoft.PowerShell.Commands"


def import_module(edition: str) -> Syntax:
    """Import-Module, as far as the lab needs it (learn.microsoft.com Import-Module)."""
    parameters = (
        Parameter("Name", "System.String[]", mandatory=True, position=0, by_value=True),
        Parameter("Force", SWITCH_TYPE),
        Parameter("Global", SWITCH_TYPE),
        Parameter("PassThru", SWITCH_TYPE),
        Parameter("DisableNameChecking", SWITCH_TYPE),
    )
    common = common_parameters(edition, should_process=False)
    return Syntax("Import-Module", parameters, class_name=f"{_CORE}.ImportModuleCommand", common=common)


def get_command(edition: str) -> Syntax:
    """Get-Command, as far as the lab needs it (learn.microsoft.com Get-Command)."""
    parameters = (
        Parameter("Name", "System.String[]", position=0, by_value=True),
        Parameter("Module", "System.String[]"),
    )
    common = common_parameters(edition, should_process=False)
    return Syntax("Get-Command", parameters, class_name=f"{_CORE}.GetCommandCommand", common=common)


def get_date(edition: str) -> Syntax:
    """Get-Date without arguments: the machine's own time."""
    return Syntax("Get-Date", (), class_name=f"{_CORE}.GetDateCommand", common=common_parameters(edition, False))


#: Types of DNS records that the lab's zones have, by their numbers (learn.microsoft.com Resolve-DnsName; RFC 1035, 2782).
RECORD_TYPES = {"A": 1, "SOA": 6, "AAAA": 28, "SRV": 33}
_A_AND_AAAA = "A_AAAA"


def resolve_dns_name(edition: str) -> Syntax:
    """Resolve-DnsName of the module DnsClient, with the record types that the lab's zones have."""
    switches = (
        "DnsOnly CacheOnly DnssecOk DnssecCd NoHostsFile LlmnrNetbiosOnly LlmnrFallback LlmnrOnly NetbiosFallback NoIdn"
    )
    parameters = (
        Parameter("Name", "System.String", mandatory=True, position=0, by_value=True, by_property_name=True),
        Parameter(
            "Type",
            "Microsoft.DnsClient.Commands.RecordType",
            position=1,
            by_property_name=True,
            choices=(_A_AND_AAAA, *RECORD_TYPES),
        ),
        Parameter("Server", "System.String[]"),
        *(Parameter(name, SWITCH_TYPE) for name in (*switches.split(), "NoRecursion", "QuickTimeout", "TcpOnly")),
    )
    return Syntax(
        "Resolve-DnsName",
        parameters,
        class_name="Microsoft.DnsClient.Commands.ResolveDnsName",
        common=common_parameters(edition, False),
    )


NOT_IMPLEMENTED = frozenset(
    {
        "where-object",
        "select-object",
        "foreach-object",
        "sort-object",
        "measure-object",
        "out-string",
        "out-default",
        "out-null",
        "format-list",
        "format-table",
        "convertto-json",
        "invoke-command",
        "invoke-expression",
        "get-service",
        "get-process",
        "get-item",
        "get-content",
        "write-output",
        "get-module",
        "remove-module",
        "new-object",
    }
)
