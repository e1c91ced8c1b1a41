# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every value of the pure logic, whatever it is."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

LOGIC = Path(__file__).resolve().parents[4] / "plugins/module_utils"
COLLECTION = "ansible_collections.ucops.lync.plugins.module_utils"


def values() -> Iterator[type]:
    """The dataclasses of all packages."""
    for file in sorted(LOGIC.glob("_*/*.py")):
        module = importlib.import_module(f"{COLLECTION}.{file.parent.name}.{file.stem}")
        for _name, kind in inspect.getmembers(module, inspect.isclass):
            if dataclasses.is_dataclass(kind) and kind.__module__ == module.__name__:
                yield kind


def test_no_value_can_be_changed_after_it_was_made() -> None:
    found = list(values())
    assert found
    assert [kind.__name__ for kind in found if not vars(kind)["__dataclass_params__"].frozen] == []
