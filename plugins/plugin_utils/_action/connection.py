# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a host is reached, told by its inventory: the connection plugin's name, the shell's family, the public options.

Only ``get_option`` is used: the plugins' own attributes differ from release to release of ansible-core.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean

from ansible_collections.ucops.lync.plugins.module_utils._core.failures import Refused
from ansible_collections.ucops.lync.plugins.plugin_utils._keeper.openings import AT_ONCE
from ansible_collections.ucops.lync.plugins.plugin_utils._psrp.options import PsrpEndpoint, psrp_endpoint
from ansible_collections.ucops.lync.plugins.plugin_utils._script.options import (
    ScriptEndpoint,
    has_windows_shell,
    ssh_endpoint,
    winrm_endpoint,
)
from ansible_collections.ucops.lync.plugins.plugin_utils._session.guard import ANSWER_BYTES
from ansible_collections.ucops.lync.plugins.plugin_utils._session.plain import plain
from ansible_collections.ucops.lync.plugins.plugin_utils._session.readable import MEGABYTE

COMMAND_TIMEOUT = 120
"""Seconds that one command may take, the load of the Lync module included (documented by users as 4 to 30 s)."""

SESSION_IDLE = 300
"""Seconds after which a server ends a shell that nobody uses, should its client have been killed."""

LEAST_SESSION_IDLE = 60
"""Seconds: what WinRM takes for an idle time-out at the least (policy "Specify idle Timeout")."""

THREE_LINES = """\
    ansible_connection: psrp
    ansible_psrp_path: OcsPowershell      # a Front End; leave it out for an Edge Server
    ansible_port: 443                     # a Front End; 5985 or 5986 for an Edge Server"""

TWO_BACKSLASHES = "\\\\"

Endpoint = PsrpEndpoint | ScriptEndpoint


def endpoint_of(connection: Any, variables: Mapping[str, Any]) -> Endpoint:
    """The endpoint behind a connection plugin.

    :param connection: the task's connection plugin, options set, not yet connected.
    :param variables: plain host variables that belong to this collection (``lync_command_timeout``, ``lync_answer_limit``,
        ``lync_session_keep``, ``lync_session_idle``).
    :raises Refused: when the inventory names no endpoint that can be used, with the lines to add; or no account that can be.
    """
    endpoint = _endpoint(connection, variables)
    user = endpoint.at.user or ""
    if TWO_BACKSLASHES in user:  # a refused logon would count against the account
        raise Refused(
            f"Nothing was sent to {endpoint.at.where}: the account '{user}' has two backslashes, as no account of Windows has. "
            f"YAML wants two between double quotes only. Write ansible_user: {user.replace(TWO_BACKSLASHES, TWO_BACKSLASHES[0])}"
        )
    return endpoint


def _endpoint(connection: Any, variables: Mapping[str, Any]) -> Endpoint:
    command_timeout = _number(variables, "lync_command_timeout", COMMAND_TIMEOUT, least=1)
    answer_limit = _number(variables, "lync_answer_limit", ANSWER_BYTES // MEGABYTE, least=1, unit="MiB") * MEGABYTE
    plugin = connection.transport
    if plugin == "psrp":
        return psrp_endpoint(
            connection,
            command_timeout,
            answer_limit,
            session_keep=boolean(variables.get("lync_session_keep", True), strict=False),
            session_idle=_number(variables, "lync_session_idle", SESSION_IDLE, least=LEAST_SESSION_IDLE),
        )
    if plugin == "winrm":
        return winrm_endpoint(connection, command_timeout, answer_limit)
    if plugin == "ssh" and has_windows_shell(connection):
        return ssh_endpoint(connection, command_timeout, answer_limit)
    raise Refused(
        f"This host is reached with the connection plugin {plugin}, over which Lync cmdlets cannot be run "
        f"(an inventory without ansible_connection means ssh; ssh needs ansible_shell_type: powershell). "
        "Add to the host's variables:",
        example=THREE_LINES,
    )


def openings_of(variables: Mapping[str, Any]) -> int:
    """How many sessions the keeper opens at the same time before a task needs them (``lync_session_openings``).

    :raises Refused: for anything but a number.
    """
    return _number(variables, "lync_session_openings", AT_ONCE, least=1, unit="sessions")


def account_of(connection: Any) -> str:
    """The name with which the host is logged on to, as the inventory states it; empty where it states none.

    :param connection: the task's connection plugin, options set.
    """
    return str(plain(connection.get_option("remote_user")) or "")


def _number(variables: Mapping[str, Any], name: str, default: int, least: int, unit: str = "seconds") -> int:
    stated = variables.get(name, default)
    try:
        number = int(stated)
    except (TypeError, ValueError):
        number = 0
    if number < least:
        raise Refused(f"The host variable {name} must be a number of {unit}, at least {least}, not {stated!r}.")
    return number
