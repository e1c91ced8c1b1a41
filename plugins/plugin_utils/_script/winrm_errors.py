# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ansible's winrm, pywinrm and the libraries behind it raise, as causes.

pywinrm's exceptions are known by the names of their classes: it is imported by the plugin only, and only where it is used.
"""

from __future__ import annotations

import re
import sys
from typing import Any

from ansible.errors import AnsibleError

from ansible_collections.ucops.lync.plugins.plugin_utils._failures import kerberos, logon, network, tls, wsman
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.causes import Cause, Diagnosis
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.chain import chain, first
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.connection import Connection
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.only_text import KINIT, cause_in, offers_in
from ansible_collections.ucops.lync.plugins.plugin_utils._script.options import ENCRYPTING, ScriptEndpoint

_LOGON_LIBRARIES = ("kerberos", "requests_credssp", "requests_ntlm", "spnego", "winrm.vendor.requests_kerberos")
_MALFORMED = (LookupError, AttributeError, StopIteration, UnicodeDecodeError, SyntaxError)
"""What comes of an answer that pywinrm does not expect."""
_FAULT_CODE = re.compile(r'WSManFault\b[^>]*\bCode="(\d{1,20})"|error_Code>(\d{1,20})<')
"""In a fault of WSMan, and in one of what lies behind it: releases of pywinrm before 0.5 do not read it."""


def diagnosis_of(error: BaseException, originals: list[Exception], endpoint: ScriptEndpoint) -> Diagnosis:
    """The cause behind what the plugin raised.

    :param originals: what pywinrm raised meanwhile.
    """
    at, opening = endpoint.at, not endpoint.connection.connected
    coded = originals[-1] if originals and isinstance(error, AnsibleError) else error
    errors = chain(coded)
    found = _of_options(endpoint) if opening else None
    found = found or (_of_kinit(str(error)) if coded is error else None) or _of_pywinrm(errors, at)
    found = found or kerberos.diagnosis_of(errors) or logon.by_status(errors) or _of_the_logon(coded, at, opening)
    return found or network.diagnosis_of(errors, at) or _of_anything(errors)


def _of_options(endpoint: ScriptEndpoint) -> Diagnosis | None:
    """What the plugin or pywinrm refuse before they send anything; the options tell it as well."""
    authentication = endpoint.at.authentication
    winrm, transport = sys.modules.get("winrm"), sys.modules.get("winrm.transport")
    if winrm is None or not getattr(transport, f"HAVE_{authentication.upper()}", True):
        return Diagnosis(Cause.PACKAGES_MISSING)
    if authentication not in getattr(winrm, "FEATURE_SUPPORTED_AUTHTYPES", (authentication,)):
        return Diagnosis(Cause.AUTHENTICATION_UNKNOWN)
    if endpoint.always_encrypts and authentication not in ENCRYPTING:
        return Diagnosis(Cause.ENCRYPTED_BY_TLS_ONLY if endpoint.at.https else Cause.NOT_ENCRYPTED)
    if authentication == "certificate" and len(endpoint.at.certificates) < 2:
        return Diagnosis(Cause.CERTIFICATE_UNUSABLE, "one of the two files is not named")
    return None


def _of_kinit(text: str) -> Diagnosis | None:
    if not text.startswith("Kerberos auth failure"):
        return None
    cause = cause_in(text, KINIT)
    return Diagnosis(cause) if cause is not None else Diagnosis(Cause.LOGON_NOT_UNDERSTOOD, "kinit failed")


def _of_pywinrm(errors: list[BaseException], at: Connection) -> Diagnosis | None:
    fault = next((one for one in errors if _is(one, "WSManFaultError")), None)
    http = next((one for one in errors if _is(one, "WinRMTransportError")), None)
    if fault is not None or http is not None:
        code = _code(fault, http)
        if code:
            return wsman.by_fault(code, getattr(fault, "reason", None), at)
        return network.by_http_status(int(getattr(http, "code", 0))) if http is not None else Diagnosis(Cause.NOT_WSMAN)
    if any(_is(one, "WinRMOperationTimeoutError") for one in errors):
        return Diagnosis(Cause.NO_ANSWER)
    if any(_is(one, "AuthenticationError") for one in errors):
        return _of_credentials(errors, at)
    return None


def _of_credentials(errors: list[BaseException], at: Connection) -> Diagnosis:
    """A 401, or something that pywinrm misses before it asks."""
    if not any(getattr(one, "response", None) is not None for one in errors):
        missing = tls.unusable_file(at)
        if missing is not None:
            return missing
        if not at.certificates and not (at.user and at.has_password):
            return Diagnosis(Cause.NO_PASSWORD)
    return logon.by_rejection(errors, at)


def _of_the_logon(error: BaseException, at: Connection, opening: bool) -> Diagnosis | None:
    if offers_in(str(error)) is not None:
        return logon.by_rejection([error], at)
    if not opening:
        return None
    if isinstance(error, UnicodeEncodeError):
        return Diagnosis(Cause.PASSWORD_NOT_ENCODABLE)
    if getattr(error, "name", "") == "wrap" or (isinstance(error, KeyError) and error.args == (at.server.lower(),)):
        return Diagnosis(Cause.NO_LOGON_ASKED)  # pywinrm looks for the keys of a logon that there was not
    if isinstance(error, PermissionError) or type(error).__module__.startswith(_LOGON_LIBRARIES):
        return Diagnosis(Cause.LOGON_NOT_UNDERSTOOD, type(error).__name__)
    return None


def _of_anything(errors: list[BaseException]) -> Diagnosis:
    if first(errors, *_MALFORMED) or any(type(one).__name__ == "WinRMError" for one in errors):
        return Diagnosis(Cause.NOT_WSMAN)
    return Diagnosis(Cause.UNFORESEEN, type(errors[0]).__name__)


def _is(error: BaseException, kind: str) -> bool:
    return type(error).__module__ == "winrm.exceptions" and any(one.__name__ == kind for one in type(error).mro())


def _code(fault: Any, http: Any) -> int:
    """The code of a WSMan fault; 0 where an answer is none."""
    stated = getattr(fault, "wsman_fault_code", None) or getattr(fault, "wmierror_code", None)
    found = _FAULT_CODE.search(str(getattr(http, "response_text", "")))
    return int(stated or (found and (found[1] or found[2])) or 0)
