# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The script that runs cmdlets, run by a real PowerShell engine."""

from __future__ import annotations

import base64
import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._core.cmdlet import SWITCH, Cmdlet, Secret
from ansible_collections.ucops.lync.plugins.module_utils._core.failures import CmdletFailed, Failure
from ansible_collections.ucops.lync.plugins.module_utils._core.outside import Looked, Srv
from ansible_collections.ucops.lync.plugins.module_utils._core.visible import visible
from ansible_collections.ucops.lync.plugins.module_utils._readiness.server_names import NO_CMDLET, ServerNames
from ansible_collections.ucops.lync.plugins.plugin_utils._script.lines import SCRIPT, input_lines, output_of
from ansible_collections.ucops.lync.plugins.plugin_utils._session.cmdlet_runner import CmdletRunner
from ansible_collections.ucops.lync.plugins.plugin_utils._session.contract import Answer
from ansible_collections.ucops.lync.plugins.plugin_utils._session.repeats import Repeats
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils.engine import (
    EngineConnection,
    KeptEngine,
    NewEngines,
    cmdlets,
    lync_module,
    session,
)
from ansible_collections.ucops.lync.tests.unit.plugins.plugin_utils.recordings import allowance

pytestmark = pytest.mark.engine

ECHO = "Get-CsEcho"
AWKWARD = [
    "$(throw 'run')",
    "a'b\"c`d; exit 3",
    "a\r\nb\tc\0d",
    "日本語 é 😀",
    "_x000A_ is text",
    "#< CLIXML",
    "<Objs>&amp;</Objs>",
    "\u2018typographic\u2019 \u201cquotes\u201d",
    "x" * 5_000,
]


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lync_module(tmp_path_factory.mktemp("modules"))


@pytest.fixture(scope="module")
def engine(modules: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeptEngine]:
    with contextlib.closing(KeptEngine(modules, tmp_path_factory.mktemp("engine"))) as engine:
        yield engine


@pytest.fixture
def connection(engine: KeptEngine) -> EngineConnection:
    return EngineConnection(engine)


def kinds(connection: EngineConnection) -> list[str]:
    return re.findall(r"^ucops\.lync: (\w+)", connection.stdout.decode(), re.MULTILINE)


def values(answer: Answer) -> list[Any]:
    return [record.properties.get("Value", record.properties) for record in answer.records]


@pytest.mark.parametrize(
    ("data", "code", "written"),
    [
        (input_lines([Cmdlet("Set-CsTrouble")]), 0, "begin output warning error warning output end"),
        (b"no base64\n", 1, "begin refused"),
        (b"", 0, "begin end"),
    ],
)
def test_a_process_of_its_own_gives_the_same(
    modules: Path, connection: EngineConnection, data: bytes, code: int, written: str
) -> None:
    """So that what the kept engine shows below is what a server's new process would do."""
    status, stdout, stderr = connection.exec_command(SCRIPT, data)
    assert (status, " ".join(kinds(connection))) == (code, written)
    new_status, new_stdout, new_stderr = NewEngines(modules).run(SCRIPT, data)
    assert (new_status, new_stderr) == (status, stderr)
    new, old = output_of(new_stdout, allowance()), output_of(stdout, allowance())
    assert (new.answer.records, new.answer.warnings) == (old.answer.records, old.answer.warnings)
    assert [vars(error) for error in new.answer.errors] == [vars(error) for error in old.answer.errors]
    assert (new.began, new.ended, new.refusal) == (old.began, old.ended, old.refusal)


def test_an_object_and_its_enumeration_arrive_as_over_psrp(connection: EngineConnection) -> None:
    answer = session(connection).invoke(cmdlets("Get-CsProvider"))
    (record,) = answer.records
    assert record.short_type == "Provider"
    assert record.properties == {
        "Identity": "LyncOnline",
        "Level": "High",
        "Port": 443,
        "Url": None,
        "Names": ["a", "b"],
    }
    assert kinds(connection) == ["begin", "output", "end"]


