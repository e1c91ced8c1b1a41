# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether federation leads through an Edge pool, by ports and routes that the server shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils._rollout import scene


def planned(ports: list[int | None], routes: Mapping[str, str | None] | None, **options: Any) -> Any:
    """
    :param routes: by site; None: sites do not show them.
    """
    model = memory.Deployment()
    read = scene.reading(model)
    topology = read["reading"]["topology"]
    topology["edge_pools"] = [
        {"fqdn": f"edgepool{number}", "site": "Lisbon", "external_sip_port": port}
        for number, port in enumerate(ports, 1)
    ]
    shown = {"Lisbon": None} if routes is None else routes
    topology["sites"] = [
        {"name": site, "federation_route": route, "shows_route": routes is not None} for site, route in shown.items()
    ]
    return scene.planned(model, reading=read, **options)


@pytest.mark.parametrize(
    ("ports", "routes"), [([5060], {"Lisbon": None}), ([0, 5060], {"Lisbon": None, "Zurich": None})]
)
def test_neither_port_nor_route_needs_a_consent(ports: list[int | None], routes: Mapping[str, str | None]) -> None:
    result = planned(ports, routes)
    assert scene.needed(result) == ["no_federating_pool"]
    assert f"No Edge pool has the external SIP port 5061 (edgepool1: {ports[0]}" in result["msg"]
    assert "msg" not in planned(ports, routes, accept=["no_federating_pool"])


@pytest.mark.parametrize(
    ("ports", "routes", "unread"),
    [
        ([5061], {"Lisbon": "EdgeServer:edgepool1"}, False),
        ([None], {"Lisbon": None}, True),
        ([5060, None], {"Lisbon": None}, True),
        ([5060], None, True),
        ([5060], {}, True),
        ([], {"Lisbon": None}, True),
        ([5061], None, False),
        ([None], {"Lisbon": "EdgeServer:edgepool1"}, False),
    ],
    ids=[
        "all is well",
        "port not shown",
        "one port not shown",
        "routes not shown",
        "no sites read",
        "no pools read",
        "the port says it",
        "the route says it",
    ],
)
def test_what_is_not_shown_never_counts_as_absent(
    ports: list[int | None], routes: Mapping[str, str | None] | None, unread: bool
) -> None:
    result = planned(ports, routes)
    assert "msg" not in result
    assert scene.findings(result, "warning", "federation_path") == []
    found = scene.findings(result, "unchecked", "federation_path_unread")
    assert [one.startswith("Whether federation leads through an Edge pool") for one in found] == [True] * unread


@pytest.mark.parametrize(
    ("ports", "routes", "sentence"),
    [
        (
            [5061, 5061],
            {"Lisbon": "EdgeServer:edgepool1"},
            "2 Edge pools have the external SIP port 5061: edgepool1 (Lisbon), edgepool2",
        ),
        (
            [5061],
            {"Lisbon": "EdgeServer:edgepool1", "Zurich": None},
            "Sites have different federation routes (Lisbon: EdgeServer:edgepool1, Zurich: none)",
        ),
        (
            [5061],
            {"Lisbon": None},
            "No site has a federation route, though edgepool1 (Lisbon) has the external SIP port 5061.",
        ),
        ([5060], {"Lisbon": "EdgeServer:edgepool1"}, "no Edge pool has the external SIP port 5061: edgepool1: 5060."),
    ],
)
def test_what_is_worth_a_warning(ports: list[int | None], routes: Mapping[str, str | None], sentence: str) -> None:
    result = planned(ports, routes)
    assert "msg" not in result
    (found,) = scene.findings(result, "warning", "federation_path")
    assert sentence in found
