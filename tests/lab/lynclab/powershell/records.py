# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records of a pipeline as PSRP messages: output, errors, warnings, verbose texts, the pipeline's end.

Every function returns the CLIXML of one message. Which fields there are, and their order, is taken from the recordings
of the real engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lynclab.powershell import values
from lynclab.powershell.clixml import Writer

WriterFactory = Callable[[], Writer]

PIPELINE_STOPPED, PIPELINE_COMPLETED, PIPELINE_FAILED = 3, 4, 5

_MANAGEMENT = "System.Management.Automation"
# fmt: off
_CATEGORIES = (
    "NotSpecified", "OpenError", "CloseError", "DeviceError", "DeadlockDetected", "InvalidArgument",
    "InvalidData", "InvalidOperation", "InvalidResult", "InvalidType", "MetadataError", "NotImplemented",
    "NotInstalled", "ObjectNotFound", "OperationStopped", "OperationTimeout", "SyntaxError", "ParserError",
    "PermissionDenied", "ResourceBusy", "ResourceExists", "ResourceUnavailable", "ReadError", "WriteError",
    "FromStdErr", "SecurityError", "ProtocolError", "ConnectionError", "AuthenticationError",
    "LimitsExceeded", "QuotaExceeded", "NotEnabled",
)
# fmt: on
_CMDLET = values.EnumValue(f"{_MANAGEMENT}.CommandTypes", "Cmdlet", 8)
_PUBLIC = values.EnumValue(f"{_MANAGEMENT}.SessionStateEntryVisibility", "Public", 0)
_COMPLETED = values.EnumValue(f"{_MANAGEMENT}.ProgressRecordType", "Completed", 1)
_FROM_INTERNAL = values.EnumValue(f"{_MANAGEMENT}.CommandOrigin", "Internal", 1)
_FROM_RUNSPACE = values.EnumValue(f"{_MANAGEMENT}.CommandOrigin", "Runspace", 0)


@dataclass(frozen=True)
class Position:
    """Where an error arose in a script: the only line of it, which part of that failed, how the command was called, the
    frames that it stands in. A bare command, as PSRP sends it, has no position.
    """

    line: str
    statement: str
    invocation_name: str
    stack: tuple[str, ...]

    @property
    def offset(self) -> int:
        """Where in the line the failed part begins, from 1."""
        return self.line.index(self.statement) + 1

    def message(self, newline: str) -> str:
        """The position as the engine shows it, with the failed part underlined."""
        mark = " " * (self.offset - 1) + "~" * len(self.statement)
        return newline.join((f"At line:1 char:{self.offset}", f"+ {self.line}", f"+ {mark}"))


def output_message(value: Any, new_writer: WriterFactory) -> str:
    """One object of the output; ``$null`` has an empty payload."""
    if value is None:
        return ""
    writer = new_writer()
    writer.value(value)
    return writer.text()


def state_message(state: int, error: values.ErrorRecord | None, new_writer: WriterFactory) -> str:
    """The pipeline's end: its state, and the error that failed it."""
    writer = new_writer()

    def content() -> None:
        writer.primitive("I32", str(state), "PipelineState")
        if error is not None:
            _error(writer, error, "ExceptionAsErrorRecord", extended=False)

    writer.object(lambda: writer.group("MS", content))
    return writer.text()


def error_message(error: values.ErrorRecord, new_writer: WriterFactory, position: Position | None = None) -> str:
    """One record of the error stream, or with a ``position`` one that a script caught."""
    writer = new_writer()
    if position is not None and "Offset" in error.exception_properties:
        place = {"Line": values.Int64(1), "Offset": values.Int64(position.offset)}
        error = replace(error, exception_properties={**error.exception_properties, **place})
    _error(writer, error, None, extended=error.has_invocation and not error.thrown, position=position)
    return writer.text()


def progress_message(record: values.ProgressRecord, new_writer: WriterFactory) -> str:
    """An activity that is over, as Windows PowerShell tells of one that it did not name further."""
    writer = new_writer()

    def content() -> None:
        writer.string(record.activity, "Activity")
        writer.value(0, "ActivityId")
        writer.string(" ", "StatusDescription")
        writer.null("CurrentOperation")
        writer.value(-1, "ParentActivityId")
        writer.value(-1, "PercentComplete")
        writer.value(_COMPLETED, "Type")
        writer.value(-1, "SecondsRemaining")

    writer.object(lambda: writer.group("MS", content))
    return writer.text()


