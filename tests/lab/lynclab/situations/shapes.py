# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Situations of a whole lab, by name: they change its shape before it is built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from lynclab.spec import LabSpec

Situation = Callable[..., LabSpec]


def second_deployment(spec: LabSpec) -> LabSpec:
    """One more deployment."""
    return replace(spec, deployments=spec.deployments + 1)


def lync2010(spec: LabSpec) -> LabSpec:
    """Lync Server 2010: fewer parameters and properties. It brings PowerShell 2; with 3.0 modules load by themselves."""
    return replace(spec, product="lync2010", powershell_version="3.0")


def no_edge(spec: LabSpec) -> LabSpec:
    """No Edge Server in the topology."""
    return replace(spec, edges=0)


def management_hosts(spec: LabSpec) -> LabSpec:
    """The inventory names every Front End of the pool as a management host."""
    return replace(spec, management_hosts=spec.front_ends)


TABLE: Mapping[str, Situation] = {
    "no-edge": no_edge,
    "management-hosts": management_hosts,
    "second-deployment": second_deployment,
    "lync2010": lync2010,
}
