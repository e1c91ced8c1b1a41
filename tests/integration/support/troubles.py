# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of errors: the rows of the page on troubleshooting, each as a server that has the trouble."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lynclab.contract.accounts import Standing
from lynclab.contract.tls import Trust
from lynclab.machine import Kind, LabMachine
from support.troubled import PAGE, READ, Trouble, no_store, shows, stands
from support.wishes import FEDERATION, access_edge

GET = "Get-CsAccessEdgeConfiguration"
POOL = "edgepool.contoso.example"
ONCE = "It was not tried again"
NOT_SAID = ("refused the logon as 'edgeadmin' with", "locked, disabled or expired (the server does not say)", ONCE)
AD = 'Active Directory error "-2147016646" occurred: The server is not operational.'
SQL = 'Cannot open database "xds" requested by the login.'


def _answer_a_page(one: LabMachine) -> None:
    one.faults.http_error(200, body=PAGE, times=None)


def _answer_status(one: LabMachine, status: int) -> None:
    one.faults.http_error(status, times=None)


def _lose(one: LabMachine) -> None:
    one.faults.drop("Receive", cmdlet=GET, times=None)


def _run_powershell_2(one: LabMachine) -> None:
    one.powershell_version = "2.0"


def _have_no_replica(one: LabMachine) -> None:
    one.deployment.replication.replicas.pop(one.name.lower())


@dataclass(frozen=True)
class Names:
    """The words of a connection plugin."""

    plugin: str
    http: str
    https: str
    prefix: str
    protocol: str
    authentication: str
    ca: str

    def set(self, **variables: Any) -> dict[str, Any]:
        """Host variables of the plugin."""
        return {self.prefix + name: value for name, value in variables.items()}

    def log_on_with(self, authentication: str) -> dict[str, Any]:
        return {self.authentication: authentication}


PSRP = Names(
    "psrp",
    "ntlm-http",
    "ntlm-https",
    "ansible_psrp_",
    "ansible_psrp_protocol",
    "ansible_psrp_auth",
    "ansible_psrp_ca_cert",
)
WINRM = Names(
    "winrm",
    "winrm-http",
    "winrm-https",
    "ansible_winrm_",
    "ansible_winrm_scheme",
    "ansible_winrm_transport",
    "ansible_winrm_ca_trust_path",
)


def _of_the_way(names: Names) -> Iterator[Trouble]:
    def over(scheme: str, what: str, *words: str, **details: Any) -> Trouble:
        return Trouble(f"{names.plugin} {what}", words, transport=getattr(names, scheme), **details)

    proxy = ("for a proxy in between", names.prefix + "proxy")
    yield over(
        "http", "no name", "The name edge.invalid does not resolve", "DNS", variables={"ansible_host": "edge.invalid"}
    )
    yield over("http", "refused", "refused the connection: check the port", spoil=lambda one: one.faults.refuse())
    closed = {"ansible_port": "{closed}", names.prefix + "connection_timeout": 1, "lync_command_timeout": 2}
    yield over("http", "closed port", "check that the port is open from the controller", variables=closed)
    other, itself = shows(trust=Trust.UNKNOWN_AUTHORITY), shows(trust=Trust.ITSELF)
    unnamed = {names.ca: None}
    yield over("https", "other CA", "ca.pem has not issued the server's certificate", spoil=other)
    yield over("https", "unknown CA", "does not know the CA", names.ca, spoil=other, variables=unnamed)
    yield over("https", "other self-signed", "is self-signed, and", "ca.pem holds another one", spoil=itself)
    yield over("https", "self-signed", "is self-signed", names.ca, spoil=itself, variables=unnamed)
    nowhere = {names.ca: "/nonexistent/ca.pem"}
    yield over("https", "no CA file", "cannot read the CA file", "/nonexistent/ca.pem", names.ca, variables=nowhere)
    yield over("https", "expired", "certificate has expired", spoil=shows(expired=True))
    yield over("https", "pool name", f"but to {POOL}", "that of a pool", spoil=shows(names=(POOL,)))
    yield over("https", "TLS 1.0", "speaks only TLS 1.0 or 1.1", "Enable TLS 1.2", spoil=shows(old=True))
    plain = ("does not speak TLS: check the port", f"{names.protocol}: http")
    yield over("https", "HTTP on the HTTPS port", *plain, spoil=shows(plain=True))
    yield over("https", "HTTPS to the HTTP port", *plain, variables={"ansible_port": "{http}"})
    secure = ("closed without an answer", f"{names.protocol}: https")
    yield over("http", "HTTP to the HTTPS port", *secure, variables={"ansible_port": "{https}"})
    plainly = {**names.log_on_with("basic"), **names.set(message_encryption="auto" if names is PSRP else "always")}
    unencrypted = (
        "Nothing was sent to",
        "over plain HTTP basic does not encrypt",
        names.prefix + "message_encryption: never",
    )
    yield over("http", "basic without TLS", *unencrypted, variables=plainly)
    yield over("http", "proxy's page", *proxy, variables=names.set(proxy="http://127.0.0.1:{proxy}"))
    yield over("http", "page after the logon", "something else than WS-Management", *proxy, spoil=_answer_a_page)
    dead = names.set(proxy="http://127.0.0.1:1")
    yield over("http", "dead proxy", "The proxy on the way", names.prefix + "proxy", variables=dead)
    for status, words in {
        404: "HTTP 404",
        407: "a proxy in between",
        500: "message_encryption",
        503: "HTTP 503",
    }.items():
        spoil = functools.partial(_answer_status, status=status)
        yield over("http", f"HTTP {status}", f"answered HTTP {status}", words, spoil=spoil)


