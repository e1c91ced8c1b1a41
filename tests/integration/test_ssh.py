# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playbooks over ssh: a real OpenSSH server on loopback with a real PowerShell, a stand-in for the Lync module in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import Cmdlet, Secret
from ansible_collections.ucops.lync.plugins.plugin_utils._script.lines import input_lines
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils.engine import lync_module
from support.ansible import Ansible, Task, play, task
from support.run import Run
from support.ssh_server import SshServer, missing, ssh_server

pytestmark = pytest.mark.skipif(
    bool(missing()), reason=f"not proven here: ssh to a real PowerShell; there is no {', '.join(missing())} on the PATH"
)

AWKWARD = "a'b\"c`d $(exit 3); \u65e5\u672c\u8a9e \U0001f600\r\n\tend _x000A_"


class Host:
    """A host behind the server, and Ansible to act upon it."""

    def __init__(self, server: SshServer, folder: Path) -> None:
        self.server = server
        self.ansible = Ansible(folder)
        self._from = len(server.log)

    def run(self, *tasks: Task, how: dict[str, Any] | None = None, **variables: Any) -> Run:
        """:param how: as in :meth:`Ansible.run`. ``variables`` change those of the host."""
        host = {name: value for name, value in (self.server.variables | variables).items() if value is not None}
        inventory = self.ansible.write(self.ansible.folder / "inventory.yml", {"all": {"hosts": {"edge01": host}}})
        return self.ansible.run([play(tasks, "all")], inventory, **(how or {}))

    @property
    def log(self) -> str:
        """What the server noted for this test."""
        return self.server.log[self._from :]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshServer]:
    folder = tmp_path_factory.mktemp("ssh")
    with ssh_server(folder / "server", lync_module(folder / "modules")) as started:
        yield started


@pytest.fixture
def host(server: SshServer, tmp_path: Path) -> Host:
    return Host(server, tmp_path)


def cmdlet(name: str, **parameters: Any) -> Task:
    return task("lync_cmdlet", {"cmdlet": name, "parameters": parameters}, name)


def test_values_travel_both_ways(host: Host) -> None:
    result = host.run(cmdlet("Get-CsEcho", Value=AWKWARD)).one()
    assert result["output"] == [{"Value": AWKWARD, "Kind": "string"}]
    assert host.log.count("Accepted publickey") == 1


def test_a_module_of_its_own_kind(host: Host) -> None:
    (provider,) = host.run(task("lync_hosting_provider_info")).one()["hosting_providers"]
    assert (provider["identity"], provider["enabled"], provider["verification_level"]) == ("LyncOnline", True, "Low")


def test_errors_and_warnings(host: Host) -> None:
    how = {"status": 2, "expect": ["first", "second"]}
    result = host.run(cmdlet("Set-CsTrouble"), how=how).one()
    assert "Set-CsTrouble failed: not found (NoSuch,Set-CsTrouble)" in result.message
    assert result["error"]["category"] == "ObjectNotFound"
    assert result.status == "failed"


def test_an_unknown_cmdlet_with_and_without_the_import(host: Host) -> None:
    result = host.run(cmdlet("Get-CsNothing"), how={"status": 2}).one()
    assert result["error"]["id"] == "CommandNotFoundException"
    assert host.log.count("Accepted publickey") == 3


def test_a_secret_shows_nowhere(host: Host) -> None:
    pin = task("lync_cmdlet", {"cmdlet": "Set-CsPin", "secure_parameters": {"Pin": "hunter2"}})
    run = host.run(pin, how={"options": ["-vvvvvv"], "expect": None})
    (found,) = run.one()["output"]
    assert (found["Kind"], found["Length"]) == ("securestring", 7)
    assert run.one().cmdlets == ["Set-CsPin -Pin ********"]
    (line,) = input_lines([Cmdlet("Set-CsPin", {"Pin": Secret("hunter2")})]).decode().splitlines()
    everything = run.output + run.errors + host.server.log
    assert "ucops.lync: begin" in everything
    assert "hunter2" not in everything
    assert line[-60:] not in everything


def test_a_refused_logon_is_not_tried_again(host: Host) -> None:
    run = host.run(
        cmdlet("Get-CsEcho", Value=1),
        how={"status": 4},
        ansible_ssh_private_key_file=str(host.server.folder / "other_key"),
        ansible_ssh_retries=3,
    )
    assert run.one().status == "unreachable"
    assert f"127.0.0.1:{host.server.port} refused the logon as" in run.one().message
    assert host.log.count("Connection from 127.0.0.1") == 1


def test_a_host_key_that_is_not_known(host: Host) -> None:
    run = host.run(cmdlet("Get-CsEcho"), how={"status": 4}, ansible_ssh_common_args="-o UserKnownHostsFile=none")
    assert "shows a host key that the controller does not know" in run.one().message


def test_nobody_listens(host: Host) -> None:
    run = host.run(cmdlet("Get-CsEcho"), how={"status": 4}, ansible_port=1)
    assert "127.0.0.1:1 refused the connection: check the port, and that the SSH server runs there" in run.one().message


def test_a_cmdlet_that_does_not_end(host: Host) -> None:
    run = host.run(cmdlet("Set-CsPause"), how={"status": 4}, lync_command_timeout=3)
    assert "did not answer Set-CsPause within 3 s" in run.one().message


def test_another_shell_is_refused_with_the_lines_to_add(host: Host) -> None:
    run = host.run(cmdlet("Get-CsEcho"), how={"status": 2}, ansible_shell_type=None)
    assert "ansible_connection: psrp" in run.one().message
    assert host.log == ""
