# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Get-CsCertificate: the certificates of the machine that runs it (learn.microsoft.com, the cmdlet's page).

Its output is that of the sample in TechNet, "Checking certificates" of Lync Server 2013. An Edge Server has the external
certificate for each of its external services; of its internal certificate, and of other servers, the lab knows none.
"""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from lynclab.cmdlets.invocation import Invocation
from lynclab.powershell.values import PSObject, StringList

_CLASS = "Microsoft.Rtc.Management.Deployment.CertificateReference"
EXTERNAL_USES = ("AccessEdgeExternal", "DataEdgeExternal", "AudioVideoAuthentication")


def get(call: Invocation) -> None:
    """Write the machine's certificates, of the types that were asked for."""
    certificate = call.deployment.external_certificate(call.fqdn)
    if certificate is None or call.identity() is not None:
        return
    chosen = {name.lower() for name in call.binding.get("Type", EXTERNAL_USES)}
    for use in EXTERNAL_USES:
        if use.lower() in chosen:
            call.write(_shape(call, certificate, use))


def _shape(call: Invocation, certificate: x509.Certificate, use: str) -> PSObject:
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    local = call.deployment.local_time
    return PSObject(
        (_CLASS, "System.Object"),
        _CLASS,
        {
            "Issuer": certificate.issuer.rfc4514_string(),
            "NotAfter": local(certificate.not_valid_after_utc.timestamp()),
            "NotBefore": local(certificate.not_valid_before_utc.timestamp()),
            "SerialNumber": f"{certificate.serial_number:X}",
            "Subject": certificate.subject.rfc4514_string(),
            "AlternativeNames": StringList(tuple(names.get_values_for_type(x509.DNSName))),
            "Thumbprint": certificate.fingerprint(hashes.SHA1()).hex().upper(),
            "Use": use,
        },
    )
