# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind every module, on a fake of what Ansible gives it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.utils.display import Display

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    CmdletFailed,
    Failure,
    SessionFailed,
)
from ansible_collections.ucops.lync.plugins.module_utils._core.task import Module, Task
from ansible_collections.ucops.lync.plugins.plugin_utils._action import action
from ansible_collections.ucops.lync.plugins.plugin_utils._action.action import LyncAction
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import Answer
from ansible_collections.ucops.lync.plugins.plugin_utils._session.plain import plain
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._action.test_connection import FakeConnection

SPEC = {
    "identity": {"type": "str", "required": True},
    "enabled": {"type": "bool"},
    "count": {"type": "int"},
    "level": {"type": "str", "choices": ["High", "Low"]},
    "names": {"type": "list", "elements": "str", "default": []},
    "pin": {"type": "dict", "no_log": True},
}
Logic = Callable[[Task], None]


class TaggedText(str):
    """Text as newer releases hand it over: a subclass that serialisers do not know."""

    __slots__ = ("tag",)


class TaggedNumber(int):
    """A number likewise."""


class FakeSession:
    """A session that notes what travels."""

    where = "fe01:443/OcsPowershell"
    restricted = True
    travelled: list[str]

    def __init__(self, way: Any) -> None:
        self.way = way

    def invoke(self, cmdlets: Sequence[Cmdlet], seconds: float | None = None) -> Answer:
        FakeSession.travelled += [str(cmdlet) for cmdlet in cmdlets]
        return Answer(warnings=("A warning of the server.",))

    def close(self) -> None:
        FakeSession.travelled.append("closed")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeSession.travelled = []
    monkeypatch.setattr(action, "PsrpSession", FakeSession)
    monkeypatch.setattr(action, "KeeperClient", lambda way, register, openings: FakeSession(way))


def act(
    logic: Logic,
    arguments: dict[str, Any] | None = None,
    variables: dict[str, Any] | None = None,
    connection: Any = None,
    **task: Any,
) -> dict[str, Any]:
    """Run an action as the executor does."""

    class Action(LyncAction):
        module = Module(SPEC, logic, {"required_together": [("enabled", "count")]})

    connection = connection or FakeConnection()
    connection._shell = SimpleNamespace(tmpdir=None)
    of_task = {
        "action": "ucops.lync.lync_thing",
        "args": {"identity": "a"} if arguments is None else arguments,
        "delegate_to": None,
        "check_mode": False,
        "diff": True,
        "no_log": False,
        "async_val": 0,
        **task,
    }
    templar = SimpleNamespace(template=lambda value: "30" if value == "{{ thirty }}" else value)
    action = Action(SimpleNamespace(**of_task), connection, None, None, templar, None)
    return dict(action.run(task_vars={"inventory_hostname": "fe01", "groups": {}, **(variables or {})}))


def nothing(task: Task) -> None:
    """Logic that does nothing."""


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({}, "missing required arguments: identity"),
        ({"identity": "a", "colour": "blue"}, "colour"),
        ({"identity": "a", "level": "Medium"}, "value of level must be one of: High, Low, got: Medium"),
        ({"identity": "a", "count": "many", "enabled": True}, "count"),
        ({"identity": "a", "enabled": "perhaps", "count": 1}, "enabled"),
        ({"identity": "a", "count": 1}, "enabled"),
        ({"identity": "a", "pin": "hunter2"}, "pin"),
        ({"identity": "a", "pin": "{hunter2: [}"}, "pin"),
    ],
)
def test_wrong_arguments_are_refused_in_the_name_of_the_action(arguments: dict[str, Any], sentence: str) -> None:
    result = act(nothing, arguments)
    assert result["failed"] is True
    assert result["msg"].startswith("ucops.lync.lync_thing: ")
    assert sentence in result["msg"]
    assert "hunter2" not in result["msg"]
    assert FakeSession.travelled == []


def test_the_logic_gets_checked_and_plain_values() -> None:
    seen: dict[str, Any] = {}
    arguments = {
        TaggedText("identity"): TaggedText("a"),
        "enabled": TaggedText("yes"),
        "count": TaggedNumber(3),
        "names": [TaggedText("b"), TaggedNumber(4)],
        "pin": {TaggedText("c"): TaggedText("d")},
    }
    act(lambda task: seen.update(task.options), arguments)
    assert seen == {"identity": "a", "enabled": True, "count": 3, "level": None, "names": ["b", "4"], "pin": {"c": "d"}}
    assert [type(seen[name]) for name in ("identity", "count")] == [str, int]
    assert [type(name) for name in seen["names"]] == [str, str]
    assert [(type(key), type(value)) for key, value in seen["pin"].items()] == [(str, str)]


