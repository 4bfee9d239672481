"""`hotline iccam`: send to INHOPE's ICCAM, take in what INHOPE assigns, and compare books."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.main import workspace_option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.delivery.iccam.plan import Held
    from pipeline.delivery.iccam.push import Noted
    from pipeline.desk.iccam import Compared, Fetched, Sent
    from pipeline.desk.iccam_cases import LeftOut

_DIFFERENCES = 1
_VERSION_2 = "packed_as_version_2"


@click.group()
@workspace_option
def iccam() -> None:
    """INHOPE's ICCAM: send reports, take in assigned content, compare. Off without iccam.toml: docs/iccam.md.

    \b
    Example:
      hotline iccam push
    """


@iccam.command()
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def push(workspace: str | None, as_json: bool) -> None:
    """Send what was exported for ICCAM, and answers to content INHOPE assigned; run it again for the next steps.

    ICCAM takes a report, what completes it, and actions in separate runs. Nothing is sent twice: before each step ICCAM
    is asked what it has. Exit code 3 if anything got no answer: the same command goes on later.

    \b
    Example:
      hotline iccam push
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk.iccam import push_cases
    from pipeline.desk.people import acting

    app = App.at(workspace)
    sent = push_cases(app, acting(app))
    if as_json:
        screens.show_json(app, _sent_values(sent))
    else:
        screens.show(app, _sent_lines(sent))
    sent.pushed.check()


@iccam.command()
@workspace_option
@click.option("--out", type=click.Path(), metavar="DIR", help="The folder for the file (else one in the workspace).")
@click.pass_obj
def pull(workspace: str | None, out: str | None) -> None:
    """Fetch content INHOPE assigned to us as a file for `hotline run`; what was taken in before is left out.

    \b
    Example:
      hotline iccam pull
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.cli.written import folder_for_files
    from pipeline.desk.iccam import pull_assigned
    from pipeline.desk.people import acting

    app = App.at(workspace)
    folder = None if out is None else folder_for_files(out)
    fetched = pull_assigned(app, acting(app), folder, datetime.now(UTC))
    screens.show(app, _fetched_lines(fetched, app.workspace.root))


@iccam.command()
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def reconcile(workspace: str | None, as_json: bool) -> int:
    """List what ICCAM and we say differently; sends nothing. Exit code 1 if there is any difference.

    \b
    Example:
      hotline iccam reconcile --json
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk.iccam import compare_books
    from pipeline.desk.people import acting

    app = App.at(workspace)
    compared = compare_books(app, acting(app))
    if as_json:
        screens.show_json(app, _compared_values(compared))
    else:
        lines = [_named(compared.cases, one.reference, str(one)) for one in compared.lines]
        lines += [_left_line(one) for one in compared.left]
        screens.show(app, lines or ["no difference: ICCAM and this hotline say the same"])
    return _DIFFERENCES if compared.lines or compared.left else 0


def _sent_lines(sent: Sent) -> list[str]:
    from pipeline.delivery.iccam.push import NO_ANSWER

    pushed = sent.pushed
    lines = [_named(sent.cases, one.reference, _note_line(one)) for one in pushed.notes if one.happened != "sending"]
    lines += [_named(sent.cases, one.reference, _held_line(one)) for one in pushed.held]
    lines += [
        _named(sent.cases, name, f"{name}: in doubt, ICCAM cannot say whether it arrived: look there, nothing was sent")
        for name in pushed.in_doubt
    ]
    lines += [_named(sent.cases, name, f"{name}: {pushed.failed.get(name, NO_ANSWER)}, the next push goes on")
              for name in pushed.later]
    lines += [_left_line(one) for one in sent.left if one.why != "undecided"]
    return lines or ["nothing to send: ICCAM has everything that may go"]


def _note_line(one: Noted) -> str:
    number = "" if one.number is None else f" {one.number}"
    why = "" if one.status is None else f", status {one.status}: {', '.join(one.fields) or 'no field named'}"
    return f"{one.reference}: {one.call} {one.happened}{number}{why}"


def _held_line(one: Held) -> str:
    return f"{one.reference}: held back, {one.why}" + (f", item {one.item}" if one.item else "")


def _left_line(one: LeftOut) -> str:
    if one.why == _VERSION_2:
        send = f"`hotline export iccam --again --case C{one.case_id}`, then `hotline iccam push`"
        return f"C{one.case_id}  {one.reference}: packed as version 2 and not sent; send it with {send}"
    line = f"C{one.case_id}  {one.reference}: left out, {one.why}"
    if one.earlier is None:
        return line
    return f"{line}: {one.earlier}; `hotline export iccam --again --case C{one.case_id}` sends it all the same"


def _named(cases: Mapping[str, int], reference: str | None, line: str) -> str:
    case_id = None if reference is None else cases.get(reference)
    return line if case_id is None else f"C{case_id}  {line}"


def _sent_values(sent: Sent) -> dict[str, Any]:
    pushed, cases = sent.pushed, sent.cases
    return {
        "notes": [
            {"case": f"C{cases[one.reference]}", "reference": one.reference, "call": one.call, "happened": one.happened,
             "item": one.item, "number": one.number, "status": one.status, "fields": list(one.fields)}
            for one in pushed.notes
        ],
        "held": [
            {"case": f"C{cases[one.reference]}", "reference": one.reference, "item": one.item, "why": one.why}
            for one in pushed.held
        ],
        "in_doubt": list(pushed.in_doubt), "later": list(pushed.later), "failed": dict(pushed.failed),
        "left_out": _left_values(sent.left),
    }  # fmt: skip


def _compared_values(compared: Compared) -> dict[str, Any]:
    return {
        "differences": [
            {"case": None if one.reference is None else f"C{compared.cases[one.reference]}", "reference": one.reference,
             "content_id": one.content_id, "kind": one.kind, "detail": list(one.detail)}
            for one in compared.lines
        ],
        "left_out": _left_values(compared.left),
    }  # fmt: skip


def _left_values(left: tuple[LeftOut, ...]) -> list[dict[str, str]]:
    return [
        {"case": f"C{one.case_id}", "reference": one.reference, "why": one.why}
        | ({} if one.earlier is None else {"earlier": f"C{one.earlier.case_id}"})
        for one in left
    ]


def _fetched_lines(fetched: Fetched, workspace: Path) -> list[str]:
    lines = ["nothing new is assigned to us"]
    if fetched.path is not None:
        words = shlex.join(["hotline", "--workspace", str(workspace), "run", str(fetched.path)])
        lines = [f"{fetched.contents} contents assigned to us are in one file; take it in with:", f"  {words}"]
    if fetched.unreadable:
        numbers = ", ".join(map(str, fetched.unreadable))
        lines.append(f"ICCAM lists these contents but does not show them: {numbers}: ask INHOPE")
    if fetched.crowded:
        lines.append("ICCAM has more than it gives at once: assess these first, then pull again")
    return lines
