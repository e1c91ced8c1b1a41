# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Kerberos says, by the codes of krb5.h, which its messages in the controller's language carry.

https://web.mit.edu/kerberos/krb5-devel/doc/appdev/refs/macros/, RFC 4120 section 7.5.9 and RFC 2744 section 3.9.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ansible_collections.ucops.lync.plugins.plugin_utils._failures.causes import Cause, Diagnosis

_BASE = -1765328384
"""ERROR_TABLE_BASE_krb5: to it the codes of the protocol are added, which a domain controller answers with."""

_CODES_OF_PROTOCOL = range(128)

_GSS_NO_CRED = 7
_GSS_CREDENTIALS_EXPIRED = 11
_GSS_ROUTINE_ERROR = 16
"""How far to the left the routine's error stands in a major status."""

CAUSES: Mapping[int, Cause] = {
    -1765328383: Cause.KDC_ACCOUNT_REVOKED,  # KRB5KDC_ERR_NAME_EXP
    -1765328378: Cause.KDC_UNKNOWN_ACCOUNT,  # KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN
    -1765328377: Cause.SERVER_UNKNOWN,  # KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN
    -1765328366: Cause.KDC_ACCOUNT_REVOKED,  # KRB5KDC_ERR_CLIENT_REVOKED
    -1765328361: Cause.KDC_PASSWORD_EXPIRED,  # KRB5KDC_ERR_KEY_EXP
    -1765328360: Cause.KDC_WRONG_PASSWORD,  # KRB5KDC_ERR_PREAUTH_FAILED
    -1765328355: Cause.NO_DOMAIN_CONTROLLER,  # KRB5KDC_ERR_SVC_UNAVAILABLE
    -1765328353: Cause.KDC_WRONG_PASSWORD,  # KRB5KRB_AP_ERR_BAD_INTEGRITY
    -1765328352: Cause.TICKET_EXPIRED,  # KRB5KRB_AP_ERR_TKT_EXPIRED
    -1765328347: Cause.CLOCK_SKEW,  # KRB5KRB_AP_ERR_SKEW
    -1765328254: Cause.KDC_PASSWORD_EXPIRED,  # KRB5_LIBOS_CANTREADPWD: asked for a new one
    -1765328251: Cause.NOT_A_PRINCIPAL,  # KRB5_PARSE_ILLCHAR
    -1765328250: Cause.NOT_A_PRINCIPAL,  # KRB5_PARSE_MALFORMED
    -1765328249: Cause.KERBEROS_SETTINGS,  # KRB5_CONFIG_CANTOPEN
    -1765328248: Cause.KERBEROS_SETTINGS,  # KRB5_CONFIG_BADFORMAT
    -1765328243: Cause.NO_TICKET,  # KRB5_CC_NOTFOUND
    -1765328242: Cause.NO_TICKET,  # KRB5_CC_END
    -1765328236: Cause.CLOCK_SKEW,  # KRB5_KDCREP_SKEW
    -1765328230: Cause.NO_DOMAIN_CONTROLLER,  # KRB5_REALM_UNKNOWN
    -1765328228: Cause.NO_DOMAIN_CONTROLLER,  # KRB5_KDC_UNREACH
    -1765328190: Cause.NO_TICKET,  # KRB5_FCC_PERM
    -1765328189: Cause.NO_TICKET,  # KRB5_FCC_NOFILE
    -1765328181: Cause.NO_TICKET,  # KRB5_NOCREDS_SUPPLIED
    -1765328167: Cause.NO_DOMAIN_CONTROLLER,  # KRB5_ERR_HOST_REALM_UNKNOWN
    -1765328164: Cause.NO_DOMAIN_CONTROLLER,  # KRB5_REALM_CANT_RESOLVE
    -1765328160: Cause.NO_DOMAIN_CONTROLLER,  # KRB5_CONFIG_NODEFREALM
}


def diagnosis_of(errors: Iterable[BaseException]) -> Diagnosis | None:
    """What Kerberos' codes tell, among some exceptions; None where there is none."""
    for error in errors:
        minor, major = _codes(error)
        if minor is None:
            continue
        if minor in CAUSES:
            return Diagnosis(CAUSES[minor])
        routine = (major >> _GSS_ROUTINE_ERROR) & 0xFF
        if routine == _GSS_NO_CRED:
            return Diagnosis(Cause.NO_TICKET)
        if routine == _GSS_CREDENTIALS_EXPIRED:
            return Diagnosis(Cause.TICKET_EXPIRED)
        if minor - _BASE in _CODES_OF_PROTOCOL:
            return Diagnosis(Cause.KDC_REFUSED, f"{minor - _BASE:#x}")
        return Diagnosis(Cause.LOGON_NOT_UNDERSTOOD, f"Kerberos {major}, {minor}")
    return None


def _codes(error: BaseException) -> tuple[int | None, int]:
    """The code of krb5.h and the major status of GSS; no code where the exception is not Kerberos'.

    krb5: ``err_code``; gssapi: ``min_code`` without its sign, and ``maj_code``; pykerberos: two pairs of a text and a code.
    """
    code = getattr(error, "err_code", None)
    if isinstance(code, int):
        return code, 0
    major, minor = getattr(error, "maj_code", None), getattr(error, "min_code", None)
    if type(error).__name__ == "GSSError" and len(error.args) == 2:
        major, minor = (pair[1] if isinstance(pair, tuple) and len(pair) == 2 else None for pair in error.args)
    if not isinstance(minor, int) or not isinstance(major, int):
        return None, 0
    return (minor - (1 << 32) if minor >= 1 << 31 else minor), major
