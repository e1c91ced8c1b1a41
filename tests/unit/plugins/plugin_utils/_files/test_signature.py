# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Detached signatures, made and verified by OpenSSH itself."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from ansible_collections.ucops.lync.plugins.plugin_utils._files import signature
from ansible_collections.ucops.lync.plugins.plugin_utils._files.files import ControllerFiles

ALICE, BOB, NAMESPACE = "alice@contoso.example", "bob@contoso.example", "ucops.lync.approval"
TEXT = "deployment: contoso\n"


def make_key(folder: Path, name: str) -> str:
    """A key pair; its public half."""
    file = folder / name
    arguments = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(file)]
    subprocess.run(arguments, check=True, stdin=subprocess.DEVNULL)
    return Path(f"{file}.pub").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Keys of two, of whom both may sign, and an approval signed by one."""
    keys = {name: make_key(tmp_path, name.partition("@")[0]) for name in (ALICE, BOB)}
    (tmp_path / "signers").write_text("".join(f"{name} {key}" for name, key in keys.items()), encoding="utf-8")
    (tmp_path / "one.yml").write_text(TEXT, encoding="utf-8")
    sign(tmp_path)
    return tmp_path


def sign(folder: Path, by: str = "alice", namespace: str = NAMESPACE) -> None:
    (folder / "one.yml.sig").unlink(missing_ok=True)
    arguments = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(folder / by), "-n", namespace, str(folder / "one.yml")]
    subprocess.run(arguments, check=True, stdin=subprocess.DEVNULL, capture_output=True)


def problem(folder: Path, principal: str = ALICE, content: str = TEXT, signers: str = "signers") -> str:
    return ControllerFiles(folder).signature_problem(signers, principal, NAMESPACE, "one.yml.sig", content)


def test_a_good_one_counts(folder: Path) -> None:
    assert problem(folder) == ""


def test_it_counts_for_who_signed_only(folder: Path) -> None:
    assert f"is not the signature of {BOB} over it for {NAMESPACE}" in problem(folder, BOB)
    sign(folder, "bob")
    assert problem(folder, ALICE)
    assert problem(folder, BOB) == ""


@pytest.mark.parametrize(
    "principal", ["*", "*@contoso.example", "alice@contoso.example,bob@contoso.example", "", "-f", "a\nb"]
)
def test_a_principal_is_a_name_and_no_pattern_or_option(folder: Path, principal: str) -> None:
    assert problem(folder, principal)


def test_it_counts_for_the_text_as_it_is(folder: Path) -> None:
    assert problem(folder, content=TEXT.strip())
    assert problem(folder, content=f"{TEXT}\n")


def test_it_counts_for_its_purpose_only(folder: Path) -> None:
    sign(folder, namespace="git")
    assert problem(folder)


def test_who_is_not_allowed_to_sign_does_not_count(folder: Path) -> None:
    make_key(folder, "mallory")
    sign(folder, "mallory")
    assert problem(folder)


def test_what_is_missing_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert problem(folder, signers="nobody") == f"it cannot be verified: there is no file {folder / 'nobody'}"
    (folder / "one.yml.sig").unlink()
    assert problem(folder) == f"it is not signed: there is no file {folder / 'one.yml.sig'}"
    monkeypatch.setenv("PATH", str(folder))
    assert "there is no ssh-keygen on this computer" in problem(folder)


def test_one_that_does_not_answer_is_not_waited_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = folder / "ssh-keygen"
    slow.write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    slow.chmod(0o700)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(signature, "TIMEOUT", 0.2)
    assert problem(folder) == "it cannot be verified: ssh-keygen gave no answer within 0.2 s"


def test_what_is_no_signature_does_not_count(folder: Path) -> None:
    (folder / "one.yml.sig").write_text("-----BEGIN SSH SIGNATURE-----\n", encoding="utf-8")
    assert problem(folder)
