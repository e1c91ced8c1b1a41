# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""WS-Management by hand, for what no client would send or show: an envelope there, an envelope back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from xml.etree import ElementTree

import requests
from requests.auth import HTTPBasicAuth

from labtests.site import PASSWORD, USER, Site
from lynclab.wsman.soap import ADDRESSING, SHELL, SOAP, WSMAN

COMMAND_SHELL = f"{SHELL}/cmd"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    root: ElementTree.Element

    @property
    def action(self) -> str:
        """Its action."""
        return self.text("Action")

    def text(self, name: str) -> str:
        """The text of the first element of that local name; nothing without one."""
        return self.texts(name)[0] if self.texts(name) else ""

    def texts(self, name: str) -> list[str]:
        """The texts of all of them."""
        return [element.text or "" for element in self.elements(name)]

    def elements(self, name: str) -> list[ElementTree.Element]:
        """All elements of that local name, the outermost first."""
        return [element for element in self.root.iter() if element.tag.rpartition("}")[2] == name]


def ask(
    site: Site,
    action: str,
    resource: str = SHELL,
    body: str = "",
    shell: str = "",
    timeout: str = "PT20S",
    host: str = "127.0.0.1",
) -> Answer:
    """Send one request to a machine, which the client calls ``host``."""
    address = site.lab[site.machine.name].url("/wsman")
    selectors = f'<w:SelectorSet><w:Selector Name="ShellId">{shell}</w:Selector></w:SelectorSet>' if shell else ""
    envelope = (
        f'<s:Envelope xmlns:s="{SOAP}" xmlns:a="{ADDRESSING}" xmlns:w="{WSMAN}" xmlns:rsp="{SHELL}"><s:Header>'
        f"<a:Action>{action}</a:Action><a:MessageID>uuid:{uuid.uuid4()}</a:MessageID>"
        f"<a:To>https://{host}:5986/wsman</a:To><w:ResourceURI>{resource}</w:ResourceURI>"
        f"<w:OperationTimeout>{timeout}</w:OperationTimeout>{selectors}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    )
    response = requests.post(
        address,
        envelope.encode(),
        headers={"Content-Type": "application/soap+xml;charset=UTF-8"},
        auth=HTTPBasicAuth(USER.encode(), PASSWORD.encode()),
        verify=str(site.lab.ca_file),
        timeout=30,
    )
    return Answer(response.status_code, ElementTree.fromstring(response.content))
