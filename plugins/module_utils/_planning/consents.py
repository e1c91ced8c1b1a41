# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What nothing is written for unless the user agrees by name: what was perhaps so on purpose, and what cuts somebody off."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .._core.few import few
from .._nouns.table import NOUNS
from .._resource import impact
from .._resource.plan import Change
from .._rollout.plan import Finding, Kind
from .._way_back.kept import allowed, enabled
from .accepted import accepted
from .afterwards import Options, objects_now
from .case import Case
from .enabled_providers import enabled_providers, listed
from .exchange import (
    DOCUMENTED,
    EXCHANGE_ONLINE,
    PROXIES,
    desired_exchange,
    is_exchange,
    of_another_service,
    probably_meant,
)
from .federating import no_federating_pool
from .voicemail import provider_in_use

MEANING: dict[tuple[str, Any], str] = {
    ("enabled", False): "its users are cut off",
    ("enabled_shared_address_space", True): (
        "users of the SIP domains who are not here are looked for there, for which the federation records must resolve internally"
    ),
    ("enabled_shared_address_space", False): "users of the SIP domains are no longer looked for there",
    ("hosts_ocs_users", True): "it counts as the home of Lync users",
    ("hosts_ocs_users", False): "it no longer counts as the home of Lync users: those who are there may not be found",
    ("is_local", True): "its proxy counts as a server of this deployment",
    ("is_local", False): "its proxy counts as a server outside this deployment",
    ("verification_level", "AlwaysVerifiable"): "every message from it counts as verified",
    ("verification_level", "UseSourceVerification"): "the mark in each message decides whether it counts as verified",
    (
        "verification_level",
        "AlwaysUnverifiable",
    ): "its messages reach only users who have the sender among their contacts",
}
"""What a value does to routing or trust (learn.microsoft.com, New-CsHostingProvider; Configure the Edge Server for integration with
hosted Exchange UM)."""


@dataclass(frozen=True)
class Consent:
    """
    :ivar asks: why it is needed, a sentence for each reason; none where it is not.
    :ivar included_in: other consents, each of which gives this one, too.
    """

    asks: Callable[[Case], Iterator[str]]
    included_in: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.asks.__name__


def consents(case: Case) -> Iterator[Finding]:
    """All that are needed, given or not."""
    given = accepted(case)
    for one in CONSENTS:
        for sentence in one.asks(case):
            yield Finding(
                Kind.CONSENT, one.name, sentence, _by_itself(case) or bool({one.name, *one.included_in} & given)
            )


def _by_itself(case: Case) -> bool:
    """A run that takes back what it has just written was asked for that (``hybrid_on_failure``)."""
    return case.back is not None and case.back.by_itself


def change_existing_provider(case: Case) -> Iterator[str]:
    """To take one out of use that the run itself created is what going back means."""
    created = case.back.created if case.back else frozenset()
    for change in _of_existing(case):
        if (change.noun, change.identity.casefold()) in created:
            continue
        options = [option for option in _changing(change) if not _asked_elsewhere(change, option)]
        if options:
            values = "; ".join(_change(change, option) for option in options)
            yield f"{_named(change)} is there already and would be changed: {values}."


def enable_disabled_provider(case: Case) -> Iterator[str]:
    for change in _of_existing(case):
        if "enabled" in _changing(change) and _after(change, "enabled") is True:
            yield (
                f"{_named(change)} is disabled and would be enabled. Disabled providers are what ending a hybrid deployment leaves "
                "(learn.microsoft.com, Disable hybrid to complete migration to the cloud)."
            )


def widen_trust(case: Case) -> Iterator[str]:
    """Of any noun: a verification level of an object that is there."""
    for change in case.changes:
        trusting = [setting for setting in NOUNS[change.noun].settings if setting.impact is impact.trust]
        for setting in trusting if change.found is not None else ():
            option = setting.option
            if (
                option in _changing(change)
                and setting.impact(_before(change, option), _after(change, option)) == impact.OPENS
            ):
                yield f"{_named(change)} would be trusted more: {_change(change, option)}."


