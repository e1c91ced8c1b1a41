# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PowerShell's parameter binder, driven by a table.

Order of its steps, tried on the engine of PowerShell 7.6: named arguments one after another (ambiguous name, given twice,
conversion), positional ones, parameter sets that exclude each other, arguments that found no parameter, missing mandatory
parameters. The first fault is the one reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lynclab.powershell import errors, messages
from lynclab.powershell.conversion import CannotConvert, CannotConvertValue, as_text, convert
from lynclab.powershell.syntax import Parameter, Syntax
from lynclab.powershell.values import CustomObject, ErrorRecord, PSObject, Switch

_NAMED_BY_NULL = frozenset({"System.Int32", "System.UInt32", "System.UInt64"})


@dataclass
class Binding:
    """The parameters that have a value, by their full names, and the parameter sets that are still possible."""

    syntax: Syntax
    edition: str
    values: dict[str, Any] = field(default_factory=dict)
    sets: list[str] = field(default_factory=list)

    @property
    def set_name(self) -> str:
        """The parameter set that was chosen."""
        return self.sets[0]

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a parameter, or the default when it was not given (or given as null)."""
        value = self.values.get(name)
        return default if value is None else value

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None

    def copy(self) -> Binding:
        """A second binding that can take a pipeline object without changing this one."""
        return Binding(self.syntax, self.edition, dict(self.values), list(self.sets))


def bind(
    syntax: Syntax, arguments: Iterable[tuple[str | None, Any]], edition: str, pipeline_input: bool = False
) -> Binding:
    """Bind a command line. Raises Terminated.

    With ``pipeline_input`` the parameter set is not chosen yet, and what is missing may still come down the pipe.
    """
    binding = Binding(syntax, edition, sets=list(syntax.sets))
    unknown: list[tuple[str, Any]] = []
    positional: list[Any] = []
    for name, value in arguments:
        if name is None:
            positional.append(value)
            continue
        parameter = _named(syntax, name)
        if parameter is None:
            unknown.append((name, value))
        else:
            _assign(binding, parameter, value)
    left_over = _bind_positional(binding, positional)
    if not binding.sets:
        raise Terminated(syntax, "AmbiguousParameterSet", messages.ambiguous_set(edition))
    for name, value in unknown:
        raise Terminated(syntax, "NamedParameterNotFound", messages.parameter_not_found(name), name, value)
    for value in left_over:
        raise Terminated(
            syntax, "PositionalParameterNotFound", messages.positional_not_found(as_text(value)), None, value
        )
    if not pipeline_input:
        _choose_set(binding)
    return binding


def bind_input(command_line: Binding, value: Any) -> Binding | ErrorRecord:
    """Bind one pipeline object on top of the command line: by value first, then by property name."""
    binding = command_line.copy()
    taken = False
    for parameter in command_line.syntax.parameters:
        if parameter.name in binding.values or not any(parameter.belongs_to(s) for s in binding.sets):
            continue
        if (
            parameter.by_value
            and parameter.type_name.endswith("PSObject")
            and isinstance(value, (PSObject, CustomObject))
        ):
            _narrow(binding, parameter)
            binding.values[parameter.name] = value
            taken = True
        elif parameter.by_value and isinstance(value, str):
            _assign(binding, parameter, value)
            taken = True
    if not taken and isinstance(value, (PSObject, CustomObject)):
        taken = _bind_properties(binding, value)
    if not taken:
        return _input_not_bound(command_line.syntax, value)
    _choose_set(binding)
    return binding


def _bind_properties(binding: Binding, value: PSObject | CustomObject) -> bool:
    properties = {name.lower(): held for name, held in value.properties.items()}
    taken = False
    for parameter in binding.syntax.parameters:
        if not parameter.by_property_name or parameter.name in binding.values:
            continue
        held = properties.get(parameter.name.lower())
        if held is not None:
            _assign(binding, parameter, held)
            taken = True
    return taken


class Terminated(errors.Terminated):
    """The binder's own way to fail: it makes the record itself."""

    def __init__(
        self, syntax: Syntax, error_id: str, message: str, parameter: str | None = None, argument: Any = None
    ) -> None:
        super().__init__(errors.binding(syntax, error_id, message, parameter, argument))


