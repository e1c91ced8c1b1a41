# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Basic: user and password in the clear, in base64 (RFC 7617)."""

from __future__ import annotations

import base64
import binascii

from lynclab.logon.mechanism import Door, Outcome, Refused, logon_of


class Basic:
    """Checked on every request."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def step(self, token: str) -> Outcome:
        """The token is ``user:password``."""
        try:
            user, _colon, password = _clear(base64.b64decode(token, validate=True)).partition(":")
        except binascii.Error:
            raise Refused("the token cannot be read") from None
        account = self._door.account(user)
        if account is None or account.password != password:
            raise self._door.wrong_password(user)
        return Outcome(logon_of(self._door.admit(user), "Basic"))


def _clear(data: bytes) -> str:
    """RFC 7617 leaves the encoding open: clients send UTF-8 or, as requests does, Latin-1."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")
