# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask the domain controller first where the client's libraries would try one password with two mechanisms.

Where the mechanism is left open, pyspnego tries Kerberos and then NTLM, each with the same password: a wrong one would count
twice. So the password is tried once with the domain controller, which needs no server; only when it does not refuse it may the
libraries choose.
"""

from __future__ import annotations

import re

from ansible_collections.ucops.lync.plugins.plugin_utils._failures import kerberos
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.causes import REFUSED_LOGONS, Cause
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.connection import Connection
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.sentences import failure

try:
    import krb5
except ImportError:  # then there is no Kerberos to try, and NTLM is tried once
    krb5 = None


def check_with_domain(password: str | None, at: Connection) -> None:
    """Only ``user@REALM`` means a domain's account to Kerberos; one that the domain does not know may be the server's own.

    :raises LogonRefused: when the domain controller refuses the password or the account.
    """
    if krb5 is None or not at.user or "@" not in at.user or not password:
        return
    try:
        context = krb5.init_context()
        principal = krb5.parse_name_flags(context, _encoded(at.user))
        options = krb5.get_init_creds_opt_alloc(context)
        krb5.get_init_creds_password(context, principal, options, password=_encoded(password))
    except krb5.Krb5Error as error:
        found = kerberos.diagnosis_of([error])
        if found is not None and found.cause in REFUSED_LOGONS - {Cause.KDC_UNKNOWN_ACCOUNT}:
            raise failure(found, at) from error


def _encoded(text: str) -> bytes:
    """As pyspnego encodes it: with another spelling a right password would count as a wrong one."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text).encode()