def test_every_kind_of_value(connection: EngineConnection) -> None:
    found = values(session(connection).invoke(cmdlets("Get-CsValue")))
    assert found[:9] == ["text", 7, 8, 1.5, True, None, "Friday", {"Key": "x"}, [1, 2]]
    local, utc, custom = found[9:]
    assert local == "2026-01-02T03:04:05"
    assert re.fullmatch(r"2026-01-0\dT\d\d:\d\d:05Z", utc)
    assert (custom["A"], custom["B"]) == (1, {"C": 2})
    assert kinds(connection).count("output") == len(found)


def test_awkward_text_arrives_and_comes_back(connection: EngineConnection) -> None:
    answer = session(connection).invoke([Cmdlet(ECHO, {"Value": text}) for text in AWKWARD])
    assert values(answer) == AWKWARD
    assert answer.errors == ()


def test_values_keep_their_type(connection: EngineConnection) -> None:
    sent: list[tuple[Any, str]] = [
        (True, "bool"),
        (7, "int"),
        (2**40, "long"),
        (1.5, "double"),
        (["a", 1], "System.Collections.ArrayList"),
        ({"a": 1}, "hashtable"),
    ]
    answer = session(connection).invoke([Cmdlet(ECHO, {"Value": value}) for value, kind in sent])
    assert [record.properties["Kind"] for record in answer.records] == [kind for value, kind in sent]
    assert values(answer) == [value for value, kind in sent]


def test_warnings_errors_and_output_in_order(connection: EngineConnection) -> None:
    answer = session(connection).invoke([Cmdlet("Set-CsTrouble"), *cmdlets("Get-CsProvider")])
    assert kinds(connection) == ["begin", "output", "warning", "error", "warning", "output", "output", "end"]
    assert answer.warnings == ("first", "second")
    (error,) = answer.errors
    assert (error.cmdlet, error.text, error.error_id) == ("Set-CsTrouble", "not found", "NoSuch,Set-CsTrouble")
    assert (error.category, error.target) == ("ObjectNotFound", "thing")


def test_a_terminating_error_ends_its_cmdlet_and_no_other(connection: EngineConnection) -> None:
    answer = session(connection).invoke([Cmdlet("Set-CsTrouble", {"Terminating": SWITCH}), *cmdlets("Get-CsProvider")])
    assert kinds(connection) == ["begin", "output", "warning", "error", "warning", "thrown", "output", "end"]
    assert [error.error_id for error in answer.errors] == ["NoSuch,Set-CsTrouble", "Ended,Set-CsTrouble"]
    assert answer.records[-1].short_type == "Provider"


def test_what_the_engine_itself_refuses(connection: EngineConnection) -> None:
    refused = [
        (Cmdlet("Get-CsNothing"), "CommandNotFoundException", "ObjectNotFound"),
        (Cmdlet("Get-CsProvider", {"Colour": 1}), "NamedParameterNotFound", "InvalidArgument"),
        (Cmdlet("Get-CsMandatory"), "MissingMandatoryParameter", "InvalidArgument"),
        (Cmdlet("Get-CsMandatory", {"Identity": 1, "Level": "c"}), "ParameterArgumentValidationError", "InvalidData"),
        (Cmdlet("Import-Module", {"Name": "SkypeForBusiness"}), "Modules_ModuleNotFound", "ResourceUnavailable"),
    ]
    errors = session(connection).invoke([cmdlet for cmdlet, error_id, category in refused]).errors
    found = [(error.error_id.partition(",")[0], error.category) for error in errors]
    assert found == [(error_id, category) for cmdlet, error_id, category in refused]
    assert [error.not_recognised for error in errors] == [True, False, False, False, False]
    assert kinds(connection) == ["begin", "thrown", "thrown", "thrown", "thrown", "error", "end"]


@pytest.mark.parametrize(
    "name",
    [
        "Get-CsEcho; exit 3",
        "get-csecho",
        "Get-CsEcho\n",
        "",
        "resolve-dnsname",
        "Resolve-DnsName\n",
        "x\\Resolve-DnsName",
    ],
)
def test_another_name_is_refused_and_nothing_runs(connection: EngineConnection, name: str) -> None:
    with pytest.raises(Failure) as refused:
        session(connection).invoke([*cmdlets("Set-CsTrouble"), Cmdlet(name, {"Value": "hunter2"})])
    assert refused.type is Failure
    assert "did not run" in refused.value.message
    assert f"No Lync cmdlet: {visible(name)}" in refused.value.message
    assert kinds(connection) == ["begin", "refused"]


