# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One call of a cmdlet: what it was given, where it runs, and what it writes."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lynclab.deployment.deployment import Deployment
from lynclab.deployment.store import Item, StoreContent
from lynclab.facts import OutputClass, enum_value, output_classes
from lynclab.powershell import errors, messages
from lynclab.powershell.binder import Binding
from lynclab.powershell.conversion import identity
from lynclab.powershell.syntax import Syntax
from lynclab.powershell.values import (
    ErrorRecord,
    Output,
    PSObject,
    Record,
    StringList,
    UInt32,
    UInt64,
    VerboseRecord,
    WarningRecord,
)

_PLAIN_TYPES: Mapping[str, Callable[[Any], Any]] = {
    "System.Boolean": bool,
    "System.UInt32": UInt32,
    "System.UInt64": UInt64,
    "StringList": lambda items: StringList(tuple(items)),
}
CHANGE_WARNING = "Changing this setting affects every Edge Server."


@dataclass
class Invocation:
    """A bound call. ``fqdn`` is the machine that runs it; ``records`` collects what it writes."""

    binding: Binding
    deployment: Deployment
    fqdn: str
    edition: str
    records: list[Record] = field(default_factory=list)

    @property
    def syntax(self) -> Syntax:
        """The cmdlet's declaration."""
        return self.binding.syntax

    @property
    def product(self) -> str:
        """The product version of the deployment."""
        return self.deployment.product

    def content(self) -> StoreContent:
        """What the cmdlet reads: the machine's local store with -LocalStore, else the Central Management store."""
        if self.binding.get("LocalStore"):
            return self.deployment.local_store(self.fqdn)
        return self.deployment.content

    def identity(self) -> str | None:
        """The text of -Identity, or None."""
        value = self.binding.get("Identity")
        return None if value is None else str(value)

    def write(self, value: Any) -> None:
        """Write an object to the pipeline, without the properties that the deployment's servers do not show."""
        unshown = self.deployment.unshown
        if unshown and isinstance(value, PSObject):
            shown = {name: held for name, held in value.properties.items() if name.lower() not in unshown}
            value = replace(value, properties=shown)
        self.records.append(Output(value))

    def error(self, record: ErrorRecord) -> None:
        """Write a non-terminating error, as ErrorAction says."""
        action = str(self.binding.get("ErrorAction", "Continue"))
        if action in ("SilentlyContinue", "Ignore"):
            return
        if action == "Stop":
            raise errors.Terminated(_terminating(record))
        self.records.append(replace(record, written=True))

    def fail(
        self, error_id: str, message: str, target: str = "", category: int = errors.INVALID_OPERATION
    ) -> errors.Terminated:
        """A terminating error, to be raised by the caller."""
        return errors.Terminated(errors.failed(self.syntax, error_id, message, target, category))

    def warn(self, message: str) -> None:
        """Write a warning, unless WarningAction says otherwise."""
        if str(self.binding.get("WarningAction", "Continue")) not in ("SilentlyContinue", "Ignore"):
            self.records.append(WarningRecord(message, self.syntax.name, self._bound(), self.syntax.definition))

    def may_change(self, target: str) -> bool:
        """ShouldProcess: False under -WhatIf; an error under -Confirm, for there is nobody to ask."""
        if self.binding.get("WhatIf"):
            return False
        operation = messages.performing(self.syntax.name, target)
        if self.binding.get("Confirm"):
            raise errors.Terminated(errors.confirmation_needed(self.syntax, operation, self.edition))
        if self.deployment.warn_on_change:
            self.warn(CHANGE_WARNING)
        if self.binding.get("Verbose"):
            self.records.append(VerboseRecord(operation, self.syntax.name, self._bound(), self.syntax.definition))
        return True

    def output_class(self, cmdlet: str, name: str) -> OutputClass:
        """A class that ``cmdlet`` writes on this product version, by the last part of its name."""
        return output_classes(cmdlet, self.product)[name]

    def _bound(self) -> dict[str, Any]:
        switches = {parameter.name for parameter in self.syntax.all_parameters() if parameter.is_switch}
        return {
            name: _switch(value) if name in switches else value
            for name, value in self.binding.values.items()
            if value is not None
        }


def shape(output: OutputClass, item: Item, text: str | None = None) -> PSObject:
    """An item as an object of that class: its properties with their .NET types. Without ``text``: the class's name."""
    properties = {name: _typed(type_name, item.get(name)) for name, type_name in output.properties.items()}
    return PSObject((output.name, "System.Object"), output.name if text is None else text, properties)


def selected(items: Iterable[Item], call: Invocation, named: str | None = None) -> Iterator[Item]:
    """The items that -Identity or -Filter choose. An unknown identity is a non-terminating error.

    ``named`` is the identity as the server spells it, where that differs from what was typed.
    """
    identity = named or call.identity()
    pattern = call.binding.get("Filter")
    if identity is None:
        for item in items:
            if pattern is None or matches(str(item["Identity"]), pattern):
                yield item
        return
    found = [item for item in items if str(item["Identity"]).lower() == identity.lower()]
    if not found:
        call.error(errors.not_found(call.syntax, identity))
    yield from found


def matches(text: str, pattern: str) -> bool:
    """PowerShell's wildcards, without regard to case."""
    return fnmatch.fnmatchcase(text.lower(), pattern.lower())


def _switch(on: bool) -> PSObject:
    types = ("System.Management.Automation.SwitchParameter", "System.ValueType", "System.Object")
    return PSObject(types, str(on), {"IsPresent": on})


def _typed(type_name: str, value: Any) -> Any:
    if value is None:
        return None
    if type_name in _PLAIN_TYPES:
        return _PLAIN_TYPES[type_name](value)
    if type_name.startswith("Microsoft.Rtc.Management.Xds.Xds"):
        return identity(type_name, str(value))
    if type_name.startswith("Microsoft."):
        return enum_value(type_name, str(value))
    return value


def _terminating(record: ErrorRecord) -> ErrorRecord:
    return replace(record, terminating=True)
