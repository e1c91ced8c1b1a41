# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which package may import which. An edge that is not here is a decision to take, and to write down here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
COLLECTION = "ansible_collections.ucops.lync.plugins"

LOGIC = (
    "_core",
    "_store",
    "_resource",
    "_nouns",
    "_replication",
    "_readiness",
    "_rollout",
    "_report",
    "_way_back",
    "_planning",
    "_approval",
    "_modules",
)
"""The packages of module_utils, the lowest first: each may import those before it."""

MAY_IMPORT = {
    "_session": {"_core"},
    "_failures": {"_core", "_session"},
    "_psrp": {"_core", "_session", "_failures"},
    "_script": {"_core", "_session", "_failures"},
    "_keeper": {"_core", "_session", "_failures", "_psrp"},
    "_files": {"_core"},
    "_outside": {"_core"},
    "_action": {"_core", "_session", "_failures", "_psrp", "_script", "_keeper", "_files", "_outside", "_replication"},
    **{package: set(LOGIC[:position]) for position, package in enumerate(LOGIC)},
}
PACKAGES = sorted(folder for folder in PLUGINS.glob("*_utils/_*") if folder.is_dir())
LIBRARIES = {"dns", "pypsrp", "requests", "spnego", "winrm", "ansible.plugins"}
"""What pure logic never imports."""


def imported(file: Path) -> Iterator[str]:
    """The modules that a file imports, by their full names."""
    folder = ".".join(file.parent.relative_to(PLUGINS).parts)
    for statement in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(statement, ast.Import):
            yield from (alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            origin = f"{COLLECTION}.{folder}".split(".")[: -statement.level + 1 or None] if statement.level else []
            yield ".".join([*origin, *([statement.module] if statement.module else [])])


def packages_in(names: Iterator[str]) -> set[str]:
    """The collection's packages among modules."""
    ours = (name.removeprefix(f"{COLLECTION}.").split(".") for name in names if name.startswith(COLLECTION))
    return {parts[1] for parts in ours if len(parts) > 1}


def test_every_package_has_its_place() -> None:
    assert {folder.name for folder in PACKAGES} == set(MAY_IMPORT)


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda folder: folder.name)
def test_a_package_imports_only_downwards(folder: Path) -> None:
    upwards = {
        file.name: sorted(packages_in(imported(file)) - MAY_IMPORT[folder.name] - {folder.name})
        for file in folder.glob("*.py")
    }
    assert {file: packages for file, packages in upwards.items() if packages} == {}


@pytest.mark.parametrize("package", LOGIC)
def test_pure_logic_knows_no_library_that_talks(package: str) -> None:
    names = {name for file in (PLUGINS / "module_utils" / package).glob("*.py") for name in imported(file)}
    assert {name for name in names if any(f"{name}.".startswith(f"{library}.") for library in LIBRARIES)} == set()


def test_nothing_lies_beside_the_packages() -> None:
    assert [file.name for file in PLUGINS.glob("*_utils/*.py")] == []
