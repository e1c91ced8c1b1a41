# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documentation of every module says."""

from __future__ import annotations


class ModuleDocFragment:
    """Attributes and notes that all modules share."""

    DOCUMENTATION = r"""
options: {}
requirements:
  - pypsrp >= 0.9.0 on the controller
notes:
  - The module runs on the controller and sends cmdlets over the host's own connection. C(ansible_connection=psrp) is recommended;
    it sends bare cmdlets and runs no script. Nothing is installed on the server.
  - The host variable C(lync_command_timeout) (seconds, default 120) limits what one command may take, the load of the Lync
    module included, and a reading that is repeated with all its repetitions; C(lync_answer_limit) (MiB, default 64) what its
    answer may hold in memory. C(lync_progress=false) turns off the lines that long waits show.
  - Over C(ansible_connection=psrp) the tasks of a play share one session for each host and account. C(lync_session_keep=false)
    gives each task its own, C(lync_session_scope=run) lets it last for all plays of the run. C(lync_session_idle) (seconds,
    default 300) is the time after which a server ends one that nobody uses. M(ucops.lync.lync_session) opens them before they are
    needed, C(lync_session_openings) (default 50) at the same time.
  - Any error record of a cmdlet fails the task. A server that cannot be reached is reported as unreachable, or with
    C(lync_session_failure=failed) as a failure, which C(rescue) can handle.
seealso:
  - name: Lync Server 2013 cmdlets
    description: The reference of the cmdlets behind the options.
    link: https://learn.microsoft.com/powershell/module/skype/
attributes:
  action_group:
    description: Part of the action group C(ucops.lync.lync), for C(module_defaults).
    support: full
    membership: [ucops.lync.lync]
  platform:
    description: The servers that the module manages.
    support: full
    platforms: windows
"""

    READS = r"""
options: {}
attributes:
  check_mode:
    description: Runs in check mode as always, because it changes nothing.
    support: full
  diff_mode:
    description: There is nothing to compare.
    support: none
  idempotent:
    description: Changes nothing.
    support: full
"""

    CONFIGURES = r"""
options: {}
notes:
  - An omitted option is not managed. Only settings that differ are sent.
  - Run it once for a deployment, on a machine that reaches the Central Management store, such as a Front End Server over
    C(ansible_psrp_path=OcsPowershell). Edge Servers receive the change by replication.
attributes:
  check_mode:
    description: Reads only. Whatever would fail before the first write fails in check mode, too.
    support: full
  diff_mode:
    description: Shows the managed settings before and after, and the cmdlets.
    support: full
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
"""

    ROLLOUT = r"""
options:
  rollout:
    description:
      - Whether the task is one of several changes that are waited for and reported together, as those of the role
        C(ucops.lync.hybrid). Then the status of the replicas is read in the pipeline before the write and returned as
        C(replication), for O(ucops.lync.lync_replication_status#module:newer_than), and the fact C(lync_writes) collects the
        C(writes) of all of them.
    type: bool
    default: false
  planned:
    description:
      - The change of a plan that the task is to carry out, one of RV(ucops.lync.lync_rollout_plan#module:planned). Where the
        object, read again, would need another one, the task fails before it writes, and names the difference.
    type: dict
"""
