# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module that exists is everywhere where a module has to be. What each does on a lab: tests/integration/test_every_module.py."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from support.examples import EXAMPLES

CHECKOUT = Path(__file__).resolve().parents[2]
LOGIC = "ansible_collections.ucops.lync.plugins.module_utils"
MODULES = sorted(file.stem for file in (CHECKOUT / "plugins/modules").glob("*.py"))


def names_in(folder: str) -> list[str]:
    return sorted(file.stem for file in (CHECKOUT / folder).glob("*.py"))


def imported_by_unit_tests() -> Iterator[str]:
    """The modules that tests import, and what they import from them, by full names."""
    for file in (CHECKOUT / "tests/unit").rglob("test_*.py"):
        for statement in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(statement, ast.ImportFrom) and statement.module:
                yield statement.module
                yield from (f"{statement.module}.{alias.name}" for alias in statement.names)


IMPORTED = set(imported_by_unit_tests())


def test_there_are_modules() -> None:
    assert MODULES


@pytest.mark.parametrize("folder", ["plugins/action", "plugins/module_utils/_modules"])
def test_each_has_a_file_of_its_name(folder: str) -> None:
    assert names_in(folder) == MODULES


def test_each_is_in_the_action_group() -> None:
    runtime = yaml.safe_load((CHECKOUT / "meta/runtime.yml").read_text(encoding="utf-8"))
    assert sorted(runtime["action_groups"]["lync"]) == MODULES


def test_each_has_an_example_that_runs_on_the_lab() -> None:
    assert sorted(EXAMPLES) == MODULES


@pytest.mark.parametrize("module", MODULES)
def test_it_has_a_row_in_the_readme(module: str) -> None:
    assert f"\n| `{module}` | " in (CHECKOUT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("module", MODULES)
def test_what_it_does_or_its_noun_has_a_unit_test(module: str) -> None:
    noun = module.removeprefix("lync_").removesuffix("_info")
    assert {f"{LOGIC}._modules.{module}", f"{LOGIC}._nouns.{noun}"} & IMPORTED
