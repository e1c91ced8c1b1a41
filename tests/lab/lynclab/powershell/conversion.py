# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns an argument into a value of a parameter's type, as PowerShell's binder does, or says why it cannot.

Each rule was tried on the engine of PowerShell 7.6; the texts of older versions are in ``messages``.
"""

from __future__ import annotations

from typing import Any

from lynclab.powershell import messages
from lynclab.powershell.syntax import SWITCH_TYPE, Parameter
from lynclab.powershell.values import (
    Byte,
    CustomObject,
    DateTime,
    EnumValue,
    ExceptionObject,
    Int64,
    PSObject,
    Reference,
    StringList,
    UInt32,
    UInt64,
)

_LIMITS = {
    "System.Int32": (-(2**31), 2**31 - 1),
    "System.UInt32": (0, 2**32 - 1),
    "System.UInt64": (0, 2**64 - 1),
}
_NUMBERS: dict[str, type[int]] = {"System.Int32": int, "System.UInt32": UInt32, "System.UInt64": UInt64}
_REFERENCES = frozenset(
    {
        "Microsoft.Rtc.Management.Xds.XdsIdentity",
        "Microsoft.Rtc.Management.Xds.XdsGlobalRelativeIdentity",
        "Microsoft.Rtc.Management.Deploy.Fqdn",
        "Microsoft.Rtc.Management.AD.UserIdParameter",
    }
)
ARITHMETIC = ("System.ArithmeticException", "System.SystemException", "System.Exception", "System.Object")
SYSTEM = ("System.SystemException", "System.Exception", "System.Object")


class CannotConvert(Exception):
    """The types do not fit at all (error id CannotConvertArgument)."""

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__(detail)


class CannotConvertValue(Exception):
    """The value does not fit the type (error id CannotConvertArgumentNoMessage)."""

    def __init__(self, reason: str, cause: ExceptionObject | None, quoted: str | None = None) -> None:
        self.reason = reason
        self.cause = cause
        self.quoted = quoted
        super().__init__(reason)


def dotnet_type(value: Any) -> str:
    """The .NET type name of an argument as it arrived."""
    for python_type, name in (
        (bool, "System.Boolean"),
        (UInt32, "System.UInt32"),
        (UInt64, "System.UInt64"),
        (Int64, "System.Int64"),
        (Byte, "System.Byte"),
        (int, "System.Int32"),
        (float, "System.Double"),
        (str, "System.String"),
        (bytes, "System.Byte[]"),
        (list, "System.Collections.ArrayList"),
        (tuple, "System.Object[]"),
        (dict, "System.Collections.Hashtable"),
        (DateTime, "System.DateTime"),
        (StringList, "System.Object[]"),
        (CustomObject, "System.Management.Automation.PSCustomObject"),
    ):
        if isinstance(value, python_type):
            return name
    if isinstance(value, EnumValue):
        return value.type_name
    if isinstance(value, PSObject):
        return value.type_names[0]
    return "System.Management.Automation.PSObject"


def as_text(value: Any) -> str:
    """The text of a scalar as the invariant culture writes it."""
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, PSObject):
        return value.text
    return str(value)


def convert(value: Any, parameter: Parameter, edition: str) -> Any:
    """The argument as a value of the parameter's type. ``value`` is not None."""
    if parameter.type_name == SWITCH_TYPE:
        if isinstance(value, bool):
            return value
        raise CannotConvert
    if parameter.type_name == "System.Boolean":
        return _boolean(value)
    if parameter.choices:
        return _enumeration(value, parameter, edition)
    if parameter.type_name in _NUMBERS:
        return _number(value, parameter, edition)
    if parameter.type_name in _REFERENCES:
        return _reference(value, parameter)
    if parameter.type_name == "System.String":
        if _is_collection(value):
            raise CannotConvert(messages.NOT_SUPPORTED)
        return as_text(value)
    if parameter.type_name == "System.String[]":
        return tuple(as_text(item) for item in _items(value))
    if parameter.type_name == "System.Byte[]" and not isinstance(value, bytes):
        raise CannotConvert
    return value


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return value != 0
    raise CannotConvert


