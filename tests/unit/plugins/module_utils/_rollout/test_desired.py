# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role's variables may say of names and texts."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.arguments import checked
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused
from ansible_collections.ucops.lync.plugins.module_utils._rollout.desired import desired_by
from ansible_collections.ucops.lync.plugins.module_utils._rollout.inventory import sort
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import scene


def provider(**stated: Any) -> Any:
    return desired_by(scene.DOCUMENTED, {"hybrid_hosting_provider": stated})[0]


def test_a_null_name_is_the_documented_one() -> None:
    assert provider(identity=None).identity == "Exchange Online"


@pytest.mark.parametrize("identity", [["Exchange Online"], {"a": "b"}, True, 5, ""])
def test_a_name_that_is_no_text_is_refused(identity: Any) -> None:
    with pytest.raises(Refused, match="hybrid_hosting_provider"):
        provider(identity=identity)


@pytest.mark.parametrize("option", ["proxy_fqdn", "autodiscover_url", "verification_level"])
def test_an_option_that_is_no_text_is_refused(option: str) -> None:
    with pytest.raises(Refused, match=rf"{option} must be text, not \['x'\]"):
        provider(**{option: ["x"]})


@pytest.mark.parametrize("identity", [None, True, ("a", "b")])
def test_a_key_of_the_settings_that_is_no_name_is_refused(identity: Any) -> None:
    with pytest.raises(Refused, match="is no identity: it must be text"):
        desired_by(scene.DOCUMENTED, {"hybrid_settings": {"allowed_domain": {identity: {}}}})


def test_a_module_takes_no_list_for_a_text() -> None:
    """Ansible itself takes what Python writes for it."""
    with pytest.raises(Refused, match=r"identity must be text, not \['Exchange Online'\]"):
        checked({"identity": {"type": "str"}}, {"identity": ["Exchange Online"]}, "lync_hosting_provider")


@pytest.mark.parametrize("name", ["lync_deployment", "lync_replica_fqdn"])
def test_an_inventory_names_by_text(name: str) -> None:
    inventory = memory.MemoryInventory({"lync_edge": ["edge01"]}, {"edge01": {name: ["a"]}})
    with pytest.raises(Refused, match=rf"{name} of edge01 must be text, not \['a'\]"):
        sort(inventory, "lync_management", "lync_edge")
