# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which product a deployment runs, as far as its settings differ."""

from __future__ import annotations

import enum

from .._core.cmdlet import Cmdlet
from .store import Store

TOLD_BY = Cmdlet("Get-CsAccessEdgeConfiguration", yields="DisplayAccessEdgeSettings.*")
"""The read whose object's properties tell the product. It is made only where a setting is stated that came later.

What counts is which parameters the cmdlets of *this session* have. The properties that they show tell just that, by the
reference's own "Applicable" lines, on every server, in every store and with any right to read. ``ProductVersion`` of the replicas
tells what other machines run: during a migration a pool is newer than the management host. ``Get-CsServerVersion`` writes a
sentence, of which only a sample is documented, and its page names no role that may run it.
"""


class Product(enum.IntEnum):
    """Product generations, in order; the value is the year in the name."""

    LYNC_2010 = 2010
    LYNC_2013 = 2013
    SFB_2015 = 2015
    SFB_2019 = 2019

    @property
    def is_oldest(self) -> bool:
        """Whether every server is at least that."""
        return self is Product.LYNC_2010

    def __str__(self) -> str:
        family = "Lync Server" if self < Product.SFB_2015 else "Skype for Business Server"
        return f"{family} {self.value}"


def product_of(store: Store) -> Product:
    """The generation at least, told by the properties that the global Access Edge object has.

    :raises Refused: when there is not exactly one such object.

    ``EnableUserReplicator`` came with 2013, ``DnsSrvCacheRecordCount`` with 2015 (learn.microsoft.com,
    Set-CsAccessEdgeConfiguration); 2019 added no parameter that we manage, so it counts as 2015.
    """
    access_edge = store.only(TOLD_BY)
    if "DnsSrvCacheRecordCount" in access_edge:
        return Product.SFB_2015
    if "EnableUserReplicator" in access_edge:
        return Product.LYNC_2013
    return Product.LYNC_2010