def informational_message(record: values.WarningRecord | values.VerboseRecord, new_writer: WriterFactory) -> str:
    """A warning or a verbose text with the invocation that wrote it."""
    kind = "WarningRecord" if isinstance(record, values.WarningRecord) else "VerboseRecord"
    writer = new_writer()

    def content() -> None:
        writer.string(record.message, "InformationalRecord_Message")
        with_invocation = bool(record.command)
        writer.value(with_invocation, "InformationalRecord_SerializeInvocationInfo")
        if with_invocation:
            _informational_invocation(writer, record)

    writer.object(
        lambda: writer.group("MS", content),
        type_names=(f"{_MANAGEMENT}.{kind}", f"{_MANAGEMENT}.InformationalRecord", "System.Object"),
        text=record.message,
    )
    return writer.text()


def _informational_invocation(writer: Writer, record: values.WarningRecord | values.VerboseRecord) -> None:
    writer.object(
        lambda: writer.entries(record.bound_parameters),
        name="InvocationInfo_BoundParameters",
        type_names=(f"{_MANAGEMENT}.PSBoundParametersDictionary", _dictionary_type(writer), "System.Object"),
    )
    _invocation_fields(writer, _FROM_RUNSPACE, record.command, position=1, iteration=[0, 1])
    _empty_list(writer, "InvocationInfo_UnboundArguments")
    _command_fields(writer, record.command, record.definition)
    _iteration(writer, "InformationalRecord_PipelineIterationInfo")


def _error(
    writer: Writer, error: values.ErrorRecord, name: str | None, *, extended: bool, position: Position | None = None
) -> None:
    writer.object(
        lambda: writer.group("MS", lambda: _error_fields(writer, error, extended, position)),
        name=name,
        type_names=(f"{_MANAGEMENT}.ErrorRecord", "System.Object"),
        text=error.message,
    )


def _error_fields(writer: Writer, error: values.ErrorRecord, extended: bool, position: Position | None) -> None:
    exception = values.ExceptionObject(
        type_names=error.exception_type_names,
        message=error.message,
        properties=error.exception_properties,
        inner=error.inner,
        hresult=error.hresult,
        source=error.source,
        thrown=error.thrown,
    )
    if error.written and writer.edition.marks_written_errors:
        writer.value(True, "writeErrorStream")
    _exception(writer, exception, "Exception")
    writer.value(error.target, "TargetObject", flat=True)
    writer.string(f"{error.error_id},{error.origin}" if error.origin else error.error_id, "FullyQualifiedErrorId")
    dictionaries = _invocation(writer, error, position) if error.has_invocation or position else None
    if dictionaries is None:
        writer.null("InvocationInfo")
    _category_fields(writer, error)
    writer.value(extended and position is None, "SerializeExtendedInfo")
    if position is not None:
        writer.string(writer.edition.newline.join(position.stack), "ErrorDetails_ScriptStackTrace")
        writer.null("PSMessageDetails")
    elif extended and dictionaries is not None:
        bound, unbound = dictionaries
        writer.reference(bound, "InvocationInfo_BoundParameters")
        _invocation_fields(writer, _FROM_INTERNAL, error.invocation_name or error.command, position=0, iteration=[])
        writer.reference(unbound, "InvocationInfo_UnboundArguments")
        _command_fields(writer, error.command, error.definition)
        _iteration(writer, "PipelineIterationInfo")
        writer.null("PSMessageDetails")


def _category_fields(writer: Writer, error: values.ErrorRecord) -> None:
    reason = error.exception_type_names[0].rsplit(".", 1)[-1] if error.exception_type_names else ""
    target = "" if error.target is None else str(error.target)
    target_type = error.target_type or ("String" if isinstance(error.target, str) else "")
    activity = error.command if error.has_invocation else ""
    writer.primitive("I32", str(error.category), "ErrorCategory_Category")
    writer.string(activity, "ErrorCategory_Activity")
    writer.string(reason, "ErrorCategory_Reason")
    writer.string(target, "ErrorCategory_TargetName")
    writer.string(target_type, "ErrorCategory_TargetType")
    name = _CATEGORIES[error.category]
    writer.string(f"{name}: ({target}:{target_type}) [{activity}], {reason}", "ErrorCategory_Message")


def exception_text(exception: values.ExceptionObject, writer: Writer) -> str:
    """What ``ToString()`` of an exception gives: its class and message, those below it, the stack trace."""
    newline = writer.edition.newline
    text = f"{exception.type_names[0]}: {exception.message}"
    inner, thrown = exception.inner, exception.thrown
    while inner is not None:
        text += f"{newline} ---> {inner.type_names[0]}: {inner.message}"
        thrown = thrown or inner.thrown
        inner = inner.inner
    return text + (newline + writer.edition.stack_trace if thrown else "")


