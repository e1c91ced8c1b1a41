# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CLIXML, in which PowerShell writes objects (MS-PSRP 2.2.5), read as plain values, records and errors.

What a real engine sends, and so what is read here: an object's adapted properties, a custom object's extended ones;
enumerations and identities as text, or, from a server with type extensions, as objects that have a text of their own.
"""

from __future__ import annotations

import base64
import math
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import UNNAMED, CmdletFailed
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import NOTHING, Record
from ansible_collections.ucops.lync.plugins.plugin_utils._session.readable import Allowance, Unreadable, read_xml

VALUE_BYTES = 250
"""What a value costs in memory beside its text, its name and its place in a record included (measured, CPython 3.11)."""

_LISTS = frozenset({"LST", "IE", "QUE", "STK"})
_PROPERTIES = frozenset({"Props", "MS"})
_NUMBERS = frozenset({"By", "SB", "U16", "I16", "U32", "I32", "U64", "I64"})
_FRACTIONS = frozenset({"Sg", "Db"})
_TEXTS = frozenset({"S", "ToString", "URI", "XD", "SBK"})
_TEXTS_AS_THEY_ARE = frozenset({"DT", "TS", "D", "Version"})
_WHOLE = re.compile("[+-]?[0-9]{1,20}")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_SWITCH = "System.Management.Automation.SwitchParameter"


@dataclass(frozen=True)
class Written:
    """What a server wrote, as one object.

    :param value: plain: text, number, Boolean, None, or a list or dict of these. An object that has a text is its text.
    :param types: type names, the most derived first.
    :param properties: plain values by name.
    :param objects: those of the properties that are objects, whole.
    :param is_bare: whether it is more than its properties: text, a number, an enumeration, a list or a dictionary.
    """

    value: Any
    types: tuple[str, ...] = ()
    properties: Mapping[str, Any] = field(default_factory=dict)
    objects: Mapping[str, Written] = field(default_factory=dict)
    is_bare: bool = True


def read(text: bytes | str, allowance: Allowance) -> Written:
    """One object; below a root ``Objs``, as PSSerializer writes it, or without one, as over PSRP.

    :param allowance: what the answer may hold, in which this object stays.
    :raises Unreadable: for what is no CLIXML, or goes beyond the bounds.
    """
    element = read_xml(text, Allowance(allowance.most, allowance.refusal))
    if element.tag == "Objs":
        if len(element) != 1:
            raise Unreadable("it has not one object where one belongs")
        element = element[0]
    return _Reader(allowance).written(element)


TEXT = ("System.String", "System.Object")
"""The type names of text, which travels without any."""


def record(written: Written) -> Record:
    """What a cmdlet wrote, as a record; a bare value becomes the property ``Value``."""
    if isinstance(written.value, dict) and written.is_bare:
        return Record((), written.value)
    if written.properties and not written.is_bare:
        return Record(written.types, dict(written.properties))
    if written.value in (None, ""):
        return NOTHING
    types = written.types or (TEXT if isinstance(written.value, str) else ())
    return Record(types, {"Value": written.value, **written.properties})


def error(written: Written) -> CmdletFailed:
    """An error record, also one of a failed pipeline's state."""
    found = written.properties

    def text(name: str) -> str:
        value = found.get(name)
        return "" if value is None else str(value)

    message, target = text("ErrorCategory_Message"), text("TargetObject")
    return CmdletFailed(
        cmdlet=text("ErrorCategory_Activity") or _named_in(message) or target or UNNAMED,
        text="" if written.value is None or isinstance(written.value, (dict, list)) else str(written.value),
        error_id=text("FullyQualifiedErrorId"),
        category=message.partition(":")[0],
        target=target,
    )


def _named_in(message: str) -> str:
    """The cmdlet that a category message names in brackets: ``ObjectNotFound: (nope:String) [Get-CsX], ...``."""
    return message.partition("[")[2].partition("]")[0]


