# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Error records as the engine and the cmdlets make them.

Shapes recorded from PowerShell 7.6; categories are the numbers of System.Management.Automation.ErrorCategory.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lynclab.powershell import messages
from lynclab.powershell.conversion import CannotConvert, CannotConvertValue, as_text, dotnet_type
from lynclab.powershell.syntax import Parameter, Syntax
from lynclab.powershell.values import ErrorRecord, ExceptionObject, Int64

CONNECTION_ERROR = 27
INVALID_ARGUMENT = 5
INVALID_DATA = 6
INVALID_OPERATION = 7
NOT_IMPLEMENTED = 11
OBJECT_NOT_FOUND = 13
OPERATION_TIMEOUT = 15
PARSER_ERROR = 17
PERMISSION_DENIED = 18
RESOURCE_EXISTS = 20
RESOURCE_UNAVAILABLE = 21

_ZERO = Int64(0)
_SYSTEM = ("System.SystemException", "System.Exception", "System.Object")
_RUNTIME = ("System.Management.Automation.RuntimeException", *_SYSTEM)
_BINDING = ("System.Management.Automation.ParameterBindingException", *_RUNTIME)
_VALIDATION = ("System.Management.Automation.ParameterBindingValidationException", *_BINDING)
_INVALID_OPERATION = ("System.InvalidOperationException", *_SYSTEM)


class Terminated(Exception):
    """A statement ends here, with this terminating error."""

    def __init__(self, record: ErrorRecord) -> None:
        self.record = record
        super().__init__(record.message)


def command_not_found(name: str, edition: str) -> ErrorRecord:
    """The command does not exist or is not visible in this session."""
    message = messages.command_not_found(name, edition)
    return ErrorRecord(
        message,
        "CommandNotFoundException",
        OBJECT_NOT_FOUND,
        ("System.Management.Automation.CommandNotFoundException", *_RUNTIME),
        target=name,
        target_type="String",
        exception_properties={"ErrorRecord": message, "CommandName": name, "WasThrownFromThrowStatement": False},
        has_invocation=False,
    )


def scripts_not_allowed(script: str) -> ErrorRecord:
    """Script text in a session without language."""
    return ErrorRecord(
        messages.SCRIPTS_NOT_ALLOWED,
        "ScriptsNotAllowed",
        PARSER_ERROR,
        ("System.Management.Automation.ParseException", *_RUNTIME),
        target=script,
        target_type="String",
        exception_properties={
            "Errors": None,
            "Message": messages.SCRIPTS_NOT_ALLOWED,
            "ErrorRecord": messages.SCRIPTS_NOT_ALLOWED,
            "WasThrownFromThrowStatement": False,
        },
        has_invocation=False,
    )


def lab_runs_no_scripts(script: str) -> ErrorRecord:
    """Script text where a real server would run it: the lab has no PowerShell language, and says so."""
    message = "This is a lab: it runs cmdlets, not scripts. Send the cmdlets themselves, with typed parameters."
    return ErrorRecord(
        message,
        "LabRunsNoScripts",
        NOT_IMPLEMENTED,
        ("System.NotImplementedException", *_SYSTEM),
        target=script,
        target_type="String",
        has_invocation=False,
    )


def binding(
    syntax: Syntax, error_id: str, message: str, parameter: str | None = None, argument: Any = None, **more: Any
) -> ErrorRecord:
    """An error of the parameter binder. ``more`` may give ``parameter_type``, ``type_names``, ``category``, ``inner``."""
    return ErrorRecord(
        message,
        error_id,
        more.get("category", INVALID_ARGUMENT),
        more.get("type_names", _BINDING),
        command=syntax.name,
        origin=syntax.class_name,
        exception_properties={
            "Message": message,
            "ParameterName": parameter,
            "ParameterType": more.get("parameter_type"),
            "TypeSpecified": dotnet_type(argument) if argument is not None else None,
            "ErrorId": error_id,
            "Line": _ZERO,
            "Offset": _ZERO,
            "CommandInvocation": "System.Management.Automation.InvocationInfo",
            "ErrorRecord": message,
            "WasThrownFromThrowStatement": False,
        },
        inner=more.get("inner"),
        definition=syntax.definition,
    )


def validation(syntax: Syntax, error_id: str, message: str, parameter: Parameter, argument: Any) -> ErrorRecord:
    """An argument that an attribute of the parameter refuses."""
    return binding(
        syntax,
        error_id,
        message,
        parameter.name,
        argument,
        parameter_type=parameter.type_name,
        type_names=_VALIDATION,
        category=INVALID_DATA,
    )


