# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Labs beside each other in several processes, which the controller sees as one."""

from __future__ import annotations

import itertools
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from processes import child

from lynclab.spec import deployment_name

LAB_PROGRAM = Path(__file__).with_name("lab_process.py")
LAB_PACKAGE = Path(__file__).resolve().parents[1] / "lab"
START_SECONDS = 120
END_SECONDS = 10


class LabLost(Exception):
    """A lab ended by itself or says nothing; the text says where its last words are."""


@dataclass(frozen=True)
class Wish:
    """What a lab is to be: fields of LabSpec and of its Delays (seconds), and deployments whose Edge Servers fall silent."""

    spec: Mapping[str, Any] = field(default_factory=dict)
    delays: Mapping[str, float] = field(default_factory=dict)
    silent: Sequence[str] = ()

    @property
    def line(self) -> str:
        """As ``lab_process`` reads it."""
        return json.dumps({"spec": dict(self.spec), "delays": dict(self.delays), "silent": list(self.silent)})


class Labs:
    """Labs that listen. ``pids`` are their processes."""

    def __init__(self, members: Sequence[_Member]) -> None:
        self._members = members
        self.pids = frozenset(member.pid for member in members)

    def group(self, name: str) -> dict[str, Any]:
        """The hosts of a group with their variables, of each lab in turn.

        Ansible takes hosts in this order: those that it works on at one time are spread over all labs.
        """
        taken = itertools.zip_longest(*(member.groups[name].items() for member in self._members))
        return {host: variables for pair in taken for host, variables in filter(None, pair)}

    def clear(self) -> Mapping[str, float]:
        """Forget what arrived; the counts from then on begin here (``cpu`` is what was used so far)."""
        return self._sum("clear")

    def counts(self) -> Mapping[str, float]:
        """What arrived since, see ``lab_process.counts``."""
        return self._sum("counts")

    def _sum(self, question: str) -> Mapping[str, float]:
        answers = [member.ask(json.dumps(question)) for member in self._members]
        return {name: sum(answer[name] for answer in answers) for name in answers[0]}


class _Member:
    """One lab's process and the line to it."""

    def __init__(self, process: subprocess.Popen[str], channel: socket.socket, log: Path) -> None:
        self.pid = process.pid
        self.groups: Mapping[str, Mapping[str, Any]] = {}
        self._process = process
        self._channel = channel
        self._answers = channel.makefile("r", encoding="utf-8")
        self._log = log

    def send(self, line: str) -> None:
        self._channel.sendall(line.encode() + b"\n")

    def receive(self) -> Any:
        try:
            line = self._answers.readline()
        except OSError:
            line = ""
        if not line:
            raise LabLost(f"A lab is lost; its last words may be in {self._log}.")
        return json.loads(line)

    def ask(self, line: str) -> Any:
        self.send(line)
        return self.receive()

    def end(self) -> None:
        """Hang up, so that it takes down its files by itself."""
        self._answers.close()
        self._channel.close()
        with_patience(self._process)


def with_patience(process: subprocess.Popen[str]) -> None:
    """Wait until a process has ended, some seconds at most."""
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        print(f"Lab {process.pid} does not end by itself.", flush=True)


def shares(total: int, parts: int) -> list[int]:
    """A number cut into at most so many parts of nearly the same size, none of them 0."""
    parts = min(total, parts)
    return [total // parts + (number < total % parts) for number in range(parts)]


def edge_servers(hosts: int, processes: int, **spec: Any) -> list[Wish]:
    """Labs with so many Edge Servers in all, in one deployment each; ``spec`` are fields of LabSpec."""
    return [
        Wish({**spec, "sites": 1, "enterprise": False, "edges": share, "first_deployment": number})
        for number, share in enumerate(shares(hosts, processes))
    ]


def deployments(
    count: int, processes: int, delays: Mapping[str, float], silent_every: int = 0, edges: int = 2
) -> list[Wish]:
    """Labs with so many deployments in all: a Standard Edition server and so many Edge Servers each.

    :param delays: fields of Delays, seconds.
    :param silent_every: the Edge Servers of each so many-th deployment fall silent (0: none does).
    """
    wishes = []
    first = 0
    for share in shares(count, processes):
        numbers = range(first, first + share)
        silent = [deployment_name(number) for number in numbers if silent_every and number % silent_every == 0]
        spec = {"deployments": share, "first_deployment": first, "sites": 1, "edges": edges, "enterprise": False}
        wishes.append(Wish(spec, delays, silent))
        first += share
    return wishes


@contextmanager
def listening(wishes: Iterable[Wish], logs: Path) -> Iterator[Labs]:
    """The labs of these wishes, until the block ends. ``logs`` is the folder for what they print.

    :raises LabLost: when one does not start.
    """
    with ExitStack() as stack:
        members = [_start(stack, wish, logs / f"lab{number}.log") for number, wish in enumerate(wishes, 1)]
        for member in members:
            member.groups = member.receive()
        yield Labs(members)


def _start(stack: ExitStack, wish: Wish, log: Path) -> _Member:
    ours, theirs = socket.socketpair()
    ours.settimeout(START_SECONDS)
    environment = {**os.environ, "PYTHONPATH": str(LAB_PACKAGE)}
    with theirs:
        output = stack.enter_context(log.open("w", encoding="utf-8"))
        command = [sys.executable, str(LAB_PROGRAM), str(theirs.fileno())]
        options: dict[str, Any] = {"stdout": output, "stderr": subprocess.STDOUT, "pass_fds": [theirs.fileno()]}
        process = stack.enter_context(child(command, env=environment, **options))
    member = _Member(process, ours, log)
    stack.callback(member.end)
    member.send(wish.line)
    return member
