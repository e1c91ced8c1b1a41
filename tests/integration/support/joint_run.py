# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of ansible-playbook that does what several tests want, and the part of its outcome that each of them gets.

Every test's plays come one after another. That a host failed ends no run, because others' plays follow: its status is told from
the results.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from support.ansible import Ansible, Order, Play
from support.run import Result, Run

GOES_ON = {"ignore_errors": True, "ignore_unreachable": True}
TIMEOUT = 900.0
"""Seconds for the work of all tests of a file."""

_PLAY = re.compile(r"^PLAY \[(?P<test>\w+)\] \**\n", re.MULTILINE)
_RECAP = re.compile(r"^PLAY RECAP \*+$", re.MULTILINE)


def can_join(order: Order) -> bool:
    """Whether it consists of plays, and not of a playbook's file."""
    return not isinstance(order.playbook, (str, Path))


def _plays(order: Order) -> Sequence[Play]:
    assert not isinstance(order.playbook, (str, Path))
    return order.playbook


def joint_run(ansible: Ansible, orders: Mapping[str, Order]) -> Mapping[str, Run]:
    """Carry out orders that differ in their plays and inventories only.

    :param orders: by a name that can be that of a group.
    :returns: by name, a run with the output of the order's plays, the results of its hosts and their warnings.
    """
    common = next(iter(orders.values()))
    inventories = {name: _flat(order) for name, order in orders.items()}
    inventory = ansible.write(ansible.folder / "inventory.yml", _merged(inventories))
    plays = [_play(name, play) for name, order in orders.items() for play in _plays(order)]
    run = ansible.perform(Order(plays, inventory, common.options, common.variables, common.settings, TIMEOUT))
    assert _RECAP.search(run.output), f"the run broke\n{run}"
    output = _by_test(run.output)
    parts = {}
    for name, order in orders.items():
        hosts = {host for group in inventories[name].values() for host in group}
        results = [result for result in run.results if result.host in hosts]
        notices = [" ".join(text.split()) for result in results for text in _warnings(result)]
        errors = "\n".join(f"[WARNING]: {notice}" for notice in notices)
        parts[name] = Run(_status(order, results), output.get(name, ""), errors, results, notices)
    known = [notice for part in parts.values() for notice in part.notices]
    strange = [notice for notice in run.notices if not any(text in notice for text in known)]
    assert not strange, f"unexpected notices, of no result: {strange}\n{run}"
    return parts


def _flat(order: Order) -> dict[str, dict[str, dict[str, Any]]]:
    """The hosts of the inventory by group, with all their variables."""
    everybody = yaml.safe_load(order.inventory.read_text(encoding="utf-8"))["all"]
    return {
        group: {
            host: {**everybody.get("vars", {}), **content.get("vars", {}), **(variables or {})}
            for host, variables in content["hosts"].items()
        }
        for group, content in everybody["children"].items()
    }


def _merged(inventories: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """All hosts in their groups, and those of each test in a group of its name."""
    children: dict[str, Any] = {}
    for name, groups in inventories.items():
        for group, hosts in groups.items():
            for place in (group, name):
                known = children.setdefault(place, {"hosts": {}})["hosts"]
                assert place == name or not hosts.keys() & known.keys(), f"two tests have one host: {hosts.keys()}"
                known.update(hosts)
    return {"all": {"children": children}}


def _play(name: str, play: Play) -> Play:
    hosts = ",".join(f"{pattern}:&{name}" for pattern in play["hosts"].split(","))
    return {**play, "name": name, "hosts": hosts, **GOES_ON}


def _by_test(output: str) -> dict[str, str]:
    """What the plays of each test showed."""
    shown: dict[str, str] = {}
    plays, _recap, _counts = output.rpartition("\nPLAY RECAP")
    starts = list(_PLAY.finditer(plays))
    for start, end in zip(starts, [*(start.start() for start in starts[1:]), len(plays)], strict=True):
        shown[start["test"]] = shown.get(start["test"], "") + plays[start.start() : end]
    return shown


def _warnings(result: Result) -> Iterator[str]:
    for kind in ("warnings", "deprecations"):
        for one in result.data.get(kind) or ():
            yield one["msg"] if isinstance(one, Mapping) else str(one)


def _status(order: Order, results: Sequence[Result]) -> int:
    """The exit code that the order's own run would have had."""
    ignored = {task["name"] for play in _plays(order) for task in play["tasks"] if task.get("ignore_errors")}
    ended = [one for one in results if one.status in ("failed", "unreachable") and one.task not in ignored]
    if not ended:
        return 0
    assert all(one is results[-1] for one in ended), "a run of its own would have ended earlier"
    return 4 if ended[-1].status == "unreachable" else 2
