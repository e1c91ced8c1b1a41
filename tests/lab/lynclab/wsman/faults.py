# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The faults that a Windows server answers with, by the names of ``wsmerror.h``.

Codes are those of the Windows SDK; texts are those of pypsrp's recordings and of reports about the errors.
"""

from __future__ import annotations

from lynclab.wsman.soap import Provider, WSManFault

ACCESS_DENIED = 5
OPERATION_TIMED_OUT = 2150858793
UNEXPECTED_SELECTORS = 2150858843
INVALID_TIMEOUT = 2150858767
SHELL_DISCONNECTED = 2150859204
CONNECTED_TO_DIFFERENT_CLIENT = 2150859213
FILTER_EXPECTED = 2150859200
RESOURCE_NOT_FOUND = 2150858752
INVALID_ACTION = 2150858753
QUOTA_MAX_SHELLS = 2150859173
QUOTA_MAX_OPERATIONS = 2150859174
IDLE_TIMEOUT_OUT_OF_BOUNDS = 2150859250
INTERNAL_ERROR = 1359
INVALID_PARAMETER = 87
PIPE_CLOSING = 232
NAME_TOO_LONG = 206
OPERATION_ABORTED = 995

_SHELL_PROVIDER = Provider("Shell provider", r"%systemroot%\system32\WsmSvc.dll", nested=True)
_COMMAND_PLUGIN = Provider("Shell cmd plugin", r"%systemroot%\system32\winrscmd.dll")
_CANNOT = "The WS-Management service cannot process the request. "
_INVALID_SELECTORS = (
    "The WS-Management service cannot process the request because the request contained invalid selectors for the "
    "resource. "
)
_TIMED_OUT = "The WS-Management service cannot complete the operation within the time specified in OperationTimeout.  "


def access_denied() -> WSManFault:
    """The account may not do this."""
    return WSManFault(ACCESS_DENIED, "w:AccessDenied", "Access is denied. ")


def operation_timed_out() -> WSManFault:
    """A Receive found nothing to deliver in its time: no error, the client asks again."""
    return WSManFault(OPERATION_TIMED_OUT, "w:TimedOut", _TIMED_OUT, sender=False)


def shell_not_found(shell_id: str) -> WSManFault:
    """The shell was closed, expired, or never was."""
    return WSManFault(
        UNEXPECTED_SELECTORS,
        "w:InvalidSelectors",
        f"The request for the Windows Remote Shell with ShellId {shell_id} failed because the shell was not found on the "
        "server. Possible causes are: the specified ShellId is incorrect or the shell no longer exists on the server. "
        "Provide the correct ShellId or create a new shell and retry the operation. ",
        reason=_INVALID_SELECTORS,
        detail="UnexpectedSelectors",
    )


def invalid_selectors() -> WSManFault:
    """A request about a shell without its identifier."""
    return WSManFault(UNEXPECTED_SELECTORS, "w:InvalidSelectors", _INVALID_SELECTORS, detail="UnexpectedSelectors")


def no_such_resource() -> WSManFault:
    """A Get of a shell that is not there, or that was not named: the provider of shells answers."""
    return WSManFault(
        UNEXPECTED_SELECTORS,
        "w:InvalidSelectors",
        _INVALID_SELECTORS,
        detail="UnexpectedSelectors",
        provider=_SHELL_PROVIDER,
    )


def no_command() -> WSManFault:
    """A request of a command shell that names no command: the shell's plugin answers."""
    text = "The parameter is incorrect. "
    return WSManFault(INVALID_PARAMETER, "w:InvalidParameter", text, detail="InvalidValue", provider=_COMMAND_PLUGIN)


def command_not_found() -> WSManFault:
    """The command is done, or never was."""
    return WSManFault(
        UNEXPECTED_SELECTORS,
        "w:InvalidSelectors",
        "The Windows Remote Shell received a request to perform an operation on a command identifier that does not "
        "exist. Either the command has completed execution or the client specified an invalid command identifier. ",
        reason=_INVALID_SELECTORS,
        detail="UnexpectedSelectors",
    )


def shell_disconnected() -> WSManFault:
    """No client is connected to the shell (ERROR_WINRS_SHELL_DISCONNECTED). Its text on Windows is not known here."""
    return WSManFault(SHELL_DISCONNECTED, "w:InternalError", f"{_CANNOT}The shell is disconnected. ", sender=False)


def connected_elsewhere() -> WSManFault:
    """Another client is connected to the shell (ERROR_WINRS_SHELL_CONNECTED_TO_DIFFERENT_CLIENT); the text is our own."""
    text = f"{_CANNOT}The shell is connected to a different client. "
    return WSManFault(CONNECTED_TO_DIFFERENT_CLIENT, "w:InternalError", text, sender=False)


def filter_expected() -> WSManFault:
    """A list of commands without the shell whose they are (ERROR_WSMAN_ENUMERATE_SHELLCOMMANDS_FILTER_EXPECTED)."""
    text = f"{_CANNOT}A filter with the identifier of a shell is needed to list its commands. "
    return WSManFault(FILTER_EXPECTED, "w:CannotProcessFilter", text)


def invalid_timeout(text: str) -> WSManFault:
    """The operation's time-out cannot be read."""
    return WSManFault(
        INVALID_TIMEOUT,
        "a:InvalidMessageInformationHeader",
        "The WS-Management service cannot process the request. The XML contains an invalid timeout field in the SOAP "
        f"header: {text}. ",
        reason="The WS-Management service cannot process the request. The request contains one or more invalid SOAP "
        "headers. ",
    )


