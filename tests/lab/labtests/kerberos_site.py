# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A running lab of one machine in a domain whose controller is a real KDC."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from labtests.site import Site
from labtests.stand_in import Machine
from lynclab.journal import Journal
from lynclab.logon import kdc
from lynclab.logon.kdc import Kdc
from lynclab.server import LabServer

DOMAIN = "contoso.example"
needs_kdc = pytest.mark.skipif(bool(kdc.missing()), reason=f"not proven here: {kdc.missing()}")


@contextmanager
def kerberos_site(machine: Machine, directory: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Site, Kdc]]:
    """The site and its KDC; this process becomes a client of it."""
    journal = Journal()
    controller = Kdc(directory, [DOMAIN], journal.write)
    journal.consult(controller.collect)
    controller.enrol([machine])
    controller.start()
    try:
        for name, value in controller.environment.items():
            monkeypatch.setenv(name, value)
        with LabServer([machine], journal=journal, keytabs=controller.keytabs) as lab:
            yield Site(machine, lab), controller
    finally:
        controller.stop()
