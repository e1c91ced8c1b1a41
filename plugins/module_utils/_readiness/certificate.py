# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The certificate that an Access Edge shows to partners: from when to when it is valid, and whether it has the names that they
look for.

Sources: TechNet, "Certificate requirements for external user access" of Lync Server 2013 (the Access Edge's external name, and a
name for each SIP domain) and "Wildcard certificate support" (the Edge Server is not among the roles that are supported with one).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .rows import Row, bad, good, not_checked

EXPIRY = "certificate expiry"
NAME = "certificate name"
DAY = 86400.0

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)
_FIRST_DAY = dt.datetime(1, 1, 1, tzinfo=dt.timezone.utc)
_LAST_DAY = dt.datetime(9999, 12, 31, tzinfo=dt.timezone.utc)
_COMMON_NAME = re.compile(r"(?:^|,)\s*CN=([^,]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Certificate:
    """Its names, and from when to when it is valid, in seconds since 1970; None where the server's text is no date."""

    names: tuple[str, ...]
    begins: float | None = None
    ends: float | None = None


def certificate(shown: Mapping[str, Any]) -> Certificate:
    """From the properties that Get-CsCertificate shows: Subject, AlternativeNames, NotBefore, NotAfter."""
    listed = shown.get("AlternativeNames") or ()
    others = [str(name) for name in (listed if isinstance(listed, (list, tuple)) else [listed])]
    names = dict.fromkeys(_folded(name) for name in (*_COMMON_NAME.findall(str(shown.get("Subject") or "")), *others))
    return Certificate(tuple(names), moment(shown.get("NotBefore")), moment(shown.get("NotAfter")))


def moment(text: Any) -> float | None:
    """A date of the server in seconds since 1970, within what a calendar has; one without a zone is taken for UTC."""
    try:
        found = dt.datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", str(text)).replace("Z", "+00:00"))
    except ValueError:
        return None
    aware = found if found.tzinfo else found.replace(tzinfo=dt.timezone.utc)
    return max(_FIRST_DAY, min(aware, _LAST_DAY)).timestamp()


def validity(subject: str, shown: Certificate, now: float, least_days: float) -> Row:
    """
    :param now: seconds since 1970.
    :param least_days: what it must be good for.
    """
    if shown.begins is not None and shown.begins > now:
        return bad(EXPIRY, subject, f"it is valid only from {_day(shown.begins)} on")
    if shown.ends is None:
        return not_checked(EXPIRY, subject, "the server shows no date of its end")
    ends, day = shown.ends, _day(shown.ends)
    days = int((ends - now) // DAY)
    if ends <= now:
        return bad(EXPIRY, subject, f"it ended on {day}")
    left = f"it ends on {day}, in {days} {'day' if days == 1 else 'days'}"
    return bad(EXPIRY, subject, left) if days < least_days else good(EXPIRY, subject, left)


def _day(moment: float) -> str:
    return (_EPOCH + dt.timedelta(seconds=moment)).date().isoformat()


def covers(found: Certificate, needed: Iterable[str]) -> list[Row]:
    """Whether a certificate has these names, a row for each."""
    return [_covers(found.names, name) for name in dict.fromkeys(_folded(name) for name in needed)]


def _covers(names: Sequence[str], needed: str) -> Row:
    if needed in names:
        return good(NAME, needed, "it has this name")
    wildcard = f"*.{needed.partition('.')[2]}"
    if wildcard in names:
        return bad(NAME, needed, f"only {wildcard} covers it, and wildcards are not supported on an Access Edge")
    return bad(NAME, needed, f"it has only {', '.join(names) or 'no name'}")


def _folded(name: str) -> str:
    """As certificates have it: an international name in the letters of ASCII (RFC 5280, section 7.2)."""
    folded = name.strip().rstrip(".").casefold()
    try:
        return folded if folded.isascii() else folded.encode("idna").decode("ascii")
    except UnicodeError:
        return folded
