# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo reads the output of ansible-playbook: it must not see a success that is none."""

from __future__ import annotations

import pytest
from ansible_output import Shown, changing_cmdlets, recap, without_way_back

CREATE = Shown(
    "New-CsHostingProvider", {"Identity": "Exchange Online", "Enabled": "$true", "ProxyFqdn": "exap.example"}
)


@pytest.mark.parametrize(
    "text",
    [
        "New-CsHostingProvider -Identity 'Exchange Online' -Enabled $true -ProxyFqdn exap.example",
        'New-CsHostingProvider -ProxyFqdn "exap.example" -Enabled:$true -Identity "Exchange Online"',
        r'"msg": "New-CsHostingProvider -Identity \"Exchange Online\" -Enabled $true -ProxyFqdn exap.example."',
        "\x1b[0;32m+ New-CsHostingProvider -Identity 'Exchange Online' -Enabled $true -ProxyFqdn exap.example\x1b[0m",
        "New-CsHostingProvider -Identity 'Exchange Online' -Enabled $true -ProxyFqdn exap.example -Confirm:$false",
    ],
)
def test_a_cmdlet_is_recognised_in_whatever_order_and_quotes(text: str) -> None:
    assert changing_cmdlets(text) == [CREATE]


def test_a_doubled_quote_stands_for_one() -> None:
    assert changing_cmdlets("Set-CsThing -Name 'it''s'") == [Shown("Set-CsThing", {"Name": "it's"})]


def test_a_cmdlet_shown_twice_is_one() -> None:
    line = "Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true\n"
    assert changing_cmdlets(line * 2) == [Shown("Set-CsAccessEdgeConfiguration", {"AllowFederatedUsers": "$true"})]


def test_reading_cmdlets_and_names_in_prose_are_no_changes() -> None:
    assert (
        changing_cmdlets("Get-CsHostingProvider -LocalStore; Test-CsFoo -A b; what Set-CsAccessEdgeConfiguration sets")
        == []
    )


def test_the_way_back_of_a_plan_is_not_what_it_would_do() -> None:
    plan = (
        "  Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true\n"
        "\x1b[0;33m  Way back: Set-CsAccessEdgeConfiguration -AllowFederatedUsers $false; Set-CsThing -Name a\x1b[0m\n"
        "  Remove-CsThing -Name b\n"
    )
    assert changing_cmdlets(without_way_back(plan)) == [
        Shown("Set-CsAccessEdgeConfiguration", {"AllowFederatedUsers": "$true"}),
        Shown("Remove-CsThing", {"Name": "b"}),
    ]


def test_the_recap_counts_by_host() -> None:
    output = (
        "TASK [x] ***\nchanged: [fe1]\n\nPLAY RECAP *****\n"
        "\x1b[0;33mfe1\x1b[0m    : \x1b[0;32mok=5   \x1b[0m changed=2    unreachable=0    failed=0    skipped=1\n"
        "edge1.contoso.com : ok=1 changed=0 unreachable=1 failed=0\n"
    )
    assert recap(output) == {
        "fe1": {"ok": 5, "changed": 2, "unreachable": 0, "failed": 0, "skipped": 1},
        "edge1.contoso.com": {"ok": 1, "changed": 0, "unreachable": 1, "failed": 0},
    }


def test_output_without_a_recap_has_none() -> None:
    assert recap("fe1 : ok=1 changed=0\n") == {}
