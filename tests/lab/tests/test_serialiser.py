# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The serialiser against what the real engine put on the wire, text by text."""

from __future__ import annotations

import datetime as dt
import decimal
import re
import uuid
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from labtests.compare import first_difference, recorded
from psrpcore import types as psrp
from psrpcore._crypto import PSRemotingCrypto

from lynclab.contract.machine import Wire
from lynclab.powershell import records, values
from lynclab.powershell.clixml import Writer, date_text, duration_text, encode_text
from lynclab.powershell.edition import CORE, DESKTOP, version_table
from lynclab.psrp.conversation import Conversation

UTC = dt.timezone.utc
NAIVE = dt.datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001  a date of unspecified kind
FRIDAY = values.EnumValue("System.DayOfWeek", "Friday", 5)
AWKWARD = "a\r\n\t<>&'\" _x000A_ é 日 \U0001f600 \0 end"
GUID = uuid.UUID("6f1f0b0e-6a3c-4d53-9d3b-0d8a55a1c001")

VALUES: dict[str, list[Any]] = {
    "date, UTC": [values.DateTime(NAIVE.replace(tzinfo=UTC))],
    "date, local": [values.DateTime(NAIVE.replace(microsecond=678000, tzinfo=UTC), "local")],
    "date, unspecified": [values.DateTime(NAIVE, "unspecified")],
    "date, seven decimals": [values.DateTime(dt.datetime(2025, 11, 29, 8, 0, 0, 123456, UTC), "utc", 7)],
    "time span": [dt.timedelta(seconds=90061.5)],
    "text with every awkward character": [AWKWARD],
    "enumeration at the top level": [FRIDAY],
    "custom object: extended properties": [
        values.CustomObject(
            {
                "Text": "x",
                "Number": 1,
                "Flag": True,
                "When": values.DateTime(dt.datetime(2026, 1, 2, tzinfo=UTC)),
                "List": ["a", "b"],
                "Day": FRIDAY,
                "Nested": values.CustomObject({"A": 1}),
                "Nothing": None,
            }
        )
    ],
    "hash table": [{"a": "x", "b": 1}],
    "null": [None],
    "numbers": [values.UInt32(7), values.UInt64(8), 9, values.Int64(10), 1.5, values.Byte(3), decimal.Decimal("2.5")],
    "array kept whole": [[1, 2]],
    "GUID, version, URI, bytes": [GUID, values.Version("5.0.8308.0"), values.Uri("https://a.b/c"), b"\1\2\3"],
    "note property on text": [values.Decorated("x", {"N": 1})],
}


def core() -> Writer:
    return Writer(CORE)


@pytest.mark.parametrize("name", VALUES)
def test_a_value_has_the_recorded_text(name: str) -> None:
    ours = [records.output_message(value, core) for value in VALUES[name]]
    ours.append(records.state_message(records.PIPELINE_COMPLETED, None, core))
    theirs = [message.clixml for message in recorded(name).messages]
    assert first_difference("\n".join(ours), "\n".join(theirs)) == ""


def _properties(clixml: str) -> dict[str, Any]:
    """The adapted properties of a recorded object, in this package's values."""
    kinds = {"S": str, "U32": values.UInt32, "U64": values.UInt64, "I32": int}
    found: dict[str, Any] = {}
    for tag, name, text in re.findall(r'<(\w+) N="(\w+)"(?: />|>([^<]*)<)', clixml.split("<Props>")[1]):
        found[name] = None if tag == "Nil" else text == "true" if tag == "B" else kinds[tag](text)
    return found


@pytest.mark.parametrize("name", ["hosting providers", "access edge"])
def test_an_object_of_a_cmdlet_has_the_recorded_text(name: str) -> None:
    theirs = recorded(name).messages[0].clixml
    type_names = tuple(re.findall("<T>([^<]*)</T>", theirs))
    text = re.search("<ToString>([^<]*)<", theirs)
    assert text
    properties = _properties(theirs)
    for key in ("VerificationLevel", "DiscoveredPartnerVerificationLevel"):
        if key in properties:
            properties[key] = values.EnumValue("An.Enumeration", properties[key], 1)
    properties["Identity"] = values.Reference("An.Identity", properties["Identity"])
    assert (
        first_difference(records.output_message(values.PSObject(type_names, text[1], properties), core), theirs) == ""
    )


def test_lists_of_text_have_the_recorded_text() -> None:
    theirs = recorded("pools (lists of text)").messages[0].clixml
    name = "Microsoft.Rtc.Management.Deploy.Internal.Cluster"
    services = (
        "Registrar:lyncpool.adatum.net",
        "UserServer:lyncpool.adatum.net",
        "CentralManagement:lyncpool.adatum.net",
    )
    properties = {
        "Identity": values.Reference("An.Identity", "lyncpool.adatum.net"),
        "Services": values.StringList(services),
        "Computers": values.StringList(("lyncfe01.adatum.net", "lyncfe02.adatum.net")),
        "Fqdn": "lyncpool.adatum.net",
        "Site": values.Reference("A.Site", "Site:Lisbon"),
    }
    assert (
        first_difference(
            records.output_message(values.PSObject((name, "System.Object"), name, properties), core), theirs
        )
        == ""
    )


