# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The failures that have no code anywhere, so that a text has to tell.

All of these texts are English on every controller: OpenSSH takes nothing but the character set from the locale, kinit is run
without one (``_script.options.keep_english``), and the authentication libraries are not translated.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ansible_collections.ucops.lync.plugins.plugin_utils._failures.causes import Cause

Texts = Sequence[tuple[str, Cause]]

KINIT: Texts = (
    ("credentials have been revoked|client.{1,20}locked out", Cause.KDC_ACCOUNT_REVOKED),
    ("password has expired|password must be changed|cannot read password", Cause.KDC_PASSWORD_EXPIRED),
    ("preauthentication failed|integrity check failed|password incorrect", Cause.KDC_WRONG_PASSWORD),
    ("client.{0,80}not found in kerberos database", Cause.KDC_UNKNOWN_ACCOUNT),
    ("clock skew", Cause.CLOCK_SKEW),
    ("malformed representation of principal", Cause.NOT_A_PRINCIPAL),
    (
        "(cannot (find|contact|resolve)|unable to reach).{0,40}\\b(kdc|realm)|determine realm|default realm",
        Cause.NO_DOMAIN_CONTROLLER,
    ),
    ("calling kinit cmd", Cause.NO_KINIT),
)
"""kinit, and what Ansible's winrm says when there is none: a process has no other code than 1."""

OPENSSH: Texts = (
    ("permission denied|too many authentication failures", Cause.KEY_REFUSED),
    ("could not resolve hostname", Cause.NAME_NOT_RESOLVED),
    ("host key verification failed|host key checking is enabled", Cause.HOST_KEY),
    ("connection refused", Cause.CONNECTION_REFUSED),
    ("timed out", Cause.NO_ANSWER),
    ("no route to host|network is unreachable", Cause.NO_ROUTE),
)
"""ssh, whose code is 255 for all of them."""

_OFFERS = re.compile(r"actual: '([^']*)'|auth protocol '(\w+)' which is incompatible")


def cause_in(text: str, texts: Texts) -> Cause | None:
    """The first cause that a text names."""
    return next((cause for pattern, cause in texts if re.search(pattern, text, re.IGNORECASE)), None)


def offers_in(text: str) -> str | None:
    """The WWW-Authenticate that pypsrp and requests-credssp keep in the text of an exception only; None where they do not."""
    found = _OFFERS.search(text)
    return (found[1] or found[2] or "") if found else None
