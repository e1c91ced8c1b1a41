# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""hybrid_accept: for whom an entry counts, what is unknown, and what is not needed."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.document import to_plain
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import scene

NAME = "enable_disabled_provider"
SEVERAL = {"only_deployment": False, "deployments": ["adatum", "contoso"]}


def disabled() -> memory.Deployment:
    return memory.Deployment(
        {"AllowFederatedUsers": True}, [memory.provider("Exchange Online", "exap.um.outlook.com", Enabled=False)]
    )


def unnamed(model: memory.Deployment) -> dict[str, Any]:
    return {"deployment": to_plain(scene.hosts(model, name=""))}


@pytest.mark.parametrize(
    ("entries", "options"),
    [
        ([f"adatum/{NAME}"], {}),
        ([NAME], {}),
        ([f"adatum/{NAME}"], SEVERAL),
        ([f"contoso/{NAME}", f"adatum/{NAME}"], SEVERAL),
    ],
)
def test_what_gives_a_consent(entries: list[str], options: dict[str, Any]) -> None:
    result = scene.planned(disabled(), accept=entries, **options)
    assert "msg" not in result
    assert [one["given"] for one in result["plan"]["findings"] if one["kind"] == "consent"] == [True]


def test_a_deployment_without_a_name_is_called_by_its_first_sip_domain_or_needs_none() -> None:
    model = disabled()
    alone = scene.planned(model, **unnamed(model))
    assert alone["plan"]["accept"] == [NAME]
    assert "msg" not in scene.planned(model, accept=[NAME], **unnamed(model))
    others = {**SEVERAL, "deployments": ["", "contoso"]}
    among_others = scene.planned(model, **unnamed(model), **others)
    assert among_others["plan"]["accept"] == [f"contoso.example/{NAME}"]
    assert "msg" not in scene.planned(model, accept=[f"contoso.example/{NAME}"], **unnamed(model), **others)
    assert "msg" not in scene.planned(memory.Deployment(), accept=[f"contoso.example/{NAME}"], **SEVERAL | others)


@pytest.mark.parametrize(
    ("entry", "options", "sentence"),
    [
        (
            NAME,
            SEVERAL,
            f"hybrid_accept has '{NAME}', but this run has several deployments: a consent for this one is 'adatum/{NAME}'.",
        ),
        ("adatum/enable_provider", {}, f"'adatum/enable_provider', which is no consent; {NAME} was probably meant."),
        ("everything", {}, "'everything', which is no consent; there are no_federating_pool, change_existing_provider"),
        (
            f"adatm/{NAME}",
            SEVERAL,
            f"'adatm/{NAME}', but the inventory has no deployment 'adatm'; adatum was probably meant.",
        ),
        (f"adatum/{NAME}/", SEVERAL, "but the inventory has no deployment"),
    ],
)
def test_what_means_nothing_is_a_blocker(entry: str, options: dict[str, Any], sentence: str) -> None:
    result = scene.planned(disabled(), accept=[entry], **options)
    assert any(sentence in found for found in scene.findings(result, "blocker", "hybrid_accept"))
    assert result["plan"]["accept"] == [f"adatum/{NAME}"], "the line to add is one that works"


def test_another_deployment_s_entry_is_not_judged_here() -> None:
    """One that means nothing there stops that one."""
    assert "msg" not in scene.planned(memory.Deployment(), accept=["contoso/nonsense"], **SEVERAL)


def test_one_that_is_not_needed_is_a_warning() -> None:
    result = scene.planned(memory.Deployment(), accept=["adatum/widen_trust"])
    assert "msg" not in result
    assert scene.findings(result, "warning", "unneeded_consent") == [
        "hybrid_accept has 'adatum/widen_trust', which this deployment does not need (any longer): take it out."
    ]


def test_nothing_is_called_unneeded_while_something_is_not_known() -> None:
    failed = {"msg": "refused.", "session_failed": True}
    result = scene.planned(memory.Deployment(), reading=failed, accept=["adatum/widen_trust"])
    assert scene.findings(result, "warning", "unneeded_consent") == []


def test_the_line_to_add_keeps_what_was_accepted() -> None:
    result = scene.planned(disabled(), accept=["contoso/widen_trust"], **SEVERAL)
    assert result["msg"].endswith(
        f'Nothing was changed. To consent, add: hybrid_accept: ["contoso/widen_trust", "adatum/{NAME}"]'
    )
