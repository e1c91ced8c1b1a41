# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's model of a deployment without its network, and the task of a module that runs against it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import SWITCH, Cmdlet
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import (
    CmdletFailed,
    Failure,
    SessionFailed,
    SessionLost,
)
from ansible_collections.ucops.lync.plugins.module_utils._core.polling import Collected, Order
from ansible_collections.ucops.lync.plugins.module_utils._core.task import Inventory, Module
from ansible_collections.ucops.lync.plugins.module_utils._core.writes import recorded
from ansible_collections.ucops.lync.plugins.module_utils._replication import content, waiting
from ansible_collections.ucops.lync.plugins.module_utils._resource import planning
from ansible_collections.ucops.lync.plugins.module_utils._resource.plan import Change
from ansible_collections.ucops.lync.plugins.module_utils._resource.resource import Resource, desired
from ansible_collections.ucops.lync.plugins.module_utils._resource.setting import Clearing
from ansible_collections.ucops.lync.plugins.module_utils._store.store import Store
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils.memory_files import MemoryFiles
from lynclab import build
from lynclab.cmdlets.invocation import Invocation
from lynclab.cmdlets.table import CMDLETS
from lynclab.deployment import store
from lynclab.deployment.clock import ManualClock
from lynclab.facts import syntaxes
from lynclab.powershell import errors
from lynclab.powershell.binder import bind
from lynclab.powershell.values import ErrorRecord, Output, StringList
from lynclab.spec import LabSpec

Object = dict[str, Any]

EXCHANGE: dict[str, Any] = {
    "identity": "Exchange Online",
    "proxy_fqdn": "exap.um.outlook.com",
    "enabled": True,
    "enabled_shared_address_space": True,
    "hosts_ocs_users": False,
    "is_local": False,
    "verification_level": "UseSourceVerification",
}
"""The documented hosting provider, as options of the module."""


def validated(argument_spec: Mapping[str, Any], **arguments: Any) -> dict[str, Any]:
    """Options as the action hands them over: checked by Ansible, defaults filled in."""
    validation = ArgumentSpecValidator(dict(argument_spec)).validate(arguments)
    assert validation.error_messages == []
    return dict(validation.validated_parameters)


DEFAULT_ROUTING: Object = {"RoutingMethod": "UseDefaultRouting", "DefaultRouteFqdn": "proxy.adatum.example"}
"""Access Edge properties of a deployment with default routing, whose object is of another class."""


def provider(identity: str, proxy_fqdn: str, **properties: Any) -> Object:
    """A hosting provider, by default with the values that Exchange Online needs."""
    documented = {
        "VerificationLevel": "UseSourceVerification",
        "Enabled": True,
        "EnabledSharedAddressSpace": True,
    }
    return dict(store.hosting_provider(identity, proxy_fqdn, **{**documented, **properties}))


class Deployment:
    """A deployment of the lab's own model, asked as a server is: cmdlets in, plain objects out.

    :param edge: Access Edge properties other than those of a fresh deployment.
    :param hosting: hosting providers, ``public``: public ones, ``others``: further collections of the store by name.
    :param hides: properties that the server does not show.
    """

    def __init__(
        self,
        edge: Object | None = None,
        hosting: Sequence[Object] = (),
        public: Sequence[Object] = (),
        product: str = "lync2013",
        hides: Sequence[str] = (),
        others: Mapping[str, Sequence[Object]] | None = None,
        edges: int = 1,
    ) -> None:
        self.clock = ManualClock()
        self.model = build.build_deployment(LabSpec(sites=1, edges=edges, product=product), 0, self.clock)
        self.hides = frozenset(hides)
        self.seed(**(edge or {}))
        collections = {"hosting_providers": hosting, "public_providers": public, **(others or {})}
        for name, items in collections.items():
            for item in items:
                self.put(name, item)

    def seed(self, **edge: Any) -> None:
        """Somebody else changes the Access Edge object: it is so at once, everywhere."""
        self.model.seed(lambda content: content.with_access_edge(**edge))

    def put(self, collection: str, item: Object) -> None:
        """Somebody else creates or replaces an object: it is so at once, everywhere."""
        self.model.seed(lambda content: content.with_item(collection, item))

    def replicate(self) -> None:
        """Time passes, and whatever was written has arrived at every Edge Server."""
        self.clock.advance(60)

    @property
    def edge(self) -> Mapping[str, Any]:
        """The Access Edge object, with the properties of both routing methods and all products."""
        return self.model.content.access_edge

    def items(self, collection: str) -> list[Object]:
        return [dict(item) for item in self.model.content.items(collection).values()]

    @property
    def hosting(self) -> list[Object]:
        return self.items("hosting_providers")

    def answer(self, cmdlet: Cmdlet) -> list[Object]:
        """
        :raises CmdletFailed: for any error record.
        """
        try:
            call = self._called(cmdlet)
            CMDLETS[call.syntax.name].run(call)
        except errors.Terminated as terminated:
            raise _failed(cmdlet, terminated.record) from None
        for record in call.records:
            if isinstance(record, ErrorRecord):
                raise _failed(cmdlet, record)
        objects = [record.value.properties for record in call.records if isinstance(record, Output)]
        return [{name: _plain(value) for name, value in one.items() if name not in self.hides} for one in objects]

    def _called(self, cmdlet: Cmdlet) -> Invocation:
        syntax = syntaxes(self.model.product, "desktop").get(cmdlet.name.lower())
        if syntax is None or syntax.name not in CMDLETS:
            raise CmdletFailed(cmdlet.name, "The term is not recognized.", "CommandNotFoundException", "", cmdlet.name)
        given = {name: True if value is SWITCH else value for name, value in cmdlet.parameters.items()}
        if cmdlet.confirms:
            given["Confirm"] = False
        machine = self.model.topology.edges() if "LocalStore" in given else self.model.topology.replicas()
        return Invocation(bind(syntax, tuple(given.items()), "desktop"), self.model, machine[0], "desktop")


