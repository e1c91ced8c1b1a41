# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change window on the lab: plan, approval, a run that is refused, the run, the proof again, and the way back.

Each step is checked, and the demo fails where another thing happens than it tells. What it made stays in its folder,
``.build/demo-window``: the plan as text, page and document, the approval, the journals and snapshots.
"""

from __future__ import annotations

import datetime
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import approver
from ansible_output import changing_cmdlets
from stage import CHECKOUT, VERIFIED, Run, Stage, ansible_in, expect, expect_documented, perform
from store import Objects, Store

FOLDER = CHECKOUT / ".build/demo-window"
# So that what is left on the screen is what somebody watches in a change window.
SETTINGS = "[defaults]\ndisplay_ok_hosts = false\ndisplay_skipped_hosts = false\n"
COLLEAGUES: Mapping[str, str | bool] = {
    "Identity": "Fabrikam",
    "Enabled": True,
    "EnabledSharedAddressSpace": False,
    "HostsOCSUsers": False,
    "ProxyFqdn": "sip.fabrikam.example",
    "IsLocal": False,
    "VerificationLevel": "UseSourceVerification",
}
CONSENT = "federation_off"
FAILED = 2
"""The status of ansible-playbook where a host failed."""


@dataclass(frozen=True)
class Window:
    """The folders and files of a change window."""

    stage: Stage
    store: Store

    @property
    def variables(self) -> Path:
        return self.stage.folder / "window.yml"

    @property
    def approvals(self) -> Path:
        return self.stage.folder / "approvals"

    @property
    def records(self) -> Path:
        return self.stage.folder / "records"

    def prepare(self, signers: Path | None) -> None:
        """An empty folder, but for the variables of the window, which are shown."""
        self.approvals.mkdir()
        lines = [
            f"hybrid_plan_dir: {self.stage.folder / 'plans'}",
            "hybrid_require_approval: true",
            f"hybrid_approvals: {self.approvals}",
            *([] if signers is None else [f"hybrid_approval_signers: {signers}"]),
            f"hybrid_record_dir: {self.records}",
            f"hybrid_snapshot_dir: {self.stage.folder / 'snapshots'}",
            # Looking more often than in production shows each step of the replication.
            "hybrid_replication_interval: 1",
        ]
        self.variables.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def play(self, headline: str, *options: str, playbook: str = "hybrid", status: int = 0) -> Run:
        variables = ("-e", f"@{self.variables.relative_to(CHECKOUT)}")
        return self.stage.play(headline, *variables, *options, playbook=playbook, status=status)

    def plans(self, ending: str) -> list[Path]:
        return sorted((self.stage.folder / "plans").glob(f"*{ending}"))

    def only_plan(self, ending: str) -> Path:
        """The one plan that was written so far, in one of its forms."""
        found = self.plans(ending)
        expect(len(found) == 1, f"There are {len(found)} plans as *{ending}, not one.")
        return found[0]

    def refused(self, headline: str, reason: str) -> None:
        """A run that must not be approved, for a reason, and must not write anything."""
        before = self.store.read()
        run = self.play(headline, status=FAILED)
        expect("is not approved: " in run.output, "The run does not say that the deployment is not approved.")
        expect(reason in run.output, f"The run does not say '{reason}'.")
        expect(not run.changed, f"The run says that it changed something: {run.changed}.")
        expect(self.store.read() == before, "The refused run changed the deployment.")
        checked(f"the run was refused ('{reason}...'), and wrote nothing.")

    def colleague(self, cmdlet: str, parameters: Mapping[str, str | bool]) -> None:
        """Somebody else types a cmdlet meanwhile."""
        tell(f"Meanwhile a colleague types: {typed(cmdlet, parameters)}")
        self.store.invoke(cmdlet, parameters)


def tell(*lines: str) -> None:
    print("\n" + "\n".join(lines), flush=True)


def checked(what: str) -> None:
    tell(f"Checked: {what}")


def typed(cmdlet: str, parameters: Mapping[str, str | bool]) -> str:
    """As a person types it."""
    values: dict[str | bool, str] = {True: "$true", False: "$false"}
    return " ".join([cmdlet, *(f"-{name} {values.get(value, str(value))}" for name, value in parameters.items())])


def plan(window: Window) -> None:
    before = window.store.read()
    run = window.play("Step 1 of 8: the plan. A dry run writes it as a document", "--check")
    expect("  Not approved: there is no approval for it in " in run.output, "The plan does not say that it needs one.")
    expect(window.store.read() == before, "The dry run changed the deployment.")
    text = window.only_plan(".txt").read_text(encoding="utf-8")
    window.only_plan(".html")
    expect_documented(changing_cmdlets(text.partition("\nCmdlets, in this order\n")[2].partition("\n\n")[0]))
    expect("NOT APPROVABLE" not in text, "The plan is not approvable.")
    shown = window.only_plan(".txt").relative_to(CHECKOUT)
    tell(f"This is what the change board gets, as text ({shown}), as a page and as JSON:", "", text.rstrip())
    checked("the plan has the two documented cmdlets and nothing else, and the dry run wrote nothing.")


def approve(window: Window) -> None:
    """By somebody else than who planned."""
    text = window.only_plan(".txt").read_text(encoding="utf-8")
    file = window.approvals / "contoso.yml"
    content = approver.completed(approver.template(text), approver.fields(datetime.datetime.now(datetime.timezone.utc)))
    expect("fingerprint: " in content, "The plan has no template of an approval.")
    file.write_text(content, encoding="utf-8")
    headline = "Step 2 of 8: the approval. Somebody else completes the template that the plan ends with"
    tell(
        "=" * 100,
        headline,
        "=" * 100,
        f"{file.relative_to(CHECKOUT)}:",
        *(f"    {line}" for line in content.splitlines()),
    )
    if approver.Signer.possible():
        signer = approver.Signer(window.stage.folder)
        signer.sign(file)
        key, shown = (path.relative_to(CHECKOUT) for path in (signer.key, file))
        tell(
            f"Signed, for the key that hybrid_approval_signers names: ssh-keygen -Y sign -f {key} -n {approver.NAMESPACE} {shown}"
        )
    else:
        tell("Not signed, as there is no ssh-keygen here: this stops mistakes, not an operator who wants round it.")


def refused(window: Window) -> None:
    """Something that matters is otherwise than it was planned; then it is not any more."""
    before = window.store.read()
    window.colleague("New-CsHostingProvider", COLLEAGUES)
    window.refused(
        "Step 3 of 8: refused. Who becomes reachable is not what was approved",
        "enabled provider Fabrikam (sip.fabrikam.example",
    )
    window.colleague("Remove-CsHostingProvider", {"Identity": "Fabrikam"})
    expect(window.store.read() == before, "The deployment is not as it was planned for.")


def run(window: Window) -> None:
    before = window.store.read()
    done = window.play("Step 4 of 8: the run, under the approval. It writes what was approved, and proves it")
    expect(f"change {approver.CHANGE}, by {approver.APPROVER}" in done.output, "The run does not name its approval.")
    expect(bool(done.changed), "The run changed nothing.")
    expect(window.store.read() != before, "The run says that it changed something, but the deployment is as before.")
    expect(VERIFIED in done.output, f"The run does not say '{VERIFIED}'.")
    for folder, what in ((window.approvals, "*.spent"), (window.records, "*.jsonl")):
        found = len(list(folder.glob(what)))
        expect(found == 1, f"The run left {found} files {what} in {folder.relative_to(CHECKOUT)}, not one.")
    checked(
        "the deployment was changed, each Edge Server's own store matches, the approval is spent, and a journal was kept."
    )


def again(window: Window) -> None:
    before = window.store.read()
    done = window.play(
        "Step 5 of 8: the same again. Nothing to do, which needs no approval; it proves each Edge Server"
    )
    expect("Nothing to do: proof only." in done.output, "The second run does not say that it has nothing to do.")
    expect(not done.changed, f"The second run changed something: {done.changed}.")
    expect(
        window.store.read() == before,
        "The second run says that it changed nothing, but the deployment is not as before.",
    )
    expect(VERIFIED in done.output, f"The second run does not say '{VERIFIED}'.")
    checked("nothing was written, and each Edge Server's own store was read again.")


def back_dry(window: Window) -> None:
    before = window.store.read()
    record = f"hybrid_record={window.records}"
    headline = "Step 6 of 8: the way back, dry run. It needs one consent, since nobody is reachable through federation afterwards"
    done = window.play(headline, "-e", record, "--check", playbook="rollback", status=FAILED)
    expect(f"NEEDS CONSENT ({CONSENT}): " in done.output, f"The way back does not ask for the consent {CONSENT}.")
    expect("Approved as the way back of " in done.output, "The way back is not that of the approved plan.")
    expect(window.store.read() == before, "The dry run changed the deployment.")
    checked("the way back is the one that was approved, needs the consent federation_off, and nothing was written.")


def back(window: Window) -> None:
    options = ("-e", f"hybrid_record={window.records}", "-e", f'{{"hybrid_accept": ["{CONSENT}"]}}')
    done = window.play("Step 7 of 8: the way back", *options, playbook="rollback")
    expect("Approved as the way back of " in done.output, "The way back is not that of the approved plan.")
    expect("Way back proven on 6 of 6 Edge Servers" in done.output, "The way back is not proven.")
    expect(is_back(window.store.read()), "Federation is not switched off again, or the provider is not disabled.")
    checked(
        "federation is switched off again; the provider that the run created stays, disabled; each Edge Server has it."
    )


def is_back(content: dict[str, Objects]) -> bool:
    """Federation is off again; the provider that the run created stays, disabled."""
    (edge,), (provider,) = content["Get-CsAccessEdgeConfiguration"], content["Get-CsHostingProvider"]
    return (edge["AllowFederatedUsers"], provider["Identity"], provider["Enabled"]) == (
        "False",
        "Exchange Online",
        "False",
    )


def spent(window: Window) -> None:
    window.refused("Step 8 of 8: refused. An approval is good for one time", "it is spent: applied in the run of ")


STEPS: tuple[Callable[[Window], None], ...] = (plan, approve, refused, run, again, back_dry, back, spent)


def demo(stage: Stage) -> None:
    started = time.monotonic()
    shutil.rmtree(stage.folder, ignore_errors=True)
    with stage.lab() as store:
        window = Window(stage, store)
        signer = approver.Signer(stage.folder) if approver.Signer.possible() else None
        if signer is not None:
            signer.prepare()
        window.prepare(signer.signers if signer else None)
        tell(f"The variables of the window ({window.variables.relative_to(CHECKOUT)}):", *lines_of(window.variables))
        for step in STEPS:
            step(window)
    signed = "signed" if signer else "not signed, as there is no ssh-keygen here"
    tell(
        f"Demo: the plan was approved ({signed}), refused while a colleague's provider was enabled, then carried out and",
        "proven on all six Edge Servers; a second run had nothing to do; the way back was shown, consented to, carried out and",
        "proven; and the approval, once spent, let nothing more be written.",
        f"It took {time.monotonic() - started:.0f} seconds. The lab is stopped; what was made is in "
        f"{stage.folder.relative_to(CHECKOUT)}.",
    )


def lines_of(file: Path) -> list[str]:
    return [f"    {line}" for line in file.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    perform(demo, Stage(ansible_in(sys.argv[1:]), FOLDER, SETTINGS))
