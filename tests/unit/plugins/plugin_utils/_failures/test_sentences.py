# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every cause has a sentence on every connection on which it can occur, which names the server and what to check."""

from __future__ import annotations

import re
import sys

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import LogonRefused, ServerDown, SessionFailed
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.causes import (
    OUTAGES,
    REFUSED_LOGONS,
    UNANSWERED,
    Cause,
    Diagnosis,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.connection import Connection, address
from ansible_collections.ucops.lync.plugins.plugin_utils._failures.sentences import (
    PYPSRP,
    SENTENCES,
    failure,
    sentence,
)
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._failures.connections import OVER_PSRP, over_psrp
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils._failures.said import (
    CAN_OCCUR,
    CHECKOUT,
    NO_SUCH_VARIABLE,
    ROWS,
    told,
)

LONGEST = 460
TO_DO = (
    r"change|check|close|compare|connect|correct|enable|extend|grant|have|install|leave out|look|must be in|name|renew|run|set|"
    r"unlock|use|write"
)


def test_every_cause_is_found_somewhere_and_has_a_sentence() -> None:
    everywhere = set().union(*(causes for _connection, causes in CAN_OCCUR.values()))
    assert set(Cause) - everywhere == set()
    assert set(Cause) - set(SENTENCES) == set()


def test_a_connection_brings_about_what_its_libraries_can() -> None:
    causes = {plugin: causes for plugin, (_connection, causes) in CAN_OCCUR.items()}
    assert Cause.KDC_WRONG_PASSWORD in causes["psrp"] & causes["winrm"]
    assert Cause.HOST_KEY in causes["ssh"] - causes["psrp"] - causes["winrm"]
    assert Cause.TLS_UNKNOWN_CA not in causes["ssh"]


@pytest.mark.parametrize(("at", "cause"), ROWS)
def test_a_sentence_names_host_and_port_and_what_to_check(at: Connection, cause: Cause) -> None:
    text = told(cause, at)
    assert at.server in text
    assert f":{at.port}" in text
    assert NO_SUCH_VARIABLE not in text
    assert re.search(rf"\b({TO_DO})\b", text, re.IGNORECASE), text
    assert text.endswith((".", ".)"))
    assert len(text) <= LONGEST
    assert not re.search(r"[{}\n]|\.\.|  |None", text)


def test_only_a_refused_logon_and_an_outage_are_one() -> None:
    for cause in Cause:
        kind = LogonRefused if cause in REFUSED_LOGONS else ServerDown if cause in OUTAGES else SessionFailed
        assert failure(Diagnosis(cause), OVER_PSRP).__class__ is kind
        assert ("was not tried again" in SENTENCES[cause]) is (kind is LogonRefused)


def test_a_logon_without_an_answer_is_no_outage() -> None:
    assert UNANSWERED < OUTAGES
    for cause in Cause:
        found = failure(Diagnosis(cause), OVER_PSRP, logon_unanswered=True)
        if cause in UNANSWERED:
            assert found.__class__ is SessionFailed
            assert found.message.endswith(
                "Whether it accepted the account is not known. Opening was not tried again, so that no account is locked."
            )
        else:
            assert str(found) == str(failure(Diagnosis(cause), OVER_PSRP))
            assert found.__class__ is failure(Diagnosis(cause), OVER_PSRP).__class__


def test_pypsrp_is_installed_into_the_python_that_runs_ansible() -> None:
    for cause in (Cause.LIBRARY_MISSING, Cause.LIBRARY_VERSION):
        text = sentence(Diagnosis(cause, "0.8.1"), OVER_PSRP)
        assert f"{sys.executable} -m pip install '{PYPSRP}'" in text
        assert "ansible_python_interpreter" not in text
        assert ("pypsrp 0.8.1" in text) is (cause is Cause.LIBRARY_VERSION)
    assert PYPSRP in (CHECKOUT / "meta/ee-requirements.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("user", "shown"),
    [("ADATUM\\admin", r"'ADATUM\admin'"), ("{0}@A", "'{0}@A'"), (None, "the holder of the Kerberos ticket")],
)
def test_a_user_name_is_shown_as_it_is_written(user: str | None, shown: str) -> None:
    text = sentence(Diagnosis(Cause.LOGON_REFUSED), over_psrp(user=user))
    assert f"refused the logon as {shown} with kerberos" in text


@pytest.mark.parametrize(("authentication", "package"), [("kerberos", "pypsrp[kerberos]"), ("ntlm", "pypsrp")])
def test_what_to_install(authentication: str, package: str) -> None:
    text = sentence(Diagnosis(Cause.PACKAGES_MISSING), over_psrp(authentication=authentication))
    assert f"Install {package} into" in text


def test_an_address() -> None:
    assert [address("edge01", 5986), address("::1", 5986)] == ["edge01:5986", "[::1]:5986"]


@pytest.mark.parametrize(
    ("user", "local"),
    [
        ("svc", True),
        (".\\svc", True),
        ("EDGE01\\svc", True),
        ("CONTOSO\\svc", False),
        ("svc@contoso.example", False),
        (None, True),
    ],
)
def test_an_account_of_the_server_itself(user: str | None, local: bool) -> None:
    assert over_psrp(user=user).has_local_account is local
