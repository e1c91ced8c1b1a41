# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Properties in another form than they have: one element stands for itself, anything else is said and never planned from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import CmdletFailed, Failure, Refused
from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_hosting_provider, lync_replication_status
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import scene

STATUS = "Get-CsManagementStoreReplicationStatus"
STRANGE: list[Any] = [["a", "b"], [], {"a": 1}, 5, 1.5, [None]]


class Altered(memory.Deployment):
    """One property of what one cmdlet writes, or all of it, is something else."""

    def __init__(
        self, name: str, alter: Callable[[list[memory.Object]], Any], central: bool = False, **content: Any
    ) -> None:
        super().__init__(**content)
        self._name, self._alter, self._central = name, alter, central

    def answer(self, cmdlet: Cmdlet) -> list[memory.Object]:
        found = super().answer(cmdlet)
        hit = cmdlet.name == self._name and ("CentralManagementStoreStatus" in cmdlet.parameters) is self._central
        return self._alter(found) or found if hit else found


def shows(property_name: str, value: Any) -> Callable[[list[memory.Object]], None]:
    def alter(objects: list[memory.Object]) -> None:
        for one in objects:
            one[property_name] = value

    return alter


def ready(name: str, alter: Callable[[list[memory.Object]], Any], central: bool = False) -> Altered:
    provider = memory.provider("Exchange Online", "exap.um.outlook.com")
    public = memory.provider("AOL", "aol.example")
    return Altered(name, alter, central, edge={"AllowFederatedUsers": True}, hosting=[provider], public=[public])


def planned(model: memory.Deployment, **options: Any) -> Any:
    return scene.planned(model, edge_readings={scene.EDGE: scene.edge_reading(memory.Deployment())}, **options)


@pytest.mark.parametrize(
    ("name", "property_name", "value"),
    [
        ("Get-CsHostingProvider", "ProxyFqdn", ["exap.um.outlook.com"]),
        ("Get-CsHostingProvider", "Enabled", [True]),
        ("Get-CsAccessEdgeConfiguration", "AllowFederatedUsers", [True]),
        (STATUS, "ProductVersion", ["5.0.8308.0"]),
        (STATUS, "LastStatusReport", ["2026-11-27T00:00:00Z"]),
    ],
)
def test_one_element_stands_for_itself(name: str, property_name: str, value: Any) -> None:
    result = planned(ready(name, shows(property_name, value)))
    assert "msg" not in result
    assert result["plan"]["changes"] == []


@pytest.mark.parametrize("value", STRANGE[:-1])
@pytest.mark.parametrize(
    ("name", "property_name"),
    [
        ("Get-CsHostingProvider", "ProxyFqdn"),
        ("Get-CsHostingProvider", "Identity"),
        ("Get-CsHostingProvider", "Enabled"),
        ("Get-CsHostingProvider", "VerificationLevel"),
        ("Get-CsPublicProvider", "ProxyFqdn"),
        ("Get-CsPublicProvider", "Enabled"),
        ("Get-CsAccessEdgeConfiguration", "AllowFederatedUsers"),
        (STATUS, "LastStatusReport"),
        (STATUS, "LastUpdateCreation"),
    ],
)
def test_what_is_not_understood_is_said_with_host_and_cmdlet(name: str, property_name: str, value: Any) -> None:
    model = ready(name, shows(property_name, value))
    result = planned(model)
    assert result["plan"]["changes"] == []
    (sentence,) = scene.findings(result, "blocker", "unread")
    assert f"{name}" in sentence
    assert "fe01" in sentence
    assert f"wrote {property_name} as " in sentence
    assert "not understood" in sentence


@pytest.mark.parametrize("value", STRANGE)
def test_a_version_that_is_not_understood_is_not_shown(value: Any) -> None:
    assert "msg" not in planned(ready(STATUS, shows("ProductVersion", value)))


