# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file of an approval: these keys, each once, each a text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._approval.approval import Approval, approval_of, template
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused

FIELDS = {
    "deployment": "adatum",
    "fingerprint": "0123456789" * 6 + "abcd",
    "change_number": "0040127",
    "approved_by": "alice@contoso.example",
    "valid_from": "2026-11-28T20:00:00+01:00",
    "valid_until": "2026-11-29",
}


def as_yaml(**changes: Any) -> str:
    return "".join(f"{key}: {value}\n" for key, value in {**FIELDS, **changes}.items() if value is not None)


@pytest.mark.parametrize(
    "text",
    [as_yaml(), json.dumps(FIELDS), json.dumps(FIELDS, indent="\t"), f"# of Wednesday\n---\n{as_yaml()}"],
    ids=["yaml", "json", "json with tabs", "yaml with a comment"],
)
def test_yaml_and_json_and_nothing_becomes_a_number_or_a_date(text: str) -> None:
    assert approval_of(text) == Approval(**FIELDS)


def test_no_number_of_a_json_file_is_written_otherwise() -> None:
    for indent in (None, "\t"):
        text = json.dumps({**FIELDS, "change_number": 0}, indent=indent).replace("0,", "1.50,")
        assert approval_of(text).change_number == "1.50"
        assert approval_of(text.replace("1.50,", "true,")).change_number == "true"


def test_what_is_not_known_is_refused() -> None:
    with pytest.raises(
        Refused, match="an approval has no change, valid; it has deployment, fingerprint, change_number"
    ):
        approval_of(as_yaml() + "valid: always\nchange: 1\n")


@pytest.mark.parametrize("key", FIELDS)
@pytest.mark.parametrize("value", [None, "", "null", "~", '""'])
def test_what_is_missing_or_empty_is_refused(key: str, value: str | None) -> None:
    with pytest.raises(Refused, match=f"it lacks {key}"):
        approval_of(as_yaml(**{key: value}))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (as_yaml() + "valid_until: 2030-01-01\n", "it has valid_until twice"),
        (as_yaml(approved_by="[alice, bob]"), "not a single text"),
        (as_yaml(approved_by="{a: b}"), "not a single text"),
        ("", "it is no mapping"),
        ("- a", "it is no mapping"),
        ("[1]", "it is no mapping"),
        (as_yaml() + "#" * 65536, "it has more than 65536 characters"),
        ('{"deployment": "a", "deployment": "b"}', "it has deployment twice"),
        ('{"deployment":\t"a",\t"deployment": "b"}', "it has deployment twice"),
        (json.dumps({**FIELDS, "approved_by": ["alice", "bob"]}, indent="\t"), "not a single text"),
        (json.dumps({**FIELDS, "approved_by": {"a": "b"}}, indent="\t"), "not a single text"),
        (json.dumps({**FIELDS, "approved_by": None}, indent="\t"), "it lacks approved_by"),
        (json.dumps({**FIELDS, "approved_by": " "}, indent="\t"), "it lacks approved_by"),
        ("a: b: c", r"neither YAML nor JSON \(line 1\)"),
        ("a: b\n---\na: b", "neither YAML nor JSON"),
        ("\x00", "neither YAML nor JSON"),
        ("a: *b", "neither YAML nor JSON"),
        ("[" * 5000, "neither YAML nor JSON|no mapping"),
        (as_yaml(fingerprint="0123"), "not the 64 hexadecimal digits"),
        (as_yaml(fingerprint=FIELDS["fingerprint"].upper()), "not the 64 hexadecimal digits"),
        (as_yaml(valid_from="2026-11-28T20:00:00"), "valid_from must be a date"),
        (as_yaml(valid_until="never"), "valid_until must be a date"),
        (as_yaml(valid_until="2026-11-27"), "it ends"),
        (as_yaml(valid_from="2026-11-30", valid_until="2026-11-29"), "before it begins"),
    ],
)
def test_what_is_no_approval_says_why(text: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        approval_of(text)


def test_the_digest_is_of_what_it_says_not_of_how_it_is_laid_out() -> None:
    one, same = approval_of(as_yaml()), approval_of(json.dumps(FIELDS, indent=4))
    assert one.digest == same.digest
    assert approval_of(as_yaml(valid_until="2026-11-30")).digest != one.digest


def test_the_template_lacks_only_what_the_approver_knows() -> None:
    text = template('a "quoted": name', FIELDS["fingerprint"])
    with pytest.raises(Refused, match="it lacks change_number, approved_by, valid_from, valid_until"):
        approval_of(text)
    completed = text.replace("change_number:", "change_number: 1").replace("approved_by:", "approved_by: alice")
    completed = completed.replace("valid_from:", "valid_from: 2026-11-28").replace(
        "valid_until:", "valid_until: 2026-11-28"
    )
    assert approval_of(completed).deployment == 'a "quoted": name'
