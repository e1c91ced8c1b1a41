# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From pypsrp's objects to plain records, and from our values to what pypsrp sends.

What a real engine sends, and so what is read here: an object's adapted properties, a custom object's extended ones;
enumerations and identities as text, or, from a server with type extensions, as objects that have a text of their own.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import SWITCH, Secret
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import CmdletFailed
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import NOTHING, Record

try:
    from pypsrp.complex_objects import GenericComplexObject
    from pypsrp.serializer import Serializer, TaggedValue
except ImportError:  # the session says so when it is opened
    pass


SWITCH_TYPE = "System.Management.Automation.SwitchParameter"

_CONTAINERS = ("<LST", "<IE", "<QUE", "<STK", "<DCT")


def record(value: Any) -> Record:
    """What a cmdlet wrote, as a record; a bare value becomes the property ``Value``."""
    if isinstance(value, GenericComplexObject):
        properties = {**value.adapted_properties, **value.extended_properties}
        if value.property_sets or not properties:  # a bare value, also one that was given properties
            properties = {"Value": value.to_string or _text_of(value), **properties}
        return Record(tuple(value.types), {str(name): plain(item) for name, item in properties.items()})
    if isinstance(value, Mapping):
        return Record((), {str(name): plain(item) for name, item in value.items()})
    return NOTHING if value in (None, "") else Record((), {"Value": plain(value)})


def plain(value: Any) -> Any:
    """A property's value: text, number, Boolean, None, or a list or dict of these; an object is its text."""
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, GenericComplexObject):
        return _text_of(value)
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def _text_of(value: GenericComplexObject) -> Any:
    if SWITCH_TYPE in value.types:
        return bool(value.adapted_properties.get("IsPresent"))
    if value.property_sets and str(value.property_sets[0]).startswith(_CONTAINERS):
        return _contents(value.property_sets[0])
    if value.to_string is not None:
        return value.to_string
    if value.property_sets:  # a bare value with extra properties of its own
        return plain(value.property_sets[0])
    properties = {**value.adapted_properties, **value.extended_properties}
    return {str(name): plain(item) for name, item in properties.items()}


def _contents(xml: str) -> Any:
    """A list or dictionary whose class pypsrp does not know, which it leaves as XML (tried, pypsrp 0.9.1)."""
    return _read(ET.fromstring(xml))  # noqa: S314 - pypsrp has parsed it before


def _read(element: ET.Element) -> Any:
    """CLIXML without its class names, which may refer to places outside of this part."""
    if element.tag == "DCT":
        return {str(_read(key)): _read(value) for key, value in element}
    if f"<{element.tag}" in _CONTAINERS:
        return [_read(item) for item in element]
    if element.tag != "Obj":
        return None if element.tag == "Ref" else plain(Serializer().deserialize(element))
    for part in element:
        if part.tag == "ToString" or f"<{part.tag}" in _CONTAINERS:
            return _read(part)
    return {item.get("N", ""): _read(item) for part in element if part.tag in ("Props", "MS") for item in part}


def sendable(value: Any) -> Any:
    """A parameter's value as pypsrp is to serialise it: numbers tagged with a type that holds them.

    pypsrp itself writes each whole number as Int32. A Secret needs the session's key and is not handled here.
    """
    if value is SWITCH:
        return None
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        if -(2**31) <= value < 2**31:
            return TaggedValue("I32", value)
        return TaggedValue("I64", value) if value < 2**63 else TaggedValue("U64", value)
    if isinstance(value, float):
        return TaggedValue("Db", value)
    if isinstance(value, (list, tuple)):
        return [sendable(item) for item in value]
    if isinstance(value, Mapping):
        return {sendable(key): sendable(item) for key, item in value.items()}
    if isinstance(value, Secret):
        raise TypeError("a Secret is serialised by its session")
    return value


def error(raised: Any) -> CmdletFailed:
    """An error record, also one of a failed pipeline's state."""
    category = str(raised.message or "").partition(":")[0]
    return CmdletFailed(
        cmdlet=str(
            raised.activity or _named_in(str(raised.message or "")) or plain(raised.target_object) or "The command"
        ),
        text=str(raised),
        error_id=str(raised.fq_error or ""),
        category=category,
        target=str(plain(raised.target_object) or ""),
    )


def _named_in(message: str) -> str:
    """The cmdlet that a category message names in brackets: ``ObjectNotFound: (nope:String) [Get-CsX], ...``."""
    return message.partition("[")[2].partition("]")[0]
