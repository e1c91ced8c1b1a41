# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parameter binder: one row for each rule that was tried on the engine of PowerShell 7.6."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lynclab.facts import syntaxes
from lynclab.powershell import errors
from lynclab.powershell.binder import bind
from lynclab.powershell.values import SWITCH

Arguments = list[tuple[str | None, Any]]
EDGE, PROVIDER = "Set-CsAccessEdgeConfiguration", "Set-CsHostingProvider"

BOUND: list[tuple[str, Arguments, dict[str, Any], str]] = [
    (EDGE, [("AllowFederatedUsers", True)], {"AllowFederatedUsers": True}, "Identity"),
    (EDGE, [("usednssrvrouting", SWITCH)], {"UseDnsSrvRouting": True}, "DnsSrvRouting"),
    (EDGE, [("UseDnsSrvRouting", True), ("EnableP", 1)], {"EnablePartnerDiscovery": True}, "DnsSrvRouting"),
    (EDGE, [("UseDefaultRouting", False)], {"UseDefaultRouting": False}, "DefaultRoute"),
    (PROVIDER, [(None, "X"), ("Enabled", 0)], {"Identity": "X", "Enabled": False}, "Identity"),
    (PROVIDER, [("Identity", "X"), ("SipClientPort", "5061")], {"SipClientPort": 5061}, "Identity"),
    (PROVIDER, [("Identity", "X"), ("SipClientPort", "0x10")], {"SipClientPort": 16}, "Identity"),
    (
        PROVIDER,
        [("Identity", "X"), ("VerificationLevel", "use")],
        {"VerificationLevel": "UseSourceVerification"},
        "Identity",
    ),
    (PROVIDER, [("Identity", "X"), ("Verif", 1)], {"VerificationLevel": "AlwaysUnverifiable"}, "Identity"),
    (PROVIDER, [("Identity", "X"), ("AutodiscoverUrl", 5)], {"AutodiscoverUrl": "5"}, "Identity"),
    (PROVIDER, [("Identity", "X"), ("wi", SWITCH), ("cf", False)], {"WhatIf": True, "Confirm": False}, "Identity"),
    (PROVIDER, [("Identity", "X"), ("ea", "stop")], {"ErrorAction": "Stop"}, "Identity"),
    ("Get-CsHostingProvider", [("Identity", None)], {"Identity": "None"}, "Identity"),
    ("Get-CsService", [("EdgeServer", SWITCH)], {"EdgeServer": True}, "EdgeServer"),
    ("Get-CsService", [("EdgeServer", True)], {"EdgeServer": True}, "EdgeServer"),
    (PROVIDER, [("Identity", "X"), ("wi", False)], {"WhatIf": False}, "Identity"),
    ("New-CsAllowedDomain", [("Domain", "x.y")], {"Domain": "x.y"}, "ParentAndRelativeKey"),
]


@pytest.mark.parametrize(("cmdlet", "arguments", "values", "set_name"), BOUND)
def test_arguments_bind(cmdlet: str, arguments: Arguments, values: dict[str, Any], set_name: str) -> None:
    binding = bind(syntaxes("sfb2019", "core")[cmdlet.lower()], arguments, "core")
    assert binding.set_name == set_name
    for name, value in values.items():
        bound = binding.values[name]
        assert (bound if isinstance(bound, int) else str(bound)) == value


@pytest.mark.parametrize(("given", "on"), [(SWITCH, False), (None, False), (True, True), (False, False)])
def test_the_switch_of_a_function_is_off_where_it_is_only_named(given: Any, on: bool) -> None:
    function = replace(syntaxes("sfb2019", "core")["get-cshostingprovider"], is_function=True)
    assert bind(function, [("LocalStore", given)], "core").values["LocalStore"] == on


