# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of each module says what its argument spec does."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[4]
MODULES = sorted(file.stem for file in (CHECKOUT / "plugins/modules").glob("lync_*.py"))
COLLECTION = "ansible_collections.ucops.lync.plugins"


def module(name: str) -> Any:
    return importlib.import_module(f"{COLLECTION}.modules.{name}")


def documentation(name: str) -> dict[str, Any]:
    """The module's own documentation with the options of its fragments."""
    documented: dict[str, Any] = yaml.safe_load(module(name).DOCUMENTATION)
    fragments = importlib.import_module(f"{COLLECTION}.doc_fragments.lync").ModuleDocFragment
    for fragment in documented["extends_documentation_fragment"]:
        part = fragment.removeprefix("ucops.lync.lync").strip(".").upper() or "DOCUMENTATION"
        documented.setdefault("options", {}).update(yaml.safe_load(getattr(fragments, part)).get("options") or {})
    return documented


def complete(options: dict[str, Any], nested: str) -> dict[str, Any]:
    """Options with everything said that may be left out; ``nested`` is the word for the options within one."""
    return {
        name: {
            "type": option.get("type", "str"),
            "elements": option.get("elements"),
            "required": option.get("required", False),
            "default": option.get("default"),
            "choices": option.get("choices"),
            "aliases": option.get("aliases", []),
            "options": complete(option[nested], nested) if nested in option else None,
        }
        for name, option in options.items()
    }


@pytest.mark.parametrize("name", MODULES)
def test_the_options_are_those_of_the_argument_spec(name: str) -> None:
    declared = complete(module(name).MODULE.argument_spec, "options")
    assert complete(documentation(name)["options"], "suboptions") == declared


@pytest.mark.parametrize("name", MODULES)
def test_every_option_is_described(name: str) -> None:
    def undescribed(options: dict[str, Any]) -> list[str]:
        return [
            found
            for option, said in options.items()
            for found in ([] if said.get("description") else [option]) + undescribed(said.get("suboptions", {}))
        ]

    assert undescribed(documentation(name)["options"]) == []


@pytest.mark.parametrize("name", MODULES)
def test_examples_are_tasks_that_name_the_module_and_known_options(name: str) -> None:
    tasks = [task for task in yaml.safe_load(module(name).EXAMPLES) if f"ucops.lync.{name}" in task]
    assert tasks
    for task in tasks:
        assert set(task[f"ucops.lync.{name}"] or {}) <= set(module(name).MODULE.argument_spec)


@pytest.mark.parametrize("name", MODULES)
def test_the_action_of_the_same_name_runs_the_module(name: str) -> None:
    action = importlib.import_module(f"{COLLECTION}.action.{name}")
    assert action.ActionModule.module is module(name).MODULE
