# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be done with a hosting provider that is there already, or is not."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_hosting_provider import MODULE
from ansible_collections.ucops.lync.plugins.module_utils._nouns.hosting_provider import RESOURCE
from ansible_collections.ucops.lync.plugins.module_utils._resource.impact import Impact
from ansible_collections.ucops.lync.plugins.module_utils._resource.resource import desired
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils.memory import EXCHANGE, provider

EXAMPLE = EXCHANGE
PROXY = "exap.um.outlook.com"
ONLINE = provider("Exchange Online", PROXY)
VOICEMAIL = provider("Voicemail", PROXY)
NEW = (
    'New-CsHostingProvider -Identity "Exchange Online" -Enabled $true -EnabledSharedAddressSpace $true -HostsOCSUsers $false '
    "-ProxyFqdn exap.um.outlook.com -IsLocal $false -VerificationLevel UseSourceVerification"
)


WORLD = ("edge", "public", "product", "hides")


def task(*hosting: memory.Object, check_mode: bool = True, **options: Any) -> memory.MemoryTask:
    world = {name: options.pop(name) for name in WORLD if name in options}
    return memory.task_of(MODULE, memory.Deployment(hosting=hosting, **world), check_mode, **options)


@pytest.mark.parametrize(
    ("hosting", "options", "cmdlets"),
    [
        pytest.param([], EXCHANGE, [NEW], id="created"),
        pytest.param([], {**EXCHANGE, "is_local": None}, [NEW], id="IsLocal is always sent"),
        pytest.param(
            [], {**EXCHANGE, "is_local": True}, [NEW.replace("-IsLocal $false", "-IsLocal $true")], id="as stated"
        ),
        pytest.param([ONLINE], EXCHANGE, [], id="held"),
        pytest.param([ONLINE], {**EXCHANGE, "identity": "exchange ONLINE"}, [], id="names compare without case"),
        pytest.param(
            [ONLINE], {**EXCHANGE, "proxy_fqdn": "EXAP.um.outlook.com."}, [], id="proxies compare as DNS does"
        ),
        pytest.param([ONLINE], {"identity": "Exchange Online"}, [], id="nothing is managed"),
        pytest.param(
            [{**ONLINE, "Enabled": False, "VerificationLevel": "AlwaysVerifiable"}],
            EXCHANGE,
            [
                'Set-CsHostingProvider -Identity "Exchange Online" -Enabled $true -VerificationLevel UseSourceVerification'
            ],
            id="only what differs is set",
        ),
        pytest.param(
            [ONLINE],
            {"identity": "exchange online", "enabled": False},
            ['Set-CsHostingProvider -Identity "Exchange Online" -Enabled $false'],
            id="under the server's own spelling",
        ),
        pytest.param(
            [ONLINE],
            {"identity": "Exchange Online", "autodiscover_url": "https://a.example/x", "sip_client_port": 443},
            ['Set-CsHostingProvider -Identity "Exchange Online" -AutodiscoverUrl https://a.example/x'],
            id="URL",
        ),
        pytest.param([VOICEMAIL], EXCHANGE, [], id="under another name, with the desired values"),
        pytest.param(
            [{**VOICEMAIL, "Enabled": False}],
            {**EXCHANGE, "adopt_existing": True},
            ["Set-CsHostingProvider -Identity Voicemail -Enabled $true"],
            id="adopted, its name stays",
        ),
        pytest.param(
            [ONLINE],
            {"identity": "Exchange Online", "state": "absent"},
            ['Remove-CsHostingProvider -Identity "Exchange Online"'],
            id="removed",
        ),
        pytest.param([], {"identity": "Exchange Online", "state": "absent"}, [], id="absent already"),
        pytest.param([VOICEMAIL], {**EXCHANGE, "state": "absent"}, [], id="removed only under its own name"),
    ],
)
def test_the_plan(hosting: list[memory.Object], options: dict[str, Any], cmdlets: list[str]) -> None:
    run = task(provider("LyncOnline", "sipfed.online.lync.com"), *hosting, **options)
    MODULE.run(run)
    assert run.result.get("cmdlets", []) == cmdlets
    assert run.result["changed"] is bool(cmdlets)


