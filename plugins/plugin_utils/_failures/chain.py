# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands behind an exception: libraries wrap the one that has a code in others that have none."""

from __future__ import annotations

from typing import TypeVar

LONGEST = 200
"""Characters of somebody else's words in a sentence."""

Kind = TypeVar("Kind", bound=BaseException)


def chain(error: BaseException) -> list[BaseException]:
    """The exception and all behind it, the outermost first.

    Behind one are its ``__cause__`` and ``__context__``, exceptions among its arguments (urllib3, requests) and those kept as
    ``reason`` (urllib3) or ``base_error`` (pyspnego).
    """
    found: list[BaseException] = []
    ahead = [error]
    while ahead:
        one = ahead.pop(0)
        if any(one is other for other in found):
            continue
        found.append(one)
        behind = [
            *one.args,
            getattr(one, "reason", None),
            getattr(one, "base_error", None),
            one.__cause__,
            one.__context__,
        ]
        ahead += [other for other in behind if isinstance(other, BaseException)]
    return found


def first(errors: list[BaseException], *kinds: type[Kind]) -> Kind | None:
    """The outermost of some exceptions that is of one of these kinds."""
    return next((error for error in errors if isinstance(error, kinds)), None)


def one_line(text: str | None) -> str:
    """A server's or a program's words on one line, and no more than fit; a failure makes visible what else is in them."""
    words = " ".join(str(text or "").split())
    return words if len(words) <= LONGEST else words[:LONGEST] + " ..."
