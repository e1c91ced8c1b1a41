# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask the domain controller first where the client's libraries would try one password with two mechanisms.

Where the mechanism is left open, pyspnego tries Kerberos and then NTLM, each with the same password: a wrong one would count
twice. So the password is tried once with the domain controller, which needs no server; only when it does not refuse it may the
libraries choose.
"""

from __future__ import annotations

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import LogonRefused
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.logon import Attempt, told

try:
    import krb5
except ImportError:  # then there is no Kerberos to try, and NTLM is tried once
    krb5 = None

PRINCIPAL_UNKNOWN = -1765328378
"""KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN (krb5.h): the domain counts nothing, and the account may be the server's own."""


def check_with_domain(user: str | None, password: str | None, attempt: Attempt) -> None:
    """
    :param user: as the inventory names it; only ``user@REALM`` means a domain's account to Kerberos.
    :raises LogonRefused: when the domain controller refuses the password or the account.
    """
    if krb5 is None or not user or "@" not in user or not password:
        return
    context = krb5.init_context()
    try:
        principal = krb5.parse_name_flags(context, user.encode())
        options = krb5.get_init_creds_opt_alloc(context)
        krb5.get_init_creds_password(context, principal, options, password=password.encode())
    except krb5.Krb5Error as error:
        refusal = told(attempt, str(error))
        if isinstance(refusal, LogonRefused) and error.err_code != PRINCIPAL_UNKNOWN:
            raise refusal from error
