# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one table of what a failed connection says to the administrator: what failed, with which server and port, what to check."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import LogonRefused, ServerDown, SessionFailed
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.causes import (
    OUTAGES,
    REFUSED_LOGONS,
    UNANSWERED,
    Cause,
    Diagnosis,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.connection import Connection

PYPSRP = "pypsrp>=0.9.0,<1"
"""The releases that the collection works with; meta/ee-requirements.txt has the same line."""

_NOT_SENT = "Nothing was sent to {at.where}: "
_CANNOT = "The controller cannot log on to {at.where} with {at.authentication}: "
_REFUSED = "{at.where} refused the logon as {at.account} with {at.authentication}: "
_KDC = "The domain controller refused {at.account} the logon to {at.where} with {at.authentication}: "
_ONCE = " It was not tried again, so that no account is locked."
_UNKNOWN = " Whether it accepted the account is not known. Opening was not tried again, so that no account is locked."
_TLS = "TLS to {at.where} failed: "
_STATUS = "{at.where} answered HTTP "
_DENIED = "{at.where} let {at.account} log on but not {at.variables.opens} (access denied): "
_PROXY = "for a proxy in between ({at.variables.proxy})"
_OPEN_PORT = (
    "check that the port is open from the controller ({at.variables.ports}, in every firewall in between), and the load of the "
    "server."
)
_WORKGROUP = "for a server in a workgroup, as most Edge Servers are, use {at.variables.authentication}: ntlm."

SENTENCES: Mapping[Cause, str] = {
    Cause.LIBRARY_MISSING: _NOT_SENT + "the Python that runs Ansible has no pypsrp. Install it there: "
    "{python} -m pip install '{pypsrp}'.",
    Cause.LIBRARY_VERSION: _NOT_SENT
    + "the Python that runs Ansible has pypsrp {detail}, and {pypsrp} is needed. Install that: "
    "{python} -m pip install '{pypsrp}'.",
    Cause.PACKAGES_MISSING: _CANNOT
    + "it lacks Python packages. Install {at.package} into the Python that runs Ansible "
    "({python}).",
    Cause.AUTHENTICATION_UNKNOWN: _CANNOT + "{at.variables.library} has no such authentication. Check "
    "{at.variables.authentication}.",
    Cause.NOT_ENCRYPTED: _NOT_SENT + "over plain HTTP {at.authentication} does not encrypt. Use HTTPS "
    "({at.variables.protocol}: https) or {at.variables.authentication}: ntlm; {at.variables.encryption}: never sends the password "
    "readable for all on the endpoint.",
    Cause.ENCRYPTED_BY_TLS_ONLY: _NOT_SENT + "messages with {at.authentication} are encrypted by TLS only. Leave out "
    "{at.variables.encryption}: always.",
    Cause.NO_PASSWORD: _CANNOT + "there is no password. Set ansible_user and ansible_password.",
    Cause.PASSWORD_NOT_ENCODABLE: _CANNOT
    + "it cannot carry a character of the user name or of the password (Basic knows those "
    "of Latin-1 only). Set {at.variables.authentication}: ntlm, or change the password.",
    Cause.CERTIFICATE_UNUSABLE: _CANNOT + "the certificate or its key cannot be read ({detail}). Check "
    "{at.variables.certificate}.",
    Cause.CA_UNUSABLE: "The controller cannot read the CA file for {at.where}: {detail}. Check {at.variables.ca}, and the "
    "environment variable REQUESTS_CA_BUNDLE.",
    Cause.NAME_NOT_RESOLVED: "The name {at.server} does not resolve: check ansible_host and the controller's DNS ({at.where}).",
    Cause.CONNECTION_REFUSED: "{at.where} refused the connection: check the port, and that {at.variables.service} runs there.",
    Cause.NO_ROUTE: "There is no route to {at.where}: check ansible_host, and the routes and firewalls in between.",
    Cause.NO_ANSWER: "{at.where} did not answer in time: " + _OPEN_PORT,
    Cause.NOT_OPENED: "{at.where} did not open a session within {at.seconds} s: " + _OPEN_PORT,
    Cause.CONNECTION_BROKEN: "The connection to {at.where} broke ({detail}): check the server, and what lies in between.",
    Cause.PROXY_FAILED: "The proxy on the way to {at.where} does not let through ({detail}): check the proxy, "
    "{at.variables.proxy}.",
    Cause.PROXY_ADDRESS: "The address of the proxy on the way to {at.where} cannot be read: {at.variables.proxy}.",
    Cause.TLS_OTHER_NAME: _TLS
    + "the certificate does not belong to that name but to {detail}. Connect by a name that it carries "
    "(ansible_host), or have one issued for this server: that of a pool often names the pool only.",
    Cause.TLS_EXPIRED: _TLS
    + "the server's certificate has expired or is not yet valid. Renew it, or check the clocks.",
    Cause.TLS_UNKNOWN_CA: _TLS
    + "the controller does not know the CA of the certificate. Name it with {at.variables.ca}.",
    Cause.TLS_OTHER_CA: _TLS
    + "the CA in {detail} has not issued the server's certificate. Check that the file holds the CA at "
    "the top of its chain, and that the server sends the CAs in between.",
    Cause.TLS_SELF_SIGNED: _TLS
    + "the certificate is self-signed. Have one issued by your CA, or name this one as its own CA "
    "with {at.variables.ca}.",
    Cause.TLS_OTHER_SELF_SIGNED: _TLS
    + "the certificate is self-signed, and {detail} holds another one. Have one issued by your "
    "CA, or check that file.",
    Cause.TLS_OLD: _TLS
    + "the server speaks only TLS 1.0 or 1.1, which the controller refuses. Enable TLS 1.2 on the server "
    "(Schannel), or use port 5985, whose messages ntlm and kerberos encrypt.",
    Cause.TLS_NOT_SPOKEN: "{at.where} does not speak TLS: check the port (WinRM: 5986), or set {at.variables.protocol}: http for "
    "port 5985.",
    Cause.TLS_FAILED: _TLS
    + "{detail}. Check the server's certificate and TLS settings (Schannel), and {at.variables.ca}.",
    Cause.CLOSED_UNANSWERED: "The connection to {at.where} was closed without an answer. If this is the HTTPS port, set "
    "{at.variables.protocol}: https; else check the port, and what lies in between.",
    Cause.UNAUTHORIZED: _STATUS
    + "401 and offered no authentication, so that no logon was tried: check the server, and "
    + _PROXY
    + ".",
    Cause.FORBIDDEN: _STATUS + "403: check that the account may use this endpoint, and " + _PROXY + ".",
    Cause.NO_SUCH_PATH: _STATUS
    + "404: check {at.variables.path} (OcsPowershell on a Front End and with psrp only, else wsman).",
    Cause.PROXY_LOGON: _STATUS + "407: a proxy in between wants a logon of its own; {at.variables.proxy}.",
    Cause.SERVER_ERROR: _STATUS + "500: check the server. Where messages are not encrypted by TLS, it may demand "
    "{at.variables.encryption}: always.",
    Cause.UNAVAILABLE: _STATUS + "503: the service does not take requests now. Check its application pool, or WinRM.",
    Cause.HTTP_STATUS: _STATUS + "{detail}: check the server, and " + _PROXY + ".",
    Cause.REDIRECTED: "{at.where} redirects to {detail}, as WinRM never does, and that is not followed: check port and path, and "
    + _PROXY
    + ".",
    Cause.NO_LOGON_ASKED: "{at.where} answered without asking for a logon, as WinRM never does: check port and path, and "
    + _PROXY
    + ".",
    Cause.NOT_WSMAN: "{at.where} answered with something else than WS-Management, or not completely: check port and path, and "
    + _PROXY
    + ".",
    Cause.UNREADABLE: "{at.where} answered with something that cannot be read ({detail}): check the server, and what lies in "
    "between.",
    Cause.LOGON_REFUSED: _REFUSED
    + "check user name and password, and whether the account is locked, disabled or expired (the "
    "server does not say)." + _ONCE,
    Cause.LOGON_NO_LONGER_ACCEPTED: "{at.where} no longer accepts the logon as {at.account} with {at.authentication}, which it "
    "accepted before in this run: check whether the account was locked, disabled or changed meanwhile, or the service restarted."
    + _ONCE,
    Cause.CERTIFICATE_REFUSED: _REFUSED
    + "check that the server maps this certificate to a local account, and that account's "
    "password." + _ONCE,
    Cause.KEY_REFUSED: _REFUSED + "check user name, and password or key." + _ONCE,
    Cause.ACCOUNT_RESTRICTED: _REFUSED
    + "an account restriction forbids it, such as an empty password. Check the account."
    + _ONCE,
    Cause.OUTSIDE_LOGON_HOURS: _REFUSED + "the account may not log on at this hour. Check its logon hours." + _ONCE,
    Cause.NOT_FROM_THIS_COMPUTER: _REFUSED
    + "the account may not log on from this computer. Check its list of computers."
    + _ONCE,
    Cause.PASSWORD_EXPIRED: _REFUSED + "the password has expired; change it." + _ONCE,
    Cause.PASSWORD_MUST_CHANGE: _REFUSED + "the password must be changed before the first logon; change it." + _ONCE,
    Cause.ACCOUNT_DISABLED: _REFUSED + "the account is disabled; enable it." + _ONCE,
    Cause.ACCOUNT_EXPIRED: _REFUSED + "the account has expired; extend it." + _ONCE,
    Cause.ACCOUNT_LOCKED: _REFUSED + "the account is locked out; unlock it, and find out what locked it." + _ONCE,
    Cause.NO_NETWORK_LOGON: _REFUSED
    + "the account lacks the right to log on to this server over the network; grant it."
    + _ONCE,
    Cause.LOGON_NOT_UNDERSTOOD: "The logon to {at.where} as {at.account} with {at.authentication} failed for a reason that is not "
    "understood ({detail}), and counts as refused: check the account, or try another {at.variables.authentication}."
    + _ONCE,
    Cause.NOT_OFFERED: "{at.where} does not offer {at.authentication} but {detail}: set {at.variables.authentication} accordingly, "
    "or turn it on in the server's WinRM service (Basic over plain HTTP wants AllowUnencrypted there as well).",
    Cause.KDC_WRONG_PASSWORD: _KDC + "the password is wrong; check it." + _ONCE,
    Cause.KDC_ACCOUNT_REVOKED: _KDC
    + "the account is locked out, disabled or expired (it does not say which). Check it there."
    + _ONCE,
    Cause.KDC_PASSWORD_EXPIRED: _KDC
    + "the password has expired, or must be changed before the first logon; change it."
    + _ONCE,
    Cause.KDC_UNKNOWN_ACCOUNT: _KDC + "it does not know the account; write it as user@REALM." + _ONCE,
    Cause.KDC_REFUSED: _KDC
    + "failure code {detail}, as in its security log (events 4768 and 4771). Look it up there."
    + _ONCE,
    Cause.NO_DOMAIN_CONTROLLER: _CANNOT
    + "no domain controller was found for the account's realm, or none answers. Check "
    "user@REALM and krb5.conf; " + _WORKGROUP,
    Cause.SERVER_UNKNOWN: _CANNOT
    + "the domain controller knows no such server. Connect by its FQDN (ansible_host); "
    + _WORKGROUP,
    Cause.CLOCK_SKEW: _CANNOT
    + "the clocks of the controller and the domain differ by more than five minutes. Set them.",
    Cause.NO_TICKET: _CANNOT
    + "there is no password, and no ticket of this account. Set ansible_user and ansible_password, or run "
    "kinit.",
    Cause.TICKET_EXPIRED: _CANNOT + "the Kerberos ticket has expired. Run kinit, or set ansible_password.",
    Cause.NOT_A_PRINCIPAL: _CANNOT + "Kerberos cannot read {at.account} as a name. Write it as user@REALM.",
    Cause.KERBEROS_SETTINGS: _CANNOT
    + "its Kerberos settings cannot be read. Check krb5.conf and the environment variable "
    "KRB5_CONFIG.",
    Cause.NO_KINIT: _CANNOT
    + "it has no kinit. Install its Kerberos client (Debian: krb5-user; Red Hat: krb5-workstation).",
    Cause.ACCESS_DENIED: _DENIED + "{at.rights}.",
    Cause.ACCESS_DENIED_LOCAL: _DENIED + "{at.rights}. A local account must be the built-in Administrator, unless "
    "LocalAccountTokenFilterPolicy is 1 there: its risk is that a stolen password of any local administrator then opens every "
    "server that shares it.",
    Cause.ACCESS_DENIED_ROLE: _DENIED
    + "the account has no Lync administrator role; grant it one (CsAdministrator may change "
    "everything, CsViewOnlyAdministrator may read).",
    Cause.SHELL_QUOTA: "{at.where} has no shell left for this account: close old sessions, or wait until they end "
    "(Get-WSManInstance -ResourceURI shell -Enumerate, there, lists them).",
    Cause.LOAD_QUOTA: "{at.where} takes no more requests for now, because a quota of its WinRM service is used up ({detail}). Run "
    "again later, or raise the quota (winrm get winrm/config).",
    Cause.NO_CONFIGURATION: "{at.where} has no session configuration {at.configuration}: check {at.variables.configuration}.",
    Cause.SHELL_GONE: "{at.where} has closed the shell: check whether its service was restarted or the session ended there.",
    Cause.WSMAN_FAULT: "{at.where} answered with a WSMan fault: {detail}. Check the WinRM service and its event log.",
    Cause.NOT_ANSWERED: "{at.where} did not answer {detail} within {at.seconds} s; whether it still runs there is not known. Check "
    "the server's load. (Host variable lync_command_timeout.)",
    Cause.HOST_KEY: "{at.where} shows a host key that the controller does not know: compare it, and add it to known_hosts.",
    Cause.SSH_FAILED: "The connection to {at.where} failed: {detail}. Check the server and its SSH service.",
    Cause.UNFORESEEN: "The session with {at.where} failed in an unforeseen way ({detail}): check the server, and the releases of "
    "Ansible and of what its connection plugin {at.variables.plugin} needs.",
}


def sentence(diagnosis: Diagnosis, at: Connection) -> str:
    """It holds no secret, no stack trace, and no text of a library, which may quote a password."""
    return SENTENCES[diagnosis.cause].format(at=at, detail=diagnosis.detail, python=sys.executable, pypsrp=PYPSRP)


def failure(diagnosis: Diagnosis, at: Connection, logon_unanswered: bool = False) -> SessionFailed:
    """What a session comes to that did not open.

    :param logon_unanswered: whether a password has left, and whether it was accepted is not known.
    """
    text = sentence(diagnosis, at)
    if diagnosis.cause in REFUSED_LOGONS:
        return LogonRefused(text)
    if logon_unanswered and diagnosis.cause in UNANSWERED:
        return SessionFailed(text + _UNKNOWN)
    return ServerDown(text) if diagnosis.cause in OUTAGES else SessionFailed(text)
