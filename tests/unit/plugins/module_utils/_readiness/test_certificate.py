# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a certificate is good for an Access Edge."""

from __future__ import annotations

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._readiness.certificate import (
    DAY,
    Certificate,
    certificate,
    covers,
    expiry,
    moment,
)
from ansible_collections.ucops.lync.plugins.module_utils._readiness.rows import Outcome

NOW = 1_700_000_000.0


@pytest.mark.parametrize(
    ("ends", "outcome", "words"),
    [
        (NOW + 90 * DAY, Outcome.GOOD, "it ends on 2024-02-12, in 90 days"),
        (NOW + 30 * DAY, Outcome.GOOD, "in 30 days"),
        (NOW + 30 * DAY - 1, Outcome.BAD, "in 29 days"),
        (NOW + DAY, Outcome.BAD, "in 1 day"),
        (NOW, Outcome.BAD, "it ended on 2023-11-14"),
        (None, Outcome.NOT_CHECKED, "no date"),
    ],
)
def test_expiry(ends: float | None, outcome: Outcome, words: str) -> None:
    row = expiry("sip.contoso.com", ends, NOW, 30)
    assert row.outcome is outcome
    assert row.reason.endswith(words) or words in row.reason


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2023-11-14T22:13:20Z", NOW),
        ("2023-11-14T23:13:20+01:00", NOW),
        ("2023-11-14T23:13:20.1234567+01:00", NOW + 0.123456),
        ("2023-11-14T22:13:20", NOW),
        ("tomorrow", None),
        (None, None),
    ],
)
def test_a_date_of_the_server(text: str | None, seconds: float | None) -> None:
    assert moment(text) == (seconds if seconds is None else pytest.approx(seconds))


def test_the_names_are_those_of_the_subject_and_the_others() -> None:
    found = certificate(
        {"Subject": "CN=sip.Contoso.com, O=Contoso", "AlternativeNames": ["sip.contoso.com", "b.contoso.com"]}
    )
    assert found == Certificate(("sip.contoso.com", "b.contoso.com"), None)
    assert certificate({"AlternativeNames": "a.contoso.com"}).names == ("a.contoso.com",)
    assert certificate({}).names == ()


@pytest.mark.parametrize(
    ("names", "outcome", "words"),
    [
        (("sip.contoso.com",), Outcome.GOOD, "it has this name"),
        (("*.contoso.com",), Outcome.BAD, "wildcards are not supported on an Access Edge"),
        (("a.contoso.com", "b.contoso.com"), Outcome.BAD, "it has only a.contoso.com, b.contoso.com"),
        ((), Outcome.BAD, "it has only no name"),
    ],
)
def test_a_name(names: tuple[str, ...], outcome: Outcome, words: str) -> None:
    (row,) = covers(Certificate(names, None), ["SIP.contoso.com.", "sip.contoso.com"])
    assert (row.subject, row.outcome) == ("sip.contoso.com", outcome)
    assert words in row.reason