MANAGEMENT = "System.Management.Automation."
EXCEPTION = ("System.SystemException", "System.Exception", "System.Object")
RUNTIME = (f"{MANAGEMENT}RuntimeException", *EXCEPTION)
NOT_FOUND = 'Cannot find an item with identity "nope".'
UNKNOWN = values.ErrorRecord(
    NOT_FOUND,
    "CannotFindItem",
    13,
    (f"{MANAGEMENT}ItemNotFoundException", f"{MANAGEMENT}SessionStateException", *RUNTIME),
    command="Get-CsHostingProvider",
    origin="Lync.StandIn.GetCsHostingProvider",
    target="nope",
    terminating=False,
    thrown=False,
    exception_properties={
        "ErrorRecord": NOT_FOUND,
        "ItemName": "",
        "SessionStateCategory": "Variable",
        "WasThrownFromThrowStatement": False,
    },
    invocation_name="Get-CsHostingProvider",
    definition=(
        "\nGet-CsHostingProvider [[-Identity] <XdsGlobalRelativeIdentity>] [-LocalStore] [<CommonParameters>]\n"
        "\nGet-CsHostingProvider [-Filter <string>] [-LocalStore] [<CommonParameters>]\n"
    ),
)


def test_a_non_terminating_error_has_the_recorded_text() -> None:
    name = "unknown identity, non-terminating: the pipeline completes"
    assert first_difference(records.error_message(UNKNOWN, core), recorded(name).messages[0].clixml) == ""


def test_the_same_error_that_stops_the_pipeline_has_the_recorded_text() -> None:
    theirs = recorded("unknown identity, ErrorAction Stop: the pipeline fails").messages[0].clixml
    assert first_difference(records.state_message(records.PIPELINE_FAILED, UNKNOWN, core), theirs) == ""


def test_a_terminating_error_has_the_recorded_text() -> None:
    error = values.ErrorRecord(
        '"Exchange Online" already exists.',
        "DuplicateIdentity",
        20,
        ("System.InvalidOperationException", *EXCEPTION),
        command="New-CsHostingProvider",
        invocation_name="New-CsHostingProvider",
        origin="Lync.StandIn.NewCsHostingProvider",
        target="Exchange Online",
        hresult=-2146233079,
    )
    theirs = recorded("terminating error of the cmdlet").messages[0].clixml
    assert first_difference(records.state_message(records.PIPELINE_FAILED, error, core), theirs) == ""


def test_an_error_with_errors_below_it_has_the_recorded_text() -> None:
    message = (
        "Cannot bind parameter 'Identity'. Cannot convert value \"\" to type "
        '"Microsoft.Rtc.Management.Xds.XdsGlobalRelativeIdentity". Error: "Identity must not be empty."'
    )
    middle = message.removeprefix("Cannot bind parameter 'Identity'. ")
    lowest = values.ExceptionObject(
        ("System.ArgumentException", *EXCEPTION),
        "Identity must not be empty.",
        {"Message": "Identity must not be empty.", "ParamName": None},
        hresult=-2147024809,
        source="Lync.StandIn",
    )
    cast = values.ExceptionObject(
        (f"{MANAGEMENT}PSInvalidCastException", "System.InvalidCastException", *EXCEPTION),
        middle,
        {"ErrorRecord": middle},
        inner=lowest,
        hresult=-2147467262,
    )
    error = values.ErrorRecord(
        message,
        "CannotConvertArgumentNoMessage",
        5,
        (f"{MANAGEMENT}ParameterBindingException", *RUNTIME),
        command="Get-CsHostingProvider",
        origin="Lync.StandIn.GetCsHostingProvider",
        inner=cast,
        exception_properties={
            "Message": message,
            "ParameterName": "Identity",
            "ParameterType": "Microsoft.Rtc.Management.Xds.XdsGlobalRelativeIdentity",
            "TypeSpecified": "System.String",
            "ErrorId": "CannotConvertArgumentNoMessage",
            "Line": values.Int64(0),
            "Offset": values.Int64(0),
            "CommandInvocation": f"{MANAGEMENT}InvocationInfo",
            "ErrorRecord": message,
            "WasThrownFromThrowStatement": False,
        },
    )
    theirs = recorded("empty text for an identity").messages[0].clixml
    assert first_difference(records.state_message(records.PIPELINE_FAILED, error, core), theirs) == ""


