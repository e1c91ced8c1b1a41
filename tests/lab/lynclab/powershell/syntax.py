# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a cmdlet declares: parameters, parameter sets, and the syntax text that Get-Command derives from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

SWITCH_TYPE = "System.Management.Automation.SwitchParameter"
PREFERENCE_TYPE = "System.Management.Automation.ActionPreference"

_SHORT_TYPE_NAMES = {
    "System.String": "string",
    "System.String[]": "string[]",
    "System.Boolean": "bool",
    "System.Int32": "int",
    "System.UInt32": "uint",
    "System.UInt64": "ulong",
    "System.Byte[]": "byte[]",
    "System.Management.Automation.PSObject": "psobject",
}


@dataclass(frozen=True)
class Parameter:
    """One parameter. Empty ``sets`` means all sets; ``mandatory_in`` names the sets in which it must be given."""

    name: str
    type_name: str
    sets: frozenset[str] = frozenset()
    mandatory: bool = False
    mandatory_in: frozenset[str] = frozenset()
    position: int | None = None
    aliases: tuple[str, ...] = ()
    by_value: bool = False
    by_property_name: bool = False
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    common: bool = False

    @property
    def is_switch(self) -> bool:
        """Whether naming the parameter is enough."""
        return self.type_name == SWITCH_TYPE

    def belongs_to(self, set_name: str) -> bool:
        """Whether the parameter can be used in that parameter set."""
        return not self.sets or set_name in self.sets

    def is_mandatory_in(self, set_name: str) -> bool:
        """Whether that parameter set cannot do without it."""
        return self.belongs_to(set_name) and (self.mandatory or set_name in self.mandatory_in)


@dataclass(frozen=True)
class Syntax:
    """A cmdlet's name and parameters. The first parameter set is the default one.

    ``is_function``: a function stands in its place, as role capabilities and implicit remoting have them.
    """

    name: str
    parameters: tuple[Parameter, ...] = ()
    sets: tuple[str, ...] = ("__AllParameterSets",)
    should_process: bool = False
    class_name: str = ""
    common: tuple[Parameter, ...] = field(default=())
    is_function: bool = False

    def all_parameters(self) -> Iterator[Parameter]:
        """Its own parameters, then the common ones."""
        yield from self.parameters
        yield from self.common

    @property
    def definition(self) -> str:
        """The syntax of each parameter set, as CommandInfo.Definition holds it."""
        return "\n" + "\n\n".join(self._line(set_name) for set_name in self.sets) + "\n"

    def _line(self, set_name: str) -> str:
        own = [parameter for parameter in self.parameters if parameter.belongs_to(set_name)]
        positional = sorted((p for p in own if p.position is not None), key=lambda p: p.position or 0)
        named = [p for p in own if p.position is None]
        mandatory = [p for p in named if p.is_mandatory_in(set_name)]
        optional = [p for p in named if not p.is_mandatory_in(set_name)]
        words = [_usage(parameter, set_name) for parameter in (*positional, *mandatory, *optional)]
        if self.should_process:
            words += ["[-WhatIf]", "[-Confirm]"]
        return " ".join((self.name, *words, "[<CommonParameters>]"))


def short_type_name(type_name: str) -> str:
    """The name of a type as syntax texts print it: the C# keyword, else the class without its namespace."""
    return _SHORT_TYPE_NAMES.get(type_name, type_name.rpartition(".")[2])


def _usage(parameter: Parameter, set_name: str) -> str:
    name = f"-{parameter.name}"
    if parameter.position is not None:
        name = f"[{name}]"
    if not parameter.is_switch:
        name = f"{name} <{short_type_name(parameter.type_name)}>"
    return name if parameter.is_mandatory_in(set_name) else f"[{name}]"


_PREFERENCES = ("SilentlyContinue", "Stop", "Continue", "Inquire", "Ignore")


def common_parameters(edition: str, should_process: bool) -> tuple[Parameter, ...]:
    """The parameters that the engine adds to each cmdlet (learn.microsoft.com about_CommonParameters)."""
    preferences = (*_PREFERENCES, "Suspend", *(("Break",) if edition == "core" else ()))

    def preference(name: str, alias: str) -> Parameter:
        return Parameter(name, PREFERENCE_TYPE, aliases=(alias,), choices=preferences, common=True)

    def switch(name: str, alias: str) -> Parameter:
        return Parameter(name, SWITCH_TYPE, aliases=(alias,), common=True)

    def text(name: str, alias: str) -> Parameter:
        return Parameter(name, "System.String", aliases=(alias,), common=True)

    parameters = [switch("Verbose", "vb"), switch("Debug", "db"), preference("ErrorAction", "ea")]
    parameters.append(preference("WarningAction", "wa"))
    if edition == "core":
        parameters += [preference("InformationAction", "infa"), preference("ProgressAction", "proga")]
    parameters += [text("ErrorVariable", "ev"), text("WarningVariable", "wv")]
    if edition == "core":
        parameters.append(text("InformationVariable", "iv"))
    parameters.append(text("OutVariable", "ov"))
    parameters.append(Parameter("OutBuffer", "System.Int32", aliases=("ob",), common=True))
    if edition == "core":
        parameters.append(text("PipelineVariable", "pv"))
    if should_process:
        parameters += [switch("WhatIf", "wi"), switch("Confirm", "cf")]
    return tuple(parameters)
