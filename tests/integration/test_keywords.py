# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ansible itself offers to every task works with these modules."""

from __future__ import annotations

import pytest

from support.ansible import play, task
from support.stage import Stage
from support.wishes import EXCHANGE_ONLINE, FEDERATION

pytestmark = [pytest.mark.over_psrp_and_winrm, pytest.mark.side_by_side]

FRONT_END = "lyncfe01.contoso.example"
GROUP = "group/ucops.lync.lync"


def test_module_defaults_of_the_group(stage: Stage) -> None:
    stage.run(
        task("lync_hosting_provider_info", name="providers"),
        task("lync_access_edge_info", name="edge"),
        hosts="lync_edge",
        play_keywords={"module_defaults": {GROUP: {"local_store": True}}},
    )
    assert {dict(entry.parameters).get("LocalStore") is not None for entry in stage.arrived()} == {True}


def test_loop_register_and_run_once(stage: Stage) -> None:
    names = ["One", "Two", "Three"]
    new = task(
        "lync_hosting_provider",
        EXCHANGE_ONLINE | {"identity": "{{ item }}", "proxy_fqdn": "{{ item | lower }}.example"},
        name="Create",
        loop=names,
        register="created",
        run_once=True,
    )
    show = task(
        "ansible.builtin.debug", {"msg": "{{ created.results | map(attribute='identity') | join(' ') }}"}, name="Show"
    )
    run = stage.run(new, show)
    assert run.one("Show")["msg"] == "One Two Three"
    assert [name for name, _parameters in stage.written()] == ["New-CsHostingProvider"] * 3
    assert sorted(found["Identity"] for found in stage.read("Get-CsHostingProvider")) == sorted(names)


def test_delegate_to(stage: Stage) -> None:
    """From the Edge Servers' play to the management host, with its variables and not the Edge Server's."""
    run = stage.run(
        task("lync_access_edge", FEDERATION, name="Allow", delegate_to=FRONT_END),
        task("lync_access_edge_info", {"local_store": True}, name="Read"),
        hosts="lync_edge",
    )
    assert run.one("Allow").changed
    assert stage.written(FRONT_END) == [("Set-CsAccessEdgeConfiguration", {"AllowFederatedUsers": True})]
    assert [entry.machine for entry in stage.arrived()][-1] == stage.edges[0].name


def test_delegated_variables_of_this_collection(stage: Stage) -> None:
    stage.write_inventory(changes={FRONT_END: {"lync_command_timeout": "never"}})
    run = stage.run(
        task("lync_access_edge", FEDERATION, name="Allow", delegate_to=FRONT_END, ignore_errors=True), hosts="lync_edge"
    )
    assert "lync_command_timeout must be a number of seconds, at least 1, not 'never'" in run.one().message


def test_no_log(stage: Stage) -> None:
    run = stage.run(
        task("lync_hosting_provider", EXCHANGE_ONLINE, no_log=True), options=["-vvv", "--diff"], expect=None
    )
    assert "exap.um.outlook.com" not in run.output
    assert "censored" in run.one().data
    assert len(stage.written()) == 1


def test_fully_qualified_and_short_names(stage: Stage) -> None:
    wish = {"name": "Allow", "lync_access_edge": FEDERATION}
    run = stage.run(wish, play_keywords={"collections": ["ucops.lync"]})
    assert run.one("Allow").changed


def test_a_handler_and_check_mode_of_one_task(stage: Stage) -> None:
    told = play(
        [
            task("lync_access_edge", FEDERATION, name="Foresee", check_mode=True, notify="Tell"),
            task("lync_access_edge", FEDERATION, name="Do"),
        ],
        handlers=[task("ansible.builtin.debug", {"msg": "told"}, name="Tell")],
    )
    run = stage.play([told])
    assert [run.one(name).changed for name in ("Foresee", "Do")] == [True, True]
    assert run.one("Tell")["msg"] == "told"
    assert len(stage.written()) == 1


def test_free_strategy_and_many_forks(stage: Stage) -> None:
    run = stage.run(
        task("lync_access_edge_info", {"local_store": True}),
        hosts="all",
        options=["--forks", "10"],
        play_keywords={"strategy": "free"},
    )
    assert {result.status for result in run.results} == {"ok"}
