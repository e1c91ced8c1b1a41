# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be said: the causes that can occur on each connection, by the code that finds them, and their sentences."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from ansible_collections.ucops.lync.plugins.plugin_utils._failures.causes import Cause, Diagnosis
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.connection import Connection, Variables
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.only_text import KINIT, OPENSSH
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.sentences import sentence
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._failures.connections import (
    OVER_PSRP,
    OVER_SSH,
    OVER_WINRM,
)

CHECKOUT = Path(__file__).resolve().parents[5]
PLUGINS = CHECKOUT / "plugins/plugin_utils"
NO_SUCH_VARIABLE = "(no such host variable)"
DETAIL = "whatever it was"


def causes_in(file: Path) -> set[Cause]:
    """The causes that a file of the plugins finds, and those that the files of _failures find that it imports."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found = {
        Cause[node.attr]
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Cause"
    }
    for name in imported(tree):
        if name not in ("causes", "sentences", "only_text"):
            found |= causes_in(PLUGINS / "_failures" / f"{name}.py")
    return found


def imported(tree: ast.Module) -> Iterator[str]:
    """The files of _failures that a file imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            _before, package, name = node.module.partition("plugin_utils._failures")
            if package and not name:
                yield from (alias.name for alias in node.names)
            elif package:
                yield name.removeprefix(".")


def found_by(*files: str) -> set[Cause]:
    return set().union(*(causes_in(PLUGINS / file) for file in files))


CAN_OCCUR: dict[str, tuple[Connection, set[Cause]]] = {
    "psrp": (OVER_PSRP, found_by("_psrp/errors.py", "_psrp/domain_logon.py", "_psrp/session.py")),
    "winrm": (
        OVER_WINRM,
        found_by("_script/errors.py", "_script/winrm_errors.py", "_script/session.py")
        | {cause for _text, cause in KINIT},
    ),
    "ssh": (
        OVER_SSH,
        found_by("_script/errors.py", "_script/ssh_errors.py", "_script/session.py")
        | {cause for _text, cause in OPENSSH},
    ),
}
ROWS = [
    pytest.param(connection, cause, id=f"{plugin}-{cause.name}")
    for plugin, (connection, causes) in CAN_OCCUR.items()
    for cause in sorted(causes, key=lambda cause: cause.value)
]


def told(cause: Cause, at: Connection) -> str:
    """The sentence; a variable that the connection does not have shows."""
    variables = Variables(**{name: value or NO_SUCH_VARIABLE for name, value in asdict(at.variables).items()})
    return sentence(Diagnosis(cause, DETAIL), replace(at, variables=variables))
