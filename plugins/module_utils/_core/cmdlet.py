# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cmdlet as a value: what is sent, and the line a person would type for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

READING_VERBS = frozenset({"get", "test", "resolve"})
CONFIRMING_VERBS = frozenset({"new", "set", "remove", "enable", "disable", "grant"})
"""Verbs whose Cs cmdlets have ``-Confirm``; ``Invoke-CsManagementStoreReplication`` has none (learn.microsoft.com)."""

MASK = "********"
NAME = re.compile(r"[A-Za-z]+-Cs[A-Za-z0-9]+")
PARAMETER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")

_BARE = re.compile(r"[A-Za-z][A-Za-z0-9._:/-]*")
_SINGLE_QUOTES = re.compile("(['\u2018\u2019\u201a\u201b])")
_NEEDS_SINGLE = re.compile('[$`"\u201c\u201d\u201e]')
_ESCAPES = {"\0": "`0", "\a": "`a", "\b": "`b", "\f": "`f", "\n": "`n", "\r": "`r", "\t": "`t", "\v": "`v"}
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class Switch:
    """The value of a parameter that is named without a value."""

    def __repr__(self) -> str:
        return "SWITCH"


SWITCH = Switch()


@dataclass(frozen=True)
class Secret:
    """Text that travels as a SecureString and is shown as asterisks."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class Cmdlet:
    """A cmdlet and its parameters, in the order in which they are sent and shown.

    Parameter values are ``str``, ``bool``, ``int``, ``float``, ``None``, a ``list`` or ``dict`` of these,
    :class:`Secret` or :data:`SWITCH`.
    ``yields`` is the pattern of the short class name of what a reading cmdlet writes; it tells the records of several
    cmdlets apart that travel in one pipeline. Empty: not known, so the cmdlet travels alone.
    """

    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    yields: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "parameters", MappingProxyType(dict(self.parameters)))

    @property
    def verb(self) -> str:
        return self.name.partition("-")[0].lower()

    @property
    def reads(self) -> bool:
        """Whether the cmdlet changes nothing on the server."""
        return self.verb in READING_VERBS

    @property
    def changes(self) -> bool:
        """Whether running it may change the server: another verb, and not ``-WhatIf``."""
        return not self.reads and not any(name.lower() == "whatif" for name in self.parameters)

    @property
    def confirms(self) -> bool:
        """Whether the cmdlet has ``-Confirm``."""
        return self.verb in CONFIRMING_VERBS

    def __str__(self) -> str:
        return " ".join([self.name, *(_argument(name, value) for name, value in self.parameters.items())])


def distinct(cmdlets: Iterable[Cmdlet]) -> tuple[Cmdlet, ...]:
    """Each cmdlet once, in order."""
    found: list[Cmdlet] = []
    for cmdlet in cmdlets:
        if cmdlet not in found:
            found.append(cmdlet)
    return tuple(found)


def _argument(name: str, value: Any) -> str:
    return f"-{name}" if value is SWITCH else f"-{name} {quoted(value)}"


def quoted(value: Any) -> str:
    """A value as PowerShell source text that evaluates to it.

    PowerShell takes the typographic quotes for quotes, too (about_Quoting_Rules), so they are doubled like the plain one.
    """
    if value is None:
        return "$null"
    if isinstance(value, bool):
        return "$true" if value else "$false"
    if isinstance(value, Secret):
        return MASK
    if isinstance(value, (list, tuple)):
        return f"@({', '.join(_item(item) for item in value)})"
    if isinstance(value, Mapping):
        return f"@{{{'; '.join(f'{_item(key)} = {_item(item)}' for key, item in value.items())}}}"
    if isinstance(value, str):
        return _text(value)
    return str(value)


def _item(value: Any) -> str:
    """A value inside a list or a hash table, where a bare word would be a command."""
    return _text(value, bare=False) if isinstance(value, str) else quoted(value)


def _text(text: str, bare: bool = True) -> str:
    if bare and _BARE.fullmatch(text):
        return text
    if _CONTROL.search(text):
        return '"' + "".join(_escaped(character) for character in text) + '"'
    if _NEEDS_SINGLE.search(text):
        return "'" + _SINGLE_QUOTES.sub(r"\1\1", text) + "'"
    return f'"{text}"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if _CONTROL.match(character):
        return f"$([char]{ord(character)})"
    if _NEEDS_SINGLE.match(character):
        return "`" + character
    return character