REFUSALS = [
    pytest.param(
        [],
        {"identity": "Exchange Online", "proxy_fqdn": PROXY},
        "to create it, state enabled, enabled_shared_address_space, hosts_ocs_users, verification_level as well",
        id="too little to create",
    ),
    pytest.param(
        [{**VOICEMAIL, "Enabled": False}],
        EXCHANGE,
        "'Voicemail' already has the proxy FQDN exap.um.outlook.com",
        id="under another name, with other values",
    ),
    pytest.param(
        [provider("Exchange Online", "old.outlook.com"), VOICEMAIL],
        {**EXCHANGE, "allow_recreate": True, "adopt_existing": True},
        "belongs to the hosting provider 'Voicemail'",
        id="name and proxy belong to two",
    ),
    pytest.param(
        [provider("Exchange Online", "old.outlook.com")],
        EXCHANGE,
        "State allow_recreate: true",
        id="another proxy without allow_recreate",
    ),
    pytest.param(
        [],
        {**EXCHANGE, "public": [provider("exchange online", "sip.example.com")]},
        "The public provider 'exchange online'",
        id="a public name",
    ),
    pytest.param(
        [],
        {**EXCHANGE, "public": [provider("Other", PROXY)]},
        "Remove-CsPublicProvider is for you to run",
        id="a public proxy",
    ),
    pytest.param(
        [],
        {**EXCHANGE, "public": [provider("Other", PROXY)], "adopt_existing": True, "allow_recreate": True},
        "The public provider 'Other'",
        id="a public proxy, whatever is allowed",
    ),
    pytest.param([], {**EXCHANGE, "edge": memory.DEFAULT_ROUTING}, "UseDefaultRouting", id="default routing"),
    pytest.param(
        [ONLINE], {**EXCHANGE, "edge": memory.DEFAULT_ROUTING}, "UseDefaultRouting", id="default routing, held"
    ),
    pytest.param(
        [],
        {**EXCHANGE, "sip_client_port": 5061, "product": "lync2010"},
        "sip_client_port needs Lync Server 2013 or later; this deployment runs Lync Server 2010.",
        id="newer than 2010, to create",
    ),
    pytest.param(
        [ONLINE],
        {**EXCHANGE, "autodiscover_url": "https://a.example", "product": "lync2010"},
        "autodiscover_url needs Lync Server 2013 or later",
        id="newer than 2010, to set",
    ),
    pytest.param(
        [provider("Exchange Online", "old.outlook.com")],
        {
            **EXCHANGE,
            "autodiscover_url": "https://a.example",
            "allow_recreate": True,
            "product": "lync2010",
        },
        "autodiscover_url needs Lync Server 2013 or later",
        id="newer than 2010, to recreate",
    ),
    pytest.param([], {**EXCHANGE, "identity": "a\ud800"}, "identity: the character U+D800", id="cannot travel"),
    pytest.param(
        [], {**EXCHANGE, "proxy_fqdn": "exap"}, "proxy_fqdn must be a fully qualified domain name", id="no FQDN"
    ),
    pytest.param([], {**EXCHANGE, "sip_client_port": 65536}, "sip_client_port must be from 1 to 65535", id="no port"),
]


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize(("hosting", "options", "sentence"), REFUSALS)
def test_refusals_before_the_first_write(
    hosting: list[memory.Object], options: dict[str, Any], sentence: str, check_mode: bool
) -> None:
    run = task(*hosting, check_mode=check_mode, **options)
    with pytest.raises(Refused) as refused:
        MODULE.run(run)
    assert sentence in refused.value.message
    assert run.written == []


def test_a_conflict_names_each_setting_that_differs() -> None:
    run = task({**VOICEMAIL, "Enabled": False, "VerificationLevel": "AlwaysVerifiable"}, **EXCHANGE)
    with pytest.raises(Refused) as refused:
        MODULE.run(run)
    assert "enabled: desired True, found False" in refused.value.message
    assert "verification_level: desired 'UseSourceVerification', found 'AlwaysVerifiable'" in refused.value.message


