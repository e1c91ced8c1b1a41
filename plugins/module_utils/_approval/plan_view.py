# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a change board reads of a plan, in its order: the renderings (text, page) differ only in how it looks."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from .._core.visible import visible
from .._nouns.table import NOUNS
from .._report import words
from .._report.texts import accept_line, word
from .._resource.impact import Impact
from .._resource.values import said
from .._rollout.plan import Domains, Held, Kind, Plan, PlannedChange, PlannedEdge
from .._rollout.verdict import Content, Verification
from .approval import NAMESPACE, template
from .fit import named
from .plan_file import PlanFile

NOT_APPROVABLE = "NOT APPROVABLE"
NOTHING_TO_CHANGE = "NOTHING TO CHANGE"

PURPOSE = "Integration with Exchange Online: instant messaging and presence in Outlook on the web"
TO_TAKE_BACK = "To take back what an earlier run changed"

UNPROVEN = (
    "SIP traffic and the tenant's side are not tested; DNS and certificates only as far as hybrid_check_readiness asks.",
    "User policies are not read.",
    "Over /wsman, whether the account has the rights that it needs is known only when it writes.",
)
"""Said of every plan."""

NOT_PREVENTED = (
    "The collection's single modules and lync_cmdlet, used without the playbook, ask for no approval.",
    "-e hybrid_require_approval=false lifts it, unless the variable is locked where the playbook is started from (AWX).",
    "Who may write to the servers can do so without Ansible.",
)

IMPACT = {
    Impact.OPENS: "somebody becomes reachable who is not today",
    Impact.INTERRUPTS: "somebody may be cut off",
}
NO_IMPACT = "none (nobody notices)"

PROOF = {
    Verification.REQUIRED: (
        "After the last cmdlet the run waits for replication, then reads the own store of each Edge Server on that server. One "
        "that does not match, or cannot be read, fails the run, unless it is excused."
    ),
    Verification.BEST_EFFORT: (
        "After the last cmdlet the run waits for replication, then reads the own store of each Edge Server on that server. One "
        "that does not match fails the run; one that cannot be read is named."
    ),
    Verification.SKIP: (
        "After the last cmdlet the run waits for replication. No Edge Server's own store is read: the status of its replica is all "
        "there is."
    ),
}

STORE = {**words.CONTENT, Content.PENDING: "without the changes", Content.MATCHES: "as desired already"}
"""What an Edge Server's own store holds before the first write."""


@dataclass(frozen=True)
class Table:
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    """A heading, sentences, lines to copy, a table; what is empty is left out."""

    heading: str
    sentences: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True)
class View:
    """The whole. ``mark``: what stands above all, in capitals; empty: nothing."""

    title: str
    mark: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...] = field(default=())


def view(file: PlanFile) -> View:
    """Nothing in it acts on a terminal or breaks a line."""
    plan = file.plan
    what = f"Way back for deployment {plan.title}" if plan.undoes else f"Plan for deployment {plan.title}"
    return View(
        visible(what),
        NOT_APPROVABLE if plan.stops else "" if plan.changes else NOTHING_TO_CHANGE,
        tuple((name, visible(value)) for name, value in _facts(file)),
        tuple(_visible(section) for section in _sections(file)),
    )


def _facts(file: PlanFile) -> Iterator[tuple[str, str]]:
    plan = file.plan
    yield "Purpose", TO_TAKE_BACK if plan.undoes else PURPOSE
    yield "Fingerprint", file.fingerprint
    yield "Made", f"{file.made} (the controller's clock), from what {plan.management_host} showed then"
    yield "SIP domains", ", ".join(plan.sip_domains) or "not read"
    yield "Sites", ", ".join(plan.sites) or "not read"
    if plan.undoes:
        yield "Takes back", plan.undoes


def _sections(file: PlanFile) -> Iterator[Section]:
    plan = file.plan
    if plan.stops:
        stops = tuple(f"{word(one)}: {one.sentence}" for one in plan.stops)
        accept = (f"To consent, add: {accept_line(plan)}",) if plan.accept else ()
        yield Section("Why it is not approvable", (*stops, *accept))
    yield Section("Risk", tuple(_risk(plan)))
    yield Section("Who becomes reachable", plan.reached or ("Nobody who is not reachable today.",))
    yield _consents(plan)
    yield _way_back(plan)
    yield Section("Cmdlets, in this order", () if plan.cmdlets else ("None.",), plan.cmdlets)
    for number, change in enumerate(plan.changes, start=1):
        yield _settings(change, f"Change {number} of {len(plan.changes)}")
    if plan.held:
        yield Section("As desired already", tuple(f"{named(one)}: {_values(one)}" for one in plan.held))
    yield _providers(plan)
    yield _edges(plan)
    yield _excused(plan)
    yield Section("Warnings", _found(plan, Kind.WARNING) or ("None.",))
    yield Section("Not checked from here", (*_found(plan, Kind.UNCHECKED), *UNPROVEN))
    yield _equal(plan)
    if plan.changes and not plan.stops:
        yield Section("What an approval does not prevent", NOT_PREVENTED)
    yield _approval(file)
    if plan.changes and not plan.stops:
        signing = f"ssh-keygen -Y sign -f KEY -n {NAMESPACE} FILE"
        yield Section("Signature, where hybrid_approval_signers names who may approve", (), (signing,))


