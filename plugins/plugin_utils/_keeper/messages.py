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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import SWITCH, Cmdlet, Secret
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    AnswerTooLarge,
    CmdletFailed,
    Failure,
    LogonRefused,
    NotAnswered,
    Refused,
    ServerDown,
    SessionFailed,
    SessionLost,
    ShellGone,
)
from ansible_collections.ucops.lync.plugins.module_utils._core.polling import Collected, Order
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.run_process import RunProcess
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.options import PsrpEndpoint
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.output import Output

Message = dict[str, Any]
Notified = Callable[[Message], None]
"""Takes a notification."""

LENGTH = struct.Struct("!Q")
"""What stands before each message: its length in bytes."""

OBJECTS_LENGTH = 65536
"""How many characters of objects go into one message, if the last object is not longer."""

RESET: Message = {"jsonrpc": "2.0", "id": 0, "method": "reset", "params": [[], {}]}
"""Delete the shells of idle sessions, as Ansible itself says it (``Connection.reset``)."""

CLOSE: Message = {"jsonrpc": "2.0", "id": 0, "method": "close"}
"""Delete all shells: the run is about to end."""

PREPARE = "prepare"
"""The method of a request to open a session beside the tasks."""

BEGIN = "poll"
"""The method of a request to poll beside the tasks."""

COLLECT = "collect"
"""The method of a request for what a poll has ended with. Its notifications may be ``progress``, with a line to show."""

_FAILURES: Mapping[str, type[Failure]] = {
    kind.__name__: kind
    for kind in (
        Failure,
        Refused,
        SessionFailed,
        LogonRefused,
        ServerDown,
        SessionLost,
        NotAnswered,
        ShellGone,
        AnswerTooLarge,
    )
}


def encode(message: Message) -> bytes:
    """A message in its frame."""
    data = json.dumps(message).encode()
    return LENGTH.pack(len(data)) + data


def request(
    run: RunProcess, endpoint: PsrpEndpoint, cmdlets: Sequence[Cmdlet], seconds: float | None = None
) -> Message:
    """A request for the session with that endpoint: to run cmdlets, or, without any, to be open.

    :param seconds: what the session may take from now on, where that is less than the endpoint has.
    """
    parameters = {
        "run": [run.pid, run.started],
        "sent": time.monotonic(),
        "endpoint": json.dumps(vars(endpoint), sort_keys=True),
        "seconds": seconds,
        "cmdlets": [_from_cmdlet(cmdlet) for cmdlet in cmdlets],
    }
    return {"jsonrpc": "2.0", "id": 0, "method": "invoke" if cmdlets else "open", "params": parameters}


def prepare(run: RunProcess, endpoint: PsrpEndpoint, host: str, cmdlets: Sequence[Cmdlet], openings: int) -> Message:
    """A request to open the session with that endpoint and to read ahead, which is answered before that is done.

    :param host: what the session may be called by from now on.
    :param openings: how many sessions may be opened at the same time.
    """
    message = request(run, endpoint, cmdlets)
    message["params"].update(host=host, openings=openings, yields=[cmdlet.yields for cmdlet in cmdlets])
    return {**message, "method": PREPARE}


def prepared_of(parameters: Mapping[str, Any]) -> tuple[str, list[Cmdlet], int]:
    """The host, what to read ahead, and how many sessions may be opened at the same time."""
    return str(parameters["host"]), _telling_cmdlets(parameters), int(parameters["openings"])


def begin(run: RunProcess, endpoint: PsrpEndpoint, host: str, poll: str, order: Order) -> Message:
    """A request to poll, which is answered at once.

    :param host: in the session that was prepared for this host; empty: in that with the endpoint.
    :param poll: what it is called from now on.
    """
    message = request(run, endpoint, order.cmdlets)
    message["params"].update(
        host=host,
        poll=poll,
        kind=order.kind,
        subject=order.subject,
        after=order.after,
        state=order.state,
        yields=[cmdlet.yields for cmdlet in order.cmdlets],
    )
    return {**message, "method": BEGIN}


def order_of(parameters: Mapping[str, Any]) -> tuple[str, str, Order]:
    """The host, what the poll is called, and what is to be polled."""
    return (
        str(parameters["host"]),
        str(parameters["poll"]),
        Order(
            str(parameters["kind"]),
            str(parameters["subject"]),
            tuple(_telling_cmdlets(parameters)),
            dict(parameters["state"]),
            str(parameters["after"]),
        ),
    )


