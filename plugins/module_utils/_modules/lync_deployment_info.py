# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read a deployment, or what one machine's own store holds: one document, in as few pipelines as possible."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from .._core.cmdlet import Cmdlet
from .._core.document import to_plain
from .._core.failures import Failure
from .._core.task import QUIET, Module, Task
from .._nouns.providers import PUBLIC_PROVIDERS
from .._nouns.table import NOUNS
from .._resource import inspect
from .._rollout.compared import identity
from .._rollout.parts import OPTIONAL, Gap
from .._rollout.read import deployment_parts, edge_parts, read_deployment, read_edge

ARGUMENT_SPEC: dict[str, Any] = {
    "nouns": {"type": "list", "elements": "str", "choices": list(NOUNS)},
    **inspect.ARGUMENT_SPEC,
}


def run(task: Task) -> None:
    """
    :raises Failure: when nothing of a local store could be read.
    :raises SessionFailed: when nothing opens.
    """
    reads = _reads(task.options)
    if not task.options["local_store"]:
        deployment = read_deployment(task, reads)
        _return(task, deployment, deployment.gaps)
        task.result["identity"] = identity(deployment)
        return
    edge = read_edge(task, reads)
    _return(task, edge, edge.gaps)
    if not edge.objects:
        raise Failure(edge.gaps[0].reason)


def cmdlets(task: Task, options: Mapping[str, Any]) -> tuple[Cmdlet, ...]:
    """What a task with these options reads."""
    parts = edge_parts if options["local_store"] else functools.partial(deployment_parts, task)
    return tuple(parts(_reads(options)).values())


def _reads(options: Mapping[str, Any]) -> list[Cmdlet]:
    nouns = options["nouns"] or NOUNS
    of_nouns = [resource.read for noun, resource in NOUNS.items() if noun in nouns]
    return of_nouns if options["local_store"] else [*of_nouns, PUBLIC_PROVIDERS]


def _return(task: Task, reading: Any, gaps: tuple[Gap, ...]) -> None:
    task.result.update(reading=to_plain(reading), **QUIET)
    for gap in gaps:
        if gap.part not in OPTIONAL:
            task.warn(f"{gap.part} could not be read: {gap.reason}")


MODULE = Module(ARGUMENT_SPEC, run)
