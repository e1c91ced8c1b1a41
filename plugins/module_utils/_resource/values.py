# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How single values are checked before they travel, and compared with what the server holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from .._core.failures import Refused
from .._core.visible import visible

_CANNOT_TRAVEL = re.compile("[\ud800-\udfff\ufffe\uffff]")
_WEB_ADDRESS = re.compile(r"[Hh][Tt]{2}[Pp][Ss]?://[^\s\x00-\x1f\x7f]+")


def travelling(value: Any, option: str) -> Any:
    """The value, when each text in it can travel over PSRP.

    A lone surrogate is refused by the server's decoder, U+FFFE and U+FFFF break the whole session (both tried against
    PowerShell 7.6).

    :raises Refused: naming the option and the character.
    """
    if isinstance(value, str):
        found = _CANNOT_TRAVEL.search(value)
        if found:
            raise Refused(
                f"{option}: the character U+{ord(found.group()):04X} at position {found.start() + 1} cannot travel to a "
                "Windows server; remove it."
            )
    elif isinstance(value, dict):
        for key, item in value.items():
            travelling(str(key), option)
            travelling(item, f"{option}.{key}")
    elif isinstance(value, (list, tuple)):
        for item in value:
            travelling(item, option)
    return value


def exact(value: Any) -> Any:
    """Compares as it is; nothing and empty text are the same to the server's settings."""
    return None if value == "" else value


def folded(value: Any) -> Any:
    """Compares without regard to case: identities and enumeration names.

    Character by character, as .NET does: to it ``Straße`` and ``Strasse`` are two names.
    """
    return "".join(map(_capital, value)) if isinstance(value, str) and value else exact(value)


def _capital(character: str) -> str:
    capital = character.upper()
    return capital if len(capital) == 1 else character


def fqdn(value: Any) -> Any:
    """Compares as DNS does: no case, no trailing dot."""
    return value.rstrip(".").casefold() if isinstance(value, str) and value else exact(value)


def bare_fqdn(value: str) -> str:
    """As it is shown and sent: without the trailing dot."""
    return value.rstrip(".")


def scoped(value: Any) -> Any:
    """Compares the identity of a policy: ``global``, ``site:Lisbon``, ``tag:Name``, and a bare name, which is a tag.

    The server's spellings are ``Global``, ``Site:Lisbon`` and ``Tag:Name`` (learn.microsoft.com, New-CsExternalAccessPolicy).
    """
    text = folded(value)
    if not isinstance(text, str) or text == "GLOBAL" or text.startswith(("SITE:", "TAG:")):
        return text
    return f"TAG:{text}"


def bare_tag(value: str) -> str:
    """As New- takes it: a tag by its bare name."""
    scope, colon, name = value.partition(":")
    return name if colon and scope.lower() == "tag" else value


def url(value: Any) -> Any:
    """Compares after normalising: scheme and host without case, the scheme's own port and a bare slash left out.

    What is no web address compares exactly: ``urlsplit`` would drop characters from it.
    """
    if not isinstance(value, str) or not _WEB_ADDRESS.fullmatch(value):
        return exact(value)
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return value
    host = (parts.hostname or "").rstrip(".")
    if port is not None and port != {"https": 443, "http": 80}[parts.scheme]:
        host = f"{host}:{port}"
    user, at = parts.netloc.rpartition("@")[:2]
    host = f"{user}{at}{host}"
    return urlunsplit((parts.scheme, host, "" if parts.path == "/" else parts.path, parts.query, parts.fragment))


def said(value: Any) -> str:
    """A value for a sentence."""
    return f"'{visible(value)}'" if isinstance(value, str) else str(value)


Comparable = Callable[[Any], Any]