def _exception(writer: Writer, exception: values.ExceptionObject, name: str) -> None:
    thrown = exception.thrown
    usual: Mapping[str, Any] = {
        "TargetSite": writer.edition.target_site if thrown else None,
        "Message": exception.message,
        "HelpLink": None,
        "Source": exception.source if thrown else None,
        "HResult": exception.hresult,
        "StackTrace": writer.edition.stack_trace if thrown else None,
    }

    def content() -> None:
        writer.properties(exception.properties, flat=True)
        for key in writer.edition.exception_properties:
            if key in exception.properties:
                continue
            if key == "Data":
                type_names = ("System.Collections.ListDictionaryInternal", "System.Object")
                writer.object(lambda: writer.entries({}), name="Data", type_names=type_names)
            elif key == "InnerException" and exception.inner is not None:
                _exception(writer, exception.inner, "InnerException")
            else:
                writer.value(usual.get(key), key)

    writer.object(
        lambda: writer.group("Props", content),
        name=name,
        type_names=exception.type_names,
        text=exception_text(exception, writer),
    )


def _invocation(writer: Writer, error: values.ErrorRecord, position: Position | None) -> tuple[int, int]:
    """Write an error's InvocationInfo; returns the reference numbers of its two collections."""
    numbers: list[int] = []
    statement = position.statement if position else ""

    def content() -> None:
        writer.value(error.command or None, "MyCommand")
        type_names = (_dictionary_type(writer), "System.Object")
        numbers.append(writer.object(lambda: writer.entries({}), name="BoundParameters", type_names=type_names))
        numbers.append(_empty_list(writer, "UnboundArguments"))
        for key, value in (
            ("ScriptLineNumber", 1 if position else 0),
            ("OffsetInLine", position.offset if position else 0),
            ("HistoryId", values.Int64(1)),
            ("ScriptName", ""),
            ("Line", position.line if position else ""),
            *((("Statement", statement),) if writer.edition.invocation_has_statement else ()),
            ("PositionMessage", position.message(writer.edition.newline) if position else ""),
            ("PSScriptRoot", ""),
            ("PSCommandPath", None),
            ("InvocationName", position.invocation_name if position else error.invocation_name),
            ("PipelineLength", 0),
            ("PipelinePosition", 0),
            ("ExpectingInput", False),
            ("CommandOrigin", "Internal"),
            ("DisplayScriptPosition", None),
        ):
            writer.value(value, key)

    type_name = f"{_MANAGEMENT}.InvocationInfo"
    writer.object(
        lambda: writer.group("Props", content),
        name="InvocationInfo",
        type_names=(type_name, "System.Object"),
        text=type_name,
    )
    return numbers[0], numbers[1]


def _invocation_fields(
    writer: Writer, origin: values.EnumValue, name: str, *, position: int, iteration: list[int]
) -> None:
    writer.value(origin, "InvocationInfo_CommandOrigin")
    writer.value(False, "InvocationInfo_ExpectingInput")
    writer.string(name, "InvocationInfo_InvocationName")
    writer.string("", "InvocationInfo_Line")
    writer.value(0, "InvocationInfo_OffsetInLine")
    writer.value(values.Int64(1), "InvocationInfo_HistoryId")
    writer.object(
        lambda: writer.items(iteration),
        name="InvocationInfo_PipelineIterationInfo",
        type_names=("System.Int32[]", "System.Array", "System.Object"),
    )
    writer.value(position, "InvocationInfo_PipelineLength")
    writer.value(position, "InvocationInfo_PipelinePosition")
    writer.string("", "InvocationInfo_PSScriptRoot")
    writer.null("InvocationInfo_PSCommandPath")
    writer.string("", "InvocationInfo_PositionMessage")
    writer.value(0, "InvocationInfo_ScriptLineNumber")
    writer.string("", "InvocationInfo_ScriptName")


def _command_fields(writer: Writer, name: str, definition: str) -> None:
    writer.value(False, "SerializeExtent")
    writer.value(_CMDLET, "CommandInfo_CommandType")
    writer.string(definition, "CommandInfo_Definition")
    writer.string(name, "CommandInfo_Name")
    writer.value(_PUBLIC, "CommandInfo_Visibility")


def _iteration(writer: Writer, name: str) -> None:
    list_type = writer.edition.generic("System.Collections.ObjectModel.ReadOnlyCollection", "System.Int32")
    writer.object(lambda: writer.items([0, 1]), name=name, type_names=(list_type, "System.Object"))


def _empty_list(writer: Writer, name: str) -> int:
    list_type = writer.edition.generic("System.Collections.Generic.List", "System.Object")
    return writer.object(lambda: writer.items([]), name=name, type_names=(list_type, "System.Object"))


def _dictionary_type(writer: Writer) -> str:
    return writer.edition.generic("System.Collections.Generic.Dictionary", "System.String", "System.Object")
