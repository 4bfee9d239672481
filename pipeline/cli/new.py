"""`hotline new`: take one report on the telephone or at the door, in a minute, with a receipt."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from pipeline.cli.main import workspace_option

if TYPE_CHECKING:
    from pipeline.bootstrap import App
    from pipeline.desk.entered import OpenedCase
    from triage.errors import HotlineError

_MOST_CHARS = 4 << 20
"""Of one report on stdin."""
_TOO_DEEP = "too_deep"
STOPPED = 130
"""Exit code of a command its user ended: 128 + SIGINT."""
_QUESTIONS = (
    ("category", "What is it about (csam, grooming, …; empty: not said)"),
    ("location", "Where: the address, handle or number, as it was said"),
    ("description", "What was said"),
    ("area", "Roughly where from (unit or canton; empty: not said)"),
    ("language", "Language of an answer (bs, hr, sr-Latn, sr-Cyrl, en, sq, de; empty: not said)"),
)
_CONTACT_QUESTIONS = (
    ("name_to_use", "Which name to use (need not be the real one)"),
    ("contact_phone", "Telephone"),
    ("contact_email", "E-mail"),
    ("best_time", "Best time"),
)
Ask = Callable[[str], str]


@click.command()
@workspace_option
@click.option("--channel", type=click.Choice(["phone", "walk_in"]), default="phone", help="How it came.")
@click.option("--json", "source", metavar="-", help="Read one JSON object from stdin (-) instead of asking.")
@click.pass_obj
def new(workspace: str | None, channel: str, source: str | None) -> int:
    """Take one report by prompt; sealed at once. Nothing is taken from arguments, so no shell remembers it.

    \b
    Example:
      hotline new --channel walk_in
    """
    from pipeline.bootstrap import App
    from pipeline.desk.entered import cases_of, not_understood
    from pipeline.desk.people import allowed
    from pipeline.entering import enter
    from pipeline.scheduler import must_answer
    from pipeline.store.engine import reading
    from triage.people import Act, may

    app = App.at(workspace)
    person = allowed(app, Act.ADD_REPORT)
    app.vault()
    must_answer(app.settings)
    for run_id in _kept_after_all(app):
        click.echo(f"hotline: an earlier entry was cut, and is kept without a receipt (run {run_id})", err=True)
    try:
        said = (
            _asked(_prompt, lambda question: click.confirm(question, default=False, err=True))
            if source is None
            else _read(source)
        )
    except (click.Abort, KeyboardInterrupt):
        return _stopped("nothing was stored")
    try:
        entered = enter(app, person, said, channel, datetime.now(UTC))
    except KeyboardInterrupt:
        kept = _kept_after_all(app)
        return _stopped("the report is kept without a receipt: do not enter it again" if kept else "nothing was stored")
    with reading(app.store.engine) as connection:
        cases = cases_of(connection, entered.report)
    unclear = not_understood(said)
    if source is not None:
        told = {"cases": [f"C{one.case_id}" for one in cases], "not_understood": list(unclear)}
        click.echo(json.dumps({"report": entered.report, "receipt": entered.receipt, "run": entered.run} | told))
        return 0
    click.echo(f"report   {entered.report}")
    click.echo(f"receipt  {entered.receipt}")
    click.echo("Read the receipt out now: it is shown this once and kept nowhere.")
    for line in (*case_lines(cases, may_take=may(person, Act.TAKE_CASE)), *_unclear_lines(said, unclear)):
        click.echo(line)
    return 0


def case_lines(cases: Sequence[OpenedCase], *, may_take: bool) -> list[str]:
    """Where the report stands now; of the one that cannot wait also what to do, by who entered it or by an analyst."""
    from pipeline.cli import plain_words
    from triage.verdict import Escalation

    lines = []
    for one in cases:
        danger = plain_words.DANGERS.get(one.escalate)
        lane = f"; lane: {plain_words.LANES[one.lane]}" if one.lane else ""
        said = f"{plain_words.LABELS[one.label]}{f'; {danger}' if danger else ''}{lane}"
        lines.append(f"case     C{one.case_id}   {said}")
    if any(one.escalate is not Escalation.NONE for one in cases):
        gravest = max(cases, key=lambda one: one.escalate)
        command = f"hotline next C{gravest.case_id}"
        lines.append(f"Take it next: {command}" if may_take else f"Tell an analyst now: {command}")
    return lines


def _unclear_lines(said: Mapping[str, str], unclear: Sequence[str]) -> list[str]:
    """On the terminal of who typed it, and nowhere else: the words themselves."""
    from pipeline.cli.screens import harmless

    lines = [f"  {name.replace('_', ' ')}: {harmless(said[name].strip())}" for name in unclear]
    return ["Not understood, kept as it was said (ask again if you can):", *lines] if lines else []


def _kept_after_all(app: App) -> list[str]:
    """End what stopped or killed entries left; runs of those that are kept: nobody must enter them again."""
    from pipeline.cut_entries import NEW, end_cut
    from pipeline.small_run import alone

    with alone(app.workspace):
        return [run_id for run_id in end_cut(app, datetime.now(UTC)).finished if run_id.startswith(NEW)]


def _stopped(said: str) -> int:
    """What was said lives in this process only, so unlike a batch it cannot be gone on with."""
    click.echo(f"hotline: stopped; {said}", err=True)
    return STOPPED


def _asked(ask: Ask, confirm: Callable[[str], bool]) -> dict[str, str]:
    """Everything the questions brought, without what stayed empty."""
    said = {name: ask(question) for name, question in _QUESTIONS}
    if confirm("May a contact be kept, so that we can ask or answer"):
        said["contact_may_be_kept"] = "yes"
        said |= {name: ask(question) for name, question in _CONTACT_QUESTIONS}
        said["contact_is_safe"] = "yes" if confirm("Is it safe to use that contact") else "no"
        said["police_may_contact_me"] = "yes" if confirm("May the police use it") else "no"
    return {name: text for name, text in said.items() if text.strip()}


def _prompt(question: str) -> str:
    return str(click.prompt(question, default="", show_default=False, err=True))


def _read(source: str) -> dict[str, str]:
    from pipeline.channels._json_text import UnreadableJson, parse_object
    from triage.errors import UnusableInput, UsageError

    if source != "-":
        raise UsageError("a report is read from stdin only: hotline new --json - < FILE")
    try:
        given = sys.stdin.read(_MOST_CHARS + 1)
        if len(given) > _MOST_CHARS:
            raise UnusableInput(f"stdin holds more than {_MOST_CHARS:,} characters: shorten the report")
        return {name: _text(value) for name, value in parse_object(given).items() if value is not None}
    except UnreadableJson as damage:
        raise _refused(damage.reason) from None
    except RecursionError:
        raise _refused(_TOO_DEEP) from None
    except ValueError:  # no UTF-8
        raise _refused("undecodable") from None


def _refused(reason: str) -> HotlineError:
    from triage.errors import UnusableInput, UsageError

    if reason == _TOO_DEEP:
        return UsageError("stdin nests too deeply to be read: give one JSON object whose values are texts")
    if reason == "duplicate_key":
        return UnusableInput("stdin names the same field twice: keep the right one and enter the report again")
    return UnusableInput("stdin is not one JSON object in UTF-8")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value)
