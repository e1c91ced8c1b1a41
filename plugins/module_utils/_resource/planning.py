# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what is desired and a store as it was read to changes, each with its inverse; from a server or from a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from .._core.cmdlet import Cmdlet
from .._core.failures import Refused
from .._store.product import product_of
from .._store.store import Object, Store
from .impact import Impacts
from .plan import Change, Step
from .resource import Desired, Resource
from .setting import Setting, impact_of
from .values import said

Settings = Mapping[Setting, Any]

Lead = Callable[[Settings], Mapping[str, Any]]
"""What a Set- cmdlet states before the given settings: parameters that must go with them."""


def planned(desired: Desired, store: Store) -> Change:
    """
    :raises Refused: for what the server would not take, or what needs the user's consent.
    """
    resource = desired.resource
    notes = resource.rules(desired, store)
    found = desired.found_in(store[resource.read])
    if desired.is_reset:
        change = _reset(desired, found)
    elif not desired.present:
        change = Change(resource.name, desired.identity) if found is None else removed(resource, found)
    elif resource.key is None:
        change = (resource.update or updated)(desired, store.only(resource.read), store)
    elif found is None:
        change = created(desired, store)
    else:
        change = (resource.update or updated)(desired, found, store)
    return replace(change, notes=(*notes, *change.notes))


def differing(settings: Settings, found: Object, store: Store) -> dict[Setting, Any]:
    """Those of the settings that the object has otherwise.

    :raises Refused: for a setting that this server does not have.
    """
    for setting in settings:
        check_available(setting, found, store)
    return {setting: value for setting, value in settings.items() if not setting.same(value, setting.of(found))}


def check_available(setting: Setting, found: Object | None, store: Store) -> None:
    """
    :param found: the object, or another one of the noun, as the server shows it; None when there is none yet.
    :raises Refused: when the server's version has no such setting, does not show it, or shows what is none.
    """
    if found is not None and setting.shown_by(found):
        _check_understood(setting, found)
        return
    product = setting.since if setting.since.is_oldest else product_of(store)
    if product < setting.since:
        raise Refused(f"{setting.option} needs {setting.since} or later; this deployment runs {product}.")
    if found is not None:
        raise Refused(
            f"{setting.option}: this server does not show the property {setting.parameter}, so what it holds cannot be compared or "
            "proven; leave the option out."
        )


def _check_understood(setting: Setting, found: Object) -> None:
    try:
        setting.understood(found)
    except ValueError as problem:
        raise Refused(
            f"{setting.option}: this server shows {problem}, which is not understood, so what it holds cannot be compared or "
            "proven."
        ) from None


def updated(desired: Desired, found: Object, store: Store, lead: Lead | None = None) -> Change:
    """The change that sets what differs on an object, and sends nothing else.

    :raises Refused: for an immutable setting, or one that this server does not have.
    """
    resource, identity = desired.resource, desired.resource.identity_of(found)
    changed = differing(desired.settings, found, store)
    for setting, value in changed.items():
        if setting.immutable:
            raise Refused(
                f"{setting.option} of '{identity}' is {said(setting.of(found))} and cannot be changed to {said(value)}: the server "
                "has no such parameter."
            )
    before = {setting.option: setting.of(found) for setting in desired.settings}
    after = {**before, **by_option(changed)}
    whole = by_option(existing(resource, found))
    meaning = impact(resource, whole, {**whole, **by_option(changed)})
    change = Change(resource.name, identity, before, after, impact=meaning, found=found)
    if not changed:
        return change
    old, lost = restorable({setting: setting.of(found) for setting in changed})
    leading, leading_back = (lead(changed), lead(old)) if lead else ({}, {})
    step = Step(
        set_cmdlet(resource, identity, changed, leading),
        set_cmdlet(resource, identity, old, leading_back) if old else None,
    )
    return replace(change, steps=(step,), not_restored=lost)


