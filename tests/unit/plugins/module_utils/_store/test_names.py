# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Property names as option names."""

from __future__ import annotations

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._store import names


@pytest.mark.parametrize(
    ("name", "snake"),
    [
        ("HostsOCSUsers", "hosts_ocs_users"),
        ("AutodiscoverUrl", "autodiscover_url"),
        ("ReplicaFqdn", "replica_fqdn"),
        ("ActiveMasterFqdn", "active_master_fqdn"),
        ("KeepCrlsUpToDateForPeers", "keep_crls_up_to_date_for_peers"),
        ("UpToDate", "up_to_date"),
        ("Identity", "identity"),
    ],
)
def test_property_names_in_snake_case(name: str, snake: str) -> None:
    assert names.snake_case(name) == snake


def test_no_object_has_no_snake_case() -> None:
    assert names.snake_cased(None) is None
