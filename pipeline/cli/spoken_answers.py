"""`hotline answers receipt | call | called | withdraw`: what is said on the telephone."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from pipeline.cli.main import workspace_option

if TYPE_CHECKING:
    from pipeline.desk.answer_calls import Calls, ToCall
    from pipeline.desk.answer_receipts import Asked
    from triage.answer_letters import Letter

_MOST_CODE_CHARS = 200
"""Of the line that holds a receipt code; a code has 34 with its dashes."""
_STANDS = {
    "open": "open: nobody looked at it yet", "looked_at": "looked at, not closed", "closed": "closed",
    "removed": "the case is removed: the content is gone", "erased": "the report was erased",
}  # fmt: skip
_reviewed = click.option(
    "--reviewed", is_flag=True, help="You read a report that no template answers by itself, and the letter."
)


@click.command()
@workspace_option
@_reviewed
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def receipt(workspace: str | None, reviewed: bool, as_json: bool) -> None:
    """Answer somebody who asks with a receipt code: how it stands, and the letter that fits, to be read out.

    The code is asked for, or read from the first line of the input; it is no argument, so no shell remembers it. That
    somebody asked is written down each time; where the case was disposed `answer`, it counts as the answer.

    \b
    Example:
      hotline answers receipt
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk.answer_receipts import ANSWER_BY_CODE, ask
    from pipeline.desk.people import allowed
    from triage.people import Act

    app = App.at(workspace)
    by = allowed(app, Act.DISPOSE, ANSWER_BY_CODE)
    asked = ask(app, by, _code(), datetime.now(UTC), reviewed=reviewed)
    if as_json:
        screens.show_json(app, _asked_values(asked))
    else:
        screens.show(app, _asked_lines(asked))


@click.command()
@workspace_option
@click.argument("case")
@_reviewed
@click.option(
    "--to-pipe", is_flag=True, help="Show the number though the output is no terminal, to a screen reader for instance."
)
@click.pass_obj
def call(workspace: str | None, case: str, reviewed: bool, to_pipe: bool) -> None:
    """Show the telephone number of each reporter who left nothing else, and what to read out: once, to you.

    Only on a terminal, since a file would keep the number. Call, then say how it went with `hotline answers called`;
    until then nobody is shown the number again.

    \b
    Example:
      hotline answers call C12
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk import answer_calls
    from pipeline.desk.numbers import case_given
    from pipeline.desk.people import acting
    from triage.errors import UsageError

    if not to_pipe and not sys.stdout.isatty():
        raise UsageError("a telephone number is shown on a terminal only: a file would keep it; else --to-pipe")
    app = App.at(workspace)
    case_id = case_given(app, case)
    found = answer_calls.call(app, acting(app), case_id, datetime.now(UTC), reviewed=reviewed)
    screens.show(app, _call_lines(case_id, found))


@click.command()
@workspace_option
@click.argument("case")
@click.option("--reached", type=click.Choice(["yes", "no"]), required=True, help="Did you speak with the reporter?")
@click.option("--report", metavar="R", help="Which one, where several were to be called: R1.0.5.")
@click.pass_obj
def called(workspace: str | None, case: str, reached: str, report: str | None) -> None:
    """Say how a call went: with yes the reporter is answered, with no they can be called again.

    \b
    Example:
      hotline answers called C12 --reached yes
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk import answer_calls
    from pipeline.desk.numbers import case_given, report_number, shown_report
    from pipeline.desk.people import acting

    app, now, there = App.at(workspace), datetime.now(UTC), reached == "yes"
    case_id, chosen = case_given(app, case), None if report is None else report_number(report)
    ended = shown_report(answer_calls.called(app, acting(app), case_id, chosen, now, reached=there))
    again = f"not reached; to call again: hotline answers call C{case_id}"
    screens.show(app, [f"{ended}: {'answered' if there else again}"])


