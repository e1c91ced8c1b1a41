# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a store holds, as far as it was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._core.cmdlet import Cmdlet
from .._core.failures import Refused
from .names import snake_cased

Object = Mapping[str, Any]
"""An object of the server: its own property names and values."""


class Store:
    """What a store holds, as far as it was read: the objects by the cmdlet that read them."""

    def __init__(self, objects: Mapping[str, Sequence[Object]]) -> None:
        self._objects = objects

    def __getitem__(self, read: Cmdlet) -> Sequence[Object]:
        return self._objects[read.name]

    def __contains__(self, read: Cmdlet) -> bool:
        return read.name in self._objects

    def only(self, read: Cmdlet) -> Object:
        """The one global object of a read.

        :raises Refused: when the server wrote none or several.
        """
        found = self[read]
        if len(found) != 1:
            raise Refused(f"{read} wrote {len(found)} objects instead of the global one.")
        return found[0]


def objects(store: Store, read: Cmdlet) -> list[dict[str, Any] | None]:
    """All objects of a read, with option names."""
    return [snake_cased(found) for found in store[read]]
