# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One lab of the benchmark, as a process of its own: a single one would be busier than the controller that is measured.

Usage: ``lab_process.py DESCRIPTOR``, an open socket on which each line is a JSON text. The first line that comes is the
wish (see ``labs``), answered by the inventory once the lab listens. Then a line ``"counts"`` is answered by what arrived since
the last ``"clear"``. It ends with the connection.
"""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from script_answer import ScriptEndpoint

from lynclab.deployment.deployment import Deployment
from lynclab.deployment.replication import Delays
from lynclab.inventory import inventory
from lynclab.journal import CmdletEntry, RequestEntry, ShellEntry
from lynclab.lab import Lab
from lynclab.machine import Kind
from lynclab.spec import LabSpec


def built(wish: Mapping[str, Any]) -> Lab:
    """The lab that is wished for, before it listens."""
    lab = Lab(LabSpec(**wish["spec"], delays=Delays(**wish["delays"])))
    for machine in lab.of_kind(Kind.EDGE):
        machine.offer(ScriptEndpoint(machine))
    for deployment in lab.deployments:
        if deployment.name in wish["silent"]:
            _fall_silent(deployment)
    return lab


def _fall_silent(deployment: Deployment) -> None:
    """From now on no report of an Edge Server comes back. In the situation ``edge-silent`` it is known to be behind before
    the change, and nobody waits for it.
    """
    for edge in deployment.topology.edges():
        deployment.replication.replicas[edge.lower()].reports = False


def groups(lab: Lab) -> dict[str, dict[str, Any]]:
    """The hosts of the inventory by group, each with all that it needs beside hosts of other labs.

    All of them take NTLM: ``negotiate`` would look for a domain controller first, in a DNS that may be slow to say that there
    is none.
    """
    found = {}
    for name, group in inventory(lab, front_end_transport="ntlm-https")["all"]["children"].items():
        for host, variables in group["hosts"].items():
            variables["ansible_connection"] = "psrp"
            variables["ansible_psrp_ca_cert"] = str(lab.ca_file)
            variables["lync_deployment"] = lab.machine(host).deployment.name
        found[name] = group["hosts"]
    return found


def counts(lab: Lab) -> dict[str, float]:
    """What arrived since the journal was cleared, the shells that are open now, and this process's CPU so far in seconds."""
    entries = lab.journal.entries()
    requests = [entry for entry in entries if isinstance(entry, RequestEntry)]
    commands = [entry for entry in entries if isinstance(entry, CmdletEntry)]
    shells = [entry for entry in entries if isinstance(entry, ShellEntry)]
    return {
        "requests": len(requests),
        "requests_of_front_ends": _arrived_at(lab, Kind.FRONT_END, requests),
        "requests_of_edges": _arrived_at(lab, Kind.EDGE, requests),
        "wsman_requests": sum(1 for entry in requests if entry.action),
        "bytes_up": sum(entry.bytes_in for entry in requests),
        "bytes_down": sum(entry.bytes_out for entry in requests),
        "shells_opened": sum(1 for entry in shells if entry.event == "opened"),
        "shells_open": sum(len(listening.service.shells) for listening in lab.server.listening),
        "cmdlets": sum(1 for entry in commands if not entry.is_script),
        "scripts": sum(1 for entry in commands if entry.is_script),
        "cpu": time.process_time(),
    }


def _arrived_at(lab: Lab, kind: Kind, requests: Sequence[RequestEntry]) -> int:
    return sum(1 for entry in requests if lab.machine(entry.machine).kind is kind)


def serve(channel: socket.socket) -> None:
    """Be the lab that the other side wishes for, until it hangs up."""
    with channel, channel.makefile("r", encoding="utf-8") as questions:

        def answer(content: object) -> None:
            channel.sendall(json.dumps(content).encode() + b"\n")

        first = questions.readline()
        if not first:
            return
        with built(json.loads(first)) as lab:
            answer(groups(lab))
            for line in questions:
                if json.loads(line) == "clear":
                    lab.journal.clear()
                answer(counts(lab))


def ended(_signal: int, _frame: object) -> None:
    raise SystemExit


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, ended)
    with contextlib.suppress(ConnectionError):
        serve(socket.socket(fileno=int(sys.argv[1])))
