# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A program that asks a hostile server some times and writes, as JSON, what each answer came to and how far memory rose.

Arguments: session, keeper or winrm; the server's port; ``lync_answer_limit``; how often to ask.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from ansible.playbook.play_context import PlayContext
from ansible.plugins.loader import connection_loader

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Failure
from ansible_collections.ucops.lync.plugins.plugin_utils._action.connection import endpoint_of
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.client import KeeperClient
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.session import PsrpSession
from ansible_collections.ucops.lync.plugins.plugin_utils._script.session import ScriptSession
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils import hostile
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._action.test_connection import FakeConnection

GET = [Cmdlet("Get-CsThing")]


def session(way: str, port: int, limit: str) -> Any:
    variables = {"lync_answer_limit": limit}
    if way == "winrm":
        connection = connection_loader.get("winrm", PlayContext())
        stated = {
            "ansible_host": "127.0.0.1",
            "ansible_port": port,
            "ansible_user": "svc",
            "ansible_password": "x",
            "ansible_winrm_scheme": "http",
            "ansible_winrm_transport": ["basic"],
            "_extras": {},
        }
        connection.set_options(var_options={"inventory_hostname": "edge01", **stated})
        script: Any = endpoint_of(connection, variables)
        return ScriptSession(script)
    endpoint: Any = endpoint_of(FakeConnection(**hostile.psrp_options(port)), variables)
    return KeeperClient(endpoint, lambda path: None) if way == "keeper" else PsrpSession(endpoint)


def reader_of_answers() -> int:
    """The keeper, which is a child of this process, or this process."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    return int(children[0]) if children else os.getpid()


def memory(process: int, field: str) -> int:
    """MiB (proc_pid_status(5)): VmRSS now, VmHWM at the most."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(status.partition(f"{field}:")[2].split()[0]) // 1024


def main() -> None:
    way, port, limit, times = sys.argv[1:]
    used = session(way, int(port), limit)
    used.invoke(GET)
    process = reader_of_answers()
    before = memory(process, "VmRSS")
    found = []
    for _time in range(int(times)):
        Path(f"/proc/{process}/clear_refs").write_text(
            "5", encoding="ascii"
        )  # VmHWM begins anew (proc_pid_clear_refs(5))
        try:
            used.invoke(GET)
            message = ""
        except Failure as failure:
            message = failure.message
        found.append([message, memory(process, "VmHWM") - before])
        used.close()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
