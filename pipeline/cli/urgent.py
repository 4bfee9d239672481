"""`hotline urgent`: the call sheet for police, the log of the call, and its review by another person."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.main import workspace_option
from triage.urgent_call import CallReason, Outcome

if TYPE_CHECKING:
    from pipeline.bootstrap import App
    from pipeline.desk.call_log import CallNote
    from pipeline.desk.urgent_calls import Call

_WORKSPACE = "--workspace"
_SUBCOMMAND = f"{__name__}.subcommand"
_FILE_MODE = 0o600
_ROOM_BYTES = 1 << 15
"""More than a page of text takes in any script."""
_MOST_NOTE_BYTES = 1 << 17
_NUMBER = click.IntRange(1, 10**9)
_HEADING = ("call", "case", "agency", "reason", "made", "spoken", "reached", "waits for", "review due", "outcome")
_ASKED = ("Spoken with (name, rank, unit)", "What was said")
_ASKED_OF_NOBODY = ("Which unit you tried to reach", "What happened")


class _CaseOrCommand(click.Group):
    """`urgent C12 --agency …` and `urgent log C12 …`: where the first word names no command it is a case."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        rest = args[2:] if args[:1] == [_WORKSPACE] else args
        ctx.meta[_SUBCOMMAND] = rest[:1] != [] and rest[0] in self.commands
        ctx.allow_interspersed_args = not ctx.meta[_SUBCOMMAND]
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        given = super().get_params(ctx)
        return [one for one in given if not ctx.meta.get(_SUBCOMMAND) or isinstance(one, click.Option)]


def _of_call(command: Any) -> Any:
    """What names one call."""
    for option in (
        click.option("--call", "call_id", type=_NUMBER, required=True, metavar="N", help="Its number."),
        click.argument("case", metavar="CASE"),
        workspace_option,
    ):
        command = option(command)
    return command


@click.group(cls=_CaseOrCommand, invoke_without_command=True)
@workspace_option
@click.argument("case", required=False)
@click.option("--agency", metavar="A", help="Which police agency (a code of data/routes).")
@click.option("--reason", type=click.Choice([str(one) for one in CallReason]), help="Why this cannot wait.")
@click.option("--out", metavar="FILE", help="Write the sheet to a new private file instead of the screen.")
@click.option("--again", is_flag=True, help="One more sheet, though a call to this agency waits for its log.")
@click.pass_context
def urgent(
    context: click.Context, agency: str | None, reason: str | None, out: str | None, again: bool,
    case: str | None = None,
) -> None:  # fmt: skip
    """Make a one-page call sheet for police, on your own: reviewed by another person within one working day.

    The sheet is in the agency's language: whom to call, the case's reference for them, five facts to read out, the
    addresses spelled out to be dictated, what to ask, and an empty log. After the call store the log with
    `hotline urgent log`. The sealed package goes afterwards the ordinary way. Where somebody made a sheet for the same
    agency and its log is not there yet, this says so and makes none.

    \b
    Example:
      hotline urgent C12 --agency=police-rs --reason=meeting_soon
    """
    if context.invoked_subcommand is not None:
        return
    from pipeline.bootstrap import App
    from pipeline.desk.numbers import case_given
    from pipeline.desk.people import acting
    from pipeline.desk.urgent import make_call
    from triage.errors import UsageError

    if case is None or agency is None or reason is None:
        raise UsageError("give a case with --agency and --reason: see `hotline urgent --help`")
    app, now = App.at(context.obj), datetime.now(UTC)
    case_id = case_given(app, case)
    make = partial(make_call, app, acting(app), case_id, agency, CallReason(reason), now, again=again)
    if out is None:
        call, sheet = make()
        _show(app, [*sheet.splitlines(), "", *_next_steps(app, call)])
        return
    call = _write(app, out, make)
    _show(app, ["the call sheet is written", *_next_steps(app, call)])


