# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a noun is: said once, as data, with hooks for the rules that are not.

From it follow the options of its module and their checks (here), plans (``planning``), comparisons (``compare``), and what its
modules do (``converge``, ``exact_list``, ``inspect``). Nothing here talks to a server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._core.cmdlet import Cmdlet, distinct
from .._core.failures import Refused
from .._store.names import snake_case
from .._store.product import TOLD_BY
from .._store.store import Object, Store
from .impact import ImpactOf
from .plan import Change
from .setting import Setting

GLOBAL = "global"
"""The identity of an object of which a deployment has one."""

Options = Mapping[str, Any]
"""Validated module options; an omitted one is None, which means: not managed."""

Objects = Sequence[Object]

STATE = {"type": "str", "choices": ["present", "absent"], "default": "present"}


@dataclass(frozen=True)
class Reset:
    """An object that is always there: Remove- gives it back its defaults.

    :ivar values: the documented defaults, by option name.
    """

    identity: str
    values: Mapping[str, Any]


def _no_reads(_desired: Desired) -> tuple[Cmdlet, ...]:
    return ()


def _no_rules(_desired: Desired, _store: Store) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True)
class Resource:
    """The declaration of a noun.

    :ivar name: its name in options, results and module names, such as ``hosting_provider``.
    :ivar read: the cmdlet that writes all its objects.
    :ivar key: what tells them apart; None where a deployment has one.
    :ivar created_with: values of a new object that need not be stated, by option name.
    :ivar made_with: what the server gives a new object where nothing is stated, as documented, by option name.
    :ivar required_to_create: options that must be stated for a new object.
    :ivar retired_with: what takes a new object out of use again, where it is not to be removed; by option name.
    :ivar reset: the object that Remove- resets.
    :ivar further: options of its module that are no settings.
    :ivar permits: those of them that allow a change which is refused without.

    Hooks, each given what is desired:

    :ivar also_reads: what the rules read beside the noun itself.
    :ivar rules: refuses what the server would or should not take; the sentences that it returns are for the user to see.
    :ivar find: the object that is meant, where it may have another name; by the key, if there is none.
    :ivar update: the change of an object that is there; ``planning.updated``, if there is none.
    :ivar impact: what it means for others that an object appears, changes or disappears, given its settings before and after (None:
        there is no object); what its settings mean, if there is none.
    """

    name: str
    read: Cmdlet
    settings: tuple[Setting, ...]
    key: Setting | None = None
    created_with: Mapping[str, Any] = field(default_factory=dict)
    made_with: Mapping[str, Any] = field(default_factory=dict)
    required_to_create: tuple[str, ...] = ()
    retired_with: Mapping[str, Any] = field(default_factory=dict)
    reset: Reset | None = None
    further: Mapping[str, Any] = field(default_factory=dict)
    permits: tuple[str, ...] = ()
    also_reads: Callable[[Desired], tuple[Cmdlet, ...]] = _no_reads
    rules: Callable[[Desired, Store], tuple[str, ...]] = _no_rules
    find: Callable[[Desired, Objects], Object | None] | None = None
    update: Callable[[Desired, Object, Store], Change] | None = None
    impact: ImpactOf | None = None

    @property
    def noun(self) -> str:
        """As cmdlets have it: ``CsHostingProvider``."""
        return self.read.name.partition("-")[2]

    @property
    def title(self) -> str:
        """For sentences: ``hosting provider``."""
        return self.name.replace("_", " ")

    @property
    def plural(self) -> str:
        return f"{self.name[:-1]}ies" if self.name.endswith("y") else f"{self.name}s"

    @property
    def all_settings(self) -> tuple[Setting, ...]:
        """The key, and the settings."""
        return (*([] if self.key is None else [self.key]), *self.settings)

    @property
    def argument_spec(self) -> dict[str, Any]:
        """Of the module that manages one object."""
        key = {} if self.key is None else {self.key.option: {**self.key.argument(), "required": True}}
        return {**key, **self.element_spec}

    @property
    def element_spec(self) -> dict[str, Any]:
        """The options of one object, its key apart."""
        state = {} if self.key is None else {"state": STATE}
        return {**{setting.option: setting.argument() for setting in self.settings}, **state, **self.further}

    def settings_of(self, values: Mapping[str, Any]) -> dict[Setting, Any]:
        """Values by option name as settings."""
        return {setting: values[setting.option] for setting in self.settings if setting.option in values}

    def same(self, option: str, one: Any, other: Any) -> bool:
        """Whether two values of an option mean the same to the server; also of the option ``state``."""
        settings = self.settings_of({option: None})
        return all(setting.same(one, other) for setting in settings) if settings else bool(one == other)

    def named(self, objects: Objects, identity: str) -> Object | None:
        """The object of that identity: to the server's own Get- an unknown one is an error."""
        if self.key is None:
            return objects[0] if objects else None
        key = self.key
        return next((found for found in objects if key.same(key.of(found), identity)), None)

    def comparable(self, identity: str) -> Any:
        """What is the same for two spellings of an identity that mean the same object to the server."""
        return GLOBAL if self.key is None else self.key.kind.comparable(identity)

    def identity_of(self, found: Object) -> str:
        """As the server spells it."""
        return GLOBAL if self.key is None else str(self.key.of(found))

    def options_of(self, found: Object) -> dict[str, Any]:
        """A whole object as it is shown to the user."""
        known = {setting.parameter: setting.option for setting in self.all_settings}
        return {known.get(name) or snake_case(name): value for name, value in found.items()}

    def object_of(self, shown: Mapping[str, Any]) -> Object:
        """The other way round, as far as the settings go."""
        return {setting.parameter: shown[setting.option] for setting in self.all_settings if setting.option in shown}


