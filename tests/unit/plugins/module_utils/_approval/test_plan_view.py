# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The renderings of a plan: what a board asks first comes first, and nothing that a server named acts on anybody."""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._approval.plan_file import (
    as_json,
    from_json,
    plan_file,
    stem,
)
from ansible_collections.ucops.lync.plugins.module_utils._approval.plan_page import as_page
from ansible_collections.ucops.lync.plugins.module_utils._approval.plan_text import as_text
from ansible_collections.ucops.lync.plugins.module_utils._approval.plan_view import view
from ansible_collections.ucops.lync.plugins.module_utils._core.document import from_plain
from ansible_collections.ucops.lync.plugins.module_utils._rollout.plan import Plan
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import scene

DISABLED = memory.provider("Exchange Online", "exap.um.outlook.com", Enabled=False)
HOSTILE = "\x1b[2J<script>alert(1)</script>\n\u202eevil{{ 7 * 7 }}"


def planned(deployment: memory.Deployment, **options: Any) -> Plan:
    return from_plain(Plan, scene.planned(deployment, **options)["plan"])


def text_of(plan: Plan) -> str:
    return as_text(view(plan_file(plan, 0.0)))


def page_of(plan: Plan) -> str:
    return as_page(view(plan_file(plan, 0.0)))


class Tags(HTMLParser):
    """What a browser would see."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_what_a_board_asks_first_comes_first() -> None:
    text = text_of(planned(memory.Deployment()))
    order = [
        "\nRisk\n",
        "\nWho becomes reachable\n",
        "\nConsents\n",
        "\nThe way back\n",
        "\nCmdlets, in this order\n",
        "\nChange 1 of 2: hosting provider 'Exchange Online' (new)\n",
        "\nChange 2 of 2: access edge 'global' (changed)\n",
        "\nProviders that stay as they are\n",
        "\nEdge Servers: topology, inventory, and their own stores today\n",
        "\nExcused from the proof\n",
        "\nNot checked from here\n",
        "\nWhat has to be the same on the day\n",
        "\nWhat an approval does not prevent\n",
        "\nApproval\n",
    ]
    places = [text.find(heading) for heading in order]
    assert -1 not in places
    assert places == sorted(places)


def test_the_cmdlets_are_ready_to_be_pasted() -> None:
    plan = planned(memory.Deployment())
    lines = text_of(plan).splitlines()
    assert [f"    {cmdlet}" in lines for cmdlet in (*plan.cmdlets, *plan.way_back)] == [True] * 4
    assert "AllowFederatedUsers  False    True" in lines


def test_all_renderings_print_the_fingerprint() -> None:
    file = plan_file(planned(memory.Deployment()), 0.0)
    for text in (as_text(view(file)), as_page(view(file)), as_json(file)):
        assert file.fingerprint in text
    assert stem(file, 0.0) == f"adatum-19700101T000000Z-{file.fingerprint[:12]}"


def test_the_document_comes_back() -> None:
    file = plan_file(planned(memory.Deployment()), 0.0)
    assert from_json(as_json(file)) == file


@pytest.mark.parametrize(
    ("deployment", "options", "mark"),
    [
        (memory.Deployment(), {}, ""),
        (memory.Deployment(hosting=[DISABLED]), {}, "NOT APPROVABLE"),
        (memory.Deployment(hosting=[DISABLED]), {"accept": ["enable_disabled_provider"]}, ""),
        (memory.Deployment(), {"edge_verification": "none"}, "NOT APPROVABLE"),
        (memory.Deployment({"AllowFederatedUsers": True}, [{**DISABLED, "Enabled": True}]), {}, "NOTHING TO CHANGE"),
    ],
)
def test_what_is_not_approvable_says_so_above_all(deployment: memory.Deployment, options: Any, mark: str) -> None:
    plan = planned(deployment, **options)
    assert text_of(plan).startswith(mark or "Plan for deployment adatum")
    page = Tags(page_of(plan)).text
    assert ("NOT APPROVABLE" in page, "NOTHING TO CHANGE" in page) == (
        mark == "NOT APPROVABLE",
        mark == "NOTHING TO CHANGE",
    )
    assert ("valid_until" in page) is (mark == ""), "only what can be approved has the template"


def test_consents_are_given_or_missing() -> None:
    deployment = memory.Deployment(hosting=[DISABLED])
    for accept, state in (([], "MISSING"), (["enable_disabled_provider"], "given")):
        assert f"enable_disabled_provider  {state}" in text_of(planned(deployment, accept=accept))


def test_companions_stand_beside_what_changes() -> None:
    wanted = {"hybrid_access_edge": {"discovered_partner_verification_level": "AlwaysUnverifiable"}}
    text = text_of(planned(memory.Deployment(), variables=wanted))
    assert re.search(r"^EnablePartnerDiscovery +False +False \(stated, so that it stays\)$", text, re.MULTILINE)


def hostile() -> Plan:
    """A deployment whose every name was chosen by somebody who wants something."""
    other = memory.provider(f"Partner{HOSTILE}", "sip.partner.example")
    plan = planned(memory.Deployment(hosting=[other]))
    edge = replace(plan.edges[0], fqdn=f"edge{HOSTILE}", reason=HOSTILE)
    return replace(plan, title=f"adatum{HOSTILE}", edges=(edge,), reached=(HOSTILE,), sites=(HOSTILE,))


def test_what_a_server_named_is_shown_and_does_nothing() -> None:
    found = Tags(page_of(hostile()))
    assert "script" not in found.seen
    assert {"img", "iframe", "link", "object", "a", "form", "base"}.isdisjoint(found.seen)
    assert not [name for name, _value in found.attributes if name.startswith("on") or name in ("src", "href", "style")]
    assert "\\x1b[2J<script>alert(1)</script>\\n\\u202eevil{{ 7 * 7 }}" in found.text
    text = text_of(hostile())
    assert not {"\x1b", "\u202e", "\r"} & set(text + page_of(hostile()))
    assert text.isprintable() or set(text) - {"\n"} == {one for one in text if one.isprintable()}


def test_its_name_as_a_file_is_harmless() -> None:
    name = stem(plan_file(replace(hostile(), title="../../etc/passwd\n\x1b"), 0.0), 0.0)
    assert name.startswith("etc_passwd-19700101T000000Z-")
    assert "/" not in name


def test_the_document_is_rendered_again_as_it_was() -> None:
    """Its JSON is sorted by keys, the settings of a cmdlet are not."""
    held = memory.Deployment(hosting=[memory.provider("Exchange Online", "exap.um.outlook.com")])
    for deployment in (memory.Deployment(), held):
        file = plan_file(planned(deployment), 0.0)
        assert view(from_json(as_json(file))) == view(file)


def test_a_way_back_is_called_one() -> None:
    assert text_of(replace(planned(memory.Deployment()), undoes="record.jsonl")).startswith(
        "Way back for deployment adatum"
    )


def test_the_plan_of_the_documentation_is_what_is_printed_of_its_document() -> None:
    """To mend it, run ``make demo-window``, and take document and text from ``.build/demo-window/plans``."""
    checkout = Path(__file__).parents[5]
    document = (checkout / "tests/integration/support/plan.json").read_text(encoding="utf-8")
    page = (checkout / "docs/docsite/rst/change_window.rst").read_text(encoding="utf-8")
    shown = page.partition(".. code-block:: text\n")[2].partition("\nWhat this does not prove\n")[0]
    assert textwrap.dedent(shown).strip("\n") == as_text(view(from_json(document))).strip("\n")
