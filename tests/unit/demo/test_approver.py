# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The approver of the demo completes the template that a plan prints, and nothing else."""

from __future__ import annotations

import datetime

import approver
import pytest

PLAN = """Plan for deployment contoso
===========================

Cmdlets, in this order
----------------------
    Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true

Approval
--------
A file of its own.
    deployment: "contoso"
    fingerprint: 12ab
    change_number:
    valid_until:   # a date alone ends at 24:00 UTC

Signature
---------
    ssh-keygen -Y sign
"""
TODAY = datetime.datetime(2026, 12, 31, 23, 59, tzinfo=datetime.timezone.utc)


def test_the_template_is_what_stands_below_the_last_heading() -> None:
    assert approver.template(PLAN) == [
        'deployment: "contoso"',
        "fingerprint: 12ab",
        "change_number:",
        "valid_until:   # a date alone ends at 24:00 UTC",
    ]


def test_a_plan_that_cannot_be_approved_has_none() -> None:
    assert approver.template(PLAN.partition("Approval\n")[0]) == []


def test_it_is_completed_key_by_key_and_gets_no_further_one() -> None:
    found = approver.completed(approver.template(PLAN), approver.fields(TODAY))
    assert found == 'deployment: "contoso"\nfingerprint: 12ab\nchange_number: CHG0040127\nvalid_until: 2027-01-01\n'


def test_the_window_is_open_now() -> None:
    fields = approver.fields(TODAY)
    assert (fields["valid_from"], fields["valid_until"]) == ("2026-12-31", "2027-01-01")


def test_without_ssh_keygen_nothing_can_be_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    assert not approver.Signer.possible()
