# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each way of failing says what to check, in one sentence or two: the table of the page on troubleshooting.

All rows are met in one run of ansible-playbook; each is then judged by itself. The controller speaks German where it can, because
nothing may be told from a library's text.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.ansible import Ansible, play
from support.language import german, missing
from support.run import Result
from support.troubled import READ_LOCALLY, Trouble, Troubles
from support.troubles import TABLE, TWENTY, WITHOUT_PACKAGES

LONGEST = 460
PACKAGES = ("gssapi", "krb5", "kerberos", "requests_kerberos", "requests_credssp")


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> Troubles:
    return Troubles(TABLE, tmp_path_factory.mktemp("troubles"), settings=german())


@pytest.mark.skipif(bool(missing()), reason=f"not proven here: {missing()}")
def test_the_controller_speaks_german() -> None:
    script = "import locale, os; locale.setlocale(locale.LC_ALL, ''); print(os.strerror(111))"
    command = [sys.executable, "-c", script]
    spoken = subprocess.run(command, env={**os.environ, **german()}, capture_output=True, text=True, check=True).stdout
    assert spoken == "Verbindungsaufbau abgelehnt\n"


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


@pytest.mark.parametrize(
    ("release", "words"),
    [
        ("0.8.1", "has pypsrp 0.8.1, and pypsrp>=0.9.0,<1 is needed"),
        ("1.0.0b1", "has pypsrp 1.0.0b1, and pypsrp>=0.9.0,<1 is needed"),
        ("", "has no pypsrp"),
    ],
)
def test_a_pypsrp_that_does_not_fit(tmp_path: Path, release: str, words: str) -> None:
    library = tmp_path / "library"
    library.mkdir()
    if release:
        about = library / f"pypsrp-{release}.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: pypsrp\nVersion: {release}\n", encoding="utf-8")
    else:
        (library / "pypsrp.py").write_text("raise ImportError\n", encoding="utf-8")
    ansible = Ansible(tmp_path / "ansible")
    reach = {"ansible_host": "127.0.0.1", "ansible_port": 1, "ansible_user": "svc", "ansible_password": "x"}
    hosts = {plugin: {**reach, "ansible_connection": plugin} for plugin in ("psrp", "winrm")}
    inventory = ansible.write(tmp_path / "inventory.yml", {"lync_edge": {"hosts": hosts}})
    settings = {"PYTHONPATH": str(library)}
    run = ansible.run([play([READ_LOCALLY], "lync_edge")], inventory, status=4, expect=None, settings=settings)
    for plugin in hosts:
        message = run.one("lync_access_edge_info", plugin).message
        assert f"Nothing was sent to 127.0.0.1:1{'/wsman' if plugin == 'psrp' else ''}" in message
        assert words in message
        assert f"{sys.executable} -m pip install" in message
        assert "ansible_python_interpreter" not in message


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
