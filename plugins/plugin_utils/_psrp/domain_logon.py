# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask the domain controller first where the client's libraries would try one password with two mechanisms.

Where the mechanism is left open, pyspnego tries Kerberos and then NTLM, each with the same password: a wrong one would count
twice. So the password of ``user@REALM`` is tried once with the domain controller, which needs no server; only when it does not
refuse it may the libraries choose. Where there is no domain controller, looking for one can take half a minute (measured: a
silent one 27 s), in each of the two places. It is looked for once in a run; all other logons with that domain go on with NTLM.

Any other name with a password goes to NTLM at once. To Kerberos it would be an account of the controller's default realm
(``default_realm`` of krb5.conf), which the inventory does not name: a local account of an Edge Server would be tried there.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from pathlib import Path

from ansible import constants

from ansible_collections.ucops.lync.plugins.plugin_utils._failures import kerberos
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.causes import REFUSED_LOGONS, Cause
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.connection import Connection
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.sentences import failure

try:
    import krb5
except ImportError:  # then there is no Kerberos to try, and NTLM is tried once
    krb5 = None


class UnreachedDomains:
    """The domains of which no domain controller was found in this run; all its processes look here.

    :param folder: writable for this user only; made when it is needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __contains__(self, realm: str) -> bool:
        return self._note(realm).exists()

    def add(self, realm: str) -> None:
        with contextlib.suppress(OSError):  # then it is looked for again
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._note(realm).touch()

    def _note(self, realm: str) -> Path:
        return self._folder / hashlib.sha256(realm.casefold().encode("utf-8", "surrogatepass")).hexdigest()


UNREACHED = UnreachedDomains(Path(constants.DEFAULT_LOCAL_TMP) / "lync-domains")


def check_with_domain(password: str | None, at: Connection) -> bool:
    """Only ``user@REALM`` means a domain's account to Kerberos; one that the domain does not know may be the server's own.

    :return: whether Kerberos may be tried: not where the account is of no realm, nor where the domain has no domain controller
        that can be reached.
    :raises LogonRefused: when the domain controller refuses the password or the account.
    """
    if krb5 is None or not at.user or not password:  # without a password it is a ticket that is tried
        return True
    if "@" not in at.user:
        return False
    realm = at.user.rpartition("@")[2]
    if realm in UNREACHED:
        return False
    try:
        context = krb5.init_context()
        principal = krb5.parse_name_flags(context, _encoded(at.user))
        options = krb5.get_init_creds_opt_alloc(context)
        krb5.get_init_creds_password(context, principal, options, password=_encoded(password))
    except krb5.Krb5Error as error:
        found = kerberos.diagnosis_of([error])
        if found is not None and found.cause is Cause.NO_DOMAIN_CONTROLLER:
            UNREACHED.add(realm)
            return False
        if found is not None and found.cause in REFUSED_LOGONS - {Cause.KDC_UNKNOWN_ACCOUNT}:
            raise failure(found, at) from error
    return True


def _encoded(text: str) -> bytes:
    """As pyspnego encodes it: with another spelling a right password would count as a wrong one."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text).encode()
