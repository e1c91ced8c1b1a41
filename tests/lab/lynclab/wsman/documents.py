# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documents that WSMan returns: the service's configuration, a shell, and lists of shells and commands."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable
from xml.sax.saxutils import escape

from lynclab.contract.machine import Machine
from lynclab.wsman.remote_shell import RemoteShell
from lynclab.wsman.soap import SHELL


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def config_body(machine: Machine) -> str:
    """``winrm/config``: what a client reads to learn MaxEnvelopeSizekb."""
    limits, offers = machine.limits, frozenset[str]().union(*(e.authentications for e in machine.endpoints.values()))
    service = {
        "MaxConcurrentOperations": 4294967295,
        "MaxConcurrentOperationsPerUser": 1500,
        "EnumerationTimeoutms": 240000,
        "MaxConnections": 300,
        "MaxPacketRetrievalTimeSeconds": 120,
        "AllowUnencrypted": machine.wire.allow_unencrypted,
    }
    auth: dict[str, object] = {name: name in offers for name in ("Basic", "Kerberos", "Negotiate")}
    auth |= {"Certificate": bool(machine.wire.certificate_mappings), "CredSSP": "CredSSP" in offers}
    shells = {
        "AllowRemoteShellAccess": True,
        "IdleTimeout": int(limits.idle_timeout * 1000),
        "MaxConcurrentUsers": 2147483647,
        "MaxProcessesPerShell": 2147483647,
        "MaxMemoryPerShellMB": 2147483647,
        "MaxShellsPerUser": limits.shells_per_user,
    }

    def elements(values: dict[str, object]) -> str:
        return "".join(f"<cfg:{name}>{_text(value)}</cfg:{name}>" for name, value in values.items())

    head = elements(
        {
            "MaxEnvelopeSizekb": limits.envelope_kilobytes,
            "MaxTimeoutms": 60000,
            "MaxBatchItems": 32000,
            "MaxProviderRequests": 4294967295,
        }
    )
    return (
        f'<cfg:Config xmlns:cfg="http://schemas.microsoft.com/wbem/wsman/1/config">{head}'
        f"<cfg:Service>{elements(dict(service))}<cfg:Auth>{elements(dict(auth))}</cfg:Auth></cfg:Service>"
        f"<cfg:Winrs>{elements(dict(shells))}</cfg:Winrs></cfg:Config>"
    )


def _duration(seconds: float) -> str:
    whole = int(seconds)
    return f"P{whole // 86400}DT{whole // 3600 % 24}H{whole // 60 % 60}M{whole % 60}S"


def shell_body(shell: RemoteShell, *, usage: bool = False) -> str:
    """A shell as Create and Get return it; ``usage`` adds what only Get tells."""
    values = {
        "ShellId": shell.id,
        "ResourceUri": shell.resource_uri,
        "Owner": shell.logon.qualified,
        "ClientIP": "127.0.0.1",
        "ProcessId": 4,
        "IdleTimeOut": f"PT{shell.idle_timeout:.3f}S",
        "InputStreams": shell.input_streams,
        "OutputStreams": shell.output_streams,
        "MaxIdleTimeOut": f"PT{shell.machine.limits.greatest_idle_timeout:.3f}S",
        "Locale": "en-US",
        "DataLocale": "en-US",
        "CompressionMode": "NoCompression",
        "ProfileLoaded": "Yes" if shell.with_profile else "No",
        "Encoding": "UTF8",
        "BufferMode": "Block",
        "State": "Disconnected" if shell.parted.is_set() else "Connected",
        "ShellRunTime": _duration(time.monotonic() - shell.created),
        "ShellInactivity": _duration(shell.inactivity),
    }
    if usage:
        values |= {"MemoryUsed": "59MB", "ChildProcesses": 0}
    inner = "".join(f"<rsp:{name}>{escape(str(value))}</rsp:{name}>" for name, value in values.items())
    return f'<rsp:Shell xmlns:rsp="{SHELL}">{inner}</rsp:Shell>'


def command_body(command_id: uuid.UUID) -> str:
    """A command as Enumerate lists it."""
    values = {"CommandId": str(command_id).upper(), "CommandLine": "", "CommandState": "Running"}
    inner = "".join(f"<rsp:{name}>{value}</rsp:{name}>" for name, value in values.items())
    return f'<rsp:Command xmlns:rsp="{SHELL}">{inner}</rsp:Command>'


def list_body(bodies: Iterable[str]) -> str:
    """The answer of Enumerate: everything at once."""
    items = "".join(bodies)
    listed = f"<w:Items>{items}</w:Items>" if items else ""
    return (
        f"<n:EnumerateResponse><n:EnumerationContext></n:EnumerationContext>{listed}<w:EndOfSequence/>"
        "</n:EnumerateResponse>"
    )