def _risk(plan: Plan) -> Iterator[str]:
    if not plan.changes:
        yield "Nothing is written."
        return
    cmdlets = len(plan.cmdlets)
    yield (
        f"{_count(len(plan.changes), 'object')} of the Central Management store would change, by "
        f"{_count(cmdlets, 'cmdlet')}; {_count(len(plan.in_topology), 'Edge Server')} would receive it by replication."
    )
    for impact, meaning in IMPACT.items():
        causes = [named(change) for change in plan.changes if impact in change.impact]
        yield f"{impact.value.capitalize()} ({meaning}): {', '.join(causes) or 'nothing'}."
    yield from (note for change in plan.changes for note in change.notes)
    warnings = len(_found(plan, Kind.WARNING))
    if warnings:
        yield f"{_count(warnings, 'warning')}: see 'Warnings' below."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _consents(plan: Plan) -> Section:
    rows = tuple((one.name, "given" if one.given else "MISSING", one.sentence) for one in plan.consents)
    if not rows:
        return Section("Consents", ("None is needed: the plan found nothing that has to be agreed to by its name.",))
    return Section(
        "Consents",
        (
            "What has to be agreed to by its name (hybrid_accept). An approval of this plan covers those that are given.",
        ),
        table=Table(("Consent", "", "Why it is needed"), rows),
    )


HOW_BACK = (
    "Run playbooks/rollback.yml with the journal that the run keeps where hybrid_record_dir is set, dry run first. It may ask "
    "for consents of its own (such as federation_off), and is proven on each Edge Server. Without a journal, paste the cmdlets."
)


def _way_back(plan: Plan) -> Section:
    lost = [
        f"{named(change)}: {', '.join(change.not_restored)} cannot be brought back."
        for change in plan.changes
        if change.not_restored
    ]
    stays = [
        f"{_first_upper(named(change))} is created; the cmdlets below take it out of use and do not remove it."
        for change in plan.changes
        if _stays(change)
    ]
    how = [HOW_BACK, "These cmdlets, in this order, take back what would be written:"] if plan.way_back else []
    if not plan.changes:
        how = ["Nothing is written, so nothing is to be taken back."]
    elif not plan.way_back:
        how = ["There is none."]
    return Section("The way back", (*stays, *lost, *how), plan.way_back)


def _stays(change: PlannedChange) -> bool:
    """Whether what the change creates is only taken out of use by the way back."""
    return change.before is None and bool(change.inverse) and not any("Remove-" in cmdlet for cmdlet in change.inverse)


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _settings(change: PlannedChange, which: str) -> Section:
    """Each setting with its name as cmdlets have it, as it is and as it would be."""
    before, after = change.before or {}, change.after or {}
    rows = [
        (name, _value(before.get(option)), _value(after.get(option)))
        for option, name in _in_order(change.noun, {**before, **after})
    ]
    rows += [
        (name, _value(change.companions[option]), f"{_value(change.companions[option])} (stated, so that it stays)")
        for option, name in _in_order(change.noun, change.companions)
    ]
    state = "new" if change.before is None else "removed" if change.after is None else "changed"
    impact = "; ".join(f"{one.value} ({IMPACT[one]})" for one in change.impact) or NO_IMPACT
    return Section(
        f"{which}: {named(change)} ({state})",
        (f"Impact: {impact}.",),
        table=Table(("Setting", "Current", "Desired"), tuple(rows)),
    )


def _in_order(noun: str, options: Collection[str]) -> list[tuple[str, str]]:
    """Options with their names as cmdlets have them, in the cmdlet's order: that of a document is lost in JSON."""
    names = {setting.option: setting.parameter for setting in NOUNS[noun].all_settings}
    known = [(option, name) for option, name in names.items() if option in options]
    return [*known, *((option, option) for option in sorted(options) if option not in names)]


def _providers(plan: Plan) -> Section:
    heading = "Providers that stay as they are"
    if plan.providers_left is None:
        return Section(heading, ("They could not be read.",))
    return Section(heading, plan.providers_left or ("There is no other hosting or public provider.",))


