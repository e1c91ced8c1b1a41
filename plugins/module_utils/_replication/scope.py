# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which replicas are waited for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .._core.failures import Refused
from .._resource.setting import FQDN
from .status import Replica


@dataclass(frozen=True)
class Scope:
    """Which replicas are waited for, by their keys, and why each other one is not."""

    waited_for: frozenset[str]
    reasons: Mapping[str, str]


def scope(
    found: Sequence[Replica],
    desired: Sequence[str] | None,
    ignored: Sequence[Mapping[str, str]],
    deleted: Sequence[str],
    before: Mapping[str, Replica],
) -> Scope:
    """
    :param desired: machines in scope; None: all that are listed.
    :raises Refused: when a desired or ignored replica does not exist.
    """
    listed = {one.key: one for one in found}
    check_known(found, [*(desired or ()), *(item["replica"] for item in ignored)])
    keys = None if desired is None else {FQDN.comparable(name) for name in desired}
    gone = {FQDN.comparable(name) for name in deleted}
    reasons: dict[str, str] = {}
    for key in listed:
        reason = next((item["reason"] for item in ignored if FQDN.comparable(item["replica"]) == key), None)
        if reason is not None:
            reasons[key] = f"ignored ({reason})"
        elif key in gone:
            reasons[key] = "deleted from the topology"
        elif keys is not None and key not in keys:
            reasons[key] = "outside the scope"
        elif key in before and not before[key].up_to_date:
            reasons[key] = "behind before the change already"
    return Scope(frozenset(listed) - frozenset(reasons), reasons)


def check_known(found: Sequence[Replica], names: Sequence[str]) -> None:
    """
    :raises Refused: when the deployment has no replica of one of these names.
    """
    listed = {one.key for one in found}
    for name in names:
        if FQDN.comparable(name) not in listed:
            known = ", ".join(one.fqdn for one in found)
            raise Refused(f"There is no replica {name!r} in this deployment; it has {known or 'none'}.")
