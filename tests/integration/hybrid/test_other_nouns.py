# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hybrid playbook with ``hybrid_settings``: nouns that it does not name, from plan to proof beside the documented ones."""

from __future__ import annotations

from conftest import Start

from support.rollout import DOCUMENTED, FEDERATION, PROVIDER, SHOWN, dry_rollout, rollout

MANAGEMENT = "lyncfe01.contoso.example"
SETTINGS = {
    "external_access_policy": {"global": {"enable_outside_access": True}},
    "allowed_domain": {"fabrikam.example": {"comment": "partner"}},
}
POLICY = ("Set-CsExternalAccessPolicy", {"Identity": "Global", "EnableOutsideAccess": True})
DOMAIN = ("New-CsAllowedDomain", {"Identity": "fabrikam.example", "Comment": "partner"})
LINES = [
    "Set-CsExternalAccessPolicy -Identity Global -EnableOutsideAccess $true",
    "New-CsAllowedDomain -Identity fabrikam.example -Comment partner",
]


def test_other_nouns_are_written_replicated_proven_and_shown_with_the_documented_ones(start: Start) -> None:
    stage = start()
    variables = {"hybrid_settings": SETTINGS}

    dry = dry_rollout(stage, variables=variables)
    shown = [line.strip() for line in dry.run.output.splitlines() if line.startswith(("  Set-Cs", "  New-Cs"))]
    assert shown == [SHOWN[0], *LINES, SHOWN[1]], "the plan shows them, federation last"
    assert dry.outcomes == {"lyncedge01": "will be replicated"}
    assert dry.line("lyncedge01").content == "will differ until replicated"

    real = rollout(stage, variables=variables)
    assert stage.written() == [PROVIDER, POLICY, DOMAIN, FEDERATION]
    assert real.changed == {MANAGEMENT: 4}
    assert (real.line("lyncedge01").content, real.outcomes) == ("matches", {"lyncedge01": "verified"})
    assert real.line("lyncedge01").status.startswith("replicated (")
    for machine in (stage.front_end, stage.edges[0]):
        assert [one["EnableOutsideAccess"] for one in stage.read("Get-CsExternalAccessPolicy", machine)] == [True]
        assert [one["Comment"] for one in stage.read("Get-CsAllowedDomain", machine)] == ["partner"]

    again = rollout(stage, variables=variables)
    assert (again.changed, stage.written()) == ({}, [])
    assert again.outcomes == {"lyncedge01": "verified"}


def test_an_edge_server_that_lacks_one_of_them_is_named_with_it(start: Start) -> None:
    """Its replica no longer takes packages, though its status says that it is up to date."""
    stage = start(situations=("edge-stuck-content",))
    found = rollout(stage, variables={"hybrid_settings": SETTINGS, "hybrid_content_timeout": 0.5}, status=2)
    assert [written for written in stage.written() if written not in DOCUMENTED] == [POLICY, DOMAIN]
    assert found.outcomes == {"lyncedge01": "differs"}
    ((host, sentence),) = found.failures.items()
    assert host == stage.edges[0].name
    assert "external access policy 'global': enable_outside_access: desired True, found False" in sentence
    assert "allowed domain 'fabrikam.example': state: desired 'present', found 'absent'" in sentence
