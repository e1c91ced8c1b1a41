# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Get-CsHostedVoicemailPolicy: which Exchange service takes unanswered calls (learn.microsoft.com, the cmdlet's page)."""

from __future__ import annotations

from lynclab.cmdlets.invocation import Invocation, selected, shape


def get(call: Invocation) -> None:
    """Write the chosen policies: a user policy goes by its name with and without its scope."""
    items = call.content().items("hosted_voicemail_policies")
    named = call.identity()
    if named is not None and named.lower() not in items and f"tag:{named.lower()}" in items:
        named = f"Tag:{named}"
    for item in selected(items.values(), call, named):
        output = call.output_class("Get-CsHostedVoicemailPolicy", "HostedVoicemailPolicy")
        call.write(shape(output, item, str(item["Identity"])))
