# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Situations of servers, by name: what a client meets at their door, their TLS, their accounts and what they reach.

A situation takes the machines of one deployment and texts, of which the first says which machines are meant: the first
part of a name, ``edges``, ``front-ends``, or nothing for all of them (``certificate-expired:lyncedge01``). Those about TLS
take effect when the lab starts, the others at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from lynclab.contract.accounts import Standing
from lynclab.contract.faults import When
from lynclab.contract.tls import Trust
from lynclab.machine import Kind, LabMachine, Outage
from lynclab.wsman.faults import ACCESS_DENIED

Machines = Sequence[LabMachine]
ServerSituation = Callable[..., None]

_PROXY = (
    b'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>ERROR: The requested URL could not be retrieved</title>'
    b"</head><body><h1>ERROR</h1><p>The following error was encountered while trying to retrieve the URL: <b>Access "
    b"Denied.</b></p><p>Access control configuration prevents your request from being allowed at this time.</p><hr>"
    b"<p>Your cache administrator is <a>webmaster</a>.</p></body></html>\n"
)
#: IIS writes XHTML: pypsrp reads that as a fault without details.
_NOT_FOUND = (
    b'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\r\n'
    b"<html><head><title>404 - File or directory not found.</title></head><body><h1>Server Error</h1><h2>404 - File or "
    b"directory not found.</h2></body></html>\r\n"
)


# At the door


def refused(machines: Machines, which: str = "") -> None:
    """Connections are refused: WinRM is stopped, or a firewall answers."""
    for machine in _chosen(machines, which):
        machine.faults.refuse()


def silent(machines: Machines, which: str = "") -> None:
    """Connections are taken and nothing is ever answered."""
    for machine in _chosen(machines, which):
        machine.faults.silence(when=When.DOOR)


def service_unavailable(machines: Machines, which: str = "") -> None:
    """HTTP 503: the service or the application pool behind the address is stopped."""
    for machine in _chosen(machines, which):
        machine.faults.http_error(when=When.DOOR, times=None)


def wrong_path(machines: Machines, which: str = "") -> None:
    """HTTP 404 for every path: another web site listens there, or the web components are not installed."""
    for machine in _chosen(machines, which):
        machine.faults.http_error(404, _NOT_FOUND, when=When.DOOR, times=None, server="Microsoft-IIS/8.5")


def proxy_answers(machines: Machines, which: str = "", status: str = "403") -> None:
    """A proxy answers with a page of its own instead of WinRM (another status behind a colon: 200, 407, 502)."""
    for machine in _chosen(machines, which):
        machine.faults.http_error(int(status), _PROXY, when=When.DOOR, times=None, server="squid/5.7")


# TLS


def certificate_other_name(machines: Machines, which: str = "", name: str = "") -> None:
    """The certificate carries another name: the one given, else the pool's."""
    for machine in _chosen(machines, which):
        pool = machine.deployment.topology.pool_of(machine.name)
        shown = name or (pool.fqdn if pool is not None else f"pool.{machine.deployment.domain}")
        machine.wire.tls = replace(machine.wire.tls, names=(shown,))


def certificate_expired(machines: Machines, which: str = "") -> None:
    """The certificate expired two days ago."""
    for machine in _chosen(machines, which):
        machine.wire.tls = replace(machine.wire.tls, expired=True)


def certificate_self_signed(machines: Machines, which: str = "") -> None:
    """The certificate vouches for itself, as the one that winrm quickconfig scripts make."""
    for machine in _chosen(machines, which):
        machine.wire.tls = replace(machine.wire.tls, trust=Trust.ITSELF)


def certificate_unknown_authority(machines: Machines, which: str = "") -> None:
    """The certificate is from an authority that the client does not know."""
    for machine in _chosen(machines, which):
        machine.wire.tls = replace(machine.wire.tls, trust=Trust.UNKNOWN_AUTHORITY)


def tls_old(machines: Machines, which: str = "") -> None:
    """The server speaks TLS 1.0 only, as Windows Server 2008 R2 without its updates."""
    for machine in _chosen(machines, which):
        machine.wire.tls = replace(machine.wire.tls, old=True)


def tls_missing(machines: Machines, which: str = "") -> None:
    """Plain HTTP is spoken on the HTTPS port."""
    for machine in _chosen(machines, which):
        machine.wire.tls = replace(machine.wire.tls, plain=True)


# Accounts


def account_locked(machines: Machines, which: str = "", account: str = "") -> None:
    """An account (the administrator, or the one behind a second colon) is locked out."""
    _put(machines, which, account, Standing.LOCKED_OUT)


def account_disabled(machines: Machines, which: str = "", account: str = "") -> None:
    """An account is disabled."""
    _put(machines, which, account, Standing.DISABLED)


