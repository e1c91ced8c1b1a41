# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the hosting providers."""

from __future__ import annotations

from .._nouns.providers import HOSTING_PROVIDERS
from .._resource.inspect import inspects
from .._store.store import objects

MODULE = inspects(HOSTING_PROVIDERS, lambda store: {"hosting_providers": objects(store, HOSTING_PROVIDERS)})
