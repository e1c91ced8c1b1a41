# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""lync_access_edge, through ansible-playbook against the lab."""

from __future__ import annotations

from support.ansible import task
from support.stage import Stage


def test_shared_address_space(stage: Stage) -> None:
    wish = task("lync_access_edge", {"allow_federated_users": True})
    line = "Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true"
    dry = stage.dry_run(wish)
    assert dry.one().changed
    assert dry.one().cmdlets == [line]
    run = stage.run(wish)
    assert run.one().cmdlets == [line]
    assert stage.written() == [("Set-CsAccessEdgeConfiguration", {"AllowFederatedUsers": True})]
    assert stage.read("Get-CsAccessEdgeConfiguration")[0]["AllowFederatedUsers"] is True
    again = stage.run(wish)
    assert not again.one().changed
    assert stage.written() == []
