# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be equal on the day, what counts as done, what may have moved."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._approval.fingerprint import fingerprint
from ansible_collections.ucops.lync.plugins.module_utils._approval.fit import fit
from ansible_collections.ucops.lync.plugins.module_utils._core.document import from_plain
from ansible_collections.ucops.lync.plugins.module_utils._replication.status import Status
from ansible_collections.ucops.lync.plugins.module_utils._rollout.plan import (
    Domains,
    Exposure,
    Finding,
    Held,
    Kind,
    Plan,
    PlannedEdge,
)
from ansible_collections.ucops.lync.plugins.module_utils._rollout.verdict import Content, Verification
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import scene

EXCHANGE = memory.provider("Exchange Online", "exap.um.outlook.com")
OTHER = memory.provider("Partner", "sip.partner.example", Enabled=False)


def planned(deployment: memory.Deployment, **options: Any) -> Plan:
    return from_plain(Plan, scene.planned(deployment, **options)["plan"])


def fresh(**edge: Any) -> memory.Deployment:
    return memory.Deployment(edge, [OTHER])


WEDNESDAY = planned(fresh())
CONSENT = Finding(Kind.CONSENT, "reopen_federation", "It was perhaps off on purpose.", given=True)
EDGE = WEDNESDAY.edges[0]
NEW_EDGE = PlannedEdge("new.adatum.example", EDGE.site, "new", Content.PENDING, pool=EDGE.pool)
PROVIDER, FEDERATION = WEDNESDAY.changes
CLOSED = replace(FEDERATION, impact=())


def exposed(**parts: Any) -> Plan:
    return replace(WEDNESDAY, exposure=replace(WEDNESDAY.exposure, **parts))


def test_the_same_fits() -> None:
    found = fit(WEDNESDAY, planned(fresh()))
    assert (found.differences, found.done, found.drift) == ((), (), ())


