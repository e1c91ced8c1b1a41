# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The external access policies: one global, one for a site, tags for users.

Rules from learn.microsoft.com New-, Set-, Remove- and Grant-CsExternalAccessPolicy: the global policy cannot be created and
a site has one at most; Set- without an identity changes the global one, and Remove- resets that with a warning; a user's
policy acts once it is granted, and stands in Active Directory, which does not replicate to Edge Servers.
"""

from __future__ import annotations

from typing import Any

from lynclab.cmdlets.invocation import Invocation, selected, shape
from lynclab.deployment.store import FRESH_EXTERNAL_ACCESS, Item
from lynclab.powershell import errors
from lynclab.powershell.values import CustomObject, PSObject

_COLLECTION = "external_access_policies"
_GET = "Get-CsExternalAccessPolicy"
_NOT_PROPERTIES = frozenset({"Identity", "Instance", "Force", "InMemory"})


def get(call: Invocation) -> None:
    """Write the chosen policies."""
    identity = call.identity()
    named = _scoped(call, identity) if identity is not None else None
    for item in selected(call.content().items(_COLLECTION).values(), call, named):
        call.write(_shape(call, item))


def new(call: Invocation) -> None:
    """Create a policy of a site or a tag and write it."""
    identity = _scoped(call, call.identity() or "", must_exist=True)
    item = {**FRESH_EXTERNAL_ACCESS, "Identity": identity, **_properties(call)}
    if call.binding.get("InMemory"):
        call.write(_shape(call, item))
        return
    if call.deployment.content.find(_COLLECTION, identity) is not None:
        raise call.fail("DuplicateIdentity", f'"{identity}" already exists.', identity, errors.RESOURCE_EXISTS)
    if call.may_change(identity):
        call.deployment.write(lambda content: content.with_item(_COLLECTION, item))
        call.write(_shape(call, item))


def set_(call: Invocation) -> None:
    """Change a policy: the global one when none is named."""
    instance = call.binding.get("Instance")
    given = _properties(call)
    identity = _scoped(call, call.identity() or "global")
    if isinstance(instance, (PSObject, CustomObject)):
        identity = str(instance.properties.get("Identity"))
        given = {**{name: _plain(value) for name, value in instance.properties.items()}, **given}
    found = call.deployment.content.find(_COLLECTION, identity)
    if found is None:
        call.error(errors.not_found(call.syntax, identity))
    elif call.may_change(str(found["Identity"])):
        item = {**found, **given}
        call.deployment.write(lambda content: content.with_item(_COLLECTION, item))


def remove(call: Invocation) -> None:
    """Remove a policy; the global one goes back to its defaults."""
    identity = _scoped(call, call.identity() or "")
    found = call.deployment.content.find(_COLLECTION, identity)
    if found is None:
        call.error(errors.not_found(call.syntax, identity))
        return
    if not call.may_change(str(found["Identity"])):
        return
    if identity.lower() == "global":
        call.warn(
            'Global configuration for "ExternalAccessPolicy" cannot be removed. It was reset to its defaults instead.'
        )
        call.deployment.write(lambda content: content.with_item(_COLLECTION, FRESH_EXTERNAL_ACCESS))
    else:
        call.deployment.write(lambda content: content.without_item(_COLLECTION, identity))


def grant(call: Invocation) -> None:
    """Give a user a policy, or none; with -PassThru write the user."""
    name, policy = call.identity() or "", call.binding.get("PolicyName")
    address = call.deployment.user(name)
    if address is None:
        call.error(errors.not_found(call.syntax, name))
        return
    identity = _scoped(call, str(policy)) if policy else None
    found = call.deployment.content.find(_COLLECTION, identity) if identity is not None else None
    if identity is not None and (found is None or not identity.startswith("Tag:")):
        raise call.fail("NotUserPolicy", f'Policy "{policy}" is not a user policy.', str(policy))
    if call.may_change(address):
        granted = str(found["Identity"]).removeprefix("Tag:") if found is not None else None
        call.deployment.users[address] = granted
        if call.binding.get("PassThru"):
            call.write(CustomObject({"SipAddress": address, "ExternalAccessPolicy": granted}))


def _scoped(call: Invocation, identity: str, *, must_exist: bool = False) -> str:
    """The identity with its scope spelled as the server spells it: Global, Site:<name> or Tag:<name>.

    Raises Terminated for a site that there must be and is not.
    """
    scope, colon, name = identity.partition(":")
    if colon and scope.lower() == "site":
        site = next((site for site in call.deployment.topology.sites if site.lower() == name.lower()), None)
        if site is None and must_exist:
            raise call.fail("ScopeNotFound", f'There is no site "{name}".', identity, errors.OBJECT_NOT_FOUND)
        return f"Site:{site or name}"
    if colon and scope.lower() == "tag":
        return f"Tag:{name}"
    return "Global" if identity.lower() == "global" else f"Tag:{identity}"


def _properties(call: Invocation) -> dict[str, Any]:
    return {
        parameter.name: _plain(call.binding.get(parameter.name))
        for parameter in call.syntax.parameters
        if parameter.name in call.binding and parameter.name not in _NOT_PROPERTIES
    }


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


def _shape(call: Invocation, item: Item) -> PSObject:
    return shape(call.output_class(_GET, "ExternalAccessPolicy"), item, str(item["Identity"]))