def collect(run: RunProcess, poll: str, shows: bool) -> Message:
    """A request for what a poll has ended with.

    :param shows: whether the task shows progress.
    """
    parameters = {
        "run": [run.pid, run.started],
        "sent": time.monotonic(),
        "cmdlets": [],
        "poll": poll,
        "shows": shows,
    }
    return {"jsonrpc": "2.0", "id": 0, "method": COLLECT, "params": parameters}


def collector_of(parameters: Mapping[str, Any]) -> tuple[str, bool]:
    """Which poll is asked for, and whether the task shows progress."""
    return str(parameters["poll"]), bool(parameters["shows"])


def sent(parameters: Mapping[str, Any]) -> float:
    """When the task sent the request, by the monotonic clock."""
    return float(parameters["sent"])


def seconds_of(parameters: Mapping[str, Any]) -> float | None:
    """What the session may take, from when the task sent the request."""
    seconds = parameters.get("seconds")
    return None if seconds is None else float(seconds)


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
    errors = list(map(_plain_error, output.errors))
    result = {"errors": errors, "warnings": list(output.warnings), "complete": output.complete}
    response = {"jsonrpc": "2.0", "id": number, "result": result}
    return [*map(encode, _objects_messages(output.objects)), encode(response)]


def begun(number: Any, taken: bool) -> list[bytes]:
    """The frame of the response to a request to poll: whether it was taken."""
    return [encode({"jsonrpc": "2.0", "id": number, "result": taken})]


def collected(number: Any, found: Collected | None) -> list[bytes]:
    """The frame of the response to a request for what a poll has ended with; None: there is no such poll."""
    result = None
    if found is not None:
        failure = None if found.failure is None else _plain_failure(found.failure)
        result = {"state": found.state, "failure": failure, "warnings": list(found.warnings)}
    return [encode({"jsonrpc": "2.0", "id": number, "result": result})]


def collected_of(response: Message) -> Collected | None:
    """What a poll has ended with."""
    result = response["result"]
    if result is None:
        return None
    failure = None if result["failure"] is None else _failure_of(result["failure"])
    return Collected(result["state"], failure, tuple(result["warnings"]))


def progress(line: str) -> Message:
    """A line for the user, while a task waits."""
    return {"jsonrpc": "2.0", "method": "progress", "params": [line]}


def line_of(notification: Message) -> str:
    """The line in a notification, empty where it has none."""
    return str(notification["params"][0]) if notification["method"] == "progress" else ""


def failed(number: Any, failure: Failure) -> list[bytes]:
    """The frame of the response to a request that ended with a failure."""
    return [encode({"jsonrpc": "2.0", "id": number, "error": {"code": 1, **_plain_failure(failure)}})]


def ignored(_notification: Message) -> None:
    """A notification of which only matters that it came."""


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
    errors = [CmdletFailed(*fields) for fields in result["errors"]]
    return Output(objects, errors, result["warnings"], result["complete"])


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


def _plain_failure(failure: Failure) -> dict[str, Any]:
    """A failure; one of a cmdlet is what the server wrote, any other one its sentence."""
    kind = type(failure).__name__
    if isinstance(failure, CmdletFailed):
        return {"message": failure.message, "data": {"kind": kind, "error": _plain_error(failure)}}
    data = {"kind": kind if kind in _FAILURES else Failure.__name__, "details": failure.details}
    return {"message": failure.message, "data": data}


def _plain_error(error: CmdletFailed) -> list[str]:
    return [error.cmdlet, error.text, error.error_id, error.category, error.target]


def _failure_of(error: Mapping[str, Any]) -> Failure:
    if "error" in error["data"]:
        return CmdletFailed(*error["data"]["error"])
    kind, details = _FAILURES[error["data"]["kind"]], error["data"]["details"]
    return LogonRefused(error["message"]) if kind is LogonRefused else kind(error["message"], **details)


def _telling_cmdlets(parameters: Mapping[str, Any]) -> list[Cmdlet]:
    """Cmdlets that tell what they write."""
    cmdlets = zip(cmdlets_of(parameters), parameters["yields"], strict=True)
    return [replace(cmdlet, yields=str(yields)) for cmdlet, yields in cmdlets]


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
