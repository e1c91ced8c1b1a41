# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values as CLIXML, character by character as PowerShell's remoting writes it.

Facts: remoting serialises one level deep: below the properties of an object a value becomes its text; an object's own
properties are adapted (``Props``), those of a custom object extended (``MS``). The texts are held to recordings of the
real engine. XML is written as text, because PowerShell writes an empty string as ``<S></S>`` and null as ``<Nil />``,
a difference that XML libraries do not keep.
"""

from __future__ import annotations

import base64
import datetime as dt
import decimal
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lynclab.powershell import values
from lynclab.powershell.edition import DESKTOP, Edition

_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\U00010000-\U0010ffff]|_(?=[xX])")
_INT32 = range(-(2**31), 2**31)
_ENUM_PARENTS = ("System.Enum", "System.ValueType", "System.Object")
_NUMBERS: tuple[tuple[type, str], ...] = (
    (values.UInt32, "U32"),
    (values.UInt64, "U64"),
    (values.Int64, "I64"),
    (values.Byte, "By"),
)


def encode_text(text: str) -> str:
    """Text with PowerShell's escapes: ``_xHHHH_`` for control characters, halves of surrogate pairs and ``_`` before x."""
    return _UNSAFE.sub(_escape_character, text) if _UNSAFE.search(text) else text


def _escape_character(match: re.Match[str]) -> str:
    units = match.group(0).encode("utf-16-be", "surrogatepass")
    return "".join(f"_x{units[i]:02X}{units[i + 1]:02X}_" for i in range(0, len(units), 2))


