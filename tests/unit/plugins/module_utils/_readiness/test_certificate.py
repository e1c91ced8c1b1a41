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
    moment,
    validity,
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
def test_it_is_good_for_some_time(ends: float | None, outcome: Outcome, words: str) -> None:
    row = validity("sip.contoso.com", Certificate((), ends=ends), NOW, 30)
    assert row.outcome is outcome
    assert row.reason.endswith(words) or words in row.reason


def test_an_international_name_is_compared_as_certificates_have_it() -> None:
    (row,) = covers(Certificate(("sip.xn--bcher-kva.example",)), ["sip.b\u00fccher.example"])
    assert row.outcome is Outcome.GOOD
    (odd,) = covers(Certificate(("sip.contoso.com",)), ["a\u00fc..example"])
    assert odd.outcome is Outcome.BAD


def test_one_whose_time_has_not_come_is_bad() -> None:
    row = validity("sip.contoso.com", Certificate((), begins=NOW + DAY, ends=NOW + 90 * DAY), NOW, 30)
    assert (row.outcome, row.reason) == (Outcome.BAD, "it is valid only from 2023-11-15 on")
    assert (
        validity("sip.contoso.com", Certificate((), begins=NOW, ends=NOW + 90 * DAY), NOW, 30).outcome is Outcome.GOOD
    )


def test_one_that_never_ends_is_good() -> None:
    shown = certificate({"NotBefore": "2020-01-01T00:00:00Z", "NotAfter": "9999-12-31T23:59:59-05:00"})
    assert validity("sip.contoso.com", shown, NOW, 30).reason.startswith("it ends on 9999-12-31, in")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2023-11-14T22:13:20Z", NOW),
        ("2023-11-14T23:13:20+01:00", NOW),
        ("2023-11-14T23:13:20.1234567+01:00", NOW + 0.123456),
        ("2023-11-14T22:13:20", NOW),
        ("9999-12-31T23:59:59-05:00", 253402214400.0),
        ("0001-01-01T00:00:00+01:00", -62135596800.0),
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
    assert found == Certificate(("sip.contoso.com", "b.contoso.com"))
    assert certificate({"AlternativeNames": "a.contoso.com"}).names == ("a.contoso.com",)
    assert certificate({"AlternativeNames": 5}).names == ("5",)
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
    (row,) = covers(Certificate(names), ["SIP.contoso.com.", "sip.contoso.com"])
    assert (row.subject, row.outcome) == ("sip.contoso.com", outcome)
    assert words in row.reason
