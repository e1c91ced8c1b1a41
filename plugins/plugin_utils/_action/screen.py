# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is shown to people while a run goes on, beside what Ansible shows of each task."""

from __future__ import annotations

import contextlib
import os

from ansible import constants
from ansible.utils.display import Display

FOR_PEOPLE = frozenset({"awx_display", "debug", "default", "minimal", "oneline", "yaml"})
"""Callbacks that write text to the standard output. Any other may write what a program reads, as ``ansible.posix.json`` does."""

display = Display()


def show(text: str) -> None:
    """Show a text that is made visible already. What a program may read keeps the standard output for itself."""
    display.display(text, stderr=_to_errors())


def show_at_once(text: str) -> None:
    """The same where nothing can be waited for, and a write may have been cut short: in the handler of a signal."""
    with contextlib.suppress(OSError):
        os.write(2 if _to_errors() else 1, f"{text}\n".encode())


def _to_errors() -> bool:
    return str(constants.DEFAULT_STDOUT_CALLBACK).rpartition(".")[2] not in FOR_PEOPLE