def conversion(
    syntax: Syntax, parameter: Parameter, argument: Any, reason: CannotConvert | CannotConvertValue
) -> ErrorRecord:
    """An argument that does not become a value of the parameter's type."""
    if isinstance(reason, CannotConvert):
        message = messages.cannot_convert(dotnet_type(argument), parameter.name, parameter.type_name, reason.detail)
        return binding(
            syntax, "CannotConvertArgument", message, parameter.name, argument, parameter_type=parameter.type_name
        )
    text = as_text(argument)
    if reason.cause is None:
        cast = f'Cannot convert value "{text}" to type "{parameter.type_name}" {reason.reason}'
    else:
        cast = messages.invalid_cast(text, parameter.type_name, reason.reason)
    inner = ExceptionObject(
        ("System.Management.Automation.PSInvalidCastException", "System.InvalidCastException", *_SYSTEM),
        cast,
        {"ErrorRecord": cast},
        reason.cause,
        hresult=-2147467262,
    )
    return binding(
        syntax,
        "CannotConvertArgumentNoMessage",
        messages.cannot_bind(parameter.name, cast),
        parameter.name,
        argument,
        parameter_type=parameter.type_name,
        inner=inner,
    )


def confirmation_needed(syntax: Syntax, operation: str, edition: str) -> ErrorRecord:
    """A confirmation prompt although the client offers no host."""
    message = messages.confirmation_needed(operation, edition)
    return ErrorRecord(
        message,
        "HostFunctionNotImplemented",
        NOT_IMPLEMENTED,
        ("System.Management.Automation.Host.HostException", *_RUNTIME),
        command=syntax.name,
        origin=syntax.class_name,
        exception_properties={"ErrorRecord": message, "WasThrownFromThrowStatement": False},
        definition=syntax.definition,
        invocation_name=syntax.name,
    )


def not_found(syntax: Syntax, identity: str) -> ErrorRecord:
    """An unknown identity: a non-terminating error. The text of a real server is not documented."""
    message = f'Cannot find an item with identity "{identity}".'
    return ErrorRecord(
        message,
        "CannotFindItem",
        OBJECT_NOT_FOUND,
        (
            "System.Management.Automation.ItemNotFoundException",
            "System.Management.Automation.SessionStateException",
            *_RUNTIME,
        ),
        command=syntax.name,
        origin=syntax.class_name,
        target=identity,
        target_type="String",
        terminating=False,
        exception_properties={
            "ErrorRecord": message,
            "ItemName": "",
            "SessionStateCategory": "Variable",
            "WasThrownFromThrowStatement": False,
        },
        source=None,
        thrown=False,
        definition=syntax.definition,
        invocation_name=syntax.name,
    )


def failed(syntax: Syntax, error_id: str, message: str, target: str, category: int = INVALID_OPERATION) -> ErrorRecord:
    """A cmdlet's own terminating error. The texts and ids of real servers are not documented."""
    return ErrorRecord(
        message,
        error_id,
        category,
        _INVALID_OPERATION,
        command=syntax.name,
        origin=syntax.class_name,
        target=target,
        target_type="String" if target else "",
        hresult=-2146233079,
        definition=syntax.definition,
        invocation_name=syntax.name,
    )


def no_dns_answer(syntax: Syntax, error_id: str, name: str, text: str, category: int) -> ErrorRecord:
    """Resolve-DnsName got no record: a non-terminating error with the text of the Win32 error."""
    message = f"{name} : {text}"
    win32 = ("System.ComponentModel.Win32Exception", "System.Runtime.InteropServices.ExternalException", *_SYSTEM)
    found = failed(syntax, error_id, message, name, category)
    return replace(found, exception_type_names=win32, hresult=-2147467259, terminating=False)


def module_not_found(syntax: Syntax, name: str) -> ErrorRecord:
    """Import-Module of a module that is not installed: a non-terminating error."""
    return ErrorRecord(
        messages.module_not_found(name),
        "Modules_ModuleNotFound",
        RESOURCE_UNAVAILABLE,
        ("System.IO.FileNotFoundException", "System.IO.IOException", *_SYSTEM),
        command=syntax.name,
        origin=syntax.class_name,
        target=name,
        target_type="String",
        terminating=False,
        exception_properties={"Message": messages.module_not_found(name), "FileName": None, "FusionLog": None},
        hresult=-2147024894,
        source=None,
        thrown=False,
        definition=syntax.definition,
        invocation_name=syntax.name,
    )
