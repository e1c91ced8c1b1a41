# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real ansible-playbook of the virtual environment, as a process of its own with an environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from support.run import Run, check_notices, finished

CHECKOUT = Path(__file__).resolve().parents[3]
PLAYBOOKS = CHECKOUT / "playbooks"
CALLBACKS = Path(__file__).with_name("callbacks")
TOOLS = Path(sys.executable).parent
KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "KRB5_CONFIG")

Task = dict[str, Any]
Play = dict[str, Any]


def task(module: str, options: Mapping[str, Any] | None = None, name: str | None = None, **keywords: Any) -> Task:
    """A task with a module of this collection, or with any whose full name is given; its name is the module's if none is."""
    full = module if "." in module else f"ucops.lync.{module}"
    return {"name": name or module, full: dict(options or {}), **keywords}


def play(tasks: Sequence[Task], hosts: str = "lync_management", **keywords: Any) -> Play:
    """A play as the documentation writes it."""
    return {
        "name": "Test",
        "hosts": hosts,
        "gather_facts": False,
        "become": False,
        **keywords,
        "tasks": list(tasks),
    }


@dataclass(frozen=True)
class Order:
    """A run of ansible-playbook that a test wants; all but the playbook and the inventory as in :meth:`Ansible.run`."""

    playbook: Path | str | Sequence[Play]
    inventory: Path
    options: Sequence[str] = ()
    variables: Mapping[str, Any] | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 120


class Ansible:
    """Runs playbooks with nothing of the user's own settings, and files in one folder.

    No warning, deprecation or error may show that a test does not expect.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._runs = 0
        for name in ("home", "tmp"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "ansible.cfg").touch()

    def run(
        self,
        playbook: Path | str | Sequence[Play],
        inventory: Path,
        options: Sequence[str] = (),
        variables: Mapping[str, Any] | None = None,
        expect: Sequence[str] | None = (),
        status: int | None = 0,
        timeout: float = 120,
        settings: Mapping[str, str] | None = None,
    ) -> Run:
        """Run a playbook: plays, a file, or a name such as ``ucops.lync.hybrid``.

        :param variables: extra variables, through a YAML file.
        :param expect: fragments of the warnings and errors that must show; None: nobody looks.
        :param status: the exit code that it must have; None: any.
        :param settings: further environment variables.
        """
        run = self.perform(Order(playbook, inventory, tuple(options), variables, dict(settings or {}), timeout))
        assert status in (None, run.status), f"exit code {run.status} instead of {status}\n{run}"
        if expect is not None:
            check_notices(run, expect)
        return run

    def perform(self, order: Order) -> Run:
        """Carry out an order, whatever comes of it."""
        self._runs += 1
        folder = self.folder / f"run{self._runs}"
        folder.mkdir()
        command = [str(TOOLS / "ansible-playbook"), "-i", str(order.inventory), *order.options]
        if order.variables is not None:
            command += ["-e", f"@{self.write(folder / 'variables.yml', dict(order.variables))}"]
        playbook = order.playbook
        if not isinstance(playbook, (str, Path)):
            playbook = self.write(folder / "playbook.yml", list(playbook))
        process = subprocess.run(
            [*command, str(playbook)],
            cwd=folder,
            env=self.environment | {"LYNC_TEST_RECORD": str(folder / "record.jsonl")} | dict(order.settings),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=order.timeout,
        )
        return finished(process.returncode, process.stdout, process.stderr, folder / "record.jsonl")

    @property
    def environment(self) -> dict[str, str]:
        """This checkout as the collection, and nothing else of the machine."""
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        return {
            "LANG": "C.UTF-8",
            **kept,
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "tmp"),
            "NO_COLOR": "1",
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_CONFIG": str(self.folder / "ansible.cfg"),
            "ANSIBLE_HOME": str(self.folder / "home/.ansible"),
            "ANSIBLE_COLLECTIONS_PATH": str(CHECKOUT / ".build/dev"),
            "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
            "ANSIBLE_CALLBACKS_ENABLED": "record",
            "ANSIBLE_RETRY_FILES_ENABLED": "0",
        }

    @staticmethod
    def write(path: Path, data: Any) -> Path:
        """Write data as YAML."""
        path.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True), encoding="utf-8")
        return path