def created(desired: Desired, store: Store) -> Change:
    """The change that makes a new object.

    :raises Refused: for values that must be stated and are not, or that this product does not have.
    """
    resource, identity = desired.resource, desired.identity
    stated = {setting.option for setting in desired.settings}
    missing = [option for option in resource.required_to_create if option not in stated]
    if missing:
        raise Refused(f"'{identity}' does not exist; to create it, state {', '.join(missing)} as well.")
    others = store[resource.read]  # what this server shows of another object, it has for a new one
    for setting in desired.settings:
        check_available(setting, others[0] if others else None, store)
    values = {
        setting: desired.settings.get(setting, resource.created_with.get(setting.option))
        for setting in resource.settings
        if setting in desired.settings or setting.option in resource.created_with
    }
    after = by_option(values)
    undo = remove_cmdlet(resource, identity)
    if resource.retired_with:
        undo = set_cmdlet(resource, identity, resource.settings_of(resource.retired_with))
    step = Step(new_cmdlet(resource, identity, values), undo)
    return Change(resource.name, identity, None, after, (step,), impact=impact(resource, None, after))


def removed(resource: Resource, found: Object) -> Change:
    """The change that removes an object."""
    identity = resource.identity_of(found)
    kept = existing(resource, found)
    before = by_option(kept)
    step = Step(remove_cmdlet(resource, identity), new_cmdlet(resource, identity, kept))
    return Change(resource.name, identity, before, None, (step,), impact=impact(resource, before, None), found=found)


def _reset(desired: Desired, found: Object | None) -> Change:
    """The change that gives an object its defaults, where one of them differs."""
    resource, reset = desired.resource, desired.resource.reset
    if reset is None or found is None:
        raise Refused(f"There is no {resource.title} '{desired.identity}' to reset.")
    identity = resource.identity_of(found)
    kept = existing(resource, found)
    before = by_option(kept)
    defaults = resource.settings_of(reset.values)
    changed = {
        setting: value for setting, value in kept.items() if not setting.same(value, defaults.get(setting, value))
    }
    after = {**before, **by_option({setting: defaults[setting] for setting in changed})}
    change = Change(
        resource.name, identity, before, after, impact=impact(resource, before, after), found=found, resets=True
    )
    if not changed:
        return change
    old, lost = restorable(changed)
    step = Step(remove_cmdlet(resource, identity), set_cmdlet(resource, identity, old) if old else None)
    return replace(change, steps=(step,), not_restored=lost)


def set_cmdlet(resource: Resource, identity: str, settings: Settings, lead: Mapping[str, Any] | None = None) -> Cmdlet:
    """The Set- cmdlet of an object; empty text clears."""
    key = {} if resource.key is None else {resource.key.parameter: identity}
    stated = {setting.parameter: setting.sent(value) for setting, value in settings.items()}
    return Cmdlet(f"Set-{resource.noun}", {**key, **(lead or {}), **stated})


def new_cmdlet(resource: Resource, identity: str, settings: Settings) -> Cmdlet:
    """The New- cmdlet of an object. What is empty is left out: a new object has no value there."""
    stated = {
        setting.parameter: settings[setting] for setting in resource.settings if settings.get(setting) not in (None, "")
    }
    key = _key(resource)
    return Cmdlet(f"New-{resource.noun}", {key.parameter: key.kind.normal(identity), **stated})


def remove_cmdlet(resource: Resource, identity: str) -> Cmdlet:
    return Cmdlet(f"Remove-{resource.noun}", {_key(resource).parameter: identity})


def _key(resource: Resource) -> Setting:
    if resource.key is None:
        raise TypeError(f"{resource.noun} is one global object and has no key")
    return resource.key


def existing(resource: Resource, found: Object) -> dict[Setting, Any]:
    """The settings that the object shows."""
    return {setting: setting.of(found) for setting in resource.settings if setting.shown_by(found)}


def restorable(old: Settings) -> tuple[dict[Setting, Any], tuple[str, ...]]:
    """Old values that a Set- cmdlet can bring back, and the options of those that it cannot: it has no way to clear them."""
    kept = {setting: value for setting, value in old.items() if value not in (None, "") or setting.clearable}
    return kept, tuple(setting.option for setting in old if setting not in kept)


def by_option(settings: Settings) -> dict[str, Any]:
    """Settings by option name."""
    return {setting.option: value for setting, value in settings.items()}


def impact(resource: Resource, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Impacts:
    """What a change of the managed settings means for others."""
    return resource.impact(before, after) if resource.impact else impact_of(resource.settings, before, after)
