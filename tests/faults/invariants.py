# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to hold of every case, checked against the lab's own log and stores. Each check yields a sentence for what does not."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from classes import BEFORE, EDGE, FRONT_END, WRITE
from evidence import Evidence, Stage
from matrix import Case
from modes import Mode
from reported import EdgeSaid, Said, bad_sentence, failures

LEAVING_SECONDS = 0.5
"""How far past its deadline a client may leave, beside what the machine's load makes of it."""
LARGEST_BYTES = 400 << 20
"""What any one process of a run may take: about 80 MiB are Ansible's own."""
REPLICATED_SECONDS = 1.0
"""After which the lab has replicated a write."""
_READS_SETTINGS = frozenset({"Get-CsAccessEdgeConfiguration", "Get-CsHostingProvider"})
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

Broken = Iterator[str]


def broken(one: Evidence) -> dict[str, str]:
    """By the name of a check, what does not hold of a case."""
    return {name: sentence for name, check in CHECKS.items() for sentence in itertools.islice(check(one), 1)}


def broken_run(stage: Stage) -> dict[str, str]:
    """The same of a whole playbook run."""
    return {name: sentence for name, check in RUN_CHECKS.items() for sentence in itertools.islice(check(stage), 1)}


# Of a case


def _report(one: Evidence) -> Broken:
    """What the report says of the writes is what the server's log has."""
    stage = one.first
    if stage.said is None:
        yield "no row in the report"
        return
    said, wrote = stage.said.central, bool(stage.writes)
    undecidable = one.by_others or _may_still_run(stage) or _is_denied(one)
    if said is Said.UNKNOWN and _was_read_after(stage) and not undecidable:
        yield f"unknown, although the state was read afterwards: {stage.said.text}"
    if said is Said.PERHAPS and not (_lost_write(stage) or one.by_others or one.kill):
        yield f"unsure of a write that was answered: {stage.said.text}"
    if not said.unsure and wrote != (said in (Said.WRITTEN, Said.PARTLY)):
        arrived = ", ".join(stage.writes) or "nothing"
        yield f"says {said.value!r}, but {arrived} arrived: {stage.said.text}"
    if said.well and not (stage.central.new or one.by_others):
        yield f"says {said.value!r}, but the store does not hold it: {stage.said.text}"


def _edge_report(one: Evidence) -> Broken:
    """What the report says of an Edge Server is what its own store holds, or held when it was read last."""
    stage = one.first
    if stage.said is None or one.by_others:
        return
    if stage.said.edge is EdgeSaid.VERIFIED and not stage.local.new:
        yield f"verified, but the Edge Server does not hold it: {stage.said.text}"
    if stage.said.edge is EdgeSaid.DIFFERS and stage.local.new and not _was_read_early(stage):
        yield f"differs, but the Edge Server holds it: {stage.said.text}"


def _changed(one: Evidence) -> Broken:
    """``changed`` is true when a write ran or may have run."""
    stage = one.first
    host = one.member.hosts()[FRONT_END]
    changed = any(result.changed for result in stage.played.run.results if result.host == host)
    if stage.writes and not changed:
        yield f"{', '.join(stage.writes)} arrived, but no result says changed"
    if changed and not stage.writes and not (stage.said and stage.said.central.unsure):
        yield "a result says changed, but no write arrived"


def _hosts(one: Evidence) -> Broken:
    """A deployment fails in the recap exactly when the report does not say that all is well."""
    went_well, said = _went_well(one, one.first), one.first.said
    if said is not None and went_well != (said.central.well and said.edge is EdgeSaid.VERIFIED):
        yield f"the recap says {'all well' if went_well else 'failed'}: {_row(one.first)}"


def _undisturbed(one: Evidence) -> Broken:
    """Where no fault struck, all is well."""
    stage = one.first
    verified = stage.said is not None and stage.said.edge is EdgeSaid.VERIFIED
    if not one.struck and not (verified and stage.central.new and stage.local.new):
        yield f"not disturbed, and yet: {_row(stage)}"


def _sentences(one: Evidence) -> Broken:
    """Each failure has a sentence that names the host, without the words of a library's or our own mistake."""
    hosts = set(one.member.hosts().values())
    for stage in one.stages:
        for result in failures(stage.played.run.results):
            problem = bad_sentence(result, one.names) if result.host in hosts else ""
            if problem:
                yield problem


def _once(one: Evidence) -> Broken:
    """No write is sent twice."""
    for name, count in Counter(one.first.writes).items():
        if count > 1:
            yield f"{name} arrived {count} times"


def _second_run(one: Evidence) -> Broken:
    """A second run repairs."""
    if len(one.stages) < 2:
        return
    stage = one.stages[1]
    if not (stage.central.new and stage.local.new):
        yield "the second run did not repair"
    elif not _went_well(one, stage):
        yield f"the second run failed: {_row(stage)}"


def _third_run(one: Evidence) -> Broken:
    """A third run changes nothing."""
    if len(one.stages) < 3:
        return
    stage = one.stages[2]
    if stage.writes or stage.central != stage.before:
        yield f"the third run wrote {', '.join(stage.writes)}"
    elif not _went_well(one, stage):
        yield f"the third run failed: {_row(stage)}"


def _shells(one: Evidence) -> Broken:
    """No shell is left where the server could be reached, the client could know of it, and may log on."""
    if one.first.open_shells and not (one.case is not None and one.struck and _may_leave_shell(one.case)):
        yield f"{one.first.open_shells} shells left"


def _may_leave_shell(case: Case) -> bool:
    """Over winrm it is the answer to Create that names the shell; and nobody deletes one that the server denies."""
    nameless = case.mode is Mode.WINRM and case.request_class.message == "Create"
    denied = case.fault.denies_shell and case.request_class.message == "Delete"
    return nameless or denied or case.fault.refuses_logon or case.fault.unreachable


