# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether this server's own copy of the configuration holds what was wanted: the only proof that a change arrived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._core.failures import Failure, Refused
from .._core.task import Module, Task
from .._nouns import access_edge, hosting_provider
from .._nouns.access_edge import ACCESS_EDGE
from .._nouns.providers import HOSTING_PROVIDERS
from .._resource.compare import DIFFERS, DRIFTED, HOLDS, PENDING
from .._resource.setting import Setting
from .._store.local import read_local_store
from .._store.store import Object, Store

_PROVIDER = hosting_provider.RESOURCE
_STATE = {"type": "str", "choices": ["present", "absent"], "default": "present"}
_KEY = {"type": "str", "required": True}

ARGUMENT_SPEC: dict[str, Any] = {
    "access_edge": {"type": "dict", "options": access_edge.RESOURCE.argument_spec},
    "hosting_providers": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "identity": _KEY,
            **{setting.option: setting.argument() for setting in _PROVIDER.settings},
            "state": _STATE,
        },
    },
    "central": {"type": "dict"},
    "timeout": {"type": "float", "default": 60},
    "interval": {"type": "float", "default": 5},
}

MAXIMUM = 24 * 3600
"""The longest wait, in seconds."""


Values = dict[str, Any]
"""Values by a dotted name such as ``access_edge.allow_federated_users``."""


def run(task: Task) -> None:
    """
    :raises Failure: when the local store differs at the end of the time, or, in check mode, differs from the central one.
    """
    options = task.options
    _check(options)
    started = task.now()
    while True:
        wanted, found = compare(options, read_local_store(task, (ACCESS_EDGE, HOSTING_PROVIDERS)))
        differing = {name for name in wanted if not _same(name, wanted[name], found[name])}
        elapsed = task.now() - started
        if not differing or task.check_mode or elapsed >= options["timeout"]:
            break
        task.wait(min(options["interval"], max(0.0, options["timeout"] - elapsed)))
    outcome = _outcome(task, wanted, found, differing)
    task.result.update(
        changed=False,
        outcome=outcome,
        differences=sorted(differing),
        waited=round(elapsed, 1),
        diff={"before": found, "after": wanted, "before_header": "found in the local store", "after_header": "wanted"},
    )
    if outcome in (DIFFERS, DRIFTED):
        told = [name for name in sorted(differing) if not _of_absent(name, found)]
        listed = "; ".join(f"{name}: wanted {wanted[name]!r}, found {found[name]!r}" for name in told)
        why = (
            "The Central Management store has it otherwise today, so this server lags behind"
            if outcome == DRIFTED
            else "If the deployment is set as wanted, this server has not received it"
        )
        raise Failure(
            f"The local store of {task.host} differs: {listed}. {why}: check its replication (services REPLICA here, "
            "MASTER and FTA on the Central Management Server, port 4443)."
        )


def _of_absent(name: str, found: Values) -> bool:
    """Whether it is a setting of a provider that is not there at all, which is said once."""
    provider, _dot, option = name.rpartition(".")
    return option != "state" and found.get(f"{provider}.state") == "absent"


def _check(options: Mapping[str, Any]) -> None:
    """
    :raises Refused: for a value that no server could hold, or where nothing is stated: nothing compared proves nothing.
    """
    stated = [value for value in (options["access_edge"] or {}).values() if value is not None]
    if not stated and not options["hosting_providers"]:
        raise Refused("There is nothing to compare: state access_edge settings or hosting_providers.")
    access_edge.RESOURCE.wish(options["access_edge"] or {})
    names: set[Any] = set()
    for provider in options["hosting_providers"]:
        _PROVIDER.wish(provider)
        name = hosting_provider.KEY.kind.comparable(provider["identity"])
        if name in names:
            raise Refused(f"The hosting provider {provider['identity']!r} is stated twice.")
        names.add(name)
    for name, least in (("timeout", 0), ("interval", 0.05)):
        if not least <= options[name] <= MAXIMUM:
            raise Refused(f"{name} must be from {least} to {MAXIMUM} seconds, not {options[name]}.")


def _outcome(task: Task, wanted: Values, found: Values, differing: set[str]) -> str:
    if not differing:
        return HOLDS
    central = task.options["central"]
    if not task.check_mode or central is None:
        return DIFFERS
    try:
        there = compare(task.options, _central_store(central))[1]
    except (AttributeError, TypeError) as error:
        raise Refused(
            "central must have the keys access_edge and hosting_providers as the info modules return them."
        ) from error
    return PENDING if all(_same(name, there[name], found[name]) for name in differing) else DRIFTED


def compare(options: Mapping[str, Any], store: Store) -> tuple[Values, Values]:
    """What is wanted and what a store holds, by the same dotted names."""
    wanted: Values = {}
    found: Values = {}
    edge = store[ACCESS_EDGE][0] if store[ACCESS_EDGE] else {}
    stated = options["access_edge"] or {}
    for setting in (*access_edge.SETTINGS, access_edge.ROUTING_METHOD):
        if stated.get(setting.option) is not None:
            name = f"access_edge.{setting.option}"
            wanted[name], found[name] = stated[setting.option], edge.get(setting.parameter)
    for provider in options["hosting_providers"]:
        _compare_provider(provider, store[HOSTING_PROVIDERS], wanted, found)
    return wanted, found


def _compare_provider(provider: Mapping[str, Any], held: Sequence[Object], wanted: Values, found: Values) -> None:
    prefix = f"hosting_provider.{provider['identity']}"
    there = hosting_provider.matching(held, provider["identity"], provider.get("proxy_fqdn"))
    wanted[f"{prefix}.state"], found[f"{prefix}.state"] = provider["state"], "absent" if there is None else "present"
    if provider["state"] == "absent":
        found[f"{prefix}.state"] = "absent" if _PROVIDER.find(held, provider["identity"]) is None else "present"
        return
    for setting in _PROVIDER.settings:
        if provider.get(setting.option) is not None:
            name = f"{prefix}.{setting.option}"
            wanted[name] = provider[setting.option]
            found[name] = None if there is None else there.get(setting.parameter)


_BY_OPTION: dict[str, Setting] = {
    setting.option: setting for setting in (*access_edge.SETTINGS, access_edge.ROUTING_METHOD, *_PROVIDER.settings)
}


def _same(name: str, one: Any, other: Any) -> bool:
    setting = _BY_OPTION.get(name.rpartition(".")[2])
    return one == other if setting is None else setting.same(one, other)


def _central_store(central: Mapping[str, Any]) -> Store:
    """The central store as the info modules returned it, with the server's property names again."""

    def restored(settings: Sequence[Setting], shown: Mapping[str, Any]) -> dict[str, Any]:
        return {setting.parameter: shown.get(setting.option) for setting in settings}

    edge = (*access_edge.SETTINGS, access_edge.ROUTING_METHOD)
    provider = (hosting_provider.KEY, *_PROVIDER.settings)
    return Store(
        {
            ACCESS_EDGE.name: [restored(edge, central.get("access_edge") or {})],
            HOSTING_PROVIDERS.name: [restored(provider, one) for one in central.get("hosting_providers") or []],
        }
    )


MODULE = Module(ARGUMENT_SPEC, run)
