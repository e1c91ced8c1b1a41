# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What TLS that fails says, by the words of several releases of OpenSSL and urllib3; and hints behind cmdlet errors."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import CmdletFailed
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.hints import with_hint
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.tls import PSRP, names_of, reason_of, tls_sentence

WHERE = "edge01:5986/wsman"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("certificate verify failed: unable to get local issuer certificate", "does not know the CA"),
        ("certificate verify failed: self-signed certificate in certificate chain", "does not know the CA"),
        ("certificate verify failed: self signed certificate", "is self-signed"),
        ("certificate verify failed: certificate has expired", "has expired"),
        ("certificate verify failed: certificate is not yet valid", "not yet valid"),
        ("tlsv1 alert protocol version", "only TLS 1.0 or 1.1"),
        ("unsupported protocol", "only TLS 1.0 or 1.1"),
        ("wrong version number", "ansible_psrp_protocol: http"),
        ("record layer failure", "does not speak TLS"),
        ("Could not find a suitable TLS CA certificate bundle, invalid path: /x", "cannot read a certificate file"),
        ("internal error", "TLS to edge01:5986/wsman failed: internal error. Check the certificate"),
    ],
)
def test_the_reason_decides(reason: str, words: str) -> None:
    sentence = tls_sentence(reason, WHERE, PSRP, lambda: pytest.fail("nobody asked for names"))
    assert words in sentence
    assert WHERE in sentence


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ([], "belong to that name. Connect"),
        (["a", "b"], "that name, but to a, b. Connect"),
        (list("abcdef"), "but to a, b, c, d, .... Connect"),
    ],
)
@pytest.mark.parametrize(
    "reason", ["Hostname mismatch, certificate is not valid for 'x'", "hostname 'x' doesn't match 'y'"]
)
def test_another_name(names: list[str], shown: str, reason: str) -> None:
    assert shown in tls_sentence(reason, WHERE, PSRP, lambda: names)


@pytest.mark.parametrize("ca", [None, "/nonexistent"])
def test_names_that_cannot_be_fetched(ca: str | None, tmp_path: Path) -> None:
    assert names_of("127.0.0.1", 1, ca) == []
    assert names_of("127.0.0.1", 1, str(tmp_path)) == []


def test_the_place_in_the_source_of_a_library_is_left_out() -> None:
    assert reason_of("[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)") == "wrong version number"
    assert reason_of("something (_ssl.c:1006).") == "something"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Active Directory operation failed on dc01.", "reaches a domain controller"),
        ('Cannot open database "xds" requested by the login.', "SQL Server instance"),
        ("Ungültiger Parameter", ""),
    ],
)
def test_a_hint_follows_the_words_of_the_server(text: str, hint: str) -> None:
    failure = CmdletFailed("Get-CsSite", text, "Id,Class")
    message = with_hint(failure)
    assert message.startswith(f"Get-CsSite failed: {text} (Id,Class)")
    assert hint in message
    assert (message == failure.message) is (not hint)


def test_no_hint_for_a_cmdlet_that_is_not_known() -> None:
    failure = CmdletFailed("Get-CsDatabaseMirrorState", "no database cmdlet", "CommandNotFoundException")
    assert with_hint(failure) == failure.message
