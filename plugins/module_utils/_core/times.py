# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as a person states them and as they are shown: all of ours are UTC. What a server's clock says is not touched here."""

from __future__ import annotations

import datetime as dt
import re

from .failures import Refused

_DATE = r"\d{4}-\d{2}-\d{2}"
_MOMENT = re.compile(rf"({_DATE})[T ](\d{{2}}:\d{{2}}(?::\d{{2}})?) ?(Z|[+-]\d{{2}}:?\d{{2}})", re.IGNORECASE)
_DAY = dt.timedelta(days=1)


def beginning(text: str, what: str) -> float:
    """When something begins: the time, or the beginning of the day, in seconds since 1970.

    :param what: what the user calls it.
    :raises Refused: for what is neither, and for a time without an offset.
    """
    return _moment(text, what, dt.timedelta())


def end(text: str, what: str) -> float:
    """When something ends: the time, or 24:00 UTC of the day."""
    return _moment(text, what, _DAY)


def utc(seconds: float) -> str:
    """As it is shown: ``2026-11-28 21:30:00 UTC``."""
    # Not strftime, whose %Y has fewer digits for some years.
    return f"{dt.datetime.fromtimestamp(seconds, dt.timezone.utc).replace(tzinfo=None).isoformat(' ', 'seconds')} UTC"


def compact(seconds: float) -> str:
    """As it stands in the name of a file: ``20261128T213000Z``."""
    return dt.datetime.fromtimestamp(seconds, dt.timezone.utc).strftime("%Y%m%dT%H%M%SZ")


def _moment(text: str, what: str, of_day: dt.timedelta) -> float:
    try:
        return _in_utc(text.strip(), of_day).timestamp()
    except OverflowError:
        raise Refused(
            f"{what} must be within the years 1 to 9999 in UTC, where a date ends at 24:00; {text!r} is not."
        ) from None
    except ValueError:
        raise Refused(
            f"{what} must be a date (in UTC), such as 2026-11-28, or a time with its offset from UTC, such as "
            f"2026-11-28T22:00:00+01:00, not {text!r}."
        ) from None


def _in_utc(stated: str, of_day: dt.timedelta) -> dt.datetime:
    """
    :raises ValueError: for what is no time.
    :raises OverflowError: for one that UTC has in another year than there can be.
    """
    found = _MOMENT.fullmatch(stated)
    if found:
        date, time, offset = found.groups()
        zone = "+00:00" if offset in "Zz" else offset if ":" in offset else f"{offset[:3]}:{offset[3:]}"
        return dt.datetime.fromisoformat(f"{date}T{time}{zone}").astimezone(dt.timezone.utc)
    if not re.fullmatch(_DATE, stated):
        raise ValueError(stated)
    return dt.datetime.fromisoformat(f"{stated}T00:00:00+00:00") + of_day
