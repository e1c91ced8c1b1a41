# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records and errors as a real engine sends them, and as a server with type extensions might."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._replication.status import moved, replica
from ansible_collections.ucops.lync.plugins.plugin_utils._session import clixml
from ansible_collections.ucops.lync.plugins.plugin_utils._session.clixml import Written
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import NOTHING
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils.recordings import cases, output_of, received

PROVIDER_CLASS = "Microsoft.Rtc.Management.WritableConfig.Settings.Edge.DisplayHostingProvider"


def records(case: str) -> list[dict[str, Any]]:
    return [item.properties for item in received(case).output]


def test_a_hosting_provider() -> None:
    record = received("output: hosting providers").output[0]
    assert record.types == (PROVIDER_CLASS, "System.Object")
    assert record.short_type == "DisplayHostingProvider"
    assert record.properties == {
        "Identity": "LyncOnline",
        "Name": "LyncOnline",
        "ProxyFqdn": "sipfed.online.lync.com",
        "VerificationLevel": "UseSourceVerification",
        "Enabled": False,
        "EnabledSharedAddressSpace": False,
        "HostsOCSUsers": False,
        "IsLocal": False,
        "AutodiscoverUrl": None,
        "SipClientPort": 443,
    }


def test_lists_of_text() -> None:
    pool = records("output: pools (lists of text)")[1]
    assert pool["Services"] == ["EdgeServer:lyncedge.adatum.net"]
    assert pool["Computers"] == ["lyncedge01.adatum.net", "lyncedge02.adatum.net"]


def test_replicas_with_the_servers_own_stamps() -> None:
    replicas = [replica(found) for found in records("output: replication status")]
    assert [one.fqdn for one in replicas][2:] == ["lyncedge01.adatum.net", "lyncedge02.adatum.net"]
    assert {one.last_status_report for one in replicas} == {"2023-11-14T22:13:23Z"}
    assert all(one.up_to_date for one in replicas)


@pytest.mark.parametrize(
    ("case", "values"),
    [
        ("date, UTC", ["2026-01-02T03:04:05Z"]),
        ("date, local", ["2026-01-02T03:04:05.678+00:00"]),
        ("date, unspecified", ["2026-01-02T03:04:05"]),
        ("date, seven decimals", ["2025-11-29T08:00:00.1234567Z"]),
        ("time span", ["P1DT1H1M1.5S"]),
        ("text with every awkward character", ["a\r\n\t<>&'\" _x000A_ é 日 😀 \0 end"]),
        ("enumeration at the top level", ["Friday"]),
        ("numbers", [7, 8, 9, 10, 1.5, 3, "2.5"]),
        ("array kept whole", [[1, 2]]),
        (
            "GUID, version, URI, bytes",
            ["6f1f0b0e-6a3c-4d53-9d3b-0d8a55a1c001", "5.0.8308.0", "https://a.b/c", "010203"],
        ),
    ],
)
def test_bare_values(case: str, values: list[Any]) -> None:
    assert records(f"values: {case}") == [{"Value": value} for value in values]


def test_nothing_is_a_record_of_its_own() -> None:
    assert clixml.record(output_of("<Nil/>")) == clixml.record(output_of("<S/>")) == NOTHING
    assert records("values: null") == [{"Value": None}]


@pytest.mark.parametrize("function", ["function", "plain function"])
@pytest.mark.parametrize(("sent", "store"), [("true", "local"), ("null", "central"), ("false", "central")])
def test_only_true_turns_the_switch_of_a_function_on(function: str, sent: str, store: str) -> None:
    assert records(f"switch: {function}, {sent}") == [{"Value": store}]


@pytest.mark.parametrize("case", ["date, UTC", "date, local", "date, unspecified", "date, seven decimals"])
def test_dates_of_every_kind_are_stamps_that_can_move(case: str) -> None:
    stamp = records(f"values: {case}")[0]["Value"]
    assert moved(stamp, stamp) is False
    assert moved(None, stamp) is True
    assert moved(stamp, stamp.replace("2026", "2027").replace("2025", "2026")) is True


def test_a_custom_object() -> None:
    assert records("values: custom object: extended properties") == [
        {
            "Text": "x",
            "Number": 1,
            "Flag": True,
            "When": "2026-01-02T00:00:00Z",
            "List": ["a", "b"],
            "Day": "Friday",
            "Nested": {"A": 1},
            "Nothing": None,
        }
    ]


