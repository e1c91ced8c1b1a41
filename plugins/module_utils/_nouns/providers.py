# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reads of both kinds of provider, whose names and proxy FQDNs are unique together."""

from __future__ import annotations

from .._core.cmdlet import Cmdlet

HOSTING_PROVIDERS = Cmdlet("Get-CsHostingProvider", yields="DisplayHostingProvider")
PUBLIC_PROVIDERS = Cmdlet("Get-CsPublicProvider", yields="DisplayPublicProvider")
