# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the mechanism carries: scopes, resets, clearable values, other names, exact lists, nouns that know no Access Edge."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.arguments import checked
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Failure, Refused
from ansible_collections.ucops.lync.plugins.module_utils._resource.compare import differences
from ansible_collections.ucops.lync.plugins.module_utils._resource.converge import configures
from ansible_collections.ucops.lync.plugins.module_utils._resource.exact_list import lists
from ansible_collections.ucops.lync.plugins.module_utils._resource.impact import Impact
from ansible_collections.ucops.lync.plugins.module_utils._resource.inspect import inspects
from ansible_collections.ucops.lync.plugins.module_utils._resource.resource import desired
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils.sample_nouns import DOMAIN, DOMAINS, POLICY
from lynclab.deployment.store import FRESH_EXTERNAL_ACCESS, allowed_domain, blocked_domain

POLICIES = "external_access_policies"
OPEN: memory.Object = {"EnableFederationAccess": True, "EnableOutsideAccess": True}


def policy(identity: str = "Global", **properties: Any) -> memory.Object:
    return {**FRESH_EXTERNAL_ACCESS, "Identity": identity, **properties}


def policies(*items: memory.Object, product: str = "lync2013") -> memory.Deployment:
    return memory.Deployment(product=product, others={POLICIES: items})


def domains(*identities: str, blocked: tuple[str, ...] = (), **properties: Any) -> memory.Deployment:
    return memory.Deployment(
        product=properties.pop("product", "lync2013"),
        others={
            "allowed_domains": [dict(allowed_domain(identity, **properties)) for identity in identities],
            "blocked_domains": [dict(blocked_domain(identity)) for identity in blocked],
        },
    )


def ran(resource: Any, deployment: memory.Deployment, **options: Any) -> memory.MemoryTask:
    module = configures(resource)
    task = memory.task_of(module, deployment, **options)
    module.run(task)
    return task


@pytest.mark.parametrize(
    ("held", "options", "cmdlets"),
    [
        pytest.param(
            [],
            {"identity": "GLOBAL", "enable_outside_access": True},
            ["Set-CsExternalAccessPolicy -Identity Global -EnableOutsideAccess $true"],
            id="global, in any case",
        ),
        pytest.param(
            [],
            {"identity": "site:Lisbon", "enable_outside_access": True},
            ["New-CsExternalAccessPolicy -Identity site:Lisbon -EnableOutsideAccess $true"],
            id="a new one of a site",
        ),
        pytest.param(
            [policy("Site:Lisbon")],
            {"identity": "site:lisbon", "enable_outside_access": True},
            ["Set-CsExternalAccessPolicy -Identity Site:Lisbon -EnableOutsideAccess $true"],
            id="one of a site under the server's spelling",
        ),
        pytest.param(
            [policy("Tag:Remote Users")],
            {"identity": "remote users", "enable_outside_access": True},
            ['Set-CsExternalAccessPolicy -Identity "Tag:Remote Users" -EnableOutsideAccess $true'],
            id="a bare name is a tag",
        ),
        pytest.param(
            [],
            {"identity": "tag:Remote Users", "federation": True},
            ['New-CsExternalAccessPolicy -Identity "Remote Users" -EnableFederationAccess $true'],
            id="a new tag by its bare name",
        ),
        pytest.param(
            [policy("Tag:Remote", EnableOutsideAccess=True)],
            {"identity": "tag:REMOTE", "state": "absent"},
            ["Remove-CsExternalAccessPolicy -Identity Tag:Remote"],
            id="removed",
        ),
        pytest.param([], {"identity": "site:Lisbon", "state": "absent"}, [], id="not there already"),
    ],
)
def test_scopes(held: list[memory.Object], options: dict[str, Any], cmdlets: list[str]) -> None:
    task = ran(POLICY, policies(*held), **options)
    assert task.result.get("cmdlets", []) == cmdlets
    assert task.result["changed"] is bool(cmdlets)
    again = ran(POLICY, task.deployment, **options)
    assert again.result["changed"] is False


def test_an_option_may_have_another_name_than_its_parameter() -> None:
    """It is read back, compared and shown under the same name."""
    task = ran(POLICY, policies(), identity="global", federation=True)
    assert task.result["diff"]["after"] == {"federation": True}
    assert task.result["after"]["federation"] is True
    assert "enable_federation_access" not in task.result["after"]


