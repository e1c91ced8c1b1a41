# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a real domain controller's refusals say, and how often it was asked: each account once, in whatever language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from lynclab.contract.accounts import Standing
from lynclab.lab import Lab
from lynclab.logon import kdc
from lynclab.machine import Kind
from lynclab.server import LOOPBACK
from lynclab.spec import LabSpec
from support.ansible import Ansible, play
from support.language import german, missing
from support.rollout import IMPATIENCE, dry_rollout
from support.run import Run
from support.stage import Start
from support.troubled import READ

REALM = "CONTOSO.EXAMPLE"
STANDINGS = {"viewer": Standing.LOCKED_OUT, "serveradmin": Standing.PASSWORD_EXPIRED, "nobody": Standing.DISABLED}
ROWS: Mapping[str, tuple[str, Mapping[str, Any], str]] = {
    "wrong": ("admin", {"ansible_password": "wrong"}, "the password is wrong"),
    "locked": ("viewer", {}, "the account is locked out, disabled or expired"),
    "disabled": ("nobody", {}, "the account is locked out, disabled or expired"),
    "expired": ("serveradmin", {}, "the password has expired"),
    "unknown": ("stranger", {}, "it does not know the account"),
}
NO_SERVICE = "the domain controller knows no such server"

KINIT_ENVIRONMENT = ["KRB5_CONFIG", "LANG", "LC_ALL", "LANGUAGE", "LOCPATH"]
LANGUAGES = [
    pytest.param({}, id="C"),
    pytest.param(
        german(), id="German", marks=pytest.mark.skipif(bool(missing()), reason=f"not proven here: {missing()}")
    ),
]

pytestmark = pytest.mark.skipif(bool(kdc.missing()), reason=f"not proven here: {kdc.missing()}")


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Mapping[str, str]:
    """What makes the controller speak a language."""
    found: Mapping[str, str] = request.param
    return found


@pytest.fixture(scope="module", params=["psrp", "winrm", "psrp negotiate", "psrp credssp"])
def met(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, language: Mapping[str, str]
) -> tuple[Run, Lab]:
    """All rows over one connection plugin, each as a host."""
    lab = Lab(LabSpec(sites=1, edges=0, kerberos=True))
    plugin, _space, mechanism = request.param.partition(" ")
    front_end = lab.of_kind(Kind.FRONT_END)[0]
    for account in front_end.accounts:
        account.database.put(account.name, STANDINGS.get(account.name, Standing.GOOD))
    folder = tmp_path_factory.mktemp("kerberos")
    with lab:
        assert lab.kdc is not None
        shared: dict[str, Any] = {
            "ansible_connection": plugin,
            "ansible_host": LOOPBACK,
            "ansible_port": lab.reach(front_end.name).http_port,
            "ansible_password": lab.password,
            **_kerberos(plugin, front_end.name, mechanism or "kerberos"),
        }
        hosts = {
            name: {**shared, "ansible_user": f"{user}@{REALM}", **variables}
            for name, (user, variables, words) in ROWS.items()
        }
        hosts["service"] = {
            **shared,
            "ansible_user": f"admin@{REALM}",
            **_kerberos(plugin, "edge01.contoso.example"),
        }
        ansible = Ansible(folder)
        inventory = ansible.write(folder / "inventory.yml", {"lync_management": {"hosts": hosts}})
        settings = {**lab.kdc.environment, **language}
        run = ansible.run([play([READ])], inventory, status=None, expect=None, settings=settings)
        lab.journal.position()  # the domain controller's entries are read before it goes
    return run, lab


def _kerberos(plugin: str, name: str, mechanism: str = "kerberos") -> dict[str, Any]:
    if plugin == "psrp":
        return {
            "ansible_psrp_auth": mechanism,
            "ansible_psrp_protocol": "http",
            "ansible_psrp_negotiate_hostname_override": name,
        }
    return {
        "ansible_winrm_transport": "kerberos",
        "ansible_winrm_scheme": "http",
        "ansible_winrm_kerberos_hostname_override": name,
        "ansible_winrm_kinit_env_vars": KINIT_ENVIRONMENT,
    }


@pytest.mark.parametrize("name", ROWS)
def test_the_domain_controller_tells_why(met: tuple[Run, Lab], name: str) -> None:
    run, lab = met
    user, words = ROWS[name][0], ROWS[name][2]
    result = run.one("lync_access_edge_info", name)
    assert result.status == "unreachable"
    asked = [entry for entry in lab.journal.logons(succeeded=False) if entry.account.partition("@")[0] == user]
    assert len(asked) <= 1, asked
    if name == "unknown" and "refused the logon as" in result.message:
        return  # where the mechanism is left open: unknown to the domain, it may be the server's own, so NTLM is tried
    assert words in result.message
    assert result.message.startswith("The domain controller refused ")
    assert "It was not tried again" in result.message
    assert LOOPBACK in result.message
    assert lab.password not in str(result.data)


def test_a_server_that_it_does_not_know(met: tuple[Run, Lab]) -> None:
    result = met[0].one("lync_access_edge_info", "service")
    assert result.status == "unreachable"
    assert NO_SERVICE in result.message


@pytest.mark.parametrize(
    ("transport", "changes"),
    [
        pytest.param("kerberos-http", {}, id="psrp kerberos"),
        pytest.param("kerberos-http", {"ansible_psrp_auth": "negotiate"}, id="psrp negotiate"),
        pytest.param("winrm-kerberos-http", {"ansible_winrm_kinit_env_vars": KINIT_ENVIRONMENT}, id="winrm kerberos"),
    ],
)
def test_a_dry_run_with_a_wrong_password_is_refused_once(
    start: Start, transport: str, changes: Mapping[str, Any], language: Mapping[str, str]
) -> None:
    """Three Edge Servers of one domain, with an account whose password is wrong; the management host has the right one."""
    stage = start(edges=3, kerberos=True, edges_in_domain=True)
    assert stage.lab.kdc is not None
    wrong = {**changes, "ansible_password": "wrong"}
    names = [edge.name for edge in stage.edges]
    stage.write_inventory(transport, changes=dict.fromkeys(names, wrong), front_end_transport="kerberos-https")
    settings = {**stage.lab.kdc.environment, **language}
    found = dry_rollout(stage, patience=IMPATIENCE, status=2, settings=settings)
    assert len(stage.lab.journal.logons(succeeded=False, since=stage.since)) == 1
    whole = [name for name in names if "the reason is in the sentence on" not in found.failures[name]]
    assert whole, "it is said once"
    for name in whole:
        assert "the password is wrong; check it. It was not tried again" in found.failures[name]


@pytest.mark.parametrize("user", ["admin", "CONTOSO\\admin"])
def test_a_name_of_no_realm_is_tried_once(start: Start, user: str) -> None:
    """The controller has a default realm, in which Kerberos would look for it."""
    stage = start(edges=1, kerberos=True, edges_in_domain=True)
    assert stage.lab.kdc is not None
    edge = stage.edges[0].name
    wrong = {"ansible_psrp_auth": "negotiate", "ansible_user": user, "ansible_password": "wrong"}
    stage.write_inventory("kerberos-http", changes={edge: wrong})
    run = stage.run(READ, hosts=edge, status=4, settings=stage.lab.kdc.environment)
    assert "refused the logon as" in run.one().message
    assert len(stage.lab.journal.logons(succeeded=False, since=stage.since)) == 1
