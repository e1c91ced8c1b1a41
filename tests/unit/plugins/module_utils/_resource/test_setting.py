# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Single settings: their options, values and product versions."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused
from ansible_collections.ucops.lync.plugins.module_utils._nouns.access_edge import ACCESS_EDGE
from ansible_collections.ucops.lync.plugins.module_utils._resource.setting import (
    BOOLEAN,
    FQDN,
    IDENTITY,
    NUMBER,
    PORT,
    SCOPED_IDENTITY,
    TEXT,
    URL,
    VERIFICATION_LEVEL,
    Clearing,
    Kind,
    Setting,
    between,
)
from ansible_collections.ucops.lync.plugins.module_utils._store.product import Product, product_of
from ansible_collections.ucops.lync.plugins.module_utils._store.store import Store
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (PORT, 1),
        (PORT, 65535),
        (NUMBER, 0),
        (NUMBER, 2**32 - 1),
        (between(1, 4), 4),
        (FQDN, "exap.um.outlook.com"),
        (FQDN, "exap.um.outlook.com."),
        (FQDN, "_sip.under_score.example"),
        (IDENTITY, "Exchange Online"),
        (IDENTITY, "two\nlines"),
        (URL, "anything at all"),
    ],
)
def test_values_that_a_server_could_hold_are_taken(kind: Kind, value: Any) -> None:
    Setting("Parameter", kind, option="option").checked(value)


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        (PORT, 0, "option must be from 1 to 65535, not 0."),
        (PORT, 65536, "option must be from 1 to 65535, not 65536."),
        (NUMBER, -1, "option must be from 0 to 4294967295, not -1."),
        (between(1, 4), 5, "option must be from 1 to 4, not 5."),
        (FQDN, "exap", "option must be a fully qualified domain name in ASCII letters, not 'exap'."),
        (FQDN, "", "option must be a fully qualified domain name in ASCII letters, not ''."),
        (FQDN, "a..b", "option must be a fully qualified domain name in ASCII letters, not 'a..b'."),
        (FQDN, "a.b\n", "option must be a fully qualified domain name in ASCII letters, not 'a.b\\n'."),
        (URL, "", "option cannot be cleared: state a value, or leave the option out."),
        (
            SCOPED_IDENTITY,
            "site: ",
            "option must be global, site:<site>, or the name of a policy for users, not 'site: '.",
        ),
        (
            FQDN,
            "münchen.example",
            "option must be a fully qualified domain name in ASCII letters, not 'münchen.example'.",
        ),
        (IDENTITY, "", "option must be a name, not ''."),
        (IDENTITY, " \t", "option must be a name, not ' \\t'."),
        (
            URL,
            "https://\uffff",
            "option: the character U+FFFF at position 9 cannot travel to a Windows server; remove it.",
        ),
    ],
)
def test_other_values_are_refused_with_a_sentence(kind: Kind, value: Any, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        Setting("Parameter", kind, option="option").checked(value)
    assert refused.value.message == sentence


def test_choices_come_into_the_argument_spec() -> None:
    assert Setting("VerificationLevel", VERIFICATION_LEVEL).argument() == {
        "type": "str",
        "choices": ["AlwaysVerifiable", "AlwaysUnverifiable", "UseSourceVerification"],
    }


@pytest.mark.parametrize(
    ("world", "product", "called"),
    [
        ({"product": "lync2010"}, Product.LYNC_2010, "Lync Server 2010"),
        ({"product": "lync2013"}, Product.LYNC_2013, "Lync Server 2013"),
        ({"product": "sfb2015"}, Product.SFB_2015, "Skype for Business Server 2015"),
        ({"product": "sfb2019"}, Product.SFB_2015, "Skype for Business Server 2015"),
        ({"edge": memory.DEFAULT_ROUTING}, Product.LYNC_2013, "Lync Server 2013"),
    ],
)
def test_the_product_is_told_by_the_properties_of_the_global_object(
    world: dict[str, Any], product: Product, called: str
) -> None:
    found = memory.Deployment(**world).answer(ACCESS_EDGE)
    assert product_of(Store({ACCESS_EDGE.name: found})) is product
    assert str(product) == called


@pytest.mark.parametrize("objects", [[], [{}, {}]])
def test_there_must_be_one_global_object(objects: list[dict[str, Any]]) -> None:
    with pytest.raises(Refused, match=f"wrote {len(objects)} objects instead of the global one"):
        Store({ACCESS_EDGE.name: objects}).only(ACCESS_EDGE)


@pytest.mark.parametrize(
    ("stated", "shown"),
    [
        (Setting("ProxyFqdn", FQDN).checked("exap.um.outlook.com."), "exap.um.outlook.com"),
        (Setting("Identity", SCOPED_IDENTITY).checked("tag:Remote users"), "Remote users"),
        (Setting("Identity", SCOPED_IDENTITY).checked("Site:Lisbon"), "Site:Lisbon"),
        (Setting("ProxyFqdn", FQDN, clearing=Clearing.NULL).checked(""), ""),
    ],
)
def test_a_value_is_spelled_once_for_display_comparison_and_wire(stated: Any, shown: Any) -> None:
    assert stated == shown


def test_an_option_is_the_snake_case_of_its_parameter_unless_it_is_stated() -> None:
    assert Setting("HostsOCSUsers", BOOLEAN).option == "hosts_ocs_users"
    assert Setting("EnableP2PVideo", BOOLEAN, option="enable_p2p_video").option == "enable_p2p_video"


@pytest.mark.parametrize(
    ("clearing", "value", "sent"),
    [
        (Clearing.EMPTY, "", ""),
        (Clearing.NULL, "", None),
        (Clearing.EMPTY, None, ""),
        (Clearing.NULL, "text", "text"),
        (Clearing.REFUSED, "text", "text"),
    ],
)
def test_what_clears_is_said_for_each_setting(clearing: Clearing, value: Any, sent: Any) -> None:
    assert Setting("Comment", TEXT, clearing=clearing).sent(value) == sent
