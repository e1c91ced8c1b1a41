# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands as a client sent them, in the values of ``values``: psrpcore's types stop here."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from psrpcore import types as psrp

from lynclab.powershell import values
from lynclab.powershell.values import SWITCH, Command

_INTEGERS: tuple[tuple[type, type[int]], ...] = (
    (psrp.PSUInt, values.UInt32),
    (psrp.PSUInt64, values.UInt64),
    (psrp.PSInt64, values.Int64),
    (psrp.PSByte, values.Byte),
)


def commands_of(pipeline: Any) -> list[Command]:
    """The commands of a ``psrpcore.PowerShell`` pipeline. Merge instructions are not looked at."""
    return [
        Command(
            name=str(command.command_text),
            arguments=tuple(_argument(name, value) for name, value in command.parameters),
            is_script=bool(command.is_script),
            ends_statement=bool(command.end_of_statement),
        )
        for command in pipeline.commands
    ]


def shown(arguments: Iterable[tuple[str | None, Any]]) -> tuple[tuple[str | None, Any], ...]:
    """Arguments as a log may hold them: no secret in them."""
    return tuple((name, _hidden(value)) for name, value in arguments)


def _hidden(value: Any) -> Any:
    if isinstance(value, values.SecureString):
        return repr(value)
    if isinstance(value, list):
        return [_hidden(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _hidden(item) for key, item in value.items()}
    return value


def _argument(name: Any, value: Any) -> tuple[str | None, Any]:
    if name is None:
        return None, plain(value)
    return str(name), SWITCH if value is None else plain(value)


def plain(value: Any) -> Any:
    """A value that psrpcore read, as this package knows it."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, psrp.PSSecureString):
        return values.SecureString(str(value.decrypt()))
    if isinstance(value, enum.Enum):
        return values.EnumValue(_type_name(value), value.name, int(value.value))
    if isinstance(value, psrp.PSVersion):
        return values.Version(str(value))
    if isinstance(value, psrp.PSUri):
        return values.Uri(str(value))
    if isinstance(value, (str, psrp.PSChar)):
        return str(value)
    if isinstance(value, int):
        for kind, own in _INTEGERS:
            if isinstance(value, kind):
                return own(value)
        return int(value)
    return _compound(value)


def _compound(value: Any) -> Any:
    if isinstance(value, float):
        return float(value)
    if isinstance(value, decimal.Decimal):
        return decimal.Decimal(value)
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    if isinstance(value, uuid.UUID):
        return uuid.UUID(int=value.int)
    if isinstance(value, dt.datetime):
        return _date(value)
    if isinstance(value, dt.timedelta):
        return dt.timedelta(days=value.days, seconds=value.seconds, microseconds=value.microseconds)
    if isinstance(value, Mapping):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    return _object(value)


def _date(value: dt.datetime) -> values.DateTime:
    ticks = int(getattr(value, "nanosecond", 0)) // 100
    bare = dt.datetime(
        value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond, value.tzinfo
    )
    if value.tzinfo is None:
        return values.DateTime(bare, "unspecified", ticks)
    return values.DateTime(bare, "utc" if value.utcoffset() == dt.timedelta() else "local", ticks)


def _type_name(value: Any) -> str:
    names = getattr(value, "PSTypeNames", None)
    return str(names[0]) if names else type(value).__name__


def _object(value: Any) -> Any:
    """An object with properties: what a client got from a cmdlet and gave to another."""
    inner = getattr(value, "PSObject", None)
    if inner is None:
        raise TypeError(f"a {type(value).__name__} cannot be an argument")
    adapted = {item.name: plain(item.get_value(value)) for item in inner.adapted_properties}
    extended = {item.name: plain(item.get_value(value)) for item in inner.extended_properties}
    if not adapted:
        return values.CustomObject(extended)
    return values.PSObject(tuple(inner.type_names), str(inner.to_string or ""), {**adapted, **extended})
