# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts of programs that have no codes."""

from __future__ import annotations

import pytest

from ansible_collections.ucops.lync.plugins.plugin_utils._failures.causes import Cause
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.only_text import KINIT, OPENSSH, cause_in, offers_in


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("kinit: Client's credentials have been revoked while getting initial credentials", Cause.KDC_ACCOUNT_REVOKED),
        ("kinit: Password has expired while getting initial credentials", Cause.KDC_PASSWORD_EXPIRED),
        ("kinit: Cannot read password while getting initial credentials", Cause.KDC_PASSWORD_EXPIRED),
        ("kinit: Preauthentication failed while getting initial credentials", Cause.KDC_WRONG_PASSWORD),
        ("kinit: Password incorrect while getting initial credentials", Cause.KDC_WRONG_PASSWORD),
        ("kinit: Client 'x@Y' not found in Kerberos database while", Cause.KDC_UNKNOWN_ACCOUNT),
        ('kinit: Cannot find KDC for realm "EDGE01" while getting', Cause.NO_DOMAIN_CONTROLLER),
        ("kinit: Configuration file does not specify default realm when parsing name", Cause.NO_DOMAIN_CONTROLLER),
        ("kinit: Clock skew too great while getting initial credentials", Cause.CLOCK_SKEW),
        ("kinit: Malformed representation of principal when parsing name a@b@c", Cause.NOT_A_PRINCIPAL),
        ("Kerberos auth failure when calling kinit cmd 'kinit': No such file", Cause.NO_KINIT),
        ("kinit: Etwas anderes", None),
    ],
)
def test_kinit(text: str, cause: Cause | None) -> None:
    assert cause_in(text, KINIT) is cause


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("svc@edge01: Permission denied (publickey,password).", Cause.KEY_REFUSED),
        ("ssh: Could not resolve hostname edge01: Name or service not known", Cause.NAME_NOT_RESOLVED),
        ("Host key verification failed.", Cause.HOST_KEY),
        ("ssh: connect to host edge01 port 22: Connection refused", Cause.CONNECTION_REFUSED),
        ("ssh: connect to host edge01 port 22: Connection timed out", Cause.NO_ANSWER),
        ("ssh: connect to host edge01 port 22: No route to host", Cause.NO_ROUTE),
        ("client_loop: send disconnect: Broken pipe", None),
    ],
)
def test_openssh(text: str, cause: Cause | None) -> None:
    assert cause_in(text, OPENSSH) is cause


def test_offers() -> None:
    assert offers_in("CredSSP being an available authentication method - actual: 'Negotiate'") == "Negotiate"
    assert offers_in("Server responded with the auth protocol 'Kerberos' which is incompatible with") == "Kerberos"
    assert offers_in("one of the following authentication methods Negotiate - actual: ''") == ""
    assert offers_in("Failed to authenticate") is None
