# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents go to plain types and back, and refuse what they do not know."""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.document import from_plain, to_plain
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Part:
    name: str
    colour: Colour = Colour.RED


@dataclass(frozen=True)
class Whole:
    title: str
    parts: tuple[Part, ...] = ()
    by_name: Mapping[str, Part] = field(default_factory=dict)
    seconds: float | None = None
    anything: Any = None
    version: int = 1


WHOLE = Whole("one", (Part("a"), Part("b", Colour.BLUE)), {"c": Part("c")}, 1.5, {"x": [1, None]})


def test_a_document_survives_json() -> None:
    assert from_plain(Whole, json.loads(json.dumps(to_plain(WHOLE)))) == WHOLE


def test_what_is_left_out_has_its_default() -> None:
    assert from_plain(Whole, {"title": "one"}) == Whole("one")


def test_a_whole_number_serves_for_seconds() -> None:
    assert from_plain(Whole, {"title": "one", "seconds": 2}).seconds == 2


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ([], "Whole must be a mapping, not list."),
        ({}, "Whole lacks title."),
        ({"title": "one", "colour": 1}, "Whole has no colour; it has title, parts"),
        ({"title": 1}, "Whole.title must be str, not int."),
        ({"title": None}, "Whole.title must be str, not nothing."),
        ({"title": "one", "version": True}, "Whole.version must be int, not bool."),
        ({"title": "one", "parts": "a"}, "Whole.parts must be a list, not str."),
        ({"title": "one", "parts": [{"name": "a"}, {}]}, "Whole.parts[1] lacks name."),
        ({"title": "one", "by_name": []}, "Whole.by_name must be a mapping, not list."),
        (
            {"title": "one", "by_name": {"c": {"name": "c", "colour": "green"}}},
            "Whole.by_name.c.colour must be one of red, blue",
        ),
    ],
)
def test_what_does_not_fit_is_refused_by_name(data: Any, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        from_plain(Whole, data)
    assert refused.value.message.startswith(sentence)
