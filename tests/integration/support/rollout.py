# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run of playbooks/hybrid.yml as its user sees it: the table, the sentences under it, the hosts that fail."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.ansible import PLAYBOOKS, Play
from support.run import Run
from support.stage import Stage

PLAYBOOK = PLAYBOOKS / "hybrid.yml"
PATIENCE: Mapping[str, Any] = {
    "hybrid_replication_interval": 0.2,
    "hybrid_replication_timeout": 30,
    "hybrid_replication_stamp_timeout": 20,
    "hybrid_content_interval": 0.2,
    "hybrid_content_timeout": 20,
}
"""For what comes to a good end: a lab's replication takes half a second, a busy machine longer."""
IMPATIENCE: Mapping[str, Any] = {
    **PATIENCE,
    "hybrid_replication_timeout": 3,
    "hybrid_replication_stamp_timeout": 1.5,
    "hybrid_content_timeout": 0.5,
}
"""For what never comes."""

Written = tuple[str, dict[str, Any]]

FEDERATION: Written = ("Set-CsAccessEdgeConfiguration", {"AllowFederatedUsers": True})
PROVIDER: Written = (
    "New-CsHostingProvider",
    {
        "Identity": "Exchange Online",
        "Enabled": True,
        "EnabledSharedAddressSpace": True,
        "HostsOCSUsers": False,
        "ProxyFqdn": "exap.um.outlook.com",
        "IsLocal": False,
        "VerificationLevel": "UseSourceVerification",
    },
)
DOCUMENTED = [PROVIDER, FEDERATION]
SHOWN = [
    (
        'New-CsHostingProvider -Identity "Exchange Online" -Enabled $true -EnabledSharedAddressSpace $true '
        "-HostsOCSUsers $false -ProxyFqdn exap.um.outlook.com -IsLocal $false -VerificationLevel UseSourceVerification"
    ),
    "Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true",
]


@dataclass(frozen=True)
class Line:
    """A line of the table."""

    deployment: str
    site: str
    edge: str
    central: str
    status: str
    content: str
    outcome: str


@dataclass(frozen=True)
class Rollout:
    """A finished run."""

    run: Run

    @property
    def table(self) -> list[Line]:
        """The table as it was printed; the lines' columns begin where the rule's do."""
        _before, found, text = self.run.output.partition("\nDeployment  ")
        assert found, f"no table\n{self.run}"
        lines = (found + text).lstrip("\n").split("\n\n")[0].splitlines()
        starts = [match.start() for match in re.finditer(r"-+", lines[1])]
        spans = list(zip(starts, [*starts[1:], None], strict=True))
        return [Line(*(line[start:end].strip() for start, end in spans)) for line in lines[2:]]

    @property
    def outcomes(self) -> dict[str, str]:
        """The last column by the first part of the Edge Server's name."""
        return {line.edge.split(".")[0]: line.outcome for line in self.table}

    def line(self, edge: str) -> Line:
        """The line of an Edge Server by the first part of its name."""
        return next(line for line in self.table if line.edge.split(".")[0] == edge)

    @property
    def closing(self) -> list[str]:
        """The sentences under the table, which are on the screen as the result has them."""
        lines: list[str] = self.run.of("Report")[-1]["lines"]
        found = [line for line in lines[len(lines) - lines[::-1].index("") :] if line]
        assert "\n".join(found) in self.run.output
        return found

    @property
    def failures(self) -> dict[str, str]:
        """By host, the sentence with which it failed in the end."""
        found = self.run.of("Fail on errors or unverified Edge Servers")
        return {result.host: result.message for result in found if result.status == "failed"}

    @property
    def changed(self) -> dict[str, int]:
        """The hosts whose recap counts changes."""
        return {host: counts["changed"] for host, counts in self.run.recap.items() if counts["changed"]}


def rollout(
    stage: Stage,
    *options: str,
    playbook: Path | Sequence[Play] = PLAYBOOK,
    patience: Mapping[str, Any] | None = None,
    variables: Mapping[str, Any] | None = None,
    **how: Any,
) -> Rollout:
    """Run the playbook; ``how`` as in :meth:`support.ansible.Ansible.run`. No stack trace may show, whatever happens."""
    run = stage.play(playbook, options=options, variables={**(patience or PATIENCE), **(variables or {})}, **how)
    assert "Traceback" not in run.output + run.errors, str(run)
    return Rollout(run)


def dry_rollout(stage: Stage, *options: str, **how: Any) -> Rollout:
    """The same with ``--check --diff``; fails unless nothing but reading cmdlets arrived."""
    found = rollout(stage, "--check", "--diff", *options, **how)
    stage.assert_only_read()
    return found
