# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong on a machine, on demand.

A fault waits for a request that it applies to: the n-th one that matches its action and cmdlet. It strikes before the
server looks at the request, or after it did all the work, so that only the answer is lost: this is how a session is lost
during a write.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Kind(Enum):
    """What a fault does to a request."""

    DROP = "drop"
    DELAY = "delay"
    WSMAN_FAULT = "wsman fault"
    HTTP_ERROR = "http error"
    TRUNCATE = "truncate"
    SILENCE = "silence"


class When(Enum):
    """Before the server looks at the request, or after its work (a command has then run to its end).

    At the door: whoever asks, before any authentication, as a proxy in between or a stopped service answers.
    """

    DOOR = "door"
    BEFORE = "before"
    AFTER = "after"


@dataclass
class Fault:
    """One thing that goes wrong.

    ``action`` is ``Create``, ``Command``, ``Receive``, ``Send``, ``Signal``, ``Delete``, ``Get`` or None for any request
    that is authenticated; ``cmdlet`` narrows it to requests about a pipeline with that cmdlet (over WinRS cmdlets arrive with
    ``Send``: a process that was started with ``Command`` has none yet). It strikes the ``nth``
    match (from 1) and those after it, ``times`` in all (None: without end). ``ends_shell`` lets the request's shell die
    with it. Seconds are those of a delay.
    """

    kind: Kind
    action: str | None = None
    cmdlet: str | None = None
    nth: int = 1
    times: int | None = 1
    when: When = When.BEFORE
    ends_shell: bool = False
    seconds: float = 0.0
    status: int = 0
    body: bytes = b""
    content_type: str = "text/html"
    server: str = ""
    code: int = 0
    message: str = ""
    matched: int = field(default=0, init=False)
    struck: int = field(default=0, init=False)

    def applies(self, action: str, cmdlets: frozenset[str]) -> bool:
        """Whether it is about such a request; ``cmdlets`` are in lower case."""
        if self.action is not None and self.action.lower() != action.lower():
            return False
        return self.cmdlet is None or self.cmdlet.lower() in cmdlets


_UNAVAILABLE = (
    b'<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN""http://www.w3.org/TR/html4/strict.dtd">\r\n'
    b"<HTML><HEAD><TITLE>Service Unavailable</TITLE></HEAD><BODY><h2>Service Unavailable</h2><hr><p>HTTP Error 503. The "
    b"service is unavailable.</p></BODY></HTML>\r\n"
)


class Faults:
    """The faults of one machine. Every method may be called from any thread; the adding ones return the fault."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._refusing = False
        self._refusal_changed: list[Callable[[bool], None]] = []

    # Setting

    def add(self, fault: Fault) -> Fault:
        """Let a fault wait for its request."""
        with self._lock:
            self._faults.append(fault)
        return fault

    def drop(self, action: str | None = None, **details: Any) -> Fault:
        """Cut the connection instead of answering."""
        return self.add(Fault(Kind.DROP, action, **details))

    def drop_after(self, action: str = "Command", **details: Any) -> Fault:
        """Do the work, then cut the connection instead of answering."""
        return self.add(Fault(Kind.DROP, action, when=When.AFTER, **details))

    def delay(self, seconds: float, action: str | None = None, **details: Any) -> Fault:
        """Wait before the answer; without ``times`` at every request."""
        return self.add(Fault(Kind.DELAY, action, seconds=seconds, **{"times": None, **details}))

    def wsman_fault(self, code: int, message: str = "", action: str | None = None, **details: Any) -> Fault:
        """Answer with a WSMan fault of that code (texts of well known codes need not be given)."""
        return self.add(Fault(Kind.WSMAN_FAULT, action, code=code, message=message, **details))

    def http_error(
        self, status: int = 503, body: bytes = _UNAVAILABLE, action: str | None = None, **details: Any
    ) -> Fault:
        """Answer with an HTTP status and a page, as http.sys or a proxy in between does."""
        return self.add(Fault(Kind.HTTP_ERROR, action, status=status, body=body, **details))

    def truncate(self, action: str | None = None, **details: Any) -> Fault:
        """Do the work and answer with the first half of the XML."""
        return self.add(Fault(Kind.TRUNCATE, action, when=When.AFTER, **details))

    def silence(self, action: str | None = None, **details: Any) -> Fault:
        """Never answer; without ``times`` no request."""
        return self.add(Fault(Kind.SILENCE, action, **{"times": None, **details}))

    def refuse(self) -> None:
        """Refuse new connections, as a machine whose listener is stopped."""
        self._set_refusing(True)

    def accept(self) -> None:
        """Accept connections again."""
        self._set_refusing(False)

    def clear(self) -> None:
        """End every fault, the refusal included."""
        with self._lock:
            self._faults.clear()
        self.accept()

    # Reading, by the wire

    @property
    def refusing(self) -> bool:
        """Whether connections are refused."""
        with self._lock:
            return self._refusing

    def on_refusal(self, changed: Callable[[bool], None]) -> None:
        """Call ``changed`` when refusal begins or ends."""
        with self._lock:
            self._refusal_changed.append(changed)

    def strike(self, action: str, cmdlets: frozenset[str] = frozenset()) -> list[Fault]:
        """The faults that this request meets. Counts the request: call it once for each."""
        return self._strike(lambda fault: fault.when is not When.DOOR and fault.applies(action, cmdlets))

    def strike_at_door(self) -> list[Fault]:
        """The faults that any request meets. Counts the request: call it once for each."""
        return self._strike(lambda fault: fault.when is When.DOOR)

    def _strike(self, applies: Callable[[Fault], bool]) -> list[Fault]:
        met = []
        with self._lock:
            for fault in self._faults:
                if not applies(fault):
                    continue
                fault.matched += 1
                if fault.matched >= fault.nth and (fault.times is None or fault.struck < fault.times):
                    fault.struck += 1
                    met.append(fault)
        return met

    def _set_refusing(self, refusing: bool) -> None:
        with self._lock:
            changed, self._refusing = refusing != self._refusing, refusing
            listeners = list(self._refusal_changed)
        if changed:
            for listener in listeners:
                listener(refusing)
