"""`hotline new`: take one report on the telephone or at the door, in a minute, with a receipt."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime

import click

from pipeline.cli.main import workspace_option

MAX_BYTES = 4 << 20
STOPPED = 130
"""Exit code of a command its user ended: 128 + SIGINT."""
_QUESTIONS = (
    ("category", "What is it about (csam, grooming, …; empty: not said)"),
    ("location", "Where: the address, handle or number, as it was said"),
    ("description", "What was said"),
    ("area", "Roughly where from (unit or canton; empty: not said)"),
    ("language", "Language of an answer (bs, hr, sr-Latn, sr-Cyrl, en, sq, de)"),
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
    from pipeline.desk.people import allowed
    from pipeline.entering import enter
    from pipeline.scheduler import must_answer
    from triage.people import Act

    app = App.at(workspace)
    person = allowed(app, Act.ADD_REPORT)
    app.vault()
    must_answer(app.settings)
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
        return _stopped("it may be half stored: see `hotline status`, then enter the report again")
    if source is not None:
        click.echo(json.dumps({"report": entered.report, "receipt": entered.receipt, "run": entered.run}))
        return 0
    click.echo(f"report   {entered.report}")
    click.echo(f"receipt  {entered.receipt}")
    click.echo("Read the receipt out now: it is shown this once and kept nowhere.")
    return 0


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
    from triage.errors import UnusableInput, UsageError

    if source != "-":
        raise UsageError("a report is read from stdin only: hotline new --json - < FILE")
    try:
        said = json.loads(sys.stdin.read(MAX_BYTES))
    except ValueError:
        raise UnusableInput("stdin is not one JSON object in UTF-8") from None
    if not isinstance(said, dict):
        raise UnusableInput("stdin is not one JSON object in UTF-8")
    return {str(name): _text(value) for name, value in said.items() if value is not None}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value)
