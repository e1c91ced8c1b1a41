# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the local store of an Edge Server holds what is desired."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import SWITCH, Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import CmdletFailed, Failure, Refused
from ansible_collections.ucops.lync.plugins.module_utils._modules import (
    lync_access_edge_info,
    lync_hosting_provider_info,
)
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_local_store_check import MODULE
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils.memory import EXCHANGE, provider

ONLINE = provider("Exchange Online", "exap.um.outlook.com")
FEDERATED = {"access_edge": {"global": {"allow_federated_users": True}}}
OPTIONS = {name: value for name, value in EXCHANGE.items() if name != "identity"}


def providers(**options: Any) -> dict[str, Any]:
    """Settings of one hosting provider."""
    return {"hosting_provider": {"Exchange Online": options}}


PROVIDER = providers(**OPTIONS)


def task(deployment: memory.Deployment, check_mode: bool = False, **options: Any) -> memory.MemoryTask:
    return memory.task_of(MODULE, deployment, check_mode, **options)


def held(*hosting: memory.Object, **edge: Any) -> memory.Deployment:
    return memory.Deployment(edge, hosting)


def central(deployment: memory.Deployment) -> dict[str, Any]:
    """As the info modules return it."""
    shown = {}
    for noun, module, key in (
        ("access_edge", lync_access_edge_info.MODULE, "access_edge"),
        ("hosting_provider", lync_hosting_provider_info.MODULE, "hosting_providers"),
    ):
        info = memory.task_of(module, deployment)
        module.run(info)
        shown[noun] = info.result[key]
    return shown


def difference(noun: str, identity: str, option: str, desired: Any, found: Any) -> dict[str, Any]:
    return {"noun": noun, "identity": identity, "option": option, "desired": desired, "found": found}


def missing(desired: str = "present", found: str = "absent") -> list[dict[str, Any]]:
    return [difference("hosting_provider", "Exchange Online", "state", desired, found)]


NAMESAKE = provider("Voicemail", "EXAP.um.outlook.com")


@pytest.mark.parametrize(
    ("content", "settings"),
    [
        pytest.param(held(AllowFederatedUsers=True), FEDERATED, id="a setting"),
        pytest.param(
            held(AllowFederatedUsers=True),
            {"access_edge": {"Global": {"allow_federated_users": "yes"}}},
            id="as Ansible converts it",
        ),
        pytest.param(held(ONLINE), PROVIDER, id="a provider"),
        pytest.param(held(NAMESAKE), PROVIDER, id="under another name"),
        pytest.param(
            held(ONLINE),
            {"hosting_provider": {"exchange online": {"proxy_fqdn": "EXAP.um.outlook.com."}}},
            id="in another spelling",
        ),
        pytest.param(held(), providers(state="absent"), id="absent"),
        pytest.param(
            held(NAMESAKE), providers(**OPTIONS, state="absent"), id="absent, a namesake of the proxy may stay"
        ),
        pytest.param(held(ONLINE), {"hosting_provider": {"Exchange Online": None}}, id="no more than its name"),
        pytest.param(held(ONLINE), providers(**OPTIONS, adopt_existing=True), id="all options of the module are taken"),
        pytest.param(
            held(), {"access_edge": {"global": {"routing_method": "UseDnsSrvRouting"}}}, id="the routing method"
        ),
        pytest.param(
            memory.Deployment(hides=["RoutingMethod"]),
            {"access_edge": {"global": {"routing_method": "UseDnsSrvRouting"}}},
            id="the routing method, told by the class",
        ),
        pytest.param(held(ONLINE), providers(autodiscover_url=""), id="nothing where nothing is to be"),
        pytest.param(held(ONLINE, AllowFederatedUsers=True), {**FEDERATED, **PROVIDER}, id="several nouns"),
    ],
)
def test_it_holds(content: memory.Deployment, settings: dict[str, Any]) -> None:
    check = task(content, settings=settings)
    MODULE.run(check)
    assert check.result["outcome"] == "matches"
    assert check.result["differences"] == []
    assert check.result["changed"] is False
    assert check.clock == 0


