# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a property of the server says, whatever form it arrives in.

A collection of one stands for its element, as PowerShell and Ansible unroll it. What is understood otherwise is never guessed.
"""

from __future__ import annotations

from typing import Any

NotUnderstood = ValueError
"""What is raised for a value that does not have the form that its property has."""


def single(value: Any) -> Any:
    """The value, or the one element of a collection."""
    return value[0] if isinstance(value, (list, tuple)) and len(value) == 1 else value


def text(value: Any) -> str | None:
    """
    :return: None where there is none.
    :raises ValueError: for what is no text.
    """
    found = single(value)
    if found is None or isinstance(found, str):
        return (found or "").strip() or None
    raise NotUnderstood(f"{_named(found)} in place of text")


def truth(value: Any) -> bool | None:
    """
    :return: None where there is none.
    :raises ValueError: for what is no Boolean.
    """
    found = single(value)
    if found is None or isinstance(found, bool):
        return found
    raise NotUnderstood(f"{_named(found)} in place of a Boolean")


def number(value: Any) -> int | None:
    """A whole number, also as text in decimal digits.

    :return: None where there is none.
    :raises ValueError: for anything else.
    """
    found = single(value)
    if isinstance(found, str) and found.strip().isascii() and found.strip().isdecimal():
        return int(found)
    if found in (None, ""):
        return None
    if isinstance(found, int) and not isinstance(found, bool):
        return found
    raise NotUnderstood(f"{_named(found)} in place of a number")


def texts(value: Any) -> tuple[str, ...]:
    """The texts of a collection, or the one text; what is neither, and empty text, is left out."""
    found = value if isinstance(value, (list, tuple)) else (value,)
    return tuple(one.strip() for one in found if isinstance(one, str) and one.strip())


def is_shown(value: Any) -> bool:
    """Whether there is anything, also in a collection."""
    found = value if isinstance(value, (list, tuple)) else (value,)
    return any(one.strip() if isinstance(one, str) else one is not None for one in found)


def text_or_nothing(value: Any) -> str | None:
    """The text; what is none counts as not shown."""
    try:
        return text(value)
    except NotUnderstood:
        return None


def number_or_nothing(value: Any) -> int | None:
    """The number; what is none counts as not shown."""
    try:
        return number(value)
    except NotUnderstood:
        return None


def _named(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)} values"
    names = {bool: "a Boolean", int: "a number", float: "a number", str: "text", dict: "an object"}
    return names.get(type(value), type(value).__name__)
