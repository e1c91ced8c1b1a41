# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action that stands behind every module: it runs on the controller, knows check mode, and owns the result."""

from __future__ import annotations

import contextlib
import traceback
import warnings
from collections.abc import Mapping
from typing import Any, ClassVar

from ansible.errors import AnsibleError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ansible_collections.ucops.lync.plugins.module_utils._core.arguments import checked
from ansible_collections.ucops.lync.plugins.module_utils._core.connection_variables import CONNECTION
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    CmdletFailed,
    Failure,
    Refused,
    SessionFailed,
)
from ansible_collections.ucops.lync.plugins.module_utils._core.files import FileFailed
from ansible_collections.ucops.lync.plugins.module_utils._core.task import Module
from ansible_collections.ucops.lync.plugins.module_utils._core.unforeseen import unforeseen
from ansible_collections.ucops.lync.plugins.module_utils._core.visible import visible, visible_lines
from ansible_collections.ucops.lync.plugins.plugin_utils._action.connection import (
    Endpoint,
    account_of,
    endpoint_of,
    openings_of,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._action.interrupts import say_what_was_written
from ansible_collections.ucops.lync.plugins.plugin_utils._action.library_logs import keep_quiet
from ansible_collections.ucops.lync.plugins.plugin_utils._action.pollings import POLLINGS
from ansible_collections.ucops.lync.plugins.plugin_utils._action.task import NOT_NOTED, ActionTask, AnsibleInventory
from ansible_collections.ucops.lync.plugins.plugin_utils._action.write_notes import WriteNotes
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.hints import with_hint
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper import kinds
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.client import KeeperClient
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.options import PsrpEndpoint
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.session import PsrpSession
from ansible_collections.ucops.lync.plugins.plugin_utils._script.session import ScriptSession
from ansible_collections.ucops.lync.plugins.plugin_utils._session.cmdlet_runner import CmdletRunner
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import Session
from ansible_collections.ucops.lync.plugins.plugin_utils._session.plain import plain
from ansible_collections.ucops.lync.plugins.plugin_utils._session.repeats import Repeats

SOCKET = "_ansible_socket"
"""The argument in which Ansible looks for the socket to which it says ``reset``: at the end of a play, and for
``meta: reset_connection``."""

display = Display()
keep_quiet()
kinds.register(POLLINGS)
say_what_was_written()


class LyncAction(ActionBase):
    """Subclasses name their module and take everything from here.

    A failure is returned, never raised, whether it was foreseen or not: a raised error would lose what ran so far.
    """

    module: ClassVar[Module]

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        variables = task_vars or {}
        result: dict[str, Any] = super().run(tmp, variables)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("default")  # whatever the surroundings make of them
            result.update(self._noted(variables))
        for warning in caught:
            display.vvv(visible(f"{warning.category.__name__} of a library: {warning.message}"))
        return result

    def _noted(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The task's own part of the result; that the task goes on is noted meanwhile. An interrupt ends it without a word."""
        host = plain(self._task.delegate_to or variables.get("inventory_hostname", ""))
        notes = WriteNotes(host)
        notes.begin()
        try:
            result = self._outcome(variables, host, notes)
        except AnsibleError:  # before anything was sent
            with contextlib.suppress(FileFailed):
                notes.end([])
            raise
        try:
            notes.end(result.get("writes", []))
        except FileFailed as failure:
            result.setdefault("warnings", []).append(f"{failure.message} {NOT_NOTED}")
        return result

    def _outcome(self, variables: Mapping[str, Any], host: str, writes: WriteNotes) -> dict[str, Any]:
        notes: list[str] = []
        warned: list[str] = []
        own: Mapping[str, Any] = {}
        task: ActionTask | None = None
        runner: CmdletRunner | None = None
        try:
            options, notes = self._options()
            own = self._own_variables(variables)
            runner = self._runner(own, warned)
            task = ActionTask(
                runner,
                AnsibleInventory(variables, _strategy(self._task)),
                options,
                host=host,
                check_mode=self._task.check_mode,
                talks=not self._task.no_log and boolean(own.get("lync_progress", True), strict=False),
                variables=variables,
                notes=writes,
                account=account_of(self._connection) if self.module.needs_server else "",
            )
            self.module.run(task)
            result = task.result
        except Failure as failure:
            result = _failed(failure, {} if task is None else task.result, unreachable=_leaves_the_play(own))
        except Exception as error:
            if task is None and isinstance(
                error, AnsibleError
            ):  # a template that cannot be resolved: Ansible says it best
                raise
            display.vvv(visible_lines("".join(traceback.format_tb(error.__traceback__))))
            result = _failed(unforeseen(error, self._task.action, host), {} if task is None else task.result)
        finally:
            if runner is not None:
                runner.close()
        if not self._task.diff:  # Ansible shows a diff under --diff whatever the task says
            result.pop("diff", None)
        told = [visible(text) for text in (*notes, *warned, *result.get("warnings", []))]
        return {**result, "warnings": list(dict.fromkeys(told))} if told else result

    def _runner(self, own: Mapping[str, Any], warned: list[str]) -> CmdletRunner:
        """What runs cmdlets over the task's connection; nothing is opened yet.

        :raises Refused: when there is no usable endpoint.
        """
        if not self.module.needs_server:
            return CmdletRunner(_no_session, warned.append, Repeats(0))
        if getattr(self._connection, "become", None) is not None:
            raise Refused(
                "become has no effect on a remote session and is refused: log on with the account that is to run the cmdlets "
                "(ansible_user), and set become: false."
            )
        endpoint = endpoint_of(self._connection, own)
        lasts, openings = own.get("lync_session_scope", "play") == "run", openings_of(own)
        return CmdletRunner(
            lambda: self.session_to(endpoint, lasts, openings), warned.append, Repeats(endpoint.at.seconds)
        )

    def session_to(self, endpoint: Endpoint, lasts: bool, openings: int) -> Session:
        """A session over the task's connection, which opens when it is first used.

        :param lasts: whether a kept session outlives the play, so that Ansible is not to end it with the play.
        :param openings: how many kept sessions are opened at the same time before a task needs them.
        """
        if not isinstance(endpoint, PsrpEndpoint):
            return ScriptSession(endpoint)
        if not endpoint.session_keep:
            return PsrpSession(endpoint)
        return KeeperClient(endpoint, (lambda path: None) if lasts else self._register, openings)

    def _register(self, socket_path: str) -> None:
        """Tell Ansible whom to tell that the play has ended."""
        self._task.args[SOCKET] = socket_path

    def _options(self) -> tuple[dict[str, Any], list[str]]:
        """The task's arguments, checked, as plain values; and what there is to say about them.

        The validator of ActionBase names the wrong thing in its messages, so its own class is used.
        """
        # A task that is tried again (until) has been registered before.
        stated = {name: value for name, value in self._task.args.items() if name != SOCKET}
        return checked(self.module.argument_spec, plain(stated), self._task.action, self.module.further)

    def _own_variables(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The variables of this collection that belong to the host that is talked to.

        Under delegate_to the task's variables are those of the original host; the delegated host's come untemplated.
        """
        if self._task.delegate_to:
            variables = variables.get("ansible_delegated_vars", {}).get(self._task.delegate_to, {})
        return {name: plain(self._templar.template(variables[name])) for name in CONNECTION if name in variables}


def _no_session() -> Session:
    raise AssertionError("a module that needs no server asked for one")


def _strategy(task: Any) -> str:
    """The strategy of the task's play, without the name of its collection."""
    block = getattr(task, "_parent", None)  # ansible-core 2.16: a task does not know its play
    play = getattr(task, "play", None) or getattr(block, "_play", None)
    return str(getattr(play, "strategy", None) or "linear").rpartition(".")[2]


def _leaves_the_play(own: Mapping[str, Any]) -> bool:
    """Whether a host with which no session opens, or is lost, is unreachable to Ansible; else the task has failed, which a rescue
    can handle.
    """
    return bool(own.get("lync_session_failure", "unreachable") != "failed")


def _failed(failure: Failure, so_far: Mapping[str, Any], unreachable: bool = True) -> dict[str, Any]:
    """A failure as a result: what ran and what was known until then stays in it."""
    message = with_hint(failure) if isinstance(failure, CmdletFailed) else failure.message
    if isinstance(failure, Refused) and failure.example:
        message = f"{message}\n{failure.example}"
    result = {**so_far, **failure.details, "msg": message}
    session_failed = isinstance(failure, SessionFailed)
    result["unreachable" if session_failed and unreachable else "failed"] = True
    if session_failed and not unreachable:
        result["session_failed"] = True
    return result