@pytest.mark.parametrize("value", [*STRANGE, "edge.contoso.example", None])
@pytest.mark.parametrize(
    ("name", "property_name"),
    [
        ("Get-CsPool", "Computers"),
        ("Get-CsPool", "Services"),
        ("Get-CsPool", "Site"),
        ("Get-CsSite", "FederationRoute"),
        ("Get-CsSite", "Identity"),
        ("Get-CsService", "AccessEdgeExternalSipPort"),
        ("Get-CsService", "PoolFqdn"),
        ("Get-CsSipDomain", "Name"),
        ("Get-CsComputer", "Fqdn"),
        ("Get-CsComputer", "Pool"),
        ("Get-CsExternalAccessPolicy", "Identity"),
        ("Get-CsHostedVoicemailPolicy", "Destination"),
    ],
)
def test_nothing_else_breaks_the_plan(name: str, property_name: str, value: Any) -> None:
    assert "plan" in planned(ready(name, shows(property_name, value)))


def test_one_computer_as_text_is_one_machine() -> None:
    class Restricted(Altered):
        def answer(self, cmdlet: Cmdlet) -> list[memory.Object]:
            if cmdlet.name == "Get-CsComputer":
                raise CmdletFailed(cmdlet.name, "Not offered.", "CommandNotFoundException")
            return super().answer(cmdlet)

    def alter(pools: list[memory.Object]) -> None:
        for pool in pools:
            pool["Computers"] = pool["Computers"][0]

    model = Restricted("Get-CsPool", alter)
    assert [edge["fqdn"] for edge in scene.planned(model)["plan"]["edges"]] == [scene.edge_fqdn(model)]


def test_an_edge_pool_of_which_no_machine_is_known_stops_the_plan() -> None:
    def second(pools: list[memory.Object]) -> None:
        edge = next(pool for pool in pools if "edge" in pool["Fqdn"])
        pools.append({**edge, "Identity": "edgepool02", "Fqdn": "edgepool02.contoso.example", "Computers": None})

    result = planned(ready("Get-CsPool", second))
    (sentence,) = scene.findings(result, "blocker", "unread")
    assert "no machine of the Edge pool edgepool02.contoso.example is known" in sentence
    assert result["plan"]["topology_read"] is False
    task = memory.task_of(lync_replication_status.MODULE, ready("Get-CsPool", second), scope="edges")
    with pytest.raises(Failure, match=r"edgepool02\.contoso\.example is known"):
        lync_replication_status.run(task)


def test_routes_that_differ_in_spelling_only_are_one() -> None:
    def two(sites: list[memory.Object]) -> None:
        sites.append({**sites[0], "Identity": "Site:Zurich"})
        for site, route in zip(sites, ("EdgeServer:Edge1.contoso.com", "edgeserver:edge1.contoso.com."), strict=True):
            site["FederationRoute"] = route

    assert scene.findings(planned(ready("Get-CsSite", two)), "warning", "federation_path") == []


def test_a_module_does_not_plan_from_it_either() -> None:
    model = ready("Get-CsHostingProvider", shows("ProxyFqdn", ["exap.um.outlook.com", "exap.um.outlook.com"]))
    task = memory.task_of(lync_hosting_provider.MODULE, model, **memory.EXCHANGE, allow_recreate=True)
    with pytest.raises(Refused, match="ProxyFqdn as a list of 2 values"):
        lync_hosting_provider.MODULE.run(task)


# The state of the store is known before any write


def no_agents(objects: list[memory.Object]) -> None:
    for one in objects:
        one.update(ActiveFileTransferAgents=[None], ActiveFileTransferAgentFqdn=" ")


@pytest.mark.parametrize(
    ("alter", "sentence"),
    [
        (lambda found: found.clear(), "wrote nothing"),
        (shows("ActiveMasterFqdn", ["a", "b"]), "wrote ActiveMasterFqdn as a list of 2 values in place of text"),
        (shows("ActiveMasterFqdn", " "), "there is no active master replicator"),
        (shows("ActiveMasterFqdn", [None]), "there is no active master replicator"),
        (no_agents, "there is no active file transfer agent"),
    ],
)
def test_health_that_is_bad_or_not_known_stops_the_plan(alter: Callable[..., Any], sentence: str) -> None:
    assert sentence in scene.planned(Altered(STATUS, alter, central=True))["msg"]


def test_health_that_is_not_shown_is_not_checked() -> None:
    def hide(objects: list[memory.Object]) -> None:
        for one in objects:
            one.pop("ActiveMasterFqdn")

    result = scene.planned(Altered(STATUS, hide, central=True))
    assert len(scene.findings(result, "unchecked", "health_unread")) == 1
    assert "msg" not in result
