# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What matters before the first write and could not be checked from here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .._nouns.table import NOUNS
from .._replication.poll import health_unknown
from .._resource.setting import FQDN
from .._rollout.plan import Finding, Kind
from .case import Case
from .consents import opens_federation
from .exchange import desired_exchange
from .federating import federation_path_unread
from .outside import POLICY
from .rights_told import rights_unread
from .voicemail import voicemail_unread


def unchecked(case: Case) -> Iterator[Finding]:
    """All of it."""
    for rule in RULES:
        for sentence in rule(case):
            yield Finding(Kind.UNCHECKED, rule.__name__, sentence)


def health_unread(case: Case) -> Iterator[str]:
    """Whether a change can replicate, where the server does not show all that tells."""
    if case.changes and case.reading.central is not None and health_unknown(case.reading.central):
        yield (
            "Whether the Central Management store can replicate a change (active master replicator, file transfer agent): this "
            "server does not show both."
        )


def external_access(case: Case) -> Iterator[str]:
    """Who has remote access, where the policies could not be read."""
    gap = case.reading.gap(NOUNS[POLICY].noun)
    if gap is not None and any(one.present for one in desired_exchange(case)):
        yield f"Whether an external access policy allows outside access: {gap.reason}"


def closed_on_purpose(case: Case) -> Iterator[str]:
    """Signs that federation was switched off on purpose, where they could not be read."""
    gap = case.reading.gap(NOUNS["allowed_domain"].noun)
    if gap is not None and opens_federation(case):
        yield f"Whether allowed domains show that federation was switched off on purpose: {gap.reason}"


def dns(case: Case) -> Iterator[str]:
    """In the order of the page (Configure the Edge Server for integration with hosted Exchange UM; Plan hybrid connectivity)."""
    if not (case.changes and any(one.present for one in desired_exchange(case))):
        return
    external, edges = _asks_for_all_domains(case), _asks_edges(case)
    left = [
        ""
        if external
        else "_sipfederationtls._tcp of each SIP domain in external DNS, port 5061, to the Access Edge's external name",
        "the federation records internally, before the shared address space is enabled",
        "" if edges else "and the same resolvable on each Edge Server",
    ]
    asked = " and ".join(["from the controller"] * external + ["on each Edge Server"] * edges)
    told = f" Asked in this run, as the table before the report says: {asked}." if asked else ""
    yield f"DNS{'' if asked else ', in this order'}: {'; '.join(filter(None, left))}.{told}"


def _asks_for_all_domains(case: Case) -> bool:
    """Where the SIP domains are not known, nobody can tell."""
    asked = {FQDN.comparable(domain) for domain in case.terms.asked_domains}
    return bool(case.sip_domains) and {FQDN.comparable(domain) for domain in case.sip_domains} <= asked


def _asks_edges(case: Case) -> bool:
    """Whether each Edge Server of the deployment is asked; one that has no host in the play cannot be."""
    return bool(case.edges) and {edge.host for edge in case.edges} <= set(case.terms.asked_edges)


RULES: tuple[Callable[[Case], Iterator[str]], ...] = (
    health_unread,
    federation_path_unread,
    external_access,
    closed_on_purpose,
    voicemail_unread,
    dns,
    rights_unread,
)
