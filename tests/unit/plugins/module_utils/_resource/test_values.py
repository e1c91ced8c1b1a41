# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which values may travel, and which mean the same to the server."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused
from ansible_collections.ucops.lync.plugins.module_utils._resource import values


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("EXAP.um.outlook.com", "exap.um.outlook.com.", True),
        ("exap.um.outlook.com", "exap.outlook.com", False),
        ("", None, True),
        (None, "exap.um.outlook.com", False),
    ],
)
def test_names_compare_as_dns_does(one: Any, other: Any, same: bool) -> None:
    assert (values.fqdn(one) == values.fqdn(other)) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://Webdir.Online.Lync.com/", "https://webdir.online.lync.com", True),
        ("https://a.example:443/x", "HTTPS://A.example/x", True),
        ("http://a.example:80", "http://a.example", True),
        ("https://a.example:4443/x", "https://a.example/x", False),
        ("https://a.example/X", "https://a.example/x", False),
        ("http://a.example", "https://a.example", False),
        ("https://a.example/?q=1", "https://a.example/?q=2", False),
        ("https://one@a.example/", "https://two@a.example/", False),
        ("https://a.example/x\n", "https://a.example/x", False),
        ("https://[::1]:443/", "https://[::1]", True),
        ("https://[broken", "https://[broken", True),
        ("https://a.example:port/", "https://a.example/", False),
        ("", None, True),
        ("a\nb", "ab", False),
    ],
)
def test_urls_compare_after_normalising(one: Any, other: Any, same: bool) -> None:
    assert (values.url(one) == values.url(other)) is same


@pytest.mark.parametrize(
    ("one", "other", "same"), [("", None, True), (False, None, False), (0, None, False), ("A", "a", False)]
)
def test_other_values_compare_exactly(one: Any, other: Any, same: bool) -> None:
    assert (values.exact(one) == values.exact(other)) is same


def test_identities_compare_without_case() -> None:
    assert values.folded("Exchange Online") == values.folded("EXCHANGE online")
    assert values.folded("Zürich") == values.folded("ZÜRICH")
    assert values.folded("Straße") != values.folded("Strasse"), "two providers to the server"
    assert values.folded("") == values.folded(None)


@pytest.mark.parametrize("text", ["", "plain", "日本語 😀", "\0\n\r\t", "_x000A_", "'\"`$(x)"])
def test_most_text_travels(text: str) -> None:
    assert values.travelling(text, "identity") == text


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("a\ud800", "identity: the character U+D800 at position 2"),
        ("\udfffb", "U+DFFF at position 1"),
        ("\ufffe", "U+FFFE"),
        ("\uffff", "U+FFFF"),
        (["fine", "\uffff"], "U+FFFF"),
        ({"Deep": {"Key": "\uffff"}}, "identity.Deep.Key: the character U+FFFF"),
        ({"\uffff": 1}, "U+FFFF"),
    ],
)
def test_what_cannot_travel_is_refused_with_its_place(value: Any, named: str) -> None:
    with pytest.raises(Refused) as refused:
        values.travelling(value, "identity")
    assert named in refused.value.message
    refused.value.message.encode()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("global", "Global", True),
        ("site:Lisbon", "Site:lisbon", True),
        ("tag:Remote users", "Tag:remote USERS", True),
        ("Remote users", "Tag:Remote users", True),
        ("Lisbon", "site:Lisbon", False),
        ("tag:global", "global", False),
        ("site:Lisbon", "tag:Lisbon", False),
        ("Straße", "tag:Strasse", False),
        ("", None, True),
    ],
)
def test_identities_of_policies_compare_with_their_scope(one: Any, other: Any, same: bool) -> None:
    assert (values.scoped(one) == values.scoped(other)) is same


@pytest.mark.parametrize(
    ("stated", "sent"),
    [
        ("tag:Remote", "Remote"),
        ("TAG:a:b", "a:b"),
        ("Remote", "Remote"),
        ("site:Lisbon", "site:Lisbon"),
        ("tagged", "tagged"),
    ],
)
def test_a_tag_is_created_by_its_bare_name(stated: str, sent: str) -> None:
    assert values.bare_tag(stated) == sent


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("a\\b", "'a\\b'"),
        ("it's", "'it's'"),
        ("a\x1b[2J\n", "'a\\x1b[2J\\n'"),
        (True, "True"),
        (None, "None"),
        (3, "3"),
    ],
)
def test_a_value_in_a_sentence_keeps_its_backslashes_and_shows_control_characters(value: Any, said: str) -> None:
    assert values.said(value) == said
