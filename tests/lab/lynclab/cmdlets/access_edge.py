# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Get-CsAccessEdgeConfiguration and Set-CsAccessEdgeConfiguration.

Rules from learn.microsoft.com Set-CsAccessEdgeConfiguration and New-CsHostingProvider: one global object; its class
depends on the routing method; default routing needs a default route and excludes every hosting and public provider.
"""

from __future__ import annotations

from typing import Any

from lynclab.cmdlets.invocation import Invocation, matches, shape
from lynclab.deployment.store import DEFAULT_ROUTE, DNS_SRV
from lynclab.powershell import errors
from lynclab.powershell.values import CustomObject, PSObject

_GET = "Get-CsAccessEdgeConfiguration"
_NOT_PROPERTIES = frozenset({"Identity", "Instance", "UseDnsSrvRouting", "UseDefaultRouting", "Force"})


def get(call: Invocation) -> None:
    """Write the global object in the class of its routing method."""
    identity, pattern = call.identity(), call.binding.get("Filter")
    if identity is not None and identity.lower() != "global":
        call.error(errors.not_found(call.syntax, identity))
        return
    if pattern is not None and not matches("Global", pattern):
        return
    item = call.content().access_edge
    name = "DisplayAccessEdgeSettingsDefaultRoute"
    if item["RoutingMethod"] == DNS_SRV:
        name = "DisplayAccessEdgeSettingsDnsSrvRouting"
    call.write(shape(call.output_class(_GET, name), item, str(item["Identity"])))


def set_(call: Invocation) -> None:
    """Change what was given; a routing switch changes the method."""
    identity = call.identity()
    if identity is not None and identity.lower() != "global":
        raise call.fail("InvalidIdentity", "Access Edge settings exist in the global scope only.", identity)
    changes = _instance_properties(call)
    for parameter in call.syntax.parameters:
        if parameter.name in call.binding and parameter.name not in _NOT_PROPERTIES:
            changes[parameter.name] = call.binding.get(parameter.name)
    if call.binding.get("UseDefaultRouting"):
        _check_default_route(call, changes)
        changes["RoutingMethod"] = DEFAULT_ROUTE
    elif call.binding.get("UseDnsSrvRouting"):
        changes["RoutingMethod"] = DNS_SRV
        # The documentation calls EnablePartnerDiscovery required with this switch and its default False.
        changes.setdefault("EnablePartnerDiscovery", False)
    if call.may_change("Global"):
        values = {name: _plain(value) for name, value in changes.items()}
        call.deployment.write(lambda content: content.with_access_edge(**values))


def _check_default_route(call: Invocation, changes: dict[str, Any]) -> None:
    content = call.deployment.content
    if content.hosting_providers or content.public_providers:
        raise call.fail(
            "ProvidersExist",
            "A default route cannot be assigned while hosting providers or public providers exist: remove them first.",
            "Global",
        )
    if not (changes.get("DefaultRouteFqdn") or content.access_edge["DefaultRouteFqdn"]):
        raise call.fail("DefaultRouteFqdnMissing", "Default routing needs DefaultRouteFqdn.", "Global")


def _instance_properties(call: Invocation) -> dict[str, Any]:
    instance = call.binding.get("Instance")
    if not isinstance(instance, (PSObject, CustomObject)):
        return {}
    return {name: value for name, value in instance.properties.items() if name != "Identity"}


def _plain(value: Any) -> Any:
    """What the store keeps of a bound value: text for enumerations and identities."""
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)
