# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosted voicemail goes through the same provider as Outlook on the web: what takes the provider away takes voicemail away.

Source: learn.microsoft.com, Configure Cloud Voicemail; Get-CsHostedVoicemailPolicy (Destination).
"""

from __future__ import annotations

from collections.abc import Iterator

from .._core.few import few
from .._resource.plan import Change
from .._resource.setting import FQDN
from .._rollout.parts import VOICEMAIL
from .._store.shown import text_or_nothing, texts
from .case import Case

_GONE = "While the provider is disabled or missing, its users have no voicemail."


def provider_in_use(case: Case) -> Iterator[str]:
    """Policies that send calls to a provider that would be disabled, removed or recreated."""
    for change in taken_away(case):
        proxy = (change.found or {}).get("ProxyFqdn")
        using = [
            text_or_nothing(policy.get("Identity")) or "a policy without a name"
            for policy in case.reading.voicemail or ()
            if any(FQDN.comparable(one) == FQDN.comparable(proxy) for one in texts(policy.get("Destination")))
        ]
        if using:
            yield (
                f"Hosted voicemail uses '{change.identity}': {few(using)} {'send' if len(using) > 1 else 'sends'} calls to "
                f"{proxy}. {_recreated(change) if change.restores else _GONE}"
            )


def _recreated(change: Change) -> str:
    """The policies are not changed with it."""
    return (
        f"Their Destination stays as it is, and the provider will have {(change.after or {}).get('proxy_fqdn')}: its users have no "
        "voicemail until the policies have that Destination (Set-CsHostedVoicemailPolicy)."
    )


def voicemail_unread(case: Case) -> Iterator[str]:
    """What is not checked: whether voicemail uses such a provider."""
    gap = case.reading.gap(VOICEMAIL)
    for change in taken_away(case) if gap is not None else ():
        yield f"Whether hosted voicemail uses '{change.identity}': {gap.reason if gap else ''}"


def taken_away(case: Case) -> Iterator[Change]:
    """Changes after which, or during which, a hosting provider is out of use."""
    for change in case.changes:
        if change.noun != "hosting_provider" or change.found is None:
            continue
        disabled = change.after is not None and (change.before or {}).get("enabled") and not change.after.get("enabled")
        if change.after is None or change.restores is not None or disabled:
            yield change
