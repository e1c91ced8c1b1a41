# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for all tests."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import settings

TESTS = Path(__file__).parent
# Not in pyproject.toml, because ansible-test configures pytest itself (ansible-test units).
sys.path[:0] = [str(TESTS / name) for name in ("lab", "demo", "bench", "checks", "integration", "faults")]

os.environ["KRB5_CONFIG"] = str(TESTS / "krb5.conf")
os.environ.pop("KRB5CCNAME", None)

# A machine that runs other things, too, is not a failure: no deadline for an example.
settings.register_profile("project", parent=settings(), deadline=None)
settings.load_profile("project")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "engine: needs a real PowerShell engine (pwsh on the PATH)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if shutil.which("pwsh") is None:
        missing = pytest.mark.skip(reason="not proven here: there is no real PowerShell engine (no pwsh on the PATH)")
        for item in items:
            if item.get_closest_marker("engine") is not None:
                item.add_marker(missing)
