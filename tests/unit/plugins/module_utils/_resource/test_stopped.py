# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A write goes wrong: what the result says of it is what the server holds, or that nobody knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    CmdletFailed,
    Failure,
    NotAnswered,
    SessionFailed,
    SessionLost,
)
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_access_edge import MODULE as EDGE
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_hosting_provider import MODULE as PROVIDER
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils.memory import (
    EXCHANGE,
    MemoryTask,
    Object,
    lost_after,
    lost_before,
    provider,
    refused,
    task_of,
)

OLD = provider("Exchange Online", "old.outlook.com", AutodiscoverUrl="https://a.example/x")
NEW = "New-CsHostingProvider"
REMOVE = 'Remove-CsHostingProvider -Identity "Exchange Online"'
RESTORING = (
    'New-CsHostingProvider -Identity "Exchange Online" -Enabled $true -EnabledSharedAddressSpace $true -HostsOCSUsers $false '
    "-ProxyFqdn old.outlook.com -IsLocal $false -VerificationLevel UseSourceVerification -AutodiscoverUrl https://a.example/x "
    "-SipClientPort 443"
)
GONE = SessionFailed("fe01:443/OcsPowershell refused the connection.")
TELLS = "Get-CsHostingProvider on the management host tells. The next run reads the state first and sends only what is missing."


def creating() -> MemoryTask:
    return task_of(PROVIDER, memory.Deployment(), **EXCHANGE)


def recreating() -> MemoryTask:
    """A task that removes a provider and recreates it."""
    return task_of(PROVIDER, memory.Deployment(hosting=[OLD]), **EXCHANGE, allow_recreate=True)


def outcomes(run: MemoryTask) -> list[str]:
    return [write["outcome"] for write in run.result.get("writes", [])]


def unsent(answer: Callable[[], list[Object]]) -> list[Object]:
    """The server is gone before the cmdlet is sent."""
    raise GONE


def complaining(answer: Callable[[], list[Object]]) -> list[Object]:
    """The cmdlet does what it is to do, and writes an error record."""
    answer()
    raise CmdletFailed(NEW, "The change could not be logged.", "LogFailed,StandIn")


def overdue(answer: Callable[[], list[Object]]) -> list[Object]:
    """The time is up before the cmdlet has run."""
    raise NotAnswered("fe01 did not answer within 2 s; whether it still runs there is not known.")


def unbound(answer: Callable[[], list[Object]]) -> list[Object]:
    """The server does not know a parameter."""
    raise CmdletFailed(NEW, "A parameter cannot be found.", "NamedParameterNotFound,StandIn")


def changed_by_somebody(run: MemoryTask) -> Callable[[Callable[[], list[Object]]], list[Object]]:
    """The session breaks before the cmdlet runs, and somebody makes another provider of that name."""

    def write(answer: Callable[[], list[Object]]) -> list[Object]:
        run.deployment.put("hosting_providers", OLD)
        raise SessionLost("The session was lost.")

    return write


@pytest.mark.parametrize(
    ("fault", "outcome", "changed", "sentence"),
    [
        pytest.param(
            refused, "not_run", False, "Access is denied. (AccessDenied,StandIn) Nothing was written.", id="refused"
        ),
        pytest.param(unbound, "not_run", False, "Nothing was written.", id="not bound"),
        pytest.param(unsent, "not_run", False, "refused the connection. Nothing was written.", id="not sent"),
        pytest.param(
            lost_before,
            "not_run",
            False,
            "is not there: state: desired 'present', found 'absent'. It was not sent twice; run the play again.",
            id="lost, and not there",
        ),
        pytest.param(
            overdue,
            "unknown",
            True,
            "took effect is not known: read again, the object differs: state: desired 'present', found 'absent'.",
            id="it may still run",
        ),
        pytest.param(
            complaining,
            "unknown",
            True,
            "took effect is not known: read again, the object is as desired. The next run reads the state first",
            id="an error record although it is there",
        ),
    ],
)
def test_a_write_that_fails(
    fault: Callable[[Callable[[], list[Object]]], list[Object]], outcome: str, changed: bool, sentence: str
) -> None:
    run = creating()
    run.on_write[0] = fault
    with pytest.raises(Failure) as failure:
        PROVIDER.run(run)
    assert sentence in failure.value.message
    assert (outcomes(run), run.result["changed"]) == ([outcome], changed)
    assert bool(run.deployment.hosting) is (fault is complaining)
    assert len(run.written) == 1
    assert not (changed and "Nothing was written" in failure.value.message)