class _Reader:
    """Reads one object; elements in it refer to others in it by number."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._types: dict[str, tuple[str, ...]] = {}
        self._objects: dict[str, tuple[Any, int]] = {}
        """By number, the plain value of an object and what it takes: written out again it takes as much again."""

    def written(self, element: ET.Element) -> Written:
        return self._object(element) if element.tag == "Obj" else Written(self._plain(element))

    def _plain(self, element: ET.Element) -> Any:
        if element.tag == "Obj":
            return self._object(element).value
        if element.tag == "Ref":
            return self._referred(element)
        self._allowance.take(VALUE_BYTES + len(element.text or ""))
        return _primitive(element)

    def _object(self, element: ET.Element) -> Written:
        before = self._allowance.taken
        self._allowance.take(VALUE_BYTES)
        number, own_text = element.get("RefId"), element.find("ToString")
        text = None if own_text is None else self._plain(own_text)
        if number is not None:  # its properties may refer to it
            self._objects[number] = (text, 0)
        types: tuple[str, ...] = ()
        properties: dict[str, Any] = {}
        objects: dict[str, Written] = {}
        contents: list[ET.Element] = []
        for part in element:
            if part.tag == "TN":
                types = self._types[part.get("RefId", "")] = tuple(name.text or "" for name in part)
            elif part.tag == "TNRef":
                types = self._known_types(part)
            elif part.tag in _PROPERTIES:
                for item in part:
                    name = _name(item)
                    if item.tag == "Obj":
                        objects[name] = self._object(item)
                    properties[name] = objects[name].value if item.tag == "Obj" else self._plain(item)
            elif part.tag != "ToString":
                contents.append(part)
        value, is_bare = self._value(contents, text, properties)
        if types and types[0].removeprefix("Deserialized.") == _SWITCH and "IsPresent" in properties:
            value = properties["IsPresent"]
        if number is not None:
            self._objects[number] = (value, self._allowance.taken - before)
        return Written(value, types, properties, objects, is_bare)

    def _value(self, contents: list[ET.Element], text: str | None, properties: dict[str, Any]) -> tuple[Any, bool]:
        """The plain value of an object, and whether it is more than its properties."""
        for part in contents:
            if part.tag in _LISTS:
                return [self._plain(item) for item in part], True
            if part.tag == "DCT":
                return dict(self._entry(entry) for entry in part), True
        if text is not None:
            return text, bool(contents) or not properties
        if contents:
            return self._plain(contents[0]), True
        return dict(properties), False

    def _entry(self, entry: ET.Element) -> tuple[str, Any]:
        parts = {part.get("N"): part for part in entry}
        if "Key" not in parts or "Value" not in parts:
            raise Unreadable("an entry of a dictionary lacks its key or its value")
        return str(self._plain(parts["Key"])), self._plain(parts["Value"])

    def _referred(self, element: ET.Element) -> Any:
        number = element.get("RefId", "")
        if number not in self._objects:
            raise Unreadable(f"it refers to object {number[:10]!r}, which is not in it")
        value, size = self._objects[number]
        self._allowance.take(size)
        return value

    def _known_types(self, element: ET.Element) -> tuple[str, ...]:
        number = element.get("RefId", "")
        if number not in self._types:
            raise Unreadable(f"it refers to type {number[:10]!r}, which is not in it")
        return self._types[number]


def _name(element: ET.Element) -> str:
    name = element.get("N")
    if name is None:
        raise Unreadable("a property has no name")
    return _unescaped(name)


def _primitive(element: ET.Element) -> Any:
    """:raises Unreadable: for a value that is none of its type, or a type that MS-PSRP 2.2.5.1 does not have."""
    tag, text = element.tag, element.text or ""
    if tag in _TEXTS:
        return _unescaped(text)
    if tag in _TEXTS_AS_THEY_ARE:
        return text
    if tag == "Nil":
        return None
    if tag == "SS":
        return "System.Security.SecureString"
    reader = _READERS.get(tag)
    if reader is None:
        raise Unreadable(f"it has a value of an unknown type ({tag[:20]!r})")
    try:
        return reader(text)
    except (ValueError, LookupError, OverflowError) as broken:
        raise Unreadable(f"{text[:40]!r} is no value of type {tag}") from broken


def _whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise ValueError
    return int(text)


def _fraction(text: str) -> float | str:
    """What JSON has no number for (NaN, INF) stays text."""
    number = float(text)
    return number if math.isfinite(number) else text


def _boolean(text: str) -> bool:
    return {"true": True, "false": False}[text.lower()]


def _unescaped(text: str) -> str:
    """Text in which characters that XML cannot hold stand as ``_xHHHH_``, a UTF-16 unit each."""
    if "_x" not in text:
        return text
    try:
        units = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
        return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError as broken:
        raise Unreadable("a text has half a character (a lone surrogate)") from broken


_READERS: Mapping[str, Callable[[str], Any]] = {
    "B": _boolean,
    "C": lambda text: chr(_whole(text)),
    "G": lambda text: str(uuid.UUID(text)),
    "BA": lambda text: base64.b64decode(text, validate=True).hex(),
    **dict.fromkeys(_NUMBERS, _whole),
    **dict.fromkeys(_FRACTIONS, _fraction),
}
