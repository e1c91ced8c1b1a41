# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PSRP messages out of what a server sent (MS-PSRP 2.2.1 and 2.2.4), read within the bounds of an answer.

pypsrp's own reader trusts a server: it copies what is left with each fragment and each level of an object, and raises whatever
Python raises.
"""

from __future__ import annotations

import enum
import struct
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import CmdletFailed
from ansible_collections.ucops.lync.plugins.plugin_utils._session import clixml
from ansible_collections.ucops.lync.plugins.plugin_utils._session.clixml import Written
from ansible_collections.ucops.lync.plugins.plugin_utils._session.readable import Allowance, Unreadable

try:
    from pypsrp.powershell import Fragmenter
    from pypsrp.serializer import Serializer
except ImportError:  # the session says so when it is opened
    Fragmenter = Serializer = object


class Kind(enum.IntEnum):
    """The messages that a client of bare cmdlets reads (MS-PSRP 2.2.1, MessageType)."""

    SESSION_CAPABILITY = 0x00010002
    ENCRYPTED_SESSION_KEY = 0x00010006
    RUNSPACEPOOL_INIT_DATA = 0x0002100B
    RUNSPACEPOOL_STATE = 0x00021005
    APPLICATION_PRIVATE_DATA = 0x00021009
    PIPELINE_OUTPUT = 0x00041004
    ERROR_RECORD = 0x00041005
    PIPELINE_STATE = 0x00041006
    WARNING_RECORD = 0x00041009


FRAGMENT_BYTES = 200
"""What a fragment that waits for the rest of its message costs in memory beside its data."""

_FRAGMENT = struct.Struct(">QQBI")
"""Object, number in it, flags, length."""
_START, _END = 1, 2
_MESSAGE = struct.Struct("<II16s16s")
"""Destination, type, runspace pool, pipeline."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_RUNNING, _COMPLETED = 1, 4
"""States of a pipeline (MS-PSRP 2.2.3.5). The others are ends for a reason: stopped, failed, disconnected."""


class Incoming(Fragmenter):
    """Takes the place of pypsrp's reader of fragments in a runspace pool.

    :param allowance: gives what the answer that is being read may still hold.
    """

    def __init__(self, max_size: int, serializer: Serializer, allowance: Callable[[], Allowance]) -> None:
        super().__init__(max_size, serializer)
        self._allowance = allowance
        self._parts: dict[int, list[bytes]] = {}

    def defragment(self, data: bytes) -> list[Any]:
        """The messages that are complete, those that nobody reads left out.

        :raises Unreadable: for what is no such message.
        """
        messages = (_message(whole, self._allowance()) for whole in self._whole(memoryview(data)))
        return [message for message in messages if message is not None]

    def _whole(self, data: memoryview) -> Iterator[bytes]:
        while data:
            if len(data) < _FRAGMENT.size:
                raise Unreadable("a fragment is cut short")
            of_object, number, flags, length = _FRAGMENT.unpack_from(data)
            part, data = bytes(data[_FRAGMENT.size : _FRAGMENT.size + length]), data[_FRAGMENT.size + length :]
            if len(part) < length:
                raise Unreadable("a fragment is shorter than it says")
            self._allowance().take(FRAGMENT_BYTES)
            parts = self._parts.setdefault(of_object, [])
            if bool(flags & _START) != (not parts) or number != len(parts):
                raise Unreadable("its fragments are not in order")
            parts.append(part)
            if flags & _END:
                yield b"".join(self._parts.pop(of_object))


def _message(data: bytes, allowance: Allowance) -> Any:
    """A message as pypsrp takes it: ``message_type``, and ``data`` with the attributes that it looks at. None: nobody reads it."""
    if len(data) < _MESSAGE.size:
        raise Unreadable("a message is cut short")
    _destination, kind, _pool, _pipeline = _MESSAGE.unpack_from(data)
    text = data[_MESSAGE.size :].removeprefix(_BYTE_ORDER_MARK)
    if kind == Kind.PIPELINE_OUTPUT:
        return SimpleNamespace(message_type=kind, data=SimpleNamespace(data=_unread(text)))
    reader = _READERS.get(kind)
    if reader is None:
        return None
    return SimpleNamespace(message_type=kind, data=reader(clixml.read(text, allowance) if text else Written(None)))


def _unread(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        raise Unreadable("it is no text in UTF-8") from error


def _of(found: Written, name: str, kind: type) -> Any:
    value = found.properties.get(name)
    if not isinstance(value, kind):
        raise Unreadable(f"a message lacks its {name}")
    return value


def _capability(found: Written) -> SimpleNamespace:
    return SimpleNamespace(
        protocol_version=_of(found, "protocolversion", str),
        ps_version=_of(found, "PSVersion", str),
        serialization_version=_of(found, "SerializationVersion", str),
    )


def _init_data(found: Written) -> SimpleNamespace:
    return SimpleNamespace(min_runspaces=_of(found, "MinRunspaces", int), max_runspaces=_of(found, "MaxRunspaces", int))


def _pool_state(found: Written) -> SimpleNamespace:
    return SimpleNamespace(state=_of(found, "RunspaceState", int), error_record=_error(found))


def _pipeline_state(found: Written) -> SimpleNamespace:
    """A pipeline that does not complete says why; without that nobody knows what ran."""
    state, raised = _of(found, "PipelineState", int), _error(found)
    if raised is None and state not in (_RUNNING, _COMPLETED):
        raise Unreadable(f"the pipeline ended in state {state} without an error")
    return SimpleNamespace(state=state, error_record=raised)


def _error(found: Written) -> CmdletFailed | None:
    raised = found.objects.get("ExceptionAsErrorRecord")
    return None if raised is None else clixml.error(raised)


_READERS: dict[int, Callable[[Written], Any]] = {
    Kind.SESSION_CAPABILITY: _capability,
    Kind.ENCRYPTED_SESSION_KEY: lambda found: SimpleNamespace(session_key=_of(found, "EncryptedSessionKey", str)),
    Kind.RUNSPACEPOOL_INIT_DATA: _init_data,
    Kind.RUNSPACEPOOL_STATE: _pool_state,
    Kind.APPLICATION_PRIVATE_DATA: lambda found: SimpleNamespace(data=_of(found, "ApplicationPrivateData", dict)),
    Kind.ERROR_RECORD: clixml.error,
    Kind.PIPELINE_STATE: _pipeline_state,
    Kind.WARNING_RECORD: lambda found: _of(found, "InformationalRecord_Message", str),
}
