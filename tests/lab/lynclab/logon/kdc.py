# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Kerberos key distribution centre beside the lab: MIT's krb5kdc (Debian: krb5-kdc, krb5-admin-server, krb5-user).

It runs as a child of this process, unprivileged, on loopback, with files of its own; nothing of the computer's Kerberos
is read or changed. Each Active Directory domain is a realm: CONTOSO.EXAMPLE for contoso.example.

    kdc = Kdc(directory, ["contoso.example"])
    kdc.enrol(machines)      # their accounts, their services' keys
    kdc.start()
    kdc.environment          # what a client's process needs (KRB5_CONFIG, KRB5CCNAME)
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from lynclab.contract.accounts import Account, Standing
from lynclab.contract.machine import Machine
from lynclab.journal import LogonEntry
from lynclab.logon import kerberos

_LOOPBACK = "127.0.0.1"
_PROGRAMS = ("krb5kdc", "kdb5_util", "kadmin.local", "kinit")
_PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"))
#: The services of a Windows machine that WinRM's clients name. (A real one has HOST for most of them.)
SERVICES = ("HTTP", "host", "WSMAN")
_ATTEMPTS = 5
#: Runs a program that ends when the other side of its standard input is gone, however that went.
_WATCHED = 'exec 3<&0; (read line <&3; kill $$) >/dev/null 2>&1 & exec "$@" 3<&- </dev/null'
#: One line of its log for each request for a first ticket.
_REQUEST = re.compile(r"AS_REQ .*? [\d.]+: (?P<outcome>[A-Z_ ]+): (?P<account>\S+)@(?P<realm>\S+) for krbtgt/")
#: What it says of refusals. A name that it does not know is left out: clients try DOMAIN\\user as a principal, too.
_REFUSALS = {
    "PREAUTH_FAILED": Standing.WRONG_PASSWORD.words,
    "CLIENT KEY EXPIRED": Standing.PASSWORD_EXPIRED.words,
    "CLIENT LOCKED OUT": "the account is disabled, expired or locked out",
    "LOCKED_OUT": Standing.LOCKED_OUT.words,
}


def missing() -> str:
    """What this computer lacks for a key distribution centre and its acceptors; empty where it has everything."""
    if kerberos.MISSING:
        return kerberos.MISSING
    absent = [program for program in _PROGRAMS if shutil.which(program, path=_PATH) is None]
    return f"there is no {', no '.join(absent)}" if absent else ""


def realm_of(domain: str) -> str:
    """The realm of a DNS domain."""
    return domain.upper()


