# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who will see nothing in Outlook on the web, as far as global and site policies tell."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import scene

POLICY = {"Description": None, "EnableFederationAccess": True, "EnableOutsideAccess": True}
NOT_READ = "user policies were not read"


def policy(identity: str, **values: bool) -> dict[str, Any]:
    return {"Identity": identity, **POLICY, **values}


OPEN, CLOSED = {"EnableOutsideAccess": True}, {"EnableOutsideAccess": False}


def planned(policies: list[dict[str, Any]], sites: tuple[str, ...] = ("Lisbon", "Zurich"), **options: Any) -> Any:
    model = memory.Deployment()
    read = scene.reading(model)
    read["reading"]["objects"]["CsExternalAccessPolicy"] = policies
    read["reading"]["topology"]["sites"] = [{"name": site} for site in sites]
    edges = {scene.EDGE: scene.edge_reading(model, "external_access_policy")}
    return scene.planned(model, reading=read, edge_readings=edges, **options)


@pytest.mark.parametrize(
    ("policies", "sentences"),
    [
        ([policy("Global", **OPEN)], []),
        ([policy("Global", **CLOSED), policy("Site:Lisbon", **OPEN), policy("Site:Zurich", **OPEN)], []),
        (
            [policy("Global", **CLOSED)],
            [
                "No global or site policy allows outside access (EnableOutsideAccess False: Global), which users of Outlook"
            ],
        ),
        (
            [policy("Global", **CLOSED), policy("Tag:Remote", **OPEN)],
            [f"{NOT_READ} (those that allow it: Tag:Remote)."],
        ),
        (
            [policy("Global", **OPEN), policy("Site:Zurich", **CLOSED)],
            ["No outside access for users of Zurich (Site:Zurich), who will see nothing"],
        ),
        (
            [policy("Global", **CLOSED), policy("site:ZURICH", **OPEN)],
            ["No outside access for users of Lisbon (Global), who will see nothing"],
        ),
        ([{"Identity": "Global"}], []),
    ],
    ids=["global", "each site", "nobody", "unassigned", "site overrides", "site without a policy", "not shown"],
)
def test_policies_by_level(policies: list[dict[str, Any]], sentences: list[str]) -> None:
    result = planned(policies)
    found = scene.findings(result, "warning", "nobody_outside")
    assert len(found) == len(sentences)
    assert all(sentence in one for sentence, one in zip(sentences, found, strict=True))
    closing = [one["closing"] for one in result["plan"]["findings"] if one["closing"]]
    assert len(closing) == len(sentences)
    assert all(one.endswith(NOT_READ) for one in closing)
    assert "msg" not in result, "a warning stops nothing"


def test_without_sites_each_policy_counts() -> None:
    result = planned([policy("Global", **OPEN), policy("Site:Zurich", **CLOSED)], sites=())
    assert (
        "No outside access for users of the policy Site:Zurich"
        in scene.findings(result, "warning", "nobody_outside")[0]
    )


def test_remote_user_access_that_is_off() -> None:
    result = scene.planned(memory.Deployment({"AllowOutsideUsers": False}))
    assert scene.findings(result, "warning", "nobody_outside")[0].startswith("AllowOutsideUsers is False")
    wanted = {"hybrid_access_edge": {"allow_outside_users": True}}
    result = scene.planned(memory.Deployment({"AllowOutsideUsers": False}), variables=wanted)
    assert "AllowOutsideUsers" not in " ".join(scene.findings(result, "warning", "nobody_outside"))


def test_what_the_run_changes_counts_as_it_will_be() -> None:
    """hybrid_settings may set the policy in the same run."""
    variables = {"hybrid_settings": {"external_access_policy": {"global": {"enable_outside_access": True}}}}
    result = planned([policy("Global", **CLOSED)], variables=variables)
    assert scene.findings(result, "warning", "nobody_outside") == []


@pytest.mark.parametrize(
    ("outside", "federation", "warns"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_no_federation_access_is_a_weaker_warning(outside: bool, federation: bool, warns: bool) -> None:
    policies = [policy("Global", EnableOutsideAccess=outside, EnableFederationAccess=federation)]
    found = scene.findings(planned(policies), "warning", "no_federation_access")
    assert [one.startswith("EnableFederationAccess is False in Global") for one in found] == [True] * warns


def test_policies_that_could_not_be_read() -> None:
    model = memory.Deployment()
    read = scene.reading(model)
    del read["reading"]["objects"]["CsExternalAccessPolicy"]
    read["reading"]["gaps"].append({"part": "CsExternalAccessPolicy", "reason": "Access is denied.", "error_id": ""})
    result = scene.planned(model, reading=read)
    assert "msg" not in result
    assert scene.findings(result, "warning", "nobody_outside") == []
    assert scene.findings(result, "unchecked", "external_access") == [
        "Whether an external access policy allows outside access: Access is denied."
    ]


def test_a_rollout_of_something_else_is_not_told_about_outlook() -> None:
    documented = {"access_edge": {"allow_federated_users": True}, "hosting_provider": memory_provider()}
    result = planned([policy("Global", **CLOSED)], documented=documented)
    assert scene.findings(result, "warning", "nobody_outside") == []
    assert scene.findings(result, "unchecked", "dns") == []


def memory_provider() -> dict[str, Any]:
    return {**memory.EXCHANGE, "identity": "Partner", "proxy_fqdn": "sip.fabrikam.example"}
