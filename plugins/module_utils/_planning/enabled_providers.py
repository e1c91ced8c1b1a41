# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The enabled providers of both kinds, hosting and public, as sentences list them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .._core.few import few
from .._nouns.providers import PUBLIC_PROVIDERS
from .._rollout.reading import Reading, noun_of
from .afterwards import Options

_OF_PUBLIC = {"Identity": "identity", "ProxyFqdn": "proxy_fqdn", "Enabled": "enabled"}


def enabled_providers(reading: Reading, hosting: Sequence[Options] | None) -> list[Options] | None:
    """Those that do not show that they are disabled; ``enabled`` is missing where the server does not show it.

    :param hosting: the hosting providers, as they are or as they will be; None where they could not be read.
    :return: None where either kind could not be read.
    """
    public = reading.objects.get(noun_of(PUBLIC_PROVIDERS))
    if hosting is None or public is None:
        return None
    named = [{_OF_PUBLIC[key]: one[key] for key in _OF_PUBLIC if key in one} for one in public]
    return [one for one in (*hosting, *named) if one.get("enabled") is not False]


def listed(providers: Iterable[Options] | None) -> str:
    """Their names with their proxy FQDNs."""
    if providers is None:
        return "not read"
    return few(map(_named, providers)) or "none"


def _named(provider: Options) -> str:
    unknown = "" if "enabled" in provider else ", state not shown"
    return f"{provider.get('identity')} ({provider.get('proxy_fqdn')}{unknown})"