REFUSED: dict[str, tuple[Plan, str]] = {
    "another deployment": (replace(WEDNESDAY, title="fabrikam"), "is for deployment adatum, and this is fabrikam"),
    "a SIP domain more": (
        replace(WEDNESDAY, sip_domains=(*WEDNESDAY.sip_domains, "b.example")),
        "SIP domain b.example is new",
    ),
    "a SIP domain less": (
        replace(WEDNESDAY, sip_domains=WEDNESDAY.sip_domains[1:]),
        "SIP domain contoso.example is gone",
    ),
    "a site": (replace(WEDNESDAY, sites=(*WEDNESDAY.sites, "Osaka")), "site Osaka is new"),
    "a pool": (replace(WEDNESDAY, pools=(*WEDNESDAY.pools, "pool9.example")), "pool pool9.example is new"),
    "a new Edge Server": (replace(WEDNESDAY, edges=(EDGE, NEW_EDGE)), "Edge Server new.adatum.example is new"),
    "no Edge Server": (replace(WEDNESDAY, edges=()), f"Edge Server {EDGE.fqdn} is gone"),
    "an Edge Server elsewhere": (
        replace(WEDNESDAY, edges=(replace(EDGE, pool="other.example"),)),
        f"Edge Server {EDGE.fqdn} was in pool {EDGE.pool} at site {EDGE.site}, and is in other.example at {EDGE.site}",
    ),
    "the order": (
        replace(WEDNESDAY, documented_order=True, changes=WEDNESDAY.changes[::-1]),
        "hybrid_documented_order was False, and is True",
    ),
    "the order alone": (replace(WEDNESDAY, changes=WEDNESDAY.changes[::-1]), "the changes come in another order"),
    "the proof": (
        replace(WEDNESDAY, verification=Verification.SKIP),
        "hybrid_edge_verification was required, and is skip",
    ),
    "a part": (replace(WEDNESDAY, partial=True), "hybrid_partial_verification was False, and is True"),
    "the scope": (replace(WEDNESDAY, scope="all"), "hybrid_replication_scope was edges, and is all"),
    "on failure": (replace(WEDNESDAY, on_failure="rollback"), "hybrid_on_failure was keep, and is rollback"),
    "an ignored replica": (
        replace(WEDNESDAY, ignored=("sba.example",)),
        "ignored replica (hybrid_replication_ignore) sba.example is new",
    ),
    "an excuse": (
        replace(WEDNESDAY, edges=(replace(EDGE, content=Content.EXCUSED, excused_until="2026-12-31"),)),
        f"excused Edge Server {EDGE.fqdn} until 2026-12-31 is new",
    ),
    "a change more": (
        replace(WEDNESDAY, changes=(*WEDNESDAY.changes, replace(PROVIDER, identity="Other", cmdlets=("New-X",)))),
        "hosting provider 'Other' would be changed, which is not in the approved plan (New-X)",
    ),
    "another value before": (
        replace(WEDNESDAY, changes=(PROVIDER, replace(FEDERATION, before={"allow_federated_users": None}))),
        "access edge 'global': allow_federated_users was False, and is None",
    ),
    "another value after": (
        replace(WEDNESDAY, changes=(replace(PROVIDER, after={**(PROVIDER.after or {}), "enabled": False}), FEDERATION)),
        "hosting provider 'Exchange Online': after would be",
    ),
    "another cmdlet": (
        replace(WEDNESDAY, changes=(replace(PROVIDER, cmdlets=("New-Y",)), FEDERATION)),
        "hosting provider 'Exchange Online': cmdlets would be ['New-Y'], not",
    ),
    "another way back": (
        replace(WEDNESDAY, changes=(replace(PROVIDER, inverse=()), FEDERATION)),
        "hosting provider 'Exchange Online': inverse would be [], not",
    ),
    "companions": (
        replace(WEDNESDAY, changes=(PROVIDER, replace(FEDERATION, companions={"enable_partner_discovery": True}))),
        "access edge 'global': companions would be {'enable_partner_discovery': True}, not {}",
    ),
    "options alone": (
        replace(WEDNESDAY, changes=(replace(PROVIDER, options={"identity": "Exchange Online"}), FEDERATION)),
        "hosting provider 'Exchange Online': its options are others",
    ),
    "a consent": (
        replace(WEDNESDAY, findings=(*WEDNESDAY.findings, CONSENT)),
        "it needs the consent reopen_federation, which is not in the approved plan: It was perhaps off on purpose",
    ),
    "the routing method": (
        exposed(routing_method="UseDefaultRouting"),
        "routing method: UseDnsSrvRouting then, UseDefaultRouting now",
    ),
    "discovery": (exposed(partner_discovery=True), "partner discovery: False then, True now"),
    "discovery not shown": (exposed(partner_discovery=None), "partner discovery: False then, not shown now"),
    "discovered partners": (
        exposed(discovered_partner_verification_level="AlwaysVerifiable"),
        "verification level of discovered partners: UseSourceVerification then, AlwaysVerifiable now",
    ),
    "a provider": (exposed(enabled_providers=("Skype (a.example)",)), "enabled provider Skype (a.example) is new"),
    "providers not read": (exposed(enabled_providers=None), "enabled providers: not read now"),
    "allowed domains": (
        exposed(allowed_domains=Domains(1, "a" * 64)),
        "allowed domains: 0 (digest 4f53cda18c2b) then, 1 (digest aaaaaaaaaaaa) now",
    ),
    "blocked domains": (exposed(blocked_domains=None), "blocked domains: 0 (digest 4f53cda18c2b) then, not shown now"),
    "the direction": (
        replace(WEDNESDAY, undoes="record.jsonl"),
        "the plan takes back nothing, and this run record.jsonl",
    ),
    "less desired": (
        replace(WEDNESDAY, changes=(FEDERATION,)),
        "hosting provider 'Exchange Online' was to be changed, and is no longer part of what is desired",
    ),
    "another state": (
        replace(WEDNESDAY, changes=(FEDERATION,), held=(Held("hosting_provider", "Exchange Online"),)),
        "hosting provider 'Exchange Online' was to be present, and is absent",
    ),
    "another value held": (
        replace(
            WEDNESDAY, changes=(FEDERATION,), held=(Held("hosting_provider", "Exchange Online", {"enabled": True}),)
        ),
        "hosting provider 'Exchange Online': enabled_shared_address_space was to be True, and is None",
    ),
}


