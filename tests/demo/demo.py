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

import sys
import time

from ansible_output import changing_cmdlets, without_way_back
from stage import CHECKOUT, VERIFIED, Stage, ansible_in, expect, expect_documented, perform
from store import Store


def dry_run(stage: Stage, store: Store) -> None:
    before = store.read()
    run = stage.play("Run 1 of 3: dry run. What would change?", "--check", "--diff")
    expect_documented(changing_cmdlets(without_way_back(run.output)))
    expect("  Way back: " in run.output, "The dry run does not show the way back.")
    expect(bool(run.changed), "The dry run does not say that something would change.")
    expect(store.read() == before, "The dry run changed the deployment.")


def real_run(stage: Stage, store: Store) -> None:
    before = store.read()
    # Looking more often than in production shows each step of the replication.
    headline = "Run 2 of 3: for real. Change, wait for replication, look at every Edge Server"
    run = stage.play(headline, "-e", "hybrid_replication_interval=1")
    expect(bool(run.changed), "The real run changed nothing.")
    expect(store.read() != before, "The real run says that it changed something, but the deployment is as before.")
    expect("; waiting for " in run.output, "The real run does not show what it waits for.")
    expect(VERIFIED in run.output, f"The real run does not say '{VERIFIED}'.")


def second_run(stage: Stage, store: Store) -> None:
    before = store.read()
    run = stage.play("Run 3 of 3: the same again. Nothing is left to do")
    expect(not run.changed, f"The second run changed something: {run.changed}.")
    expect(store.read() == before, "The second run says that it changed nothing, but the deployment is not as before.")
    expect(VERIFIED in run.output, f"The second run does not say '{VERIFIED}'.")


def demo(stage: Stage) -> None:
    started = time.monotonic()
    with stage.lab() as store:
        for run in (dry_run, real_run, second_run):
            run(stage, store)
    print(
        "\nDemo: the dry run showed the two documented cmdlets and changed nothing; the real run changed the deployment"
        "\nand proved it on all six Edge Servers; the second run had nothing to do."
        f"\nIt took {time.monotonic() - started:.0f} seconds. The lab is stopped."
    )


if __name__ == "__main__":
    perform(demo, Stage(ansible_in(sys.argv[1:]), CHECKOUT / ".build/demo"))
