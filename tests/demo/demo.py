# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hybrid playbook on the lab: a dry run, a real run, and a second run that changes nothing.

Every run is checked, and the demo fails where one does something else. It starts a lab with one deployment of three
sites and two Edge Servers in each, and stops it again.

It shows this checkout, or with an argument what is installed in another virtual environment: the collection in its
folder ``collections``.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ansible_output import Shown, changing_cmdlets, recap, without_colours
from processes import adopt_orphans, child, left_behind, stop
from store import Store

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDER = CHECKOUT / ".build/demo"
INVENTORY = FOLDER / "inventory.yml"
LAB_LOG = FOLDER / "lab.log"
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


@dataclass(frozen=True)
class Ansible:
    """Where Ansible's commands and the collection are, and how the playbook is named there."""

    tools: Path = Path(sys.executable).parent
    collections: Path = CHECKOUT / ".build/dev"
    playbook: str = "playbooks/hybrid.yml"


@dataclass(frozen=True)
class Run:
    """What a run of the playbook printed."""

    output: str

    @property
    def changed(self) -> dict[str, int]:
        """The hosts that changed, and how many tasks changed them."""
        return {host: counts["changed"] for host, counts in recap(self.output).items() if counts["changed"]}


def expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise DemoFailed(otherwise)


def expect_nobody_left() -> None:
    others = left_behind()
    expect(not others, "".join(["Processes were left behind:", *(f"\n  {pid} {line}" for pid, line in others.items())]))


def environment(ansible: Ansible) -> dict[str, str]:
    """For Ansible: the collection, its defaults, nothing of the user's own settings."""
    settings = FOLDER / "ansible.cfg"
    settings.write_text("", encoding="utf-8")
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
            "PATH": f"{ansible.tools}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "ANSIBLE_CONFIG": str(settings),
            "ANSIBLE_HOME": str(FOLDER / "ansible"),
            "ANSIBLE_COLLECTIONS_PATH": str(ansible.collections),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_NOCOWS": "true",
            "KRB5_CONFIG": str(CHECKOUT / "tests/krb5.conf"),
            "PYTHONUNBUFFERED": "1",
        }
    )


def wait_for_lab(lab: subprocess.Popen[str]) -> None:
    """The lab writes the inventory when all its servers listen."""
    deadline = time.monotonic() + LAB_START_SECONDS
    while not INVENTORY.exists():
        expect(lab.poll() is None, f"The lab ended with status {lab.returncode} before it was ready.")
        expect(time.monotonic() < deadline, f"The lab was not ready within {LAB_START_SECONDS} seconds.")
        time.sleep(0.1)


def play(ansible: Ansible, headline: str, *options: str) -> Run:
    """Run the playbook with its output on the screen."""
    command = [str(ansible.tools / "ansible-playbook"), ansible.playbook, "-i", str(INVENTORY), *options]
    shown = " ".join(["ansible-playbook", ansible.playbook, "-i", str(INVENTORY.relative_to(CHECKOUT)), *options])
    print(f"\n{'=' * 100}\n{headline}\n  {shown}\n{'=' * 100}", flush=True)
    lines = []
    with child(
        command, cwd=CHECKOUT, env=environment(ansible), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as playbook:
        assert playbook.stdout is not None
        for line in playbook.stdout:
            print(line, end="", flush=True)
            lines.append(line)
        status = playbook.wait()
        expect_nobody_left()
    run = Run(without_colours("".join(lines)))
    expect(status == 0, f"ansible-playbook ended with status {status}.")
    expect(bool(recap(run.output)), "ansible-playbook printed no recap.")
    return run


def dry_run(ansible: Ansible, store: Store) -> None:
    before = store.read()
    run = play(ansible, "Run 1 of 3: dry run. What would change?", "--check", "--diff")
    cmdlets = changing_cmdlets(run.output)
    shown = "\n".join(f"  {cmdlet}" for cmdlet in cmdlets)
    expect(
        len(cmdlets) == len(DOCUMENTED) and all(cmdlet in cmdlets for cmdlet in DOCUMENTED),
        f"The dry run shows other cmdlets than the documented two:\n{shown or '  none'}",
    )
    expect(bool(run.changed), "The dry run does not say that something would change.")
    expect(store.read() == before, "The dry run changed the deployment.")


def real_run(ansible: Ansible, store: Store) -> None:
    before = store.read()
    # Looking more often than in production shows each step of the replication.
    headline = "Run 2 of 3: for real. Change, wait for replication, look at every Edge Server"
    run = play(ansible, headline, "-e", "hybrid_replication_interval=1")
    expect(bool(run.changed), "The real run changed nothing.")
    expect(store.read() != before, "The real run says that it changed something, but the deployment is as before.")
    expect("; waiting for " in run.output, "The real run does not show what it waits for.")
    expect(VERIFIED in run.output, f"The real run does not say '{VERIFIED}'.")


def second_run(ansible: Ansible, store: Store) -> None:
    before = store.read()
    run = play(ansible, "Run 3 of 3: the same again. Nothing is left to do")
    expect(not run.changed, f"The second run changed something: {run.changed}.")
    expect(store.read() == before, "The second run says that it changed nothing, but the deployment is not as before.")
    expect(VERIFIED in run.output, f"The second run does not say '{VERIFIED}'.")


def main(ansible: Ansible) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    INVENTORY.unlink(missing_ok=True)
    started = time.monotonic()
    runs: tuple[Callable[[Ansible, Store], None], ...] = (dry_run, real_run, second_run)
    command = [sys.executable, "-m", "lynclab", "up", *LAB, "--inventory", str(INVENTORY)]
    lab_environment = {**os.environ, "PYTHONPATH": str(CHECKOUT / "tests/lab"), "PYTHONUNBUFFERED": "1"}
    print("Starting the lab: one deployment, three sites, two Edge Servers in each", flush=True)
    with (
        LAB_LOG.open("w", encoding="utf-8") as log,
        child(command, cwd=FOLDER, env=lab_environment, stdout=log, stderr=subprocess.STDOUT) as lab,
    ):
        wait_for_lab(lab)
        store = Store(ansible.tools / "ansible-inventory", INVENTORY, environment(ansible))
        for run in runs:
            run(ansible, store)
        expect(lab.poll() is None, "The lab ended by itself.")
        expect(stop(lab), "The lab did not stop when it was asked to.")
        expect_nobody_left()
    print(
        "\nDemo: the dry run showed the two documented cmdlets and changed nothing; the real run changed the deployment"
        "\nand proved it on all six Edge Servers; the second run had nothing to do."
        f"\nIt took {time.monotonic() - started:.0f} seconds. The lab is stopped."
    )


def ansible_in(environments: Sequence[str]) -> Ansible:
    """That of the virtual environment that is named, or of this one."""
    if not environments:
        return Ansible()
    (folder,) = map(Path, environments)
    return Ansible(folder / "bin", folder / "collections", "ucops.lync.hybrid")


def ended(_signal: int, _frame: object) -> None:
    raise SystemExit("The demo was ended from outside.")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, ended)
    signal.signal(signal.SIGHUP, ended)
    adopt_orphans()
    try:
        main(ansible_in(sys.argv[1:]))
    except DemoFailed as failure:
        last = "".join(f"  {line}\n" for line in LAB_LOG.read_text(encoding="utf-8").splitlines()[-15:])
        sys.exit(f"\nDEMO FAILED: {failure}\nThe lab's last lines ({LAB_LOG.relative_to(CHECKOUT)}):\n{last}")
    except KeyboardInterrupt:
        sys.exit("\nThe demo was interrupted; the lab is stopped.")