def test_a_removal_that_resets_leaves_the_object_with_its_defaults() -> None:
    deployment = policies(policy(**OPEN, Description="ours"))
    task = ran(POLICY, deployment, identity="global", state="absent")
    assert task.result["cmdlets"] == ["Remove-CsExternalAccessPolicy -Identity Global"]
    assert task.result["inverse"] == [
        "Set-CsExternalAccessPolicy -Identity Global -Description ours -EnableFederationAccess $true -EnableOutsideAccess $true"
    ]
    assert task.result["after"]["enable_outside_access"] is False
    assert deployment.items(POLICIES) == [policy()]
    again = ran(POLICY, deployment, identity="global", state="absent")
    assert (again.result["changed"], again.written) == (False, [])


def test_check_mode_predicts_a_reset() -> None:
    deployment = policies(policy(**OPEN))
    module = configures(POLICY)
    dry = memory.task_of(module, deployment, True, identity="global", state="absent")
    module.run(dry)
    real = ran(POLICY, deployment, identity="global", state="absent")
    assert dry.result["diff"] == real.result["diff"]
    assert dry.result["after"] == real.result["after"], "what means the same stays as the server spells it"


def test_a_reset_that_the_server_did_not_make_is_a_failure() -> None:
    module = configures(POLICY)
    task = memory.task_of(module, policies(policy(**OPEN)), identity="global", state="absent")
    task.on_write[0] = lambda answer: []
    with pytest.raises(Failure, match="enable_outside_access: desired False, found True"):
        module.run(task)


@pytest.mark.parametrize(("held", "option"), [(policy(**OPEN), "federation"), (policy(), None)])
def test_a_reset_is_proven_by_its_defaults(held: memory.Object, option: str | None) -> None:
    wanted = desired(POLICY, memory.validated(POLICY.argument_spec, identity="global", state="absent"))
    found = differences(wanted, [held])
    assert [difference.option for difference in found] == ([option, "enable_outside_access"] if option else [])


def test_a_fully_qualified_name_can_be_cleared_where_the_server_can() -> None:
    deployment = domains("a.example", ProxyFqdn="proxy.a.example", Comment="partner")
    task = ran(DOMAIN, deployment, identity="a.example", proxy_fqdn="", comment="")
    assert task.result["cmdlets"] == ['Set-CsAllowedDomain -Identity a.example -Comment "" -ProxyFqdn ""']
    assert task.result["inverse"] == [
        "Set-CsAllowedDomain -Identity a.example -Comment partner -ProxyFqdn proxy.a.example"
    ]
    again = ran(DOMAIN, deployment, identity="a.example", proxy_fqdn="", comment="")
    assert again.result["changed"] is False


def test_what_is_empty_is_not_stated_for_a_new_object() -> None:
    task = ran(DOMAIN, domains(), identity="a.example", proxy_fqdn="", comment="partner")
    assert task.result["cmdlets"] == ["New-CsAllowedDomain -Identity a.example -Comment partner"]


def test_a_value_that_cannot_be_cleared_is_named_where_the_way_back_lacks_it() -> None:
    resource = memory.replace_setting(DOMAIN, "proxy_fqdn", clearable=False)
    change = memory.planned(resource, domains("a.example"), identity="a.example", proxy_fqdn="b.example", comment="x")
    assert change.not_restored == ("proxy_fqdn",)
    assert [str(cmdlet) for cmdlet in change.inverse] == ['Set-CsAllowedDomain -Identity a.example -Comment ""']
    only = memory.planned(resource, domains("a.example"), identity="a.example", proxy_fqdn="b.example")
    assert (only.inverse, only.not_restored) == ((), ("proxy_fqdn",))


@pytest.mark.parametrize(
    ("resource", "options", "reads"),
    [
        (POLICY, {"identity": "global", "federation": True}, ["Get-CsExternalAccessPolicy"]),
        (
            POLICY,
            {"identity": "global", "enable_xmpp_access": True},
            ["Get-CsExternalAccessPolicy", "Get-CsAccessEdgeConfiguration"],
        ),
        (DOMAIN, {"identity": "a.example"}, ["Get-CsAllowedDomain", "Get-CsBlockedDomain"]),
    ],
)
def test_the_product_is_read_only_where_a_setting_came_later(
    resource: Any, options: dict[str, Any], reads: list[str]
) -> None:
    task = ran(resource, memory.Deployment(), **options)
    assert [read.name for read in task.was_read][: len(reads)] == reads


