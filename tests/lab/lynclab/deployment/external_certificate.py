# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The certificate that an Access Edge shows to the Internet: real X.509, from an authority of the deployment's own.

It stands for a public one. Its names are the external names of the Access Edge, the first of them as subject, and one for
each SIP domain (TechNet, certificate requirements for external user access in Lync Server 2013).
"""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = 86400.0
LIFETIME_DAYS = 397


@dataclass(frozen=True)
class ExternalCertificate:
    """What a certificate says: its names, and when it ends, in seconds since 1970."""

    names: tuple[str, ...]
    ends: float

    @property
    def begins(self) -> float:
        """Seconds since 1970."""
        return self.ends - LIFETIME_DAYS * DAY


class PublicAuthority:
    """An authority that issues such certificates, each once. Nothing is generated before it is needed."""

    def __init__(self, name: str) -> None:
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._issued: dict[ExternalCertificate, x509.Certificate] = {}

    @functools.cached_property
    def _key(self) -> ec.EllipticCurvePrivateKey:
        return ec.generate_private_key(ec.SECP256R1())

    @functools.cached_property
    def _server_key(self) -> ec.EllipticCurvePrivateKey:
        return ec.generate_private_key(ec.SECP256R1())

    @functools.cached_property
    def certificate(self) -> bytes:
        """Its own certificate, as PEM: what clients trust."""
        now = dt.datetime.now(dt.timezone.utc)
        usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
        signed = (
            _builder(
                self._name, self._name, self._key, self._key, now - dt.timedelta(days=1), now + dt.timedelta(days=30)
            )
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .sign(self._key, hashes.SHA256())
        )
        return signed.public_bytes(serialization.Encoding.PEM)

    def issued(self, wanted: ExternalCertificate) -> x509.Certificate:
        """The certificate with that content."""
        if wanted not in self._issued:
            self._issued[wanted] = self._issue(wanted)
        return self._issued[wanted]

    def _issue(self, wanted: ExternalCertificate) -> x509.Certificate:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, wanted.names[0][:64])])
        begins, ends = (dt.datetime.fromtimestamp(at, dt.timezone.utc) for at in (wanted.begins, wanted.ends))
        both = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        names = [x509.DNSName(name) for name in wanted.names]
        return (
            _builder(subject, self._name, self._server_key, self._key, begins, ends)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.ExtendedKeyUsage(both), critical=False)
            .sign(self._key, hashes.SHA256())
        )

    def with_key(self, wanted: ExternalCertificate) -> bytes:
        """That certificate behind its private key, as PEM."""
        key = self._server_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return key + self.issued(wanted).public_bytes(serialization.Encoding.PEM)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    begins: dt.datetime,
    ends: dt.datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