def _failed(cmdlet: Cmdlet, record: ErrorRecord) -> CmdletFailed:
    error_id = f"{record.error_id},{record.origin}" if record.origin else record.error_id
    return CmdletFailed(cmdlet.name, record.message, error_id, str(record.category), str(record.target or ""))


def _plain(value: Any) -> Any:
    """A property as it arrives: text for enumerations and identities."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return int(value)
    return list(value.items) if isinstance(value, StringList) else str(value)


def planned(resource: Resource, deployment: Deployment, **options: Any) -> Change:
    """The change that a module with these options would make."""
    wanted = desired(resource, validated(resource.argument_spec, **options))
    reads = {read.name: deployment.answer(read) for read in wanted.reads}
    return planning.planned(wanted, Store(reads))


def replace_setting(resource: Resource, option: str, clearable: bool) -> Resource:
    """The same noun with a setting that can, or cannot, be cleared."""
    clearing = Clearing.EMPTY if clearable else Clearing.REFUSED
    settings = tuple(
        replace(setting, clearing=clearing) if setting.option == option else setting for setting in resource.settings
    )
    return replace(resource, settings=settings)


def task_of(module: Module, deployment: Any, check_mode: bool = False, **options: Any) -> MemoryTask:
    """A task of a module that is ready to run."""
    return MemoryTask(deployment, validated(module.argument_spec, **options), check_mode)


class MemoryInventory:
    """An inventory of groups and variables."""

    forks = 5
    strategy = "linear"

    def __init__(
        self,
        groups: Mapping[str, Sequence[str]] | None = None,
        variables: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self._groups = groups or {}
        self._variables = variables or {}

    @property
    def play_hosts(self) -> Sequence[str]:
        return [host for hosts in self._groups.values() for host in hosts]

    @property
    def batch(self) -> Sequence[str]:
        return self.play_hosts

    def group(self, name: str) -> Sequence[str]:
        return self._groups.get(name, ())

    def variable_names(self, host: str) -> Sequence[str]:
        return list(self._variables.get(host, {}))

    def variable(self, host: str, name: str) -> Any:
        return self._variables.get(host, {}).get(name)


class MemoryTask:
    """The Task of module_utils against a deployment in memory, with a clock that moves only when it is waited for.

    ``on_write`` and ``on_read`` are called with the position of the call (from 0) and the deployment's own answer as a
    function; they may raise instead, before or after it.
    """

    host = "fe01.adatum.example"

    def __init__(
        self,
        deployment: Any,
        options: Mapping[str, Any],
        check_mode: bool = False,
        on_edge: bool = False,
        restricted: bool = False,
    ) -> None:
        self.deployment = deployment
        self.options = options
        self.check_mode = check_mode
        self.on_edge = on_edge
        self.restricted = restricted
        self.account = ""
        self.files = MemoryFiles()
        self.variable_names: Sequence[str] = ()
        self.result: dict[str, Any] = {"changed": False}
        self.facts: dict[str, Any] = {}
        self.written: list[Cmdlet] = []
        self.was_read: list[Cmdlet] = []
        self.told: list[str] = []
        self.noted: list[dict[str, Any]] = []
        self.inventory: Inventory = MemoryInventory()
        self.clock = 0.0
        self.works_beside = False
        self.prepared: list[Cmdlet] = []
        self.begun: list[Order] = []
        self.without_session: set[str] = set()
        self.on_write: dict[int, Callable[[Callable[[], list[Object]]], list[Object]]] = {}
        self.on_read: dict[int, Failure] = {}
        self._reads = 0

    @property
    def warnings(self) -> list[str]:
        return list(self.result.get("warnings", []))

    def read(self, *cmdlets: Cmdlet) -> list[list[Object]]:
        position, self._reads = self._reads, self._reads + 1
        if position in self.on_read:
            raise self.on_read[position]
        self.was_read.extend(cmdlets)
        return [self.deployment.answer(cmdlet) for cmdlet in cmdlets]

    def attempt(self, *cmdlets: Cmdlet) -> list[list[Object] | Failure]:
        position, self._reads = self._reads, self._reads + 1
        failing = self.on_read.get(position)
        if isinstance(failing, SessionFailed):
            raise failing
        self.was_read.extend(cmdlets)
        return [self._attempted(cmdlet, failing) for cmdlet in cmdlets]

    def _attempted(self, cmdlet: Cmdlet, failing: Failure | None) -> list[Object] | Failure:
        """A failure that names no cmdlet is that of each."""
        if failing is not None and getattr(failing, "cmdlet", cmdlet.name) == cmdlet.name:
            return failing
        try:
            return list(self.deployment.answer(cmdlet))
        except CmdletFailed as failure:
            return failure

    def write(self, cmdlet: Cmdlet) -> list[Object]:
        self.result.setdefault("cmdlets", []).append(str(cmdlet))
        if self.check_mode:
            return []
        position = len(self.written)
        self.written.append(cmdlet)

        def answer() -> list[Object]:
            return list(self.deployment.answer(cmdlet))

        return recorded(
            self.result, cmdlet, lambda: self.on_write[position](answer) if position in self.on_write else answer()
        )

    def time(self) -> float:
        return self.clock

    def outside(self, name_servers: Sequence[str], ca_file: str, timeout: float) -> Any:
        raise AssertionError("nothing outside is asked")

    @property
    def where(self) -> str:
        return f"{self.host}:443/OcsPowershell"

    def fact(self, name: str) -> Any:
        return self.facts.get(name)

    def note(self, what: Mapping[str, Any], first: bool = False) -> None:
        self.noted.append(dict(what))

    def log_on(self) -> str:
        return f"{self.host}:443/OcsPowershell"

    def prepare(self, *cmdlets: Cmdlet) -> bool:
        if self.works_beside:
            self.prepared.extend(cmdlets)
        return self.works_beside

    def begin(self, order: Order, host: str = "") -> str | None:
        if not self.works_beside or host in self.without_session:
            return None
        self.begun.append(order)
        return str(len(self.begun))

    def collect(self, poll: str) -> Collected | None:
        """Carry on a poll that was begun, as whoever works beside the tasks does."""
        known = self.works_beside and int(poll) <= len(self.begun)
        return carried_on(self, self.begun[int(poll) - 1]) if known else None

    def now(self) -> float:
        return self.clock

    def wait(self, seconds: float) -> None:
        assert seconds > 0, "the wait would spin"
        self.clock += seconds
        if isinstance(self.deployment, Deployment):
            self.deployment.clock.advance(seconds)

    def progress(self, text: str) -> None:
        self.told.append(text)

    def show(self, text: str) -> None:
        self.told.append(text)

    def warn(self, text: str) -> None:
        noted = self.result.setdefault("warnings", [])
        if text not in noted:
            noted.append(text)


def carried_on(task: MemoryTask, order: Order) -> Collected:
    """What a poll ends with."""
    polling = {"replication": waiting.POLLING, "content": content.POLLING}[order.kind]
    state: dict[str, Any] = json.loads(json.dumps(order.state))
    while True:
        try:
            stepped = polling.step(state, task.read(*order.cmdlets), task.now())
        except Failure as failure:
            return Collected(state, failure)
        state = json.loads(json.dumps(stepped.state))
        if stepped.pause is None:
            return Collected(state)
        task.told.append(polling.progress(0, 1, [(order.subject, stepped.late)]))
        task.wait(stepped.pause)


def lost_before(answer: Callable[[], list[Object]]) -> list[Object]:
    """The session breaks before the cmdlet runs."""
    raise SessionLost("The session was lost.")


def lost_after(answer: Callable[[], list[Object]]) -> list[Object]:
    """The cmdlet runs, and the session breaks before its answer is here."""
    answer()
    raise SessionLost("The session was lost.")


def refused(answer: Callable[[], list[Object]]) -> list[Object]:
    """The server answers with an error and changes nothing."""
    raise CmdletFailed("New-CsHostingProvider", "Access is denied.", "AccessDenied,StandIn")