def _named(syntax: Syntax, name: str) -> Parameter | None:
    wanted = name.removeprefix("-").removesuffix(":").lower()
    candidates = []
    for parameter in syntax.all_parameters():
        names = [parameter.name.lower(), *parameter.aliases]
        if wanted in names:
            return parameter
        if any(known.startswith(wanted) for known in names):
            candidates.append(parameter)
    if len(candidates) > 1:
        # A name of the cmdlet's own goes before the common parameters.
        own = [parameter for parameter in candidates if not parameter.common]
        if len(own) != 1:
            message = messages.ambiguous_parameter(name, [parameter.name for parameter in candidates])
            raise Terminated(syntax, "AmbiguousParameter", message, name)
        candidates = own
    return candidates[0] if candidates else None


def _assign(binding: Binding, parameter: Parameter, value: Any) -> None:
    syntax = binding.syntax
    if parameter.name in binding.values:
        raise Terminated(syntax, "ParameterAlreadyBound", messages.already_bound(parameter.name), parameter.name)
    if value is None or isinstance(value, Switch):
        value = _null(syntax, parameter)
    else:
        if value == "" and isinstance(value, str) and _mandatory_text(parameter):
            text = messages.empty_not_allowed(parameter.name)
            raise errors.Terminated(
                errors.validation(
                    syntax, "ParameterArgumentValidationErrorEmptyStringNotAllowed", text, parameter, value
                )
            )
        try:
            value = convert(value, parameter, binding.edition)
        except (CannotConvert, CannotConvertValue) as reason:
            raise errors.Terminated(errors.conversion(syntax, parameter, value, reason)) from None
        _check_range(syntax, parameter, value, binding.edition)
    _narrow(binding, parameter)
    binding.values[parameter.name] = value


def _null(syntax: Syntax, parameter: Parameter) -> Any:
    """What a null argument means: a number is zero, a switch is on because it was named, anything else was not given.

    A function's switch is off, without an error (recorded, group "switch").
    """
    if parameter.is_switch:
        return not syntax.is_function
    if parameter.mandatory or parameter.mandatory_in or parameter.type_name == "System.Boolean":
        raise errors.Terminated(
            errors.validation(
                syntax,
                "ParameterArgumentValidationErrorNullNotAllowed",
                messages.null_not_allowed(parameter.name),
                parameter,
                None,
            )
        )
    return 0 if parameter.type_name in _NAMED_BY_NULL else None


def _mandatory_text(parameter: Parameter) -> bool:
    return parameter.type_name == "System.String" and (parameter.mandatory or bool(parameter.mandatory_in))


def _check_range(syntax: Syntax, parameter: Parameter, value: Any, edition: str) -> None:
    if parameter.minimum is None or parameter.maximum is None or parameter.minimum <= value <= parameter.maximum:
        return
    text = messages.outside_range(parameter.name, value, parameter.minimum, parameter.maximum, edition)
    raise errors.Terminated(errors.validation(syntax, "ParameterArgumentValidationError", text, parameter, value))


def _narrow(binding: Binding, parameter: Parameter) -> None:
    binding.sets = [name for name in binding.sets if parameter.belongs_to(name)]


def _bind_positional(binding: Binding, values: Sequence[Any]) -> list[Any]:
    left = list(values)
    open_parameters = sorted(
        (p for p in binding.syntax.parameters if p.position is not None and p.name not in binding.values),
        key=lambda p: p.position or 0,
    )
    for parameter in open_parameters:
        if left and any(parameter.belongs_to(name) for name in binding.sets):
            _assign(binding, parameter, left.pop(0))
    return left


def _choose_set(binding: Binding) -> None:
    """Leave one parameter set: one that misses nothing, the default one first."""
    missing = {name: _missing(binding, name) for name in binding.sets}
    complete = [name for name, names in missing.items() if not names]
    default = binding.syntax.sets[0]
    if default in complete or (len(complete) == 1):
        binding.sets = [default if default in complete else complete[0]]
    elif not complete and (default in missing or len(missing) == 1):
        names = missing[default] if default in missing else next(iter(missing.values()))
        text = messages.missing_mandatory(names)
        raise Terminated(binding.syntax, "MissingMandatoryParameter", text, "".join(f" {name}" for name in names))
    else:
        raise Terminated(binding.syntax, "AmbiguousParameterSet", messages.ambiguous_set(binding.edition))


def _missing(binding: Binding, set_name: str) -> list[str]:
    return [
        parameter.name
        for parameter in binding.syntax.parameters
        if parameter.is_mandatory_in(set_name) and parameter.name not in binding.values
    ]


def _input_not_bound(syntax: Syntax, value: Any) -> ErrorRecord:
    record = errors.binding(syntax, "InputObjectNotBound", messages.INPUT_NOT_BOUND, None, None)
    return replace(record, target=as_text(value), target_type=type(value).__name__, terminating=False)
