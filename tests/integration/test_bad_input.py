# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What bad input gets: a sentence before the first write, the same one in check mode, and nothing changed.

All wishes for one lab run in one playbook, for real and as a dry run; each is then judged by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.ansible import Play, play
from support.bad_wishes import BAD, DOUBLE_HOP, EDGE, GUEST, LABS, PLAIN, Bad
from support.run import Result, Run
from support.stage import Stage, Start


@dataclass
class Outcomes:
    """The real run and the dry run of one lab."""

    real: Run
    dry: Run


Judge = Callable[[str], Outcomes]


@pytest.fixture(scope="module")
def outcomes(start_for_module: Start) -> Judge:
    known: dict[str, Outcomes] = {}

    def judge(lab: str) -> Outcomes:
        if lab not in known:
            known[lab] = _run(start_for_module(**LABS[lab]), lab)
        return known[lab]

    return judge


def _run(stage: Stage, lab: str) -> Outcomes:
    if lab == "no replica":
        del stage.deployment.replication.replicas[EDGE]
    extra = _extra_hosts(stage)
    before = stage.deployment.content
    plays = [_play(bad) for bad in BAD if bad.lab == lab]
    options = ["-i", str(extra)]
    outcomes = Outcomes(
        real=stage.play(plays, options=options), dry=stage.play(plays, options=[*options, "--check", "--diff"])
    )
    assert stage.deployment.content is before, "something was written"
    written = [entry.name for entry in stage.lab.journal.cmdlets() if not entry.name.startswith(("Get-", "Import-"))]
    assert written == [], "something was sent"
    return outcomes


def _play(bad: Bad) -> Play:
    wish = {**bad.wish, "name": bad.what, "ignore_errors": True, "ignore_unreachable": True, **bad.keywords}
    return play([wish], bad.host)


def _extra_hosts(stage: Stage) -> Path:
    """Hosts with another way in: a Front End by /wsman, an Edge Server by an account without rights, one by ssh."""
    domain, edge = stage.lab.logon_of(stage.front_end), stage.edges[0]
    shared = {"ansible_host": "127.0.0.1", "ansible_connection": "psrp", "ansible_psrp_auth": "ntlm"}
    double_hop = {
        **shared,
        "ansible_port": stage.lab.reach(stage.front_end.name).https_port,
        "ansible_user": domain["user"],
        "ansible_password": domain["password"],
        "ansible_psrp_ca_cert": str(stage.lab.ca_file),
    }
    guest = {
        **shared,
        "ansible_port": stage.lab.reach(edge.name).http_port,
        "ansible_psrp_protocol": "http",
        "ansible_user": "edgeguest",
        "ansible_password": stage.lab.password,
    }
    hosts = {DOUBLE_HOP: double_hop, GUEST: guest, PLAIN: {"ansible_connection": "ssh"}}
    return stage.ansible.write(stage.folder / "extra.yml", {"ungrouped": {"hosts": hosts}})


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.what.replace(" ", "-"))
def test_a_sentence_and_nothing_changed(outcomes: Judge, bad: Bad) -> None:
    both = outcomes(bad.lab)
    real, dry = both.real.one(bad.what), both.dry.one(bad.what)
    assert [word for word in bad.words if word not in real.message] == [], real.message
    assert dry.message == real.message
    for result in (real, dry):
        _is_failure(result, bad)


def _is_failure(result: Result, bad: Bad) -> None:
    assert result.status == ("unreachable" if bad.unreachable else "failed")
    assert not result.changed
    assert not result.cmdlets or bad.wish.get("ucops.lync.lync_cmdlet")
    assert "Traceback" not in str(result.data)


def test_no_sentence_runs_on(outcomes: Judge) -> None:
    for bad in BAD:
        message = outcomes(bad.lab).real.one(bad.what).message
        assert message.strip()
        assert "{" not in message.replace("{}", ""), message
