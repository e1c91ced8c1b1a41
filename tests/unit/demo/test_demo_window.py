# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo of a change window fails where another thing happens than it tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from demo_window import COLLEAGUES, FAILED, Window, again, back_dry, is_back, refused, typed
from stage import CHECKOUT, Ansible, DemoFailed, Run, Stage, ansible_in, expect_documented
from store import Objects, Store

RECAP = "\nPLAY RECAP ***\nfe1 : ok=5 changed={} failed=1\n"
BEFORE = {"Get-CsAccessEdgeConfiguration": [{"AllowFederatedUsers": "False"}], "Get-CsHostingProvider": []}
REFUSED = "Deployment x is not approved: enabled provider Fabrikam (sip.fabrikam.example, enabled) is new." + RECAP


@dataclass
class FakeStage:
    """Plays nothing: what a run prints is given, and may write to the store."""

    output: str
    writes: Mapping[str, Any] = field(default_factory=dict)
    store: FakeStore | None = None
    folder: Path = CHECKOUT / ".build/demo-window"
    statuses: list[int] = field(default_factory=list)

    def play(self, _headline: str, *_options: str, playbook: str = "hybrid", status: int = 0) -> Run:
        assert playbook in ("hybrid", "rollback")
        self.statuses.append(status)
        if self.store is not None:
            self.store.content = {**self.store.content, **self.writes}
        return Run(self.output)


@dataclass
class FakeStore:
    content: Mapping[str, Any]
    typed: list[str] = field(default_factory=list)
    keeps: bool = False

    def read(self) -> dict[str, Objects]:
        return dict(self.content)

    def invoke(self, cmdlet: str, parameters: Mapping[str, str | bool]) -> None:
        self.typed.append(cmdlet)
        if cmdlet == "New-CsHostingProvider":
            self.content = {**self.content, "Get-CsHostingProvider": [dict(parameters)]}
        elif not self.keeps:
            self.content = BEFORE


def window(output: str, store: FakeStore, writes: Mapping[str, Any] | None = None) -> tuple[Window, FakeStage]:
    stage = FakeStage(output, writes or {}, store)
    return Window(cast(Stage, stage), cast(Store, store)), stage


def test_a_run_is_refused_and_the_colleague_takes_the_provider_out_again() -> None:
    store = FakeStore(BEFORE)
    shown, stage = window(REFUSED.format(0), store)
    refused(shown)
    assert stage.statuses == [FAILED]
    assert store.typed == ["New-CsHostingProvider", "Remove-CsHostingProvider"]


@pytest.mark.parametrize(
    ("output", "writes", "keeps", "failure"),
    [
        (RECAP.format(0), {}, False, "does not say that the deployment is not approved"),
        ("Deployment x is not approved: it expired." + RECAP.format(0), {}, False, "does not say 'enabled provider"),
        (REFUSED.format(1), {}, False, "changed something"),
        (REFUSED.format(0), {"Get-CsHostingProvider": []}, False, "changed the deployment"),
        (REFUSED.format(0), {}, True, "not as it was planned for"),
    ],
)
def test_where_it_is_not_the_demo_fails(output: str, writes: dict[str, Any], keeps: bool, failure: str) -> None:
    with pytest.raises(DemoFailed, match=failure):
        refused(window(output, FakeStore(BEFORE, keeps=keeps), writes)[0])


@pytest.mark.parametrize(
    ("output", "failure"),
    [
        (RECAP.format(0), "nothing to do"),
        ("Nothing to do: proof only." + RECAP.format(2), "changed something"),
        ("Nothing to do: proof only." + RECAP.format(0), "does not say '6 of 6"),
    ],
)
def test_a_second_run_that_proves_nothing_fails_the_demo(output: str, failure: str) -> None:
    with pytest.raises(DemoFailed, match=failure):
        again(window(output, FakeStore(BEFORE))[0])


@pytest.mark.parametrize(
    ("output", "failure"),
    [
        (RECAP.format(0), "does not ask for the consent"),
        ("NEEDS CONSENT (federation_off): x" + RECAP.format(0), "not that of the approved plan"),
    ],
)
def test_a_way_back_without_consent_or_approval_fails_the_demo(output: str, failure: str) -> None:
    with pytest.raises(DemoFailed, match=failure):
        back_dry(window(output, FakeStore(BEFORE))[0])


@pytest.mark.parametrize(
    ("federated", "enabled", "back"), [("False", "False", True), ("True", "False", False), ("False", "True", False)]
)
def test_back_is_what_the_store_says(federated: str, enabled: str, back: bool) -> None:
    provider = {"Identity": "Exchange Online", "Enabled": enabled}
    content = {
        "Get-CsAccessEdgeConfiguration": [{"AllowFederatedUsers": federated}],
        "Get-CsHostingProvider": [provider],
    }
    assert is_back(content) is back


def test_what_the_colleague_types_is_shown_as_it_is_typed() -> None:
    shown = typed("New-CsHostingProvider", COLLEAGUES)
    assert shown.startswith(
        "New-CsHostingProvider -Identity Fabrikam -Enabled $true -EnabledSharedAddressSpace $false "
    )


def test_other_cmdlets_than_the_documented_fail_the_demo() -> None:
    with pytest.raises(DemoFailed, match="none"):
        expect_documented([])


def test_another_environment_has_the_collection_installed() -> None:
    found = ansible_in(["/env"])
    assert (found.tools, found.playbook.format("rollback")) == (Path("/env/bin"), "ucops.lync.rollback")
    assert ansible_in([]) == Ansible()