@dataclass(frozen=True)
class Desired:
    """What one object is to be: settings that the user stated, checked. ``options`` are all options, those of ``further`` too."""

    resource: Resource
    identity: str
    settings: Mapping[Setting, Any]
    present: bool
    options: Options

    @property
    def reads(self) -> tuple[Cmdlet, ...]:
        """What must be read to plan it, the noun itself first. The product only where a setting asks for it."""
        reads = [self.resource.read, *self.resource.also_reads(self)]
        if not all(setting.since.is_oldest for setting in self.settings):
            reads.append(TOLD_BY)
        return distinct(reads)

    def found_in(self, objects: Objects) -> Object | None:
        """The object that is meant; one is absent only under its own name."""
        if self.present and self.resource.find is not None:
            return self.resource.find(self, objects)
        return self.resource.named(objects, self.identity)

    @property
    def is_reset(self) -> bool:
        """Whether it is to be reset, because it cannot be absent."""
        reset, key = self.resource.reset, self.resource.key
        return not self.present and reset is not None and key is not None and key.same(self.identity, reset.identity)


def desired(resource: Resource, options: Options) -> Desired:
    """What validated options ask for.

    :raises Refused: for a value that no server could take.
    """
    identity = GLOBAL if resource.key is None else resource.key.checked(options[resource.key.option])
    settings = {
        setting: setting.checked(options[setting.option])
        for setting in resource.settings
        if options.get(setting.option) is not None
    }
    return Desired(resource, identity, settings, options.get("state") != "absent", options)


def all_reads(several: Iterable[Desired]) -> tuple[Cmdlet, ...]:
    """What must be read to plan them all, in one pipeline."""
    return distinct(read for one in several for read in one.reads)


def check_unique(several: Sequence[Desired]) -> None:
    """
    :raises Refused: for an object that is stated twice.
    """
    seen: set[Any] = set()
    for one in several:
        key = (one.resource.name, one.resource.comparable(one.identity))
        if key in seen:
            raise Refused(f"The {one.resource.title} '{one.identity}' is stated twice.")
        seen.add(key)
