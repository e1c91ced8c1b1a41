# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether anybody will see presence in Outlook on the web: its users count as remote users.

Remote access takes AllowOutsideUsers and an external access policy with EnableOutsideAccess; a site's policy overrides the global
one, and a user's overrides both (learn.microsoft.com, Enable or disable remote user access; Manage external access policy for your
organization). Which users have a policy of their own is not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .._nouns.table import NOUNS
from .._rollout.plan import Finding, Kind
from .afterwards import Options, objects_afterwards
from .case import Case
from .exchange import desired_exchange

POLICY = "external_access_policy"
NOT_READ = "user policies were not read"

Level = tuple[str, Options]
"""A site (empty: sites are not known, or it is no site's) and the policy that its users have."""


def nobody_outside(case: Case) -> Iterator[Finding]:
    """Warnings, which the last line of the run repeats: remote access is closed for all, or for the users of some sites."""
    if not any(one.present for one in desired_exchange(case)):
        return
    for edge in objects_afterwards(case, "access_edge") or ():
        if edge.get("allow_outside_users") is False:
            yield _warning(
                "AllowOutsideUsers is False: remote user access is off in the whole deployment, and users of Outlook on the web "
                "count as remote users.",
                "remote user access is off (AllowOutsideUsers False)",
            )
    levels, user_policies = _levels(case), _user_policies(case)
    closed = [level for level in levels if level[1].get("enable_outside_access") is False]
    some = any(level[1].get("enable_outside_access") is True for level in levels)
    if closed and not some:
        clause = f"no global or site policy allows outside access; {NOT_READ}"
        yield _warning(
            f"No global or site policy allows outside access (EnableOutsideAccess False: {_policies(closed)}), which users of "
            f"Outlook on the web need; {NOT_READ}{_allowing(user_policies)}.",
            clause,
        )
    elif closed:
        clause = f"no outside access for users of {_sites(closed)}"
        yield _warning(
            f"N{clause[1:]}, who will see nothing in Outlook on the web; {NOT_READ}.", f"{clause}; {NOT_READ}"
        )


def _warning(sentence: str, closing: str) -> Finding:
    return Finding(Kind.WARNING, "nobody_outside", sentence, closing=closing)


def no_federation_access(case: Case) -> Iterator[str]:
    """Weaker: those who have remote access, without access to federated partners and hosted providers."""
    if not any(one.present for one in desired_exchange(case)):
        return
    lacking = [
        level
        for level in _levels(case)
        if level[1].get("enable_outside_access") is True and level[1].get("enable_federation_access") is False
    ]
    if lacking:
        yield (
            f"EnableFederationAccess is False in {_policies(lacking)}; it covers hosted providers, too (learn.microsoft.com, "
            f"Manage external access policy for your organization), so that users may see nothing; {NOT_READ}."
        )


def _levels(case: Case) -> list[Level]:
    """The policy of each site's users; where sites are not known, each global or site policy."""
    policies = objects_afterwards(case, POLICY) or ()
    scoped = {_key(policy): policy for policy in policies if not _key(policy).startswith("TAG:")}
    topology = case.reading.topology
    sites = [site.name for site in topology.sites] if topology and not case.reading.gap("sites") else []
    if not sites:
        return [("", policy) for policy in scoped.values()]
    found = [(site, scoped.get(_comparable(f"site:{site}")) or scoped.get("GLOBAL")) for site in sites]
    return [(site, policy) for site, policy in found if policy is not None]


def _user_policies(case: Case) -> list[Options]:
    return [policy for policy in objects_afterwards(case, POLICY) or () if _key(policy).startswith("TAG:")]


def _key(policy: Options) -> str:
    return _comparable(str(policy.get("identity") or ""))


def _comparable(identity: str) -> str:
    key = NOUNS[POLICY].key
    return str(key.kind.comparable(identity)) if key else identity


def _policies(levels: Sequence[Level]) -> str:
    return ", ".join(dict.fromkeys(str(policy.get("identity")) for _site, policy in levels))


def _sites(levels: Sequence[Level]) -> str:
    return ", ".join(
        f"{site} ({policy.get('identity')})" if site else f"the policy {policy.get('identity')}"
        for site, policy in levels
    )


def _allowing(policies: Sequence[Options]) -> str:
    """User policies that allow it, to whomever they are granted."""
    allowing = [str(policy.get("identity")) for policy in policies if policy.get("enable_outside_access") is True]
    return f" (those that allow it: {', '.join(allowing)})" if allowing else ""
