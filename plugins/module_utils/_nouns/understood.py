# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of a noun as they were read, with each property in the form that it has: what has another one is never guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .._resource.setting import Setting
from .._store.store import Object
from . import hosting_provider
from .providers import PUBLIC_PROVIDERS
from .table import NOUNS

_OF_PUBLIC = ("Identity", "ProxyFqdn", "Enabled", "VerificationLevel")

SETTINGS: Mapping[str, Iterable[Setting]] = {
    **{resource.read.name: resource.all_settings for resource in NOUNS.values()},
    PUBLIC_PROVIDERS.name: [one for one in hosting_provider.RESOURCE.all_settings if one.parameter in _OF_PUBLIC],
}
"""By the cmdlet that reads them. A public provider has some of a hosting provider's."""


def understood(read: str, objects: Iterable[Object]) -> tuple[Object, ...]:
    """
    :param read: the name of the cmdlet that wrote them.
    :raises ValueError: for a property in another form, saying which.
    """
    settings = tuple(SETTINGS.get(read, ()))
    return tuple(_understood(found, settings) for found in objects)


def _understood(found: Object, settings: Iterable[Setting]) -> Object:
    known = {one.parameter: one.understood(found) for one in settings if one.parameter in found}
    return {**found, **known}