@pytest.mark.parametrize("held", [(), ("a.example",)])
def test_a_setting_that_came_later_is_refused_before_that(held: tuple[str, ...]) -> None:
    with pytest.raises(
        Refused, match="verification_level needs Skype for Business Server 2015 or later; this deployment"
    ):
        ran(DOMAIN, domains(*held), identity="a.example", verification_level="AlwaysVerifiable")
    ran(DOMAIN, domains(*held, product="sfb2019"), identity="a.example", verification_level="AlwaysVerifiable")


def test_a_setting_that_the_server_no_longer_has_is_refused_for_a_new_object_too() -> None:
    deployment = memory.Deployment(hides=["EnableXmppAccess"])
    with pytest.raises(Refused, match="does not show the property EnableXmppAccess"):
        ran(POLICY, deployment, identity="Remote", enable_xmpp_access=True)


def test_a_rule_refuses_before_the_first_write() -> None:
    with pytest.raises(Refused, match=r"The domain 'A.example' is blocked\. Nothing was changed\."):
        ran(DOMAIN, domains(blocked=("a.example",)), identity="A.example")


@pytest.mark.parametrize(
    ("deployment", "options", "impact"),
    [
        (domains(), {"identity": "a.example"}, {Impact.OPENS}),
        (domains("a.example"), {"identity": "a.example", "state": "absent"}, {Impact.INTERRUPTS}),
        (domains("a.example"), {"identity": "a.example", "comment": "x"}, set()),
    ],
)
def test_a_noun_may_say_itself_what_a_change_means(
    deployment: memory.Deployment, options: dict[str, Any], impact: set[Impact]
) -> None:
    assert memory.planned(DOMAIN, deployment, **options).impact == impact


def listed(
    deployment: memory.Deployment, *stated: Any, check_mode: bool = False, purge: bool = False
) -> memory.MemoryTask:
    module = lists(DOMAINS)
    options = [one if isinstance(one, dict) else {"identity": one} for one in stated]
    task = memory.task_of(module, deployment, check_mode, domains=options, purge=purge)
    module.run(task)
    return task


def held(deployment: memory.Deployment) -> list[str]:
    return [item["Identity"] for item in deployment.items("allowed_domains")]


def test_an_exact_list_adds_and_changes_and_leaves_what_is_not_listed() -> None:
    deployment = domains("a.example", "b.example")
    task = listed(deployment, {"identity": "B.example", "comment": "partner"}, "c.example")
    assert task.result["cmdlets"] == [
        "Set-CsAllowedDomain -Identity b.example -Comment partner",
        "New-CsAllowedDomain -Identity c.example",
    ]
    assert held(deployment) == ["a.example", "b.example", "c.example"]
    assert [found["identity"] for found in task.result["after"]] == held(deployment)
    assert task.result["diff"]["after"] == {"b.example": {"comment": "partner"}, "c.example": {}}


def test_what_is_not_listed_stays_unless_it_is_said() -> None:
    """By the module's own options: nothing is removed for having been forgotten."""
    module = lists(DOMAINS)
    deployment = domains("a.example", "b.example")
    task = memory.task_of(module, deployment, domains=[{"identity": "b.example"}])
    assert task.options["purge"] is False
    module.run(task)
    assert held(deployment) == ["a.example", "b.example"]


@pytest.mark.parametrize(
    ("spec", "arguments", "missing"),
    [
        (lists(DOMAINS).argument_spec, {"purge": True}, "domains"),
        (lists(DOMAINS).argument_spec, {"domains": [{"comment": "partner"}]}, "identity"),
        (DOMAIN.argument_spec, {"comment": "partner"}, "identity"),
    ],
)
def test_an_object_must_be_named(spec: Any, arguments: dict[str, Any], missing: str) -> None:
    with pytest.raises(Refused, match=f"missing required arguments: {missing}"):
        checked(spec, arguments, "ucops.lync.lync_thing")


@pytest.mark.parametrize(
    ("option", "one", "other", "same"),
    [
        ("proxy_fqdn", "A.example.", "a.example", True),
        ("proxy_fqdn", "a.example", "b.example", False),
        ("comment", "A", "a", False),
        ("comment", "", None, True),
        ("state", "present", "present", True),
        ("state", "present", "absent", False),
        ("state", "absent", "present", False),
    ],
)
def test_values_of_an_option_compare_by_its_setting(option: str, one: Any, other: Any, same: bool) -> None:
    assert DOMAIN.same(option, one, other) is same