def test_the_logic_knows_its_account_and_the_names_of_all_variables() -> None:
    seen: list[Any] = []
    act(lambda task: seen.extend([task.account, *task.variable_names]), variables={TaggedText("hybrid_accept"): []})
    assert seen == ["ADATUM\\admin", "inventory_hostname", "groups", "hybrid_accept"]
    assert {type(name) for name in seen} == {str}


def test_the_logic_knows_the_names_of_another_host_s_variables() -> None:
    seen: list[str] = []
    hostvars = {"edge01": {TaggedText("lync_deployment"): "north"}}
    act(lambda task: seen.extend(task.inventory.variable_names("edge01")), variables={"hostvars": hostvars})
    assert seen == ["lync_deployment"]
    assert seen[0].__class__ is str


def test_text_tagged_by_this_release_becomes_plain() -> None:
    template = pytest.importorskip("ansible.template")
    if not hasattr(template, "trust_as_template"):
        pytest.skip("this ansible-core does not tag values")
    tagged = template.trust_as_template("text")
    assert tagged.__class__ is not str
    assert plain(tagged).__class__ is str
    assert plain([tagged])[0].__class__ is str


@pytest.mark.parametrize("value", [None, True, False, 1, 1.5, "text", [1, [2]], {"a": {"b": None}}])
def test_plain_values_stay_what_they_are(value: Any) -> None:
    assert plain(value) == value
    assert type(plain(value)) is type(value)


def test_a_set_or_a_tuple_becomes_a_list() -> None:
    assert plain((1, {2})) == [1, [2]]


def test_success_returns_what_the_logic_found() -> None:
    result = act(lambda task: task.result.update(changed=True, before={"a": 1}))
    assert (result["changed"], result["before"]) == (True, {"a": 1})
    assert "failed" not in result


def failing(failure: Exception) -> Logic:
    def logic(task: Task) -> None:
        task.result.update(changed=True, before={"a": 1}, diff={"before": {"a": 1, "b": 1}, "after": {"a": 2, "b": 1}})
        task.write(Cmdlet("Set-CsThing", {"A": 2}))
        raise failure

    return logic


@pytest.mark.parametrize(
    ("failure", "key"),
    [
        (Failure("It failed."), "failed"),
        (CmdletFailed("Set-CsThing", "Access is denied.", "Denied,X", "PermissionDenied", "a"), "failed"),
        (SessionFailed("fe01 refused the connection."), "unreachable"),
    ],
)
def test_a_failure_is_returned_with_all_that_was_known(failure: Failure, key: str) -> None:
    result = act(failing(failure))
    assert result[key] is True
    assert ("failed" in result, "unreachable" in result) == (key == "failed", key == "unreachable")
    assert result["msg"] == failure.message
    assert result["before"] == {"a": 1}
    assert result["diff"]["after"] == {"a": 2, "b": 1}
    assert result["cmdlets"] == ["Set-CsThing -A 2"]
    assert result["writes"] == [{"cmdlet": "Set-CsThing -A 2", "outcome": "ran"}]
    assert result["changed"] is True
    assert failure.details.items() <= result.items()


@pytest.mark.parametrize(("diff", "shown"), [(True, True), (False, False)])
def test_a_diff_is_returned_only_where_the_task_shows_one(diff: bool, shown: bool) -> None:
    """Ansible shows a returned one under --diff whatever the task says."""
    result = act(lambda task: task.result.update(diff={"before": {}, "after": {}}), diff=diff)
    assert ("diff" in result) is shown


def test_check_mode_notes_a_cmdlet_and_sends_nothing() -> None:
    def logic(task: Task) -> None:
        assert task.write(Cmdlet("Set-CsThing", {"A": 2})) == []

    result = act(logic, check_mode=True)
    assert result["cmdlets"] == ["Set-CsThing -A 2"]
    assert "Set-CsThing -A 2" not in FakeSession.travelled


def test_the_session_is_closed_however_the_task_ends() -> None:
    act(failing(Failure("It failed.")))
    assert FakeSession.travelled == ["Set-CsThing -A 2", "closed"]


def test_warnings_of_the_server_and_of_the_logic_are_the_tasks_own() -> None:
    def logic(task: Task) -> None:
        task.read(Cmdlet("Get-CsThing"))
        task.warn("Look here.")
        task.warn("Look here.")

    assert act(logic)["warnings"] == ["A warning of the server.", "Look here."]


