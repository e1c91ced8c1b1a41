# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: ``python -m lynclab up``."""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Sequence
from pathlib import Path

from lynclab import transports
from lynclab.deployment.replication import Delays
from lynclab.facts import PRODUCTS
from lynclab.inventory import FRONT_END_PATHS, NAMINGS, write_inventory
from lynclab.lab import Lab
from lynclab.logon import kdc
from lynclab.machine import Kind
from lynclab.situations import catalogue
from lynclab.spec import OFFERED, LabSpec
from lynclab.transports import EDGE_TRANSPORTS, FRONT_END_TRANSPORTS


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit code."""
    options = _parser().parse_args(arguments)
    if options.command == "situations":
        _list_situations()
        return 0
    try:
        lab = Lab(_spec(options))
    except ValueError as problem:
        print(f"lynclab: {problem}")
        return 2
    return _up(lab, options)


def _up(lab: Lab, options: argparse.Namespace) -> int:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    path: Path | None = options.inventory
    lacking = kdc.missing() if lab.spec.kerberos else ""
    if lacking:
        print(f"lynclab: no Kerberos on this computer: {lacking}")
        return 2
    with lab:
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
                write_inventory(
                    lab,
                    path,
                    options.edge_transport,
                    options.naming,
                    options.front_end_path,
                    options.front_end_transport,
                )
            _describe(lab, path)
            stop.wait()
        finally:
            if path is not None:
                path.unlink(missing_ok=True)
    return 0


def _describe(lab: Lab, path: Path | None) -> None:
    for deployment in lab.deployments:
        topology = deployment.topology
        print(f"Deployment {deployment.name} ({deployment.product}), sites {', '.join(topology.sites)}")
        for machine in lab.machines.values():
            if machine.deployment is deployment:
                reach, user = lab.reach(machine.name), lab.logon_of(machine)["user"]
                paths = " ".join(machine.endpoints)
                ports = f"http {reach.http_port}, https {reach.https_port}"
                print(f"  {machine.name}  {machine.kind.value}  127.0.0.1 {ports}  {paths}  {user}")
    for name, value in lab.environment.items():
        print(f"Kerberos: export {name}={value}")
    if lab.outside is not None:
        authorities = lab.ca_file.with_name("public-ca.pem")
        lab.outside.write_authorities(authorities)
        print(f"Outside: DNS server {lab.outside.name_server}, authorities {authorities}")
    for text in lab.spec.situations:
        print(f"Shows: {text}")
    edges = len(lab.of_kind(Kind.EDGE))
    where = f", inventory {path}" if path is not None else f", password {lab.password}"
    print(f"Ready: {len(lab.deployments)} deployment(s), {edges} Edge Server(s){where}. Stop with Ctrl+C.", flush=True)


def _list_situations() -> None:
    for name, situation in sorted(catalogue.TABLE.items()):
        print(f"{name:28} {(situation.__doc__ or '').strip().splitlines()[0]}")


def _spec(options: argparse.Namespace) -> LabSpec:
    spec = LabSpec(
        deployments=options.deployments,
        sites=options.sites,
        edges=options.edges,
        front_ends=options.front_ends,
        enterprise=not options.standard,
        product=options.product,
        delays=Delays(options.package_delay, options.transfer_delay, options.report_delay, options.regular_report),
        module_load=options.module_load,
        process_start=options.process_start,
        round_trip=options.round_trip,
        keep_alive=options.keep_alive,
        powershell_version=options.powershell,
        autoload=not options.no_autoload,
        offers_get_command=options.offer_get_command,
        stamp_kind=options.stamps,
        rich_types=options.rich_types,
        plain_hosts=options.plain_hosts,
        delegation=options.delegation,
        offered=tuple(options.offer or OFFERED),
        kerberos=options.kerberos,
        edges_in_domain=options.edges_in_domain,
        filters_local_accounts=options.filter_local_accounts,
        lockout_threshold=options.lockout,
        shells_per_user=options.shells_per_user,
        outside=options.outside,
        situations=tuple(options.show),
        password=options.password,
    )
    return transports.prepared(spec, options.edge_transport, options.front_end_transport)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lynclab", description="A Lync deployment without Windows, on this computer.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("situations", help="list what --show can show")
    up = commands.add_parser("up", help="start a lab and keep it in the foreground")
    shape, time, servers = (up.add_argument_group(title) for title in ("shape", "time, in seconds", "servers"))
    plain = LabSpec()
    shape.add_argument("--deployments", type=int, default=plain.deployments, metavar="N")
    shape.add_argument("--sites", type=int, default=plain.sites, metavar="N", help="sites of each deployment")
    shape.add_argument("--edges", type=int, default=plain.edges, metavar="N", help="Edge Servers of each site")
    shape.add_argument("--front-ends", type=int, default=plain.front_ends, metavar="N", help="of the Enterprise pool")
    shape.add_argument(
        "--standard", action="store_true", help="a Standard Edition server instead of the Enterprise pool"
    )
    shape.add_argument("--plain-hosts", type=int, default=0, metavar="N", help="servers without Lync")
    shape.add_argument("--product", choices=PRODUCTS, default=plain.product)
    shape.add_argument("--show", action="append", default=[], metavar="SITUATION[:ARGUMENT...]", help="may be repeated")
    time.add_argument("--package-delay", type=float, default=plain.delays.package, metavar="S")
    time.add_argument("--transfer-delay", type=float, default=plain.delays.transfer, metavar="S")
    time.add_argument("--report-delay", type=float, default=plain.delays.report, metavar="S")
    time.add_argument("--regular-report", type=float, default=plain.delays.regular_report, metavar="S")
    time.add_argument("--module-load", type=float, default=0.0, metavar="S")
    time.add_argument("--process-start", type=float, default=0.0, metavar="S", help="of powershell.exe, over WinRS")
    time.add_argument("--round-trip", type=float, default=0.0, metavar="S")
    time.add_argument("--keep-alive", type=float, default=plain.keep_alive, metavar="S", help="of idle connections")
    servers.add_argument("--outside", action="store_true", help="DNS zones and Access Edges answer on loopback")
    servers.add_argument("--inventory", type=Path, metavar="FILE", help="where to write an Ansible inventory")
    servers.add_argument("--edge-transport", choices=EDGE_TRANSPORTS, default=EDGE_TRANSPORTS[0])
    servers.add_argument("--front-end-path", choices=FRONT_END_PATHS, default=FRONT_END_PATHS[0])
    servers.add_argument(
        "--front-end-transport", choices=FRONT_END_TRANSPORTS, default=FRONT_END_TRANSPORTS[0], help="winrm uses /wsman"
    )
    servers.add_argument("--delegation", action="store_true", help="plain sessions on Front Ends reach the store")
    servers.add_argument("--offer", action="append", choices=OFFERED, help="authentication on /wsman, may be repeated")
    servers.add_argument("--kerberos", action="store_true", help="a domain controller for each deployment (krb5kdc)")
    servers.add_argument("--edges-in-domain", action="store_true", help="Edge Servers are in the domain")
    servers.add_argument(
        "--filter-local-accounts", action="store_true", help="no LocalAccountTokenFilterPolicy on Edge Servers"
    )
    servers.add_argument("--lockout", type=int, default=0, metavar="N", help="failed logons that lock an account")
    servers.add_argument("--naming", choices=NAMINGS, default=NAMINGS[0], help="of the hosts in the inventory")
    servers.add_argument("--password", default="", help="of every account; default: made for this run")
    servers.add_argument("--powershell", choices=("2.0", "3.0", "4.0", "5.1"), default=plain.powershell_version)
    servers.add_argument("--offer-get-command", action="store_true", help="on OcsPowershell, too")
    servers.add_argument("--no-autoload", action="store_true", help="modules do not load by themselves")
    servers.add_argument("--stamps", choices=("utc", "local", "unspecified"), default="utc", help="kind of dates")
    servers.add_argument("--rich-types", action="store_true", help="serialise enumerations and identities as objects")
    servers.add_argument("--shells-per-user", type=int, default=plain.shells_per_user, metavar="N")
    return parser
