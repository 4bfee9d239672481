"""`hotline verify`: prove that no report was lost, doubled or moved, and that decisions agree with the audit chain."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import click

from pipeline.cli.main import workspace_option

if TYPE_CHECKING:
    from pipeline.verify import Verified

AGREES = (
    "no report is lost, doubled or moved",
    "decisions, packages, what was sent and closed rejects agree with the audit chain, which is unbroken",
)
"""What a run without findings proved, and no more."""
HEAD_GONE = "audit_head"
"""The finding of a noted head that is no longer there."""
_HEAD = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")


@click.command()
@workspace_option
@click.option("--deep", is_flag=True, help="Open every sealed thing too; needs the vault's private key.")
@click.option("--head", metavar="SEQ:DIGEST", help="A head of the audit chain noted earlier: it must still be in it.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def verify(workspace: str | None, deep: bool, head: str | None, as_json: bool) -> int:
    """Prove that no report was lost, doubled or moved, and that decisions, packages and rejects agree with the chain.

    Exit code 0 if so, 1 with findings. A package folder that is gone counts as handed over; one that is there must be
    unchanged. An assessment's reason and its answers for ICCAM are not in the audit chain and so not compared.

    \b
    Example:
      hotline verify --deep
    """
    from pipeline.bootstrap import App
    from pipeline.verify import verify as check

    noted = _noted(head)
    verified = check(App.at(workspace), deep=deep, noted=noted)
    click.echo(json.dumps(as_object(verified), indent=1) if as_json else "\n".join(lines(verified, noted)))
    return 1 if verified.findings else 0


def as_object(verified: Verified) -> dict[str, object]:
    """What was verified, for a program."""
    from dataclasses import asdict

    return asdict(verified) | {"head": f"{verified.audit_events}:{verified.head}"}


def lines(verified: Verified, noted: tuple[int, str] | None = None) -> list[str]:
    """What was verified, for a person, with what this cannot see. `noted`: the head that was looked for."""
    from pipeline.cli.plain_words import counted

    said = [f"{one.code:<24} {one.subject:<28} {one.says}" for one in verified.findings]
    if said:
        found = counted(len(verified.findings), "finding")
        said += ["", f"{found}: take no reports in, copy the workspace, restore from backup"]
    else:
        said += AGREES
    said.append(
        f"checked: {counted(verified.runs, 'run')} ({verified.unfinished} unfinished), "
        f"{counted(verified.reports, 'report')}, {counted(verified.cases, 'case')}, "
        f"{counted(verified.audit_events, 'audit event')}"
    )
    said.append(
        f"opened: {verified.opened:,} sealed things" if verified.opened
        else "sealed things were checked from outside only: --deep opens them with the private key"
    )  # fmt: skip
    if noted is not None and not any(one.code == HEAD_GONE for one in verified.findings):
        said.append(f"the noted head {noted[0]}:{noted[1]} was found in the chain: nothing before it was changed")
    said.append(f"head of the audit chain: {verified.audit_events}:{verified.head}")
    said.append("note the head outside this machine: only with it (--head) a cut-off end of the chain can be seen")
    return said


def _noted(head: str | None) -> tuple[int, str] | None:
    from triage.errors import UsageError

    if head is None:
        return None
    match = _HEAD.fullmatch(head.strip())
    if match is None:
        raise UsageError("a head is given as SEQ:DIGEST, as `hotline verify` prints it")
    return int(match[1]), match[2]
