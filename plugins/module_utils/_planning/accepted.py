# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the user agreed to: ``hybrid_accept`` lists consents by name, each with the deployment that it is for.

A name alone counts where the run has one deployment, so that one ``-e`` does not consent for forty customers.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from .case import Case


def accepted(case: Case) -> frozenset[str]:
    """The names that were given for this deployment."""
    return frozenset(name for entry in case.terms.accept for whose, name in [_parts(entry)] if _is_mine(case, whose))


def unknown(case: Case, names: tuple[str, ...]) -> Iterator[str]:
    """Why entries mean nothing, where this deployment can tell.

    :param names: of all consents.
    """
    for entry in case.terms.accept:
        problem = _problem(case, entry, names)
        if problem:
            yield f"hybrid_accept has {entry!r}, {problem}."


def unneeded(case: Case, needed: Iterable[str]) -> Iterator[str]:
    """
    :param needed: the names that count in this run, those that give another one included.
    """
    for entry in case.terms.accept:
        whose, name = _parts(entry)
        if _is_mine(case, whose) and name not in needed:
            yield f"hybrid_accept has {entry!r}, which this deployment does not need (any longer): take it out."


def to_accept(case: Case, missing: Iterable[str], names: tuple[str, ...]) -> tuple[str, ...]:
    """What ``hybrid_accept`` is with the consents that are missing, without what means nothing; empty where none is missing.

    :param names: of all consents.
    """
    more = tuple(dict.fromkeys(entry_of(case, name) for name in missing))
    return (*(entry for entry in case.terms.accept if not _problem(case, entry, names)), *more) if more else ()


def entry_of(case: Case, name: str) -> str:
    """The entry that gives a consent for this deployment."""
    return name if case.terms.only_deployment and not case.hosts.name else f"{case.title}/{name}"


def _parts(entry: str) -> tuple[str, str]:
    """Deployment and name; the deployment is empty where the entry has none."""
    whose, _slash, name = entry.strip().rpartition("/")
    return whose, name


def _is_mine(case: Case, whose: str) -> bool:
    return whose == case.title if whose else case.terms.only_deployment


def _problem(case: Case, entry: str, names: tuple[str, ...]) -> str:
    """Why an entry means nothing; empty where it means something, or another deployment is to judge it."""
    whose, name = _parts(entry)
    if not whose and not case.terms.only_deployment:
        return f"but this run has several deployments: a consent for this one is {entry_of(case, name)!r}"
    if not _is_mine(case, whose):
        return _unknown_deployment(case, whose)
    return "" if name in names else f"which is no consent; {_meant(name, names)}"


def _unknown_deployment(case: Case, whose: str) -> str:
    """Of the inventory's deployments one may be without a name: what it is called, only its own plan knows."""
    known = case.terms.deployments
    if whose in known or not known or ("" in known and case.hosts.name):
        return ""
    names = tuple(name or case.title for name in known)
    return f"but the inventory has no deployment {whose!r}; {_meant(whose, names)}"


def _meant(name: str, names: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, names, 1)
    return f"{near[0]} was probably meant" if near else f"there are {', '.join(names)}"