def test_only_a_failure_that_may_have_changed_something_costs_another_reading() -> None:
    for fault, readings in ((unsent, 1), (unbound, 1), (refused, 2)):
        run = creating()
        run.on_write[0] = fault
        with pytest.raises(Failure):
            PROVIDER.run(run)
        assert [read.name for read in run.was_read].count("Get-CsHostingProvider") == readings


def test_what_is_shown_after_a_failed_write_was_read_after_it() -> None:
    run = creating()
    run.on_write[0] = refused
    with pytest.raises(CmdletFailed):
        PROVIDER.run(run)
    assert (run.result["before"], run.result["after"]) == (None, None)
    assert run.result["diff"]["after"] == {}


def test_a_lost_answer_whose_change_is_there_is_a_success_of_unknown_origin() -> None:
    run = creating()
    run.on_write[0] = lost_after
    PROVIDER.run(run)
    assert (outcomes(run), run.result["changed"]) == (["unknown"], True)
    assert run.result["after"]["identity"] == "Exchange Online"
    assert any("whether by this run or by somebody else's is not known" in warning for warning in run.warnings)


def test_a_lost_answer_beside_somebody_elses_change_stays_unknown() -> None:
    run = creating()
    run.on_write[0] = changed_by_somebody(run)
    with pytest.raises(SessionLost) as failure:
        PROVIDER.run(run)
    assert "is not known: read again, the object differs: proxy_fqdn: desired" in failure.value.message
    assert (outcomes(run), run.result["changed"]) == (["unknown"], True)
    assert run.result["after"]["proxy_fqdn"] == "old.outlook.com"


def test_of_two_writes_the_one_whose_answer_was_lost_is_told() -> None:
    run = recreating()
    run.on_write[1] = changed_by_somebody(run)
    with pytest.raises(SessionLost) as failure:
        PROVIDER.run(run)
    assert f"Whether {NEW} -Identity" in failure.value.message
    assert "took effect is not known: read again, the object differs" in failure.value.message
    assert outcomes(run) == ["ran", "unknown"]


def test_a_lost_answer_and_an_unreadable_state_are_unknown() -> None:
    run = creating()
    run.on_write[0] = lost_after
    run.on_read[1] = GONE
    with pytest.raises(SessionLost) as failure:
        PROVIDER.run(run)
    said = failure.value.message
    assert said.startswith(f"The session was lost. Whether {NEW} -Identity")
    assert f"ran is not known: reading the state again failed, too: {GONE.message} {TELLS}" in said
    assert (outcomes(run), run.result["changed"]) == (["unknown"], True)
    assert "If the object is gone" not in said, "there was none before"
    assert "after" not in run.result
    assert "diff" not in run.result


def test_a_read_back_that_fails_keeps_that_the_change_was_made() -> None:
    run = creating()
    run.on_read[1] = SessionFailed("fe01:443/OcsPowershell refused the connection.")
    with pytest.raises(SessionFailed) as failure:
        PROVIDER.run(run)
    assert "ran, but what the server holds now is not known." in failure.value.message
    assert TELLS in failure.value.message
    assert (outcomes(run), run.result["changed"]) == (["ran"], True)
    assert "after" not in run.result


def test_when_the_creation_fails_the_old_one_is_restored() -> None:
    run = recreating()
    run.on_write[1] = refused
    with pytest.raises(Failure, match="Access is denied") as failure:
        PROVIDER.run(run)
    assert run.deployment.hosting == [OLD]
    assert f"Written before that: {REMOVE}." in failure.value.message
    assert "The old object was restored" in failure.value.message
    assert failure.value.details["error"]["id"] == "AccessDenied,StandIn"
    assert outcomes(run) == ["ran", "not_run", "ran"]
    assert run.result["changed"] is True, "two writes ran"
    assert run.result["after"] == run.result["before"], "as it was read after them"
    assert run.result["cmdlets"][-1] == RESTORING


def test_when_it_cannot_be_restored_either_the_failure_prints_the_exact_line() -> None:
    run = recreating()
    run.on_write.update({1: refused, 2: refused})
    with pytest.raises(Failure) as failure:
        PROVIDER.run(run)
    assert run.deployment.hosting == []
    assert failure.value.message.endswith(f"Run this on the management host: {RESTORING}")
    assert run.result["changed"] is True
    assert run.result["after"] is None


