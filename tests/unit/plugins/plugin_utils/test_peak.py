# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a hostile answer drives the memory of whoever reads it: a worker, or the keeper of all sessions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.incoming import Kind
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils import hostile, peak
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._script.test_lines import line

COLLECTIONS = Path(__file__).parents[4] / ".build/dev"
LIMIT = int(os.environ.get("LYNC_ANSWER_LIMIT", "16"))
"""MiB, as ``lync_answer_limit``."""

MOST = 120 + 2 * LIMIT
"""MiB: an HTTP answer of at most 8 MiB stands there as bytes, text, XML and base64; what was read of all of them, and the message
that is being read.
"""

LARGE = "a" * 4_000_000
ENTITIES = (
    f'<!DOCTYPE a [<!ENTITY e0 "{LARGE}">'
    + "".join(f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, 9))
    + "]>"
)


def envelope(before: str, body: str = "") -> hostile.Answer:
    return lambda write, relates: write(hostile.response(before.encode() + hostile.soap(body, relates)))


def over_psrp(text: str) -> hostile.Answer:
    """The command wrote this object, and still runs."""
    return hostile.answers(hostile.received([(Kind.PIPELINE_OUTPUT, text)]))


def over_winrm(text: str) -> hostile.Answer:
    return hostile.answers(hostile.streamed(line("output", f"<Objs>{text}</Objs>").encode() + b"\n"))


ANSWERS = {
    "endless": hostile.endless,
    "entities in SOAP": envelope(ENTITIES, "&e8;"),
    "elements in SOAP": envelope("", "<a/>" * 1_000_000),
}
OBJECTS = {
    "entities in CLIXML": f"{ENTITIES}<S>&e8;</S>",
    "many large objects": f"<S>{LARGE}</S>",
    "wide text": f"<S>{LARGE}\U0001f600</S>",
    "many properties": "<Obj RefId='0'><MS>" + "<S N='a'/>" * 400_000 + "</MS></Obj>",
    "a long list": "<Obj RefId='0'><LST>" + "<I32>1</I32>" * 30_000 + "</LST></Obj>",
    "deep objects": "<Obj N='a'><MS>" * 45 + f"<S N='a'>{LARGE}</S>" + "</MS></Obj>" * 45,
}


@pytest.mark.parametrize("way", ["session", "keeper", "winrm"])
def test_no_answer_drives_memory_far(way: str) -> None:
    made = over_winrm if way == "winrm" else over_psrp
    answers = {**ANSWERS, **{name: made(text) for name, text in OBJECTS.items()}}
    with hostile.HostileServer() as server:
        server.output = [line("begin", "1 5.1"), line("end")] if way == "winrm" else []
        found = peaks(server, way, list(answers.values()))
    report = dict(zip(answers, found, strict=True))
    print(json.dumps({name: rise for name, (message, rise) in report.items()}))
    assert all("answered with something" in message for message, rise in found), report
    assert all(rise < MOST for message, rise in found), report


def peaks(server: hostile.HostileServer, way: str, answers: Sequence[hostile.Answer]) -> list[tuple[str, int]]:
    """What each answer to a command after the first came to, and by how many MiB memory rose for it at the most."""
    commands: list[hostile.Answer] = []
    ahead = iter(answers)

    def command(write: hostile.Write, relates: str) -> None:
        """From the second command on there is another answer for each."""
        if commands:
            server.instead["receive"] = next(ahead)
        commands.append(hostile.endless)
        hostile.answers("<rsp:CommandResponse><rsp:CommandId>1</rsp:CommandId></rsp:CommandResponse>")(write, relates)

    server.instead["command"] = command
    ran = subprocess.run(
        [sys.executable, peak.__file__, way, str(server.port), str(LIMIT), str(len(answers))],
        env={**os.environ, "PYTHONPATH": str(COLLECTIONS)},
        capture_output=True,
        check=False,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    found: list[tuple[str, int]] = json.loads(ran.stdout)
    return found
