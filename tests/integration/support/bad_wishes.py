# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wishes that must be refused, and the words that the sentence has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from support.ansible import Task
from support.ansible import task as task_of
from support.wishes import EXCHANGE_ONLINE, access_edge, hosting_provider

FRONT_END = "lyncfe01.contoso.example"
EDGE = "lyncedge01.contoso.example"
WEB_SERVER = "web01.contoso.example"
DOUBLE_HOP = "front-end-by-wsman"
GUEST = "edge-as-guest"
PLAIN = "server-by-ssh"

LABS: Mapping[str, Mapping[str, Any]] = {
    "usual": {"plain_hosts": 1, "situations": ("split-domain", "public-provider:Partner:partner.example")},
    "two providers": {"situations": ("split-domain", "provider-present")},
    "other names": {"situations": ("provider-under-another-name:Hosted Voicemail:AlwaysVerifiable",)},
    "public provider": {"situations": ("public-provider",)},
    "default routing": {"situations": ("default-routing",)},
    "Lync Server 2010": {"situations": ("lync2010", "provider-present")},
    "no replica": {},
}


@dataclass(frozen=True)
class Bad:
    """A wish that is refused: where, and which words the sentence has."""

    what: str
    wish: Task
    words: tuple[str, ...]
    lab: str = "usual"
    host: str = FRONT_END
    unreachable: bool = False
    keywords: Mapping[str, Any] = field(default_factory=dict)


def local_check(**options: Any) -> Task:
    return task_of("lync_local_store_check", options)


def cmdlet(name: str, **options: Any) -> Task:
    return task_of("lync_cmdlet", {"cmdlet": name, **options})


