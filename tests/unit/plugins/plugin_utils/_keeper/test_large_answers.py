# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One host's large answer delays no other."""

from __future__ import annotations

import itertools
import threading
import time

from ansible_collections.ucops.lync.plugins.plugin_utils._keeper import messages
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.request import HEARTBEAT_SECONDS
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._keeper.fake_keeper import (
    GET,
    LARGE,
    SLOW,
    Keeper,
    Server,
    Task,
    running,
    until,
)


def test_a_large_answer_arrives_whole(keeper: Keeper, server: Server) -> None:
    server.large = [f"{number} {'x' * 1000}" for number in range(10_000)]
    task = keeper.task()
    task.ask(LARGE)
    assert task.output().objects == server.large


def test_a_task_that_does_not_read_its_answer_delays_nobody(keeper: Keeper, server: Server) -> None:
    server.large = ["x" * 1000] * 10_000
    lazy, other = keeper.task(), keeper.task()
    lazy.ask(LARGE)
    until(lambda: server.ran(LARGE.name))
    for _request in range(3):
        other.ask(GET)
        other.output()
    other.ask(SLOW, user="other")
    for _heartbeat in range(3):
        assert other.receive() == messages.heartbeat(0)
    assert lazy.output().objects == server.large


def longest_silence(task: Task, seconds: float) -> float:
    """The longest time between two messages to a task, in so many seconds."""
    heard = [time.monotonic()]
    while heard[-1] - heard[0] < seconds:
        assert task.receive() is not None
        heard.append(time.monotonic())
    return max(later - earlier for earlier, later in itertools.pairwise(heard))


def test_large_answers_delay_no_heartbeat_by_more_than_a_second(keeper: Keeper, server: Server) -> None:
    """80 MB in all, from four servers at once."""
    server.large = ["<S>value</S>" * 160] * 10_000
    slow = running(keeper, server, user="slow")
    readers = []
    for number in range(4):
        task = keeper.task()
        task.ask(LARGE, user=f"large{number}")
        readers.append(threading.Thread(target=task.response))
        readers[-1].start()
    silence = longest_silence(slow, 4.0)
    for reader in readers:
        reader.join(60)
        assert not reader.is_alive()
    assert silence < HEARTBEAT_SECONDS + 1.0
