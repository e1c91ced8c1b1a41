# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role's user wants of a deployment: the documented values, and what its variables say otherwise, merged key by key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.failures import Refused
from .._nouns.table import NOUNS
from .._resource.resource import GLOBAL, Desired
from .._resource.settings import desired_of

ACCESS_EDGE, HOSTING_PROVIDER = "access_edge", "hosting_provider"
Variables = Mapping[str, Any]


def desired_by(documented: Mapping[str, Variables], variables: Variables) -> tuple[Desired, ...]:
    """
    :param documented: by noun, the options of the documented objects.
    :param variables: the role's variables as the user set them: ``hybrid_access_edge``, ``hybrid_hosting_provider``,
        ``hybrid_settings``.
    :raises Refused: for a variable that is no mapping, a name that is no text (null stands for the documented one), and for what
        the nouns' modules would refuse.
    """
    edge = {**documented[ACCESS_EDGE], **_mapping(variables, "hybrid_access_edge")}
    provider = {**documented[HOSTING_PROVIDER], **_mapping(variables, "hybrid_hosting_provider")}
    stated = provider.pop("identity", None)
    identity = documented[HOSTING_PROVIDER].get("identity") if stated is None else stated
    if not isinstance(identity, str):
        raise Refused(f"hybrid_hosting_provider.identity must be text, not {identity!r}.")
    found = [
        *desired_of(NOUNS, {HOSTING_PROVIDER: {identity: provider}}, "hybrid_hosting_provider"),
        *desired_of(NOUNS, {ACCESS_EDGE: {GLOBAL: edge}}, "hybrid_access_edge"),
    ]
    settings = _mapping(variables, "hybrid_settings")
    return _merged(found, settings)


def _merged(documented: list[Desired], settings: Mapping[str, Any]) -> tuple[Desired, ...]:
    """The objects of ``hybrid_settings`` beside those of the two variables; where both name one, their options are merged."""
    stated: dict[str, dict[str, Any]] = {}
    for one in documented:
        key = one.resource.key.option if one.resource.key else ""
        options = {option: value for option, value in one.options.items() if value is not None and option != key}
        stated.setdefault(one.resource.name, {})[one.identity] = options
    for noun in settings:
        ours = stated.setdefault(noun, {})
        for identity, options in _mapping(settings, noun, "hybrid_settings.").items():
            both = isinstance(options, Mapping) and identity in ours
            ours[identity] = {**ours[identity], **options} if both else options
    return tuple(desired_of(NOUNS, stated, "hybrid_settings"))


def _mapping(variables: Variables, name: str, where: str = "") -> Mapping[str, Any]:
    value = variables.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Refused(f"{where}{name} must be a mapping, not {value!r}.")
    return value
