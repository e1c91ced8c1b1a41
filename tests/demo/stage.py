# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a demo plays on: a lab with one deployment of three sites and two Edge Servers in each, and ansible-playbook.

Each run is checked: a demo fails where something else happens than it tells, and leaves no process behind.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ansible_output import Shown, recap, without_colours
from processes import adopt_orphans, child, left_behind, stop
from store import Store

CHECKOUT = Path(__file__).resolve().parents[2]
LAB = ("--deployments", "1", "--sites", "3", "--edges", "2")
LAB_START_SECONDS = 30
VERIFIED = "6 of 6 Edge Servers in the topology verified"
DOCUMENTED = [
    Shown("Set-CsAccessEdgeConfiguration", {"AllowFederatedUsers": "$true"}),
    Shown(
        "New-CsHostingProvider",
        {
            "Identity": "Exchange Online",
            "Enabled": "$true",
            "EnabledSharedAddressSpace": "$true",
            "HostsOCSUsers": "$false",
            "ProxyFqdn": "exap.um.outlook.com",
            "IsLocal": "$false",
            "VerificationLevel": "UseSourceVerification",
        },
    ),
]


class DemoFailed(Exception):
    """Something was not as it must be; the text says what."""


def expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise DemoFailed(otherwise)


def expect_documented(cmdlets: Sequence[Shown]) -> None:
    """That these are the documented two, in whatever order."""
    shown = "\n".join(f"  {cmdlet}" for cmdlet in cmdlets)
    expect(
        len(cmdlets) == len(DOCUMENTED) and all(cmdlet in cmdlets for cmdlet in DOCUMENTED),
        f"The dry run shows other cmdlets than the documented two:\n{shown or '  none'}",
    )


def _expect_nobody_left() -> None:
    others = left_behind()
    expect(not others, "".join(["Processes were left behind:", *(f"\n  {pid} {line}" for pid, line in others.items())]))


@dataclass(frozen=True)
class Ansible:
    """Where Ansible's commands and the collection are, and how its playbooks are named there."""

    tools: Path = Path(sys.executable).parent
    collections: Path = CHECKOUT / ".build/dev"
    playbook: str = "playbooks/{}.yml"


def ansible_in(environments: Sequence[str]) -> Ansible:
    """That of the virtual environment that is named, or of this one."""
    if not environments:
        return Ansible()
    (folder,) = map(Path, environments)
    return Ansible(folder / "bin", folder / "collections", "ucops.lync.{}")


@dataclass(frozen=True)
class Run:
    """What a run of a playbook printed."""

    output: str

    @property
    def changed(self) -> dict[str, int]:
        """The hosts that changed, and how many tasks changed them."""
        return {host: counts["changed"] for host, counts in recap(self.output).items() if counts["changed"]}


@dataclass(frozen=True)
class Stage:
    """
    :ivar folder: of the demo's own files.
    :ivar settings: of Ansible's own, for its configuration file.
    """

    ansible: Ansible
    folder: Path
    settings: str = ""

    @property
    def inventory(self) -> Path:
        return self.folder / "inventory.yml"

    @property
    def log(self) -> Path:
        """What the lab said."""
        return self.folder / "lab.log"

    @contextmanager
    def lab(self) -> Iterator[Store]:
        """The lab, from when all its servers listen until the block ends."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.inventory.unlink(missing_ok=True)
        command = [sys.executable, "-m", "lynclab", "up", *LAB, "--inventory", str(self.inventory)]
        environment = {**os.environ, "PYTHONPATH": str(CHECKOUT / "tests/lab"), "PYTHONUNBUFFERED": "1"}
        print("Starting the lab: one deployment, three sites, two Edge Servers in each", flush=True)
        with (
            self.log.open("w", encoding="utf-8") as log,
            child(command, cwd=self.folder, env=environment, stdout=log, stderr=subprocess.STDOUT) as lab,
        ):
            self._wait_for(lab)
            yield Store(self.ansible.tools / "ansible-inventory", self.inventory, self._environment())
            expect(lab.poll() is None, "The lab ended by itself.")
            expect(stop(lab), "The lab did not stop when it was asked to.")
            _expect_nobody_left()

    def play(self, headline: str, *options: str, playbook: str = "hybrid", status: int = 0) -> Run:
        """Run a playbook with its output on the screen.

        :param status: that it must end with.
        """
        name = self.ansible.playbook.format(playbook)
        command = [str(self.ansible.tools / "ansible-playbook"), name, "-i", str(self.inventory), *options]
        shown = " ".join(["ansible-playbook", name, "-i", str(self.inventory.relative_to(CHECKOUT)), *options])
        print(f"\n{'=' * 100}\n{headline}\n  {shown}\n{'=' * 100}", flush=True)
        lines = []
        with child(
            command, cwd=CHECKOUT, env=self._environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as playing:
            assert playing.stdout is not None
            for line in playing.stdout:
                print(line, end="", flush=True)
                lines.append(line)
            ended = playing.wait()
            _expect_nobody_left()
        run = Run(without_colours("".join(lines)))
        expect(ended == status, f"ansible-playbook ended with status {ended}{f', not {status}' if status else ''}.")
        expect(bool(recap(run.output)), "ansible-playbook printed no recap.")
        return run

    def _wait_for(self, lab: subprocess.Popen[str]) -> None:
        """The lab writes the inventory when all its servers listen."""
        deadline = time.monotonic() + LAB_START_SECONDS
        while not self.inventory.exists():
            expect(lab.poll() is None, f"The lab ended with status {lab.returncode} before it was ready.")
            expect(time.monotonic() < deadline, f"The lab was not ready within {LAB_START_SECONDS} seconds.")
            time.sleep(0.1)

    def _environment(self) -> dict[str, str]:
        """For Ansible: the collection, its defaults, nothing of the user's own settings."""
        settings = self.folder / "ansible.cfg"
        settings.write_text(self.settings, encoding="utf-8")
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("ANSIBLE_") and not name.lower().endswith("_proxy") and name != "PYTHONPATH"
        }
        colours = {"ANSIBLE_FORCE_COLOR": "true"} if sys.stdout.isatty() and "NO_COLOR" not in os.environ else {}
        return (
            inherited
            | colours
            | {
                "PATH": f"{self.ansible.tools}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
                "ANSIBLE_CONFIG": str(settings),
                "ANSIBLE_HOME": str(self.folder / "ansible"),
                "ANSIBLE_COLLECTIONS_PATH": str(self.ansible.collections),
                "ANSIBLE_LOCALHOST_WARNING": "false",
                "ANSIBLE_NOCOWS": "true",
                "KRB5_CONFIG": str(CHECKOUT / "tests/krb5.conf"),
                "PYTHONUNBUFFERED": "1",
            }
        )


def perform(demo: Callable[[Stage], None], stage: Stage) -> None:
    """Show a demo, and end as a command does."""
    signal.signal(signal.SIGTERM, _ended)
    signal.signal(signal.SIGHUP, _ended)
    adopt_orphans()
    try:
        demo(stage)
    except DemoFailed as failure:
        said = stage.log.read_text(encoding="utf-8").splitlines()[-15:] if stage.log.exists() else []
        last = "".join(f"  {line}\n" for line in said)
        sys.exit(f"\nDEMO FAILED: {failure}\nThe lab's last lines ({stage.log.relative_to(CHECKOUT)}):\n{last}")
    except KeyboardInterrupt:
        sys.exit("\nThe demo was interrupted; the lab is stopped.")


def _ended(_signal: int, _frame: object) -> None:
    raise SystemExit("The demo was ended from outside.")
