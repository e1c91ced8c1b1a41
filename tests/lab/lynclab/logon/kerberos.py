# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What this computer can do with Kerberos, and an acceptor for one machine's keytab.

The Python packages gssapi and krb5 need Kerberos' headers to be built; the lab works without them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import spnego
from spnego._gss import GSSAPIProxy
from spnego.channel_bindings import GssChannelBindings
from spnego.exceptions import SpnegoError

try:
    import gssapi
    import krb5  # noqa: F401  # pylint: disable=unused-import  # pyspnego wants both
except ImportError as error:
    MISSING = f"the Python package {error.name} is missing"
else:
    MISSING = ""


#: GSS_C_CHANNEL_BOUND_FLAG, which MIT's library sets since 1.19 for a client that sent the right binding.
_CHANNEL_BOUND = 0x800


class KerberosAcceptor(GSSAPIProxy):
    """pyspnego's acceptor, which tells an error in the step in which it happens."""

    def step(
        self, in_token: bytes | None = None, *, channel_bindings: GssChannelBindings | None = None
    ) -> bytes | None:
        """One leg. Raises SpnegoError."""
        try:
            return super().step(in_token, channel_bindings=channel_bindings)
        except AttributeError:
            # python-gssapi keeps an error back while it has a token for the client; WinRM sends none.
            error = getattr(self._context, "_last_err", None)
            if error is None:
                raise
            raise SpnegoError(base_error=error) from None

    @property
    def bound(self) -> bool:
        """Whether the client bound itself to the channel."""
        return self._context is not None and bool(int(self._context.actual_flags) & _CHANNEL_BOUND)


def bound(context: Any) -> bool:
    """The same for an acceptor, or for one with SPNEGO around it."""
    inner = context if isinstance(context, KerberosAcceptor) else context._context
    return isinstance(inner, KerberosAcceptor) and inner.bound


def acceptor(keytab: Path, options: spnego.NegotiateOptions) -> KerberosAcceptor:
    """The acceptor for the services of a keytab. Nothing is kept of old requests: no file is left."""
    credentials = gssapi.Credentials(usage="accept", store={"keytab": f"FILE:{keytab}", "rcache": "none:"})
    return KerberosAcceptor(
        usage="accept", options=options | spnego.NegotiateOptions.use_gssapi, _gssapi_credential=credentials
    )
