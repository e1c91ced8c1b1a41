# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The script that runs cmdlets, as text: read with a grammar of PowerShell, measured, and compared with what may stand in it.

Nothing newer than PowerShell 3, and nothing that PowerShell 2 cannot read, can get into it: each kind of statement, operator,
command and class is one of a list.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
import tree_sitter_powershell
from tree_sitter import Language, Node, Parser

from ansible_collections.ucops.lync.plugins.plugin_utils._script import lines
from ansible_collections.ucops.lync.plugins.plugin_utils._script.lines import ENCODED_SCRIPT, SCRIPT

SOURCE = Path(lines.__file__).with_name("run_cmdlets.ps1").read_text(encoding="utf-8")
CREATED = "& $call.Name @parameters 2>&1 3>&1"
"""The one text in the script that is made a script block; PowerShell 2 could not read it."""

OF_ITS_OWN = {"Write-Marked", "Write-Record", "Exit-Refused"}
STATEMENTS = {
    "catch_clause",
    "catch_clauses",
    "elseif_clause",
    "elseif_clauses",
    "exit_statement",
    "flow_control_statement",
    "foreach_statement",
    "function_statement",
    "if_statement",
    "try_statement",
}
OPERATORS = {"-ceq", "-cnotcontains", "-cnotmatch", "-eq", "-is", "-lt"}
CLASSES = {
    "Activator",
    "Console",
    "Convert",
    "Management.Automation.ErrorRecord",
    "Management.Automation.PSSerializer",
    "Management.Automation.WarningRecord",
    "ScriptBlock",
    "Security.SecureString",
    "Text.Encoding",
    "hashtable",
    "string",
}
METHODS = {
    "AppendChar",
    "Create",
    "CreateInstance",
    "Deserialize",
    "Flush",
    "FromBase64String",
    "GetBytes",
    "GetEnumerator",
    "GetString",
    "Serialize",
    "ToBase64String",
    "ToCharArray",
    "WriteLine",
}


def nodes(source: str) -> list[Node]:
    def below(node: Node) -> Iterator[Node]:
        yield node
        for child in node.children:
            yield from below(child)

    return list(below(Parser(Language(tree_sitter_powershell.language())).parse(source.encode()).root_node))


def texts(source: str, *kinds: str) -> set[str]:
    return {(node.text or b"").decode() for node in nodes(source) if node.type in kinds}


@pytest.mark.parametrize("source", [SOURCE, SCRIPT, CREATED])
def test_the_grammar_finds_no_error(source: str) -> None:
    assert [node for node in nodes(source) if node.is_error or node.is_missing] == []


def test_commands() -> None:
    assert texts(SCRIPT, "command_name", "path_command_name") == {*OF_ITS_OWN, "ForEach-Object", "$run"}
    assert texts(SCRIPT, "function_name") == OF_ITS_OWN
    assert texts(SCRIPT, "command_name_expr") == {"$run"}
    assert texts(CREATED, "command_name_expr") == {"$call.Name"}


def test_what_is_made_a_script_block_is_that_one_text() -> None:
    created = [text for text in texts(SCRIPT, "invokation_expression") if text.startswith("[ScriptBlock]")]
    assert created == [f"[ScriptBlock]::Create('{CREATED}')"]


def test_statements_and_operators() -> None:
    found = {node.type for node in nodes(SCRIPT) if node.type.endswith(("_statement", "_clause", "_clauses"))}
    assert found <= STATEMENTS
    assert "pipeline_chain_tail" not in {node.type for node in nodes(SCRIPT)}
    assert texts(SCRIPT, "comparison_operator") <= OPERATORS
    assert texts(SCRIPT, "redirection") == set()


def test_classes_and_methods() -> None:
    assert texts(SCRIPT, "type_spec") == CLASSES
    called = {
        (node.children[-2].text or b"").decode() for node in nodes(SCRIPT) if node.type == "invokation_expression"
    }
    assert called == METHODS


@pytest.mark.parametrize(
    "newer", ["class A { }", "enum A { b }", "$a ? 1 : 2", "$a ?? 1", "a && b", "[A]::new()", "1 -in 2"]
)
def test_these_checks_would_find_what_is_newer(newer: str) -> None:
    found = nodes(newer)
    kinds = {node.type for node in found}
    assert (
        any(node.is_error for node in found)
        or {kind for kind in kinds if kind.endswith("_statement")} - STATEMENTS
        or "pipeline_chain_tail" in kinds
        or texts(newer, "comparison_operator") - OPERATORS
        or texts(newer, "type_spec") - CLASSES
    )


def test_it_is_short_enough_for_winrs_and_cmd() -> None:
    assert len(SCRIPT) < 2_800
    assert len(ENCODED_SCRIPT) < 8_000
    assert len(ENCODED_SCRIPT.rpartition(" ")[2]) == -(-len(SCRIPT) * 2 // 3) * 4


def test_what_is_sent_is_the_source_without_comment_lines_blank_lines_and_indentation() -> None:
    kept = [line.strip() for line in SOURCE.split("\n")]
    assert SCRIPT.split("\n") == [line for line in kept if line and line[0] != "#"]
    assert "#" not in SCRIPT
    assert SOURCE.isascii()
    command, encoded = ENCODED_SCRIPT.split(" -EncodedCommand ")
    assert base64.b64decode(encoded).decode("utf-16-le") == SCRIPT
    assert command == "powershell -NoProfile -NonInteractive -ExecutionPolicy Unrestricted"


def test_ansibles_own_shortening_changes_nothing() -> None:
    assert "\n".join(line.strip() for line in SCRIPT.splitlines() if line.strip()) == SCRIPT
    assert " -EncodedCommand " not in SCRIPT  # else winrm takes it for a command line
