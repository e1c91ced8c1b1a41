# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logon with a client certificate over HTTPS, mapped to an account.

As WinRM's documentation has it: the certificate is for client authentication, its subject alternative name holds a user
principal name, and the machine maps that name (and the issuer, whose chain TLS verified) to a local account. The client
asks for it with an Authorization header that holds the profile's URI and nothing else.
"""

from __future__ import annotations

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from lynclab.logon.mechanism import Door, Outcome, Refused, logon_of

HEADER = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"
PRINCIPAL_NAME = x509.ObjectIdentifier("1.3.6.1.4.1.311.20.2.3")
_UTF8_STRING = 0x0C


class Certificate:
    """The client showed its certificate when the channel was opened."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def step(self, token: str) -> Outcome:
        """There is no token: the header is all."""
        if token or self._door.certificate is None:
            raise Refused("the client showed no certificate")
        name = _principal_name(x509.load_der_x509_certificate(self._door.certificate))
        user = self._door.machine.wire.certificate_mappings.get(name.lower())
        if user is None:
            raise Refused("no account is mapped to the certificate", name)
        return Outcome(logon_of(self._door.admit(user), "Certificate"))


def _principal_name(certificate: x509.Certificate) -> str:
    """The user principal name. Raises Refused."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        raise Refused("the certificate is not a user's") from None
    if ExtendedKeyUsageOID.CLIENT_AUTH not in usage:
        raise Refused("the certificate is not for client authentication")
    for other in names.get_values_for_type(x509.OtherName):
        if other.type_id == PRINCIPAL_NAME and len(other.value) > 1 and other.value[0] == _UTF8_STRING:
            return other.value[2:].decode()
    raise Refused("the certificate names no user")
