# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real OpenSSH server on loopback whose shell is a real PowerShell, as on a Windows server with that as its default shell.

It runs as whoever runs the tests, with keys, port, configuration and log of its own, and lets in one key only.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAMS = ("sshd", "ssh", "ssh-keygen", "pwsh")
SYSTEM_FOLDERS = "/usr/sbin:/sbin"
SEPARATED = Path("/run/sshd")
"""Where an sshd that root starts locks up what talks to strangers."""

CONFIGURATION = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/user_key.pub
AuthenticationMethods publickey
ForceCommand {folder}/shell
PermitRootLogin yes
StrictModes no
UsePAM no
PidFile none
LogLevel VERBOSE
"""

SHELL = """\
#!/bin/sh
PATH={folder}:$PATH
PSModulePath={modules}
export PATH PSModulePath
exec {pwsh} -NoProfile -NonInteractive -Command "$SSH_ORIGINAL_COMMAND"
"""
"""PowerShell as the login shell: it gets what the client sends as text."""


def missing() -> list[str]:
    """Programs that are not here."""
    return [name for name in PROGRAMS if which(name) is None]


def which(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:{SYSTEM_FOLDERS}")


@dataclass(frozen=True)
class SshServer:
    """A server that listens."""

    folder: Path
    port: int

    @property
    def variables(self) -> dict[str, Any]:
        """How an inventory says that a host is reached here."""
        return {
            "ansible_connection": "ssh",
            "ansible_shell_type": "powershell",
            "ansible_host": "127.0.0.1",
            "ansible_port": self.port,
            "ansible_user": getpass.getuser(),
            "ansible_ssh_private_key_file": str(self.folder / "user_key"),
            "ansible_ssh_args": "-F none -o ControlMaster=no",
            "ansible_ssh_common_args": f"-o UserKnownHostsFile={self.folder}/known_hosts -o IdentitiesOnly=yes",
        }

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")


@contextlib.contextmanager
def ssh_server(folder: Path, modules: Path) -> Iterator[SshServer]:
    """Start a server.

    :param modules: a folder for PSModulePath.
    """
    folder.mkdir()
    for name in ("host_key", "user_key", "other_key"):
        _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    _program(folder / "shell", SHELL.format(folder=folder, modules=modules, pwsh=which("pwsh")))
    for name in ("powershell", "PowerShell"):
        _program(folder / name, f'#!/bin/sh\nexec {which("pwsh")} "$@"\n')
    _program(folder / "chcp.com", "#!/bin/sh\n")  # ansible-core sets a code page before 2.18
    configuration = folder / "sshd_config"
    configuration.write_text(CONFIGURATION.format(folder=folder, port=port), encoding="utf-8")
    key = (folder / "host_key.pub").read_text(encoding="utf-8")
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {key}", encoding="utf-8")
    with _place_for_root(), (folder / "log").open("wb") as log:
        command = [which("sshd") or "sshd", "-D", "-e", "-f", str(configuration)]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            _wait_for(port, process)
            yield SshServer(folder, port)
        finally:
            process.terminate()
            process.wait()


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def _program(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


@contextlib.contextmanager
def _place_for_root() -> Iterator[None]:
    """The folder that a system with a service manager makes at start."""
    if os.geteuid() != 0 or SEPARATED.exists():
        yield
        return
    SEPARATED.mkdir(mode=0o755)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            SEPARATED.rmdir()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                raise
        time.sleep(0.05)
