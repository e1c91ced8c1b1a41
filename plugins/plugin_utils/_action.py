# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action that stands behind every module: it runs on the controller, knows check mode, and owns the result."""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping
from typing import Any, ClassVar

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ansible_collections.ucops.lync.plugins.module_utils._cmdlet import Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._inspect import of_local_store
from ansible_collections.ucops.lync.plugins.module_utils._outcome import Failure, Refused, SessionFailed
from ansible_collections.ucops.lync.plugins.module_utils._resource import ACCESS_EDGE
from ansible_collections.ucops.lync.plugins.module_utils._task import Module, Records
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp import PsrpSession
from ansible_collections.ucops.lync.plugins.plugin_utils._server import Server
from ansible_collections.ucops.lync.plugins.plugin_utils._way_in import way_in

display = Display()

EDGE_GROUP = "lync_edge"
OWN_VARIABLES = ("lync_command_timeout", "lync_progress")


class ActionTask:
    """One task on one host (the Task of module_utils): a server, a clock, the user's screen."""

    def __init__(
        self, server: Server, options: Mapping[str, Any], host: str, check_mode: bool, on_edge: bool, talks: bool
    ):
        self.options = options
        self.host = host
        self.check_mode = check_mode
        self.on_edge = on_edge
        self.result: dict[str, Any] = {"changed": False}
        self._server = server
        self._talks = talks

    def read(self, *cmdlets: Cmdlet) -> list[Records]:
        return self._server.read(cmdlets)

    def write(self, cmdlet: Cmdlet) -> Records:
        self.result.setdefault("cmdlets", []).append(str(cmdlet))
        return [] if self.check_mode else self._server.write(cmdlet)

    def reads_local_store(self) -> bool:
        try:
            return bool(self._server.read([of_local_store(ACCESS_EDGE)])[0])
        except Failure:
            return False

    def now(self) -> float:
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)

    def progress(self, text: str) -> None:
        if self._talks:
            display.display(f"{self.host}: {text}")

    def warn(self, text: str) -> None:
        noted = self.result.setdefault("warnings", [])
        if text not in noted:
            noted.append(text)


class LyncAction(ActionBase):
    """Subclasses name their module and take everything from here.

    A foreseeable failure is returned, never raised: a raised error would lose what ran so far.
    """

    module: ClassVar[Module]
    _requires_connection = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        variables = task_vars or {}
        result: dict[str, Any] = super().run(tmp, variables)
        with warnings.catch_warnings(record=True) as caught:
            result.update(self._outcome(variables))
        for warning in caught:
            display.vvv(f"{warning.category.__name__} of a library: {warning.message}")
        return result

    def _outcome(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        host = self._task.delegate_to or variables.get("inventory_hostname", "")
        task: ActionTask | None = None
        server: Server | None = None
        try:
            options, notes = self._options()
            self._refuse_become()
            own = self._own_variables(variables)
            way = way_in(self._connection, own)
            server = Server(lambda: PsrpSession(way), lambda text: task.warn(text) if task else None)
            task = ActionTask(
                server,
                options,
                host,
                check_mode=self._task.check_mode,
                on_edge=host in variables.get("groups", {}).get(EDGE_GROUP, ()),
                talks=not self._task.no_log and own.get("lync_progress", True) not in (False, "false", "no", "off"),
            )
            for note in notes:
                task.warn(note)
            self.module.run(task)
            return task.result
        except Failure as failure:
            return _failed(failure, {} if task is None else task.result)
        finally:
            if server is not None:
                server.close()

    def _options(self) -> tuple[dict[str, Any], list[str]]:
        """The task's arguments, checked, as plain values; and what there is to say about them.

        The validator of ActionBase names the wrong thing in its messages, so its own class is used.
        """
        validator = ArgumentSpecValidator(dict(self.module.argument_spec), **self.module.further)
        validation = validator.validate(plain(self._task.args))
        if validation.error_messages:
            raise Refused(f"{self._task.action}: {'; '.join(validation.error_messages)}")
        notes = [
            f"Both option {warning['option']} and its alias {warning['alias']} are set."
            for warning in getattr(validation, "_warnings", [])
        ]
        return dict(validation.validated_parameters), notes

    def _refuse_become(self) -> None:
        if getattr(self._connection, "become", None) is not None:
            raise Refused(
                "become has no effect on a remote session and is refused: log on with the account that is to run the cmdlets "
                "(ansible_user), and set become: false."
            )

    def _own_variables(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The variables of this collection that belong to the host that is talked to.

        Under delegate_to the task's variables are those of the original host; the delegated host's come untemplated.
        """
        if self._task.delegate_to:
            variables = variables.get("ansible_delegated_vars", {}).get(self._task.delegate_to, {})
        return {name: plain(self._templar.template(variables[name])) for name in OWN_VARIABLES if name in variables}


def _failed(failure: Failure, so_far: Mapping[str, Any]) -> dict[str, Any]:
    """A failure as a result: what ran and what was known until then stays in it."""
    differences = [] if isinstance(failure, Refused) else _differences(so_far.get("diff"))
    message = failure.message
    if differences and "wanted" not in message:
        message = f"{message} Not brought about: {'; '.join(differences)}."
    result = {**so_far, **failure.details, "msg": message}
    result["unreachable" if isinstance(failure, SessionFailed) else "failed"] = True
    return result


def _differences(diff: Any) -> list[str]:
    if not isinstance(diff, Mapping) or not isinstance(diff.get("after"), Mapping):
        return []
    before = diff.get("before") or {}
    return [
        f"{name}: wanted {wanted!r}, found {before.get(name)!r}"
        for name, wanted in diff["after"].items()
        if wanted != before.get(name)
    ]


def plain(value: Any) -> Any:
    """A value rebuilt from plain types: arguments arrive tagged since ansible-core 2.19, which serialisers do not know."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, Mapping):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    return value
