"""`hotline feedback`: what police and helplines answered: taken in, what is overdue, and the monthly sheet."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.main import workspace_option

if TYPE_CHECKING:
    from pipeline.bootstrap import App
    from pipeline.desk.feedback import Taken
    from pipeline.desk.feedback_lists import Unanswered

_FILE_MODE = 0o600
_BACK = {
    "needs_more": "they need more from us", "no_offence": "they see no offence in it",
    "not_reached": "nobody got in touch with them",
}  # fmt: skip
"""States that bring a case back (`pipeline/desk/feedback.py`), in words."""
_SOME_BAD, _MOSTLY_BAD = 1, 2
"""Exit codes where lines were refused: some, or more than were taken in, most likely of another file or agency."""


@click.group()
@workspace_option
def feedback() -> None:
    """What police and helplines answered: import it, see what is overdue, make the monthly sheet (docs/police.md).

    \b
    Example:
      hotline feedback overdue
    """


@feedback.command("import")
@workspace_option
@click.argument("file", type=click.Path())
@click.option("--recipient", required=True, metavar="R", help="Which agency or helpline (a code of data/routes).")
@click.option("--signature", type=click.Path(), metavar="SIG", help="Its detached OpenPGP signature over the file.")
@click.option("--unsigned", is_flag=True, help="Take it in without a signature; this is written down.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def import_(
    workspace: str | None, file: str, recipient: str, signature: str | None, unsigned: bool, as_json: bool
) -> int:
    """Take in an agency's answers, CSV or JSON. Bad lines are named by row and field, the good ones go in, once.

    The signature is checked with the key pinned for the agency. A line that says `needs_more` or `no_offence` (of a
    helpline `needs_more` or `not_reached`) brings its case back into the queue. Exit code 1 if lines are bad, 2 if more
    are bad than good.

    \b
    Example:
      hotline feedback import answers.csv --recipient police-rs --signature answers.csv.sig
    """
    from pipeline.bootstrap import App
    from pipeline.desk.feedback import check_signed, take_in_feedback
    from pipeline.desk.people import allowed
    from triage.people import Act

    app = App.at(workspace)
    by = allowed(app, Act.EXPORT)
    signed = None if signature is None else read_small(signature, "the signature")
    check_signed(signed, unsigned)
    taken = take_in_feedback(app, by, recipient, read_small(file, "the feedback"), signed, datetime.now(UTC))
    _show_taken(app, taken, as_json)
    mostly = len(taken.bad) > taken.new + taken.confirmed + taken.known
    return _MOSTLY_BAD if mostly else _SOME_BAD if taken.bad else 0


@feedback.command()
@workspace_option
@click.option("--days", type=click.IntRange(0, 180), metavar="N", help="Working days, instead of each protocol's.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def overdue(workspace: str | None, days: int | None, as_json: bool) -> None:
    """List packages an agency has not acknowledged in time.

    \b
    Example:
      hotline feedback overdue --days 5
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk import feedback_lists
    from pipeline.desk.people import acting
    from pipeline.desk.sent_packages import who_answer
    from triage.police_feedback import receipt_days

    app = App.at(workspace)
    found = feedback_lists.overdue(app, acting(app), datetime.now(UTC), days)
    allowed = {code: receipt_days(code) if days is None else days for code in who_answer()}
    if as_json:
        screens.show_json(app, {"working_days": allowed, "overdue": [_as_object(one) for one in found]})
        return
    lines = [f"working days to acknowledge: {', '.join(f'{code} {count}' for code, count in allowed.items())}", ""]
    screens.show(app, [*lines, *(_lines(found) or ["every package is acknowledged or still has time"])])


@feedback.command()
@workspace_option
@click.option("--recipient", required=True, metavar="R", help="Which agency (a code of data/routes).")
@click.option("--month", required=True, metavar="YYYY-MM", help="The month the packages were sent in.")
@click.option("--out", required=True, metavar="F", help="The CSV file to write; - for the terminal.")
@click.pass_obj
def sheet(workspace: str | None, recipient: str, month: str, out: str) -> None:
    """Write the sheet to compare books with an agency: what was sent in a month, and what it said of each case.

    \b
    Example:
      hotline feedback sheet --recipient police-rs --month 2026-03 --out march.csv
    """
    from pipeline.bootstrap import App
    from pipeline.cli.written import written
    from pipeline.desk import feedback_lists
    from pipeline.desk.people import acting

    app = App.at(workspace)
    with written(out) as file:
        body = feedback_lists.sheet(app, acting(app), recipient, month, datetime.now(UTC))
        if out != "-":
            os.fchmod(file.fileno(), _FILE_MODE)
        file.write(body)


def _show_taken(app: App, taken: Taken, as_json: bool) -> None:
    from dataclasses import asdict

    from pipeline.cli import screens

    back = [f"C{case_id}" for case_id in taken.brought_back]
    if as_json:
        bad = [asdict(one) for one in taken.bad]
        counts = {"new": taken.new, "confirmed": taken.confirmed, "known": taken.known}
        why = {f"C{case_id}": [str(one) for one in states] for case_id, states in taken.why.items()}
        screens.show_json(app, counts | {"brought_back": back, "why": why, "bad": bad})
        return
    signed = f"{taken.confirmed} known and now signed, " if taken.confirmed else ""
    lines = [f"{taken.new} new, {signed}{taken.known} known already, {len(taken.bad)} not taken in"]
    for state, said in _BACK.items():
        cases = [f"C{case_id}" for case_id, states in taken.why.items() if state in states]
        lines += [f"{said}: {', '.join(cases)} back in the queue"] if cases else []
    screens.show(app, lines)
    for one in taken.bad:
        click.echo(f"row {one.row}, {one.field}: {one.advice}", err=True)


def _lines(found: tuple[Unanswered, ...]) -> list[str]:
    from pipeline.cli.screens import table
    from pipeline.desk.times import local

    if not found:
        return []
    rows = [
        (one.recipient, one.name or "(not sealed)", local(one.sent_at), local(one.due), ", ".join(one.references))
        for one in found
    ]
    return table(("agency", "package", "sent", "was due", "cases"), rows)


def _as_object(one: Unanswered) -> dict[str, object]:
    return {
        "recipient": one.recipient, "package": one.name or None, "sent_at": one.sent_at.isoformat(),
        "due": one.due.isoformat(), "references": list(one.references),
    }  # fmt: skip


def read_small(path: str, called: str) -> bytes:
    """A small file. Raises UnusableInput, naming what it was to be (`called`)."""
    from pipeline.desk.feedback_file import MOST_FILE_BYTES
    from pipeline.plain_files import require_file
    from triage.errors import UnusableInput

    try:
        require_file(path, called)
        with Path(path).open("rb") as file:
            return file.read(MOST_FILE_BYTES + 1)
    except (OSError, ValueError):
        raise UnusableInput(f"{called} cannot be read: check its name and who may read it") from None
