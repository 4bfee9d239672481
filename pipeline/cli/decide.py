"""`hotline assess`, `dispose`, `release`, `give-back`, `reopen`: what a person decides, singly or from a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.main import workspace_option
from triage.assessment import (
    NOT_ASSESSED_REASONS,
    NOT_ILLEGAL_REASONS,
    AgeGroup,
    Classification,
    Commerciality,
    Gender,
    IllegalKind,
    PaymentMethod,
    SiteType,
    Viewed,
)
from triage.disposition import CLOSE_REASONS, DISPOSITION_REASONS, REOPEN_REASONS, Kind

if TYPE_CHECKING:
    from pipeline.bootstrap import App
    from pipeline.desk.words import Applied

_YES_NO = click.Choice(["yes", "no"])
_REASONS_SHOWN = f"not_assessed: {', '.join(NOT_ASSESSED_REASONS)}. not_illegal: {', '.join(NOT_ILLEGAL_REASONS)}."
_WHY_SHOWN = f"{', '.join(DISPOSITION_REASONS)}; for close: {', '.join(CLOSE_REASONS)}."
_HOSTING = "Two letters, with --hosting-source. Not said, it stays as before; none says that it is not known any more."
_FROM = (
    "Many at once, from a CSV (its heading is row 1) or JSON Lines file (docs/deciding.md); answers 1 if some rows are"
    " refused, 2 if all."
)
_PAYMENTS = f"Methods with commas between: {', '.join(PaymentMethod)}."


def _one_of(words: type[StrEnum], *, but: StrEnum | None = None) -> click.Choice[str]:
    """A choice by the words people write, which click would take from the members' names."""
    return click.Choice([str(word) for word in words if word is not but])


def _common(command: Any) -> Any:
    """Options every act has."""
    options: list[Callable[[Any], Any]] = [
        workspace_option,
        click.option("--from", "from_file", metavar="FILE", help=_FROM),
        click.option("--version", type=click.IntRange(0), help="Refuse if the case changed since this version."),
        click.option("--json", "as_json", is_flag=True, help="Print as JSON."),
        click.pass_obj,
    ]
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@click.argument("case", required=False)
@click.argument("classification", required=False, type=_one_of(Classification, but=Classification.UNSET))
@click.option("--item", metavar="L7", help="The address you mean; without it, the whole case.")
@click.option("--viewed", type=_one_of(Viewed), help="How much you saw; not said means no.")
@click.option("--reason", metavar="CODE", help=_REASONS_SHOWN)
@click.option("--kind", type=_one_of(IllegalKind), help="What illegal_other is.")
@click.option("--hosting-country", metavar="XX", help=_HOSTING)
@click.option("--hosting-source", metavar="CODE", help="How it is known: whois, geoip, analyst …")
@click.option("--gender", type=_one_of(Gender), help="ICCAM: of the children shown.")
@click.option("--age-group", type=_one_of(AgeGroup), help="ICCAM: of the youngest child.")
@click.option("--virtual", type=_YES_NO, help="ICCAM: made by drawing or computer.")
@click.option("--user-generated", type=_YES_NO, help="ICCAM: made by the user.")
@click.option("--child-modeling", type=_YES_NO, help="ICCAM: child modelling.")
@click.option("--site-type", type=_one_of(SiteType), help="ICCAM: what sort of place.")
@click.option("--commerciality", type=_one_of(Commerciality), help="ICCAM: whether money is asked for.")
@click.option("--payment-methods", metavar="LIST", help=_PAYMENTS)
@_common
def assess(workspace: str | None, from_file: str | None, as_json: bool, **given: Any) -> int:
    """Say what the content is. What you leave out stays unset, but for the hosting country, which stays what it was.

    national and baseline need --item and --viewed content, and cannot be set in bulk.

    \b
    Examples:
      hotline assess C12 not_assessed --reason unable_to_access
      hotline assess C12 baseline --item L7 --viewed content
      hotline assess --from assessments.csv
    """
    return _do(workspace, "assess", from_file, as_json, given, needs=("case", "classification"))


