# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the local store of an Edge Server holds what was wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import SWITCH, Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import CmdletFailed, Failure, Refused
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_local_store_check import ARGUMENT_SPEC, run
from ansible_collections.ucops.lync.plugins.module_utils._store.names import snake_cased
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils.memory import EXCHANGE, access_edge, provider

ONLINE = provider("Exchange Online", "exap.um.outlook.com")
FEDERATED = {"allow_federated_users": True}


class LocalStore:
    """The copy on an Edge Server, a function of the time; the Central Management store cannot be read there."""

    def __init__(self, content: Callable[[float], memory.Deployment]) -> None:
        self.content = content
        self.task: memory.MemoryTask | None = None

    def answer(self, cmdlet: Cmdlet) -> list[memory.Object]:
        assert self.task is not None
        assert cmdlet.parameters == {"LocalStore": SWITCH}
        return self.content(self.task.clock).answer(Cmdlet(cmdlet.name))


def task(
    content: memory.Deployment | Callable[[float], memory.Deployment], check_mode: bool = False, **options: Any
) -> memory.MemoryTask:
    store = LocalStore(content if callable(content) else lambda _now: content)
    store.task = memory.MemoryTask(store, memory.validated(ARGUMENT_SPEC, **options), check_mode)
    return store.task


def held(*hosting: memory.Object, **edge: Any) -> memory.Deployment:
    return memory.Deployment(access_edge(**edge), hosting)


def central(deployment: memory.Deployment) -> dict[str, Any]:
    """As the info modules return it."""
    return {
        "access_edge": snake_cased(deployment.edge),
        "hosting_providers": [snake_cased(one) for one in deployment.hosting],
    }


@pytest.mark.parametrize(
    ("content", "options"),
    [
        pytest.param(held(AllowFederatedUsers=True), {"access_edge": FEDERATED}, id="a setting"),
        pytest.param(held(ONLINE), {"hosting_providers": [EXCHANGE]}, id="a provider"),
        pytest.param(
            held(provider("Voicemail", "EXAP.um.outlook.com")),
            {"hosting_providers": [EXCHANGE]},
            id="under another name",
        ),
        pytest.param(
            held(ONLINE),
            {"hosting_providers": [{"identity": "exchange online", "proxy_fqdn": "EXAP.um.outlook.com."}]},
            id="in another spelling",
        ),
        pytest.param(held(), {"hosting_providers": [{"identity": "Exchange Online", "state": "absent"}]}, id="absent"),
        pytest.param(
            held(provider("Voicemail", "exap.um.outlook.com")),
            {"hosting_providers": [{**EXCHANGE, "state": "absent"}]},
            id="absent, a namesake of the proxy may stay",
        ),
        pytest.param(
            held(ONLINE), {"hosting_providers": [{"identity": "Exchange Online"}]}, id="no more than its name"
        ),
        pytest.param(held(), {"access_edge": {"routing_method": "UseDnsSrvRouting"}}, id="the routing method"),
    ],
)
def test_it_holds(content: memory.Deployment, options: dict[str, Any]) -> None:
    check = task(content, **options)
    run(check)
    assert check.result["outcome"] == "holds"
    assert check.result["differences"] == []
    assert check.result["changed"] is False
    assert check.clock == 0


@pytest.mark.parametrize(
    ("content", "options", "differences", "sentence"),
    [
        pytest.param(
            held(),
            {"access_edge": FEDERATED},
            ["access_edge.allow_federated_users"],
            "access_edge.allow_federated_users: wanted True, found False",
            id="a setting",
        ),
        pytest.param(
            held(),
            {"hosting_providers": [{"identity": "Exchange Online", "enabled": True}]},
            ["hosting_provider.Exchange Online.enabled", "hosting_provider.Exchange Online.state"],
            "hosting_provider.Exchange Online.state: wanted 'present', found 'absent'",
            id="no such provider",
        ),
        pytest.param(
            held({**ONLINE, "Enabled": False}),
            {"hosting_providers": [EXCHANGE]},
            ["hosting_provider.Exchange Online.enabled"],
            "hosting_provider.Exchange Online.enabled: wanted True, found False",
            id="a value of a provider",
        ),
        pytest.param(
            held(ONLINE),
            {"hosting_providers": [{"identity": "Exchange Online", "state": "absent"}]},
            ["hosting_provider.Exchange Online.state"],
            "wanted 'absent', found 'present'",
            id="still there",
        ),
        pytest.param(
            memory.Deployment(memory.access_edge_2010()),
            {"access_edge": {"enable_user_replicator": False}},
            ["access_edge.enable_user_replicator"],
            "wanted False, found None",
            id="a setting that the Edge does not show",
        ),
    ],
)
def test_a_difference_is_a_failure_that_names_it(
    content: memory.Deployment, options: dict[str, Any], differences: list[str], sentence: str
) -> None:
    check = task(content, **options, timeout=0)
    with pytest.raises(Failure) as failure:
        run(check)
    assert sentence in failure.value.message
    assert check.result["outcome"] == "differs"
    assert check.result["differences"] == differences
    assert check.result["diff"]["before"] != check.result["diff"]["after"]