def _of_the_logon(names: Names) -> Iterator[Trouble]:
    wrong = {"ansible_password": "not {host}"}

    def row(what: str, *words: str, **details: Any) -> Trouble:
        return Trouble(f"{names.plugin} {what}", words, **{"transport": names.http, **details})

    yield row("wrong password", *NOT_SAID, variables=wrong, refused=1)
    basic = names.log_on_with("basic" if names is PSRP else "plaintext")
    yield row("wrong password basic", *NOT_SAID, transport=names.https, variables={**wrong, **basic}, refused=1)
    yield row("wrong password credssp", *NOT_SAID, variables={**wrong, **names.log_on_with("credssp")}, refused=1)
    yield row("locked ntlm", *NOT_SAID, spoil=stands(Standing.LOCKED_OUT), refused=1)
    for standing, words in {
        Standing.LOCKED_OUT: "the account is locked out",
        Standing.DISABLED: "the account is disabled",
        Standing.EXPIRED: "the account has expired",
        Standing.PASSWORD_EXPIRED: "the password has expired",
    }.items():
        what = f"{standing.name.lower()} credssp"
        yield row(
            what,
            words,
            ONCE,
            variables=names.log_on_with("credssp"),
            spoil=stands(standing),
            refused=1,
        )
    unsayable = {"ansible_password": "Gr\u00fc\u00dfe-10\u20ac", **basic}
    yield row(
        "password outside Latin-1",
        "cannot carry a character",
        "ntlm, or change",
        transport=names.https,
        variables=unsayable,
    )
    nothing = {"ansible_password": None}
    yield row("no password", "there is no password", "ansible_password", variables=nothing)
    workgroup = ("no domain controller was found", "for a server in a workgroup", f"use {names.authentication}: ntlm")
    yield row("kerberos in a workgroup", *workgroup, variables=names.log_on_with("kerberos"))
    local = ("access denied", "built-in Administrator", "LocalAccountTokenFilterPolicy is 1", "stolen password")
    yield row("local account", *local, variables={"ansible_user": "edgeguest"})
    yield row(
        "quota", "has no shell left for this account", spoil=lambda one: setattr(one.limits, "shells_per_user", 0)
    )
    yield row("lost", f"The session was lost during {GET}", spoil=_lose)
    yield row(
        "PowerShell 2",
        "PowerShell 3 or later is needed",
        "Windows Management Framework 3.0",
        spoil=_run_powershell_2,
        status="failed",
    )
    missing = ("does not know Get-CsAccessEdgeConfiguration", "tools are not installed")
    yield row("no module", *missing, kind=Kind.PLAIN, wish=READ, status="failed")
    unread = ("local store", "could not be read", "local administrator", "RTCLOCAL")
    yield row("local store", *unread, spoil=_have_no_replica, status="failed", places=False)


