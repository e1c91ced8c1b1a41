# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages between tasks and the keeper: JSON-RPC, in the frames of Ansible's own persistent connections.

A request is followed by notifications until its response: ``heartbeat`` with its position in the queue (``request`` says when, and
what their absence means), and ``objects`` with what the cmdlets wrote, in as many messages as that needs.
"""

from __future__ import annotations

import json
import struct
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import SWITCH, Cmdlet, Secret
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    AnswerTooLarge,
    CmdletFailed,
    Failure,
    LogonRefused,
    NotAnswered,
    ServerDown,
    SessionFailed,
    SessionLost,
    ShellGone,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.run_process import RunProcess
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.options import PsrpEndpoint
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.output import Output

Message = dict[str, Any]

LENGTH = struct.Struct("!Q")
"""What stands before each message: its length in bytes."""

OBJECTS_LENGTH = 65536
"""How many characters of objects go into one message, if the last object is not longer."""

RESET: Message = {"jsonrpc": "2.0", "id": 0, "method": "reset", "params": [[], {}]}
"""Delete the shells of idle sessions, as Ansible itself says it (``Connection.reset``)."""

CLOSE: Message = {"jsonrpc": "2.0", "id": 0, "method": "close"}
"""Delete all shells: the run is about to end."""

_FAILURES: Mapping[str, type[Failure]] = {
    kind.__name__: kind
    for kind in (Failure, SessionFailed, LogonRefused, ServerDown, SessionLost, NotAnswered, ShellGone, AnswerTooLarge)
}


def encode(message: Message) -> bytes:
    """A message in its frame."""
    data = json.dumps(message).encode()
    return LENGTH.pack(len(data)) + data


def request(run: RunProcess, endpoint: PsrpEndpoint, cmdlets: Sequence[Cmdlet]) -> Message:
    """A request for the session with that endpoint: to run cmdlets, or, without any, to be open."""
    parameters = {
        "run": [run.pid, run.started],
        "sent": time.monotonic(),
        "endpoint": json.dumps(vars(endpoint), sort_keys=True),
        "cmdlets": [_from_cmdlet(cmdlet) for cmdlet in cmdlets],
    }
    return {"jsonrpc": "2.0", "id": 0, "method": "invoke" if cmdlets else "open", "params": parameters}


def sent(parameters: Mapping[str, Any]) -> float:
    """When the task sent the request, by the monotonic clock."""
    return float(parameters["sent"])


def run_of(parameters: Mapping[str, Any]) -> RunProcess:
    """The process of the run to which the task belongs."""
    return RunProcess(*parameters["run"])


def endpoint_of(parameters: Mapping[str, Any]) -> PsrpEndpoint:
    """The endpoint, whose text in the request is the same only for the same credentials and options."""
    return PsrpEndpoint(**json.loads(parameters["endpoint"]))


def cmdlets_of(parameters: Mapping[str, Any]) -> list[Cmdlet]:
    return [
        Cmdlet(name, {parameter: _to_value(value) for parameter, value in values})
        for name, values in parameters["cmdlets"]
    ]


def heartbeat(position: int) -> Message:
    """:param position: how many requests come before; 0: it is being worked on."""
    return {"jsonrpc": "2.0", "method": "heartbeat", "params": [position]}


def answered(number: Any, output: Output | None = None) -> list[bytes]:
    """The frames of the response to a request of that number, and of the objects before it.

    Of a large answer no more than one object is encoded at a time: no other thread runs while json does that.
    """
    output = output or Output()
    errors = [[error.cmdlet, error.text, error.error_id, error.category, error.target] for error in output.errors]
    response = {"jsonrpc": "2.0", "id": number, "result": {"errors": errors, "warnings": list(output.warnings)}}
    return [*map(encode, _objects_messages(output.objects)), encode(response)]


def failed(number: Any, failure: Failure) -> list[bytes]:
    """The frame of the response to a request that ended with a failure."""
    kind = type(failure).__name__
    data = {"kind": kind if kind in _FAILURES else Failure.__name__, "details": failure.details}
    error = {"code": 1, "message": failure.message, "data": data}
    return [encode({"jsonrpc": "2.0", "id": number, "error": error})]


def objects_of(notification: Message) -> list[str]:
    """The objects in a notification, none where it is a heartbeat."""
    return list(notification["params"]) if notification["method"] == "objects" else []


def position_of(notification: Message) -> int:
    """The position in a notification, 0 where it brings objects."""
    return int(notification["params"][0]) if notification["method"] == "heartbeat" else 0


def output_of(response: Message, objects: Sequence[str]) -> Output:
    """
    :param objects: those that came before the response.
    :raises Failure: what the session raised.
    """
    if "error" in response:
        raise _failure_of(response["error"])
    result = response["result"]
    return Output(objects, [CmdletFailed(*fields) for fields in result["errors"]], result["warnings"])


def _objects_messages(objects: Iterable[str]) -> Iterator[Message]:
    some: list[str] = []
    length = 0
    for text in objects:
        some.append(text)
        length += len(text)
        if length > OBJECTS_LENGTH:
            yield {"jsonrpc": "2.0", "method": "objects", "params": some}
            some, length = [], 0
    if some:
        yield {"jsonrpc": "2.0", "method": "objects", "params": some}


def _failure_of(error: Mapping[str, Any]) -> Failure:
    kind, details = _FAILURES[error["data"]["kind"]], error["data"]["details"]
    return LogonRefused(error["message"]) if kind is LogonRefused else kind(error["message"], **details)


def _from_cmdlet(cmdlet: Cmdlet) -> list[Any]:
    return [cmdlet.name, [[name, _from_value(value)] for name, value in cmdlet.parameters.items()]]


def _from_value(value: Any) -> Any:
    """A parameter's value; whatever JSON would take for something else is a list that begins with its kind."""
    if value is SWITCH:
        return ["switch"]
    if isinstance(value, Secret):
        return ["secret", value.text]
    if isinstance(value, Mapping):
        return ["dict", *([_from_value(key), _from_value(item)] for key, item in value.items())]
    if isinstance(value, (list, tuple)):
        return ["list", *map(_from_value, value)]
    return value


def _to_value(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    kind, *items = value
    if kind == "switch":
        return SWITCH
    if kind == "secret":
        return Secret(items[0])
    if kind == "dict":
        return {_to_value(key): _to_value(item) for key, item in items}
    return [_to_value(item) for item in items]
