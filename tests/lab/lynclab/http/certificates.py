# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates for the lab: one authority, one certificate for each machine, and those of users."""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_LIFETIME = dt.timedelta(days=30)
_PRINCIPAL_NAME = x509.ObjectIdentifier("1.3.6.1.4.1.311.20.2.3")


@dataclass(frozen=True)
class ServerCertificate:
    """A machine's TLS settings, and the hash of its certificate that channel bindings carry (RFC 5929)."""

    context: ssl.SSLContext
    endpoint_hash: bytes


@dataclass(frozen=True)
class UserCertificate:
    """A user's certificate and private key, as PEM files."""

    certificate: Path
    key: Path


class Authority:
    """A certificate authority. Its files lie in ``directory``; ``ca_file`` is what clients trust."""

    def __init__(self, directory: Path, name: str = "Lync lab authority", file: str = "ca") -> None:
        self._directory = directory
        self._file = file
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._server_key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._count = 0
        builder = self._builder(self._name, self._key.public_key()).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
        certificate = builder.add_extension(usage, critical=True).sign(self._key, hashes.SHA256())
        self.ca_file = directory / f"{file}.pem"
        self.ca_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def issue(
        self, name: str, *, names: Sequence[str] = (), expired: bool = False, self_signed: bool = False
    ) -> ServerCertificate:
        """A certificate for a machine's FQDN, ``localhost`` and 127.0.0.1, or for ``names`` in place of these."""
        shown = list(names) or [name, "localhost", "127.0.0.1"]
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, shown[0][:64])])
        key = self._server_key
        certificate = (
            self._builder(subject, key.public_key(), expired=expired, issuer=subject if self_signed else None)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([_general_name(text) for text in shown]), critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .sign(key if self_signed else self._key, hashes.SHA256())
        )
        self._count += 1
        file = self._directory / f"{self._file}-server-{self._count}.pem"
        _write_private(file, _pem(key) + certificate.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # What the Windows versions of Lync's time speak.
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(file)
        der = certificate.public_bytes(serialization.Encoding.DER)
        return ServerCertificate(context, hashlib.sha256(der).digest())

    def issue_to_user(self, principal_name: str, *, passphrase: str = "", expired: bool = False) -> UserCertificate:
        """A client certificate for a user principal name; with a ``passphrase`` its private key is encrypted."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, principal_name.partition("@")[0][:64])])
        text = principal_name.encode()
        other_name = x509.OtherName(_PRINCIPAL_NAME, bytes([0x0C, len(text)]) + text)
        certificate = (
            self._builder(subject, key.public_key(), expired=expired)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([other_name]), critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        self._count += 1
        issued = UserCertificate(
            self._directory / f"{self._file}-user-{self._count}.pem",
            self._directory / f"{self._file}-user-{self._count}.key",
        )
        issued.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        _write_private(issued.key, _pem(key, passphrase))
        return issued

    def _builder(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        *,
        expired: bool = False,
        issuer: x509.Name | None = None,
    ) -> x509.CertificateBuilder:
        issuer_key = key if issuer is not None else self._key.public_key()
        end = dt.datetime.now(dt.timezone.utc) + (dt.timedelta(days=-2) if expired else _LIFETIME)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer or self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(end - _LIFETIME - dt.timedelta(days=1))
            .not_valid_after(end)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
        )


def _general_name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _pem(key: ec.EllipticCurvePrivateKey, passphrase: str = "") -> bytes:
    secret: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        secret = serialization.BestAvailableEncryption(passphrase.encode())
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, secret)


def _write_private(file: Path, content: bytes) -> None:
    file.touch(mode=0o600)
    file.write_bytes(content)
