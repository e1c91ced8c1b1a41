# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a worker process of Ansible imports while it runs a task: nothing of ours.

Ansible forks a worker for each task and host. Whatever a worker imports is compiled and executed again in the next one, so all
of it is to be loaded before, in the parent (measured on 100 hosts x 8 tasks: 12 s of CPU against 44 s).
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import ansible
import pytest
import yaml

from ansible_collections.ucops import lync
from support.examples import EXAMPLES

CHECKOUT = Path(__file__).resolve().parents[4]
MODULES = sorted(file.stem for file in (CHECKOUT / "plugins/modules").glob("lync_*.py"))

WATCH = """
import json, os, sys
from ansible.executor.task_executor import TaskExecutor

run = TaskExecutor.run
parent = os.getpid()

def watched(self):
    before = set(sys.modules)
    result = run(self)
    found = {
        "module": self._task.action,
        "in_worker": os.getpid() != parent,
        "before": sorted(before),
        "imported": sorted(set(sys.modules) - before),
        "result": {name: str(result.get(name)) for name in ("msg", "unreachable", "failed")},
    }
    with open(os.path.join(os.environ["WATCHED"], self._task.action), "w", encoding="utf-8") as file:
        json.dump(found, file)
    return result

TaskExecutor.run = watched

from ansible.cli.playbook import main
main(["ansible-playbook", *sys.argv[1:]])
"""
"""ansible-playbook, with an eye on each worker from the moment in which it has its task."""


WAYS: dict[str, dict[str, Any]] = {
    "psrp": {"ansible_connection": "psrp", "ansible_psrp_auth": "ntlm"},
    "winrm": {"ansible_connection": "winrm", "ansible_winrm_transport": "ntlm"},
}
WHERE = {"psrp": "127.0.0.1:1/wsman", "winrm": "127.0.0.1:1"}


def connects(module: str) -> bool:
    action = importlib.import_module(f"ansible_collections.ucops.lync.plugins.action.{module}")
    return EXAMPLES[module].connects and bool(action.ActionModule.module.needs_server)


@pytest.fixture(scope="module", params=WAYS)
def endpoint(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory, endpoint: str) -> dict[str, Any]:
    """By module, what its worker had imported before and what it imported itself. The port is one where nobody listens."""
    folder = tmp_path_factory.mktemp("workers")
    tasks: list[dict[str, Any]] = [
        {f"ucops.lync.{module}": dict(EXAMPLES[module].options), "ignore_errors": True, "ignore_unreachable": True}
        for module in MODULES
    ]
    play = {"hosts": "all", "gather_facts": False, "tasks": tasks}
    host = {
        **WAYS[endpoint],
        "ansible_host": "127.0.0.1",
        "ansible_port": 1,
        "ansible_user": "admin",
        "ansible_password": "hunter2",
        "lync_command_timeout": 1,  # in which a reading is repeated
    }
    (folder / "play.yml").write_text(yaml.safe_dump([play]), encoding="utf-8")
    (folder / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": {"fe01": host}}}), encoding="utf-8")
    (folder / "ansible.cfg").touch()
    (folder / "found").mkdir()
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "PYTHON", "COVERAGE_"))
    }
    subprocess.run(
        [sys.executable, "-c", WATCH, "-i", str(folder / "hosts.yml"), str(folder / "play.yml")],
        cwd=folder,
        env={
            **kept,
            "PYTHONPATH": str(Path(ansible.__file__).parents[1]),  # ansible-test does not install it
            "ANSIBLE_COLLECTIONS_PATH": str(Path(lync.__path__[0]).parents[2]),
            "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
            "ANSIBLE_HOME": str(folder / "home"),
            "WATCHED": str(folder / "found"),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    found = [json.loads(file.read_text(encoding="utf-8")) for file in (folder / "found").iterdir()]
    return {one["module"].rpartition(".")[2]: one for one in found}


def test_every_module_was_watched(watched: dict[str, Any]) -> None:
    assert sorted(watched) == MODULES


@pytest.mark.parametrize("module", [module for module in MODULES if connects(module)])
def test_the_task_went_as_far_as_the_server(module: str, endpoint: str, watched: dict[str, Any]) -> None:
    result = watched[module]["result"]
    assert result["unreachable"] == "True"
    assert f"{WHERE[endpoint]} refused the connection" in result["msg"]


@pytest.mark.parametrize("module", MODULES)
def test_a_worker_imports_nothing_of_the_collection_and_not_pypsrp(module: str, watched: dict[str, Any]) -> None:
    assert watched[module]["in_worker"] is True
    ours = ("ansible_collections", "pypsrp", "requests", "spnego", "urllib3")
    assert [name for name in watched[module]["imported"] if name.partition(".")[0] in ours] == []


@pytest.mark.parametrize("module", MODULES)
def test_the_parent_has_it_all(module: str, watched: dict[str, Any]) -> None:
    names = (f"module_utils._modules.{module}", "plugin_utils._psrp.session")
    needed = {f"ansible_collections.ucops.lync.plugins.{name}" for name in names}
    assert needed | {"pypsrp.powershell"} <= set(watched[module]["before"])