def test_it_waits_until_the_content_arrives() -> None:
    check = task(
        lambda now: held(ONLINE, AllowFederatedUsers=now >= 20), access_edge=FEDERATED, hosting_providers=[EXCHANGE]
    )
    run(check)
    assert check.result["waited"] == 20


def test_it_looks_a_last_time_at_the_end_of_the_time() -> None:
    check = task(lambda now: held(AllowFederatedUsers=now >= 60), access_edge=FEDERATED, interval=45)
    run(check)
    assert (check.result["outcome"], check.result["waited"]) == ("holds", 60)


def test_it_does_not_wait_in_check_mode() -> None:
    check = task(held(), check_mode=True, access_edge=FEDERATED)
    with pytest.raises(Failure):
        run(check)
    assert (check.result["outcome"], check.clock) == ("differs", 0)


@pytest.mark.parametrize(
    ("there", "here", "outcome"),
    [
        pytest.param(held(), held(), "will differ until replicated", id="neither has it"),
        pytest.param(
            held(ONLINE, AllowFederatedUsers=True), held(), "drifted already", id="only the central store has it"
        ),
        pytest.param(
            held(AllowFederatedUsers=True),
            held(AllowFederatedUsers=True),
            "will differ until replicated",
            id="both have a part",
        ),
        pytest.param(held(AllowFederatedUsers=True), held(ONLINE), "drifted already", id="each has another part"),
        pytest.param(
            held(ONLINE, AllowFederatedUsers=True), held(ONLINE, AllowFederatedUsers=True), "holds", id="both have it"
        ),
        pytest.param(held(), held(ONLINE, AllowFederatedUsers=True), "holds", id="the Edge has it"),
        pytest.param(
            held({**ONLINE, "Enabled": False}, AllowFederatedUsers=True),
            held({**ONLINE, "Enabled": False, "IsLocal": True}, AllowFederatedUsers=True),
            "drifted already",
            id="a value of a provider",
        ),
    ],
)
def test_a_dry_run_tells_drift_from_what_is_to_come(
    there: memory.Deployment, here: memory.Deployment, outcome: str
) -> None:
    check = task(here, True, access_edge=FEDERATED, hosting_providers=[EXCHANGE], central=central(there))
    if outcome == "drifted already":
        with pytest.raises(
            Failure, match="The Central Management store has it otherwise today, so this server lags behind"
        ):
            run(check)
    else:
        run(check)
    assert check.result["outcome"] == outcome


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "There is nothing to compare"),
        ({"access_edge": {}}, "There is nothing to compare"),
        ({"access_edge": {"allow_federated_users": None}}, "There is nothing to compare"),
        ({"hosting_providers": [EXCHANGE, {"identity": "EXCHANGE online"}]}, "'EXCHANGE online' is stated twice"),
        ({"hosting_providers": [{"identity": "a", "proxy_fqdn": "exap"}]}, "proxy_fqdn must be a fully qualified"),
        ({"access_edge": {"outgoing_tls_count_for_federated_partners": 9}}, "must be from 1 to 4"),
        ({"access_edge": FEDERATED, "interval": 0}, "interval must be from 0.05"),
        ({"access_edge": FEDERATED, "timeout": -1}, "timeout must be from 0"),
    ],
)
def test_refusals(options: dict[str, Any], sentence: str) -> None:
    check = task(held(), **options)
    with pytest.raises(Refused) as refused:
        run(check)
    assert sentence in refused.value.message
    assert check.was_read == []


def test_a_local_store_that_cannot_be_read_says_what_to_check() -> None:
    check = task(held(), access_edge=FEDERATED)
    check.on_read[0] = CmdletFailed("Get-CsHostingProvider", "Cannot open database XDS.", "SqlConnection,StandIn")
    with pytest.raises(
        Failure, match=r"The local store of fe01.*Cannot open database XDS\. Check that the account"
    ) as failure:
        run(check)
    assert failure.value.details["error"]["id"] == "SqlConnection,StandIn"
