# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Get-CsManagementStoreReplicationStatus and Invoke-CsManagementStoreReplication."""

from __future__ import annotations

from lynclab.cmdlets.invocation import Invocation, shape
from lynclab.deployment.replication import Replica
from lynclab.powershell import errors

_GET = "Get-CsManagementStoreReplicationStatus"


def get(call: Invocation) -> None:
    """Write the state of each replica, of one, or of the master itself."""
    call.deployment.replication.advance()
    if call.binding.get("CentralManagementStoreStatus"):
        _master(call)
        return
    output = call.output_class(_GET, "ReplicaState")
    for replica in _chosen(call):
        stamp = call.deployment.stamp
        item = {
            "UpToDate": replica.up_to_date,
            "ReplicaFqdn": replica.fqdn,
            "LastStatusReport": stamp(replica.last_status_report),
            "LastUpdateCreation": stamp(replica.last_update_creation),
            "ProductVersion": replica.product_version if replica.has_reported else None,
        }
        call.write(shape(output, item))


def invoke(call: Invocation) -> None:
    """Forget the status of the replicas and push everything to them anew."""
    call.deployment.replication.advance()
    if call.binding.get("ReplicaFqdn") is None:
        call.deployment.replication.push()
        return
    fqdns = [replica.fqdn for replica in _chosen(call)]
    if fqdns:
        call.deployment.replication.push(fqdns)


def _chosen(call: Invocation) -> list[Replica]:
    replicas = call.deployment.replication.replicas
    fqdn = call.binding.get("ReplicaFqdn")
    if fqdn is None:
        return list(replicas.values())
    found = replicas.get(str(fqdn).lower())
    if found is None:
        call.error(errors.not_found(call.syntax, str(fqdn)))
        return []
    return [found]


def _master(call: Invocation) -> None:
    """The names of the two heartbeat properties are not confirmed by any source."""
    deployment, replication = call.deployment, call.deployment.replication
    heartbeat = deployment.stamp(replication.heartbeat())
    item = {
        "LastUpdatedOn": deployment.stamp(replication.last_change + replication.master_skew),
        "ActiveMasterFqdn": replication.master,
        "ActiveMasterLastHeartbeat": heartbeat if replication.master else None,
        "ActiveFileTransferAgentFqdn": replication.file_transfer_agent,
        "ActiveFileTransferAgentLastHeartbeat": heartbeat if replication.file_transfer_agent else None,
        "ActiveReplicas": [r.fqdn for r in replication.replicas.values() if r.fqdn not in replication.deleted],
        "DeletedReplicas": list(replication.deleted),
    }
    call.write(shape(call.output_class(_GET, "CentralManagementStoreStatusResult"), item))
    deployment.health_was_read()
