# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One option of a module: the parameter behind it, its values, and how two of them compare."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .._core.failures import Refused
from .._store.names import snake_case
from .._store.product import Product
from .._store.shown import number, single, text, truth
from .._store.store import Object
from . import impact, values

_FQDN = re.compile(r"(?=.{1,255}\Z)[A-Za-z0-9_](?:[A-Za-z0-9_-]*)(?:\.[A-Za-z0-9_][A-Za-z0-9_-]*)+\.?")
_NAME = re.compile(r"(?s)(?=.*\S).+")
_SCOPED = re.compile(r"(?is)(?!(?:site|tag):\s*\Z)(?=.*\S).+")


def unchanged(value: Any) -> Any:
    """A value that is shown and sent as it was stated."""
    return value


@dataclass(frozen=True)
class Kind:
    """How values of a setting look, which are allowed, and how two of them compare.

    ``normal`` makes of a stated value the one that is shown, compared and sent. ``pattern`` with ``form`` (its description for a
    sentence), ``choices`` and the two limits narrow what is allowed.
    """

    type: str
    comparable: values.Comparable = values.exact
    normal: Callable[[Any], Any] = unchanged
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    pattern: re.Pattern[str] | None = None
    form: str = ""


BOOLEAN = Kind("bool")
NUMBER = Kind("int", minimum=0, maximum=2**32 - 1)
PORT = Kind("int", minimum=1, maximum=65535)
TEXT = Kind("str")
URL = Kind("str", comparable=values.url)
FQDN = Kind(
    "str",
    comparable=values.fqdn,
    normal=values.bare_fqdn,
    pattern=_FQDN,
    form="a fully qualified domain name in ASCII letters",
)
IDENTITY = Kind("str", comparable=values.folded, pattern=_NAME, form="a name")
SCOPED_IDENTITY = Kind(
    "str",
    comparable=values.scoped,
    normal=values.bare_tag,
    pattern=_SCOPED,
    form="global, site:<site>, or the name of a policy for users",
)


def between(minimum: int, maximum: int) -> Kind:
    """Whole numbers from ``minimum`` to ``maximum``."""
    return Kind("int", minimum=minimum, maximum=maximum)


def one_of(*names: str) -> Kind:
    """The names of an enumeration."""
    return Kind("str", comparable=values.folded, choices=names)


_FORMS: Mapping[str, Callable[[Any], Any]] = {"str": text, "bool": truth, "int": number}
"""How a value is read, by the kind's type."""

VERIFICATION_LEVEL = one_of("AlwaysVerifiable", "AlwaysUnverifiable", "UseSourceVerification")


class Clearing(enum.Enum):
    """What is sent for a setting that is stated as empty text. Which of the two a cmdlet takes is documented nowhere."""

    REFUSED = enum.auto()
    """Nothing: it cannot be cleared, and empty text is refused."""
    EMPTY = ""
    NULL = None


@dataclass(frozen=True)
class Setting:
    """A parameter of the changing cmdlets that is also a property of what the reading one writes, and its option.

    ``option`` is the parameter in snake case, unless it is stated. ``since``: the product that brought the parameter.
    ``immutable``: the Set- cmdlet has no such parameter. ``impact``: what it means for others when the value changes.
    ``reads``: how the value is read from an object, where it is more than the property of that name.
    """

    parameter: str
    kind: Kind
    since: Product = Product.LYNC_2010
    immutable: bool = False
    clearing: Clearing = Clearing.REFUSED
    impact: impact.ImpactOf = impact.none
    reads: Callable[[Object], Any] | None = None
    option: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "option", self.option or snake_case(self.parameter))

    def argument(self) -> dict[str, Any]:
        """The option's part of an argument spec."""
        spec: dict[str, Any] = {"type": self.kind.type}
        if self.kind.choices:
            spec["choices"] = list(self.kind.choices)
        return spec

    def shown_by(self, found: Object) -> bool:
        """Whether the server shows the setting."""
        return self.reads is not None or self.parameter in found

    def of(self, found: Object) -> Any:
        """The setting's value of an object."""
        return single(found.get(self.parameter)) if self.reads is None else self.reads(found)

    def understood(self, found: Object) -> Any:
        """The value of an object that shows the property, where it has the form of one.

        :raises ValueError: for another form, naming the property.
        """
        try:
            value = _FORMS[self.kind.type](found.get(self.parameter))
        except ValueError as problem:
            raise ValueError(f"{self.parameter} as {problem}") from None
        return single(found.get(self.parameter)) if self.kind.type == "str" else value  # text keeps its spaces

    def same(self, one: Any, other: Any) -> bool:
        """Whether two values mean the same to the server."""
        return bool(self.kind.comparable(one) == self.kind.comparable(other))

    def sent(self, value: Any) -> Any:
        """A value as the Set- cmdlet takes it."""
        return self.clearing.value if value in (None, "") and self.clearable else value

    @property
    def clearable(self) -> bool:
        return self.clearing is not Clearing.REFUSED

    def checked(self, value: Any) -> Any:
        """The value as it is shown, compared and sent.

        :raises Refused: for a value that is out of range, malformed, or cannot travel or be cleared.
        """
        kind = self.kind
        values.travelling(value, self.option)
        if value == "" and self.clearable:
            return value
        if kind.minimum is not None and kind.maximum is not None and not kind.minimum <= value <= kind.maximum:
            raise Refused(f"{self.option} must be from {kind.minimum} to {kind.maximum}, not {value}.")
        if kind.pattern is not None and not kind.pattern.fullmatch(value):
            raise Refused(f"{self.option} must be {kind.form}, not {values.said(value)}.")
        if value == "":
            raise Refused(f"{self.option} cannot be cleared: state a value, or leave the option out.")
        return kind.normal(value)


def impact_of(
    settings: Iterable[Setting], before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> impact.Impacts:
    """What the settings that change mean, given their values before and after by option name; None: there is no object."""
    found = impact.NOTHING
    for setting in settings:
        old, new = (before or {}).get(setting.option), (after or {}).get(setting.option)
        if not setting.same(old, new):
            found |= setting.impact(old, new)
    return found