def reopen_federation(case: Case) -> Iterator[str]:
    signs = list(_signs_of_purpose(case)) if opens_federation(case) else []
    if signs:
        yield (
            "AllowFederatedUsers is False and would become True. It may have been switched off on purpose, and with it would be in "
            f"force again: {'; '.join(signs)}."
        )


def federation_off(case: Case) -> Iterator[str]:
    if _federation_becomes(case, False):
        providers = enabled_providers(case.reading, objects_now(case, "hosting_provider"))
        yield (
            "AllowFederatedUsers is True and would become False: nobody is reachable through federation any more. In use are "
            f"{_allowed_domains(case)}; enabled providers: {listed(providers)}.{_since(case)}"
        )


def _since(case: Case) -> str:
    """On the way back: what came after the run began, and would be without federation, too."""
    if case.back is None or case.back.by_itself:
        return ""
    begin = case.back.journal.begin
    own = tuple(change.identity for change in case.back.changes)
    domains = _new(allowed(case.reading), begin.allowed, own)
    providers = _new(enabled(case.reading), begin.enabled, own)
    told = [
        "allowed domains: not known" if domains is None else f"{_counted(len(domains))}{_named_few(domains)}",
        "providers: not known" if providers is None else f"providers: {few(providers) or 'none'}",
    ]
    return f" Allowed or enabled since that run began, beside its own: {'; '.join(told)}."


def _new(now: tuple[str, ...] | None, before: tuple[str, ...] | None, own: tuple[str, ...]) -> list[str] | None:
    """The names that are new and not the run's own; None where either is not known."""
    if now is None or before is None:
        return None
    known = {name.casefold() for name in (*before, *own)}
    return [name for name in now if name.casefold() not in known]


def _named_few(names: list[str]) -> str:
    return f" ({few(names)})" if names else ""


def second_exchange_provider(case: Case) -> Iterator[str]:
    there = [one for one in objects_now(case, "hosting_provider") or () if is_exchange(one.get("proxy_fqdn"))]
    for change in case.changes:
        if change.noun == "hosting_provider" and change.before is None and is_exchange(_after(change, "proxy_fqdn")):
            for one in there:
                proxy = one.get("proxy_fqdn")
                cloud = PROXIES.get(str(proxy).casefold())
                yield (
                    f"'{one.get('identity')}' is a provider of Exchange Online already, with {proxy}"
                    f"{f' ({cloud})' if cloud else ''}, and '{change.identity}' would be a second one, with "
                    f"{_after(change, 'proxy_fqdn')}. If that is the cloud of your mailboxes, state hybrid_hosting_provider: "
                    f"{{proxy_fqdn: {proxy}}}. If both are in use, consent. Remove one only when nothing uses it, voicemail "
                    "included."
                )


def undocumented_proxy(case: Case) -> Iterator[str]:
    for change in case.changes:
        proxy = _after(change, "proxy_fqdn") if change.noun == "hosting_provider" else None
        if proxy is None or "proxy_fqdn" not in _changing(change):
            continue
        meant = probably_meant(proxy)
        if meant is not None:
            yield f"The proxy FQDN {proxy} of '{change.identity}' is on no page that this role knows; probably {meant} was meant."
        elif is_exchange(proxy) and str(proxy).casefold() not in DOCUMENTED:
            yield (
                f"The proxy FQDN {proxy} of '{change.identity}' is on no page that this role knows; those have "
                f"{', '.join(PROXIES)}."
            )
        elif of_another_service(change.identity, proxy):
            yield (
                f"The proxy FQDN {proxy} of '{change.identity}' is none of Exchange Online; probably {EXCHANGE_ONLINE} was "
                "meant. A provider of another service has another name, and needs other values."
            )


def recreate_provider(case: Case) -> Iterator[str]:
    for change in _of_existing(case):
        if change.restores is not None:
            yield (
                f"{_named(change)} would be removed and recreated, because its proxy FQDN cannot be changed to "
                f"{_after(change, 'proxy_fqdn')}."
            )


def remove_provider(case: Case) -> Iterator[str]:
    for change in _of_existing(case):
        if change.after is None:
            yield f"{_named(change)} would be removed: its users are cut off."


