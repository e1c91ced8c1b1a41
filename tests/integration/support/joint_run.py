# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of ansible-playbook that does what several tests want, and the part of its outcome that each of them gets.

Every test's plays come one after another, on hosts whose names have the test's name in front, which is taken away again from
what comes out. That a host failed ends no run, because others' plays follow: the exit code is told from the results.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
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
    plays = [_play(name, play, inventories[name]) for name, order in orders.items() for play in _plays(order)]
    run = ansible.perform(Order(plays, inventory, common.options, common.variables, common.settings, TIMEOUT))
    assert _RECAP.search(run.output), f"the run broke\n{run}"
    parts = {name: _part(name, order, run) for name, order in orders.items()}
    known = [notice for part in parts.values() for notice in part.notices]
    strange = [notice for notice in run.notices if not any(text in notice for text in known)]
    assert not strange, f"unexpected notices, of no result: {strange}\n{run}"
    return parts


Groups = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Variables by host by group."""


def _flat(order: Order) -> Groups:
    everybody = yaml.safe_load(order.inventory.read_text(encoding="utf-8"))["all"]
    return {
        group: {
            host: {**everybody.get("vars", {}), **content.get("vars", {}), **(variables or {})}
            for host, variables in content["hosts"].items()
        }
        for group, content in everybody["children"].items()
    }


def _prefix(name: str) -> str:
    return f"{name}--"


def _merged(inventories: Mapping[str, Groups]) -> dict[str, Any]:
    """All hosts in their groups, and those of each test in a group of its name."""
    children: dict[str, Any] = defaultdict(lambda: {"hosts": {}})
    for name, groups in inventories.items():
        for group, hosts in groups.items():
            for host, variables in hosts.items():
                for place in (group, name):
                    children[place]["hosts"][_prefix(name) + host] = dict(variables)
    return {"all": {"children": dict(children)}}


def _play(name: str, play: Play, groups: Groups) -> Play:
    names = {host: _prefix(name) + host for hosts in groups.values() for host in hosts}
    hosts = ",".join(f"{names.get(pattern, pattern)}:&{name}" for pattern in play["hosts"].split(","))
    return {**_renamed(play, names), "name": name, "hosts": hosts, **GOES_ON}


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """A part of a play with the new names where hosts are meant, and not machines of the topology."""
    if isinstance(value, Mapping):
        changed = {key: _renamed(one, names) for key, one in value.items()}
        if changed.get("delegate_to") in names:
            changed["delegate_to"] = names[changed["delegate_to"]]
        return changed
    if isinstance(value, list):
        return [_renamed(one, names) for one in value]
    if isinstance(value, str):
        for old, new in names.items():
            value = value.replace(f"hostvars['{old}']", f"hostvars['{new}']")
    return value


def _part(name: str, order: Order, run: Run) -> Run:
    """What one test sees of a run."""
    prefix = _prefix(name)
    mine = [vars(result) for result in run.results if result.host.startswith(prefix)]
    results = [Result(**fields) for fields in json.loads(json.dumps(mine, default=dict).replace(prefix, ""))]
    notices = [" ".join(text.split()) for result in results for text in _warnings(result)]
    errors = "\n".join(f"[WARNING]: {notice}" for notice in notices)
    return Run(_status(order, results), _output(name, run.output).replace(prefix, ""), errors, results, notices)


def _output(name: str, output: str) -> str:
    """What the plays of a test showed."""
    plays, _recap, _counts = output.rpartition("\nPLAY RECAP")
    starts = list(_PLAY.finditer(plays))
    ends = [*(start.start() for start in starts[1:]), len(plays)]
    return "".join(plays[start.start() : end] for start, end in zip(starts, ends, strict=True) if start["test"] == name)


def _warnings(result: Result) -> Iterator[str]:
    for kind in ("warnings", "deprecations"):
        for one in result.data.get(kind) or ():
            yield one["msg"] if isinstance(one, Mapping) else str(one)


def _status(order: Order, results: Sequence[Result]) -> int:
    """The exit code that the order's own run would have had."""
    ignored = {task["name"] for play in _plays(order) for task in play["tasks"] if task.get("ignore_errors")}
    last = {result.host: result for result in results}
    ended = [one for one in results if one.status in ("failed", "unreachable") and one.task not in ignored]
    assert all(one is last[one.host] for one in ended), "a run of its own would have ended earlier"
    found = {one.status for one in ended}
    return 2 * ("failed" in found) + 4 * ("unreachable" in found)
