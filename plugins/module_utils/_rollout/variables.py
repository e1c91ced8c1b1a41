# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables that a rollout takes from the inventory, and those that are nearly named like one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .._core.connection_variables import CONNECTION


def _one_of(*choices: str) -> Mapping[str, Any]:
    return {"type": "str", "choices": choices}


_BOOLEAN: Mapping[str, Any] = {"type": "bool"}
_MAPPING: Mapping[str, Any] = {"type": "dict"}
_NUMBER: Mapping[str, Any] = {"type": "float"}
_TEXT: Mapping[str, Any] = {"type": "str"}
_TEXTS: Mapping[str, Any] = {"type": "list", "elements": "str"}
_MAPPINGS: Mapping[str, Any] = {"type": "list", "elements": "dict"}

ROLE: Mapping[str, Mapping[str, Any]] = {
    "hybrid_accept": _TEXTS,
    "hybrid_access_edge": _MAPPING,
    "hybrid_approval_signers": _TEXT,
    "hybrid_approvals": _TEXT,
    "hybrid_check_access_edges": _TEXTS,
    "hybrid_check_ca_file": _TEXT,
    "hybrid_check_certificate_days": _NUMBER,
    "hybrid_check_name_servers": _TEXTS,
    "hybrid_check_readiness": _BOOLEAN,
    "hybrid_check_sip_domains": _TEXTS,
    "hybrid_content_interval": _NUMBER,
    "hybrid_content_timeout": _NUMBER,
    "hybrid_documented_order": _BOOLEAN,
    "hybrid_edge_verification": _one_of("required", "best_effort", "skip"),
    "hybrid_edges_excused": _MAPPINGS,
    "hybrid_export_dir": _TEXT,
    "hybrid_hosting_provider": _MAPPING,
    "hybrid_on_failure": _one_of("keep", "rollback"),
    "hybrid_partial_verification": _BOOLEAN,
    "hybrid_plan_dir": _TEXT,
    "hybrid_record_dir": _TEXT,
    "hybrid_replication_ignore": _MAPPINGS,
    "hybrid_replication_interval": _NUMBER,
    "hybrid_replication_scope": _one_of("edges", "all"),
    "hybrid_replication_settle": _NUMBER,
    "hybrid_replication_stamp_timeout": _NUMBER,
    "hybrid_replication_timeout": _NUMBER,
    "hybrid_require_approval": _BOOLEAN,
    "hybrid_settings": _MAPPING,
    "hybrid_snapshot_dir": _TEXT,
    "hybrid_write_until": _TEXT,
}
"""The role's own, each with what it may be; a test compares them with its argument specification."""

PLAYBOOKS = ("hybrid_record", "hybrid_plan")
"""Those of the playbooks beside hybrid.yml."""

FACTS = ("hybrid_failure",)
"""What the role itself keeps, and calls nearly as one of them."""

INVENTORY = ("lync_deployment", "lync_replica_fqdn")

PRIVATE = (
    "hybrid__answered",
    "hybrid__anybody_checks",
    "hybrid__applies",
    "hybrid__apply",
    "hybrid__asked",
    "hybrid__back",
    "hybrid__begin",
    "hybrid__begun",
    "hybrid__change",
    "hybrid__check",
    "hybrid__checks",
    "hybrid__content_may_come",
    "hybrid__deployment_again",
    "hybrid__desired",
    "hybrid__documented",
    "hybrid__edge",
    "hybrid__edges",
    "hybrid__elsewhere",
    "hybrid__first_read",
    "hybrid__hosting_provider",
    "hybrid__hosts",
    "hybrid__is_read",
    "hybrid__leader",
    "hybrid__looks_outside",
    "hybrid__management",
    "hybrid__messages",
    "hybrid__mine",
    "hybrid__my_edges",
    "hybrid__nouns",
    "hybrid__others",
    "hybrid__plan",
    "hybrid__position",
    "hybrid__read",
    "hybrid__read_again",
    "hybrid__record",
    "hybrid__step",
    "hybrid__took_back",
    "hybrid__unmanaged",
    "hybrid__verifies",
    "hybrid__wait",
    "hybrid__waits",
)
"""The role's own that nobody else sets; a test compares them with its tasks."""

NEAR = 0.9
"""How alike two names are (difflib's ratio) of which one is probably a misspelling of the other."""


def misspelt(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each variable that is nearly named like a known one, and that one. Others are somebody else's.

    What the inventory may name belongs to nobody: there a known name with something behind it (``lync_deployments``) is a name of
    its own. Comparing costs: one that does not even begin with a known letter, or with the one behind it, is not compared.
    """
    known = (*ROLE, *PLAYBOOKS, *FACTS, *INVENTORY, *CONNECTION)
    initials = {letter for name in known for letter in name[:2]}
    for name in sorted(names):
        if name in known or name in PRIVATE or name.startswith(INVENTORY) or name[:1].casefold() not in initials:
            continue
        near = difflib.get_close_matches(name.casefold(), known, 1, NEAR)
        if near:
            yield name, near[0]