def _edges(plan: Plan) -> Section:
    heading = "Edge Servers: topology, inventory, and their own stores today"
    if not plan.edges:
        return Section(heading, ("None was found.",))
    rows = tuple(
        (
            edge.fqdn,
            edge.site,
            edge.pool,
            _in_inventory(edge),
            STORE[edge.content],
            words.STATUS[edge.status],
        )
        for edge in plan.edges
    )
    read = () if plan.topology_read else ("The topology was not read: these are the inventory's, and may not be all.",)
    return Section(
        heading,
        (PROOF[plan.verification], *read),
        table=Table(("Edge Server", "Site", "Pool", "In the inventory", "Own store", "Replica"), rows),
    )


def _in_inventory(edge: PlannedEdge) -> str:
    if not edge.host:
        return "no"
    return "yes" if edge.host.casefold() == edge.fqdn.casefold() else f"as {edge.host}"


def _excused(plan: Plan) -> Section:
    heading = "Excused from the proof"
    if not plan.excused:
        return Section(heading, ("No Edge Server.",))
    rows = tuple((edge.fqdn, edge.reason, f"{edge.excused_until} (24:00 UTC)") for edge in plan.excused)
    return Section(heading, table=Table(("Edge Server", "Reason", "Until"), rows))


def _found(plan: Plan, kind: Kind) -> tuple[str, ...]:
    return tuple(one.sentence for one in plan.findings if one.kind is kind)


ON_FAILURE = {
    "keep": "what was written stays (keep)",
    "rollback": "it takes back what it wrote, where all is known (rollback)",
}


def _equal(plan: Plan) -> Section:
    """What a run compares before its first write."""
    exposure, opening = plan.exposure, "while a change that opens is still to do"
    rows = [
        ("Order of the changes", "federation first, as documented" if plan.documented_order else "federation last", ""),
        ("Proof by each Edge Server's own store", plan.verification.value, ""),
        ("A part of the Edge Servers is enough", "yes" if plan.partial else "no", ""),
        ("Replicas that are waited for", {"edges": "those of the Edge Servers"}.get(plan.scope, plan.scope), ""),
        ("Replicas that are left out of that", ", ".join(plan.ignored) or "none", ""),
        ("When the run fails", ON_FAILURE.get(plan.on_failure, plan.on_failure), ""),
        ("Routing method", _value(exposure.routing_method), opening),
        ("Partner discovery", _switch(exposure.partner_discovery), opening),
        ("Trust in discovered partners", _value(exposure.discovered_partner_verification_level), opening),
        ("Enabled providers beside this plan's", _listed(exposure.enabled_providers), opening),
        ("Allowed domains beside this plan's", _domains(exposure.allowed_domains), opening),
        ("Blocked domains beside this plan's", _domains(exposure.blocked_domains), opening),
    ]
    return Section(
        "What has to be the same on the day",
        (
            (
                "The run compares before its first write, and is refused where something is not the same: the SIP domains, "
                "sites, pools and Edge Servers of the deployment; each setting above, which must be as it is now or as desired; "
                "the consents; and this:"
            ),
        ),
        table=Table(("What", "In this plan", "Compared"), tuple((*row[:2], row[2] or "always") for row in rows)),
    )


def _approval(file: PlanFile) -> Section:
    heading = "Approval"
    if file.plan.stops:
        return Section(heading, ("A plan that is not approvable is refused, whoever approves it.",))
    if not file.plan.changes:
        return Section(heading, ("A run that has nothing to write needs none.",))
    return Section(
        heading,
        (
            (
                "To approve, complete the lines below and save them as a file (.yml) in the folder hybrid_approvals. The file "
                "counts for the plan with this fingerprint only, between its dates, until the plan is carried out; its way "
                "back above counts as approved with it."
            ),
        ),
        tuple(template(file.plan.title, file.fingerprint).splitlines()),
    )


def _values(held: Held) -> str:
    if held.values is None:
        return "absent"
    return ", ".join(f"{name} {said(held.values.get(option))}" for option, name in _in_order(held.noun, held.managed))


def _value(value: Any) -> str:
    return "-" if value is None or value == "" else str(value)


def _listed(names: tuple[str, ...] | None) -> str:
    return "not read" if names is None else "; ".join(names) or "none"


def _domains(domains: Domains | None) -> str:
    if domains is None:
        return "not read"
    return f"{domains.count} (digest {domains.digest[:12]})" if domains.count else "none"


def _switch(value: bool | None) -> str:
    return "not shown" if value is None else "on" if value else "off"


def _visible(section: Section) -> Section:
    table = section.table
    return Section(
        visible(section.heading),
        tuple(map(visible, section.sentences)),
        tuple(map(visible, section.code)),
        None if table is None else Table(table.heads, tuple(tuple(map(visible, row)) for row in table.rows)),
    )
