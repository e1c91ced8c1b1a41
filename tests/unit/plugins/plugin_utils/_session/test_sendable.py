# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parameters as they travel, and as our own reader reads them again."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest
from pypsrp.serializer import Serializer, TaggedValue

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import SWITCH, Secret
from ansible_collections.ucops.lync.plugins.plugin_utils._session import clixml
from ansible_collections.ucops.lync.plugins.plugin_utils._session.sendable import sendable
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils.recordings import allowance


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "<B>true</B>"),
        (None, "<Nil />"),
        (SWITCH, "<B>true</B>"),
        (443, "<I32>443</I32>"),
        (-1, "<I32>-1</I32>"),
        (2**31, "<I64>2147483648</I64>"),
        (2**63, "<U64>9223372036854775808</U64>"),
        ("text", "<S>text</S>"),
        (0.1, "<Db>0.1</Db>"),
    ],
)
def test_values_travel_with_their_type(value: Any, text: str) -> None:
    element = Serializer().serialize(sendable(value))
    assert ET.tostring(element, encoding="unicode") == text


@pytest.mark.parametrize(
    "value", [["a", 1, True, None], {"Add": ["a.example"], "Count": 2**40}, {"Nested": {"A": False}}, 0.5, 2**62]
)
def test_what_is_sent_is_what_was_stated(value: Any) -> None:
    text = ET.tostring(Serializer().serialize(sendable(value)), encoding="unicode")
    assert clixml.read(text, allowance()).value == value


def test_a_secret_never_travels_as_plain_text() -> None:
    with pytest.raises(TypeError) as refused:
        sendable([Secret("hunter2")])
    assert "hunter2" not in str(refused.value)


def test_a_number_in_a_list_is_tagged() -> None:
    assert isinstance(sendable([2**40])[0], TaggedValue)
