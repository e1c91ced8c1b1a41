# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The script that runs cmdlets, and the lines that it reads and writes; the contract stands in _script_session.py."""

from __future__ import annotations

import base64
import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet, Secret
from ansible_collections.ucops.lync.plugins.plugin_utils._session import clixml
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import Answer
from ansible_collections.ucops.lync.plugins.plugin_utils._session.readable import Allowance, Unreadable
from ansible_collections.ucops.lync.plugins.plugin_utils._session.sendable import sendable

with contextlib.suppress(ImportError):  # the session says so when it is opened
    from pypsrp.serializer import Serializer

VERSION = "1"
"""Of the contract."""

_SOURCE = Path(__file__).with_name("run_cmdlets.ps1")
_LINE = re.compile(rb"ucops\.lync: (?P<kind>begin|output|warning|error|thrown|end|refused) ?(?P<data>[A-Za-z0-9+/=]*)")
_CLIXML = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">{}</Objs>'
_POWERSHELL = "powershell -NoProfile -NonInteractive -ExecutionPolicy Unrestricted -EncodedCommand "


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
            values[name] = sendable(value)
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


def output_of(stdout: bytes, allowance: Allowance) -> Output:
    """Read what the script wrote, and leave aside what else its host said.

    :param allowance: what the answer may hold.
    :raises Unreadable: when a line is not as the contract says.
    """
    records, errors, warnings = [], [], []
    last: dict[str, str] = {}
    for kind, data in _marked(stdout):
        if kind == "output":
            records.append(clixml.record(clixml.read(data, allowance)))
        elif kind in ("error", "thrown"):
            errors.append(clixml.error(clixml.read(data, allowance)))
        elif kind == "warning":
            warnings.append(str(clixml.read(data, allowance).value))
        else:
            last[kind] = data.decode(errors="replace")
            if kind == "begin" and last[kind].partition(" ")[0] != VERSION:
                raise Unreadable(f"the contract of its script is {last[kind][:40]!r}")
    return Output(
        Answer(tuple(records), tuple(errors), tuple(warnings)),
        began="begin" in last,
        ended="end" in last,
        refusal=last.get("refused", ""),
    )


def _marked(stdout: bytes) -> Iterator[tuple[str, bytes]]:
    for found in _LINE.finditer(stdout):
        yield found["kind"].decode(), _decoded(found["data"])


def _decoded(data: bytes) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except ValueError as error:
        raise Unreadable("a line of its script is cut short") from error
