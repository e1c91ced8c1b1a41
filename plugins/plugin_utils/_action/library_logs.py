# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps what the libraries log to themselves: it becomes a sentence, or is of no use to an administrator.

Without a handler Python prints it between the tasks, with its stack. With ``log_path`` set it would go to Ansible's log file from
a worker, which can wait for ever for a lock of that file that another thread held when the worker was forked (seen).
"""

from __future__ import annotations

import logging

LIBRARIES = (
    "pypsrp",
    "winrm",
    "spnego",
    "requests_credssp",
    "requests_ntlm",
    "requests_kerberos",
    "urllib3",
    "krb5",
    "gssapi",
)


def keep_quiet() -> None:
    """Stop the libraries' messages from reaching any handler but their own."""
    for name in LIBRARIES:
        logger = logging.getLogger(name)
        logger.addHandler(logging.NullHandler())
        logger.propagate = False