OTHER = EXCHANGE_ONLINE | {"identity": "Another", "proxy_fqdn": "another.example"}
BAD = (
    # Options
    Bad(
        "unknown option",
        access_edge(allow_federation=True),
        ("ucops.lync.lync_access_edge: there is no option allow_federation", "allow_federated_users"),
    ),
    Bad(
        "unknown option of an item",
        local_check(settings={"hosting_provider": {"a": {"colour": "red"}}}),
        ("there is no option", "colour"),
    ),
    Bad("missing option", hosting_provider(enabled=True), ("missing required arguments: identity",)),
    Bad(
        "wrong type",
        access_edge(outgoing_tls_count_for_federated_partners="many"),
        ("outgoing_tls_count_for_federated_partners", "int"),
    ),
    Bad(
        "no choice",
        hosting_provider(**EXCHANGE_ONLINE | {"verification_level": "Trust"}),
        ("verification_level", "UseSourceVerification", "Trust"),
    ),
    Bad("no state", hosting_provider(identity="a", state="gone"), ("state", "present, absent", "gone")),
    Bad(
        "no routing method",
        access_edge(routing_method="UseRouting"),
        ("routing_method", "UseDnsSrvRouting", "UseRouting"),
    ),
    # Values
    Bad(
        "range of connections",
        access_edge(outgoing_tls_count_for_federated_partners=5),
        ("outgoing_tls_count_for_federated_partners must be from 1 to 4, not 5",),
    ),
    Bad(
        "range of a percentage",
        access_edge(certificates_deleted_percentage=101),
        ("certificates_deleted_percentage must be from 0 to 100, not 101",),
    ),
    Bad(
        "range of a port",
        hosting_provider(identity="LyncOnline", sip_client_port=0),
        ("sip_client_port must be from 1 to 65535, not 0",),
    ),
    Bad(
        "negative number",
        access_edge(max_accepted_certificates_stored=-1),
        ("max_accepted_certificates_stored must be from 0", "not -1"),
    ),
    Bad(
        "no FQDN",
        hosting_provider(**OTHER | {"proxy_fqdn": "exap um"}),
        ("proxy_fqdn must be a fully qualified domain name", "'exap um'"),
    ),
    Bad("no name", hosting_provider(**OTHER | {"identity": "  "}), ("identity must be a name",)),
    Bad(
        "text that breaks a session",
        hosting_provider(**OTHER | {"identity": "a\uffff"}),
        ("identity: the character U+FFFF at position 2 cannot travel",),
    ),
    Bad(
        "text that breaks a session, in a value",
        hosting_provider(**OTHER, autodiscover_url="\ufffe"),
        ("autodiscover_url: the character U+FFFE",),
    ),
    Bad(
        "text that breaks a session, in a cmdlet",
        cmdlet("New-CsAllowedDomain", parameters={"Identity": "a", "Comment": ["\uffff"]}),
        ("parameters.Comment: the character U+FFFF",),
    ),
    # Rules of the Access Edge service
    Bad(
        "mixed routing methods",
        access_edge(enable_partner_discovery=True, default_route_fqdn="proxy.contoso.example"),
        ("enable_partner_discovery", "default_route_fqdn", "a deployment has one routing method"),
    ),
    Bad(
        "setting of the other routing method",
        access_edge(is_public_provider=True),
        (
            "is_public_provider can be set only with UseDefaultRouting",
            "uses UseDnsSrvRouting",
            "routing_method: UseDefaultRouting",
        ),
    ),
    Bad(
        "default routing beside providers",
        access_edge(routing_method="UseDefaultRouting", default_route_fqdn="proxy.contoso.example"),
        ("Default routing is not possible while providers exist (LyncOnline, Partner)",),
    ),
    Bad(
        "default routing without its route",
        access_edge(routing_method="UseDefaultRouting"),
        ("default_route_fqdn must be stated",),
        lab="no replica",
    ),
    Bad(
        "back from default routing",
        access_edge(routing_method="UseDnsSrvRouting"),
        ("enable_partner_discovery must be stated",),
        lab="default routing",
    ),
    # Rules of hosting providers
    Bad(
        "provider under default routing",
        hosting_provider(**EXCHANGE_ONLINE),
        ("default routing", "'Exchange Online'", "routing_method: UseDnsSrvRouting"),
        lab="default routing",
    ),
    Bad(
        "provider under another name",
        hosting_provider(**EXCHANGE_ONLINE),
        (
            "'Hosted Voicemail'",
            "exap.um.outlook.com",
            "verification_level: desired 'UseSourceVerification', found 'AlwaysVerifiable'",
            "adopt_existing: true",
        ),
        lab="other names",
    ),
    Bad(
        "public provider with that proxy",
        hosting_provider(**EXCHANGE_ONLINE, adopt_existing=True),
        ("public provider 'Partner'", "exap.um.outlook.com"),
        lab="public provider",
    ),
    Bad(
        "public provider of that name",
        hosting_provider(**OTHER | {"identity": "PARTNER"}),
        ("public provider 'Partner'", "partner.example", "'PARTNER'"),
    ),
    Bad(
        "proxy of another provider",
        hosting_provider(identity="LyncOnline", proxy_fqdn="exap.um.outlook.com", allow_recreate=True),
        ("belongs to the hosting provider 'Exchange Online'",),
        lab="two providers",
    ),
    Bad(
        "another proxy",
        hosting_provider(identity="LyncOnline", proxy_fqdn="new.example"),
        ("'LyncOnline'", "sipfed.online.lync.com", "new.example", "allow_recreate: true", "interrupts its service"),
    ),
    Bad(
        "half a new provider",
        hosting_provider(identity="New", proxy_fqdn="new.example"),
        ("'New' does not exist", "enabled, enabled_shared_address_space, hosts_ocs_users, verification_level"),
    ),
    # Versions
    Bad(
        "setting of a later version",
        access_edge(skype_search_url="https://a.example"),
        ("skype_search_url needs Skype for Business Server 2015 or later", "runs Lync Server 2013"),
    ),
    Bad(
        "setting of 2013 on 2010",
        access_edge(enable_user_replicator=True),
        ("enable_user_replicator needs Lync Server 2013 or later", "runs Lync Server 2010"),
        lab="Lync Server 2010",
    ),
    Bad(
        "new provider on 2010",
        hosting_provider(**OTHER, autodiscover_url="https://a.example"),
        ("autodiscover_url needs Lync Server 2013 or later",),
        lab="Lync Server 2010",
    ),
    Bad(
        "provider on 2010",
        hosting_provider(identity="Exchange Online", sip_client_port=443),
        ("sip_client_port needs Lync Server 2013 or later",),
        lab="Lync Server 2010",
    ),
    Bad(
        "replaced provider on 2010",
        hosting_provider(identity="Exchange Online", proxy_fqdn="b.example", sip_client_port=1, allow_recreate=True),
        ("sip_client_port needs Lync Server 2013 or later",),
        lab="Lync Server 2010",
    ),
    # Hosts
    Bad(
        "configuring an Edge",
        access_edge(allow_federated_users=True),
        (f"{EDGE} is an Edge Server: run this on the management host; the Edge receives it by replication",),
        host=EDGE,
    ),
    Bad(
        "a provider on an Edge",
        hosting_provider(**EXCHANGE_ONLINE),
        ("is an Edge Server: run this on the management host",),
        host=EDGE,
    ),
    Bad(
        "central store on an Edge",
        task_of("lync_hosting_provider_info"),
        ("is an Edge Server: run this on the management host",),
        host=EDGE,
    ),
    Bad(
        "topology on an Edge",
        task_of("lync_topology_info"),
        ("is an Edge Server: run this on the management host",),
        host=EDGE,
    ),
    Bad(
        "Edge without a local store",
        task_of("lync_access_edge_info", {"local_store": True}),
        (f"The local store of {EDGE} could not be read", "RTCLOCAL"),
        lab="no replica",
        host=EDGE,
    ),
    Bad(
        "check of an Edge without a local store",
        local_check(settings={"access_edge": {"global": {"allow_federated_users": True}}}),
        (f"The local store of {EDGE} could not be read",),
        lab="no replica",
        host=EDGE,
    ),
    Bad(
        "no access to an Edge",
        task_of("lync_access_edge_info", {"local_store": True}),
        ("'edgeguest'", "access denied", "Remote Management Users"),
        host=GUEST,
        unreachable=True,
    ),
    Bad(
        "no Lync server",
        access_edge(allow_federated_users=True),
        ("does not know Get-CsAccessEdgeConfiguration", "no Lync or Skype for Business server"),
        host=WEB_SERVER,
    ),
    Bad(
        "no Lync server to read",
        local_check(settings={"access_edge": {"global": {"allow_federated_users": True}}}),
        ("no Lync or Skype for Business server",),
        host=WEB_SERVER,
    ),
    Bad("no Lync server for a cmdlet", cmdlet("Get-CsPool"), ("does not know Get-CsPool",), host=WEB_SERVER),
    Bad(
        "Front End without delegation",
        access_edge(allow_federated_users=True),
        ("ansible_psrp_path: OcsPowershell", "may not pass your credentials on"),
        host=DOUBLE_HOP,
    ),
    Bad(
        "no way in",
        access_edge(allow_federated_users=True),
        ("connection plugin ssh", "ansible_connection: psrp", "ansible_psrp_path: OcsPowershell", "ansible_port: 443"),
        host=PLAIN,
    ),
    Bad(
        "become",
        access_edge(allow_federated_users=True),
        ("become has no effect on a remote session", "become: false"),
        keywords={"become": True},
    ),
    Bad(
        "time-out that is none",
        access_edge(allow_federated_users=True),
        ("lync_command_timeout must be a number of seconds, at least 1, not 'soon'",),
        keywords={"vars": {"lync_command_timeout": "soon"}},
    ),
    # The escape hatch and the check
    Bad("no cmdlet", cmdlet("Get-Process; Remove-CsPool"), ("cmdlet must be the name of a Lync cmdlet",)),
    Bad(
        "no parameter",
        cmdlet("Get-CsPool", parameters={"Identity -Force": 1}),
        ("'Identity -Force' is no name of a parameter",),
    ),
    Bad(
        "parameter twice",
        cmdlet("Get-CsPool", parameters={"Identity": "a"}, switches=["identity"]),
        ("The parameter identity is given twice",),
    ),
    Bad(
        "confirmation",
        cmdlet("Remove-CsAllowedDomain", parameters={"Identity": "a", "Confirm": False}),
        ("Confirm is sent by the module itself",),
    ),
    Bad(
        "changing in check mode",
        cmdlet("Remove-CsAllowedDomain", run_in_check_mode=True),
        ("run_in_check_mode is for Test- cmdlets",),
    ),
    Bad("nothing to compare", local_check(settings={}), ("There is nothing to compare",), host=EDGE),
    Bad(
        "provider stated twice",
        local_check(settings={"hosting_provider": {"a": {}, "A": {}}}),
        ("'A' is stated twice",),
        host=EDGE,
    ),
    Bad(
        "wait of no length",
        local_check(settings={"access_edge": {"global": {"allow_federated_users": True}}}, timeout=-1),
        ("timeout must be from 0 to 86400 seconds, not -1",),
        host=EDGE,
    ),
)