def account_expired(machines: Machines, which: str = "", account: str = "") -> None:
    """An account has expired."""
    _put(machines, which, account, Standing.EXPIRED)


def password_expired(machines: Machines, which: str = "", account: str = "") -> None:
    """The password of an account has expired."""
    _put(machines, which, account, Standing.PASSWORD_EXPIRED)


def lockout(machines: Machines, which: str = "", threshold: str = "5") -> None:
    """Accounts are locked after so many failed logons; to be set before the start where there is a domain controller."""
    for machine in _chosen(machines, which):
        machine.people.database.lockout_threshold = int(threshold)


def local_accounts_filtered(machines: Machines, which: str = "") -> None:
    """Local administrators arrive without their rights, except the built-in one (no LocalAccountTokenFilterPolicy)."""
    for machine in _chosen(machines, which):
        machine.people.filters_local = True


def session_denied(machines: Machines, which: str = "") -> None:
    """Nobody has rights on the session configuration: access is denied when a session is opened."""
    for machine in _chosen(machines, which):
        machine.faults.wsman_fault(ACCESS_DENIED, action="Create", times=None)


# Sessions, and what a machine has and reaches


def shell_quota(machines: Machines, which: str = "", shells: str = "0") -> None:
    """The account has as many shells open as it may have (by default none more may be opened)."""
    for machine in _chosen(machines, which):
        machine.limits.shells_per_user = int(shells)


def session_lost(machines: Machines, which: str = "", nth: str = "1") -> None:
    """The session is lost with its shell while the n-th command runs; the command itself is done."""
    for machine in _chosen(machines, which):
        machine.faults.drop_after("Command", nth=int(nth), ends_shell=True)


def module_missing(machines: Machines, which: str = "") -> None:
    """The Lync module is not installed: its administrative tools are elsewhere."""
    for machine in _chosen(machines, which):
        machine.module_installed = False


def powershell2(machines: Machines, which: str = "") -> None:
    """Windows PowerShell 2.0 (protocol 2.1): modules do not load by themselves, and Lync's wants 3.0 from 2013 on."""
    for machine in _chosen(machines, which):
        machine.powershell_version, machine.autoload = "2.0", False


def no_resolve_dnsname(machines: Machines, which: str = "") -> None:
    """Windows Server 2008 R2, which has no Resolve-DnsName."""
    for machine in _chosen(machines, which):
        machine.has_dns_client = False


def functions(machines: Machines, which: str = "") -> None:
    """Proxy functions in place of the product's cmdlets, as a role capability or implicit remoting has them."""
    for machine in _chosen(machines, which):
        machine.functions = True


def get_command_offered(machines: Machines, which: str = "") -> None:
    """The cmdlet-only endpoint offers Get-Command."""
    for machine in _chosen(machines, which):
        machine.offers_get_command = True


def directory_unreachable(machines: Machines, which: str = "") -> None:
    """No domain controller is reached: cmdlets that need the store fail."""
    for machine in _chosen(machines, which):
        machine.outage = Outage.DIRECTORY


def database_unreachable(machines: Machines, which: str = "") -> None:
    """The SQL Server of the Central Management store is not reached: cmdlets that need it fail."""
    for machine in _chosen(machines, which):
        machine.outage = Outage.DATABASE


def local_store_denied(machines: Machines, which: str = "") -> None:
    """The account may not read the local store's database: -LocalStore fails."""
    for machine in _chosen(machines, which):
        machine.reads_local_store = False


TABLE: Mapping[str, ServerSituation] = {
    situation.__name__.replace("_", "-"): situation
    for situation in (
        refused,
        silent,
        service_unavailable,
        wrong_path,
        proxy_answers,
        certificate_other_name,
        certificate_expired,
        certificate_self_signed,
        certificate_unknown_authority,
        tls_old,
        tls_missing,
        account_locked,
        account_disabled,
        account_expired,
        password_expired,
        lockout,
        local_accounts_filtered,
        session_denied,
        shell_quota,
        session_lost,
        module_missing,
        powershell2,
        no_resolve_dnsname,
        functions,
        get_command_offered,
        directory_unreachable,
        database_unreachable,
        local_store_denied,
    )
}


def _chosen(machines: Machines, which: str) -> list[LabMachine]:
    kinds = {"edges": Kind.EDGE, "front-ends": Kind.FRONT_END}
    short = which.partition(".")[0].lower()
    if not which:
        return list(machines)
    if which in kinds:
        return [machine for machine in machines if machine.kind is kinds[which]]
    found = [machine for machine in machines if machine.name.partition(".")[0].lower() == short]
    if not found:
        raise ValueError(f"there is no server {which!r}")
    return found


def _put(machines: Machines, which: str, account: str, standing: Standing) -> None:
    for machine in _chosen(machines, which):
        machine.people.database.put(account or machine.people.people[0].account.name, standing)