def forging(task: Task) -> None:
    task.warn("Replica \x1b[31mbad\r\nPLAY RECAP is behind.")
    task.result["after"] = {"identity": "one\ntwo"}
    raise CmdletFailed("Set-CsThing", "No.\r\nok: [fe01]\x1b[2J", error_id="A\u202eB")


def test_what_a_server_wrote_forges_no_line() -> None:
    result = act(forging)
    assert result["msg"] == r"Set-CsThing failed: No.\r\nok: [fe01]\x1b[2J (A\u202eB)"
    assert result["warnings"] == [r"Replica \x1b[31mbad\r\nPLAY RECAP is behind."]
    assert result["after"] == {"identity": "one\ntwo"}
    assert result["error"]["message"] == "No.\r\nok: [fe01]\x1b[2J"


def test_what_a_server_wrote_forges_nothing_on_the_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(Display, "display", lambda display, text, stderr: shown.append(text))

    def logic(task: Task) -> None:
        task.progress("waiting for a\rb")
        task.show("one\ntwo\x1b[2J")

    act(logic)
    assert shown == [r"fe01: waiting for a\rb", "one\ntwo\\x1b[2J"]


def test_warnings_of_libraries_do_not_reach_the_screen() -> None:
    result = act(lambda task: warnings.warn("old function", DeprecationWarning, stacklevel=1))
    assert "warnings" not in result


def test_become_is_refused() -> None:
    connection = FakeConnection()
    connection.become = SimpleNamespace(name="runas")  # type: ignore[attr-defined]
    result = act(nothing, connection=connection)
    assert result["failed"] is True
    assert "become has no effect on a remote session" in result["msg"]


def test_a_way_that_cannot_be_used_is_refused() -> None:
    result = act(nothing, connection=FakeConnection("ssh"))
    assert "ansible_connection: psrp" in result["msg"]


@pytest.mark.parametrize(
    ("variables", "task", "seconds"),
    [
        ({}, {}, 120),
        ({"lync_command_timeout": "{{ thirty }}"}, {}, 30),
        ({"lync_command_timeout": 5}, {"delegate_to": "fe02"}, 120),
        (
            {"lync_command_timeout": 5, "ansible_delegated_vars": {"fe02": {"lync_command_timeout": "{{ thirty }}"}}},
            {"delegate_to": "fe02"},
            30,
        ),
    ],
)
def test_variables_are_those_of_the_host_that_is_talked_to(
    variables: dict[str, Any], task: dict[str, Any], seconds: int
) -> None:
    seen: list[int] = []

    def logic(run: Task) -> None:
        run.read(Cmdlet("Get-CsThing"))

    def opened(way: Any, register: Callable[[str], None], openings: int) -> FakeSession:
        seen.append(way.command_timeout)
        return FakeSession(way)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(action, "KeeperClient", opened)
        act(logic, variables=variables, **task)
    assert seen == [seconds]


@pytest.mark.parametrize(
    ("groups", "task", "on_edge"),
    [
        ({}, {}, False),
        ({"lync_edge": ["fe01"]}, {}, True),
        ({"lync_edge": ["edge01"]}, {}, False),
        ({"lync_edge": ["fe01"]}, {"delegate_to": "fe02"}, False),
        ({"lync_edge": ["fe02"]}, {"delegate_to": "fe02"}, True),
    ],
)
def test_the_inventory_tells_who_is_an_edge_server(
    groups: dict[str, list[str]], task: dict[str, Any], on_edge: bool
) -> None:
    seen: list[bool] = []
    act(lambda run: seen.append(run.on_edge), variables={"groups": groups}, **task)
    assert seen == [on_edge]


@pytest.mark.parametrize(
    ("variables", "task", "told"),
    [
        ({}, {}, True),
        ({}, {"no_log": True}, False),
        ({"lync_progress": False}, {}, False),
        ({"lync_progress": "False"}, {}, False),
        ({"lync_progress": "no"}, {}, False),
        ({"lync_progress": "true"}, {}, True),
    ],
)
def test_progress_can_be_turned_off(
    variables: dict[str, Any], task: dict[str, Any], told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(Display, "display", lambda self, text, *args, **kwargs: shown.append(text))
    act(lambda run: run.progress("replication: 1 of 2"), variables=variables, **task)
    assert shown == (["fe01: replication: 1 of 2"] if told else [])
