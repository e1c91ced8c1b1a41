# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables that a rollout takes from the inventory, and those that are nearly named like one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

ROLE = (
    "hybrid_accept",
    "hybrid_access_edge",
    "hybrid_approval_signers",
    "hybrid_approvals",
    "hybrid_check_access_edges",
    "hybrid_check_ca_file",
    "hybrid_check_certificate_days",
    "hybrid_check_name_servers",
    "hybrid_check_readiness",
    "hybrid_check_sip_domains",
    "hybrid_content_interval",
    "hybrid_content_timeout",
    "hybrid_documented_order",
    "hybrid_edge_verification",
    "hybrid_edges_excused",
    "hybrid_export_dir",
    "hybrid_hosting_provider",
    "hybrid_on_failure",
    "hybrid_partial_verification",
    "hybrid_plan_dir",
    "hybrid_record_dir",
    "hybrid_replication_ignore",
    "hybrid_replication_interval",
    "hybrid_replication_scope",
    "hybrid_replication_settle",
    "hybrid_replication_stamp_timeout",
    "hybrid_replication_timeout",
    "hybrid_require_approval",
    "hybrid_settings",
    "hybrid_snapshot_dir",
    "hybrid_write_until",
)
"""The role's own; a test compares them with its argument specification."""

PLAYBOOKS = ("hybrid_record", "hybrid_plan")
"""Those of the playbooks beside hybrid.yml."""

FACTS = ("hybrid_failure",)
"""What the role itself keeps, and calls nearly as one of them."""

INVENTORY = ("lync_deployment", "lync_replica_fqdn")

PRIVATE = "hybrid__"
"""How the role's variables begin that are nobody else's."""

NEAR = 0.9
"""How alike two names are (difflib's ratio) of which one is probably a misspelling of the other."""


def misspelt(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each variable that is nearly named like a known one, and that one. Others are somebody else's.

    What the inventory may name belongs to nobody: there a known name with something behind it (``lync_deployments``) is a name of
    its own. Comparing costs: one that does not even begin with the same letter is not compared.
    """
    known = (*ROLE, *PLAYBOOKS, *FACTS, *INVENTORY)
    initials = {name[0] for name in known}
    for name in sorted(names):
        if name in known or name.startswith((PRIVATE, *INVENTORY)) or name[:1].casefold() not in initials:
            continue
        near = difflib.get_close_matches(name.casefold(), known, 1, NEAR)
        if near:
            yield name, near[0]