@click.command()
@click.argument("case", required=False)
@click.argument("kind", required=False, type=_one_of(Kind))
@click.argument("recipient", required=False)
@click.option("--reason", metavar="CODE", help=_WHY_SHOWN)
@_common
def dispose(workspace: str | None, from_file: str | None, as_json: bool, **given: Any) -> int:
    """Decide what shall happen to a case; several decisions may stand on one case.

    RECIPIENT may be left out where only one takes such cases. A police package waits until another person releases it.

    \b
    Examples:
      hotline dispose C12 police police-rs --reason victim_may_be_here
      hotline dispose C13 close --reason answered
    """
    return _do(workspace, "dispose", from_file, as_json, given, needs=("case", "kind"))


@click.command()
@click.argument("case", required=False)
@click.option("--show-text", is_flag=True, help="Show the redacted texts as they would leave; this is written down.")
@click.option("--text-seen", metavar="CODE", help="You read them: let exactly these texts go.")
@click.option("--recipient", metavar="R", help="For whom the texts are (a code of data/routes).")
@_common
def release(
    workspace: str | None, from_file: str | None, as_json: bool, show_text: bool, text_seen: str | None,
    recipient: str | None, **given: Any,
) -> int:  # fmt: skip
    """Let a police package go that another person assessed. Without a case: list what waits and what would go out.

    Read the addresses of that list first: none of them may be the reporter's own.

    Texts leave for recipients in the setting free_text_for only, and only those a person read: --show-text prints them
    redacted with a code, --text-seen takes that code. For police this also releases the package, by a second person.

    \b
    Examples:
      hotline release
      hotline release C12
      hotline release C12 --show-text
    """
    if show_text or text_seen is not None or recipient is not None:
        _texts(workspace, from_file, as_json, given, recipient, text_seen, show_text=show_text)
        return 0
    if from_file is None and not any(value is not None for value in given.values()):
        _show_waiting(workspace, as_json)
        return 0
    return _do(workspace, "release", from_file, as_json, given, needs=("case",))


@click.command("give-back")
@click.argument("case", required=False)
@_common
def give_back(workspace: str | None, from_file: str | None, as_json: bool, **given: Any) -> int:
    """Let a case go that you took, undecided; it waits where it waited before.

    \b
    Example:
      hotline give-back C12
    """
    return _do(workspace, "give_back", from_file, as_json, given, needs=("case",))


@click.command()
@click.argument("case", required=False)
@click.option("--reason", metavar="CODE", help=f"Why: {', '.join(REOPEN_REASONS)}.")
@_common
def reopen(workspace: str | None, from_file: str | None, as_json: bool, **given: Any) -> int:
    """Take the closing of a case back: it waits for a person again. The closing stays in its history.

    \b
    Example:
      hotline reopen C49 --reason closed_by_mistake
    """
    return _do(workspace, "reopen", from_file, as_json, given, needs=("case",))


def _texts(
    workspace: str | None, from_file: str | None, as_json: bool, given: dict[str, Any], recipient: str | None,
    code: str | None, *, show_text: bool,
) -> None:  # fmt: skip
    """Show the redacted texts of one case, or let those go that were read."""
    from pipeline.bootstrap import App
    from pipeline.cli import screens, text_screen
    from pipeline.desk import text_release
    from pipeline.desk.numbers import case_number
    from pipeline.desk.people import acting
    from pipeline.store.engine import reading
    from triage.errors import UsageError

    if from_file is not None or given["case"] is None or show_text == (code is not None):
        raise UsageError("give one case with either --show-text or --text-seen CODE: see `hotline release --help`")
    app, now = App.at(workspace), datetime.now(UTC)
    by, desk = acting(app), text_release.desk_of(app)
    with reading(app.store.engine) as connection:
        case_id = case_number(connection, given["case"])
    if code is None:
        shown = text_release.show(desk, by, case_id, recipient, now)
        values, lines = text_screen.shown_json(shown), text_screen.shown_lines(shown)
    else:
        done = text_release.release_text(desk, by, case_id, code, recipient, now, given["version"])
        values, lines = text_screen.released_json(done), text_screen.released_lines(done)
    if as_json:
        screens.show_json(app, values)
    else:
        screens.show(app, lines)