@urgent.command()
@_of_call
@click.option("--spoken-at", required=True, metavar="T", help="When: 2026-03-05 14:05 (here), or with an offset.")
@click.option(
    "--reached", required=True, type=click.Choice(["yes", "no"]),
    help="Was somebody spoken with; with no, police were not told.",
)
@click.option("--note-file", metavar="FILE", help="First line: who was spoken with; below: what was said. - for stdin.")
@click.pass_obj
def log(workspace: str | None, case: str, call_id: int, spoken_at: str, reached: str, note_file: str | None) -> None:
    """Store who was spoken with and what was said, sealed to the vault; asked for unless a file has it.

    A call that reached nobody, and a sheet made by mistake, are logged with --reached no: then police count as not told
    and a further call needs a sheet of its own. The file is left where it is: destroy it afterwards.

    \b
    Examples:
      hotline urgent log C12 --call 3 --spoken-at "2026-03-05 14:05" --reached yes --note-file note.txt
      hotline urgent log C12 --call 4 --spoken-at "2026-03-05 14:20" --reached no
    """
    from pipeline.bootstrap import App
    from pipeline.desk.numbers import case_given
    from pipeline.desk.people import allowed
    from pipeline.desk.times import clocks
    from pipeline.desk.told_times import EXAMPLE, told_time
    from pipeline.desk.urgent import log_call
    from pipeline.desk.urgent_calls import check_unlogged
    from triage.errors import UsageError
    from triage.people import Act

    app = App.at(workspace)
    by, case_id = allowed(app, Act.CALL_POLICE), case_given(app, case)
    try:
        at = told_time(spoken_at, clocks().zone)
    except ValueError:
        raise UsageError(f"--spoken-at is a time like {EXAMPLE}") from None
    check_unlogged(app, case_id, call_id)
    there = reached == "yes"
    call = log_call(app, by, case_id, call_id, at, _note(note_file, there), datetime.now(UTC), reached=there)
    nobody = [] if there else [f"IT REACHED NOBODY: {call.recipient} was not told; `hotline urgent C{case_id}` again"]
    _show(app, [f"the log of call {call_id} is stored; another person reviews it by {_due(call)}", *nobody])


