# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept of a deployment before its first write: a snapshot of what was read, and the beginning of its journal."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass, replace

from .._core.document import to_plain
from .._core.failures import Failure
from .._core.files import Files
from .._core.journalled import utc
from .._nouns.providers import PUBLIC_PROVIDERS
from .._nouns.table import NOUNS
from .._rollout.plan import Finding, Kind, Plan
from .._rollout.reading import Reading, noun_of
from .._store.configuration_archive import ENDING
from .journal import BEGIN, Begin, line

SNAPSHOT_DIR, RECORD_DIR = "hybrid_snapshot_dir", "hybrid_record_dir"
SNAPSHOT, JOURNAL = ".snapshot.json", ".journal.jsonl"
"""How the names of the files end."""

LONGEST = 80
"""Characters of a deployment's name in a file's."""

_UNUSUAL = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Snapshot:
    """A deployment before the first write of a run: what was read, and what was to be done.

    :ivar at: when, in UTC.
    """

    at: str
    plan: Plan
    reading: Reading
    version: int = 1


@dataclass(frozen=True)
class Kept:
    """The files' whole paths; empty where none was asked for."""

    snapshot: str = ""
    journal: str = ""


def keep(
    files: Files, plan: Plan, reading: Reading, now: float, snapshot_dir: str, record_dir: str
) -> tuple[Plan, Kept]:
    """The plan, which nothing is written for where something could not be kept, and what was.

    :param now: seconds since 1970.
    """
    kept = Kept()
    name = f"{file_name(plan.title)}.{stamp(now)}"
    try:
        if snapshot_dir:
            text = json.dumps(to_plain(Snapshot(utc(now), plan, reading)), ensure_ascii=True, indent=1)
            kept = replace(kept, snapshot=files.create(f"{snapshot_dir}/{name}{SNAPSHOT}", f"{text}\n"))
        if record_dir:
            begin = Begin(BEGIN, utc(now), plan, enabled(reading), allowed(reading))
            kept = replace(kept, journal=files.create(f"{record_dir}/{name}{JOURNAL}", f"{line(begin)}\n"))
    except Failure as failure:
        variable = RECORD_DIR if kept.snapshot or not snapshot_dir else SNAPSHOT_DIR
        stop = Finding(
            Kind.BLOCKER, "not_kept", f"Nothing is written that could not be taken back ({variable}): {failure.message}"
        )
        return replace(plan, findings=(stop, *plan.findings)), kept
    return plan, kept


def archive_path(folder: str, title: str, now: float) -> str:
    """Where the product's configuration archive is kept; empty where it is not."""
    return f"{folder}/{file_name(title)}.{stamp(now)}{ENDING}" if folder else ""


def file_name(title: str) -> str:
    """A deployment's name as a part of a file's, whatever it is."""
    return _UNUSUAL.sub("_", title).strip("._-")[:LONGEST] or "deployment"


def stamp(now: float) -> str:
    """A time in UTC as a part of a file's name: later ones sort behind."""
    return dt.datetime.fromtimestamp(now, dt.timezone.utc).strftime("%Y%m%dT%H%M%S_%fZ")


def enabled(reading: Reading) -> tuple[str, ...] | None:
    """Providers of both kinds that do not show that they are disabled; None where they were not read."""
    hosting, public = (
        reading.objects.get(noun) for noun in (NOUNS["hosting_provider"].noun, noun_of(PUBLIC_PROVIDERS))
    )
    if hosting is None or public is None:
        return None
    return tuple(str(one.get("Identity")) for one in (*hosting, *public) if one.get("Enabled") is not False)


def allowed(reading: Reading) -> tuple[str, ...] | None:
    """The allowed domains; None where they were not read."""
    found = reading.objects.get(NOUNS["allowed_domain"].noun)
    return None if found is None else tuple(str(one.get("Identity")) for one in found)
