# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings that are items of a list: hosting providers, public providers, allowed and blocked domains.

Rules from learn.microsoft.com New-CsHostingProvider, New-CsPublicProvider, New-CsAllowedDomain, New-CsBlockedDomain,
Enable-CsHostingProvider and their neighbours. The texts of a real server's errors are not documented.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lynclab.cmdlets.invocation import Invocation, selected, shape
from lynclab.deployment import store
from lynclab.deployment.store import DEFAULT_ROUTE, Item, StoreContent
from lynclab.powershell import errors
from lynclab.powershell.values import CustomObject, PSObject

_NOT_PROPERTIES = frozenset({"Identity", "Domain", "Instance", "Force", "InMemory"})


@dataclass(frozen=True)
class Noun:
    """A kind of item: its noun, its collection in the store, its class, a fresh item, what a new one must not collide with."""

    name: str
    collection: str
    class_name: str
    fresh: Callable[..., Item]
    check_new: Callable[[Invocation, Item], None]

    def get(self, call: Invocation) -> None:
        """Write the chosen items."""
        for item in selected(call.content().items(self.collection).values(), call):
            call.write(self._shape(call, item))

    def new(self, call: Invocation) -> None:
        """Create an item and write it."""
        item = self._fresh(call)
        if call.binding.get("InMemory"):
            call.write(self._shape(call, item))
            return
        self.check_new(call, item)
        if call.may_change(str(item["Identity"])):
            call.deployment.write(lambda content: content.with_item(self.collection, item))
            call.write(self._shape(call, item))

    def set_(self, call: Invocation) -> None:
        """Change what was given of one item, or put an instance in its place."""
        given = _properties(call)
        instance = call.binding.get("Instance")
        if isinstance(instance, (PSObject, CustomObject)):
            item = {name: _plain(value) for name, value in instance.properties.items()}
            identity = str(item.get("Identity", ""))
            known = call.deployment.content.find(self.collection, identity)
            if known is None:  # an object made with -InMemory is committed this way
                self.check_new(call, item)
            self._put(call, {**(known or {}), **item, **given})
            return
        found = self._existing(call)
        if found is not None:
            self._put(call, {**found, **given})

    def remove(self, call: Invocation) -> None:
        """Remove one item."""
        found = self._existing(call)
        if found is not None and call.may_change(str(found["Identity"])):
            identity = str(found["Identity"])
            call.deployment.write(lambda content: content.without_item(self.collection, identity))

    def switch(self, call: Invocation, enabled: bool) -> None:
        """Enable or disable one item; it is an error when it is so already (learn.microsoft.com Enable-CsHostingProvider)."""
        found = self._existing(call)
        if found is None:
            return
        if found["Enabled"] == enabled:
            state = "enabled" if enabled else "disabled"
            raise call.fail("AlreadyInState", f'"{found["Identity"]}" is already {state}.', str(found["Identity"]))
        self._put(call, {**found, "Enabled": enabled})

    def enable(self, call: Invocation) -> None:
        """Enable one item."""
        self.switch(call, True)

    def disable(self, call: Invocation) -> None:
        """Disable one item."""
        self.switch(call, False)

    def _existing(self, call: Invocation) -> Item | None:
        identity = call.identity()
        instance = call.binding.get("Instance")
        if isinstance(instance, (PSObject, CustomObject)):
            identity = str(instance.properties.get("Identity"))
        if identity is None:
            raise call.fail("IdentityMissing", "Identity or Instance is needed.")
        found = call.deployment.content.find(self.collection, identity)
        if found is None:
            call.error(errors.not_found(call.syntax, identity))
        return found

    def _put(self, call: Invocation, item: Item) -> None:
        if call.may_change(str(item["Identity"])):
            call.deployment.write(lambda content: content.with_item(self.collection, item))

    def _fresh(self, call: Invocation) -> Item:
        identity = str(call.binding.get("Identity") or call.binding.get("Domain"))
        properties = _properties(call)
        if "ProxyFqdn" in properties and "provider" in self.collection:
            return self.fresh(identity, properties.pop("ProxyFqdn"), **properties)
        return self.fresh(identity, **properties)

    def _shape(self, call: Invocation, item: Item) -> PSObject:
        output = call.output_class(f"Get-{self.name}", self.class_name)
        return shape(output, item, str(item["Identity"]))


def _properties(call: Invocation) -> dict[str, Any]:
    return {
        parameter.name: _plain(call.binding.get(parameter.name))
        for parameter in call.syntax.parameters
        if parameter.name in call.binding and parameter.name not in _NOT_PROPERTIES
    }


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


def _providers(content: StoreContent) -> Iterator[tuple[str, Item]]:
    for item in content.hosting_providers.values():
        yield "hosting provider", item
    for item in content.public_providers.values():
        yield "public provider", item


def _check_provider(call: Invocation, item: Item) -> None:
    content = call.deployment.content
    identity, proxy = str(item["Identity"]), str(item["ProxyFqdn"])
    for kind, known in _providers(content):
        if str(known["Identity"]).lower() == identity.lower():
            raise call.fail("DuplicateIdentity", f'"{identity}" already exists.', identity, errors.RESOURCE_EXISTS)
        if str(known["ProxyFqdn"]).lower() == proxy.lower():
            raise call.fail(
                "DuplicateProxyFqdn",
                f'Proxy FQDN "{proxy}" is already used by {kind} "{known["Identity"]}".',
                identity,
                errors.RESOURCE_EXISTS,
            )
    if content.access_edge["RoutingMethod"] == DEFAULT_ROUTE:
        raise call.fail(
            "DefaultRouting", "Providers cannot be used while the Access Edge service uses default routing.", identity
        )


def _check_domain(call: Invocation, item: Item) -> None:
    content, identity = call.deployment.content, str(item["Identity"])
    for collection, kind in (("allowed_domains", "allowed"), ("blocked_domains", "blocked")):
        if content.find(collection, identity) is not None:
            raise call.fail(
                "DuplicateIdentity",
                f'"{identity}" is already on the list of {kind} domains.',
                identity,
                errors.RESOURCE_EXISTS,
            )


HOSTING_PROVIDER = Noun(
    "CsHostingProvider", "hosting_providers", "DisplayHostingProvider", store.hosting_provider, _check_provider
)
PUBLIC_PROVIDER = Noun(
    "CsPublicProvider", "public_providers", "DisplayPublicProvider", store.public_provider, _check_provider
)
ALLOWED_DOMAIN = Noun("CsAllowedDomain", "allowed_domains", "AllowedDomain", store.allowed_domain, _check_domain)
BLOCKED_DOMAIN = Noun("CsBlockedDomain", "blocked_domains", "BlockedDomain", store.blocked_domain, _check_domain)