def test_one_under_another_name_is_reported_under_its_own() -> None:
    run = task(VOICEMAIL, check_mode=False, **EXCHANGE)
    MODULE.run(run)
    assert run.result["identity"] == "Voicemail"
    assert run.result["before"]["identity"] == "Voicemail"
    assert run.warnings == []  # the normal case, not an accident
    assert run.deployment.hosting == [VOICEMAIL]


def test_an_adopted_one_is_set_and_keeps_its_name() -> None:
    run = task({**VOICEMAIL, "Enabled": False}, check_mode=False, **EXCHANGE, adopt_existing=True)
    MODULE.run(run)
    assert run.deployment.hosting == [VOICEMAIL]
    assert (run.result["changed"], run.result["identity"]) == (True, "Voicemail")


def test_a_recreation_keeps_every_other_property_and_says_that_it_interrupts() -> None:
    old = provider(
        "Exchange Online", "old.outlook.com", AutodiscoverUrl="https://a.example/x", SipClientPort=5061, Enabled=False
    )
    run = task(old, check_mode=False, identity="Exchange Online", proxy_fqdn=PROXY, enabled=True, allow_recreate=True)
    MODULE.run(run)
    assert run.deployment.hosting == [{**old, "ProxyFqdn": PROXY, "Enabled": True}]
    assert [cmdlet.name for cmdlet in run.written] == ["Remove-CsHostingProvider", "New-CsHostingProvider"]
    assert "INTERRUPTS SERVICE" in run.result["diff"]["prepared"]
    assert any("INTERRUPTS SERVICE" in warning for warning in run.warnings)
    assert run.result["changed"] is True


def test_a_recreation_may_empty_a_setting() -> None:
    old = provider("Exchange Online", "old.outlook.com", AutodiscoverUrl="https://a.example/x")
    run = task(old, check_mode=False, **EXCHANGE, autodiscover_url="", allow_recreate=True)
    MODULE.run(run)
    assert run.deployment.hosting[0]["AutodiscoverUrl"] is None
    assert run.result["diff"]["before"]["autodiscover_url"] == "https://a.example/x"
    assert run.result["diff"]["after"]["autodiscover_url"] == ""


def test_a_creation_shows_what_was_not_there_before() -> None:
    run = task(**EXCHANGE)
    MODULE.run(run)
    assert run.result["before"] is None
    assert run.result["diff"]["before"] == {}
    assert run.result["after"]["proxy_fqdn"] == PROXY


def test_absent_ignores_the_routing_method() -> None:
    run = task(ONLINE, check_mode=False, edge=memory.DEFAULT_ROUTING, identity="Exchange Online", state="absent")
    MODULE.run(run)
    assert run.deployment.hosting == []
    assert run.result["after"] is None


def test_absent_says_that_a_namesake_stays() -> None:
    run = task(VOICEMAIL, check_mode=False, **EXCHANGE, state="absent")
    MODULE.run(run)
    assert run.deployment.hosting == [VOICEMAIL]
    assert any("'Voicemail'" in warning for warning in run.warnings)


def test_providers_that_are_not_named_are_never_written() -> None:
    other = provider("LyncOnline", "sipfed.online.lync.com", Enabled=False)
    run = task(other, check_mode=False, **EXCHANGE)
    MODULE.run(run)
    assert other in run.deployment.hosting


@pytest.mark.parametrize(
    ("identity", "proxy_fqdn", "found"),
    [
        ("exchange online", None, "Exchange Online"),
        ("exchange online", "sipfed.online.lync.com", "Exchange Online"),
        ("Other", "SIPFED.online.lync.com", "LyncOnline"),
        ("Other", None, None),
    ],
)
def test_the_name_counts_before_the_proxy(identity: str, proxy_fqdn: str | None, found: str | None) -> None:
    objects = [provider("LyncOnline", "sipfed.online.lync.com"), ONLINE]
    options = memory.validated(RESOURCE.argument_spec, identity=identity, proxy_fqdn=proxy_fqdn)
    match = desired(RESOURCE, options).found_in(objects)
    assert (match and match["Identity"]) == found


