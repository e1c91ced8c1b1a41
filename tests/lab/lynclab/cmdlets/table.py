# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which function a cmdlet is, and whether it needs the Central Management store.

A cmdlet of the facts that is not here exists for the binder and then says that the lab does not implement it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lynclab.cmdlets import (
    access_edge,
    admin_role,
    certificate,
    configuration,
    external_access,
    hosted_voicemail,
    replication,
    topology,
)
from lynclab.cmdlets.invocation import Invocation
from lynclab.cmdlets.settings import ALLOWED_DOMAIN, BLOCKED_DOMAIN, HOSTING_PROVIDER, PUBLIC_PROVIDER, Noun


@dataclass(frozen=True)
class Cmdlet:
    """What a cmdlet does. ``needs_store``: it fails where the Central Management store cannot be reached."""

    run: Callable[[Invocation], None]
    needs_store: bool = True


def _settings(noun: Noun, switchable: bool = False) -> dict[str, Cmdlet]:
    table = {
        f"Get-{noun.name}": Cmdlet(noun.get),
        f"New-{noun.name}": Cmdlet(noun.new),
        f"Set-{noun.name}": Cmdlet(noun.set_),
        f"Remove-{noun.name}": Cmdlet(noun.remove),
    }
    if switchable:
        table[f"Enable-{noun.name}"] = Cmdlet(noun.enable)
        table[f"Disable-{noun.name}"] = Cmdlet(noun.disable)
    return table


CMDLETS: Mapping[str, Cmdlet] = {
    "Get-CsAccessEdgeConfiguration": Cmdlet(access_edge.get),
    "Set-CsAccessEdgeConfiguration": Cmdlet(access_edge.set_),
    **_settings(HOSTING_PROVIDER, switchable=True),
    **_settings(PUBLIC_PROVIDER, switchable=True),
    **_settings(ALLOWED_DOMAIN),
    **_settings(BLOCKED_DOMAIN),
    "Get-CsExternalAccessPolicy": Cmdlet(external_access.get),
    "New-CsExternalAccessPolicy": Cmdlet(external_access.new),
    "Set-CsExternalAccessPolicy": Cmdlet(external_access.set_),
    "Remove-CsExternalAccessPolicy": Cmdlet(external_access.remove),
    "Grant-CsExternalAccessPolicy": Cmdlet(external_access.grant),
    "Get-CsManagementStoreReplicationStatus": Cmdlet(replication.get),
    "Invoke-CsManagementStoreReplication": Cmdlet(replication.invoke),
    "Get-CsSipDomain": Cmdlet(topology.get_sip_domain),
    "Get-CsSite": Cmdlet(topology.get_site),
    "Get-CsPool": Cmdlet(topology.get_pool),
    "Get-CsComputer": Cmdlet(topology.get_computer),
    "Get-CsService": Cmdlet(topology.get_service),
    "Get-CsTopology": Cmdlet(topology.get_topology),
    "Get-CsManagementConnection": Cmdlet(topology.get_management_connection),
    "Get-CsConfigurationStoreLocation": Cmdlet(topology.get_configuration_store_location),
    "Get-CsServerVersion": Cmdlet(topology.get_server_version, needs_store=False),
    "Get-CsCertificate": Cmdlet(certificate.get, needs_store=False),
    "Get-CsAdminRole": Cmdlet(admin_role.get),
    "Get-CsAdminRoleAssignment": Cmdlet(admin_role.get_assignment),
    "Export-CsConfiguration": Cmdlet(configuration.export),
    "Get-CsHostedVoicemailPolicy": Cmdlet(hosted_voicemail.get),
}
