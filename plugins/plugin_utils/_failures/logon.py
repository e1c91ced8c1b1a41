# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server says of a logon: by the status that CredSSP brings, or by what it offers with its 401."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ansible_collections.ucops.lync.plugins.plugin_utils._failures.causes import Cause, Diagnosis
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.chain import one_line
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.connection import Connection
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.only_text import offers_in

STATUSES: Mapping[int, Cause] = {
    0xC000006E: Cause.ACCOUNT_RESTRICTED,
    0xC000006F: Cause.OUTSIDE_LOGON_HOURS,
    0xC0000070: Cause.NOT_FROM_THIS_COMPUTER,
    0xC0000071: Cause.PASSWORD_EXPIRED,
    0xC0000072: Cause.ACCOUNT_DISABLED,
    0xC000015B: Cause.NO_NETWORK_LOGON,
    0xC0000193: Cause.ACCOUNT_EXPIRED,
    0xC0000224: Cause.PASSWORD_MUST_CHANGE,
    0xC0000234: Cause.ACCOUNT_LOCKED,
}
"""The NTSTATUS of a refusal (MS-ERREF 2.3.1), where CredSSP brings it; WinRM and IIS answer 401 for all of them."""

_SCHEMES: Mapping[str, frozenset[str]] = {
    "basic": frozenset({"basic"}),
    "plaintext": frozenset({"basic"}),
    "credssp": frozenset({"credssp"}),
    "kerberos": frozenset({"kerberos", "negotiate"}),
    "negotiate": frozenset({"kerberos", "negotiate", "ntlm"}),
    "ntlm": frozenset({"negotiate", "ntlm"}),
}
"""What a server must offer, one of them, for an authentication."""

_OFFER = re.compile(r"(?:^|,)\s*([A-Za-z]+)(?=\s*(?:,|$| realm))")


def by_status(errors: Iterable[BaseException]) -> Diagnosis | None:
    """What an NTSTATUS among some exceptions tells; None where there is none.

    requests-credssp keeps it as ``status``, pyspnego as ``winerror`` of what it keeps aside.
    """
    for error in errors:
        status = getattr(error, "winerror", None)
        if status is None and type(error).__name__ == "NTStatusException":
            status = getattr(error, "status", None)
        if isinstance(status, int):
            return Diagnosis(STATUSES.get(status & 0xFFFFFFFF, Cause.LOGON_REFUSED))
    return None


def by_rejection(errors: Iterable[BaseException], at: Connection) -> Diagnosis:
    """What a 401 tells, by the answer among some exceptions or what one of them says of it.

    One that offers nothing to a request without a logon has looked at no account.
    """
    header, tried = _rejection(errors)
    offers = _OFFER.findall(header)
    needed = _SCHEMES.get(at.authentication)
    if offers and needed and not needed & {offer.lower() for offer in offers}:
        return Diagnosis(Cause.NOT_OFFERED, one_line(", ".join(offers)))
    if not header and not tried:
        return Diagnosis(Cause.UNAUTHORIZED)
    return Diagnosis(Cause.CERTIFICATE_REFUSED if at.certificates else Cause.LOGON_REFUSED)


def _rejection(errors: Iterable[BaseException]) -> tuple[str, bool]:
    """The WWW-Authenticate of a 401, and whether its request had a logon in it, as far as that is known."""
    said: str | None = None
    for error in errors:
        response = getattr(error, "response", None)
        if response is not None and hasattr(response, "headers"):
            return str(response.headers.get("WWW-Authenticate", "")), "Authorization" in response.request.headers
        said = offers_in(str(error)) if said is None else said
    return said or "", said is None
