# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that knows how Windows PowerShell differs from the engine that was recorded (PowerShell 7.6).

``CORE`` is the recorded engine, for the comparison with the recordings; ``DESKTOP``, the default, is what a Windows
server of Lync's time runs. The order of an exception's properties and the class names of DESKTOP are those in pypsrp's
recordings of real Windows servers. The texts of errors by edition are in ``messages``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lynclab.powershell.values import Version


@dataclass(frozen=True)
class Edition:
    """What depends on the edition: class names, the order of properties, stand-ins for stack traces.

    ``marks_written_errors``: a record that a cmdlet wrote carries the note property ``writeErrorStream``.
    """

    name: str
    core_library: str
    exception_properties: tuple[str, ...]
    invocation_has_statement: bool
    marks_written_errors: bool
    stack_trace: str
    target_site: str
    newline: str

    def generic(self, name: str, *arguments: str) -> str:
        """The full name of a generic .NET class, such as ``List`1`` of ``System.String``."""
        parts = ",".join(f"[{argument}, {self.core_library}]" for argument in arguments)
        return f"{name}`{len(arguments)}[{parts}]"


CORE = Edition(
    name="core",
    core_library="System.Private.CoreLib, Version=10.0.0.0, Culture=neutral, PublicKeyToken=7cec85d7bea7798e",
    exception_properties=(
        "TargetSite",
        "Message",
        "Data",
        "InnerException",
        "HelpLink",
        "Source",
        "HResult",
        "StackTrace",
    ),
    invocation_has_statement=True,
    marks_written_errors=False,
    stack_trace="(stack trace)",
    target_site="(method)",
    newline="\n",
)

DESKTOP = Edition(
    name="desktop",
    core_library="mscorlib, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089",
    exception_properties=(
        "Message",
        "Data",
        "InnerException",
        "TargetSite",
        "StackTrace",
        "HelpLink",
        "Source",
        "HResult",
    ),
    invocation_has_statement=False,
    marks_written_errors=True,
    stack_trace=(
        "   at System.Management.Automation.MshCommandRuntime.ThrowTerminatingError(ErrorRecord errorRecord)\r\n"
        "   at System.Management.Automation.CommandProcessor.ProcessRecord()"
    ),
    target_site="Void ThrowTerminatingError(System.Management.Automation.ErrorRecord)",
    newline="\r\n",
)

EDITIONS = {edition.name: edition for edition in (CORE, DESKTOP)}

_WINDOWS = {
    "2.0": ("6.1.7601.17514", "2.0.50727.5420", "2.1", ("1.0", "2.0")),
    "3.0": ("6.2.9200.22198", "4.0.30319.42000", "2.2", ("1.0", "2.0", "3.0")),
    "4.0": ("6.3.9600.20719", "4.0.30319.42000", "2.2", ("1.0", "2.0", "3.0", "4.0")),
    "5.1": ("10.0.14393.2248", "4.0.30319.42000", "2.3", ("1.0", "2.0", "3.0", "4.0", "5.0", "5.1.14393.2248")),
}


def version_table(version: str = "5.1") -> dict[str, Any]:
    """The entries of ``$PSVersionTable`` of Windows PowerShell ``2.0`` to ``5.1``, in the order that it sends.

    Raises KeyError for another version. Windows Server 2008 R2 came with 2.0, 2012 has 3.0, 2012 R2 has 4.0, 2016 has 5.1.
    """
    build, clr, protocol, compatible = _WINDOWS[version]
    table: dict[str, Any] = {"PSVersion": Version(compatible[-1] if version == "5.1" else version)}
    if version == "5.1":
        table["PSEdition"] = "Desktop"
    table["PSCompatibleVersions"] = [Version(item) for item in compatible]
    table["CLRVersion"] = Version(clr)
    table["BuildVersion"] = Version(build)
    table["WSManStackVersion"] = Version("2.0" if version == "2.0" else "3.0")
    table["PSRemotingProtocolVersion"] = Version(protocol)
    table["SerializationVersion"] = Version("1.1.0.1")
    return table
