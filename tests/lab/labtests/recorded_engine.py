# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A deployment that holds what the recorded engine's test cmdlets held, and machines that serve it."""

from __future__ import annotations

from dataclasses import dataclass

from lynclab.cmdlets.admin_role import Rights
from lynclab.cmdlets.invocation import Invocation
from lynclab.cmdlets.runspace import CmdletRunspace
from lynclab.contract.endpoint import Logon, Runspace
from lynclab.contract.machine import Wire
from lynclab.deployment.clock import ManualClock
from lynclab.deployment.deployment import Deployment
from lynclab.deployment.replication import Delays
from lynclab.deployment.store import StoreContent, hosting_provider
from lynclab.deployment.topology import Pool, SipDomain, Topology
from lynclab.machine import Kind, LabMachine
from lynclab.people import domain_people
from lynclab.powershell.edition import CORE

PASSWORD = "Recorded-0"
VISIBLE = frozenset({"get-cshostingprovider", "set-cshostingprovider"})
_POOL, _EDGES = "lyncpool.adatum.net", "lyncedge.adatum.net"
_UNSET_NUMBERS = (
    "DnsSrvCacheRecordCount",
    "DiscoveredPartnerStandardRate",
    "MaxContactsPerDiscoveredPartner",
    "DiscoveredPartnerReportPeriodMinutes",
    "MaxAcceptedCertificatesStored",
    "MaxRejectedCertificatesStored",
    "CertificatesDeletedPercentage",
)


class FewRights(Rights):
    """What no role has: these two cmdlets, without bounds."""

    def shows(self, cmdlet: str) -> bool:
        return cmdlet.lower() in VISIBLE

    def narrowed(self, call: Invocation) -> str:
        return ""


@dataclass
class FewCmdlets:
    """The recorded cmdlet-only endpoint: two cmdlets."""

    host: LabMachine
    path: str = "/OcsPowershell"
    authentications: frozenset[str] = frozenset({"Basic", "Negotiate", "NTLM"})

    def open(self, logon: Logon) -> Runspace:
        return CmdletRunspace(self.host, logon, FewRights(self.host.deployment, ()))


def recorded_machine(*, cmdlet_only: bool) -> LabMachine:
    """A Front End of that deployment; the cmdlet-only endpoint's engine warned at each change."""
    front_ends = ("lyncfe01.adatum.net", "lyncfe02.adatum.net")
    edges = ("lyncedge01.adatum.net", "lyncedge02.adatum.net")
    pools = (
        Pool(_POOL, "Lisbon", front_ends, ("Registrar", "UserServer", "CentralManagement")),
        Pool(_EDGES, "Lisbon", edges, ("EdgeServer",)),
    )
    domains = (SipDomain("adatum.net", is_default=True), SipDomain("adatum.example"))
    deployment = Deployment(
        name="adatum",
        domain="adatum.net",
        product="sfb2019",
        clock=ManualClock(1_700_000_003),
        topology=Topology(("Lisbon",), pools, domains, _POOL),
        delays=Delays(transfer=1.0, report=2.0),
        warn_on_change=cmdlet_only,
        product_version="5.0.8308.0",
        module_name="Lync",
    )
    deployment.seed(_recorded_content)
    machine = LabMachine(
        name=front_ends[0],
        kind=Kind.FRONT_END,
        deployment=deployment,
        people=domain_people(PASSWORD, "adatum.net"),
        wire=Wire(http=False, edition=CORE),
    )
    if cmdlet_only:
        machine.offer(FewCmdlets(machine))
    return machine


def _recorded_content(content: StoreContent) -> StoreContent:
    access_edge = dict.fromkeys(_UNSET_NUMBERS, 0) | {
        "EnableUserReplicator": False,
        "EnableDiscoveredPartnerContactsLimit": False,
    }
    provider = hosting_provider("LyncOnline", "sipfed.online.lync.com", VerificationLevel="UseSourceVerification")
    return content.with_access_edge(**access_edge).with_item("hosting_providers", provider)