@pytest.mark.parametrize("name", ["./Lync", ["Lync", "x"]])
def test_another_module_is_refused(connection: EngineConnection, name: Any) -> None:
    with pytest.raises(Failure, match="Import of another module"):
        session(connection).invoke([Cmdlet("Import-Module", {"Name": name})])


def test_an_import_takes_no_other_parameter(connection: EngineConnection) -> None:
    answer = session(connection).invoke([Cmdlet("Import-Module", {"Name": "Lync", "Count": 1, "PassThru": True})])
    assert (answer.records, answer.errors) == ((), ())


def names_of(connection: EngineConnection) -> ServerNames:
    runner = CmdletRunner(lambda: session(connection), pytest.fail, Repeats(0))
    task: Any = SimpleNamespace(read=lambda *asked: runner.read(asked))
    return ServerNames(task)


def test_names_are_resolved_by_the_command_of_that_name(connection: EngineConnection) -> None:
    """Resolve-DnsName itself is a part of Windows; here a function stands for it, with the documented properties."""
    names = names_of(connection)
    assert names.federation("_sipfederationtls._tcp.adatum.example") == Looked((Srv("sip.adatum.example", 5061),))
    assert names.federation("unknown.adatum.example") == Looked()
    assert kinds(connection) == ["begin", "error", "end"]


def test_where_windows_has_no_such_command_nothing_is_imported_for_it(engine: KeptEngine) -> None:
    connection = EngineConnection(engine, "$PSModuleAutoLoadingPreference = 'None'")
    names = names_of(connection)
    assert [names.federation(name) for name in ("a.example", "b.example")] == [Looked(problem=NO_CMDLET)] * 2
    assert connection.runs == 1


def test_a_secret_is_a_secure_string_at_the_cmdlet(connection: EngineConnection) -> None:
    texts = ["pä$'日\"1", ""]
    answer = session(connection).invoke([Cmdlet("Set-CsPin", {"Show": SWITCH, "Pin": Secret(text)}) for text in texts])
    assert [record.properties for record in answer.records] == [
        {"Length": len(text), "Text": text, "Kind": "securestring"} for text in texts
    ]


def test_a_logon_runs_nothing(connection: EngineConnection) -> None:
    session(connection).open()
    assert kinds(connection) == ["begin", "end"]
    assert connection.exec_command(SCRIPT)[0] == 0
    assert kinds(connection) == ["begin", "end"]


@pytest.mark.parametrize("line", [b"no base64\n", base64.b64encode(b"no CLIXML") + b"\n"])
def test_input_that_cannot_be_read_runs_nothing(connection: EngineConnection, line: bytes) -> None:
    data = input_lines([Cmdlet("Set-CsTrouble")]) + line
    assert connection.exec_command(SCRIPT, data)[0] == 1
    assert kinds(connection) == ["begin", "refused"]


def test_an_engine_that_is_too_old_says_what_to_install(connection: EngineConnection) -> None:
    """The limit is feigned: whether PowerShell 2 gets as far cannot be tried here."""
    assert connection.exec_command(SCRIPT.replace("-lt 3", "-lt 99"), input_lines(cmdlets("Set-CsTrouble")))[0] == 1
    assert kinds(connection) == ["begin", "refused"]
    assert "install Windows Management Framework 3.0" in output_of(connection.stdout, allowance()).refusal


def test_the_module_is_imported_where_it_does_not_load_by_itself(engine: KeptEngine) -> None:
    connection = EngineConnection(engine, "$PSModuleAutoLoadingPreference = 'None'")
    runner = CmdletRunner(lambda: session(connection), pytest.fail, Repeats(0))
    for value in ("a", "b"):
        ((found,),) = runner.read([Cmdlet(ECHO, {"Value": value})])
        assert found["Value"] == value
    assert connection.runs == 4  # not known, import, import with the cmdlet twice
    with pytest.raises(CmdletFailed):
        runner.read(cmdlets("Get-CsMandatory"))
    with pytest.raises(Failure, match="the product's module is loaded and does not have it"):
        runner.read(cmdlets("Get-CsNothing"))
