# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Desired settings of any nouns in one mapping: noun, identity, options; and objects of any nouns as results show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.arguments import checked
from .._core.failures import Refused
from .._store.store import Object, Store
from .resource import GLOBAL, Desired, Resource, check_unique, desired
from .values import folded, said

Nouns = Mapping[str, Resource]


def desired_of(nouns: Nouns, settings: Mapping[str, Any], where: str) -> list[Desired]:
    """
    :param settings: for each noun, by its name, a mapping from identity to the options of its module. A deployment's one object has
        the identity ``global``.
    :param where: what the user calls the mapping, for sentences.
    :raises Refused: for a noun, an option or a value that there is not, or an object that is stated twice.
    """
    found = [
        _desired(nouns[noun], _identity(identity, f"{where}.{noun}"), options, f"{where}.{noun}.{identity}")
        for noun, objects in _mapping(settings, where).items()
        for identity, options in _mapping(objects, f"{where}.{_known(nouns, noun, where)}").items()
    ]
    check_unique(found)
    return found


def store_of(nouns: Nouns, shown: Mapping[str, Any], where: str) -> Store:
    """A store, as far as results show it.

    :param shown: for each noun, by its name, its objects as its ``_info`` module returns them, or one of them.
    :raises Refused: for a noun that there is not, or what is no object.
    """
    objects: dict[str, list[Object]] = {resource.read.name: [] for resource in nouns.values()}
    for noun, found in _mapping(shown, where).items():
        resource = nouns[_known(nouns, noun, where)]
        for one in found if isinstance(found, list) else [found]:
            objects[resource.read.name].append(resource.object_of(_mapping(one, f"{where}.{noun}")))
    return Store(objects)


def _desired(resource: Resource, identity: str, options: Any, where: str) -> Desired:
    stated, _notes = checked(resource.element_spec, _mapping(options, where), where)
    if resource.key is None and folded(identity) != folded(GLOBAL):
        raise Refused(f"{where}: a deployment has one {resource.title}; state its options under the identity {GLOBAL}.")
    key = {} if resource.key is None else {resource.key.option: identity}
    try:
        return desired(resource, {**key, **stated})
    except Refused as refusal:
        refusal.message = f"{where}: {refusal.message}"
        raise


def _identity(stated: Any, where: str) -> str:
    """Text, or a number, for which YAML takes a name of digits.

    :raises Refused: for anything else: a word for nothing would become a name.
    """
    if isinstance(stated, bool) or not isinstance(stated, (str, int, float)):
        raise Refused(f"{where}: {stated!r} is no identity: it must be text. Put it in quotes if it is a name.")
    return str(stated)


def _known(nouns: Nouns, noun: str, where: str) -> str:
    if noun not in nouns:
        raise Refused(f"{where}: there is no noun {noun}; there are {', '.join(nouns)}.")
    return noun


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    """
    :raises Refused: for what is no mapping; nothing stands for an empty one.
    """
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        found = "a list" if isinstance(value, list) else said(value)
        raise Refused(f"{where} must be a mapping, not {found}.")
    return value
