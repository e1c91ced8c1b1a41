# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""lync_hosting_provider: from dry run to second run, adoption, and replacing a proxy FQDN."""

from __future__ import annotations

from typing import Any

import pytest

from lynclab.deployment import store
from lynclab.deployment.deployment import Deployment
from support.stage import Stage, Start
from support.wishes import (
    EXCHANGE_ONLINE,
    EXCHANGE_ONLINE_LINE,
    EXCHANGE_ONLINE_SENT,
    comes_true,
    hosting_provider,
)

pytestmark = [pytest.mark.over_psrp_and_winrm, pytest.mark.side_by_side]

GET = "Get-CsHostingProvider"
NEW = "New-CsHostingProvider"
SET = "Set-CsHostingProvider"
REMOVE = "Remove-CsHostingProvider"
OLD_PROXY = "exap.um.outlook.com"
NEW_PROXY = "exap2.um.outlook.com"
INTERRUPTS = "INTERRUPTS SERVICE"
RESTORE = EXCHANGE_ONLINE_LINE + " -SipClientPort 443"


def held(stage: Stage) -> dict[str, dict[str, Any]]:
    """The hosting providers by name, as plain pypsrp reads them."""
    return {found["Identity"]: found for found in stage.read(GET)}


def test_exchange_online(stage: Stage) -> None:
    comes_true(stage, hosting_provider(**EXCHANGE_ONLINE), [EXCHANGE_ONLINE_LINE], [(NEW, EXCHANGE_ONLINE_SENT)])
    found = held(stage)["Exchange Online"]
    assert {name: found[name] for name in EXCHANGE_ONLINE_SENT} == EXCHANGE_ONLINE_SENT


def test_is_local_is_always_sent(stage: Stage) -> None:
    wish = {name: value for name, value in EXCHANGE_ONLINE.items() if name != "is_local"}
    stage.run(hosting_provider(**wish))
    assert stage.written() == [(NEW, EXCHANGE_ONLINE_SENT)]


def test_an_update_sends_only_what_differs(start: Start) -> None:
    stage = start(situations=("provider-present",))
    comes_true(
        stage,
        hosting_provider(**EXCHANGE_ONLINE | {"enabled": False}),
        [f'{SET} -Identity "Exchange Online" -Enabled $false'],
        [(SET, {"Identity": "Exchange Online", "Enabled": False})],
    )


def test_every_setting_of_a_provider(stage: Stage) -> None:
    wish = EXCHANGE_ONLINE | {
        "identity": "Dublin",
        "proxy_fqdn": "proxy.dublin.example",
        "hosts_ocs_users": True,
        "is_local": True,
        "verification_level": "AlwaysUnverifiable",
        "autodiscover_url": "https://webdir.dublin.example/root?a=b&c='d'",
        "sip_client_port": 5061,
    }
    stage.run(hosting_provider(**wish))
    found = held(stage)["Dublin"]
    assert found["AutodiscoverUrl"] == wish["autodiscover_url"]
    assert (found["SipClientPort"], found["IsLocal"], found["HostsOCSUsers"]) == (5061, True, True)
    assert not stage.run(hosting_provider(**wish)).one().changed
    comes_true(
        stage,
        hosting_provider(identity="DUBLIN", autodiscover_url="", sip_client_port=443),
        [f'{SET} -Identity Dublin -AutodiscoverUrl "" -SipClientPort 443'],
        [(SET, {"Identity": "Dublin", "AutodiscoverUrl": "", "SipClientPort": 443})],
    )


def test_removal(start: Start) -> None:
    stage = start(situations=("provider-present", "split-domain"))
    comes_true(
        stage,
        hosting_provider(identity="exchange online", state="absent"),
        [f'{REMOVE} -Identity "Exchange Online"'],
        [(REMOVE, {"Identity": "Exchange Online"})],
    )
    assert list(held(stage)) == ["LyncOnline"], "a provider that is not named stays"


def test_removal_only_under_its_own_name(start: Start) -> None:
    stage = start(situations=("provider-under-another-name",))
    wish = hosting_provider(identity="Exchange Online", proxy_fqdn=OLD_PROXY, state="absent")
    run = stage.run(wish, expect=["'Hosted Voicemail', which has the proxy FQDN exap.um.outlook.com, stays"])
    assert not run.one().changed
    assert list(held(stage)) == ["Hosted Voicemail"]


def test_another_name_with_the_wanted_values_is_no_change(start: Start) -> None:
    stage = start(situations=("provider-under-another-name",))
    run = stage.run(hosting_provider(**EXCHANGE_ONLINE))
    assert not run.one().changed
    assert run.one()["identity"] == "Hosted Voicemail"
    stage.assert_only_read()


