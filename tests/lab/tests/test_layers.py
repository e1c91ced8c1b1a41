# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which part of the lab may import which. An edge that is not here is a decision to take, and to write down here.

A part is a package, or a file beside the packages: those are the lab itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import lynclab

LAB = Path(lynclab.__file__).parent
FILES = sorted(LAB.rglob("*.py"))

MAY_IMPORT = {
    # The model: PowerShell, facts of the product, a deployment.
    "powershell": set(),
    "facts": {"powershell"},
    "deployment": {"powershell"},
    # What the wire and the engine agree on.
    "journal": set(),
    "contract": {"powershell"},
    # The wire: it knows nothing of Lync.
    "logon": {"contract", "journal"},
    "wsman": {"contract", "journal", "powershell"},
    "psrp": {"contract", "powershell", "wsman"},
    "winrs": {"contract", "powershell", "wsman"},
    "http": {"contract", "journal", "logon", "wsman"},
    "server": {"contract", "http", "journal", "logon", "psrp", "winrs", "wsman"},
    # The engine: it knows nothing of HTTP.
    "cmdlets": {"contract", "deployment", "facts", "powershell"},
    "spec": {"deployment"},
    "people": {"contract"},
    "endpoints": {"cmdlets", "contract", "people"},
    "machine": {"contract", "deployment", "endpoints", "people", "spec"},
    "situations": {"contract", "deployment", "machine", "spec", "wsman"},
    # What the Internet sees.
    "outside": {"deployment"},
    # The lab.
    "build": {"contract", "deployment", "machine", "people", "powershell", "spec"},
    "lab": {
        "build",
        "deployment",
        "http",
        "journal",
        "logon",
        "machine",
        "outside",
        "people",
        "server",
        "situations",
        "spec",
    },
    "transports": {"lab", "logon", "machine", "spec"},
    "inventory": {"endpoints", "lab", "machine", "server", "transports"},
    "cli": {
        "deployment",
        "facts",
        "inventory",
        "lab",
        "logon",
        "machine",
        "situations",
        "spec",
        "transports",
    },
    "__main__": {"cli"},
}


def module(file: Path) -> str:
    """The full name of a file's module, or of its package."""
    parts = file.relative_to(LAB.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module(file) for file in FILES}


def imported(file: Path) -> Iterator[str]:
    """The modules that a file imports, by their full names."""
    for statement in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(statement, ast.Import):
            yield from (alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            origin = statement.module or ""
            for alias in statement.names:
                yield f"{origin}.{alias.name}" if f"{origin}.{alias.name}" in MODULES else origin


def part(name: str) -> str:
    """The lab's part in which a module lies; nothing for a module of somebody else, and for the lab as a whole."""
    first, *rest = name.split(".")
    return rest[0] if first == "lynclab" and rest else ""


def test_each_part_imports_what_the_table_says() -> None:
    found: dict[str, set[str]] = {
        part(module(file)): set() for file in FILES if file.parent != LAB or file.stem != "__init__"
    }
    for file in FILES:
        here = part(module(file))
        if here:
            found[here] |= {part(name) for name in imported(file)} - {here, ""}
    assert found == MAY_IMPORT


def test_no_two_modules_need_each_other() -> None:
    edges = {module(file): {name for name in imported(file) if name in MODULES} for file in FILES}
    assert set(TopologicalSorter(edges).static_order()) == MODULES


def test_the_lab_shares_no_code_with_the_collection() -> None:
    names = {name for file in FILES for name in imported(file)}
    assert {name for name in names if name.startswith(("ansible", "plugins"))} == set()