def test_only_the_local_store_is_read_and_only_what_is_compared() -> None:
    check = task(held(AllowFederatedUsers=True), settings=FEDERATED)
    MODULE.run(check)
    assert check.was_read == [
        Cmdlet("Get-CsAccessEdgeConfiguration", {"LocalStore": SWITCH}, "DisplayAccessEdgeSettings.*")
    ]


@pytest.mark.parametrize(
    ("content", "settings", "differences", "sentence"),
    [
        pytest.param(
            held(),
            FEDERATED,
            [difference("access_edge", "global", "allow_federated_users", True, False)],
            "access edge 'global': allow_federated_users: desired True, found False",
            id="a setting",
        ),
        pytest.param(
            held(),
            providers(enabled=True),
            missing(),
            "hosting provider 'Exchange Online': state: desired 'present', found 'absent'",
            id="no such provider",
        ),
        pytest.param(
            held({**ONLINE, "Enabled": False}),
            PROVIDER,
            [difference("hosting_provider", "Exchange Online", "enabled", True, False)],
            "hosting provider 'Exchange Online': enabled: desired True, found False",
            id="a value of a provider",
        ),
        pytest.param(
            held(ONLINE), providers(state="absent"), missing("absent", "present"), "found 'present'", id="still there"
        ),
        pytest.param(
            memory.Deployment(product="lync2010"),
            {"access_edge": {"global": {"enable_user_replicator": False}}},
            [difference("access_edge", "global", "enable_user_replicator", False, None)],
            "desired False, found None",
            id="a setting that the Edge does not show",
        ),
    ],
)
def test_a_difference_is_a_failure_that_names_it(
    content: memory.Deployment, settings: dict[str, Any], differences: list[dict[str, Any]], sentence: str
) -> None:
    check = task(content, settings=settings, timeout=0)
    with pytest.raises(Failure) as failure:
        MODULE.run(check)
    assert sentence in failure.value.message
    assert check.result["outcome"] == "differs"
    assert check.result["differences"] == differences
    assert check.result["diff"]["before"] != check.result["diff"]["after"]


def test_the_diff_is_by_noun_and_identity() -> None:
    check = task(held({**ONLINE, "Enabled": False}), settings={**FEDERATED, **providers(enabled=True)}, timeout=0)
    with pytest.raises(Failure):
        MODULE.run(check)
    assert check.result["diff"]["before"] == {
        "access_edge": {"global": {"allow_federated_users": False}},
        "hosting_provider": {"Exchange Online": {"state": "present", "enabled": False}},
    }
    assert check.result["diff"]["after"] == {
        "access_edge": {"global": {"allow_federated_users": True}},
        "hosting_provider": {"Exchange Online": {"state": "present", "enabled": True}},
    }


def test_it_waits_until_the_content_arrives() -> None:
    deployment = held(ONLINE)
    deployment.answer(Cmdlet("Set-CsAccessEdgeConfiguration", {"AllowFederatedUsers": True}))
    check = task(deployment, settings={**FEDERATED, **PROVIDER}, interval=0.5)
    MODULE.run(check)
    assert (check.result["outcome"], check.result["waited"]) == ("matches", 2), "a package is built, and travels"


def test_it_reads_a_last_time_at_the_end_of_the_time() -> None:
    deployment = held()
    deployment.answer(Cmdlet("Set-CsAccessEdgeConfiguration", {"AllowFederatedUsers": True}))
    check = task(deployment, settings=FEDERATED, interval=1.5, timeout=2)
    MODULE.run(check)
    assert (check.result["outcome"], check.result["waited"]) == ("matches", 2)


def test_it_does_not_wait_in_check_mode() -> None:
    check = task(held(), check_mode=True, settings=FEDERATED)
    with pytest.raises(Failure):
        MODULE.run(check)
    assert (check.result["outcome"], check.clock) == ("differs", 0)


