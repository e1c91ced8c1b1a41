# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes to the script and comes from it; the messages of a real engine read the same as over PSRP."""

from __future__ import annotations

import base64
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import SWITCH, Cmdlet, Secret
from ansible_collections.ucops.lync.plugins.plugin_utils._script.lines import input_lines, output_of
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import Answer
from ansible_collections.ucops.lync.plugins.plugin_utils._session.readable import Unreadable
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils.recordings import allowance, cases, received

NAMESPACE = "http://schemas.microsoft.com/powershell/2004/04"


def line(kind: str, text: str = "") -> str:
    return f"ucops.lync: {kind} {base64.b64encode(text.encode()).decode()}"


def serialised(element: ET.Element) -> str:
    """An object as PSSerializer writes it: below a root with a namespace, indented, lines ended as on Windows."""
    root = ET.Element("Objs", {"Version": "1.1.0.1", "xmlns": NAMESPACE})
    element.attrib.pop("N", None)
    root.append(element)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode").replace("\n", "\r\n")


def lines_of(messages: list[dict[str, str]]) -> list[str]:
    """The recorded messages as the script would have written them."""
    written: list[str] = []
    for message in messages:
        element = ET.fromstring(message["clixml"] or "<Nil />")
        match message["type"]:
            case "PIPELINE_OUTPUT":
                written.append(line("output", serialised(element)))
            case "ERROR_RECORD":
                written.append(line("error", serialised(element)))
            case "WARNING_RECORD":
                text = element.find("MS/S[@N='InformationalRecord_Message']")
                assert text is not None
                written.append(line("warning", serialised(text)))
            case "PIPELINE_STATE":
                thrown = element.find("MS/Obj[@N='ExceptionAsErrorRecord']")
                written += [] if thrown is None else [line("thrown", serialised(thrown))]
    return written


def over_psrp(case: str) -> Answer:
    arrived = received(case)
    return Answer(tuple(arrived.output), tuple(arrived.errors), tuple(arrived.warnings))


@pytest.mark.parametrize("case", [name for name in cases() if not name.startswith("session:")])
def test_a_recorded_answer_reads_the_same_over_both_transports(case: str) -> None:
    lines = [line("begin", "1 5.1.14409.1005"), *lines_of(cases()[case]["messages"]), line("end")]
    output = output_of("\r\n".join([*lines, ""]).encode("ascii"), allowance())
    expected = over_psrp(case)
    assert output.ended
    assert output.answer.records == expected.records
    assert output.answer.warnings == expected.warnings
    assert [error.details for error in output.answer.errors] == [error.details for error in expected.errors]


def test_everything_else_that_the_host_says_is_left_aside() -> None:
    talk = [
        "\ufeffWindows PowerShell",
        line("begin", "1 3.0"),
        "Loading ..." + line("output", serialised(ET.fromstring("<S>a</S>"))),
        "ucops.lync: something YQ==",
        "Zürich",
        line("end") + "\r",
    ]
    output = output_of("\n".join(talk).encode("cp850", errors="replace"), allowance())
    assert [record.properties for record in output.answer.records] == [{"Value": "a"}]
    assert (output.began, output.ended, output.refusal) == (True, True, "")


def test_silence() -> None:
    output = output_of(b"", allowance())
    assert (output.answer, output.began, output.ended) == (Answer(), False, False)


def test_a_refusal() -> None:
    output = output_of(
        "\n".join([line("begin", "1 2.0"), line("refused", "PowerShell 3 is needed.")]).encode(), allowance()
    )
    assert (output.began, output.ended, output.refusal) == (True, False, "PowerShell 3 is needed.")


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        ([line("begin", "2 5.1")], "the contract of its script is '2 5.1'"),
        ([line("begin", "1 5.1"), line("output", "<Objs><S>a</S></Objs>")[:-3]], "a line of its script is cut short"),
        ([line("begin", "1 5.1"), line("output", "<Objs><S>a</S>")], "its XML breaks in line 1"),
        ([line("begin", "1 5.1"), line("output", "<Objs />")], "it has not one object where one belongs"),
    ],
)
def test_what_is_not_as_agreed(lines: list[str], wrong: str) -> None:
    with pytest.raises(Unreadable, match=wrong):
        output_of("\n".join(lines).encode(), allowance())


def sent(*cmdlets: Cmdlet) -> list[dict[str, Any]]:
    """What stands in the lines, read without our own code."""
    lines = input_lines(cmdlets).decode("ascii").splitlines()
    roots = [ET.fromstring(base64.b64decode(one, validate=True).decode()) for one in lines]
    assert {root.tag for root in roots} <= {f"{{{NAMESPACE}}}Objs"}
    return [table(root[0]) for root in roots]


def table(element: ET.Element) -> Any:
    tag = element.tag.rpartition("}")[2]
    if tag != "Obj":
        return (tag, element.text)
    contents = element[-1]
    if contents.tag.endswith("DCT"):
        return {(entry[0].text or ""): table(entry[1]) for entry in contents}
    return [table(item) for item in contents]


def test_commands() -> None:
    values = {
        "Identity": "Exchange Online",
        "Enabled": True,
        "SipClientPort": 443,
        "Large": 2**40,
        "Ratio": 0.5,
        "AutodiscoverUrl": None,
        "Names": ["a", "b"],
        "Table": {"Key": ["c"]},
        "LocalStore": SWITCH,
    }
    assert sent(Cmdlet("Get-CsThing", values), Cmdlet("Get-CsPool")) == [
        {
            "Name": ("S", "Get-CsThing"),
            "Parameters": {
                "Identity": ("S", "Exchange Online"),
                "Enabled": ("B", "true"),
                "SipClientPort": ("I32", "443"),
                "Large": ("I64", str(2**40)),
                "Ratio": ("Db", "0.5"),
                "AutodiscoverUrl": ("Nil", None),
                "Names": [("S", "a"), ("S", "b")],
                "Table": {"Key": [("S", "c")]},
                "LocalStore": ("B", "true"),
            },
            "Secrets": {},
        },
        {"Name": ("S", "Get-CsPool"), "Parameters": {}, "Secrets": {}},
    ]


def test_a_changing_command_is_confirmed_and_its_secrets_stand_apart() -> None:
    (command,) = sent(Cmdlet("Set-CsClientPin", {"Identity": "a", "Pin": Secret("1234")}))
    assert command["Parameters"] == {"Identity": ("S", "a"), "Confirm": ("B", "false")}
    assert command["Secrets"] == {"Pin": ("S", "1234")}


def test_lines_are_ascii_whatever_stands_in_them() -> None:
    text = "a\r\n\t日本語 😀 $(whoami) \"'` _x000A_"
    assert input_lines([Cmdlet("Get-CsThing", {"Identity": text})]).isascii()