def test_a_refused_removal_takes_nothing_back() -> None:
    run = recreating()
    run.on_write[0] = refused
    with pytest.raises(CmdletFailed, match="Nothing was written"):
        PROVIDER.run(run)
    assert len(run.written) == 1
    assert run.deployment.hosting == [OLD]
    assert run.result["changed"] is False


@pytest.mark.parametrize(
    ("faults", "expected", "unreachable"),
    [
        pytest.param({0: lost_before}, ["not_run"], True, id="the removal was never received"),
        pytest.param({0: lost_after}, ["unknown", "ran"], False, id="removed, then restored"),
        pytest.param({1: lost_before}, ["ran", "not_run", "ran"], False, id="never created, the old one is restored"),
        pytest.param({1: unsent}, ["ran", "not_run", "ran"], False, id="not even sent, the old one is restored"),
    ],
)
def test_a_session_lost_while_recreating_leaves_the_old_one(
    faults: dict[int, Any], expected: list[str], unreachable: bool
) -> None:
    run = recreating()
    run.on_write.update(faults)
    with pytest.raises(Failure) as failure:
        PROVIDER.run(run)
    assert isinstance(failure.value, SessionFailed) is unreachable
    assert run.deployment.hosting == [OLD]
    assert outcomes(run) == expected
    assert run.result["changed"] is (expected != ["not_run"])


def test_a_session_lost_after_the_creation_is_a_success() -> None:
    run = recreating()
    run.on_write[1] = lost_after
    PROVIDER.run(run)
    assert run.deployment.hosting[0]["ProxyFqdn"] == "exap.um.outlook.com"
    assert outcomes(run) == ["ran", "unknown"]


def lost_in_the_server(answer: Callable[[], list[Object]]) -> list[Object]:
    """The server acknowledges the cmdlet, and does nothing."""
    return []


@pytest.mark.parametrize(
    ("restoring", "expected"),
    [(lost_before, "not_run"), (refused, "not_run"), (unsent, "not_run"), (lost_in_the_server, "ran")],
)
def test_a_session_lost_and_nothing_restored_prints_the_exact_line(restoring: Any, expected: str) -> None:
    run = recreating()
    run.on_write.update({1: lost_before, 2: restoring})
    with pytest.raises(Failure) as failure:
        PROVIDER.run(run)
    assert ("(the server holds something else)" in failure.value.message) is (expected == "ran")
    assert RESTORING in failure.value.message
    assert run.deployment.hosting == []
    assert outcomes(run) == ["ran", "not_run", expected]


def test_a_lost_answer_of_the_restoring_is_no_loss_of_the_object() -> None:
    run = recreating()
    run.on_write.update({1: refused, 2: lost_after})
    with pytest.raises(Failure, match="The old object was restored") as failure:
        PROVIDER.run(run)
    assert "could not be restored" not in failure.value.message
    assert run.deployment.hosting == [OLD]
    assert outcomes(run) == ["ran", "not_run", "unknown"]


def test_a_restoring_that_nobody_can_see_is_not_known() -> None:
    run = recreating()
    run.on_write[1] = refused
    run.on_read[2] = GONE
    with pytest.raises(Failure) as failure:
        PROVIDER.run(run)
    assert "Whether the old object was restored is not known (fe01:443" in failure.value.message
    assert RESTORING in failure.value.message
    assert "after" not in run.result


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        pytest.param({0: lost_before}, ["unknown"], id="nobody knows of the removal"),
        pytest.param({1: lost_before}, ["ran", "unknown"], id="nobody knows of the creation"),
        pytest.param({1: unsent}, ["ran", "not_run"], id="the creation was not sent"),
    ],
)
def test_a_session_lost_for_good_while_recreating_prints_the_exact_line(
    faults: dict[int, Any], expected: list[str]
) -> None:
    run = recreating()
    run.on_write.update(faults)
    run.on_read[1] = GONE
    with pytest.raises(SessionFailed) as failure:
        PROVIDER.run(run)
    assert failure.value.message.endswith(f"If the object is gone, run this on the management host: {RESTORING}")
    assert outcomes(run) == expected
    assert run.result["changed"] is True


def test_a_set_that_another_administrator_made_cannot_be_told_from_ours() -> None:
    run = task_of(EDGE, memory.Deployment(), allow_federated_users=True)

    def overtaken(answer: Callable[[], list[Object]]) -> list[Object]:
        run.deployment.seed(AllowFederatedUsers=True)
        raise SessionLost("The session was lost.")

    run.on_write[0] = overtaken
    EDGE.run(run)
    assert (outcomes(run), run.result["changed"]) == (["unknown"], True)