@pytest.mark.parametrize(
    ("there", "here", "outcome"),
    [
        pytest.param(held(), held(), "pending", id="neither has it"),
        pytest.param(held(ONLINE, AllowFederatedUsers=True), held(), "drifted", id="only the central store has it"),
        pytest.param(
            held(AllowFederatedUsers=True),
            held(AllowFederatedUsers=True),
            "pending",
            id="both have a part",
        ),
        pytest.param(held(AllowFederatedUsers=True), held(ONLINE), "drifted", id="each has another part"),
        pytest.param(
            held(ONLINE, AllowFederatedUsers=True), held(ONLINE, AllowFederatedUsers=True), "matches", id="both have it"
        ),
        pytest.param(held(), held(ONLINE, AllowFederatedUsers=True), "matches", id="the Edge has it"),
        pytest.param(
            held({**ONLINE, "Enabled": False}, AllowFederatedUsers=True),
            held({**ONLINE, "Enabled": False, "IsLocal": True}, AllowFederatedUsers=True),
            "drifted",
            id="a value of a provider",
        ),
    ],
)
def test_a_dry_run_tells_drift_from_what_is_to_come(
    there: memory.Deployment, here: memory.Deployment, outcome: str
) -> None:
    check = task(here, True, settings={**FEDERATED, **PROVIDER}, central=central(there))
    if outcome == "drifted":
        with pytest.raises(
            Failure, match="The Central Management store has it otherwise today, so this server lags behind"
        ):
            MODULE.run(check)
    else:
        MODULE.run(check)
    assert check.result["outcome"] == outcome


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"settings": {}}, "There is nothing to compare"),
        ({"settings": {"access_edge": {}}}, "There is nothing to compare"),
        ({"settings": {"access_edge": {"global": {}}}}, "There is nothing to compare"),
        ({"settings": {"access_edge": {"global": {"allow_federated_users": None}}}}, "There is nothing to compare"),
        (
            {"settings": {"federation": {}}},
            "settings: there is no noun federation; there are access_edge, hosting_provider",
        ),
        (
            {"settings": {"hosting_provider": ["Exchange Online"]}},
            "settings.hosting_provider must be a mapping, not a list",
        ),
        (
            {"settings": {"access_edge": {"allow_federated_users": True}}},
            "settings.access_edge.allow_federated_users must be a mapping, not True",
        ),
        (
            {"settings": {"access_edge": {"site:Lisbon": {"allow_federated_users": True}}}},
            "settings.access_edge.site:Lisbon: a deployment has one access edge; state its options under the identity global.",
        ),
        (
            {"settings": {"access_edge": {"contoso": {"allow_federated_users": True}}}},
            "settings.access_edge.contoso: a deployment has one access edge; state its options under the identity global.",
        ),
        (
            {"settings": providers(colour="blue")},
            "settings.hosting_provider.Exchange Online: there is no option colour",
        ),
        (
            {"settings": providers(enabled="perhaps")},
            "settings.hosting_provider.Exchange Online: argument 'enabled' is of type str and we were unable to convert to bool",
        ),
        (
            {"settings": {"hosting_provider": {"Exchange Online": OPTIONS, "EXCHANGE online": {}}}},
            "The hosting provider 'EXCHANGE online' is stated twice",
        ),
        (
            {"settings": providers(proxy_fqdn="exap")},
            "settings.hosting_provider.Exchange Online: proxy_fqdn must be a fully qualified",
        ),
        (
            {"settings": {"access_edge": {"global": {"outgoing_tls_count_for_federated_partners": 9}}}},
            "must be from 1 to 4",
        ),
        ({"settings": FEDERATED, "interval": 0}, "interval must be from 0.05"),
        ({"settings": FEDERATED, "timeout": -1}, "timeout must be from 0"),
        ({"settings": FEDERATED, "central": {"access_edges": {}}}, "central: there is no noun access_edges"),
        (
            {"settings": FEDERATED, "central": {"access_edge": "Global"}},
            "central.access_edge must be a mapping, not 'Global'",
        ),
    ],
)
def test_refusals(options: dict[str, Any], sentence: str) -> None:
    check = task(held(), **options)
    with pytest.raises(Refused) as refused:
        MODULE.run(check)
    assert sentence in refused.value.message
    assert check.was_read == []


def test_a_local_store_that_cannot_be_read_says_what_to_check() -> None:
    check = task(held(), settings=FEDERATED)
    check.on_read[0] = CmdletFailed("Get-CsHostingProvider", "Cannot open database XDS.", "SqlConnection,StandIn")
    with pytest.raises(
        Failure, match=r"The local store of fe01.*Cannot open database XDS\. Check that the account"
    ) as failure:
        MODULE.run(check)
    assert failure.value.details["error"]["id"] == "SqlConnection,StandIn"
