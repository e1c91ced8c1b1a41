# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A runspace on one machine: takes commands, gives records."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from lynclab.cmdlets import dns_name
from lynclab.cmdlets.admin_role import Rights
from lynclab.cmdlets.invocation import Invocation
from lynclab.cmdlets.table import CMDLETS, Cmdlet
from lynclab.contract.endpoint import Logon, Pause
from lynclab.deployment.deployment import Deployment
from lynclab.facts import syntaxes
from lynclab.powershell import core_cmdlets, errors, messages
from lynclab.powershell.binder import Binding, bind, bind_input
from lynclab.powershell.edition import version_table
from lynclab.powershell.syntax import Syntax, common_parameters
from lynclab.powershell.values import (
    Command,
    EnumValue,
    ErrorRecord,
    Output,
    ProgressRecord,
    PSObject,
    Record,
)


class Host(Protocol):
    """What a runspace needs to know of the machine that it runs on."""

    @property
    def name(self) -> str:
        """Its FQDN."""

    @property
    def deployment(self) -> Deployment:
        """The deployment that it belongs to."""

    @property
    def edition_name(self) -> str:
        """``desktop`` or ``core``."""

    @property
    def powershell_version(self) -> str:
        """``2.0``, ``3.0``, ``4.0`` or ``5.1``."""

    @property
    def has_lync(self) -> bool:
        """Whether the product is installed."""

    @property
    def offers_get_command(self) -> bool:
        """Whether the role-based endpoint has Get-Command."""

    @property
    def has_dns_client(self) -> bool:
        """Whether its Windows has the module DnsClient."""

    @property
    def functions(self) -> bool:
        """Whether functions stand in place of the product's cmdlets."""

    @property
    def autoload(self) -> bool:
        """Whether modules load by themselves."""

    @property
    def module_load(self) -> float:
        """How long loading the module takes, in seconds."""

    def store_problem(self, logon: Logon, over_web: bool) -> str | None:
        """Why the Central Management store cannot be reached from a session, if it cannot."""

    def local_store_problem(self) -> str | None:
        """Why the local store cannot be read, if it cannot."""


@dataclass(frozen=True)
class _Stage:
    """One resolved and bound command of a pipeline."""

    binding: Binding
    run: Callable[[Invocation], None]