class Kdc:
    """One krb5kdc for the realms of some DNS domains. Its files lie in ``directory``, which is the caller's to remove.

    ``report`` is called with each refused request for a first ticket, from ``collect``.
    """

    def __init__(
        self, directory: Path, domains: Iterable[str], report: Callable[[LogonEntry], None] | None = None
    ) -> None:
        self._directory = directory
        self._report = report
        self._realms = [realm_of(domain) for domain in domains]
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._accounts: dict[tuple[str, str], Account] = {}
        self._lock = threading.Lock()
        self._read = 0
        self.keytabs: dict[str, Path] = {}
        self._write_settings()
        for realm in self._realms:
            self._run("kdb5_util", "-r", realm, "create", "-s", "-P", "the lab's master key")

    @property
    def environment(self) -> dict[str, str]:
        """Variables for the process of a client; tickets go to a file beside the settings."""
        return {
            "KRB5_CONFIG": str(self._directory / "krb5.conf"),
            "KRB5CCNAME": f"FILE:{self._directory / 'tickets'}",
        }

    # Accounts and services

    def enrol(self, machines: Sequence[Machine]) -> None:
        """Give the machines' domain accounts a password and their services keys; ``keytabs`` then names the files.

        A machine belongs to the realm of its name's domain. The standing of an account is followed from here on.
        """
        for realm in self._realms:
            lines: list[str] = []
            for machine in machines:
                if not machine.name.upper().endswith(f".{realm}"):
                    continue
                people = [account for account in machine.accounts if realm_of(account.dns_domain) == realm]
                if people:
                    lines += self._services(machine.name)
                for account in people:
                    lines += self._account(account, realm)
            if lines:
                self._administer(realm, lines)

    def _services(self, machine: str) -> list[str]:
        keytab = self.keytabs[machine.lower()] = self._directory / f"{machine.lower()}.keytab"
        names = [f"{service}/{host}" for service in SERVICES for host in (machine, machine.partition(".")[0])]
        return [*(f"addprinc -randkey {name}" for name in names), f"ktadd -k {keytab} {' '.join(names)}"]

    def _account(self, account: Account, realm: str) -> list[str]:
        if (account.name.lower(), realm) in self._accounts:
            return []
        self._accounts[account.name.lower(), realm] = account
        database = account.database
        if not any(known.database is database for known in list(self._accounts.values())[:-1]):
            database.listen(partial(self._follow, realm))
            database.consult(self.collect)
        limit = database.lockout_threshold
        lines = [f"addpol -maxfailure {limit} lockout{limit}"] if limit else []
        policy = f"-policy lockout{limit}" if limit else "-clearpolicy"
        lines.append(f"addprinc +requires_preauth {policy} -pw {_quoted(account.password)} {account.name}")
        standing = database.standing(account.name)
        return lines if standing is Standing.GOOD else [*lines, _change(account.name, standing)]

    def _follow(self, realm: str, name: str, standing: Standing) -> None:
        if (name.lower(), realm) in self._accounts:
            self._administer(realm, [_change(name, standing)])

    def let_delegate(self, account: str, domain: str, *, allowed: bool) -> None:
        """Whether an account's tickets may be forwarded ("Account is sensitive and cannot be delegated")."""
        sign = "+" if allowed else "-"
        self._administer(realm_of(domain), [f"modprinc {sign}allow_forwardable {account}"])

    def ticket(self, account: Account, *, forwardable: bool = False, cache: Path | None = None) -> Path:
        """Log on as kinit does; the file with the ticket (by default the one that ``environment`` names)."""
        file = cache or self._directory / "tickets"
        principal = f"{account.name}@{realm_of(account.dns_domain)}"
        flag = "-f" if forwardable else "-F"
        self._run("kinit", flag, "-c", f"FILE:{file}", principal, text=f"{account.password}\n")
        return file

    def collect(self) -> None:
        """Count and report what was refused since the last call: Kerberos' failed logons never reach the machine."""
        for line in self._new_lines():
            found = _REQUEST.search(line)
            reason = _REFUSALS.get(found["outcome"]) if found else None
            if found is None or reason is None:
                continue
            name, realm = found["account"], found["realm"]
            if self._report is not None:
                self._report(LogonEntry("kdc", realm, f"{name}@{realm}", "Kerberos", 0, False, reason))
            account = self._accounts.get((name.lower(), realm))
            if account is not None and reason == Standing.WRONG_PASSWORD.words:
                account.database.failed(account.name)

    def _new_lines(self) -> list[str]:
        """The whole lines that its log has more than before; it writes them before it answers."""
        log = self._directory / "kdc.log"
        with self._lock:
            if not log.exists():
                return []
            with log.open("rb") as file:
                file.seek(self._read)
                text = file.read()
            text = text[: text.rfind(b"\n") + 1]
            self._read += len(text)
        return text.decode(errors="replace").splitlines()

    # Its process

    def start(self) -> None:
        """Serve. Returns when it is ready. Raises RuntimeError when it does not start."""
        for _attempt in range(_ATTEMPTS):
            self._port = _free_port()
            self._write_settings()
            realms = [argument for realm in self._realms for argument in ("-r", realm)]
            process = subprocess.Popen(
                ["sh", "-c", _WATCHED, "sh", self._program("krb5kdc"), "-n", *realms],
                env=self._environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            assert process.stdout is not None
            if b"starting" in process.stdout.readline():
                self._process = process
                return
            process.kill()
            process.communicate(b"\n")
        raise RuntimeError(f"krb5kdc does not start; its log is in {self._directory}")

    def stop(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.communicate(b"\n")

    def _administer(self, realm: str, lines: Sequence[str]) -> None:
        self._run("kadmin.local", "-r", realm, "-p", f"root/admin@{realm}", text="".join(f"{line}\n" for line in lines))

    def _run(self, program: str, *arguments: str, text: str = "") -> str:
        done = subprocess.run(
            [self._program(program), *arguments],
            env=self._environment(),
            input=text.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        said = done.stdout.decode(errors="replace")
        if done.returncode:
            raise RuntimeError(f"{program} failed: {said.strip()}")
        return said

    @staticmethod
    def _program(name: str) -> str:
        found = shutil.which(name, path=_PATH)
        if found is None:
            raise RuntimeError(f"there is no {name}: install krb5-kdc, krb5-admin-server and krb5-user")
        return found

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KRB5")}
        english = {"LC_ALL": "C.UTF-8", "LANGUAGE": ""}  # what it says is read
        return kept | self.environment | english | {"KRB5_KDC_PROFILE": str(self._directory / "kdc.conf")}

    def _write_settings(self) -> None:
        address, directory = f"{_LOOPBACK}:{self._port}", self._directory
        realms = "".join(f"  {realm} = {{\n    kdc = {address}\n  }}\n" for realm in self._realms)
        domains = "".join(f"  .{r.lower()} = {r}\n  {r.lower()} = {r}\n" for r in self._realms)
        (directory / "krb5.conf").write_text(
            f"[libdefaults]\n  default_realm = {self._realms[0]}\n  dns_lookup_kdc = false\n"
            "  dns_lookup_realm = false\n  dns_canonicalize_hostname = false\n  rdns = false\n"
            f"  default_ccache_name = FILE:{directory / 'tickets'}\n  default_keytab_name = FILE:{directory / 'none'}\n"
            f"[realms]\n{realms}[domain_realm]\n{domains}"
        )
        databases = "".join(
            f"  {realm} = {{\n    database_name = {directory / realm}\n    key_stash_file = {directory / realm}.stash\n"
            "    master_key_type = aes256-cts-hmac-sha1-96\n"
            "    supported_enctypes = aes256-cts-hmac-sha1-96:normal aes128-cts-hmac-sha1-96:normal\n"
            f"    acl_file = {directory / 'none'}\n  }}\n"
            for realm in self._realms
        )
        (directory / "kdc.conf").write_text(
            f"[kdcdefaults]\n  kdc_listen = {address}\n  kdc_tcp_listen = {address}\n[realms]\n{databases}"
            f"[logging]\n  kdc = FILE:{directory / 'kdc.log'}\n"
        )


def _change(name: str, standing: Standing) -> str:
    """As Active Directory's KDC answers: REVOKED for disabled, expired and locked accounts, KEY_EXPIRED for passwords."""
    if standing in (Standing.PASSWORD_EXPIRED, Standing.MUST_CHANGE_PASSWORD):
        return f"modprinc +allow_tix -pwexpire yesterday {name}"
    if standing is Standing.GOOD:
        return f"modprinc +allow_tix -pwexpire never -unlock {name}"
    return f"modprinc -allow_tix -pwexpire never {name}"


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _free_port() -> int:
    """A port that is free for TCP and UDP at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as stream:
        stream.bind((_LOOPBACK, 0))
        number = int(stream.getsockname()[1])
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
            datagrams.bind((_LOOPBACK, number))
        return number