def _only_psrp() -> Iterator[Trouble]:
    silent = {"ansible_psrp_read_timeout": 2, "ansible_psrp_operation_timeout": 1}
    yield Trouble("psrp silent", ("did not answer in time",), silent, spoil=lambda one: one.faults.silence())
    offered = ("does not offer basic but Negotiate", "set ansible_psrp_auth", "AllowUnencrypted")
    unencrypted = {"ansible_psrp_auth": "basic", "ansible_psrp_message_encryption": "never"}
    yield Trouble("psrp basic not offered", offered, unencrypted)
    yield Trouble("psrp wrong path", ("HTTP 404: check ansible_psrp_path",), {"ansible_psrp_path": "OcsPowershell"})
    configured = ("no session configuration Nothing", "ansible_psrp_configuration_name")
    yield Trouble("psrp session configuration", configured, {"ansible_psrp_configuration_name": "Nothing"})
    invalid = ("Invalid value 'carrierpigeon'", "auth", "psrp")
    pigeon = {"ansible_psrp_auth": "carrierpigeon"}
    yield Trouble("psrp unknown authentication", invalid, pigeon, status="failed", places=False)
    at_front_end: Mapping[str, Any] = {"kind": Kind.FRONT_END, "wish": READ}
    denied = ("log on but not open a session (access denied)", "no Lync administrator role")
    slash = {"ansible_user": "LYNCLAB\\nobody", "ansible_psrp_path": "/OcsPowershell/"}
    yield Trouble(
        "psrp path with slashes", (r"let 'LYNCLAB\nobody' log on", "no Lync administrator role"), slash, **at_front_end
    )
    yield Trouble("psrp no role", denied, {"ansible_user": "LYNCLAB\\nobody"}, **at_front_end)
    session = ("access denied", "Remote Management Users", "session configuration Microsoft.PowerShell")
    plain = {"ansible_psrp_path": "wsman", "ansible_user": "LYNCLAB\\nobody"}
    yield Trouble("psrp no rights", session, plain, **at_front_end)
    outside = ("does not offer Set-CsAccessEdgeConfiguration to this account", "outside its administrator role")
    viewer = {"ansible_user": "LYNCLAB\\viewer"}
    yield Trouble(
        "psrp outside the role", outside, viewer, kind=Kind.FRONT_END, wish=access_edge(**FEDERATION), status="failed"
    )
    failed: Mapping[str, Any] = {"status": "failed", "places": False, **at_front_end}
    yield Trouble("psrp no domain", (AD, "reaches a domain controller"), spoil=no_store(AD), **failed)
    yield Trouble("psrp no database", (SQL, "SQL Server instance"), spoil=no_store(SQL), **failed)


def _only_winrm() -> Iterator[Trouble]:
    path = ("HTTP 404: check ansible_winrm_path",)
    yield Trouble("winrm wrong path", path, {"ansible_winrm_path": "/nowhere"}, "winrm-http")
    pigeon = {"ansible_winrm_transport": "carrierpigeon"}
    yield Trouble(
        "winrm unknown authentication",
        ("pywinrm has no such authentication", "ansible_winrm_transport"),
        pigeon,
        "winrm-http",
    )
    silent = {"lync_command_timeout": 2}
    words = ("did not open a session within 2 s",)
    yield Trouble("winrm silent", words, silent, "winrm-http", spoil=lambda one: one.faults.silence())


TABLE = tuple(
    trouble
    for rows in (
        *(_of_the_way(n) for n in (PSRP, WINRM)),
        *(_of_the_logon(n) for n in (PSRP, WINRM)),
        _only_psrp(),
        _only_winrm(),
    )
    for trouble in rows
)
TWENTY = tuple(
    Trouble(f"{names.plugin} wrong {number}", NOT_SAID, {"ansible_password": "not {host}"}, names.http, refused=1)
    for number in range(10)
    for names in (PSRP, WINRM)
)
WITHOUT_PACKAGES = tuple(
    Trouble(
        f"{names.plugin} {authentication}",
        (f"with {authentication}", f"{library}[{authentication}]"),
        names.log_on_with(authentication),
        names.http,
    )
    for names, library in ((PSRP, "pypsrp"), (WINRM, "pywinrm"))
    for authentication in ("kerberos", "credssp")
)
