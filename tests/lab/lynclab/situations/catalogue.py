# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every situation by its name. A situation is written as its name and its arguments behind colons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from lynclab.deployment.deployment import Deployment
from lynclab.machine import LabMachine
from lynclab.situations import deployments, federation, readiness, rights, servers, settings, shapes
from lynclab.spec import LabSpec

OF_DEPLOYMENTS: Mapping[str, Callable[..., None]] = {
    **deployments.TABLE,
    **federation.TABLE,
    **readiness.TABLE,
    **rights.TABLE,
    **settings.TABLE,
}
TABLE: Mapping[str, Callable[..., object]] = {**OF_DEPLOYMENTS, **servers.TABLE, **shapes.TABLE}


def shape(spec: LabSpec) -> LabSpec:
    """The specification after those of its situations that change the lab's shape. Raises ValueError for an unknown name."""
    for text in spec.situations:
        name = _name(text)
        if name in shapes.TABLE:
            spec = shapes.TABLE[name](spec)
    return spec


def apply(text: str, deployment: Deployment, machines: Sequence[LabMachine] = ()) -> None:
    """Apply a situation to a deployment, or to its machines. One of shapes was applied when the lab was built.

    Raises ValueError for an unknown name, Edge Server or machine.
    """
    name, arguments = _name(text), text.split(":")[1:]
    if name in servers.TABLE:
        servers.TABLE[name](machines, *arguments)
    elif name in OF_DEPLOYMENTS:
        with deployment.lock:
            deployment.replication.advance()
            OF_DEPLOYMENTS[name](deployment, *arguments)


def _name(text: str) -> str:
    name = text.partition(":")[0]
    if name not in TABLE:
        raise ValueError(f"no situation is called {name!r}; there are {', '.join(sorted(TABLE))}")
    return name