def _deadline(one: Evidence) -> Broken:
    """Nobody waits past the deadline."""
    limit = one.settings.deadline + LEAVING_SECONDS + one.slack
    for seen in one.first.struck:
        if seen.seconds > limit:
            yield f"waited {seen.seconds:.1f} s, with a deadline of {one.settings.deadline} s and a slack of {one.slack:.1f} s"


def _redirects(one: Evidence) -> Broken:
    """No redirect is followed."""
    if one.strangers:
        yield f"{one.strangers} requests went elsewhere"


def _rest(one: Evidence) -> Broken:
    """What the run does not manage stays as it is."""
    if not one.by_others and any(stage.central.rest != one.first.before.rest for stage in one.stages):
        yield "something else was changed"


CHECKS: Mapping[str, Callable[[Evidence], Broken]] = {
    "report": _report,
    "edge report": _edge_report,
    "changed": _changed,
    "hosts": _hosts,
    "undisturbed": _undisturbed,
    "sentences": _sentences,
    "no write twice": _once,
    "second run repairs": _second_run,
    "third run changes nothing": _third_run,
    "no shell left": _shells,
    "deadline": _deadline,
    "redirects": _redirects,
    "others untouched": _rest,
}


# Of a run


def _ended(stage: Stage) -> Broken:
    if stage.played.timed_out:
        yield f"the run did not end within {stage.played.seconds:.0f} s"


def _exit_code(stage: Stage) -> Broken:
    """0 exactly when no host failed."""
    recap = stage.played.run.recap
    bad = any(counts.get(name, 0) for counts in recap.values() for name in ("failed", "unreachable"))
    if not recap:
        yield f"no recap, exit code {stage.played.run.status}"
    elif (stage.played.run.status != 0) != bad:
        yield f"exit code {stage.played.run.status}, and {'a' if bad else 'no'} host failed"


def _screen(stage: Stage) -> Broken:
    """No traceback, no control character, no line that a server forged."""
    shown = stage.played.run.output + stage.played.run.errors
    if "Traceback" in shown:
        yield f"a traceback: {shown[shown.index('Traceback') :][:300]}"
    found = _CONTROLS.search(shown)
    if found is not None:
        yield f"control character {found[0]!r}: {shown[max(0, found.start() - 100) : found.end() + 100]!r}"
    if len(re.findall("^PLAY RECAP", shown, re.MULTILINE)) != 1:
        yield "more or less than one recap"


def _nothing_left(stage: Stage) -> Broken:
    if stage.played.processes:
        yield f"processes left: {', '.join(stage.played.processes)}"
    if stage.played.files:
        yield f"files left: {', '.join(stage.played.files[:5])}"


def _memory(stage: Stage) -> Broken:
    if stage.played.largest > LARGEST_BYTES:
        yield f"a process took {stage.played.largest >> 20} MiB"


RUN_CHECKS: Mapping[str, Callable[[Stage], Broken]] = {
    "the run ends": _ended,
    "exit code": _exit_code,
    "screen": _screen,
    "nothing left": _nothing_left,
    "memory": _memory,
}


# Of a kill, after which there need not be a report


def broken_kill(one: Evidence, *, shells_stay: bool) -> dict[str, str]:
    """What does not hold of a deployment whose run was disturbed by a kill.

    :param shells_stay: whether nobody was left to delete them: they end when they have been idle.
    """
    names = ["no write twice", "second run repairs", "third run changes nothing", "others untouched"]
    if one.first.said is not None:
        names += ["report", "edge report"]
    if not shells_stay:
        names.append("no shell left")
    return {name: sentence for name in names for sentence in itertools.islice(CHECKS[name](one), 1)}


# Parts


def _row(stage: Stage) -> str:
    return stage.said.text if stage.said is not None else "no row in the report"


def _went_well(one: Evidence, stage: Stage) -> bool:
    return not any(count.get("failed", 0) or count.get("unreachable", 0) for count in stage.counts(one.member.hosts()))


def _lost_write(stage: Stage) -> bool:
    """Whether the answer to a request about a write did not arrive as it was."""
    return any(seen.request_class.writes and not seen.delivered for seen in stage.log[FRONT_END])


def _may_still_run(stage: Stage) -> bool:
    """Whether the client has left a write, and the server had not ended it: what is read meanwhile does not tell."""
    return any(
        seen.request_class.writes and seen.request_class.message == "Receive" and not (seen.struck or seen.delivered)
        for seen in stage.log[FRONT_END]
    )


def _is_denied(one: Evidence) -> bool:
    """Whether the server seems to say that a write failed which it ran: that the change is there does not tell by whom."""
    return one.case is not None and one.struck and one.case.fault.says_failed and one.case.request_class.writes


def _was_read_after(stage: Stage) -> bool:
    """Whether the settings arrived, as the server gave them, after the last write."""
    written = max((seen.began for seen in stage.log[FRONT_END] if seen.request_class.writes), default=0.0)
    return any(
        seen.delivered
        and seen.began > written
        and seen.request_class.message == "Receive"
        and seen.request_class.phase not in (BEFORE, WRITE)
        and _READS_SETTINGS & set(seen.request_class.cmdlets)
        for seen in stage.log[FRONT_END]
    )


def _was_read_early(stage: Stage) -> bool:
    """Whether the Edge Server was read last before a write can have reached it."""
    written = [seen.ended for seen in stage.log[FRONT_END] if seen.request_class.writes]
    read = [
        seen.ended
        for seen in stage.log[EDGE]
        if seen.delivered and seen.request_class.message == "Receive" and seen.request_class.cmdlets
    ]
    return bool(written and read) and max(written) < max(read) < max(written) + REPLICATED_SECONDS
