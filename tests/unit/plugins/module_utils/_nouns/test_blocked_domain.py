# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Blocked domains: what is sent, and what is refused because it is allowed."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_blocked_domain import MODULE
from ansible_collections.ucops.lync.plugins.module_utils._nouns.blocked_domain import RESOURCE
from ansible_collections.ucops.lync.plugins.module_utils._resource.impact import Impact
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from lynclab.deployment.store import allowed_domain, blocked_domain

EXAMPLE = {"identity": "spam.example", "comment": "advertises"}
SPAM = blocked_domain("Spam.example", Comment="advertises")


def deployment(*blocked: Any, allowed: tuple[Any, ...] = ()) -> memory.Deployment:
    return memory.Deployment(others={"allowed_domains": allowed, "blocked_domains": blocked})


@pytest.mark.parametrize(
    ("held", "options", "cmdlets"),
    [
        ([], EXAMPLE, ["New-CsBlockedDomain -Identity spam.example -Comment advertises"]),
        ([SPAM], EXAMPLE, []),
        ([SPAM], {**EXAMPLE, "comment": ""}, ['Set-CsBlockedDomain -Identity Spam.example -Comment ""']),
        ([SPAM], {**EXAMPLE, "state": "absent"}, ["Remove-CsBlockedDomain -Identity Spam.example"]),
        ([], {**EXAMPLE, "state": "absent"}, []),
    ],
)
def test_the_plan(held: list[memory.Object], options: dict[str, Any], cmdlets: list[str]) -> None:
    task = memory.task_of(MODULE, deployment(*held), **options)
    MODULE.run(task)
    assert task.result.get("cmdlets", []) == cmdlets


@pytest.mark.parametrize(
    ("held", "options", "inverse"),
    [
        ([], EXAMPLE, ["Remove-CsBlockedDomain -Identity spam.example"]),
        ([SPAM], {**EXAMPLE, "comment": ""}, ["Set-CsBlockedDomain -Identity Spam.example -Comment advertises"]),
        ([SPAM], {**EXAMPLE, "state": "absent"}, ["New-CsBlockedDomain -Identity Spam.example -Comment advertises"]),
    ],
)
def test_the_way_back(held: list[memory.Object], options: dict[str, Any], inverse: list[str]) -> None:
    task = memory.task_of(MODULE, deployment(*held), **options)
    MODULE.run(task)
    assert task.result["inverse"] == inverse


@pytest.mark.parametrize(
    ("held", "options", "impact"),
    [
        ([], EXAMPLE, {Impact.INTERRUPTS}),
        ([SPAM], {**EXAMPLE, "state": "absent"}, {Impact.OPENS}),
        ([SPAM], {**EXAMPLE, "comment": "x"}, set()),
    ],
)
def test_a_change_says_what_it_means_for_others(
    held: list[memory.Object], options: dict[str, Any], impact: set[Impact]
) -> None:
    assert memory.planned(RESOURCE, deployment(*held), **options).impact == impact


@pytest.mark.parametrize("check_mode", [True, False])
def test_an_allowed_domain_is_refused_with_the_list_where_it_stands(check_mode: bool) -> None:
    task = memory.task_of(MODULE, deployment(allowed=(allowed_domain("SPAM.example"),)), check_mode, **EXAMPLE)
    with pytest.raises(Refused) as refused:
        MODULE.run(task)
    assert refused.value.message == (
        "The domain 'SPAM.example' stands on the list of allowed domains, and a domain has one list only. "
        "lync_allowed_domain with state: absent takes it off that one. Nothing was changed."
    )
    assert task.written == []


def test_an_allowed_domain_may_be_taken_off_the_list_of_blocked_ones() -> None:
    world = deployment(SPAM, allowed=(allowed_domain("spam.example"),))
    MODULE.run(memory.task_of(MODULE, world, identity="spam.example", state="absent"))
    assert world.items("blocked_domains") == []
