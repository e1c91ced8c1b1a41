# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a configuring module declares, and the plan that follows from it.

The flow is one way: options (what the user stated) -> wish -> plan (against the store as it was read) -> cmdlets.
Nothing here talks to a server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._core.cmdlet import Cmdlet
from .._core.failures import Refused
from .._store.product import Product
from .._store.store import Object, Store
from .setting import Setting

Options = Mapping[str, Any]
"""Validated module options; an omitted one is None, which means: not managed."""


@dataclass(frozen=True)
class Plan:
    """What is to be done with one object.

    ``before`` and ``after`` hold the managed settings by option name (None: there is no object). ``found`` is the whole
    object as it was read. ``undo`` takes the first cmdlet back when a later one fails. ``notes`` are sentences that the
    user must see before and after. ``loses`` are properties that the object will no longer have.
    """

    identity: str | None = None
    cmdlets: tuple[Cmdlet, ...] = ()
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    found: Object | None = None
    undo: Cmdlet | None = None
    notes: tuple[str, ...] = ()
    loses: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Resource:
    """The declaration of a configuring module.

    ``reads`` tells what the rules need to know for given options, all read in one pipeline; the first read is of the
    noun itself. ``plan`` turns options and store into a plan, or refuses. ``further`` are options that are no settings.
    """

    noun: str
    settings: tuple[Setting, ...]
    reads: Callable[[Options], tuple[Cmdlet, ...]]
    plan: Callable[[Resource, Options, Store], Plan]
    key: Setting | None = None
    created_with: Mapping[str, Any] = field(default_factory=dict)
    required_to_create: tuple[str, ...] = ()
    further: Mapping[str, Any] = field(default_factory=dict)

    @property
    def argument_spec(self) -> dict[str, Any]:
        spec = {setting.option: setting.argument() for setting in self.settings}
        if self.key is not None:
            spec = {self.key.option: {**self.key.argument(), "required": True}, **spec}
        return {**spec, **self.further}

    @property
    def named_by(self) -> Setting:
        """The key of a resource of which a deployment has several objects."""
        if self.key is None:
            raise TypeError(f"{self.noun} is one global object and has no key")
        return self.key

    def wish(self, options: Options) -> dict[Setting, Any]:
        """The settings that the user stated, checked.

        :raises Refused: for a value that no server could take.
        """
        wanted = {
            setting: options[setting.option] for setting in self.settings if options.get(setting.option) is not None
        }
        for setting, value in wanted.items():
            setting.check(value)
        if self.key is not None:
            self.key.check(options[self.key.option])
        return wanted

    def find(self, objects: Sequence[Object], identity: str) -> Object | None:
        """The object of that identity among those read: an unknown identity is an error to the server's own Get-."""
        key = self.named_by
        return next((found for found in objects if key.same(found.get(key.parameter), identity)), None)


def shown(settings: Mapping[Setting, Any] | Sequence[Setting], found: Object) -> dict[str, Any]:
    """The given settings of an object, by option name."""
    return {setting.option: found.get(setting.parameter) for setting in settings}


def changes(wish: Mapping[Setting, Any], found: Object, product: Product) -> dict[Setting, Any]:
    """The part of the wish that the object does not hold.

    :raises Refused: for a setting that this server does not have.
    """
    for setting in wish:
        setting.check_available(product, found)
    return {setting: value for setting, value in wish.items() if not setting.same(value, found.get(setting.parameter))}


def parameters(settings: Mapping[Setting, Any]) -> dict[str, Any]:
    """Settings as cmdlet parameters."""
    return {setting.parameter: value for setting, value in settings.items()}


def updated(resource: Resource, wish: Mapping[Setting, Any], found: Object, product: Product) -> Plan:
    """The plan that sets what differs on an existing object, and sends nothing else.

    :raises Refused: for an immutable setting, or one that this server does not have.
    """
    identity = found.get(resource.key.parameter) if resource.key else None
    changed = changes(wish, found, product)
    for setting in changed:
        if setting.immutable:
            raise Refused(
                f"{setting.option} of {identity!r} is {found.get(setting.parameter)!r} and cannot be changed to "
                f"{changed[setting]!r}: the server has no such parameter."
            )
    before = shown(wish, found)
    cmdlets: tuple[Cmdlet, ...] = ()
    if changed:
        key = {} if resource.key is None else {resource.key.parameter: identity}
        cmdlets = (Cmdlet(f"Set-{resource.noun}", {**key, **parameters(changed)}),)
    after = {**before, **{setting.option: value for setting, value in changed.items()}}
    return Plan(identity, cmdlets, before, after, found)


def created(resource: Resource, wish: Mapping[Setting, Any], identity: str, product: Product) -> Plan:
    """The plan that makes a new object.

    :raises Refused: for values that must be stated and are not, or that this product does not have.
    """
    stated = {setting.option for setting in wish}
    missing = [option for option in resource.required_to_create if option not in stated]
    if missing:
        raise Refused(f"{identity!r} does not exist; to create it, state {', '.join(missing)} as well.")
    for setting in wish:
        setting.check_available(product, None)
    values = {setting: wish.get(setting, resource.created_with.get(setting.option)) for setting in resource.settings}
    sent = {setting: value for setting, value in values.items() if value is not None}
    cmdlet = Cmdlet(f"New-{resource.noun}", {resource.named_by.parameter: identity, **parameters(sent)})
    return Plan(identity, (cmdlet,), None, {setting.option: value for setting, value in sent.items()}, None)


def removed(resource: Resource, found: Object) -> Plan:
    """The plan that removes an object."""
    identity = found[resource.named_by.parameter]
    cmdlet = Cmdlet(f"Remove-{resource.noun}", {resource.named_by.parameter: identity})
    return Plan(identity, (cmdlet,), shown(existing(resource, found), found), None, found)


def existing(resource: Resource, found: Object) -> list[Setting]:
    """The settings that the object shows."""
    return [setting for setting in resource.settings if setting.parameter in found]
