# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What libraries log reaches nobody: a worker that writes it to Ansible's log file can wait for ever."""

from __future__ import annotations

import logging

import pytest

from ansible_collections.ucops.lync.plugins.plugin_utils._action.library_logs import keep_quiet


@pytest.mark.parametrize(
    "name", ["pypsrp.wsman", "winrm.vendor.requests_kerberos.kerberos_", "requests_credssp.credssp", "urllib3"]
)
def test_no_message_reaches_the_root_handlers(name: str) -> None:
    keep_quiet()
    logger: logging.Logger | None = logging.getLogger(name)
    while logger is not None and logger.propagate:
        logger = logger.parent
    assert logger is not None
    assert logger is not logging.getLogger()