@pytest.mark.parametrize(
    ("name", "kind"), [("warning record", values.WarningRecord), ("verbose record", values.VerboseRecord)]
)
def test_a_warning_and_a_verbose_record_have_the_recorded_text(name: str, kind: Any) -> None:
    theirs = recorded(name).messages[0].clixml
    definition = re.search(r'CommandInfo_Definition">([^<]*)<', theirs)
    message = re.search("<ToString>([^<]*)<", theirs)
    assert definition
    assert message
    identity = values.Reference(
        "Microsoft.Rtc.Management.Xds.XdsGlobalRelativeIdentity",
        "LyncOnline",
        (("Scope", "Global"), ("Name", "LyncOnline")),
    )
    bound: dict[str, Any] = {"Identity": identity, "Enabled": False}
    if kind is values.VerboseRecord:
        bound["Verbose"] = values.SWITCH
        bound["WarningAction"] = values.EnumValue(f"{MANAGEMENT}ActionPreference", "SilentlyContinue", 0)
    syntax = definition[1].replace("_x000A_", "\n").replace("&lt;", "<").replace("&gt;", ">")
    record = kind(message[1], "Set-CsHostingProvider", bound, syntax)
    assert first_difference(records.informational_message(record, core), theirs) == ""


def test_the_private_data_has_the_recorded_text() -> None:
    case = recorded("opening a runspace pool")
    version = {
        "PSEdition": "Core",
        "OS": "Debian GNU/Linux 12 (bookworm)",
        "PSSemanticVersion": "7.6.9",
        "PSRemotingProtocolVersion": values.Version("2.3"),
        "WSManStackVersion": values.Version("3.0"),
        "PSCompatibleVersions": [values.Version(v) for v in ["1.0", "2.0", "3.0", "4.0", "5.0", "5.1", "6.0", "7.0"]],
        "PSVersion": values.Version("7.6.9"),
        "GitCommitId": "7.6.9",
        "SerializationVersion": values.Version("1.1.0.1"),
        "Platform": "Unix",
    }
    ours = Conversation(version, Wire(edition=CORE)).private_data()
    assert first_difference(ours, case.messages[1].clixml) == ""


def test_a_server_with_type_extensions_sends_enumerations_and_identities_as_objects() -> None:
    writer = Writer(DESKTOP, rich_types=True)
    identity = values.Reference("An.Identity", "Global", (("Scope", "Global"),))
    writer.value(values.PSObject(("A.Thing",), "thing", {"Day": FRIDAY, "Identity": identity}))
    assert '<Obj N="Day" RefId="1"><TN RefId="1"><T>System.DayOfWeek</T>' in writer.text()
    assert "<ToString>Friday</ToString><I32>5</I32>" in writer.text()
    assert '<ToString>Global</ToString><Props><S N="Scope">Global</S></Props>' in writer.text()


@pytest.mark.parametrize(
    ("kind", "text"),
    [("utc", "2026-01-02T03:04:05Z"), ("local", "2026-01-02T03:04:05+00:00"), ("unspecified", "2026-01-02T03:04:05")],
)
def test_dates_can_be_sent_with_any_kind(kind: str, text: str) -> None:
    assert date_text(values.DateTime(NAIVE.replace(tzinfo=UTC)), kind) == text


def test_a_local_date_keeps_its_offset() -> None:
    zone = dt.timezone(-dt.timedelta(hours=3, minutes=30))
    assert date_text(values.DateTime(NAIVE.replace(tzinfo=zone), "local")) == "2026-01-02T03:04:05-03:30"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "PT0S"), (60, "PT1M"), (86400, "P1D"), (-1.25, "-PT1.25S"), (3600, "PT1H")]
)
def test_durations(seconds: float, text: str) -> None:
    assert duration_text(dt.timedelta(seconds=seconds)) == text


def test_desktop_names_classes_of_mscorlib_and_has_no_statement() -> None:
    text = records.error_message(UNKNOWN, lambda: Writer(DESKTOP))
    assert "mscorlib, Version=4.0.0.0" in text
    assert "System.Private.CoreLib" not in text
    assert 'N="Statement"' not in text


@pytest.mark.parametrize(("version", "protocol"), [("3.0", "2.2"), ("4.0", "2.2"), ("5.1", "2.3")])
def test_each_windows_powershell_has_its_protocol_version(version: str, protocol: str) -> None:
    assert version_table(version)["PSRemotingProtocolVersion"] == protocol


@given(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\ufffe\uffff")))
def test_any_text_is_read_back_as_it_was(text: str) -> None:
    writer = Writer(DESKTOP)
    writer.string(text)
    read: Any = psrp.deserialize(ElementTree.fromstring(writer.text()), PSRemotingCrypto())
    assert read == text
    assert re.fullmatch("[^\x00-\x1f\x7f-\x9f\U00010000-\U0010ffff]*", encode_text(text))
