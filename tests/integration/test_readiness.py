# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the readiness modules find on a lab whose zones and Access Edges answer, over both kinds of connection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from support.ansible import play, task
from support.run import Run
from support.stage import Stage, Start

Rows = list[tuple[str, str, str]]


@pytest.fixture(scope="module")
def stage(start_for_module: Start) -> Stage:
    return start_for_module(
        sites=2, edges=1, delegation=True, outside=True, situations=("srv-missing:sales.contoso.example",)
    )


def plays(**options: Any) -> list[Any]:
    """Read the deployment, then check each Edge Server with what was read."""
    read = task("lync_deployment_info", {"nouns": []}, register="deployment")
    reading = "{{ hostvars[groups.lync_management[0]].deployment.reading }}"
    check = task("lync_edge_readiness_info", {"reading": reading, **options})
    return [play([read]), play([check], "lync_edge")]


def rows(run: Run, host: str, name: str = "lync_edge_readiness_info") -> Rows:
    found = next(result for result in run.results if result.task == name and result.host.startswith(host))
    assert found.status == "ok"
    return [(row["check"], row["subject"], row["outcome"]) for row in found.data["rows"]]


@pytest.mark.parametrize("transport", ["ntlm-http", "winrm-https"])
def test_an_edge_server(stage: Stage, transport: str) -> None:
    stage.write_inventory(transport)
    run = stage.play(plays())
    stage.assert_only_read()
    assert rows(run, "lyncedge01") == [
        ("federation record", "contoso.example", "good"),
        ("federation record", "sales.contoso.example", "bad"),
        ("certificate expiry", "sip.contoso.example", "good"),
        ("certificate name", "sip.contoso.example", "good"),
        ("TLS 1.2", "5.0.8308.0", "not checked"),
    ]
    assert ("certificate name", "sip02.contoso.example", "good") in rows(run, "lyncedge02")


def test_windows_server_2008_r2(stage: Stage) -> None:
    stage.write_inventory()
    for edge in stage.edges:
        edge.has_dns_client = False
    try:
        found = rows(stage.play(plays()), "lyncedge01")
    finally:
        for edge in stage.edges:
            edge.has_dns_client = True
    assert [outcome for check, _of, outcome in found if check == "federation record"] == ["not checked"] * 2
    assert not [entry for entry in stage.arrived() if entry.name == "Import-Module"]


def test_from_the_controller(stage: Stage, tmp_path: Path) -> None:
    outside = stage.lab.outside
    assert outside is not None
    outside.write_authorities(tmp_path / "ca.pem")
    options = {
        "sip_domains": ["contoso.example", "sales.contoso.example"],
        "access_edges": ["sip.contoso.example", "sip09.contoso.example"],
        "name_servers": [outside.name_server],
        "ca_file": str(tmp_path / "ca.pem"),
    }
    run = stage.run(task("lync_external_readiness_info", options))
    assert stage.arrived() == []
    assert rows(run, "lyncfe01", "lync_external_readiness_info") == [
        ("federation record", "contoso.example", "good"),
        ("federation record", "sales.contoso.example", "bad"),
        ("TLS handshake", "sip.contoso.example", "good"),
        ("certificate expiry", "sip.contoso.example", "good"),
        ("certificate name", "sip.contoso.example", "good"),
        ("TLS handshake", "sip09.contoso.example", "not checked"),
    ]
