# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests wish for, and the way from a wish to a fact that every configuring module has to go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from support.ansible import Task, task
from support.run import Result
from support.stage import Stage

FEDERATION = {"allow_federated_users": True}
EXCHANGE_ONLINE = {
    "identity": "Exchange Online",
    "proxy_fqdn": "exap.um.outlook.com",
    "enabled": True,
    "enabled_shared_address_space": True,
    "hosts_ocs_users": False,
    "is_local": False,
    "verification_level": "UseSourceVerification",
}
SETTINGS: dict[str, Any] = {
    "access_edge": {"global": FEDERATION},
    "hosting_provider": {
        "Exchange Online": {name: value for name, value in EXCHANGE_ONLINE.items() if name != "identity"}
    },
}
"""What the procedure of the documentation leaves, by noun and identity."""

EXCHANGE_ONLINE_SENT = {
    "Identity": "Exchange Online",
    "Enabled": True,
    "EnabledSharedAddressSpace": True,
    "HostsOCSUsers": False,
    "ProxyFqdn": "exap.um.outlook.com",
    "IsLocal": False,
    "VerificationLevel": "UseSourceVerification",
}
EXCHANGE_ONLINE_LINE = (
    'New-CsHostingProvider -Identity "Exchange Online" -Enabled $true -EnabledSharedAddressSpace $true '
    "-HostsOCSUsers $false -ProxyFqdn exap.um.outlook.com -IsLocal $false -VerificationLevel UseSourceVerification"
)


def access_edge(**options: Any) -> Task:
    """A task with lync_access_edge."""
    return task("lync_access_edge", options)


def hosting_provider(**options: Any) -> Task:
    """A task with lync_hosting_provider."""
    return task("lync_hosting_provider", options)


def comes_true(
    stage: Stage,
    wish: Task,
    lines: Sequence[str],
    sent: Sequence[tuple[str, dict[str, Any]]],
    expect: Sequence[str] = (),
    spelled: Mapping[str, Any] | None = None,
) -> Result:
    """Dry run, run, and second run of a task that has something to change.

    :param lines: the cmdlet lines that the dry run's diff and both results must show.
    :param sent: the changing cmdlets that must arrive, with their parameters.
    :param expect: warnings of the first two runs; the last one has none.
    :param spelled: what the server spells otherwise than the dry run foresaw.
    """
    dry = stage.dry_run(wish, expect=expect)
    assert dry.one().changed
    assert dry.one().cmdlets == list(lines)
    assert shown_in_diff(dry.output) == list(lines)
    run = stage.run(wish, expect=expect, options=["--diff"])
    assert run.one().changed
    assert run.one().cmdlets == list(lines)
    assert stage.written() == list(sent)
    foreseen, came = dry.one()["after"], run.one()["after"]
    assert came == (None if foreseen is None else {**came, **foreseen, **(spelled or {})}), (
        "the dry run foresaw something else"
    )
    again = stage.run(wish)
    assert not again.one().changed
    assert again.one().cmdlets == []
    stage.assert_only_read()
    return run.one()


def shown_in_diff(output: str) -> list[str]:
    """The cmdlet lines that ``--diff`` shows the user."""
    verbs = ("Set-Cs", "New-Cs", "Remove-Cs", "Invoke-Cs", "Grant-Cs")
    return [line for line in output.splitlines() if line.startswith(verbs)]
