# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is said to be reachable once a plan is carried out: what federation will be decides, not that a change opens something."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import scene

EXCHANGE = memory.provider("Exchange Online", "exap.um.outlook.com")
BLOCKED = {"blocked_domains": [{"Identity": "evil.example", "Domain": "evil.example"}]}
UNBLOCK = {"blocked_domain": {"evil.example": {"state": "absent"}}}


def reached(now: bool | None, wanted: bool) -> list[str]:
    """Of a plan that opens by removing a blocked domain; with federation as it is now and as it is wanted."""
    model = memory.Deployment({"AllowFederatedUsers": bool(now)}, [EXCHANGE], others=BLOCKED)
    variables: dict[str, Any] = {
        "hybrid_settings": UNBLOCK,
        "hybrid_access_edge": {"allow_federated_users": wanted},
    }
    read = scene.reading(model)
    if now is None:
        del read["reading"]["objects"]["CsAccessEdgeConfiguration"]
    found: list[str] = scene.planned(model, variables=variables, reading=read)["plan"]["reached"]
    return found


@pytest.mark.parametrize("now", [True, False])
def test_nobody_where_federation_is_off_then(now: bool) -> None:
    assert reached(now, wanted=False) == ["Reachable afterwards: nobody through federation, which is off then."]


@pytest.mark.parametrize("now", [True, False, None])
def test_the_users_where_it_is_on_then_or_was_not_read(now: bool | None) -> None:
    assert reached(now, wanted=True)[0].startswith("Reachable afterwards: the users of")