def resource_not_found(uri: str) -> WSManFault:
    """No such resource, or no such session configuration."""
    return WSManFault(
        RESOURCE_NOT_FOUND,
        "a:DestinationUnreachable",
        "The WS-Management service cannot process the request. The service cannot find the resource identified by the "
        f"resource URI ({uri}) and selectors. ",
        detail="InvalidResourceURI",
    )


def invalid_action(action: str) -> WSManFault:
    """An action that the resource does not have."""
    return WSManFault(
        INVALID_ACTION,
        "a:ActionNotSupported",
        f"The WS-Management service cannot process the request. The WS-Addressing action URI {action} is invalid. ",
    )


def too_many_shells(limit: int) -> WSManFault:
    """The account has as many shells on this machine as it may have."""
    return WSManFault(
        QUOTA_MAX_SHELLS,
        "w:QuotaLimit",
        "The WS-Management service cannot process the request. This user is allowed a maximum number of "
        f"{limit} concurrent shells, which has been exceeded. Close existing shells or raise the quota for this user. ",
        sender=False,
    )


def quota_exceeded(message: str) -> WSManFault:
    """An endpoint's own quota."""
    return WSManFault(QUOTA_MAX_SHELLS, "w:QuotaLimit", message, sender=False)


def too_many_commands() -> WSManFault:
    """A shell has its maximum of unclosed commands; Windows sends this one without details (pypsrp issue 148)."""
    return WSManFault(
        None,
        "w:InternalError",
        "The WS-Management service cannot process the request. The maximum number of concurrent commands per shell has "
        "been exceeded. Retry the request later or raise the Maximum Commands per Shell quota. ",
        sender=False,
    )


def too_many_operations(limit: int) -> WSManFault:
    """A command shell started as many commands as it may in its life: closed ones count, and clients open another shell.

    It comes from the shell's provider, as an error of WMI (Ansible's winrm connection reads it there).
    """
    message = (
        "The WS-Management service cannot process the request. This user is allowed a maximum number of "
        f"{limit} concurrent operations, which has been exceeded. Close existing operations for this user, or raise the "
        "quota for this user. "
    )
    wmi = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/MSFT_WmiError"
    detail = (
        f'<e:MSFT_WmiError xmlns:e="{wmi}"><e:CIMStatusCode>27</e:CIMStatusCode><e:error_Category>30</e:error_Category>'
        f"<e:error_Code>{QUOTA_MAX_OPERATIONS}</e:error_Code><e:error_Type>HRESULT</e:error_Type>"
        f"<e:Message>{message}</e:Message></e:MSFT_WmiError>"
    )
    return WSManFault(None, "w:InternalError", message, sender=False, provider_detail=detail)


def pipe_closing() -> WSManFault:
    """Input for a process that ended or closed its input."""
    return WSManFault(PIPE_CLOSING, "w:InternalError", "The pipe is being closed. ", sender=False)


def name_too_long() -> WSManFault:
    """A command line that CreateProcess does not take."""
    return WSManFault(NAME_TOO_LONG, "w:InternalError", "The filename or extension is too long. ", sender=False)


def operation_aborted() -> WSManFault:
    """A Receive whose command was ended meanwhile."""
    return WSManFault(
        OPERATION_ABORTED,
        "w:InternalError",
        "The I/O operation has been aborted because of either a thread exit or an application request. ",
        sender=False,
    )


def idle_timeout_out_of_bounds(least: float, greatest: float) -> WSManFault:
    """The shell's idle time-out is shorter or longer than the server allows."""
    return WSManFault(
        IDLE_TIMEOUT_OUT_OF_BOUNDS,
        "w:InvalidParameter",
        "The WS-Management service cannot process the request. The requested IdleTimeout is outside the allowed range: "
        f"the minimum is {least:g} and the maximum {greatest:g} seconds. ",
    )


def invalid_option(name: str, value: str) -> WSManFault:
    """An option of a command shell with a value that it does not have."""
    message = f"The parameter is incorrect: {name} is {value}. "
    return WSManFault(INVALID_PARAMETER, "w:InvalidOptions", message, reason="The parameter is incorrect. ")


def internal_error() -> WSManFault:
    """The provider failed, and the shell with it."""
    return WSManFault(INTERNAL_ERROR, "w:InternalError", "An internal error occurred. ", sender=False)


def envelope_too_large(limit: int) -> WSManFault:
    """The request is larger than the server's MaxEnvelopeSizekb."""
    return WSManFault(
        None,
        "w:EncodingLimit",
        "The WS-Management service cannot process the request because the XML is larger than the MaxEnvelopeSize of "
        f"{limit} bytes. ",
    )


_KNOWN = {
    ACCESS_DENIED: access_denied(),
    OPERATION_TIMED_OUT: operation_timed_out(),
    UNEXPECTED_SELECTORS: invalid_selectors(),
    QUOTA_MAX_SHELLS: too_many_shells(30),
    QUOTA_MAX_OPERATIONS: WSManFault(
        QUOTA_MAX_OPERATIONS,
        "w:QuotaLimit",
        "The WS-Management service cannot process the request. This user is allowed a maximum number of 1500 concurrent "
        "operations, which has been exceeded. Close existing operations for this user, or raise the quota for this user. ",
        sender=False,
    ),
    INTERNAL_ERROR: internal_error(),
}


def by_code(code: int, message: str = "") -> WSManFault:
    """A fault of any code, with the usual text where it is known and no other is given."""
    known = _KNOWN.get(code)
    subcode = known.subcode if known else "w:InternalError"
    text = message or (known.message if known else "The WS-Management service cannot process the request. ")
    return WSManFault(code, subcode, text, sender=known.sender if known else False)
