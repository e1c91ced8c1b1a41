# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The script that runs cmdlets, and the lines that it reads and writes; the contract stands in _script_session.py."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import SWITCH, Cmdlet, Secret
from ansible_collections.ucops.lync.plugins.plugin_utils._session import clixml
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import Answer

try:
    from pypsrp.complex_objects import ObjectMeta
    from pypsrp.messages import ErrorRecordMessage
    from pypsrp.serializer import Serializer
except ImportError:  # the session says so when it is opened
    pass

VERSION = "1"
"""Of the contract."""

_SOURCE = Path(__file__).with_name("run_cmdlets.ps1")
_LINE = re.compile(
    r"ucops\.lync: (?P<kind>begin|output|warning|error|thrown|end|refused) ?(?P<data>[A-Za-z0-9+/=]*)\s*"
)
_CLIXML = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">{}</Objs>'
_POWERSHELL = "powershell -NoProfile -NonInteractive -ExecutionPolicy Unrestricted -EncodedCommand "


class NotUnderstood(Exception):
    """The script did not write what it is to write; the text says what is wrong."""


def _sent(source: str) -> str:
    """A script without its comment lines, blank lines and indentation."""
    lines = [line.strip() for line in source.splitlines()]
    return "\n".join(line for line in lines if line and not line.startswith("#"))


SCRIPT = _sent(_SOURCE.read_text(encoding="utf-8"))
"""As plain text, for connection plugins that encode it themselves."""

ENCODED_SCRIPT = _POWERSHELL + base64.b64encode(SCRIPT.encode("utf-16-le")).decode("ascii")
"""As a command line, for those that pass on what they get."""


def input_lines(cmdlets: Sequence[Cmdlet]) -> bytes:
    """What the script reads; never nothing at all, for which the plugins leave its standard input open."""
    return b"".join(base64.b64encode(_command(cmdlet).encode()) + b"\n" for cmdlet in cmdlets) or b"\n"


def _command(cmdlet: Cmdlet) -> str:
    values: dict[str, Any] = {}
    secrets: dict[str, str] = {}
    for name, value in cmdlet.parameters.items():
        if isinstance(value, Secret):
            secrets[name] = value.text
        else:
            values[name] = True if value is SWITCH else clixml.sendable(value)
    if cmdlet.confirms:
        values["Confirm"] = False  # nobody is there to answer a prompt
    tree = Serializer().serialize({"Name": cmdlet.name, "Parameters": values, "Secrets": secrets})
    return _CLIXML.format(ET.tostring(tree, encoding="unicode"))


@dataclass(frozen=True)
class Output:
    """What the script wrote.

    :param began: whether it wrote its first line at all.
    :param ended: whether every command ran to its end.
    :param refusal: why nothing was run.
    """

    answer: Answer
    began: bool
    ended: bool
    refusal: str


def output_of(stdout: bytes) -> Output:
    """Read what the script wrote, and leave aside what else its host said.

    :raises NotUnderstood: when a line is not as the contract says.
    """
    lines = list(_marked(stdout))
    texts: Mapping[str, str] = dict(lines)
    if "begin" in texts and texts["begin"].partition(" ")[0] != VERSION:
        raise NotUnderstood(f"its contract is {texts['begin']!r}")
    records, errors, warnings = [], [], []
    for kind, text in lines:
        if kind == "output":
            records.append(clixml.record(_value(text)))
        elif kind in ("error", "thrown"):
            errors.append(clixml.error(_value(text, error=True)))
        elif kind == "warning":
            warnings.append(str(_value(text)))
    return Output(
        Answer(tuple(records), tuple(errors), tuple(warnings)),
        began="begin" in texts,
        ended="end" in texts,
        refusal=texts.get("refused", ""),
    )


def _marked(stdout: bytes) -> Iterator[tuple[str, str]]:
    for line in stdout.decode("ascii", errors="replace").splitlines():
        found = _LINE.search(line)
        if found is not None:
            try:
                yield found["kind"], base64.b64decode(found["data"], validate=True).decode()
            except ValueError as error:
                raise NotUnderstood("a line is cut short") from error


def _value(clixml: str, error: bool = False) -> Any:
    """The one object in a text of the engine's serialiser, as pypsrp reads it from a message."""
    try:
        root = ET.fromstring(clixml)  # noqa: S314 - as pypsrp reads every message
        for element in root.iter():
            element.tag = element.tag.rpartition("}")[2]
        (only,) = root
    except (SyntaxError, ValueError) as broken:
        raise NotUnderstood("a record is no CLIXML") from broken
    return Serializer().deserialize(only, ObjectMeta("Obj", object=ErrorRecordMessage) if error else None)
