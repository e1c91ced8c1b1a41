# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every file of the collection, whatever it does."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
HEADER = (CHECKOUT / "tests/unit/test_project.py").read_text(encoding="utf-8").splitlines()[:3]
MACHINE_PATH = re.compile(r"""(?<![\w./-])/(?:work|root|farm)/|(?<![\w./-])/tmp/[a-z]""")
LONGEST_FILE = 400
LARGEST_MODULE = 12 * 1024


def project_files() -> list[Path]:
    """What git tracks, or would track."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout.split("\0")
    return [CHECKOUT / name for name in sorted(filter(None, names)) if (CHECKOUT / name).is_file()]


FILES = project_files()
PYTHON = [file for file in FILES if file.suffix == ".py"]
MODULES = [file for file in PYTHON if file.parent == CHECKOUT / "plugins/modules"]


def name(file: Path) -> str:
    return str(file.relative_to(CHECKOUT))


def python_lines(file: Path) -> list[str]:
    """The lines below the interpreter's, which modules begin with."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return lines[1:] if lines and lines[0].startswith("#!") else lines


def load(path: str) -> Any:
    return yaml.safe_load((CHECKOUT / path).read_text(encoding="utf-8"))


def test_a_module_is_short() -> None:
    assert [name(file) for file in MODULES if file.stat().st_size > LARGEST_MODULE] == []


def test_each_python_file_names_its_licence_first() -> None:
    assert [name(file) for file in PYTHON if python_lines(file)[:3] != HEADER] == []


def test_no_python_file_is_too_long() -> None:
    assert [name(file) for file in PYTHON if len(python_lines(file)) > LONGEST_FILE] == []


def test_no_file_names_a_path_of_one_machine() -> None:
    found = {name(file): MACHINE_PATH.findall(file.read_bytes().decode("utf-8", errors="replace")) for file in FILES}
    assert {file: paths for file, paths in found.items() if paths} == {}


def test_galaxy_yml_describes_what_galaxy_needs() -> None:
    galaxy = load("galaxy.yml")
    assert (galaxy["namespace"], galaxy["name"]) == ("ucops", "lync")
    assert re.fullmatch(r"\d+\.\d+\.\d+", galaxy["version"])
    assert {"windows", "infrastructure"} & set(galaxy["tags"])
    assert galaxy["dependencies"] == {}
    assert (CHECKOUT / galaxy["license_file"]).is_file()
    assert (CHECKOUT / galaxy["readme"]).is_file()
    assert all(galaxy[address].startswith(galaxy["repository"]) for address in ("documentation", "homepage", "issues"))


@pytest.mark.parametrize("page", ["roles/hybrid/README.md", "docs/docsite/rst/role_hybrid.rst"])
def test_a_page_on_the_role_names_each_of_its_variables(page: str) -> None:
    variables = load("roles/hybrid/meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    text = (CHECKOUT / page).read_text(encoding="utf-8")
    assert [variable for variable in variables if f"`{variable}`" not in text] == []
    assert set(re.findall(r"hybrid_\w+", text)) <= set(variables)


def test_a_release_carries_no_development_files() -> None:
    ignored = set(load("galaxy.yml")["build_ignore"])
    assert {"tests", "requirements", "Makefile", "pyproject.toml", ".venv", ".build"} <= ignored


def test_each_change_fragment_uses_the_sections_of_the_changelog() -> None:
    config = load("changelogs/config.yaml")
    sections = {section for section, _title in config["sections"]}
    sections |= {config["prelude_section_name"], config["trivial_section_name"]}
    fragments = [file for file in FILES if file.parent == CHECKOUT / "changelogs/fragments"]
    unknown = {name(file): set(load(name(file))) - sections for file in fragments}
    assert not any(unknown.values()), unknown


def test_sanity_ignores_nothing() -> None:
    assert [name(file) for file in FILES if file.match("tests/sanity/ignore-*.txt") and file.stat().st_size] == []


def test_users_may_install_what_the_tests_run_with() -> None:
    tested = dict(
        line.split("==")
        for line in (CHECKOUT / "requirements/controller.txt").read_text(encoding="utf-8").splitlines()
        if "==" in line
    )
    for line in (CHECKOUT / "meta/ee-requirements.txt").read_text(encoding="utf-8").splitlines():
        library, floor, _upper, ceiling = re.fullmatch(r"([\w-]+)>=([\d.]+)(,<([\d.]+))?", line).groups()  # type: ignore[union-attr]
        version = _numbers(tested[library])
        assert _numbers(floor) <= version
        assert ceiling is None or version < _numbers(ceiling)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