@pytest.mark.parametrize(("saturday", "difference"), REFUSED.values(), ids=REFUSED)
def test_what_is_otherwise_is_named(saturday: Plan, difference: str) -> None:
    """Also in the fingerprint, so that nobody can move it behind an approver's back."""
    assert difference in " | ".join(fit(WEDNESDAY, saturday).differences)
    assert fingerprint(saturday) != fingerprint(WEDNESDAY)


@pytest.mark.parametrize("what", [what for what in REFUSED if what != "a consent"])
def test_and_the_other_way_round(what: str) -> None:
    """What is gone voids an approval as what is new does."""
    saturday, _difference = REFUSED[what]
    assert fit(saturday, WEDNESDAY).differences


def test_the_fingerprint_of_a_document_that_was_written_stays() -> None:
    """Else every plan that waits for its day would count as edited."""
    file = Path(__file__).parents[4] / "integration/support/plan.json"
    written = json.loads(file.read_text(encoding="utf-8"))
    assert fingerprint(from_plain(Plan, written["plan"])) == written["fingerprint"]


def test_consents_of_the_approved_plan_count_also_when_they_are_not_needed_any_more() -> None:
    approved = replace(WEDNESDAY, findings=(CONSENT,))
    assert fit(approved, replace(WEDNESDAY, findings=(replace(CONSENT, given=False),))).differences == ()
    assert fit(approved, WEDNESDAY).differences == ()
    missing = replace(WEDNESDAY, findings=(replace(CONSENT, given=False),))
    assert fit(missing, missing).differences != ()


def moved(plan: Plan) -> Plan:
    """All that may be otherwise on the day."""
    return replace(
        plan,
        management_host="fe02",
        master="fe02.adatum.example",
        behind=("sba.adatum.example",),
        passed_over={"fe01": "it was down."},
        edges=tuple(replace(edge, status=Status.LAGGING, last_status_report="1/2/2026") for edge in plan.edges),
        providers_left=(),
    )


def test_master_replicas_account_endpoint_and_times_never_count() -> None:
    found = fit(WEDNESDAY, moved(WEDNESDAY))
    assert (found.differences, found.drift) == ((), ())
    assert fingerprint(moved(WEDNESDAY)) == fingerprint(WEDNESDAY)


def test_a_warning_that_is_new_is_shown() -> None:
    warning = Finding(Kind.WARNING, "role_missing", "The account has no role.")
    found = fit(WEDNESDAY, replace(WEDNESDAY, findings=(*WEDNESDAY.findings, warning)))
    assert (found.differences, found.drift) == ((), ("The account has no role",))


def test_what_decides_who_is_reached_is_only_shown_when_nothing_opens_any_more() -> None:
    approved = replace(WEDNESDAY, changes=(CLOSED,))
    found = fit(approved, replace(approved, exposure=Exposure(partner_discovery=True)))
    assert found.differences == ()
    assert "partner discovery: False then, True now" in found.drift


def after(step: int) -> memory.Deployment:
    """The same deployment after so many of the two changes."""
    return memory.Deployment({"AllowFederatedUsers": step > 1}, [OTHER, EXCHANGE] if step else [OTHER])


@pytest.mark.parametrize(
    ("step", "done"),
    [
        (1, ("hosting provider 'Exchange Online'",)),
        (2, ("hosting provider 'Exchange Online'", "access edge 'global'")),
    ],
)
def test_an_interrupted_run_is_completed_under_the_same_approval(step: int, done: tuple[str, ...]) -> None:
    found = fit(WEDNESDAY, planned(after(step)))
    assert (found.differences, found.done) == ((), done)


def settings(**objects: Any) -> dict[str, Any]:
    """The option with these objects of ``hybrid_settings``."""
    return {"variables": {"hybrid_settings": objects}}


