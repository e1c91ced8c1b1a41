# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A detached signature of OpenSSH over a text: ``ssh-keygen -Y verify``, which is told the text and never a shell's words."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

TIMEOUT = 20.0
"""Seconds."""


def problem(signers: Path, principal: str, namespace: str, signature: Path, content: bytes) -> str:
    """Why a signature does not count; empty where it does.

    :param signers: an allowed-signers file (ssh-keygen(1), ALLOWED SIGNERS).
    :param principal: who must have signed.
    :param namespace: what it must have been signed for.
    :param content: what must have been signed.
    """
    program = shutil.which("ssh-keygen")
    if program is None:
        return "it cannot be verified: there is no ssh-keygen on this computer (OpenSSH 8.2 or later)"
    if not signers.is_file():
        return f"it cannot be verified: there is no file {signers}"
    if not signature.is_file():
        return f"it is not signed: there is no file {signature}"
    # Each value stands behind its option and none of them is ever a command; what is signed goes in by standard input.
    arguments = [
        *(program, "-Y", "verify"),
        *("-f", str(signers)),
        *("-I", principal),
        *("-n", namespace),
        *("-s", str(signature)),
    ]
    try:
        done = subprocess.run(  # noqa: S603
            arguments,
            input=content,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
        )
    except subprocess.TimeoutExpired:
        return f"it cannot be verified: ssh-keygen gave no answer within {TIMEOUT:g} s"
    except (OSError, ValueError) as error:
        return f"it cannot be verified: ssh-keygen did not start ({type(error).__name__})"
    if done.returncode:
        return (
            f"{signature} is not the signature of {principal} over it for {namespace}, by {signers} (ssh-keygen ended with "
            f"{done.returncode})"
        )
    return ""
