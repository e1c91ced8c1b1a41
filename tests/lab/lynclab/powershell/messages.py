# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts of the engine's errors, in English.

Those of edition ``core`` were recorded from PowerShell 7.6. Windows PowerShell 3 to 5.1 (``desktop``) words some of them
otherwise and ends lines with CR LF; other languages of Windows have other texts, so nobody may match them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

EMPTY_IDENTITY = "Identity must not be empty."
#: Not documented anywhere: nobody may match it.
OUT_OF_SCOPE = (
    'The object "{target}" is not within the scope of your administrative roles ("{scope}"). The change was not made.'
)
PREPARING_MODULES = "Preparing modules for first use."
NOT_SUPPORTED = "Specified method is not supported."
SCRIPTS_NOT_ALLOWED = (
    "The syntax is not supported by this runspace. This can occur if the runspace is in no-language mode."
)
INPUT_NOT_BOUND = (
    "The input object cannot be bound to any parameters for the command either because the command does not take pipeline "
    "input or the input and its properties do not match any of the parameters that take pipeline input."
)


def line_end(edition: str) -> str:
    """How the edition's own texts end a line."""
    return "\n" if edition == "core" else "\r\n"


def core_library(edition: str) -> str:
    """The assembly of .NET's own exceptions."""
    return "System.Private.CoreLib" if edition == "core" else "mscorlib"


def command_not_found(name: str, edition: str) -> str:
    """An unknown command, or one that the session does not show."""
    if edition == "core":
        return (
            f"The term '{name}' is not recognized as a name of a cmdlet, function, script file, or executable program.\n"
            "Check the spelling of the name, or if a path was included, verify that the path is correct and try again."
        )
    return (
        f"The term '{name}' is not recognized as the name of a cmdlet, function, script file, or operable program. "
        "Check the spelling of the name, or if a path was included, verify that the path is correct and try again."
    )


def parameter_not_found(name: str) -> str:
    """A parameter that the cmdlet does not have."""
    return f"A parameter cannot be found that matches parameter name '{name}'."


def positional_not_found(text: str) -> str:
    """A positional argument too many."""
    return f"A positional parameter cannot be found that accepts argument '{text}'."


def ambiguous_parameter(name: str, candidates: Iterable[str]) -> str:
    """An abbreviation that fits several parameters."""
    return (
        f"Parameter cannot be processed because the parameter name '{name}' is ambiguous. Possible matches include:"
        f"{''.join(f' -{candidate}' for candidate in candidates)}."
    )


def already_bound(name: str) -> str:
    """A parameter given twice."""
    return (
        f"Cannot bind parameter because parameter '{name}' is specified more than once. To provide multiple values to "
        'parameters that can accept multiple values, use the array syntax. For example, "-parameter value1,value2,value3".'
    )


def missing_mandatory(names: Iterable[str]) -> str:
    """Mandatory parameters that were not given, where nobody can be asked."""
    return (
        f"Cannot process command because of one or more missing mandatory parameters:{''.join(f' {n}' for n in names)}."
    )


def ambiguous_set(edition: str) -> str:
    """Parameters of different parameter sets."""
    text = "Parameter set cannot be resolved using the specified named parameters."
    if edition == "core":
        text += " One or more parameters issued cannot be used together or an insufficient number of parameters were provided."
    return text


def null_not_allowed(name: str) -> str:
    """Null for a mandatory parameter."""
    return f"Cannot bind argument to parameter '{name}' because it is null."


def empty_not_allowed(name: str) -> str:
    """Empty text for a mandatory parameter."""
    return f"Cannot bind argument to parameter '{name}' because it is an empty string."


def outside_range(name: str, value: object, minimum: int, maximum: int, edition: str) -> str:
    """A number outside the range that the parameter's attribute allows."""
    side, limit, word = ("less", minimum, "minimum") if int(str(value)) < minimum else ("greater", maximum, "maximum")
    return (
        f"Cannot validate argument on parameter '{name}'. The {value} argument is {side} than the {word} allowed range of "
        f"{limit}. Supply an argument that is {'greater' if side == 'less' else 'less'} than or equal to {limit} and then "
        "try the command again."
    )


def cannot_convert(argument_type: str, parameter: str, type_name: str, detail: str) -> str:
    """An argument of a type that does not fit."""
    return f"Cannot convert '{argument_type}' to the type '{type_name}' required by parameter '{parameter}'. {detail}"


def invalid_cast(text: str, type_name: str, reason: str) -> str:
    """A value that does not fit."""
    return f'Cannot convert value "{text}" to type "{type_name}". Error: "{reason}"'


def cannot_bind(parameter: str, cast: str) -> str:
    """The same, seen from the parameter."""
    return f"Cannot bind parameter '{parameter}'. {cast}"


def out_of_range(type_name: str) -> str:
    """A number that the type cannot hold."""
    return f"Value was either too large or too small for {_article(type_name)}."


def bad_number(text: str, edition: str) -> str:
    """Text that is no number."""
    if edition == "core":
        return f"The input string '{text}' was not in a correct format."
    return "Input string was not in a correct format."


def unknown_enumerator(text: str, names: Sequence[str], edition: str) -> str:
    """Text that is no name of the enumeration."""
    return (
        f"Unable to match the identifier name {text} to a valid enumerator name. Specify one of the following enumerator "
        f"names and try again:{line_end(edition)}{', '.join(names)}"
    )


def ambiguous_enumerator(text: str, names: Sequence[str]) -> str:
    """Text that abbreviates several names of the enumeration."""
    return (
        f"The identifier name {text} cannot be processed because it is either too similar or identical to the following "
        f"enumerator names: {', '.join(names)}. Use a more specific identifier name."
    )


def not_an_enumeration_value(type_name: str, names: Sequence[str]) -> str:
    """A number that no name of the enumeration has."""
    return (
        f"due to enumeration values that are not valid. Specify one of the following enumeration values and try again. "
        f'The possible enumeration values are "{",".join(names)}".'
    )


def confirmation_needed(operation: str, edition: str) -> str:
    """A prompt where nobody can be asked."""
    return (
        "A command that prompts the user failed because the host program or the command type does not support user "
        "interaction. The host was attempting to request confirmation with the following message: "
        f"Are you sure you want to perform this action?{line_end(edition)}{operation}"
    )


def performing(operation: str, target: str) -> str:
    """What a changing cmdlet is about to do."""
    return f'Performing the operation "{operation}" on target "{target}".'


def module_not_found(name: str) -> str:
    """A module that is not installed."""
    return (
        f"The specified module '{name}' was not loaded because no valid module file was found in any module directory."
    )


def _article(type_name: str) -> str:
    name = type_name.rpartition(".")[2]
    return f"{'an' if name[0] in 'AEIO' else 'a'} {name}"
