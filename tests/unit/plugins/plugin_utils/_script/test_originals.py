# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What pywinrm raises is noted, and pywinrm is afterwards what it was."""

from __future__ import annotations

import inspect
import sys

import pytest
from winrm.exceptions import InvalidCredentialsError
from winrm.protocol import Protocol
from winrm.transport import Transport

from ansible_collections.ucops.lync.plugins.plugin_utils._script.originals import noted

NOBODY = "http://127.0.0.1:1/wsman"


def test_what_a_protocol_raises_is_noted() -> None:
    before = (Transport.__init__, Protocol.open_shell, Protocol.send_message)
    signature = inspect.getfullargspec(Protocol.__init__)
    with noted() as errors:
        assert inspect.getfullargspec(Protocol.__init__) == signature  # the plugin looks at it
        with pytest.raises(InvalidCredentialsError):
            Protocol(NOBODY, transport="ntlm", username="svc")
        with pytest.raises(OSError, match="refused"):
            Protocol(NOBODY, "ntlm", "svc", "x", ca_trust_path=None, proxy=None).open_shell()
    assert [type(error).__name__ for error in errors] == ["InvalidCredentialsError", "ConnectionError"]
    assert (Transport.__init__, Protocol.open_shell, Protocol.send_message) == before


def test_it_is_what_it_was_also_after_an_error() -> None:
    before = Protocol.send_message
    with pytest.raises(KeyError), noted():
        raise KeyError
    assert Protocol.send_message is before


def test_without_pywinrm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "winrm.transport")
    monkeypatch.delitem(sys.modules, "winrm.protocol")
    with noted() as errors:
        pass
    assert errors == []
