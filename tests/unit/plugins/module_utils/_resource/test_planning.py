# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is planned in cases that no module of today brings about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused
from ansible_collections.ucops.lync.plugins.module_utils._resource.converge import configures
from ansible_collections.ucops.lync.plugins.module_utils._resource.plan import Change
from ansible_collections.ucops.lync.plugins.module_utils._resource.planning import planned
from ansible_collections.ucops.lync.plugins.module_utils._resource.resource import desired
from ansible_collections.ucops.lync.plugins.module_utils._store.store import Store
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils.sample_nouns import DOMAIN, POLICY
from lynclab.deployment.store import FRESH_EXTERNAL_ACCESS, allowed_domain


def test_an_object_that_is_always_there_and_is_not_cannot_be_reset() -> None:
    asked = desired(POLICY, memory.validated(POLICY.argument_spec, identity="global", state="absent"))
    with pytest.raises(Refused, match="There is no external access policy 'global' to reset"):
        planned(asked, Store({POLICY.read.name: []}))


def test_a_reset_changes_what_is_not_managed_too_and_that_is_no_failure() -> None:
    held = {**FRESH_EXTERNAL_ACCESS, "EnableOutsideAccess": True, "EnablePublicCloudAccess": True}
    deployment = memory.Deployment(others={"external_access_policies": [held]})
    module = configures(POLICY)
    run = memory.task_of(module, deployment, identity="global", state="absent")
    module.run(run)
    assert deployment.items("external_access_policies") == [dict(FRESH_EXTERNAL_ACCESS)]
    assert run.result["changed"] is True


def test_a_setting_without_a_parameter_of_set_cannot_be_changed() -> None:
    settings = (replace(one, immutable=one.option == "proxy_fqdn") for one in DOMAIN.settings)
    resource = replace(DOMAIN, settings=tuple(settings))
    deployment = memory.Deployment(
        others={"allowed_domains": [dict(allowed_domain("a.example", ProxyFqdn="b.example"))]}
    )
    with pytest.raises(
        Refused, match=r"proxy_fqdn of 'a\.example' is 'b\.example' and cannot be changed to 'c\.example'"
    ):
        memory.planned(resource, deployment, identity="a.example", proxy_fqdn="c.example")
    assert not memory.planned(resource, deployment, identity="a.example", proxy_fqdn="B.example").needed


def test_a_change_without_steps_brings_nothing_back() -> None:
    change = Change("allowed_domain", "a.example")
    assert (change.needed, change.restores, change.inverse) == (False, None, ())
