# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of WSMan, by their code; what the server says is in its language."""

from __future__ import annotations

import pytest

from ansible_collections.ucops.lync.plugins.plugin_utils._failures.causes import Cause, Diagnosis
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.wsman import by_fault
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._failures.connections import over_psrp

WORDS = "Der Dienst kann\n das nicht."


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (5, Diagnosis(Cause.ACCESS_DENIED)),
        (2150859173, Diagnosis(Cause.SHELL_QUOTA)),
        (2150859174, Diagnosis(Cause.LOAD_QUOTA, "Der Dienst kann das nicht")),
        (2150858843, Diagnosis(Cause.SHELL_GONE)),
        (1234, Diagnosis(Cause.WSMAN_FAULT, "Der Dienst kann das nicht (code 1234)")),
    ],
)
def test_a_code_is_a_cause(code: int, found: Diagnosis) -> None:
    assert by_fault(code, WORDS, over_psrp()) == found


def test_a_server_that_gives_no_reason() -> None:
    assert by_fault(1234, None, over_psrp()).detail == "no reason given (code 1234)"
    assert by_fault(2150859175, "", over_psrp()).detail == "code 2150859175"


def test_a_local_account_gets_the_policy_and_its_risk() -> None:
    assert by_fault(5, WORDS, over_psrp(user="svc")) == Diagnosis(Cause.ACCESS_DENIED_LOCAL)