@urgent.command("list")
@workspace_option
@click.option("--all", "everything", is_flag=True, help="Also calls that were reviewed.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def list_(workspace: str | None, everything: bool, as_json: bool) -> None:
    """List calls that wait for their log or their review, or reached nobody while police were told by nothing since.

    It says which are overdue; never what was said.

    \b
    Example:
      hotline urgent list
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk.people import acting
    from pipeline.desk.urgent_calls import calls

    app, now = App.at(workspace), datetime.now(UTC)
    found = calls(app, acting(app), all_of_them=everything)
    if as_json:
        screens.show_json(app, {"calls": [as_object(one, now) for one in found]})
    elif not found:
        _show(app, ["no call waits"])
    else:
        _show(app, screens.table(_HEADING, [_row(one, now) for one in found]))


@urgent.command()
@_of_call
@click.pass_obj
def read(workspace: str | None, case: str, call_id: int) -> None:
    """Open the log of a call with the vault's key; that you read it is written down.

    \b
    Example:
      hotline urgent read C12 --call 3
    """
    from pipeline.bootstrap import App
    from pipeline.cli.screens import harmless
    from pipeline.desk.numbers import case_given
    from pipeline.desk.people import acting
    from pipeline.desk.urgent import read_log

    app = App.at(workspace)
    note = read_log(app, acting(app), case_given(app, case), call_id, datetime.now(UTC))
    said = [f"  {line}" for line in harmless(note.said).split("\n")]
    _show(app, [f"Spoken with: {harmless(note.spoken_with)}", "What was said (this was written down):", *said])


@urgent.command()
@_of_call
@click.option("--outcome", required=True, type=click.Choice([str(one) for one in Outcome]), help="Was it right.")
@click.pass_obj
def review(workspace: str | None, case: str, call_id: int, outcome: str) -> None:
    """Say whether a call was justified. For those who may release, and not who called or wrote the log.

    One that reached nobody stays named until the agency is reached by a further call or gets a package of the case, or
    the case is closed; `nothing_needed` (nobody need be reached any more) and `not_justified` end it.

    \b
    Example:
      hotline urgent review C12 --call 3 --outcome justified
    """
    from pipeline.bootstrap import App
    from pipeline.desk.numbers import case_given
    from pipeline.desk.people import acting
    from pipeline.desk.urgent import review_call

    app = App.at(workspace)
    call = review_call(app, acting(app), case_given(app, case), call_id, Outcome(outcome), datetime.now(UTC))
    lines = [f"call {call_id}, which reached {_reached(call)}, is reviewed: {outcome.replace('_', ' ')}"]
    if call.reached is False and call.outcome is Outcome.JUSTIFIED:
        lines.append(f"{call.recipient} is still to be told: `hotline today` names it until then")
    _show(app, lines)


def as_object(call: Call, now: datetime) -> dict[str, object]:
    """A call for a program: codes and times."""
    return {
        "call": call.call_id, "case": f"C{call.case_id}", "agency": call.recipient, "reason": str(call.reason),
        "made_at": call.made_at.isoformat(), "spoken_at": call.spoken_at.isoformat() if call.spoken_at else None,
        "reached": call.reached,
        "waits_for": call.waits_for or None, "review_due": call.due.isoformat(), "overdue": overdue(call, now),
        "outcome": None if call.outcome is None else str(call.outcome),
    }  # fmt: skip


def overdue(call: Call, now: datetime) -> bool:
    """Whether its review, or police to be told after it, should have been there by now."""
    return bool(call.waits_for) and now > call.due


def waiting_lines(waiting: tuple[Call, ...], now: datetime) -> list[str]:
    """For the screen of the day: one line a call."""
    return [_untold(one) if one.untold else _waiting(one, now) for one in waiting]


def _waiting(call: Call, now: datetime) -> str:
    nobody = " REACHED NOBODY and" if call.reached is False else ""
    late = "   OVERDUE" if overdue(call, now) else ""
    about = f"urgent call {call.call_id} about C{call.case_id}{nobody}"
    return f"{about} waits for its {call.waits_for}, review due {_due(call)}{late}"


def _untold(call: Call) -> str:
    """Its review is there, but police know nothing: the call itself is still to be made."""
    return (
        f"urgent call {call.call_id} about C{call.case_id} REACHED NOBODY and {call.recipient} was told by nothing "
        f"since: call again (`hotline urgent C{call.case_id}`) or send the case"
    )


def _row(call: Call, now: datetime) -> tuple[str, ...]:
    from pipeline.desk.times import local

    late = "   OVERDUE" if overdue(call, now) else ""
    return (
        str(call.call_id), f"C{call.case_id}", call.recipient, call.reason.replace("_", " "), local(call.made_at),
        local(call.spoken_at) if call.spoken_at else "-", _reached(call), call.waits_for or "-", _due(call) + late,
        call.outcome.replace("_", " ") if call.outcome else "-",
    )  # fmt: skip


def _reached(call: Call) -> str:
    return "-" if call.reached is None else "police" if call.reached else "NOBODY"


def _next_steps(app: App, call: Call) -> list[str]:
    from pipeline.desk.urgent_calls import is_closed

    about = f"C{call.case_id} --call {call.call_id}"
    log_it = f'hotline urgent log {about} --spoken-at "YYYY-MM-DD HH:MM" --reached YES-OR-NO'
    return [
        f"this is call {call.call_id}; after it: {log_it}",
        "where it reached nobody, or is not made at all: --reached no; police count as told only after --reached yes",
        f"another person reviews it by {_due(call)}; the sealed package goes the ordinary way",
        *([f"C{call.case_id} is closed: it must be reopened first for a package"] if is_closed(app, call) else []),
    ]


def _due(call: Call) -> str:
    from pipeline.desk.times import local

    return local(call.due)


def _write(app: App, out: str, make: Any) -> Call:
    """The sheet in a new file only its owner reads; the file has its room before the call is written down.

    A sheet written over another one would leave a call without a sheet; a full disk, a call nobody can make.
    """
    from pipeline.cli.screens import DEMO_LINE
    from pipeline.cli.written import written
    from triage.errors import UsageError

    if out == "-":
        raise UsageError("leave out --out to see the sheet on the screen")
    with written(out, only_new=True) as file:
        os.fchmod(file.fileno(), _FILE_MODE)
        os.posix_fallocate(file.fileno(), 0, _ROOM_BYTES)
        call: Call
        call, sheet = make()
        demo = f"{DEMO_LINE}\n\n" if app.settings.kind == "demo" else ""
        file.write(f"{demo}{sheet}".encode())
        file.truncate()
    return call


def _note(note_file: str | None, reached: bool) -> CallNote:
    from pipeline.desk.call_log import CallNote
    from triage.errors import UnusableInput

    if note_file is None:
        who, what = _ASKED if reached else _ASKED_OF_NOBODY
        spoken_with = str(click.prompt(who, err=True))
        return CallNote(spoken_with, str(click.prompt(what, err=True))).checked()
    try:
        return CallNote.of_text(_bytes(note_file).decode("utf-8"))
    except (OSError, ValueError):
        raise UnusableInput("the note cannot be read: give a text file in UTF-8") from None


def _bytes(note_file: str) -> bytes:
    from pipeline.plain_files import require_file

    if note_file == "-":
        return sys.stdin.buffer.read(_MOST_NOTE_BYTES)
    require_file(note_file, "the note")
    with Path(note_file).open("rb") as file:
        return file.read(_MOST_NOTE_BYTES)


def _show(app: App, lines: list[str]) -> None:
    from pipeline.cli.screens import show

    show(app, lines)
