# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server holds and writes, before anything is serialised.

A plain ``bool``, ``str``, ``int`` (System.Int32), ``float`` (System.Double), ``bytes``, ``None``, ``list`` and ``dict``
stand for themselves, as do ``decimal.Decimal``, ``uuid.UUID`` and ``datetime.timedelta``. Everything else that .NET tells
apart has a type here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


class UInt32(int):
    """System.UInt32."""


class UInt64(int):
    """System.UInt64."""


class Int64(int):
    """System.Int64."""


class Byte(int):
    """System.Byte."""


class Version(str):
    """System.Version, such as ``5.0.8308.0``."""


class Uri(str):
    """System.Uri."""


class SecureString:
    """System.Security.SecureString: its text is read on purpose only, and never shown."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return "********"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SecureString) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)


@dataclass(frozen=True)
class EnumValue:
    """A value of a .NET enumeration: its type's full name, its own name, its number."""

    type_name: str
    name: str
    number: int

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Reference:
    """A property value that is an object on the server and its text on the wire (an identity, an FQDN).

    ``properties`` are its own (``Scope`` and ``Name`` of an identity): they show where it is serialised as an object.
    """

    type_name: str
    text: str
    properties: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class StringList:
    """A .NET list of text, such as the computers of a pool."""

    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class DateTime:
    """A .NET date: ``kind`` is ``utc``, ``local`` (then ``value`` is aware) or ``unspecified`` (then it is naive).

    ``ticks`` (0 to 9) are the units of 100 ns that a microsecond does not hold.
    """

    value: dt.datetime
    kind: str = "utc"
    ticks: int = 0


@dataclass(frozen=True)
class PSObject:
    """A .NET object that a cmdlet wrote: type names from the most derived, its text, its adapted properties in order."""

    type_names: tuple[str, ...]
    text: str
    properties: Mapping[str, Any]


@dataclass(frozen=True)
class CustomObject:
    """A ``[pscustomobject]``: extended (note) properties only."""

    properties: Mapping[str, Any]


@dataclass(frozen=True)
class ExceptionObject:
    """A .NET exception below another one (``InnerException``).

    ``properties`` are those of its own class, in the order in which they are serialised before ``TargetSite``: they may
    hold ``Message``, ``ErrorRecord`` and ``WasThrownFromThrowStatement`` where the class puts these first.
    """

    type_names: tuple[str, ...]
    message: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    inner: ExceptionObject | None = None
    hresult: int = -2146233087
    source: str | None = "System.Management.Automation"
    thrown: bool = True


@dataclass(frozen=True)
class Decorated:
    """A primitive value that carries extended properties (a note property on a text)."""

    value: Any
    properties: Mapping[str, Any]


@dataclass(frozen=True)
class ErrorRecord:
    """An error as PowerShell describes it.

    ``terminating`` errors fail the pipeline; others travel in the error stream and the pipeline completes. ``error_id`` is
    the part of FullyQualifiedErrorId before the comma, ``origin`` the part behind it (empty: there is none).

    ``exception_properties`` are those of the exception's own class, in the order in which they are serialised before
    ``TargetSite`` (so also ``Message``, ``ErrorRecord`` and ``WasThrownFromThrowStatement`` where the class has them
    there; what is not named here comes at its usual place). ``thrown`` says whether the exception was thrown (then it has
    a target site, a source and a stack trace) or only made; ``written`` that the record came into the error stream by
    WriteError, as a cmdlet writes one, and not as what ended a statement. ``definition`` is the command's syntax as Get-Command
    prints it, ``invocation_name`` the name under which it was called (empty while its parameters are being bound).
    """

    message: str
    error_id: str
    category: int
    exception_type_names: tuple[str, ...]
    command: str = ""
    origin: str = ""
    target: Any = None
    target_type: str = ""
    terminating: bool = True
    exception_properties: Mapping[str, Any] = field(default_factory=dict)
    has_invocation: bool = True
    inner: ExceptionObject | None = None
    hresult: int = -2146233087
    source: str | None = "System.Management.Automation"
    thrown: bool = True
    written: bool = False
    definition: str = ""
    invocation_name: str = ""


@dataclass(frozen=True)
class Output:
    """One object written to the pipeline."""

    value: Any


@dataclass(frozen=True)
class WarningRecord:
    """A warning and the parameters that were bound when it was written."""

    message: str
    command: str = ""
    bound_parameters: Mapping[str, Any] = field(default_factory=dict)
    definition: str = ""


@dataclass(frozen=True)
class VerboseRecord:
    """A verbose message, likewise."""

    message: str
    command: str = ""
    bound_parameters: Mapping[str, Any] = field(default_factory=dict)
    definition: str = ""


@dataclass(frozen=True)
class ProgressRecord:
    """An activity that is over."""

    activity: str


Record = Output | ErrorRecord | WarningRecord | VerboseRecord | ProgressRecord


@dataclass(frozen=True)
class Command:
    """One command of a pipeline as it arrived: its name (or script text) and its arguments in order.

    An argument's name is ``None`` for a positional one; a switch that was given without a value has the value
    ``SWITCH``.
    """

    name: str
    arguments: Sequence[tuple[str | None, Any]] = ()
    is_script: bool = False
    ends_statement: bool = False


class Switch:
    """The argument of a parameter that was named without a value."""

    def __repr__(self) -> str:
        return "SWITCH"


SWITCH = Switch()
