# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways to a server: authentications, encryption, module loading."""

from __future__ import annotations

from typing import Any

import pytest

from support.ansible import task
from support.stage import Stage, Start
from support.wishes import EXCHANGE_ONLINE, FEDERATION, SETTINGS, access_edge, hosting_provider

CHECK = task("lync_local_store_check", {"settings": SETTINGS, "timeout": 0})


@pytest.mark.parametrize(
    ("transport", "authentication", "encrypted"),
    [("ntlm-http", "Negotiate", True), ("ntlm-https", "Negotiate", False), ("basic-https", "Basic", False)],
)
def test_an_edge(start: Start, transport: str, authentication: str, encrypted: bool) -> None:
    stage = start(situations=("provider-present",))
    stage.write_inventory(edge_transport=transport)
    assert not stage.run(CHECK, hosts="lync_edge").one().changed
    entries = [entry for entry in stage.lab.journal.requests(since=stage.since) if entry.action]
    assert entries
    assert {(entry.authentication, entry.encrypted) for entry in entries} == {(authentication, encrypted)}
    assert {entry.secure for entry in entries} == {transport.endswith("https")}


def test_negotiate_to_the_cmdlet_only_endpoint(stage: Stage) -> None:
    stage.run(task("lync_access_edge_info"))
    entries = [entry for entry in stage.lab.journal.requests(since=stage.since) if entry.action]
    assert {(entry.path.lower(), entry.authentication, entry.secure) for entry in entries} == {
        ("/ocspowershell", "Negotiate", True)
    }


def test_negotiate_to_an_edge(start: Start) -> None:
    stage = start(situations=("provider-present",))
    stage.write_inventory("ntlm-https", changes={"lync_edge": {}, **_each_edge(stage, ansible_psrp_auth="negotiate")})
    stage.run(CHECK, hosts="lync_edge")
    assert {entry.authentication for entry in stage.lab.journal.requests(since=stage.since) if entry.action} == {
        "Negotiate"
    }


def test_a_certificate_that_nobody_vouches_for(stage: Stage) -> None:
    stage.write_inventory(changes={"all": {"ansible_psrp_ca_cert": None}})
    result = stage.run(task("lync_access_edge_info"), status=4).one()
    assert "TLS to 127.0.0.1" in result.message
    assert "ansible_psrp_ca_cert" in result.message


def test_a_refused_logon_is_not_tried_again(stage: Stage) -> None:
    stage.write_inventory(changes={stage.front_end.name: {"ansible_password": "wrong"}})
    result = stage.run(task("lync_access_edge_info"), status=4).one()
    assert "refused the logon as" in result.message
    assert "no account is locked" in result.message
    assert "wrong" not in result.message
    assert len(stage.lab.journal.logons(succeeded=False, since=stage.since)) == 1


def test_a_cmdlet_outside_the_role(stage: Stage) -> None:
    stage.write_inventory(changes={stage.front_end.name: {"ansible_user": "LYNCLAB\\viewer"}})
    result = stage.run(access_edge(**FEDERATION), status=2).one()
    assert "does not offer Set-CsAccessEdgeConfiguration to this account" in result.message
    assert not result.changed
    assert stage.read("Get-CsAccessEdgeConfiguration")[0]["AllowFederatedUsers"] is False


def test_a_module_that_does_not_load_by_itself(start: Start) -> None:
    stage = start(autoload=False, enterprise=False, situations=("provider-present",))
    stage.write_inventory(changes={stage.front_end.name: {"ansible_psrp_path": "wsman"}})
    stage.run(hosting_provider(**EXCHANGE_ONLINE), options=["--check"])
    names = [entry.name for entry in stage.arrived()]
    assert names.count("Import-Module") == 1
    stage.assert_only_read()
    stage.run(hosting_provider(identity="Exchange Online", enabled=False))
    assert [name for name, _parameters in stage.written()] == ["Set-CsHostingProvider"]
    assert [entry.name for entry in stage.arrived()].count("Import-Module") == 1
    stage.run(CHECK, hosts="lync_edge", status=2)
    assert [entry.name for entry in stage.arrived()].count("Import-Module") == 1


def test_the_second_name_of_the_module(start: Start) -> None:
    stage = start(autoload=False, product="sfb2019")
    stage.run(task("lync_access_edge_info", {"local_store": True}), hosts="lync_edge")
    tried = [dict(entry.parameters)["Name"] for entry in stage.arrived() if entry.name == "Import-Module"]
    assert tried == ["Lync", "SkypeForBusiness"]


def test_an_inventory_without_a_connection(stage: Stage) -> None:
    stage.ansible.write(stage.inventory, {"lync_management": {"hosts": {"lyncfe01.contoso.example": None}}})
    result = stage.run(access_edge(**FEDERATION), status=2).one()
    assert "connection plugin ssh" in result.message
    for line in ("ansible_connection: psrp", "ansible_psrp_path: OcsPowershell", "ansible_port: 443"):
        assert line in result.message


def _each_edge(stage: Stage, **variables: Any) -> dict[str, dict[str, Any]]:
    return {edge.name: variables for edge in stage.edges}
