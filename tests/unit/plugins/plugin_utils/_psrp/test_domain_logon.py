# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom the domain controller is asked about before the mechanism is chosen, and which of its answers end the logon."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import LogonRefused
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp import domain_logon
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.domain_logon import UnreachedDomains, check_with_domain
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._action.test_connection import endpoint
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._failures.connections import over_psrp

USER = "svc@ADATUM.EXAMPLE"
AT = over_psrp(user=USER, authentication="negotiate")


class Krb5Error(Exception):
    """As krb5 has it, in the controller's language."""

    def __init__(self, code: int) -> None:
        super().__init__(f"in der Sprache des Rechners {code}")
        self.err_code = code


class Domain:
    """A domain controller that answers with a code; 0: it gives a ticket."""

    def __init__(self, code: int = 0) -> None:
        self.asked: list[tuple[bytes, bytes]] = []
        self.code = code

    def logon(self, context: str, principal: bytes, options: str, password: bytes) -> None:
        self.asked.append((principal, password))
        if self.code:
            raise Krb5Error(self.code)


@pytest.fixture
def domain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Domain:
    monkeypatch.setattr(domain_logon, "UNREACHED", UnreachedDomains(tmp_path / "domains"))
    found = Domain()
    library = SimpleNamespace(
        Krb5Error=Krb5Error,
        init_context=lambda: "context",
        parse_name_flags=lambda context, name: name,
        get_init_creds_opt_alloc=lambda context: "options",
        get_init_creds_password=found.logon,
    )
    monkeypatch.setattr(domain_logon, "krb5", library)
    return found


def test_a_right_password_is_tried_once(domain: Domain) -> None:
    assert check_with_domain("secret", AT)
    assert domain.asked == [(USER.encode(), b"secret")]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (-1765328360, "the password is wrong"),
        (-1765328366, "locked out, disabled or expired"),
        (-1765328361, "the password has expired"),
        (-1765328372, "failure code 0xc"),
        (-1765328206, "not understood (Kerberos 0, -1765328206), and counts as refused"),
    ],
)
def test_a_refusal_ends_the_logon(domain: Domain, code: int, words: str) -> None:
    domain.code = code
    with pytest.raises(LogonRefused) as refused:
        check_with_domain("secret", AT)
    assert words in refused.value.message
    assert "Sprache" not in refused.value.message


@pytest.mark.parametrize("code", [-1765328378, -1765328230, -1765328228, -1765328347, -1765328250])
def test_where_it_refuses_nobody_ntlm_may_be_tried(domain: Domain, code: int) -> None:
    """It does not know the account, which may be the server's own; or there is no domain controller, or no such name."""
    domain.code = code
    check_with_domain("secret", AT)
    assert len(domain.asked) == 1


@pytest.mark.parametrize("code", [-1765328230, -1765328228])
def test_a_domain_controller_is_looked_for_once_in_a_run(domain: Domain, code: int) -> None:
    domain.code = code
    assert not check_with_domain("secret", AT)
    assert not check_with_domain("other", over_psrp(user="Admin@adatum.example"))
    assert len(domain.asked) == 1
    assert not check_with_domain("secret", over_psrp(user="svc@FABRIKAM.EXAMPLE"))
    assert len(domain.asked) == 2, "another domain"


def test_an_account_that_the_domain_does_not_know_says_nothing_of_the_others(domain: Domain) -> None:
    domain.code = -1765328378
    assert check_with_domain("secret", AT)
    assert check_with_domain("secret", AT)
    assert len(domain.asked) == 2


@pytest.mark.parametrize(
    ("options", "argument"), [({"auth": "negotiate"}, "auth"), ({"auth": "credssp"}, "credssp_auth_mechanism")]
)
def test_without_kerberos_the_libraries_have_no_choice(options: dict[str, str], argument: str) -> None:
    found = endpoint(**options)
    assert found.mechanism_is_open
    assert {name: value for name, value in found.without_kerberos.items() if value != found.wsman_arguments[name]} == {
        argument: "ntlm"
    }


@pytest.mark.parametrize(("user", "password"), [(None, "x"), (USER, None), (USER, "")])
def test_a_ticket_is_not_asked_about(domain: Domain, user: str | None, password: str | None) -> None:
    assert check_with_domain(password, over_psrp(user=user))
    assert domain.asked == []


@pytest.mark.parametrize("user", ["ADATUM\\svc", "EDGE01\\svc", "svc"])
def test_an_account_of_no_realm_is_none_of_the_controllers_own_realm(domain: Domain, user: str) -> None:
    """Kerberos would take ``svc`` for an account of the default realm, and try its password there, and NTLM a second time."""
    assert not check_with_domain("x", over_psrp(user=user))
    assert domain.asked == []


def test_half_a_character_is_encoded_as_pyspnego_encodes_it(domain: Domain) -> None:
    check_with_domain("a\ud800b", AT)
    assert domain.asked[0][1] == "a\ufffdb".encode()


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain_logon, "krb5", None)
    check_with_domain("secret", AT)
