# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any text that can travel survives from YAML to the store and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lynclab.deployment.store import StoreContent
from support.ansible import task
from support.stage import Stage, Start
from support.wishes import EXCHANGE_ONLINE

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=40)
NASTY = [
    'it\'s "quoted" \u2018so\u2019 \u201cand so\u201d',
    "$(Remove-CsHostingProvider -Identity *) ${env:PATH} `n `$x",
    "two\nlines\r\nand a tab\t; and | more & done",
    "{{ not_a_variable }} {% raw %} {# #}",
    "Zürich Ελλάδα Москва 東京 서울 القاهرة עברית हिन्दी ไทย",
    "😀👩‍👩‍👧‍👦🏴\U000e0067\U000e0062 e\u0301 é",
    "_x000A_ _x005F_ <&>]]> \x01\x1f\x7f\x85\u2028\ufeff",
    "  spaces around  ",
    "-Identity",
    "yes",
    "null",
    "1e3",
    "\\\\server\\share",
    "C:\\temp\\*?[a]",
]


class Verbatim(str):
    """Text that Ansible is not to take for a template."""


def verbatim(text: str) -> str:
    """Text as a user has to write it: with ``!unsafe`` where a template begins (and only there: ``!unsafe "1"`` is 1)."""
    return Verbatim(text) if any(opening in text for opening in ("{{", "{%", "{#")) else text


class Dumper(yaml.SafeDumper):
    pass


Dumper.add_representer(Verbatim, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text), style='"'))


@pytest.fixture(scope="module")
def stage(start_for_module: Start) -> Stage:
    return start_for_module()


def distinct(texts: list[str]) -> list[str]:
    """Names of providers that differ by more than case."""
    found = {text.upper().casefold(): text for text in texts if text.strip()}
    return list(found.values())


@example(texts=NASTY)
@given(texts=st.lists(ANY_TEXT, min_size=5, max_size=15))
@settings(max_examples=4, suppress_health_check=list(HealthCheck))
def test_from_yaml_to_the_store_and_back(stage: Stage, texts: list[str]) -> None:
    texts = distinct(texts)
    stage.deployment.seed(lambda content: StoreContent())
    providers = [
        {"identity": verbatim(text), "proxy_fqdn": f"p{number}.example", "url": verbatim(text[::-1])}
        for number, text in enumerate(texts)
    ]
    variables = written(stage.folder / "texts.yml", {"providers": providers})
    wish = EXCHANGE_ONLINE | {
        "identity": "{{ item.identity }}",
        "proxy_fqdn": "{{ item.proxy_fqdn }}",
        "autodiscover_url": "{{ item.url }}",
    }
    tasks = [
        task("lync_hosting_provider", wish, name=name, loop="{{ providers }}", loop_control={"label": "one"})
        for name in ("Create", "Again")
    ]
    run = stage.run(*tasks, task("lync_hosting_provider_info", name="Read"), options=["-e", f"@{variables}"])

    wanted = [(text, f"p{number}.example", text[::-1]) for number, text in enumerate(texts)]
    held = stage.deployment.content.hosting_providers.values()
    assert [(item["Identity"], item["ProxyFqdn"], item["AutodiscoverUrl"]) for item in held] == wanted
    read = run.one("Read")["hosting_providers"]
    assert [(found["identity"], found["proxy_fqdn"], found["autodiscover_url"]) for found in read] == wanted
    assert [
        (found["Identity"], found["ProxyFqdn"], found["AutodiscoverUrl"])
        for found in stage.read("Get-CsHostingProvider")
    ] == wanted
    items = [result for result in run.results if result.status == "item ok"]
    assert [result.changed for result in items] == [True] * len(texts) + [False] * len(texts)


@given(texts=st.lists(ANY_TEXT, min_size=5, max_size=15))
@settings(max_examples=2, suppress_health_check=list(HealthCheck))
def test_through_the_escape_hatch(stage: Stage, texts: list[str]) -> None:
    """The comment of an allowed domain, also inside a list of parameters."""
    stage.deployment.seed(lambda content: StoreContent())
    domains = [{"identity": f"d{number}.example", "comment": verbatim(text)} for number, text in enumerate(texts)]
    variables = written(stage.folder / "texts.yml", {"domains": domains})
    new = {
        "cmdlet": "New-CsAllowedDomain",
        "parameters": {"Identity": "{{ item.identity }}", "Comment": "{{ item.comment }}"},
    }
    stage.run(
        task("lync_cmdlet", new, name="Create", loop="{{ domains }}", loop_control={"label": "one"}),
        options=["-e", f"@{variables}"],
    )
    assert [item["Comment"] for item in stage.deployment.content.allowed_domains.values()] == texts


def written(path: Path, data: Any) -> Path:
    """Write variables as a user writes them in YAML. (PyYAML loses U+0085 where it does not escape it.)"""
    path.write_text(yaml.dump(data, Dumper=Dumper, sort_keys=False), encoding="utf-8")
    return path
