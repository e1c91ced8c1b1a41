# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each way of failing says what to check, in one sentence or two: the table of the page on troubleshooting.

All rows are met in one run of ansible-playbook; each is then judged by itself.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from support.run import Result
from support.troubled import Trouble, Troubles
from support.troubles import TABLE, TWENTY, WITHOUT_PACKAGES

LONGEST = 460
PACKAGES = ("gssapi", "krb5", "kerberos", "requests_kerberos", "requests_credssp")


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> Troubles:
    return Troubles(TABLE, tmp_path_factory.mktemp("troubles"))


@pytest.mark.parametrize("trouble", TABLE, ids=lambda trouble: trouble.host)
def test_a_sentence_with_the_place_and_what_to_check(met: Troubles, trouble: Trouble) -> None:
    judge(met, trouble)


def test_no_trace_and_no_shell_is_left(met: Troubles) -> None:
    assert "Traceback" not in str(met.run)
    assert "  File " not in str(met.run)
    assert met.left == []


def test_a_wrong_password_costs_one_failed_logon_for_each_host(tmp_path: Path) -> None:
    twenty = Troubles(TWENTY, tmp_path)
    for trouble in TWENTY:
        judge(twenty, trouble)
    assert len(twenty.lab.journal.logons(succeeded=False)) == len(TWENTY)
    assert twenty.lab.journal.logons(succeeded=True) == []


def test_python_packages_that_the_controller_lacks(tmp_path: Path) -> None:
    for package in PACKAGES:
        (tmp_path / f"{package}.py").write_text("raise ImportError\n", encoding="utf-8")
    lacking = Troubles(WITHOUT_PACKAGES, tmp_path, settings={"PYTHONPATH": str(tmp_path)})
    for trouble in WITHOUT_PACKAGES:
        judge(lacking, trouble)


def judge(met: Troubles, trouble: Trouble) -> None:
    result: Result = next(result for result in met.run.results if result.host == trouble.host)
    message = result.message
    assert result.status == trouble.status, message
    assert [word for word in trouble.words if word not in message] == [], message
    if trouble.places and trouble.variables.get("ansible_port") != "{closed}":
        assert any(f":{number}" in message for number in met.ports[trouble.what].values()), message
    assert message.endswith((".", ")")), message
    assert len(message) <= LONGEST, message
    assert "wrong" not in message
    assert "\n" not in result["msg"]
    assert met.refused(trouble) == trouble.refused, message