def _number(value: Any, parameter: Parameter, edition: str) -> int:
    type_name = parameter.type_name
    if _is_collection(value):
        raise CannotConvert(messages.NOT_SUPPORTED)
    if isinstance(value, str):
        number = _parsed(value, type_name, edition)
    elif isinstance(value, (bool, int, float)):
        number = round(value)
    elif isinstance(value, EnumValue):
        number = value.number
    else:
        raise CannotConvert
    low, high = _LIMITS[type_name]
    if not low <= number <= high:
        reason = messages.out_of_range(type_name)
        raise CannotConvertValue(
            reason,
            ExceptionObject(
                ("System.OverflowException", *ARITHMETIC),
                reason,
                hresult=-2146233066,
                source=messages.core_library(edition),
            ),
        )
    return _NUMBERS[type_name](number)


def _parsed(text: str, type_name: str, edition: str) -> int:
    stripped = text.strip()
    try:
        if stripped.lower().startswith("0x"):
            return int(stripped, 16)
        return round(float(stripped)) if "." in stripped or "e" in stripped.lower() else int(stripped or "0")
    except (ValueError, OverflowError):
        reason = messages.bad_number(text, edition)
        raise CannotConvertValue(
            reason,
            ExceptionObject(
                ("System.FormatException", *SYSTEM), reason, hresult=-2146233033, source=messages.core_library(edition)
            ),
        ) from None


def _enumeration(value: Any, parameter: Parameter, edition: str) -> EnumValue:
    names = parameter.choices
    if isinstance(value, EnumValue):
        value = value.name
    if isinstance(value, str):
        text = value.strip()
        if text.isdigit():
            value = int(text)
        else:
            return EnumValue(parameter.type_name, *_matching_name(text, names, edition))
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise CannotConvert
    number = round(value)
    if not 0 <= number < len(names):
        raise CannotConvertValue(messages.not_an_enumeration_value(parameter.type_name, names), None)
    return EnumValue(parameter.type_name, names[number], number)


def _matching_name(text: str, names: tuple[str, ...], edition: str) -> tuple[str, int]:
    matches = [n for n, name in enumerate(names) if name.lower() == text.lower()]
    matches = matches or [n for n, name in enumerate(names) if name.lower().startswith(text.lower())]
    if len(matches) == 1:
        return names[matches[0]], matches[0]
    if matches:
        reason = messages.ambiguous_enumerator(text, [names[n] for n in matches])
    else:
        reason = messages.unknown_enumerator(text, names, edition)
    own = {"ErrorRecord": reason, "WasThrownFromThrowStatement": False}
    runtime = ("System.Management.Automation.RuntimeException", *SYSTEM)
    raise CannotConvertValue(reason, ExceptionObject(runtime, reason, own))


def _reference(value: Any, parameter: Parameter) -> Reference:
    if _is_collection(value):
        raise CannotConvert(messages.NOT_SUPPORTED)
    text = as_text(value)
    if not text.strip():
        reason = messages.EMPTY_IDENTITY
        cause = ExceptionObject(
            ("System.ArgumentException", *SYSTEM),
            reason,
            {"Message": reason, "ParamName": None},
            hresult=-2147024809,
            source="Lync.StandIn",
        )
        raise CannotConvertValue(reason, cause)
    return identity(parameter.type_name, text)


def identity(type_name: str, text: str) -> Reference:
    """An identity, with the properties that a serialiser shows of it where it shows any."""
    properties: tuple[tuple[str, Any], ...] = ()
    if type_name.endswith("XdsGlobalRelativeIdentity"):
        properties = (("Scope", "Global"), ("Name", text))
    return Reference(type_name, text, properties)


def _is_collection(value: Any) -> bool:
    return isinstance(value, (list, tuple, dict, bytes, StringList))


def _items(value: Any) -> tuple[Any, ...]:
    if isinstance(value, StringList):
        return value.items
    return tuple(value) if isinstance(value, (list, tuple)) else (value,)
