# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The text that ends a rollout: the table, and the sentences under it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .._core.visible import visible
from . import words
from .closing import closing
from .columns import aligned
from .rows import Rollout, Row

HEADS = ("Deployment", "Site", "Edge Server", "Central store", "Status", "Edge content", "Outcome")


def lines(found: Rollout, readiness: Sequence[str] = ()) -> list[str]:
    """The whole text.

    :param readiness: the lines of a table that stands before it.
    """
    before = [*readiness, ""] if readiness else []
    return [*before, *table(found.rows), "", *closing(found, readiness_checked=bool(readiness))]


def table(rows: Iterable[Row]) -> list[str]:
    """The rows as aligned text; nothing when there are none."""
    found = list(map(_cells, rows))
    return aligned(HEADS, found) if found else []


def _cells(row: Row) -> tuple[str, ...]:
    found = (
        row.deployment.title,
        row.edge.site,
        row.edge.fqdn,
        words.central(row.deployment),
        words.status(row.edge),
        words.CONTENT[row.edge.content],
        words.outcome(row.edge, row.outcome),
    )
    return tuple(map(visible, found))
