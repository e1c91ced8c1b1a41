# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module's declaration says of its options, values and product versions."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused
from ansible_collections.ucops.lync.plugins.module_utils._nouns import access_edge, hosting_provider
from ansible_collections.ucops.lync.plugins.module_utils._nouns.access_edge import ACCESS_EDGE
from ansible_collections.ucops.lync.plugins.module_utils._resource.resource import Resource
from ansible_collections.ucops.lync.plugins.module_utils._resource.setting import (
    FQDN,
    IDENTITY,
    NUMBER,
    PORT,
    URL,
    VERIFICATION_LEVEL,
    Kind,
    Setting,
    between,
)
from ansible_collections.ucops.lync.plugins.module_utils._store.names import snake_case
from ansible_collections.ucops.lync.plugins.module_utils._store.product import Product, product_of
from ansible_collections.ucops.lync.plugins.module_utils._store.store import Store
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory

RESOURCES = (access_edge.RESOURCE, hosting_provider.RESOURCE)


def settings(resource: Resource) -> list[Setting]:
    return [*resource.settings, *([resource.key] if resource.key else [])]


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.noun)
def test_an_option_is_the_snake_case_of_its_parameter(resource: Resource) -> None:
    """What is read back is compared by that name."""
    assert [one.option for one in settings(resource)] == [snake_case(one.parameter) for one in settings(resource)]


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.noun)
def test_no_option_or_parameter_is_declared_twice(resource: Resource) -> None:
    assert len({one.option for one in settings(resource)}) == len(settings(resource))
    assert len({one.parameter for one in settings(resource)}) == len(settings(resource))


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
        (URL, ""),
    ],
)
def test_values_that_a_server_could_hold_are_taken(kind: Kind, value: Any) -> None:
    Setting("option", "Parameter", kind).check(value)


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
        Setting("option", "Parameter", kind).check(value)
    assert refused.value.message == sentence


def test_choices_come_into_the_argument_spec() -> None:
    assert Setting("verification_level", "VerificationLevel", VERIFICATION_LEVEL).argument() == {
        "type": "str",
        "choices": ["AlwaysVerifiable", "AlwaysUnverifiable", "UseSourceVerification"],
    }


@pytest.mark.parametrize(
    ("found", "product", "called"),
    [
        (memory.access_edge_2010(), Product.LYNC_2010, "Lync Server 2010"),
        (memory.access_edge(), Product.LYNC_2013, "Lync Server 2013"),
        (memory.access_edge_2015(), Product.SFB_2015, "Skype for Business Server 2015"),
        (memory.default_routing(), Product.LYNC_2013, "Lync Server 2013"),
    ],
)
def test_the_product_is_told_by_the_properties_of_the_global_object(
    found: dict[str, Any], product: Product, called: str
) -> None:
    assert product_of(Store({ACCESS_EDGE.name: [found]})) is product
    assert str(product) == called


@pytest.mark.parametrize("objects", [[], [memory.access_edge(), memory.access_edge()]])
def test_there_must_be_one_global_object(objects: list[dict[str, Any]]) -> None:
    with pytest.raises(Refused, match=f"wrote {len(objects)} objects instead of the global one"):
        Store({ACCESS_EDGE.name: objects}).only(ACCESS_EDGE)
