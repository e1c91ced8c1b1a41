# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret shows: not on the screen, in a log, a result, a diff or a list of processes, at the highest verbosity.

Each way in is a host of one inventory, once as it should be and once with what makes it fail, so that one run serves all.
What a secret is, is searched for in every spelling in which something could write it down.
"""

from __future__ import annotations

import base64
import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from _pytest.mark import ParameterSet
from spnego._ntlm_raw.crypto import ntowfv1

from support.ansible import task
from support.run import Run
from support.stage import Stage, Start
from support.ways import EDGE, PASSPHRASE, SPEC, Way, Ways, double_hops, table, unencrypted

WRONG = "Falsch+geheim 0815"
SECURE = "Geheime/PIN=2468"
REFUSED = "refused"
WAYS = [*table(), *double_hops(), *unencrypted()]
SPOILED = [replace(way, extra=f"{way.extra} {REFUSED}".strip()) for way in table()]
OPTIONS = {"enabled": True, "enabled_shared_address_space": False, "hosts_ocs_users": False}
TASKS = [
    task(
        "lync_hosting_provider",
        {
            "identity": "{{ inventory_hostname }}",
            "proxy_fqdn": "{{ inventory_hostname | hash('md5') }}.example",
            "verification_level": "UseSourceVerification",
            **OPTIONS,
        },
        name="write",
        ignore_errors=True,
    ),
    task(
        "lync_cmdlet",
        {
            "cmdlet": "Set-CsClientPin",
            "parameters": {"Identity": "sip:a@contoso.example"},
            "secure_parameters": {"Pin": "{{ lync_test_pin }}"},
        },
        name="secret",
        ignore_errors=True,
    ),
]


@dataclass(frozen=True)
class Told:
    """Everything that a run left for somebody to read: by place, in bytes."""

    run: Run
    places: dict[str, bytes]
    secrets: dict[str, set[bytes]]


class Watch:
    """Reads the command lines of all processes of this computer while it lasts."""

    def __init__(self) -> None:
        self.lines: set[bytes] = set()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.01):
            for place in Path("/proc").glob("[0-9]*/cmdline"):
                with contextlib.suppress(OSError):  # it ended in the meantime
                    self.lines.add(place.read_bytes())


def _written(text: str) -> Iterator[bytes]:
    """How a text can be written down, at any place of something longer."""
    for data in (text.encode(), text.encode("utf-16-le"), text.encode("latin-1", "ignore")):
        yield data
        yield from _encoded(data)
    yield quote(text, safe="").encode()
    yield json.dumps(text).strip('"').encode()
    yield repr(text).strip("'").encode()


def _encoded(data: bytes) -> Iterator[bytes]:
    """In hexadecimal, and in base64 at each of the three places where it can begin."""
    yield data.hex().encode()
    yield data.hex().upper().encode()
    for before in range(3):
        coded = base64.b64encode(bytes(before) + data)
        whole = len(coded) - (4 if (before + len(data)) % 3 else 0)  # the last letters depend on what follows
        yield coded[4 if before else 0 : whole]


def _secrets(stage: Stage, ways: Ways) -> dict[str, set[bytes]]:
    """By name, everything that must not be found."""
    password = stage.lab.password
    found = {
        "password": {*_written(password), *_encoded(ntowfv1(password)), ntowfv1(password)},
        "refused password": {*_written(WRONG), *_encoded(ntowfv1(WRONG))},
        "passphrase of the private key": set(_written(PASSPHRASE)),
        "secure parameter": set(_written(SECURE)),
        "private key": {b"PRIVATE KEY", *_key_lines(ways)},
        "token": {b"TlRMTVNTUA", b"NTLMSSP", b"Authorization:", b"Authorization'"},
    }
    if stage.lab.kdc is not None:
        found["ticket"] = set(_ticket_pieces(ways.tickets.read_bytes()))
    return found


def _key_lines(ways: Ways) -> Iterator[bytes]:
    for key in ways.keys:
        yield from (line for line in key.read_bytes().splitlines() if b"-" not in line and len(line) > 16)


def _ticket_pieces(content: bytes) -> Iterator[bytes]:
    """A file of tickets holds names, too, which are no secrets."""
    for start in range(0, len(content) - 24, 24):
        piece = content[start : start + 24]
        if sum(32 <= byte < 127 or not byte for byte in piece) < 16:
            yield piece
            yield from _encoded(piece)


def _spoiled(way: Way, ways: Ways) -> dict[str, Any]:
    """What makes a way fail, with a secret at stake."""
    if way.authentication == "certificate":
        unmapped = ways.stage.lab.server.issue_to_user("somebody@localhost")
        ways.keys.append(unmapped.key)
        psrp = way.connection == "psrp"
        return {
            "ansible_psrp_certificate_pem" if psrp else "ansible_winrm_cert_pem": str(unmapped.certificate),
            "ansible_psrp_certificate_key_pem" if psrp else "ansible_winrm_cert_key_pem": str(unmapped.key),
        }
    if way.ticket:
        name = "psrp_negotiate" if way.connection == "psrp" else "winrm_kerberos"
        return {f"ansible_{name}_hostname_override": "nowhere.contoso.example"}
    return {"ansible_password": WRONG}


@pytest.fixture(scope="module")
def told(start_for_module: Start) -> Told:
    stage = start_for_module(**SPEC)
    ways = Ways(stage, [*WAYS, *SPOILED])
    changes = {way.host: {"lync_test_pin": SECURE} for way in ways.ways}
    for way in ways.ways:
        if way in SPOILED:
            changes[way.host] |= _spoiled(way, ways)
    ways.write_inventory(changes)
    log = stage.folder / "ansible.log"
    settings = {**ways.settings, "ANSIBLE_LOG_PATH": str(log)}
    with Watch() as watch:
        run = stage.run(*TASKS, options=["-vvvvvv", "--diff"], settings=settings, status=None, expect=None)
    left = [
        path.read_bytes()
        for path in stage.folder.rglob("*")
        if path.is_file() and path not in (log, stage.inventory) and path.name not in ("playbook.yml", "record.jsonl")
    ]
    return Told(
        run,
        {
            "output": run.output.encode(),
            "standard error": run.errors.encode(),
            "log": log.read_bytes(),
            "results": json.dumps([dict(result.data) for result in run.results], ensure_ascii=False).encode(),
            "process list": b"\n".join(watch.lines),
            "files left behind": b"\n".join(left),
            "journal": repr(stage.lab.journal.entries()).encode(),
        },
        _secrets(stage, ways),
    )


def rows(ways: list[Way]) -> list[ParameterSet]:
    skip = pytest.mark.skipif
    return [pytest.param(way, id=way.name, marks=skip(bool(way.not_proven), reason=way.not_proven)) for way in ways]


@pytest.mark.parametrize("way", rows([*WAYS, *SPOILED]))
def test_a_way_shows_no_secret(told: Told, way: Way) -> None:
    """What the host of this way came to, and that nothing of it is a secret."""
    results = [result for result in told.run.results if result.host == way.host]
    first = results[0]
    refused = way in SPOILED or "not by name" in way.extra or "always" in way.extra
    assert (first.status == "unreachable") is refused, first.data
    assert refused or way.to == EDGE or "double hop" in way.extra or first.changed, first.data
    shown = json.dumps([dict(result.data) for result in results], ensure_ascii=False).encode()
    for name, spellings in told.secrets.items():
        assert not [spelling for spelling in spellings if spelling in shown], name


@pytest.mark.parametrize(
    "place", ["output", "standard error", "log", "results", "process list", "files left behind", "journal"]
)
def test_a_place_holds_no_secret(told: Told, place: str) -> None:
    content = told.places[place]
    for name, spellings in told.secrets.items():
        for spelling in spellings:
            at = content.find(spelling)
            assert at < 0, f"{name} in {place}: ...{content[max(0, at - 200) : at + 80]!r}"


def test_the_places_are_those_where_something_is_told(told: Told) -> None:
    assert b"Using module file" in told.places["log"] or b"TASK [write]" in told.places["log"]
    assert b"ansible-playbook" in told.places["process list"]
    assert b"New-CsHostingProvider" in told.places["output"]
    assert b"New-CsHostingProvider" in told.places["results"]
    assert told.run.of("secret")


def test_a_secret_would_be_found() -> None:
    """In the header of a Basic logon, in an address, in a message of PowerShell."""
    spellings = set(_written(WRONG))
    basic = base64.b64encode(f"LYNCLAB\\admin:{WRONG}".encode())
    command = base64.b64encode(f"$password = '{WRONG}';".encode("utf-16-le"))
    for sample in (basic, command, f"https://a:{quote(WRONG, safe='')}@b".encode(), f"b'{WRONG}'".encode()):
        assert any(spelling in sample for spelling in spellings), sample