CONSENTS = (
    Consent(no_federating_pool),
    Consent(change_existing_provider),
    Consent(enable_disabled_provider, included_in=("reopen_federation",)),
    Consent(widen_trust),
    Consent(reopen_federation),
    Consent(federation_off),
    Consent(second_exchange_provider),
    Consent(undocumented_proxy),
    Consent(recreate_provider),
    Consent(remove_provider),
    Consent(provider_in_use),
)
NAMES = tuple(one.name for one in CONSENTS)


def counting(needed: Iterable[str]) -> frozenset[str]:
    """The consents that give the needed ones, those that include them among them."""
    names = frozenset(needed)
    return names | {other for one in CONSENTS if one.name in names for other in one.included_in}


def opens_federation(case: Case) -> bool:
    """Whether AllowFederatedUsers would become True."""
    return _federation_becomes(case, True)


def _federation_becomes(case: Case, value: bool) -> bool:
    option = "allow_federated_users"
    return any(
        change.noun == "access_edge" and option in _changing(change) and _after(change, option) is value
        for change in case.changes
    )


_USES = {"enabled_shared_address_space": "EnabledSharedAddressSpace", "hosts_ocs_users": "HostsOCSUsers"}


def _signs_of_purpose(case: Case) -> Iterator[str]:
    """What speaks for federation that was in use; what is desired, too, is what an interrupted run leaves."""
    ours = {one.identity.casefold() for one in case.desired_of("allowed_domain")}
    names = (str(one.get("identity")) for one in objects_now(case, "allowed_domain") or ())
    domains = [name for name in names if name.casefold() not in ours]
    if domains:
        yield f"{_counted(len(domains))}: {few(domains)}"
    desired = {one.identity.casefold() for one in case.desired_of("hosting_provider")}
    exchange = {one.identity.casefold() for one in desired_exchange(case)}
    for one in objects_now(case, "hosting_provider") or ():
        name, proxy = str(one.get("identity")), one.get("proxy_fqdn")
        uses = [shown for option, shown in _USES.items() if one.get(option) is True]
        if is_exchange(proxy) and name.casefold() not in exchange:
            yield f"provider '{name}' ({proxy})"
        elif one.get("enabled") is True and uses and name.casefold() not in desired:
            yield f"enabled provider '{name}' ({', '.join(uses)})"


def _counted(domains: int) -> str:
    return f"{domains} allowed domain{'' if domains == 1 else 's'}"


def _allowed_domains(case: Case) -> str:
    found = objects_now(case, "allowed_domain")
    return "allowed domains that could not be read" if found is None else _counted(len(found))


def _of_existing(case: Case) -> Iterator[Change]:
    """Changes of hosting providers that are there."""
    return (change for change in case.changes if change.noun == "hosting_provider" and change.found is not None)


def _changing(change: Change) -> list[str]:
    """The options whose values change."""
    resource, before = NOUNS[change.noun], change.before or {}
    return [
        option for option, value in (change.after or {}).items() if not resource.same(option, before.get(option), value)
    ]


def _asked_elsewhere(change: Change, option: str) -> bool:
    """Whether a consent of its own says it: enabling, and the proxy FQDN, for which a provider is recreated."""
    return option == "proxy_fqdn" or (option, _after(change, option)) == ("enabled", True)


def _before(change: Change, option: str) -> Any:
    return (change.before or {}).get(option)


def _after(change: Change, option: str) -> Any:
    after: Options = change.after or {}
    return after.get(option)


def _change(change: Change, option: str) -> str:
    after = _after(change, option)
    meaning = MEANING.get((option, after))
    setting = next(one for one in NOUNS[change.noun].settings if one.option == option)
    return f"{setting.parameter} from {_said(_before(change, option))} to {_said(after)}{f' ({meaning})' if meaning else ''}"


def _said(value: Any) -> str:
    return "nothing" if value in (None, "") else str(value)


def _named(change: Change) -> str:
    return f"The {NOUNS[change.noun].title} '{change.identity}'"
