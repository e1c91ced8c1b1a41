# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hybrid playbook on a healthy deployment of three sites: dry run, real run, a run with nothing left to do."""

from __future__ import annotations

from conftest import Start

from support.rollout import DOCUMENTED, SHOWN, Line, dry_rollout, rollout

EDGES = [f"lyncedge{number:02}.contoso.example" for number in range(1, 7)]
SITES = {"Lisbon": EDGES[:2], "Osaka": EDGES[4:], "Zurich": EDGES[2:4]}
MANAGEMENT = "lyncfe01.contoso.example"


def indented(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def test_dry_run_real_run_third_run(start: Start) -> None:
    stage = start(sites=3, edges=2)
    before = stage.deployment.content

    dry = dry_rollout(stage)
    assert [line for line in dry.run.output.splitlines() if line.startswith(("Set-", "New-"))] == SHOWN
    assert "\n".join(
        ["contoso.example: 6 Edge Servers, contoso.example, sales.contoso.example, all sites", *indented(SHOWN)]
    ) in (dry.run.output)
    assert [(line.site, line.edge) for line in dry.table] == [(site, edge) for site in SITES for edge in SITES[site]]
    assert {(line.central, line.content, line.outcome) for line in dry.table} == {
        ("would change", "will differ until replicated", "will be replicated")
    }
    assert dry.closing[0] == (
        "Dry run, nothing was changed: 0 of 6 Edge Servers in the topology match the desired state already, 6 will "
        "differ until replicated."
    )
    assert dry.changed == {MANAGEMENT: 2}
    assert stage.deployment.content is before

    real = rollout(stage)
    assert stage.written() == DOCUMENTED
    assert stage.written(MANAGEMENT) == DOCUMENTED
    names = [entry.name for entry in stage.arrived()]
    assert {"Get-CsPool", "Get-CsPublicProvider", "Get-CsManagementStoreReplicationStatus"} <= set(
        names[: names.index(DOCUMENTED[0][0])]
    ), "the preflight comes before the first write"
    between = names[names.index(DOCUMENTED[0][0]) : names.index(DOCUMENTED[1][0])]
    assert "Get-CsManagementStoreReplicationStatus" in between
    assert len({entry.shell for entry in stage.arrived(MANAGEMENT)}) == 1, "one session over all plays"
    for edge in EDGES:
        assert [entry.name for entry in stage.arrived(edge)][:2] == [
            "Get-CsAccessEdgeConfiguration",  # read ahead, while the module loads
            "Get-CsHostingProvider",
        ]
        assert len({entry.shell for entry in stage.arrived(edge)}) == 1, "one session for each Edge Server"
    assert {(line.central, line.content, line.outcome) for line in real.table} == {("changed", "matches", "verified")}
    assert all(line.status.startswith("replicated (") for line in real.table)
    assert real.closing == [
        "6 of 6 Edge Servers in the topology verified.",
        (
            "Configuration proven on 6 of 6 Edge Servers, but no global or site policy allows outside access; user policies were "
            "not read; federation traffic, DNS records of contoso.example, sales.contoso.example, certificates and the tenant's "
            "side not tested; next: settle that, then sign in to Outlook on the web as a test user."
        ),
    ]
    assert "\nreplication: 1 of 1 deployments up to date\n" in real.run.output
    assert "\nlocal stores: 6 of 6 Edge Servers match the desired state\n" in real.run.output
    assert real.run.one("Wait until the change has replicated")["proven"] is True
    assert real.changed == {MANAGEMENT: 2}
    for machine in [stage.front_end, *stage.edges]:
        provider = stage.read("Get-CsHostingProvider", machine)
        assert [{name: one[name] for name in DOCUMENTED[0][1]} for one in provider] == [DOCUMENTED[0][1]], machine.name
        assert stage.read("Get-CsAccessEdgeConfiguration", machine)[0]["AllowFederatedUsers"] is True

    third = rollout(stage)
    assert third.changed == {}
    assert stage.written() == []
    assert third.table[0] == Line(
        "contoso.example", "Lisbon", EDGES[0], "compliant", "up to date", "matches", "verified"
    )
    assert third.closing[0] == "6 of 6 Edge Servers in the topology verified."