VOICE = {
    "proxy_fqdn": "sip.voice.example",
    "enabled": True,
    "enabled_shared_address_space": False,
    "hosts_ocs_users": False,
    "verification_level": "UseSourceVerification",
}
OUTLOOK_USERS = {"Identity": "Tag:Outlook users", "EnableOutsideAccess": True, "EnableFederationAccess": False}
INTERRUPTED: dict[str, tuple[memory.Deployment, dict[str, Any], str, memory.Object]] = {
    "a recreation keeps what is not desired": (
        memory.Deployment(hosting=[memory.provider("Exchange Online", "old.example")]),
        {},
        "hosting_providers",
        EXCHANGE,
    ),
    "a value that need not be stated": (
        memory.Deployment(),
        settings(hosting_provider={"Voice": VOICE}),
        "hosting_providers",
        memory.provider("Voice", "sip.voice.example", EnabledSharedAddressSpace=False),
    ),
    "the server spells the name otherwise": (
        memory.Deployment(),
        settings(external_access_policy={"Outlook users": {"enable_outside_access": True}}),
        "external_access_policies",
        OUTLOOK_USERS,
    ),
    "so does it with the policy of a site": (
        memory.Deployment(),
        settings(external_access_policy={"site:lisbon": {"enable_outside_access": True}}),
        "external_access_policies",
        {**OUTLOOK_USERS, "Identity": "Site:Lisbon"},
    ),
}


@pytest.mark.parametrize(("deployment", "options", "kind", "made"), INTERRUPTED.values(), ids=INTERRUPTED)
def test_what_the_run_made_is_done_whatever_else_the_server_shows_of_it(
    deployment: memory.Deployment, options: dict[str, Any], kind: str, made: memory.Object
) -> None:
    options = {**options, "edge_readings": {scene.EDGE: scene.edge_reading(deployment, "external_access_policy")}}
    approved = planned(deployment, **options)
    deployment.put(kind, made)
    found = fit(approved, planned(deployment, **options))
    assert (found.differences, len(found.done)) == ((), 1)


def test_a_change_that_differs_is_not_called_done() -> None:
    found = fit(WEDNESDAY, replace(WEDNESDAY, changes=(FEDERATION,)))
    assert found.differences == (
        "hosting provider 'Exchange Online' was to be changed, and is no longer part of what is desired",
    )
    assert found.done == ()


@pytest.mark.parametrize("level", ["UseSourceVerification", "AlwaysVerifiable"])
def test_a_provider_that_stands_under_another_name_by_then_is_named(level: str) -> None:
    hosting = [OTHER, memory.provider("Voicemail", "exap.um.outlook.com", VerificationLevel=level)]
    found = fit(WEDNESDAY, planned(memory.Deployment({}, hosting)))
    assert (
        "hosting provider 'Exchange Online' was to be changed, and is here under the name 'Voicemail'"
        in found.differences
    )
    assert "no longer part" not in " ".join(found.differences)
    assert found.done == ()


def enable_other(deployment: memory.Deployment) -> None:
    deployment.put("hosting_providers", {**OTHER, "Enabled": True})


def discover(deployment: memory.Deployment) -> None:
    deployment.seed(EnablePartnerDiscovery=True)


def allow(deployment: memory.Deployment) -> None:
    deployment.put("allowed_domains", {"Identity": "fabrikam.example", "Comment": "", "ProxyFqdn": ""})


def turn_off(deployment: memory.Deployment) -> None:
    deployment.put("hosting_providers", {**EXCHANGE, "Enabled": False})


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        (
            enable_other,
            "enabled provider Partner (sip.partner.example, enabled, UseSourceVerification, shared address space) is new",
        ),
        (discover, "partner discovery: False then, True now"),
        (allow, "allowed domains: 0 (digest 4f53cda18c2b) then, 1"),
        (turn_off, "hosting provider 'Exchange Online': it was absent, and is present"),
    ],
)
@pytest.mark.parametrize("step", [0, 1])
def test_what_somebody_changed_since_voids_the_approval(
    step: int, change: Callable[[memory.Deployment], None], difference: str
) -> None:
    deployment = after(step)
    change(deployment)
    assert difference in " | ".join(fit(WEDNESDAY, planned(deployment)).differences)
