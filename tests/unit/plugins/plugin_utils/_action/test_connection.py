# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the inventory says that a host is reached."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.playbook.play_context import PlayContext
from ansible.plugins.loader import connection_loader

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused
from ansible_collections.ucops.lync.plugins.plugin_utils._action.connection import account_of, endpoint_of
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.client import DeadlineWSMan
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.options import PsrpEndpoint

OPTIONS: dict[str, Any] = {
    "remote_addr": "fe01.adatum.example",
    "remote_user": "ADATUM\\admin",
    "remote_password": "hunter2",
    "port": None,
    "protocol": None,
    "path": "wsman",
    "auth": "negotiate",
    "cert_validation": "validate",
    "ca_cert": None,
    "connection_timeout": 30,
    "read_timeout": 30,
    "reconnection_retries": 0,
    "reconnection_backoff": 2,
    "message_encryption": "auto",
    "proxy": None,
    "ignore_proxy": False,
    "certificate_key_pem": None,
    "certificate_pem": None,
    "credssp_auth_mechanism": "auto",
    "credssp_disable_tlsv1_2": False,
    "credssp_minimum_version": 2,
    "negotiate_delegate": None,
    "negotiate_hostname_override": None,
    "negotiate_send_cbt": True,
    "negotiate_service": "WSMAN",
    "operation_timeout": 20,
    "max_envelope_size": 153600,
    "configuration_name": "Microsoft.PowerShell",
}
"""The options that the psrp connection plugin has in every release from 2.16 on."""


class FakeConnection:
    """A connection plugin as far as its public face goes."""

    def __init__(self, transport: str = "psrp", **options: Any) -> None:
        self.transport = transport
        self._of_test = {**OPTIONS, **options}

    def get_option(self, name: str) -> Any:
        return self._of_test[name]


def endpoint(**options: Any) -> PsrpEndpoint:
    found = endpoint_of(FakeConnection(**options), {})
    assert isinstance(found, PsrpEndpoint)
    return found


@pytest.mark.parametrize(
    ("options", "https", "port"),
    [
        ({}, True, 5986),
        ({"port": 5985}, False, 5985),
        ({"port": "5985"}, False, 5985),
        ({"port": 443}, True, 443),
        ({"protocol": "http"}, False, 5985),
        ({"protocol": "https", "port": 5985}, True, 5985),
        ({"protocol": "http", "port": 80}, False, 80),
    ],
)
def test_protocol_and_port_follow_from_each_other_as_in_the_connection_plugin(
    options: dict[str, Any], https: bool, port: int
) -> None:
    found = endpoint(**options)
    assert (found.https, found.port) == (https, port)
    assert (found.wsman_arguments["ssl"], found.wsman_arguments["port"]) == (https, port)


@pytest.mark.parametrize(
    ("options", "validation"),
    [
        ({}, True),
        ({"ca_cert": "/etc/ssl/corp.pem"}, "/etc/ssl/corp.pem"),
        ({"cert_validation": "ignore"}, False),
        ({"cert_validation": "ignore", "ca_cert": "/etc/ssl/corp.pem"}, False),
    ],
)
def test_certificates(options: dict[str, Any], validation: bool | str) -> None:
    assert endpoint(**options).wsman_arguments["cert_validation"] == validation


@pytest.mark.parametrize("path", ["OcsPowershell", "/OcsPowershell", "OcsPowershell/", "/OcsPowershell/"])
def test_a_path_is_one_for_sentences_decisions_and_the_wire(path: str) -> None:
    found = endpoint(path=path, port=443)
    assert found.where == "fe01.adatum.example:443/OcsPowershell"
    assert found.restricted
    wire = DeadlineWSMan(**found.wsman_arguments).transport.endpoint
    assert wire == "https://fe01.adatum.example:443/OcsPowershell"


def test_what_a_way_shows_of_itself_holds_no_secret() -> None:
    shown = repr(endpoint(certificate_key_password="swordfish", proxy="http://me:sesame@proxy:3128"))
    assert "fe01.adatum.example" in shown
    for secret in ("hunter2", "swordfish", "sesame"):
        assert secret not in shown


def test_options_of_newer_releases_are_used_where_they_are() -> None:
    assert endpoint().pool_arguments["no_profile"] is False
    assert endpoint(no_profile=True).pool_arguments["no_profile"] is True
    assert endpoint(certificate_key_password="swordfish").wsman_arguments["certificate_key_password"] == "swordfish"
    assert "certificate_key_password" not in endpoint().wsman_arguments


