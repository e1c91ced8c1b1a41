# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A setting: one option of a module and the cmdlet parameter and property behind it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._core.failures import Refused
from .._store.product import Product
from . import values

_FQDN = re.compile(r"(?=.{1,255}\Z)[A-Za-z0-9_](?:[A-Za-z0-9_-]*)(?:\.[A-Za-z0-9_][A-Za-z0-9_-]*)+\.?")


@dataclass(frozen=True)
class Kind:
    """How values of a setting look, which are allowed, and how two of them compare.

    ``pattern`` with ``form`` (its description for a sentence), ``choices`` and the two limits narrow what is allowed.
    """

    type: str
    comparable: values.Comparable = values.exact
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    pattern: re.Pattern[str] | None = None
    form: str = ""


BOOLEAN = Kind("bool")
NUMBER = Kind("int", minimum=0, maximum=2**32 - 1)
PORT = Kind("int", minimum=1, maximum=65535)
NAME_OF_VALUE = Kind("str", comparable=values.folded)
URL = Kind("str", comparable=values.url)
FQDN = Kind("str", comparable=values.fqdn, pattern=_FQDN, form="a fully qualified domain name in ASCII letters")
IDENTITY = Kind("str", comparable=values.folded, pattern=re.compile(r"(?s)(?=.*\S).+"), form="a name")
VERIFICATION_LEVEL = Kind(
    "str", comparable=values.folded, choices=("AlwaysVerifiable", "AlwaysUnverifiable", "UseSourceVerification")
)


def between(minimum: int, maximum: int) -> Kind:
    """Whole numbers from ``minimum`` to ``maximum``."""
    return Kind("int", minimum=minimum, maximum=maximum)


@dataclass(frozen=True)
class Setting:
    """An option, and the parameter of the changing cmdlets that is also a property of what the reading one writes.

    ``immutable``: the Set- cmdlet has no such parameter. ``since``: the product that brought it.
    """

    option: str
    parameter: str
    kind: Kind
    since: Product = Product.LYNC_2010
    immutable: bool = False

    def argument(self) -> dict[str, Any]:
        """The option's part of an argument spec."""
        spec: dict[str, Any] = {"type": self.kind.type}
        if self.kind.choices:
            spec["choices"] = list(self.kind.choices)
        return spec

    def same(self, one: Any, other: Any) -> bool:
        """Whether two values mean the same to the server."""
        return bool(self.kind.comparable(one) == self.kind.comparable(other))

    def check(self, value: Any) -> None:
        """
        :raises Refused: for a value that is out of range, malformed or cannot travel.
        """
        kind = self.kind
        values.travelling(value, self.option)
        if kind.minimum is not None and kind.maximum is not None and not kind.minimum <= value <= kind.maximum:
            raise Refused(f"{self.option} must be from {kind.minimum} to {kind.maximum}, not {value}.")
        if kind.pattern is not None and not kind.pattern.fullmatch(value):
            raise Refused(f"{self.option} must be {kind.form}, not {value!r}.")

    def check_available(self, product: Product, shown: Mapping[str, Any] | None) -> None:
        """
        :param shown: the object as the server shows it; None when there is none yet.
        :raises Refused: when the server's version has no such setting, or does not show it.
        """
        if shown is not None and self.parameter in shown:
            return
        if product < self.since:
            raise Refused(f"{self.option} needs {self.since} or later; this deployment runs {product}.")
        if shown is not None:
            raise Refused(
                f"{self.option}: this server does not show the property {self.parameter}, so what it holds cannot be "
                "compared or proven; leave the option out."
            )
