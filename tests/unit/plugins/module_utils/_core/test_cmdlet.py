# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cmdlet as the line that a person would type."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import SWITCH, Cmdlet, Secret, quoted


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "$true"),
        (False, "$false"),
        (None, "$null"),
        (5061, "5061"),
        (-1, "-1"),
        (2**32, "4294967296"),
        ("UseSourceVerification", "UseSourceVerification"),
        ("exap.um.outlook.com", "exap.um.outlook.com"),
        ("Exchange Online", '"Exchange Online"'),
        ("", '""'),
        ("443", '"443"'),
        ("-Force", '"-Force"'),
        ("it's", '"it\'s"'),
        ("$(Get-Date)", "'$(Get-Date)'"),
        ("a`b", "'a`b'"),
        ('say "yes"', "'say \"yes\"'"),
        ("it's $5", "'it''s $5'"),
        ("\u201cquoted\u201d and \u2019", "'\u201cquoted\u201d and \u2019\u2019'"),
        ("two\nlines", '"two`nlines"'),
        ("tab\tand $x", '"tab`tand `$x"'),
        ("\x1b[2J", '"$([char]27)[2J"'),
        ("\x85", '"$([char]133)"'),
        ("日本語", '"日本語"'),
        ("😀", '"😀"'),
        (["a", "b c"], '@("a", "b c")'),
        ([], "@()"),
        ([1, True, None], "@(1, $true, $null)"),
        ({"Add": "a.example", "Count": 1}, '@{"Add" = "a.example"; "Count" = 1}'),
        ({}, "@{}"),
    ],
)
def test_a_value_is_quoted_as_powershell_reads_it(value: Any, text: str) -> None:
    assert quoted(value) == text


def test_parameters_keep_their_order_and_switches_have_no_value() -> None:
    cmdlet = Cmdlet("Set-CsAccessEdgeConfiguration", {"UseDnsSrvRouting": SWITCH, "EnablePartnerDiscovery": True})
    assert str(cmdlet) == "Set-CsAccessEdgeConfiguration -UseDnsSrvRouting -EnablePartnerDiscovery $true"


def test_a_secret_shows_nowhere() -> None:
    cmdlet = Cmdlet("Set-CsPersonalContact", {"Password": Secret("hunter2")})
    assert str(cmdlet) == "Set-CsPersonalContact -Password ********"
    assert "hunter2" not in repr(cmdlet)
    assert "hunter2" not in quoted([Secret("hunter2"), {"Pin": Secret("hunter2")}])


@pytest.mark.parametrize(
    ("name", "reads", "confirms"),
    [
        ("Get-CsPool", True, False),
        ("get-cspool", True, False),
        ("Test-CsRegistration", True, False),
        ("Set-CsHostingProvider", False, True),
        ("New-CsHostingProvider", False, True),
        ("Remove-CsHostingProvider", False, True),
        ("Grant-CsExternalAccessPolicy", False, True),
        ("Invoke-CsManagementStoreReplication", False, False),
    ],
)
def test_the_verb_tells_what_a_cmdlet_does(name: str, reads: bool, confirms: bool) -> None:
    cmdlet = Cmdlet(name)
    assert (cmdlet.reads, cmdlet.confirms) == (reads, confirms)


def test_a_cmdlet_does_not_change_with_the_dict_it_was_made_from() -> None:
    given = {"Identity": "a"}
    cmdlet = Cmdlet("Get-CsPool", given)
    given["Identity"] = "b"
    assert str(cmdlet) == "Get-CsPool -Identity a"