@pytest.mark.parametrize(
    ("hosting", "options", "impact"),
    [
        ([], EXCHANGE, {Impact.OPENS}),
        ([], {**EXCHANGE, "enabled": False}, set()),
        ([ONLINE], {"identity": "Exchange Online", "enabled": False}, {Impact.INTERRUPTS}),
        ([ONLINE], {"identity": "Exchange Online", "verification_level": "AlwaysVerifiable"}, {Impact.OPENS}),
        ([ONLINE], {"identity": "Exchange Online", "enabled_shared_address_space": False}, {Impact.INTERRUPTS}),
        ([ONLINE], {"identity": "Exchange Online", "state": "absent"}, {Impact.INTERRUPTS}),
        ([ONLINE], EXCHANGE, set()),
        ([{**ONLINE, "Enabled": False}], {"identity": "Exchange Online", "is_local": True}, set()),
        ([{**ONLINE, "Enabled": False}], {"identity": "Exchange Online", "state": "absent"}, set()),
        (
            [provider("Exchange Online", "old.outlook.com")],
            {**EXCHANGE, "allow_recreate": True},
            {Impact.INTERRUPTS},
        ),
        (
            [provider("Exchange Online", "old.outlook.com", Enabled=False)],
            {**EXCHANGE, "allow_recreate": True},
            {Impact.INTERRUPTS, Impact.OPENS},
        ),
    ],
)
def test_a_change_says_what_it_means_for_others(
    hosting: list[memory.Object], options: dict[str, Any], impact: set[Impact]
) -> None:
    assert memory.planned(RESOURCE, memory.Deployment(hosting=hosting), **options).impact == impact


@pytest.mark.parametrize(
    ("hosting", "options", "inverse"),
    [
        pytest.param(
            [], EXCHANGE, ['Set-CsHostingProvider -Identity "Exchange Online" -Enabled $false'], id="taken out of use"
        ),
        pytest.param(
            [ONLINE],
            {**EXCHANGE, "enabled": False, "autodiscover_url": "https://a.example/x"},
            ['Set-CsHostingProvider -Identity "Exchange Online" -Enabled $true -AutodiscoverUrl ""'],
            id="the old values, an empty one too",
        ),
        pytest.param(
            [ONLINE],
            {"identity": "Exchange Online", "state": "absent"},
            [f"{NEW} -SipClientPort 443"],
            id="recreated with all that it had",
        ),
        pytest.param(
            [provider("Exchange Online", "old.outlook.com")],
            {**EXCHANGE, "allow_recreate": True},
            [
                'Remove-CsHostingProvider -Identity "Exchange Online"',
                f"{NEW.replace(PROXY, 'old.outlook.com')} -SipClientPort 443",
            ],
            id="recreated the other way round",
        ),
        pytest.param([ONLINE], EXCHANGE, [], id="nothing to take back"),
    ],
)
def test_the_way_back(hosting: list[memory.Object], options: dict[str, Any], inverse: list[str]) -> None:
    change = memory.planned(RESOURCE, memory.Deployment(hosting=hosting), **options)
    assert [str(cmdlet) for cmdlet in change.inverse] == inverse


@pytest.mark.parametrize("proxy_fqdn", ["exap.um.outlook.com.", "exap.um.outlook.com"])
def test_a_trailing_dot_is_neither_shown_nor_sent(proxy_fqdn: str) -> None:
    run = task(check_mode=False, **{**EXCHANGE, "proxy_fqdn": proxy_fqdn})
    MODULE.run(run)
    assert run.result["cmdlets"] == [NEW]
    assert run.deployment.hosting[0]["ProxyFqdn"] == PROXY


def test_an_address_can_be_cleared() -> None:
    held = {**ONLINE, "AutodiscoverUrl": "https://a.example/x"}
    run = task(held, check_mode=False, identity="Exchange Online", autodiscover_url="")
    MODULE.run(run)
    assert run.result["cmdlets"] == ['Set-CsHostingProvider -Identity "Exchange Online" -AutodiscoverUrl ""']
    assert not run.deployment.hosting[0]["AutodiscoverUrl"]