def test_a_hash_table() -> None:
    assert records("values: hash table") == [{"a": "x", "b": 1}]


def test_text_that_was_given_a_property() -> None:
    assert records("values: note property on text") == [{"Value": "x", "N": 1}]


@pytest.mark.parametrize(
    ("case", "cmdlet", "error_id", "category"),
    [
        (
            "cmdlet error: unknown identity, non-terminating: the pipeline completes",
            "Get-CsHostingProvider",
            "CannotFindItem",
            "ObjectNotFound",
        ),
        (
            "cmdlet error: unknown identity, ErrorAction Stop: the pipeline fails",
            "Get-CsHostingProvider",
            "CannotFindItem",
            "ObjectNotFound",
        ),
        (
            "cmdlet error: terminating error of the cmdlet",
            "New-CsHostingProvider",
            "DuplicateIdentity",
            "ResourceExists",
        ),
        ("binding: unknown cmdlet", "Get-CsNothing", "CommandNotFoundException", "ObjectNotFound"),
        ("binding: unknown parameter", "Get-CsHostingProvider", "NamedParameterNotFound", "InvalidArgument"),
        (
            "binding: missing mandatory parameters",
            "New-CsHostingProvider",
            "MissingMandatoryParameter",
            "InvalidArgument",
        ),
        ("binding: ambiguous abbreviation", "Set-CsHostingProvider", "AmbiguousParameter", "InvalidArgument"),
        (
            "binding: value outside the enumeration",
            "Set-CsHostingProvider",
            "CannotConvertArgumentNoMessage",
            "InvalidArgument",
        ),
        ("binding: text for a Boolean", "Set-CsHostingProvider", "CannotConvertArgument", "InvalidArgument"),
        (
            "binding: parameters of two sets",
            "Set-CsAccessEdgeConfiguration",
            "AmbiguousParameterSet",
            "InvalidArgument",
        ),
        (
            "binding: confirmation without a host",
            "Set-CsHostingProvider",
            "HostFunctionNotImplemented",
            "NotImplemented",
        ),
        ("binding: module not installed", "Import-Module", "Modules_ModuleNotFound", "ResourceUnavailable"),
        (
            "cmdlet-only endpoint: cmdlet outside the role",
            "Remove-CsHostingProvider",
            "CommandNotFoundException",
            "ObjectNotFound",
        ),
        ("cmdlet-only endpoint: script text", "Get-CsHostingProvider", "ScriptsNotAllowed", "ParserError"),
        ("script error: division by zero continues", "The command", "RuntimeException", "NotSpecified"),
    ],
)
def test_errors(case: str, cmdlet: str, error_id: str, category: str) -> None:
    error = received(case).errors[0]
    assert (error.cmdlet, error.error_id.partition(",")[0], error.category) == (cmdlet, error_id, category)
    assert error.text
    assert error.not_recognised is (error_id == "CommandNotFoundException")


def test_an_error_says_what_the_server_said() -> None:
    error = received("cmdlet error: terminating error of the cmdlet").errors[0]
    assert error.message == (
        'New-CsHostingProvider failed: "Exchange Online" already exists. (DuplicateIdentity,Lync.StandIn.NewCsHostingProvider)'
    )
    assert error.details["error"]["target"] == "Exchange Online"


def test_a_pipeline_that_says_completed_still_has_its_error() -> None:
    arrived = received("cmdlet error: unknown identity, non-terminating: the pipeline completes")
    assert arrived.state == 4
    assert len(arrived.errors) == 1


@pytest.mark.parametrize("case", [name for name in cases() if not name.startswith("session")])
def test_every_recorded_message_can_be_read(case: str) -> None:
    arrived = received(case)
    assert all(item.properties for item in arrived.output)
    assert all(item.text for item in arrived.errors)


ENUMERATION = (
    '<Obj N="{name}" RefId="1"><TN RefId="1"><T>Lync.Level</T><T>System.Enum</T><T>System.ValueType</T><T>System.Object</T></TN>'
    "<ToString>UseSourceVerification</ToString><I32>2</I32></Obj>"
)
IDENTITY = (
    '<Obj N="Identity" RefId="2"><TN RefId="2"><T>Lync.XdsGlobalRelativeIdentity</T><T>System.Object</T></TN>'
    '<ToString>LyncOnline</ToString><Props><S N="Name">LyncOnline</S></Props></Obj>'
)


