# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which releases of ansible-core are tried, here and by the workflow."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import versions
import yaml

CHECKOUT = Path(__file__).resolve().parents[3]


def load(path: str) -> Any:
    return yaml.safe_load((CHECKOUT / path).read_text(encoding="utf-8"))


def test_the_workflow_tries_each_release_with_the_oldest_python_that_it_has() -> None:
    matrix = load(".github/workflows/test.yml")["jobs"]["versions"]["strategy"]["matrix"]["include"]
    oldest = {release: pythons[0] for release, pythons in versions.PYTHONS.items()}
    assert {one["core"]: one["python"] for one in matrix} == {
        release: python for release, python in oldest.items() if release != versions.PRE_RELEASE
    }


def test_the_oldest_release_is_the_one_that_the_collection_asks_for() -> None:
    oldest = next(iter(versions.PYTHONS))
    assert load("meta/runtime.yml")["requires_ansible"] == f">={oldest}.0"


@pytest.mark.parametrize(
    ("release", "asked"), [("2.16", "ansible-core~=2.16.0"), (versions.PRE_RELEASE, "ansible-core~=2.22.0b1")]
)
def test_only_the_newest_may_be_a_pre_release(release: str, asked: str) -> None:
    assert versions.requirement(release) == asked


def test_an_interpreter_is_one_that_runs() -> None:
    mine = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert Path(versions.interpreter(["2.5", mine]) or "").name == f"python{mine}"
    assert versions.interpreter(["2.5"]) is None
