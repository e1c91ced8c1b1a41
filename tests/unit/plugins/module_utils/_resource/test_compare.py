# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between what is desired and what a store holds."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._resource.compare import differences
from ansible_collections.ucops.lync.plugins.module_utils._resource.resource import Desired, desired
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils.sample_nouns import POLICY
from lynclab.deployment.store import FRESH_EXTERNAL_ACCESS


def policy(**properties: Any) -> memory.Object:
    return {**FRESH_EXTERNAL_ACCESS, **properties}


def asked(**options: Any) -> Desired:
    return desired(POLICY, memory.validated(POLICY.argument_spec, identity="global", **options))


def without(found: memory.Object, *names: str) -> memory.Object:
    return {name: value for name, value in found.items() if name not in names}


@pytest.mark.parametrize(
    ("options", "held", "named"),
    [
        pytest.param({"federation": True}, policy(EnableFederationAccess=True), [], id="as desired"),
        pytest.param({"federation": True}, policy(EnableOutsideAccess=True), ["federation"], id="and not as a reset"),
        pytest.param(
            {"enable_xmpp_access": True}, without(policy(), "EnableXmppAccess"), ["enable_xmpp_access"], id="not shown"
        ),
        pytest.param({"state": "absent"}, policy(), [], id="reset"),
        pytest.param({"state": "absent"}, policy(EnableOutsideAccess=True), ["enable_outside_access"], id="not reset"),
        pytest.param(
            {"state": "absent"},
            without(policy(), "EnableXmppAccess"),
            [],
            id="reset, on a server that has fewer settings",
        ),
    ],
)
def test_what_differs_on_an_object_that_is_always_there(
    options: dict[str, Any], held: memory.Object, named: list[str]
) -> None:
    assert [difference.option for difference in differences(asked(**options), [held])] == named