def written(properties: str, types: str = f'<TN RefId="0"><T>{PROVIDER_CLASS}</T><T>System.Object</T></TN>') -> Written:
    return output_of(f'<Obj RefId="0">{types}<ToString>LyncOnline</ToString>{properties}</Obj>')


@pytest.mark.parametrize("place", ["Props", "MS"])
def test_enumerations_and_identities_may_come_as_objects(place: str) -> None:
    level = ENUMERATION.format(name="VerificationLevel")
    record = clixml.record(written(f'<{place}>{IDENTITY}{level}<B N="Enabled">true</B></{place}>'))
    assert record.short_type == "DisplayHostingProvider"
    assert record.properties == {
        "Identity": "LyncOnline",
        "VerificationLevel": "UseSourceVerification",
        "Enabled": True,
    }


@pytest.mark.parametrize("given", [True, False])
def test_a_switch_is_a_boolean(given: bool) -> None:
    switch = (
        '<Obj N="Force" RefId="1"><TN RefId="1"><T>System.Management.Automation.SwitchParameter</T>'
        "<T>System.ValueType</T><T>System.Object</T></TN>"
        f'<ToString>{given}</ToString><Props><B N="IsPresent">{str(given).lower()}</B></Props></Obj>'
    )
    assert clixml.record(written(f"<Props>{switch}</Props>")).properties == {"Force": given}


def test_adapted_and_extended_properties_belong_to_one_object() -> None:
    record = clixml.record(written('<Props><S N="A">1</S></Props><MS><S N="B">2</S></MS>'))
    assert record.properties == {"A": "1", "B": "2"}


def test_a_nested_object_without_a_text_of_its_own_is_its_properties() -> None:
    nested = '<Obj N="Site" RefId="1"><MS><S N="Name">Lisbon</S><I32 N="Number">1</I32></MS></Obj>'
    assert clixml.record(written(f"<Props>{nested}</Props>")).properties == {"Site": {"Name": "Lisbon", "Number": 1}}


LIST_CLASSES = [
    "System.String[]",
    "System.Collections.Generic.List`1[[System.String, mscorlib, Version=4.0.0.0]]",
    "System.Collections.ObjectModel.Collection`1[[Lync.Fqdn, Lync, Version=5.0.0.0]]",
    "System.Collections.Generic.HashSet`1[[System.String, System.Core]]",
    "Microsoft.Rtc.Management.Xds.FqdnCollection",
]
AS_OBJECT = '<Obj RefId="9"><TN RefId="9"><T>Lync.Fqdn</T><T>System.Object</T></TN><ToString>b_x000A_c</ToString></Obj>'


@pytest.mark.parametrize("kind", LIST_CLASSES)
@pytest.mark.parametrize(
    ("items", "found"), [("", []), ("<S>a</S><S>b</S>", ["a", "b"]), (f"<S>a</S>{AS_OBJECT}", ["a", "b\nc"])]
)
def test_lists_of_any_class_are_lists(kind: str, items: str, found: list[str]) -> None:
    types = f'<TN RefId="1"><T>{kind}</T><T>System.Object</T></TN>'
    one = f'<Obj N="One" RefId="1">{types}<LST>{items}</LST></Obj>'
    other = f'<Obj N="Other" RefId="2"><TNRef RefId="1" /><LST>{items}</LST></Obj>'
    assert clixml.record(written(f"<Props>{one}{other}</Props>")).properties == {"One": found, "Other": found}


def test_an_enumerable_of_an_unknown_class_is_a_list() -> None:
    types = '<TN RefId="1"><T>System.Linq.Enumerable+Iterator</T><T>System.Object</T></TN>'
    record = clixml.record(written(f'<Props><Obj N="One" RefId="1">{types}<IE><S>a</S></IE></Obj></Props>'))
    assert record.properties == {"One": ["a"]}


def test_a_record_without_type_names_has_no_class() -> None:
    record = clixml.record(output_of('<Obj RefId="0"><MS><S N="Identity">a</S></MS></Obj>'))
    assert (record.types, record.short_type, record.properties) == ((), "", {"Identity": "a"})


def test_an_object_without_properties_is_its_text() -> None:
    assert clixml.record(written("")).properties == {"Value": "LyncOnline"}


def test_a_nested_class_is_told_without_its_namespace() -> None:
    types = '<TN RefId="0"><T>Microsoft.Rtc.Xds.Topology+CentralSite</T><T>System.Object</T></TN>'
    assert clixml.record(written('<Props><S N="A">1</S></Props>', types)).short_type == "Topology+CentralSite"