def _show_waiting(workspace: str | None, as_json: bool) -> None:
    """Cases whose police package waits for a second person, oldest first, with the addresses that would go out."""
    from pipeline.bootstrap import App
    from pipeline.cli import release_screen, screens
    from pipeline.desk.going_out import GoingOut, going_out
    from pipeline.desk.outstanding import outstanding
    from pipeline.desk.people import allowed
    from pipeline.desk.vaultroom import Vaultroom
    from pipeline.routes import routes
    from pipeline.store.engine import reading
    from triage.errors import KeyProblem
    from triage.people import Act, may

    app = App.at(workspace)
    by = allowed(app, Act.SEE_QUEUE)
    packages: list[GoingOut] = []
    why_not = None if may(by, Act.TAKE_CASE) else release_screen.NOT_YOURS
    with reading(app.store.engine) as connection:
        waiting = outstanding(connection).release_cases
        if why_not is None:
            try:
                cases = waiting[: release_screen.CASES_SHOWN]
                packages = going_out(connection, Vaultroom(app), routes(), cases)
            except KeyProblem:
                why_not = release_screen.NO_KEY
    if as_json:
        screens.show_json(app, release_screen.as_json(waiting, packages))
    else:
        screens.show(app, release_screen.lines(waiting, packages, why_not))


def _do(
    workspace: str | None, act: str, from_file: str | None, as_json: bool, given: dict[str, Any], needs: tuple[str, ...]
) -> int:
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk import decision_file
    from pipeline.desk.people import acting
    from pipeline.desk.words import Desk, apply
    from pipeline.routes import routes
    from triage.errors import UsageError

    words = {name: str(value) for name, value in given.items() if value is not None}
    app = App.at(workspace)
    desk = Desk(app, acting(app), datetime.now(UTC), routes())
    if from_file is not None:
        if words:
            raise UsageError("give a case or --from FILE, not both")
        return _do_file(desk, decision_file.read(Path(from_file)), act, as_json)
    absent = [name for name in needs if name not in words]
    if absent:
        raise UsageError(f"{absent[0]} is missing: see `hotline {act.replace('_', '-')} --help`")
    done = apply(desk, {"act": act} | words)
    notes = _notes(app, [done] if words.get("kind") == Kind.ICCAM else [])
    if as_json:
        shown = {"case": f"C{done.case_id}", "act": done.act, "status": done.status}
        kept_json = {"hosting_kept": done.hosting_kept} if done.hosting_kept else {}
        screens.show_json(app, shown | kept_json | ({"notes": notes} if notes else {}))
    else:
        kept = f"; hosting country as before: {done.hosting_kept}" if done.hosting_kept else ""
        screens.show(app, [f"C{done.case_id}: {done.status.replace('_', ' ')}{kept}", *notes])
    return 0


def _notes(app: App, done: Iterable[Applied]) -> list[str]:
    """What is to be said of cases just decided for ICCAM: where they are hosted nobody may be told."""
    from pipeline.cli.iccam_screen import hosting_lines
    from pipeline.desk.words import DISPOSE

    return hosting_lines(app, [one.case_id for one in done if one.act == DISPOSE])


def _do_file(desk: Any, rows: Any, act: str, as_json: bool) -> int:
    """Do what can be done and name the rest; answers 1 where some was refused. Raises UnusableInput where all was."""
    from pipeline.cli import screens
    from pipeline.desk.decision_file import apply_file
    from triage.errors import UnusableInput

    outcome = apply_file(desk, rows, act)
    notes = _notes(desk.app, outcome.applied)
    if as_json:
        screens.show_json(desk.app, {
            "applied": [{"act": one.act, "case": f"C{one.case_id}", "status": one.status} for one in outcome.applied],
            "refused": [{"row": one.row, "why": one.why} for one in outcome.refused],
            "notes": notes,
        })  # fmt: skip
    else:
        screens.show(desk.app, [f"{len(outcome.applied)} done, {len(outcome.refused)} refused", *notes])
    for line in _refusals((one.row, one.why) for one in outcome.refused):
        click.echo(line, err=True)
    if not outcome.applied:
        raise UnusableInput("no row could be applied; nothing was changed")
    return 1 if outcome.refused else 0


def _refusals(refused: Iterable[tuple[int, str]]) -> Iterator[str]:
    """One line for each reason, with the rows it holds for: a whole file with one mistake is one line."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row, why in refused:
        rows[why].append(row)
    for why, numbers in rows.items():
        stretches = [
            [row for _, row in of_stretch]
            for _, of_stretch in groupby(enumerate(numbers), lambda placed: placed[1] - placed[0])
        ]
        named = ", ".join(f"{one[0]}-{one[-1]}" if len(one) > 1 else f"{one[0]}" for one in stretches)
        yield f"row{'s' if len(numbers) > 1 else ''} {named}: {why}"
