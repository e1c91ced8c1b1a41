# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A callback plugin that writes every result as a line of JSON, beside what Ansible shows the user."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: record
type: notification
short_description: Results as lines of JSON
description: Writes every result to the file that the environment variable LYNC_TEST_RECORD names.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "record"
    CALLBACK_NEEDS_ENABLED = True

    def v2_runner_on_ok(self, result: Any) -> None:
        self._write("ok", result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._write("failed", result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._write("unreachable", result)

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._write("skipped", result)

    def v2_runner_item_on_ok(self, result: Any) -> None:
        self._write("item ok", result)

    def v2_runner_item_on_failed(self, result: Any) -> None:
        self._write("item failed", result)

    def _write(self, status: str, result: Any) -> None:
        line = {
            "status": status,
            "host": result.host.get_name(),
            "task": result.task.name or result.task.action,
            "action": result.task.action,
            "data": result.result,
        }
        with Path(os.environ["LYNC_TEST_RECORD"]).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line, default=str) + "\n")
