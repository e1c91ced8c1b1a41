# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cmdlets of each product version, read once from ``cmdlets.yml`` (its head names the sources)."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lynclab.powershell.syntax import SWITCH_TYPE, Parameter, Syntax, common_parameters
from lynclab.powershell.values import EnumValue

PRODUCTS = ("lync2010", "lync2013", "sfb2015", "sfb2019")
VERIFICATION_LEVEL = "Microsoft.Rtc.Management.WritableConfig.Settings.Edge.VerificationLevelType"
ROUTING_METHOD = "Microsoft.Rtc.Management.WritableConfig.Settings.Edge.RoutingMethod"


@dataclass(frozen=True)
class OutputClass:
    """A class that a Get- cmdlet writes: its name and, in order, the type of each property."""

    name: str
    properties: Mapping[str, str]


@functools.cache
def _facts() -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with Path(__file__).with_name("cmdlets.yml").open(encoding="utf-8") as stream:
        return yaml.load(stream, Loader=loader)


def enum_value(type_name: str, name: str) -> EnumValue:
    """The value of that name, in any case, of an enumeration of the facts."""
    names: list[str] = _facts()["enums"][type_name]
    number = [known.lower() for known in names].index(name.lower())
    return EnumValue(type_name, names[number], number)


@functools.cache
def syntaxes(product: str, edition: str) -> Mapping[str, Syntax]:
    """The cmdlets of a product version by lower-case name."""
    table = {}
    for name, entry in _facts()["cmdlets"].items():
        if product in entry.get("products", PRODUCTS):
            table[name.lower()] = _syntax(name, entry, product, edition)
    return table


@functools.cache
def output_classes(cmdlet: str, product: str) -> Mapping[str, OutputClass]:
    """The classes that a Get- cmdlet writes on a product version, by the last part of their names."""
    classes = {}
    for output in _facts()["cmdlets"][cmdlet].get("output", ()):
        properties = {
            name: fact["type"]
            for name, fact in output["properties"].items()
            if product in fact.get("products", PRODUCTS)
        }
        classes[output["class"].rpartition(".")[2]] = OutputClass(output["class"], properties)
    return classes


def _syntax(name: str, entry: Mapping[str, Any], product: str, edition: str) -> Syntax:
    single = product in entry.get("single_set_products", ())
    parameters = tuple(
        _parameter(parameter_name, fact, single)
        for parameter_name, fact in entry["parameters"].items()
        if product in fact.get("products", PRODUCTS)
    )
    sets = tuple(entry.get("sets", ())) if not single else ()
    should_process = bool(entry.get("should_process"))
    return Syntax(
        name,
        parameters,
        sets or ("__AllParameterSets",),
        should_process,
        _class_name(name, edition),
        common_parameters(edition, should_process),
    )


def _parameter(name: str, fact: Mapping[str, Any], single: bool) -> Parameter:
    minimum, maximum = fact.get("range", (None, None))
    pipeline = fact.get("pipeline", ())
    return Parameter(
        name,
        fact["type"],
        frozenset() if single else frozenset(fact.get("sets", ())),
        bool(fact.get("mandatory")) or (single and "mandatory_in_sets" in fact),
        frozenset() if single else frozenset(fact.get("mandatory_in_sets", ())),
        fact.get("position"),
        by_value="ByValue" in pipeline,
        by_property_name="ByPropertyName" in pipeline,
        choices=tuple(_facts()["enums"].get(fact["type"], ())) if fact["type"] != SWITCH_TYPE else (),
        minimum=minimum,
        maximum=maximum,
    )


def _class_name(name: str, edition: str) -> str:
    """The class behind a cmdlet, second half of its error ids. The real names are not documented; nobody may match them."""
    verb, _dash, noun = name.partition("-")
    if edition == "core":
        return f"Lync.StandIn.{verb}{noun}"
    return f"Microsoft.Rtc.Management.{verb}{noun.removeprefix('Cs')}Cmdlet"
