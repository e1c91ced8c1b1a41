# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the account may do: as it is read where the endpoint tells, and what that means for a plan."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.document import from_plain
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import CmdletFailed
from ansible_collections.ucops.lync.plugins.module_utils._modules import lync_deployment_info
from ansible_collections.ucops.lync.plugins.module_utils._rollout.reading import Reading, Rights, Role
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import scene

WRITES = ("New-CsHostingProvider", "Set-CsAccessEdgeConfiguration")
ACCOUNT = "ADATUM\\admin"
CONTROL = "Get-CsAccessEdgeConfiguration"


class Endpoint(memory.Deployment):
    """A deployment behind an endpoint that may tell rights.

    :param offered: what Get-Command lists; None: it is not offered itself.
    :param roles: what Get-CsAdminRoleAssignment tells, by role the properties that Get-CsAdminRole shows; None: it fails.
    """

    def __init__(self, offered: tuple[str, ...] | None = None, roles: dict[str, Any] | None = None) -> None:
        super().__init__()
        self.offered, self.roles = offered, roles
        self.asked: list[str] = []
        self.asked_about: list[str] = []

    def answer(self, cmdlet: Cmdlet) -> list[memory.Object]:
        if cmdlet.name == "Get-Command" and self.offered is not None:
            return [{"Name": name} for name in self.offered]
        if cmdlet.name == "Get-CsAdminRoleAssignment" and self.roles is not None:
            self.asked_about.append(cmdlet.parameters["Identity"])
            return [{"Value": name} for name in self.roles]
        if cmdlet.name == "Get-CsAdminRole" and self.roles is not None:
            self.asked.append(cmdlet.parameters["Identity"])
            return [{"Identity": cmdlet.parameters["Identity"], **self.roles[cmdlet.parameters["Identity"]]}]
        if cmdlet.name.startswith(("Get-Command", "Get-CsAdminRole")):
            raise CmdletFailed(cmdlet.name, "Not offered.", "CommandNotFoundException", "", cmdlet.name)
        return super().answer(cmdlet)


def read(endpoint: Endpoint, account: str = ACCOUNT, restricted: bool = True) -> Rights:
    task = memory.task_of(lync_deployment_info.MODULE, endpoint)
    task.restricted, task.account = restricted, account
    lync_deployment_info.run(task)
    assert task.warnings == []
    return from_plain(Reading, task.result["reading"]).rights


def test_get_command_tells_and_nobody_else_is_asked() -> None:
    endpoint = Endpoint((*WRITES, CONTROL), {"Custom": {}})
    assert read(endpoint) == Rights(ACCOUNT, WRITES)
    assert endpoint.asked == []


def test_get_command_that_does_not_list_what_was_just_run_tells_nothing() -> None:
    assert read(Endpoint(("New-CsHostingProvider",))).offered is None


def test_the_role_that_may_do_everything_is_not_looked_at_more_closely() -> None:
    endpoint = Endpoint(roles={"csadministrator": {}})
    assert read(endpoint).roles == (Role("csadministrator"),)
    assert endpoint.asked == []


def test_another_role_is() -> None:
    roles = {"Custom": {"Cmdlets": list(WRITES), "ConfigScopes": ["Global"]}, "Strange": {}}
    assert read(Endpoint(roles=roles)).roles == (Role("Custom", WRITES, ("Global",)), Role("Strange"))


@pytest.mark.parametrize(
    ("endpoint", "account", "restricted"),
    [(Endpoint(), ACCOUNT, True), (Endpoint(roles={}), ACCOUNT, True), (Endpoint(WRITES), ACCOUNT, False)],
    ids=["nothing is offered", "no role is told", "an endpoint without roles"],
)
def test_nothing_is_told(endpoint: Endpoint, account: str, restricted: bool) -> None:
    rights = read(endpoint, account, restricted)
    assert (rights.offered, rights.roles) == (None, None)


@pytest.mark.parametrize("account", ["", "admin@adatum.example", "admin", "ADATUM\\admin@adatum.example"])
def test_roles_are_asked_for_only_where_the_account_tells_its_sam_account_name(account: str) -> None:
    """Or has none: a ticket, or a certificate."""
    endpoint = Endpoint(roles={"Custom": {}})
    assert read(endpoint, account) == Rights(account)
    assert (endpoint.asked, endpoint.asked_about) == ([], [])
    read(endpoint)
    assert endpoint.asked_about == ["admin"]


# What it means


def planned(rights: dict[str, Any]) -> Any:
    model = memory.Deployment()
    reading = scene.reading(model)
    reading["reading"]["rights"] = {"account": ACCOUNT, **rights}
    return scene.planned(model, reading=reading)


def role(name: str, *cmdlets: str, scopes: tuple[str, ...] = ("Global",)) -> dict[str, Any]:
    return {"name": name, "cmdlets": list(cmdlets), "scopes": list(scopes)}


def test_a_cmdlet_that_is_not_offered_is_a_blocker() -> None:
    result = planned({"offered": ["set-csaccessedgeconfiguration"]})
    assert "does not offer New-CsHostingProvider to this account" in result["msg"]
    assert "Set-CsAccessEdgeConfiguration" not in scene.findings(result, "blocker", "no_right")[0]


@pytest.mark.parametrize(
    ("roles", "sentence"),
    [
        (
            [role("CsViewOnlyAdministrator", CONTROL)],
            "The administrator roles of ADATUM\\admin (CsViewOnlyAdministrator) do not have New-CsHostingProvider, Set-Cs",
        ),
        (
            [role("Half", WRITES[0])],
            "do not have Set-CsAccessEdgeConfiguration, as far as Get-CsAdminRoleAssignment tells",
        ),
        (
            [role("Lisbon", *WRITES, scopes=("Site:Lisbon",))],
            "have New-CsHostingProvider for Site:Lisbon only, and the change is global.",
        ),
    ],
)
def test_what_roles_tell_is_a_warning(roles: list[dict[str, Any]], sentence: str) -> None:
    result = planned({"roles": roles})
    assert "msg" not in result
    assert sentence in scene.findings(result, "warning", "roles_lack")[0]
    assert scene.findings(result, "unchecked", "rights_unread") == []


@pytest.mark.parametrize(
    "rights",
    [
        {"offered": list(WRITES)},
        {"roles": [role("Custom", *WRITES)]},
        {"roles": [role("Custom", *(f"Name={name}" for name in WRITES))]},
        {"roles": [role("Half", WRITES[0]), role("Other", WRITES[1])]},
        {"roles": [role("Lisbon", *WRITES, scopes=("Site:Lisbon",)), role("All", *WRITES)]},
        {"roles": [{"name": "CsAdministrator"}]},
    ],
)
def test_rights_that_suffice_need_no_word(rights: dict[str, Any]) -> None:
    result = planned(rights)
    assert "msg" not in result
    assert scene.findings(result, "warning", "roles_lack") == scene.findings(result, "unchecked", "rights_unread") == []


@pytest.mark.parametrize(
    ("rights", "reason"),
    [
        ({}, "this endpoint does not tell."),
        (
            {"account": "admin@adatum.example"},
            (
                "Get-Command does not tell, and roles are asked for by the SamAccountName, which the form of admin@adatum.example "
                "does not tell (DOMAIN\\name does)."
            ),
        ),
        ({"roles": [{"name": "Custom"}]}, "neither Get-Command nor the account's roles tell."),
    ],
)
def test_rights_that_nothing_tells_are_not_checked(rights: dict[str, Any], reason: str) -> None:
    (sentence,) = scene.findings(planned(rights), "unchecked", "rights_unread")
    assert sentence == f"Whether the account may write: {reason}"
