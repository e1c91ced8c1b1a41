# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The external side of an Access Edge: TLS on port 5061 of a loopback address of its own. It speaks no SIP.

It asks a client for a certificate, as for mutual TLS, and goes on without one.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import socket
import ssl
import tempfile
import threading
from pathlib import Path

from lynclab.deployment.deployment import Deployment
from lynclab.deployment.topology import FEDERATION_PORT

_ATTEMPTS = 50


class AccessEdge:
    """Answers for one Edge Server between ``start`` and ``stop``."""

    def __init__(self, deployment: Deployment, fqdn: str) -> None:
        self._deployment = deployment
        self._fqdn = fqdn
        self._socket: socket.socket | None = None
        self.address = ""

    def start(self) -> None:
        """Listen; ``address`` says where. Raises OSError where this computer has one loopback address only."""
        chance = random.Random(os.urandom(8))
        for attempt in itertools.count(1):
            address = f"127.{chance.randrange(1, 255)}.{chance.randrange(0, 255)}.{chance.randrange(1, 255)}"
            bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                bound.bind((address, FEDERATION_PORT))
            except OSError:
                bound.close()
                if attempt == _ATTEMPTS:
                    raise
                continue
            break
        bound.listen(16)
        self._socket, self.address = bound, address
        threading.Thread(target=self._serve, args=(bound,), name="lynclab access edge", daemon=True).start()

    def stop(self) -> None:
        """Listen no longer."""
        listening, self._socket = self._socket, None
        if listening is not None:
            with contextlib.suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            listening.close()

    def _serve(self, listening: socket.socket) -> None:
        while self._socket is listening:
            try:
                connection, _peer = listening.accept()
            except OSError:
                return
            threading.Thread(target=self._handshake, args=(connection,), daemon=True).start()

    def _handshake(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(10)
            with self._context().wrap_socket(connection, server_side=True) as secure:
                secure.recv(1)

    def _context(self) -> ssl.SSLContext:
        """Made for each connection: the certificate is the one that the Edge Server has now."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
        wanted = self._deployment.external_names(self._fqdn)
        assert wanted is not None
        authority = self._deployment.public_authority
        with tempfile.TemporaryDirectory(prefix="lynclab-") as folder:
            file = Path(folder) / "certificate.pem"
            file.touch(mode=0o600)
            file.write_bytes(authority.with_key(wanted))
            context.load_cert_chain(file)
        context.verify_mode = ssl.CERT_OPTIONAL
        context.load_verify_locations(cadata=authority.certificate.decode())
        return context