@pytest.mark.parametrize(
    ("stated", "seconds"), [({}, 120), ({"lync_command_timeout": 30}, 30), ({"lync_command_timeout": "45"}, 45)]
)
def test_the_time_that_a_command_may_take(stated: dict[str, Any], seconds: int) -> None:
    assert endpoint_of(FakeConnection(), stated).at.seconds == seconds


@pytest.mark.parametrize("stated", ["soon", "", 0, -5, None, [1]])
def test_a_time_that_is_none_is_refused(stated: Any) -> None:
    with pytest.raises(Refused, match="lync_command_timeout must be a number of seconds"):
        endpoint_of(FakeConnection(), {"lync_command_timeout": stated})


@pytest.mark.parametrize(("stated", "size"), [({}, 64), ({"lync_answer_limit": "200"}, 200)])
def test_what_an_answer_may_hold(stated: dict[str, Any], size: int) -> None:
    assert endpoint_of(FakeConnection(), stated).answer_limit == size * 2**20


@pytest.mark.parametrize("stated", ["64M", 0, None])
def test_a_size_that_is_none_is_refused(stated: Any) -> None:
    with pytest.raises(Refused, match="lync_answer_limit must be a number of MiB, at least 1"):
        endpoint_of(FakeConnection(), {"lync_answer_limit": stated})


@pytest.mark.parametrize(
    ("stated", "kept"), [({}, True), ({"lync_session_keep": "no"}, False), ({"lync_session_keep": True}, True)]
)
def test_whether_the_session_is_kept(stated: dict[str, Any], kept: bool) -> None:
    found = endpoint_of(FakeConnection(), stated)
    assert isinstance(found, PsrpEndpoint)
    assert found.session_keep is kept


@pytest.mark.parametrize(("stated", "seconds"), [({}, 300), ({"lync_session_idle": "600"}, 600)])
def test_the_time_after_which_the_server_ends_an_idle_session(stated: dict[str, Any], seconds: int) -> None:
    found = endpoint_of(FakeConnection(), stated)
    assert isinstance(found, PsrpEndpoint)
    assert found.session_idle == found.pool_arguments["idle_timeout"] == seconds


def test_an_idle_time_that_winrm_does_not_take_is_refused() -> None:
    with pytest.raises(Refused, match="lync_session_idle must be a number of seconds, at least 60, not 59"):
        endpoint_of(FakeConnection(), {"lync_session_idle": 59})


@pytest.mark.parametrize("transport", ["ssh", "local", "paramiko"])
def test_another_connection_is_refused_with_the_lines_to_add(transport: str) -> None:
    with pytest.raises(Refused) as refused:
        endpoint_of(FakeConnection(transport), {})
    assert f"connection plugin {transport}" in refused.value.message
    assert "ansible_connection: psrp\n" in refused.value.example


def test_the_installed_connection_plugin_has_every_option_and_pypsrp_takes_them() -> None:
    connection = connection_loader.get("psrp", PlayContext())
    connection.set_options(
        var_options={
            "inventory_hostname": "fe01.adatum.example",
            "ansible_user": "admin@ADATUM.EXAMPLE",
            "ansible_password": "hunter2",
            "ansible_psrp_path": "OcsPowershell",
            "ansible_port": 443,
            "ansible_psrp_auth": "ntlm",
        }
    )
    found = endpoint_of(connection, {})
    assert isinstance(found, PsrpEndpoint)
    assert found.where == "fe01.adatum.example:443/OcsPowershell"
    assert found.configuration_name == "Microsoft.PowerShell"
    client = DeadlineWSMan(found.answer_limit, **found.wsman_arguments)
    assert client.transport.endpoint == "https://fe01.adatum.example:443/OcsPowershell"


@pytest.mark.parametrize("stated", ["ADATUM\\admin", "admin@adatum.example", "admin", "admin@ADATUM.EXAMPLE"])
def test_the_account_s_name_is_as_the_inventory_states_it(stated: str) -> None:
    assert account_of(FakeConnection(remote_user=stated)) == stated


@pytest.mark.parametrize("stated", [None, ""])
def test_an_account_that_the_inventory_does_not_state(stated: str | None) -> None:
    """A ticket, or a certificate."""
    assert account_of(FakeConnection(remote_user=stated)) == ""


def test_an_account_with_two_backslashes_is_not_tried() -> None:
    with pytest.raises(Refused, match="two backslashes") as refused:
        endpoint(remote_user=r"ADATUM\\admin")
    assert refused.value.message.endswith("Write ansible_user: ADATUM\\admin")
