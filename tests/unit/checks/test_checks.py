# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the checks count as failed, and what as unsteady: pytest itself runs small files here."""

from __future__ import annotations

from pathlib import Path

import checks
import pytest

UNSTEADY = """
from pathlib import Path
def test_steady(): pass
def test_first_time():
    file = Path(__file__).with_suffix(".ran")
    ran, _written = file.exists(), file.write_text("")
    assert ran, "not at first"
"""
BROKEN = "def test_never(): assert 0, 'never'\n"


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> checks.Check:
    monkeypatch.setattr(checks, "REPORTS", tmp_path / "reports")
    monkeypatch.setattr(checks, "CHECKOUT", tmp_path)
    monkeypatch.setattr(checks, "CORES", 0)
    return checks.pytest("small", str(tmp_path / "small"))


def outcome(check: checks.Check, tmp_path: Path, **files: str) -> checks.Outcome:
    (tmp_path / "small").mkdir()
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    for name, text in files.items():
        (tmp_path / "small" / f"test_{name}.py").write_text(text, encoding="utf-8")
    return checks.try_again(check, checks.run(check))


def test_one_that_passes_alone_is_unsteady(check: checks.Check, tmp_path: Path) -> None:
    found = outcome(check, tmp_path, unsteady=UNSTEADY)
    assert (found.passed, found.failed) == (2, 0)
    ((name, why),) = found.unsteady.items()
    assert name.endswith("test_unsteady test_first_time")
    assert "not at first" in why
    assert f"UNSTEADY small: {name}: {why}\n2 passed, 0 failed" in checks.summary({"small": found}, whole=False)


def test_one_that_fails_alone_too_has_failed(check: checks.Check, tmp_path: Path) -> None:
    found = outcome(check, tmp_path, unsteady=UNSTEADY, broken=BROKEN)
    assert (found.passed, found.failed) == (2, 1)
    assert [name.split()[-1] for name in found.failures] == ["test_never"]
    assert [name.split()[-1] for name in found.unsteady] == ["test_first_time"]


def test_many_are_broken(check: checks.Check, tmp_path: Path) -> None:
    many = "".join(UNSTEADY.replace("first_time", f"no_{number}") for number in range(checks.FEW + 1))
    found = outcome(check, tmp_path, many=many.replace('".ran"', '".never"').replace("file.write_text", "str"))
    assert found.failed == len(found.failures) == checks.FEW + 1
    assert not found.unsteady


@pytest.mark.parametrize("text", ["import nothing_of_the_kind\n", "import os\ndef test_exits(): os._exit(3)\n"])
def test_what_breaks_the_check_is_not_unsteady(check: checks.Check, tmp_path: Path, text: str) -> None:
    found = outcome(check, tmp_path, broken=text)
    assert found.failed
    assert not found.unsteady