def date_text(date: values.DateTime, kind: str | None = None) -> str:
    """A date as ``<DT>`` holds it; up to seven decimals, the zone by kind. ``kind`` overrules the date's own."""
    kind = kind or date.kind
    value = date.value
    if kind == "utc" and value.tzinfo is not None:
        value = value.astimezone(dt.timezone.utc)
    elif kind == "local" and value.tzinfo is None:
        value = value.replace(tzinfo=dt.timezone.utc)
    fraction = f"{value.microsecond:06d}{date.ticks}".rstrip("0")
    text = value.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0") + (f".{fraction}" if fraction else "")
    if kind == "utc":
        return text + "Z"
    if kind == "local":
        offset = value.utcoffset() or dt.timedelta()
        minutes = int(offset.total_seconds() // 60)
        return f"{text}{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    return text


def duration_text(span: dt.timedelta) -> str:
    """A time span as an ISO 8601 duration, as ``<TS>`` holds it."""
    sign, span = ("-", -span) if span < dt.timedelta() else ("", span)
    hours, rest = divmod(span.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    fraction = f"{span.microseconds:06d}".rstrip("0")
    text = f"{sign}P{span.days}D" if span.days else f"{sign}P"
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or fraction:
        clock += f"{seconds}{'.' + fraction if fraction else ''}S"
    if clock:
        text += "T" + clock
    return text if text not in ("P", "-P") else "PT0S"


def _double_text(number: float) -> str:
    text = repr(number)
    return {"inf": "INF", "-inf": "-INF", "nan": "NaN"}.get(text, text[:-2] if text.endswith(".0") else text)


class Writer:
    """Writes one CLIXML message; reference numbers count within it.

    ``rich_types`` serialises enumerations and identities below a property as objects, as a server with type extensions
    does; ``date_kind`` sends every date with that kind.
    """

    def __init__(
        self,
        edition: Edition = DESKTOP,
        *,
        rich_types: bool = False,
        date_kind: str | None = None,
    ) -> None:
        self.edition = edition
        self.rich_types = rich_types
        self.date_kind = date_kind
        self._parts: list[str] = []
        self._objects = 0
        self._types: dict[tuple[str, ...], int] = {}

    def text(self) -> str:
        """What was written."""
        return "".join(self._parts)

    # Elements

    def primitive(self, tag: str, text: str, name: str | None = None) -> None:
        """One element of simple content. ``text`` is escaped for XML here."""
        attribute = f" N={quoteattr(encode_text(name))}" if name is not None else ""
        self._parts.append(f"<{tag}{attribute}>{escape(text)}</{tag}>")

    def string(self, text: str, name: str | None = None) -> None:
        """A text."""
        self.primitive("S", encode_text(text), name)

    def null(self, name: str | None = None) -> None:
        """Null."""
        attribute = f" N={quoteattr(encode_text(name))}" if name is not None else ""
        self._parts.append(f"<Nil{attribute} />")

    def reference(self, number: int, name: str) -> None:
        """The object that was written before under that number."""
        self._parts.append(f'<Ref N={quoteattr(name)} RefId="{number}" />')

    def object(
        self,
        content: Callable[[], None],
        *,
        name: str | None = None,
        type_names: Sequence[str] = (),
        text: str | None = None,
    ) -> int:
        """An object: its class names, its text, then what ``content`` writes. Returns its reference number."""
        number = self._objects
        self._objects += 1
        attribute = f"N={quoteattr(encode_text(name))} " if name is not None else ""
        self._parts.append(f'<Obj {attribute}RefId="{number}">')
        if type_names:
            self._type_names(tuple(type_names))
        if text is not None:
            self._parts.append(f"<ToString>{escape(encode_text(text))}</ToString>")
        content()
        self._parts.append("</Obj>")
        return number

    def _type_names(self, names: tuple[str, ...]) -> None:
        known = self._types.get(names)
        if known is not None:
            self._parts.append(f'<TNRef RefId="{known}" />')
            return
        number = self._types[names] = len(self._types)
        listed = "".join(f"<T>{escape(encode_text(item))}</T>" for item in names)
        self._parts.append(f'<TN RefId="{number}">{listed}</TN>')

    def group(self, tag: str, content: Callable[[], None]) -> None:
        """An element around others: ``Props``, ``MS``."""
        self._parts.append(f"<{tag}>")
        content()
        self._parts.append(f"</{tag}>")

    def items(self, items: Sequence[Any], *, flat: bool = False) -> None:
        """The content of a list."""
        if not items:
            self._parts.append("<LST />")
            return
        self._parts.append("<LST>")
        for item in items:
            self.value(item, flat=flat)
        self._parts.append("</LST>")

    def entries(self, entries: Mapping[Any, Any], *, flat: bool = False) -> None:
        """The content of a dictionary."""
        if not entries:
            self._parts.append("<DCT />")
            return
        self._parts.append("<DCT>")
        for key, value in entries.items():
            self._parts.append("<En>")
            self.value(key, "Key")
            self.value(value, "Value", flat=flat)
            self._parts.append("</En>")
        self._parts.append("</DCT>")

    # Values

    def value(self, value: Any, name: str | None = None, *, flat: bool = False) -> None:
        """Any value. ``flat``: it stands below an object's property, where objects become their text.

        Raises TypeError for a value that has no place in CLIXML.
        """
        if value is None:
            self.null(name)
        elif isinstance(value, bool):
            self.primitive("B", "true" if value else "false", name)
        elif isinstance(value, (values.Version, values.Uri)):
            self.primitive("Version" if isinstance(value, values.Version) else "URI", encode_text(value), name)
        elif isinstance(value, str):
            self.string(value, name)
        elif isinstance(value, int):
            self._integer(value, name)
        elif not self._other_primitive(value, name):
            self._object(value, name, flat)

    def _integer(self, value: int, name: str | None) -> None:
        # int(): a range looks for an instance of a subclass by walking through all its numbers.
        usual = "I32" if int(value) in _INT32 else "I64"
        tag = next((tag for kind, tag in _NUMBERS if isinstance(value, kind)), usual)
        self.primitive(tag, str(int(value)), name)

    def _other_primitive(self, value: Any, name: str | None) -> bool:
        if isinstance(value, float):
            self.primitive("Db", _double_text(value), name)
        elif isinstance(value, decimal.Decimal):
            self.primitive("D", str(value), name)
        elif isinstance(value, bytes):
            self.primitive("BA", base64.b64encode(value).decode(), name)
        elif isinstance(value, uuid.UUID):
            self.primitive("G", str(value), name)
        elif isinstance(value, values.DateTime):
            self.primitive("DT", date_text(value, self.date_kind), name)
        elif isinstance(value, dt.datetime):
            kind = "unspecified" if value.tzinfo is None else "utc"
            self.primitive("DT", date_text(values.DateTime(value, kind), self.date_kind), name)
        elif isinstance(value, dt.timedelta):
            self.primitive("TS", duration_text(value), name)
        else:
            return False
        return True

    def _object(self, value: Any, name: str | None, flat: bool) -> None:
        if flat and not self.rich_types and isinstance(value, (values.EnumValue, values.Reference, values.PSObject)):
            self.string(value.text if not isinstance(value, values.EnumValue) else value.name, name)
        elif isinstance(value, values.EnumValue):
            self.object(
                lambda: self.primitive("I32", str(value.number)),
                name=name,
                type_names=(value.type_name, *_ENUM_PARENTS),
                text=value.name,
            )
        elif isinstance(value, values.Reference):
            self._with_properties((value.type_name, "System.Object"), value.text, dict(value.properties), name)
        elif isinstance(value, values.PSObject):
            self._with_properties(value.type_names, value.text, value.properties, name)
        elif isinstance(value, values.CustomObject):
            self.object(
                lambda: self.group("MS", lambda: self.properties(value.properties, flat=False)),
                name=name,
                type_names=("System.Management.Automation.PSCustomObject", "System.Object"),
            )
        elif isinstance(value, values.Decorated):
            self.object(lambda: self._decorated(value), name=name)
        elif value is values.SWITCH:
            self._with_properties(
                ("System.Management.Automation.SwitchParameter", "System.ValueType", "System.Object"),
                "True",
                {"IsPresent": True},
                name,
            )
        else:
            self._collection(value, name, flat)

    def _collection(self, value: Any, name: str | None, flat: bool) -> None:
        if isinstance(value, values.StringList):
            list_type = self.edition.generic("System.Collections.Generic.List", "System.String")
            self.object(lambda: self.items(value.items), name=name, type_names=(list_type, "System.Object"))
        elif isinstance(value, (list, tuple)):
            array = "System.Version[]" if value and isinstance(value[0], values.Version) else "System.Object[]"
            array_names = (array, "System.Array", "System.Object")
            self.object(lambda: self.items(value, flat=flat), name=name, type_names=array_names)
        elif isinstance(value, Mapping):
            table_names = ("System.Collections.Hashtable", "System.Object")
            self.object(lambda: self.entries(value, flat=flat), name=name, type_names=table_names)
        else:
            raise TypeError(f"{type(value).__name__} has no place in CLIXML")

    def _with_properties(
        self, type_names: Sequence[str], text: str, properties: Mapping[str, Any], name: str | None
    ) -> None:
        self.object(
            lambda: self.group("Props", lambda: self.properties(properties, flat=True)),
            name=name,
            type_names=type_names,
            text=text,
        )

    def properties(self, properties: Mapping[str, Any], *, flat: bool) -> None:
        """Named values, in order."""
        for name, value in properties.items():
            self.value(value, name, flat=flat)

    def _decorated(self, value: values.Decorated) -> None:
        self.value(value.value)
        self.group("MS", lambda: self.properties(value.properties, flat=False))