class CmdletRunspace:
    """One runspace pool. ``rights`` is None on an endpoint with the full language, else what the account's roles allow."""

    def __init__(self, host: Host, logon: Logon, rights: Rights | None = None) -> None:
        self._host = host
        self._rights = rights
        self._logon = logon
        self._shows: Callable[[str], bool] | None = rights.shows if rights is not None else None
        self._edition = host.edition_name
        self._imported = False
        self._loaded = False

    @property
    def version(self) -> Mapping[str, Any]:
        """The entries of ``$PSVersionTable``."""
        return version_table(self._host.powershell_version)

    def close(self) -> None:
        """Nothing is held."""

    def run(self, commands: Sequence[Command]) -> Iterator[Record | Pause]:
        """Run one pipeline. Of several statements each one's terminating error is a record, and the next one runs."""
        for command in commands:
            if command.is_script:
                refused = errors.scripts_not_allowed if self._shows else errors.lab_runs_no_scripts
                yield refused(command.name)
                return
        statements = _statements(commands)
        for statement in statements:
            records: list[Record] = []
            try:
                stages = self._prepare(statement)
                if not self._loaded:
                    yield from self._load(stages)
                with self._host.deployment.lock:
                    self._execute(stages, records)
            except errors.Terminated as terminated:
                yield from records
                yield replace(terminated.record, terminating=len(statements) == 1)
            else:
                yield from records

    def _prepare(self, statement: Sequence[Command]) -> list[_Stage]:
        """Resolve every command, then bind every command line, as the engine does before anything runs."""
        resolved = [(command, *self._resolve(command.name)) for command in statement]
        return [
            _Stage(bind(syntax, command.arguments, self._edition, pipeline_input=position > 0), run)
            for position, (command, syntax, run) in enumerate(resolved)
        ]

    def _execute(self, stages: Sequence[_Stage], records: list[Record]) -> None:
        outputs = self._call(stages[0].binding, stages[0].run, records)
        for stage in stages[1:]:
            collected: list[Any] = []
            for value in outputs:
                bound = bind_input(stage.binding, value)
                if isinstance(bound, ErrorRecord):
                    records.append(replace(bound, written=True))
                else:
                    collected += self._call(bound, stage.run, records)
            outputs = collected
        records += [Output(value) for value in outputs]

    def _call(self, binding: Binding, run: Callable[[Invocation], None], records: list[Record]) -> list[Any]:
        """Run one call; what it writes is returned, its other records are collected."""
        call = Invocation(binding, self._host.deployment, self._host.name, self._edition)
        try:
            run(call)
        finally:
            records += [record for record in call.records if not isinstance(record, Output)]
        return [record.value for record in call.records if isinstance(record, Output)]

    def _resolve(self, name: str) -> tuple[Syntax, Callable[[Invocation], None]]:
        plain = name.rpartition("\\")[2]
        wanted = plain.lower()
        if self._shows is not None and not self._visible(wanted, plain):
            raise errors.Terminated(errors.command_not_found(name, self._edition))
        own = self._core(wanted)
        if own is not None:
            return own
        syntax = self._lync(wanted)
        if syntax is None:
            raise errors.Terminated(errors.command_not_found(name, self._edition))
        cmdlet = CMDLETS.get(syntax.name)
        if cmdlet is None:
            return syntax, _not_implemented
        return syntax, self._guarded(cmdlet)

    def _lync(self, wanted: str) -> Syntax | None:
        if not self._host.has_lync or not (self._host.autoload or self._imported or self._shows is not None):
            return None
        found = syntaxes(self._host.deployment.product, self._edition).get(wanted)
        return found and replace(found, is_function=self._host.functions)

    def _core(self, wanted: str) -> tuple[Syntax, Callable[[Invocation], None]] | None:
        if wanted == "import-module":
            return core_cmdlets.import_module(self._edition), self._import_module
        if wanted == "get-command":
            return core_cmdlets.get_command(self._edition), self._get_command
        if wanted == "get-date":
            return core_cmdlets.get_date(self._edition), self._get_date
        if wanted == "resolve-dnsname" and self._host.has_dns_client and self._host.autoload:
            return core_cmdlets.resolve_dns_name(self._edition), dns_name.resolve
        if wanted in core_cmdlets.NOT_IMPLEMENTED:
            syntax = Syntax(wanted.title(), (), common=common_parameters(self._edition, should_process=False))
            raise errors.Terminated(_lacks(syntax))
        return None

    def _guarded(self, cmdlet: Cmdlet) -> Callable[[Invocation], None]:
        def run(call: Invocation) -> None:
            local = call.binding.get("LocalStore")
            if local and self._host.name.lower() not in call.deployment.replication.replicas:
                raise call.fail("NoLocalStore", "This computer has no local configuration store.", self._host.name)
            denied = self._host.local_store_problem() if local else None
            if denied is not None:
                raise call.fail("LocalStoreUnavailable", denied, self._host.name, errors.PERMISSION_DENIED)
            narrowed = self._rights.narrowed(call) if self._rights is not None else ""
            if narrowed:
                text = messages.OUT_OF_SCOPE.format(target=call.identity() or "global", scope=narrowed)
                raise call.fail("OutOfScope", text, call.identity() or "global", errors.PERMISSION_DENIED)
            if cmdlet.needs_store and not local:
                problem = self._host.store_problem(self._logon, over_web=self._shows is not None)
                if problem is not None:
                    raise call.fail("StoreUnavailable", problem, self._host.name, errors.CONNECTION_ERROR)
            cmdlet.run(call)

        return run

    def _load(self, stages: Sequence[_Stage]) -> Iterator[Record | Pause]:
        """Load the module where these commands need it. Windows PowerShell tells when it looks for a module by itself."""
        names = [stage.binding.syntax.name for stage in stages if "-Cs" in stage.binding.syntax.name]
        imports = [stage for stage in stages if stage.binding.syntax.name == "Import-Module"]
        self._loaded = bool(names) or any(self._known_modules(stage.binding) for stage in imports)
        if names and self._shows is None and self._edition == "desktop":
            yield ProgressRecord(messages.PREPARING_MODULES)
        if self._loaded and self._host.module_load > 0:
            yield Pause(self._host.module_load)

    def _known_modules(self, binding: Binding) -> list[str]:
        known = self._host.deployment.module_name.lower()
        return [name for name in binding.get("Name", ()) if self._host.has_lync and name.lower() == known]

    def _import_module(self, call: Invocation) -> None:
        known = self._known_modules(call.binding)
        for name in call.binding.get("Name"):
            if name in known:
                self._imported = True
            else:
                call.error(errors.module_not_found(call.syntax, name))

    def _get_command(self, call: Invocation) -> None:
        module = call.deployment.module_name
        table = syntaxes(call.product, call.edition) if self._lync_visible() else {}
        offered = [one for one in table.values() if self._shows is None or self._shows(one.name)]
        for name in call.binding.get("Name", tuple(table)):
            found = [one for one in offered if fnmatch.fnmatchcase(one.name.lower(), name.lower())]
            if not found and "*" not in name:
                missing = errors.command_not_found(name, self._edition)
                call.error(replace(missing, origin=call.syntax.class_name, command="Get-Command", terminating=False))
            for syntax in found:
                properties = {
                    "Name": syntax.name,
                    "CommandType": EnumValue("System.Management.Automation.CommandTypes", "Cmdlet", 8),
                    "ModuleName": module,
                    "Definition": syntax.definition,
                }
                types = (
                    "System.Management.Automation.CmdletInfo",
                    "System.Management.Automation.CommandInfo",
                    "System.Object",
                )
                call.write(PSObject(types, syntax.name, properties))

    def _visible(self, wanted: str, name: str) -> bool:
        """Whether a role-based endpoint shows a command."""
        if wanted == "get-command":
            return self._host.offers_get_command
        return wanted.partition("-")[2].startswith("cs") and self._shows is not None and self._shows(name)

    def _lync_visible(self) -> bool:
        return self._host.has_lync and (self._host.autoload or self._imported or self._shows is not None)

    def _get_date(self, call: Invocation) -> None:
        deployment = call.deployment
        replica = deployment.replication.replicas.get(self._host.name.lower())
        skew = replica.skew if replica is not None else 0.0
        call.write(deployment.local_time(deployment.clock.now() + skew))


def _statements(commands: Sequence[Command]) -> list[list[Command]]:
    statements: list[list[Command]] = [[]]
    for command in commands:
        statements[-1].append(command)
        if command.ends_statement:
            statements.append([])
    return [statement for statement in statements if statement]


def _lacks(syntax: Syntax) -> ErrorRecord:
    return errors.failed(
        syntax,
        "LabCmdletNotImplemented",
        f"This is a lab: it knows the name {syntax.name} and does not implement it.",
        syntax.name,
        errors.NOT_IMPLEMENTED,
    )


def _not_implemented(call: Invocation) -> None:
    raise errors.Terminated(_lacks(call.syntax))
