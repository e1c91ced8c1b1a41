# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which replicas are waited for, and why the others are not."""

from __future__ import annotations

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused
from ansible_collections.ucops.lync.plugins.module_utils._replication.scope import scope
from ansible_collections.ucops.lync.plugins.module_utils._replication.status import Replica

EARLIER = "2026-01-02T03:04:05Z"


def replica(fqdn: str, up_to_date: bool = True) -> Replica:
    return Replica(fqdn, up_to_date, EARLIER, EARLIER, "5.0.8308.0")


ONE, TWO, BRANCH = "edge01.adatum.example", "edge02.adatum.example", "sba01.adatum.example"
FOUND = [replica(ONE), replica(TWO), replica(BRANCH, up_to_date=False)]


@pytest.mark.parametrize(
    ("desired", "ignored", "deleted", "before", "waited_for", "reasons"),
    [
        pytest.param(None, [], [], {}, {ONE, TWO, BRANCH}, {}, id="all"),
        pytest.param(
            [ONE.upper()], [], [], {}, {ONE}, {TWO: "outside the scope", BRANCH: "outside the scope"}, id="listed"
        ),
        pytest.param(
            None,
            [{"replica": f"{BRANCH}.", "reason": "line is down"}],
            [],
            {},
            {ONE, TWO},
            {BRANCH: "ignored (line is down)"},
            id="ignored",
        ),
        pytest.param(None, [], [TWO], {}, {ONE, BRANCH}, {TWO: "deleted from the topology"}, id="deleted"),
        pytest.param(
            None,
            [],
            [],
            {ONE: FOUND[0], BRANCH: FOUND[2]},
            {ONE, TWO},
            {BRANCH: "behind before the change already"},
            id="behind before",
        ),
        pytest.param([], [], [], {}, set(), dict.fromkeys((ONE, TWO, BRANCH), "outside the scope"), id="none"),
    ],
)
def test_the_scope_gives_a_reason_for_each_that_is_not_waited_for(
    desired: list[str] | None,
    ignored: list[dict[str, str]],
    deleted: list[str],
    before: dict[str, Replica],
    waited_for: set[str],
    reasons: dict[str, str],
) -> None:
    chosen = scope(FOUND, desired, ignored, deleted, before)
    assert chosen.waited_for == waited_for
    assert chosen.reasons == reasons


@pytest.mark.parametrize(
    ("desired", "ignored"),
    [(["edge09.adatum.example"], []), (None, [{"replica": "edge09.adatum.example", "reason": "x"}])],
)
def test_an_unknown_replica_is_refused_with_those_there_are(
    desired: list[str] | None, ignored: list[dict[str, str]]
) -> None:
    with pytest.raises(Refused, match=r"There is no replica 'edge09\.adatum\.example'.*edge01.*edge02.*sba01"):
        scope(FOUND, desired, ignored, [], {})