def test_an_exact_list_purges_when_told_to_and_last() -> None:
    deployment = domains("a.example", "b.example")
    task = listed(deployment, "c.example", {"identity": "b.example", "state": "absent"}, purge=True)
    assert [str(cmdlet) for cmdlet in task.written] == [
        "New-CsAllowedDomain -Identity c.example",
        "Remove-CsAllowedDomain -Identity b.example",
        "Remove-CsAllowedDomain -Identity a.example",
    ]
    assert task.result["inverse"] == [
        "New-CsAllowedDomain -Identity a.example -MarkForMonitoring $false",
        "New-CsAllowedDomain -Identity b.example -MarkForMonitoring $false",
        "Remove-CsAllowedDomain -Identity c.example",
    ]
    again = listed(deployment, "c.example", {"identity": "b.example", "state": "absent"}, purge=True)
    assert again.result["changed"] is False
    assert held(deployment) == ["c.example"]


def test_check_mode_predicts_an_exact_list() -> None:
    deployment = domains("a.example", "b.example")
    dry = listed(deployment, "b.example", "c.example", check_mode=True, purge=True)
    assert held(deployment) == ["a.example", "b.example"]
    real = listed(deployment, "b.example", "c.example", purge=True)
    assert dry.result["cmdlets"] == real.result["cmdlets"]
    assert dry.result["diff"] == real.result["diff"]
    assert [one["identity"] for one in dry.result["after"]] == [one["identity"] for one in real.result["after"]]


def test_a_protected_object_is_removed_only_by_its_name() -> None:
    deployment = domains("a.example", "push.lync.com")
    with pytest.raises(
        Refused, match=r"'push.lync.com' is not listed and would be removed: push notifications need it"
    ):
        listed(deployment, "a.example", purge=True)
    assert held(deployment) == ["a.example", "push.lync.com"]
    listed(deployment, "a.example", {"identity": "push.lync.com", "state": "absent"}, purge=True)
    assert held(deployment) == ["a.example"]


def test_an_object_may_be_listed_once() -> None:
    with pytest.raises(Refused, match=r"The allowed domain 'A\.example' is stated twice"):
        listed(domains(), "a.example", "A.example")


def test_a_list_that_stops_in_the_middle_says_what_was_written() -> None:
    deployment = domains()
    module = lists(DOMAINS)
    task = memory.task_of(module, deployment, domains=[{"identity": "a.example"}, {"identity": "b.example"}])
    task.on_write[1] = memory.lost_before
    with pytest.raises(Failure) as failure:
        module.run(task)
    assert "Written before that: New-CsAllowedDomain -Identity a.example." in failure.value.message
    assert "allowed domain 'b.example': state: desired 'present', found 'absent'" in failure.value.message
    assert [write["outcome"] for write in task.result["writes"]] == ["ran", "not_run"]
    assert (task.result["changed"], held(deployment)) == (True, ["a.example"])
    assert [one["identity"] for one in task.result["after"]] == ["a.example"]


def test_a_list_goes_on_where_a_lost_answer_turns_out_to_be_there() -> None:
    deployment = domains()
    module = lists(DOMAINS)
    task = memory.task_of(module, deployment, domains=[{"identity": "a.example"}, {"identity": "b.example"}])
    task.on_write[0] = memory.lost_after
    module.run(task)
    assert [write["outcome"] for write in task.result["writes"]] == ["unknown", "ran"]
    assert held(deployment) == ["a.example", "b.example"]


@pytest.mark.parametrize(
    ("resource", "key", "shown"),
    [(POLICY, "external_access_policies", "Global"), (DOMAIN, "allowed_domains", "a.example")],
)
def test_objects_are_returned_by_the_plural_of_the_noun(resource: Any, key: str, shown: str) -> None:
    module = inspects(resource)
    for local in (False, True):
        task = memory.task_of(module, domains("a.example"), local_store=local)
        module.run(task)
        assert [one["identity"] for one in task.result[key]] == [shown]


def test_a_change_is_shown_in_plain_types() -> None:
    change = memory.planned(DOMAIN, domains(), identity="a.example", comment="partner")
    assert change.plain() == {
        "noun": "allowed_domain",
        "identity": "a.example",
        "cmdlets": ["New-CsAllowedDomain -Identity a.example -Comment partner"],
        "before": None,
        "after": {"comment": "partner"},
        "companions": {},
        "impact": ["opens"],
        "inverse": ["Remove-CsAllowedDomain -Identity a.example"],
        "not_restored": [],
        "notes": [],
    }