REFUSED: list[tuple[str, Arguments, str]] = [
    (PROVIDER, [("Bogus", 1)], "NamedParameterNotFound"),
    (PROVIDER, [("Enable", True)], "AmbiguousParameter"),
    (PROVIDER, [("Err", 1)], "AmbiguousParameter"),
    (PROVIDER, [("Identity", "a"), ("identity", "b")], "ParameterAlreadyBound"),
    (PROVIDER, [(None, "a"), (None, "b")], "PositionalParameterNotFound"),
    (PROVIDER, [("Enabled", "$true")], "CannotConvertArgument"),
    (PROVIDER, [("Enabled", [True])], "CannotConvertArgument"),
    (PROVIDER, [("AutodiscoverUrl", ["a"])], "CannotConvertArgument"),
    (PROVIDER, [("WhatIf", "x")], "CannotConvertArgument"),
    (PROVIDER, [("SipClientPort", -1)], "CannotConvertArgumentNoMessage"),
    (PROVIDER, [("SipClientPort", "abc")], "CannotConvertArgumentNoMessage"),
    (PROVIDER, [("SipClientPort", 2**64)], "CannotConvertArgumentNoMessage"),
    (PROVIDER, [("VerificationLevel", "Always")], "CannotConvertArgumentNoMessage"),
    (PROVIDER, [("VerificationLevel", 7)], "CannotConvertArgumentNoMessage"),
    (PROVIDER, [("Identity", " ")], "CannotConvertArgumentNoMessage"),
    (PROVIDER, [("ErrorAction", "Foo")], "CannotConvertArgumentNoMessage"),
    (PROVIDER, [("Enabled", None)], "ParameterArgumentValidationErrorNullNotAllowed"),
    ("New-CsHostingProvider", [("ProxyFqdn", "")], "ParameterArgumentValidationErrorEmptyStringNotAllowed"),
    ("New-CsHostingProvider", [("Identity", None)], "ParameterArgumentValidationErrorNullNotAllowed"),
    (EDGE, [("OutgoingTlsCountForFederatedPartners", 5)], "ParameterArgumentValidationError"),
    (EDGE, [("Identity", "global"), ("EnablePartnerDiscovery", True)], "AmbiguousParameterSet"),
    (EDGE, [("UseDnsSrvRouting", SWITCH), ("UseDefaultRouting", SWITCH)], "AmbiguousParameterSet"),
    (EDGE, [("UseDnsSrvRouting", SWITCH), ("DefaultRouteFqdn", "x")], "AmbiguousParameterSet"),
    (EDGE, [("Bogus", 1), ("UseDnsSrvRouting", SWITCH), ("Identity", "global")], "AmbiguousParameterSet"),
    ("New-CsAllowedDomain", [("Domain", "x"), ("Identity", "y")], "AmbiguousParameterSet"),
    ("New-CsHostingProvider", [("Identity", "X")], "MissingMandatoryParameter"),
    ("Remove-CsHostingProvider", [], "MissingMandatoryParameter"),
    ("Invoke-CsManagementStoreReplication", [("WhatIf", SWITCH)], "NamedParameterNotFound"),
    ("Get-CsSipDomain", [("LocalStore", SWITCH)], "NamedParameterNotFound"),
]


@pytest.mark.parametrize(("cmdlet", "arguments", "error_id"), REFUSED)
def test_arguments_are_refused(cmdlet: str, arguments: Arguments, error_id: str) -> None:
    with pytest.raises(errors.Terminated) as refusal:
        bind(syntaxes("sfb2019", "desktop")[cmdlet.lower()], arguments, "desktop")
    assert refusal.value.record.error_id == error_id


def test_the_2013_page_knows_two_ways_to_create_a_hosting_provider() -> None:
    syntax = syntaxes("lync2013", "desktop")["new-cshostingprovider"]
    basic: Arguments = [("Identity", "X"), ("ProxyFqdn", "x.y"), ("Enabled", True)]
    assert bind(syntax, basic, "desktop").set_name == "plain"
    with pytest.raises(errors.Terminated, match="HostsOCSUsers"):
        bind(syntax, [*basic, ("EnabledSharedAddressSpace", True)], "desktop")


@pytest.mark.parametrize(
    ("product", "parameter", "known"),
    [
        ("lync2010", "MaxAcceptedCertificatesStored", False),
        ("lync2013", "MaxAcceptedCertificatesStored", True),
        ("lync2013", "DnsSrvCacheRecordCount", False),
        ("sfb2015", "DnsSrvCacheRecordCount", True),
    ],
)
def test_a_product_has_the_parameters_of_its_version(product: str, parameter: str, known: bool) -> None:
    names = {p.name for p in syntaxes(product, "desktop")[EDGE.lower()].parameters}
    assert (parameter in names) is known
