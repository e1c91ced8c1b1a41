# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""lync_cmdlet, the escape hatch: types, check mode, warnings, errors, and secrets that show nowhere."""

from __future__ import annotations

from typing import Any

import pytest

from support.ansible import task
from support.stage import Stage, Start

pytestmark = [pytest.mark.over_psrp_and_winrm, pytest.mark.side_by_side]

POLICY = "Set-CsExternalAccessPolicy"
LINE = f"{POLICY} -Identity global -EnableOutsideAccess $true"
SECRET = "Gh0st-w0rd'$(x)"


def cmdlet(cmdlet_name: str, parameters: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    keywords = {key: options.pop(key) for key in ("no_log", "ignore_errors", "name") if key in options}
    return task("lync_cmdlet", {"cmdlet": cmdlet_name, "parameters": parameters or {}, **options}, **keywords)


def test_a_reading_cmdlet_runs_in_check_mode_too(stage: Stage) -> None:
    dry = stage.dry_run(cmdlet("Get-CsExternalAccessPolicy", {"Identity": "global"})).one()
    real = stage.run(cmdlet("Get-CsExternalAccessPolicy", {"Identity": "global"})).one()
    assert dry["output"] == real["output"]
    assert (real.changed, real["output"][0]["Identity"]) == (False, "Global")
    assert real.cmdlets == ["Get-CsExternalAccessPolicy -Identity global"]


def test_a_changing_cmdlet(stage: Stage) -> None:
    wish = cmdlet(POLICY, {"Identity": "global", "EnableOutsideAccess": True})
    dry = stage.dry_run(wish)
    assert dry.one().changed
    assert dry.one().cmdlets == [LINE]
    assert LINE in dry.output
    run = stage.run(wish)
    assert run.one().changed
    assert stage.written() == [(POLICY, {"Identity": "global", "EnableOutsideAccess": True})]
    assert stage.read("Get-CsExternalAccessPolicy")[0]["EnableOutsideAccess"] is True


def test_switches_and_typed_values(stage: Stage) -> None:
    stage.run(
        cmdlet("New-CsAllowedDomain", {"Identity": "partner.example", "Comment": "2026"}, switches=["Force"], name="a"),
        cmdlet("Set-CsAllowedDomain", {"Identity": "partner.example", "MarkForMonitoring": True}, name="b"),
        status=None,
    )
    (_first, sent), (_second, second) = stage.written()
    assert sent == {"Identity": "partner.example", "Comment": "2026", "Force": True}
    assert second["MarkForMonitoring"] is True


def test_an_error_of_the_server(stage: Stage) -> None:
    result = stage.run(cmdlet("Remove-CsAllowedDomain", {"Identity": "nowhere.example"}), status=2).one()
    assert "Remove-CsAllowedDomain failed:" in result.message
    assert "nowhere.example" in result.message
    error = result["error"]
    assert error["cmdlet"] == "Remove-CsAllowedDomain"
    assert error["category"] == "ObjectNotFound"
    assert error["id"]
    unknown = stage.run(cmdlet("Get-CsSite", {"Colour": "red"}), status=2).one()
    assert "Colour" in unknown.message
    assert unknown["error"]["id"].startswith("NamedParameterNotFound")


def test_a_warning_of_the_server(stage: Stage) -> None:
    stage.deployment.warn_on_change = True
    stage.run(
        cmdlet(POLICY, {"Identity": "global", "EnableOutsideAccess": True}),
        expect=["Changing this setting affects every Edge Server."],
    )


def test_a_secret_shows_nowhere(stage: Stage) -> None:
    """From a variable, as from a vault: of a task's own text Ansible shows lines when it fails."""
    wishes = [
        cmdlet("Get-CsSite", secure_parameters={"Pin": "{{ pin }}"}, ignore_errors=True, name="refused by the binder"),
        cmdlet(
            "New-CsAllowedDomain",
            {"Identity": "a"},
            secure_parameters={"Pin": "{{ pin }}"},
            ignore_errors=True,
            name="write",
        ),
        cmdlet(
            "Get-CsSite",
            secure_parameters={"Not a name": "{{ pin }}"},
            ignore_errors=True,
            name="refused by the module",
        ),
        cmdlet("Get-CsSite", secure_parameters={"Pin": ["{{ pin }}"]}, ignore_errors=True, name="no text"),
        cmdlet("Get-CsSite", secure_parameters="{{ pin }}", ignore_errors=True, name="no dict"),
    ]
    for options in ([], ["--check", "--diff"]):
        run = stage.run(*wishes, options=[*options, "-vvvvv"], variables={"pin": SECRET}, status=None, expect=None)
        assert len(run.results) == len(wishes)
        for text in (run.output, run.errors, repr([result.data for result in run.results])):
            assert SECRET not in text
            assert "Gh0st" not in text
    arrived = [
        entry for entry in stage.lab.journal.cmdlets() if any(name == "Pin" for name, _value in entry.parameters)
    ]
    assert arrived, "it never left"
    assert {str(dict(entry.parameters)["Pin"]) for entry in arrived} == {"********"}


def test_a_secret_shows_as_asterisks(stage: Stage) -> None:
    result = stage.dry_run(
        cmdlet("Set-CsUser", {"Identity": "ann"}, secure_parameters={"Pin": SECRET}),
    ).one()
    assert result.cmdlets == ["Set-CsUser -Identity ann -Pin ********"]


def test_a_test_cmdlet_in_check_mode(stage: Stage) -> None:
    shown = stage.dry_run(cmdlet("Test-CsTopology")).one()
    assert shown.cmdlets == ["Test-CsTopology"]
    assert not shown.changed
    asked = {"Get-Command", "Import-Module"}  # whether the cmdlet is to be had
    assert {entry.name for entry in stage.arrived()} <= asked
    stage.run(cmdlet("Test-CsTopology", run_in_check_mode=True), options=["--check"], status=None)
    assert {entry.name for entry in stage.arrived()} - asked == {"Test-CsTopology"}


def test_an_edge_and_its_local_store(start: Start) -> None:
    stage = start(situations=("provider-present",))
    result = stage.run(cmdlet("Get-CsHostingProvider", switches=["LocalStore"]), hosts="lync_edge").one()
    assert [found["Identity"] for found in result["output"]] == ["Exchange Online"]
