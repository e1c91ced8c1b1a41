# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents: frozen dataclasses that become plain types (JSON, a task's result) and come back, or are refused.

The annotations of a document's fields are its documented shape. They may be ``str``, ``bool``, ``int``, ``float``, ``Any`` (plain
values), an enumeration with text values, another dataclass, ``tuple[X, ...]``, ``Mapping[str, X]``, and any of these ``| None``.
"""

from __future__ import annotations

import enum
import functools
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, TypeVar

from .failures import Refused

Document = TypeVar("Document")

_SCALARS = (str, bool, int, float)


def to_plain(value: Any) -> Any:
    """A document, or a part of one, as dicts, lists, texts, numbers, Booleans and None."""
    if is_dataclass(value):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    return value


def from_plain(kind: type[Document], data: Any, path: str = "") -> Document:
    """The document that :func:`to_plain` made ``data`` of.

    :param kind: the dataclass.
    :param path: where ``data`` stands in a greater document, for the sentence.
    :raises Refused: for a key that is unknown or missing, or a value of another type, naming it.
    """
    here = path or kind.__name__
    if not isinstance(data, Mapping):
        raise Refused(f"{here} must be a mapping, not {_named(data)}.")
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    unknown = [str(key) for key in data if key not in known]
    if unknown:
        raise Refused(f"{here} has no {', '.join(sorted(unknown))}; it has {', '.join(known)}.")
    hints = _hints(typing.cast(type, kind))
    values = {}
    for name, field in known.items():
        if name in data:
            values[name] = _value(hints[name], data[name], f"{here}.{name}")
        elif field.default is MISSING and field.default_factory is MISSING:
            raise Refused(f"{here} lacks {name}.")
    return kind(**values)


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _value(hint: Any, data: Any, path: str) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return data
    if origin in (typing.Union, types.UnionType):
        (some,) = (argument for argument in arguments if argument is not type(None))
        return None if data is None else _value(some, data, path)
    if origin is tuple:
        if not isinstance(data, (list, tuple)):
            raise Refused(f"{path} must be a list, not {_named(data)}.")
        return tuple(_value(arguments[0], item, f"{path}[{position}]") for position, item in enumerate(data))
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(data, Mapping):
            raise Refused(f"{path} must be a mapping, not {_named(data)}.")
        return {str(key): _value(arguments[1], item, f"{path}.{key}") for key, item in data.items()}
    if is_dataclass(hint):
        return from_plain(typing.cast(type, hint), data, path)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return _member(hint, data, path)
    if hint not in _SCALARS:
        raise TypeError(f"{path}: {hint} has no place in a document")
    if (hint is float and data.__class__ is int) or data.__class__ is hint:
        return data
    raise Refused(f"{path} must be {hint.__name__}, not {_named(data)}.")


def _member(kind: type[enum.Enum], data: Any, path: str) -> enum.Enum:
    try:
        return kind(data)
    except ValueError:
        raise Refused(f"{path} must be one of {', '.join(str(one.value) for one in kind)}, not {data!r}.") from None


def _named(data: Any) -> str:
    return "nothing" if data is None else type(data).__name__