def test_another_name_is_adopted_when_asked_for(start: Start) -> None:
    stage = start(situations=("provider-under-another-name:Hosted Voicemail:AlwaysVerifiable",))
    note = "here under the name 'Hosted Voicemail'"
    comes_true(
        stage,
        hosting_provider(**EXCHANGE_ONLINE, adopt_existing=True),
        [f'{SET} -Identity "Hosted Voicemail" -VerificationLevel UseSourceVerification'],
        [(SET, {"Identity": "Hosted Voicemail", "VerificationLevel": "UseSourceVerification"})],
        expect=[note],
    )
    assert list(held(stage)) == ["Hosted Voicemail"]


def test_a_proxy_is_replaced_when_asked_for(start: Start) -> None:
    stage = start(situations=("provider-present",))
    new = RESTORE.replace(OLD_PROXY, NEW_PROXY)
    comes_true(
        stage,
        hosting_provider(identity="Exchange Online", proxy_fqdn=NEW_PROXY, allow_recreate=True),
        [f'{REMOVE} -Identity "Exchange Online"', new],
        [
            (REMOVE, {"Identity": "Exchange Online"}),
            (NEW, EXCHANGE_ONLINE_SENT | {"ProxyFqdn": NEW_PROXY, "SipClientPort": 443}),
        ],
        expect=[INTERRUPTS],
    )
    assert held(stage)["Exchange Online"]["ProxyFqdn"] == NEW_PROXY


def taken(deployment: Deployment, identity: str, proxy: str) -> None:
    """Somebody else creates a public provider at that moment."""
    item = store.public_provider(identity, proxy)
    deployment.seed(lambda content: content.with_item("public_providers", item))


def test_the_old_provider_is_restored_when_the_creation_fails(start: Start) -> None:
    stage = start(situations=("provider-present",))
    before = held(stage)
    stage.deployment.after_next("write", lambda written: taken(written, "Partner", NEW_PROXY))
    run = stage.run(
        hosting_provider(identity="Exchange Online", proxy_fqdn=NEW_PROXY, allow_recreate=True),
        expect=[INTERRUPTS],
        status=2,
    )
    result = run.one()
    assert "is already used by public provider" in result.message
    assert f"The old object was restored: {RESTORE}" in result.message
    assert result["error"]["id"].startswith("DuplicateProxyFqdn")
    assert result.cmdlets == [
        f'{REMOVE} -Identity "Exchange Online"',
        RESTORE.replace(OLD_PROXY, NEW_PROXY),
        RESTORE,
    ]
    assert held(stage) == before


def test_the_restoring_line_is_shown_when_nothing_helps(start: Start) -> None:
    stage = start(situations=("provider-present",))
    stage.deployment.after_next("write", lambda written: taken(written, "Exchange Online", "elsewhere.example"))
    run = stage.run(
        hosting_provider(identity="Exchange Online", proxy_fqdn=NEW_PROXY, allow_recreate=True),
        expect=[INTERRUPTS],
        status=2,
    )
    assert "could not be restored" in run.one().message
    assert f"Run this on the management host: {RESTORE}" in run.one().message
    assert run.one().changed
    assert held(stage) == {}


def test_lync_2010(start: Start) -> None:
    stage = start(situations=("lync2010",))
    comes_true(stage, hosting_provider(**EXCHANGE_ONLINE), [EXCHANGE_ONLINE_LINE], [(NEW, EXCHANGE_ONLINE_SENT)])
    assert "SipClientPort" not in held(stage)["Exchange Online"]
    comes_true(
        stage,
        hosting_provider(**EXCHANGE_ONLINE | {"proxy_fqdn": NEW_PROXY}, allow_recreate=True),
        [f'{REMOVE} -Identity "Exchange Online"', EXCHANGE_ONLINE_LINE.replace(OLD_PROXY, NEW_PROXY)],
        [(REMOVE, {"Identity": "Exchange Online"}), (NEW, EXCHANGE_ONLINE_SENT | {"ProxyFqdn": NEW_PROXY})],
        expect=[INTERRUPTS],
    )


@pytest.mark.parametrize("product", ["sfb2015", "sfb2019"])
def test_skype_for_business(start: Start, product: str) -> None:
    stage = start(product=product)
    comes_true(stage, hosting_provider(**EXCHANGE_ONLINE), [EXCHANGE_ONLINE_LINE], [(NEW, EXCHANGE_ONLINE_SENT)])


def test_a_server_that_writes_types_as_objects(start: Start) -> None:
    stage = start(rich_types=True)
    comes_true(stage, hosting_provider(**EXCHANGE_ONLINE), [EXCHANGE_ONLINE_LINE], [(NEW, EXCHANGE_ONLINE_SENT)])
    comes_true(
        stage,
        hosting_provider(identity="exchange online", verification_level="AlwaysVerifiable"),
        [f'{SET} -Identity "Exchange Online" -VerificationLevel AlwaysVerifiable'],
        [(SET, {"Identity": "Exchange Online", "VerificationLevel": "AlwaysVerifiable"})],
    )
