# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pypsrp that is missing, or of a release with another interface."""

from __future__ import annotations

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import SessionFailed
from ansible_collections.ucops.lync.plugins.plugin_utils._failures import pypsrp_library
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.pypsrp_library import require_pypsrp
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._failures.connections import OVER_PSRP


@pytest.mark.parametrize("version", ["0.9.0", "0.9.1", "0.10.0", None])
def test_one_that_fits(monkeypatch: pytest.MonkeyPatch, version: str | None) -> None:
    monkeypatch.setattr(pypsrp_library, "VERSION", version)
    require_pypsrp(OVER_PSRP)


@pytest.mark.parametrize("version", ["0.8.1", "1.0.0b1", "2.1"])
@pytest.mark.parametrize("error", [None, "a trace"])
def test_one_that_does_not(monkeypatch: pytest.MonkeyPatch, version: str, error: str | None) -> None:
    monkeypatch.setattr(pypsrp_library, "VERSION", version)
    monkeypatch.setattr(pypsrp_library, "IMPORT_ERROR", error)
    with pytest.raises(SessionFailed, match=f"has pypsrp {version}, and pypsrp>=0.9.0,<1 is needed"):
        require_pypsrp(OVER_PSRP)


def test_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pypsrp_library, "VERSION", None)
    monkeypatch.setattr(pypsrp_library, "IMPORT_ERROR", "a trace")
    with pytest.raises(SessionFailed, match="has no pypsrp") as raised:
        require_pypsrp(OVER_PSRP)
    assert raised.value.details == {"exception": "a trace"}


def test_the_installed_one_is_known() -> None:
    assert pypsrp_library.IMPORT_ERROR is None
    assert pypsrp_library.VERSION is not None