@click.command()
@workspace_option
@click.argument("report", metavar="R", required=False)
@click.pass_obj
def withdraw(workspace: str | None, report: str | None) -> None:
    """Write down that a reporter wants no contact any more: nobody writes, calls, or tells police who they are.

    A letter to them that lies in the outbox is taken out. Without a report it asks for the receipt code, or reads it
    from the first line of the input. The contact stays sealed; this cannot be taken back.

    \b
    Examples:
      hotline answers withdraw R1.0.5
      hotline answers withdraw
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.cli.plain_words import counted
    from pipeline.desk import answer_withdrawn
    from pipeline.desk.answer_taken_back import to_delete
    from pipeline.desk.numbers import report_number, shown_report
    from pipeline.desk.people import allowed
    from triage.people import Act

    app, now = App.at(workspace), datetime.now(UTC)
    by = allowed(app, Act.DISPOSE, answer_withdrawn.WITHDRAW)
    if report is None:
        done = answer_withdrawn.withdraw_by_code(app, by, _code(), now)
    else:
        done = answer_withdrawn.withdraw(app, by, report_number(report), now)
    named = f"C{done.case_id}, report {shown_report(done.report_id)}"
    lines = [f"{named}: nobody writes to this reporter or calls any more"]
    if done.taken_back:
        lines.append(f"{counted(done.taken_back, 'letter')} taken out of the outbox: not sent")
    lines += [to_delete(name) for name in done.left]
    if done.told:
        lines.append(f"the contact went, or may have gone, to {', '.join(done.told)}: tell them by telephone")
    screens.show(app, lines)


def _code() -> str:
    """Asked at a terminal; from a program, the first line of its input."""
    if sys.stdin.isatty():
        return str(click.prompt("receipt code", err=True))
    return sys.stdin.readline(_MOST_CODE_CHARS)


def _asked_lines(asked: Asked) -> list[str]:
    from pipeline.desk.numbers import shown_report

    head = [f"C{asked.case_id}, report {shown_report(asked.report_id)}: {_STANDS[asked.stands]}"]
    said = ["", "Read out:", f"    {asked.said}"]
    if asked.letter is not None:
        return [*head, *said, "", *_read_out(asked.letter), "", *_after(asked)]
    return [*head, *said, *(["", _why_no_letter(asked)] if asked.kept_back else [])]


def _after(asked: Asked) -> list[str]:
    here = f"C{asked.case_id}"
    lines = ["Written down."]
    if asked.before == "calling":
        lines = [f"Somebody is to call them just now: say how it went, hotline answers called {here} --reached …"]
    elif asked.before == "sent":
        lines = ["Written down; they were answered before."]
    elif asked.counts:
        lines = ["Written down; it counts as the answer."]
    elif asked.stands == "open":
        lines = [f"Written down. Nobody decided yet to answer {here}: hotline dispose {here} answer --reason …"]
    if asked.letter is not None and asked.letter.template == "needs_address":
        lines.append(f"If they say the address now: hotline new, then join its case with {here} (hotline cases join).")
    return lines


def _why_no_letter(asked: Asked) -> str:
    here = f"C{asked.case_id}"
    if asked.kept_back == "joined":
        return f"No letter: {here} was joined with another case since it was decided. Decide it again first."
    if asked.kept_back == "referral_first":
        return "No letter yet: it says that the question was passed on. Run `hotline export referral` first."
    return f"No letter yet: read the report first (hotline cases show {here} --text), then ask again with --reviewed."


def _asked_values(asked: Asked) -> dict[str, object]:
    from pipeline.desk.numbers import shown_report

    letter = asked.letter
    return {
        "case": f"C{asked.case_id}", "report": shown_report(asked.report_id), "stands": str(asked.stands),
        "said": asked.said, "template": None if letter is None else str(letter.template),
        "language": None if letter is None else letter.language, "text": None if letter is None else letter.text,
        "kept_back": asked.kept_back, "answered": asked.counts, "before": str(asked.before),
    }  # fmt: skip


def _call_lines(case_id: int, found: Calls) -> list[str]:
    from pipeline.desk.numbers import shown_report

    lines = ["Make sure that it is the reporter before you say where you call from. Do not write the number down.", ""]
    calling = [one for one in found.now if one.phone is not None]
    for one in found.now:
        lines += [f"{shown_report(one.report_id)} ({one.letter.language})", *_number_lines(one), ""]
    if calling:
        which = " --report R…" if len(calling) > 1 else ""
        lines.append(f"Then: hotline answers called C{case_id} --reached yes|no{which}")
    if found.read_first:
        read = f"hotline cases show C{case_id} --text"
        lines.append(f"{found.read_first} more: read the report first ({read}), then --reviewed")
    return lines


def _number_lines(one: ToCall) -> list[str]:
    from pipeline.cli.screens import harmless

    if one.phone is None:
        return ["  left no telephone number either: nobody can call"]
    best = [f"  Best time: {harmless(one.best_time)}"] if one.best_time else []
    return [f"  Number:    {harmless(one.phone)}", *best, "  Read out:", *_read_out(one.letter)]


def _read_out(letter: Letter) -> list[str]:
    return [f"    {line}" for line in letter.text.splitlines()]
