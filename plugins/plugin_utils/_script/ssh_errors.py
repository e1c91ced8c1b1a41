# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ansible's ssh says, as causes: it runs a program, of which it has the text only."""

from __future__ import annotations

import re

from ansible.errors import AnsibleAuthenticationFailure

from ansible_collections.ucops.lync.plugins.plugin_utils._failures.causes import Cause, Diagnosis
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.chain import one_line
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.only_text import OPENSSH, cause_in

_CHATTER = re.compile(r"debug\d|OpenSSH_")
"""What ``ssh -v`` tells, which Ansible asks for with -vvv."""


def diagnosis_of(error: BaseException) -> Diagnosis:
    """The cause behind what the plugin raised."""
    if isinstance(error, AnsibleAuthenticationFailure):
        return Diagnosis(Cause.KEY_REFUSED)
    lines = [line.strip() for line in str(error).splitlines()]
    said = [line for line in lines if line and not _CHATTER.match(line)]
    cause = cause_in("\n".join(said), OPENSSH)
    if cause is not None:
        return Diagnosis(cause)
    return Diagnosis(Cause.SSH_FAILED, one_line(said[-1].rstrip(". ")) if said else type(error).__name__)
