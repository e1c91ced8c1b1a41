# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured of one run of ansible-playbook."""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figures:
    """Times in seconds, sizes in bytes.

    ``cpu`` is that of ansible-playbook, its workers and every process that they leave behind; ``lab_cpu`` what the servers
    took meanwhile. ``requests`` are all of HTTP, handshakes included, ``wsman_requests`` those with an action of WSMan. What
    is ``left`` is so a minute after the end; ``quiet`` is how long after the end nothing was left (60: something was).
    ``memory`` and ``keeper_memory`` are peaks of the Pss of all the controller's processes, and of the session keeper.
    ``keeper_cpu`` is the part of ``cpu`` that belongs to what outlived ansible-playbook: the session keeper.
    """

    wall: float
    cpu: float
    lab_cpu: float
    requests: float
    wsman_requests: float
    bytes_up: float
    bytes_down: float
    shells_opened: float
    shells_left: float
    processes_left: float
    quiet: float
    memory: float
    keeper_memory: float
    keeper_cpu: float


def lab_share(figures: Figures, processes: int) -> float:
    """How busy so many lab processes were on the average, of 1: near to it, their time is measured and not the controller's."""
    return figures.lab_cpu / figures.wall / processes


def median(of: Sequence[Figures]) -> Figures:
    """The median of each figure."""
    return Figures(*(statistics.median(values) for values in zip(*map(dataclasses.astuple, of), strict=True)))
