# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for any text, found by examples that hypothesis thinks up; the same ones in every run."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from pypsrp.serializer import Serializer

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused
from ansible_collections.ucops.lync.plugins.module_utils._replication.status import moved
from ansible_collections.ucops.lync.plugins.module_utils._resource import values
from ansible_collections.ucops.lync.plugins.module_utils._resource.values import travelling
from ansible_collections.ucops.lync.plugins.plugin_utils._session import clixml
from ansible_collections.ucops.lync.plugins.plugin_utils._session.sendable import sendable
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils.engine import NewEngines
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils.recordings import allowance

REPEATABLE = settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=300,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

AWKWARD = (
    "'\"`$(){}@;&|<>#%-\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u2013\u2014\u2015"
    "\0\a\b\t\n\v\f\r\x1b\x7f\x85\xa0\u2028\u2029 _x0Aé日😀"
)
TRAVELS = st.characters(codec="utf-8", exclude_characters="\ufffe\uffff")
TEXT = st.text(TRAVELS) | st.text(st.sampled_from(AWKWARD)) | st.text(st.sampled_from("aB1._:/-"))
CANNOT_TRAVEL = st.characters(categories=["Cs"]) | st.sampled_from("\ufffe\uffff")
SCALARS = (
    TEXT
    | st.booleans()
    | st.none()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
)
LISTS = SCALARS | st.lists(SCALARS, max_size=3)
VALUES = LISTS | st.dictionaries(TEXT, LISTS, max_size=3)
WEB = st.builds(
    "{}://{}{}{}".format,
    st.sampled_from(["http", "https", "HTTPS", "ftp"]),
    st.sampled_from(["a.example", "A.Example", "me@a.example", "[::1]", "[broken", ""]),
    st.sampled_from(["", ":443", ":80", ":4443", ":0", ":x", "."]),
    st.sampled_from(["", "/", "/x", "/X?y=1", "?y", "#z", " ", "\n"]),
)

COMPARISONS: list[Callable[[Any], Any]] = [values.exact, values.folded, values.fqdn, values.scoped, values.url]


def back(value: Any) -> Any:
    """A value as it travels, read again."""
    return clixml.read(ET.tostring(Serializer().serialize(value), encoding="unicode"), allowance()).value


@REPEATABLE
@given(TEXT)
@example("_x000A_")
@example("a_x_X_x000_")
@example("\U0010fffd")
def test_text_survives_the_serialiser(text: str) -> None:
    assert travelling(text, "identity") == text
    assert back(sendable(text)) == text


@REPEATABLE
@given(VALUES)
def test_values_survive_the_serialiser(value: Any) -> None:
    travelling(value, "parameters")
    assert back(sendable(value)) == value


@REPEATABLE
@given(TEXT, CANNOT_TRAVEL, TEXT)
def test_what_cannot_travel_is_refused_with_a_sentence_that_can_be_printed(
    before: str, character: str, after: str
) -> None:
    with pytest.raises(Refused) as refused:
        travelling(before + character + after, "identity")
    said = refused.value.message
    assert f"U+{ord(character):04X} at position {len(before) + 1}" in said
    said.encode()


@pytest.mark.parametrize("comparable", COMPARISONS, ids=lambda comparable: comparable.__name__)
@REPEATABLE
@given(st.lists(TEXT | WEB | st.none(), min_size=3, max_size=3))
def test_a_comparison_is_an_equivalence(comparable: Callable[[Any], Any], values: list[Any]) -> None:
    def same(one: Any, other: Any) -> bool:
        return bool(comparable(one) == comparable(other))

    first, second, third = values
    assert same(first, first)
    assert same(first, second) == same(second, first)
    assert not (same(first, second) and same(second, third)) or same(first, third)


@REPEATABLE
@given(TEXT, TEXT)
def test_text_that_is_no_address_is_the_same_only_as_itself(one: str, other: str) -> None:
    assert (values.url(one) == values.url(other)) is ((one or None) == (other or None))


@REPEATABLE
@given(
    st.datetimes(), st.datetimes(), st.integers(0, 9), st.integers(0, 9), st.sampled_from(["Z", "", "+01:00", "-11:30"])
)
def test_a_stamp_never_moves_both_ways(one: Any, other: Any, tick: int, tock: int, zone: str) -> None:
    first = f"{one.isoformat(timespec='microseconds')}{tick}{zone}"
    second = f"{other.isoformat(timespec='microseconds')}{tock}{zone}"
    assert moved(first, second) + moved(second, first) == (first != second)
    assert moved(first, second) is ((other, tock) > (one, tick))


def examples(strategy: st.SearchStrategy[Any], wanted: int) -> list[Any]:
    """The same examples in every run, collected for one start of an engine."""
    found: list[Any] = []

    @settings(REPEATABLE, max_examples=wanted, phases=[Phase.generate])
    @given(strategy)
    def collect(value: Any) -> None:
        found.append(value)

    collect()
    return found


ENGINE = """
function Read-CsArgument { param($Identity) [Console]::Out.WriteLine((Shown $Identity)) }
function Encoded($text) { [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($text)) }
function Shown($value) {
  if ($null -eq $value) { return 'null' }
  if ($value -is [string]) { return 's' + (Encoded $value) }
  if ($value -is [array]) { return '[' + (($value | ForEach-Object { Shown $_ }) -join ',') + ']' }
  if ($value -is [bool]) { if ($value) { return 'true' } else { return 'false' } }
  return 'n' + $value.ToString([Globalization.CultureInfo]::InvariantCulture)
}
foreach ($line in $input) {
  $source = [Text.Encoding]::Unicode.GetString([Convert]::FromBase64String($line))
  try { & ([scriptblock]::Create($source)) } catch { [Console]::Out.WriteLine('error ' + $_.Exception.GetType().Name) }
}
"""


def evaluated(lines: list[str]) -> list[str]:
    """What a real engine makes of each line of source text."""
    given_lines = "".join(base64.b64encode(line.encode("utf-16-le")).decode() + "\n" for line in lines)
    code, stdout, stderr = NewEngines().run(ENGINE, given_lines.encode())
    assert (code, stderr) == (0, b"")
    return stdout.decode().splitlines()


def in_powershell(value: Any) -> str:
    """A value as the engine above shows it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "s" + base64.b64encode(value.encode("utf-16-le")).decode()
    if isinstance(value, list):
        return f"[{','.join(in_powershell(item) for item in value)}]"
    return f"n{value}"


@pytest.mark.engine
def test_a_rendered_cmdlet_is_evaluated_to_the_text_that_was_meant() -> None:
    texts = [*AWKWARD, *(f"a{character}b {character}{character}" for character in AWKWARD), *examples(TEXT, 1500)]
    lines = [str(Cmdlet("Read-CsArgument", {"Identity": text})) for text in texts]
    assert not any("\n" in line or "\r" in line for line in lines)
    answers = evaluated(lines)
    wrong = [text for text, answer in zip(texts, answers, strict=True) if answer != in_powershell(text)]
    assert wrong == []


@pytest.mark.engine
def test_a_rendered_cmdlet_is_evaluated_to_the_values_that_were_meant() -> None:
    simple = TEXT | st.booleans() | st.integers(0, 2**40)
    mixed = simple | st.lists(simple | st.none() | st.integers(-(2**31), -1), min_size=2, max_size=4)
    values = [*examples(mixed, 300), None, [["a", 1], "b"]]
    answers = evaluated([str(Cmdlet("Read-CsArgument", {"Identity": value})) for value in values])
    wrong = [value for value, answer in zip(values, answers, strict=True) if answer != in_powershell(value)]
    assert wrong == []
