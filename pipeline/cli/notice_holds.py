"""`hotline notices hold | release-hold | override | grant`: what police said of a notice, and two people against it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from pipeline.cli.main import workspace_option
from triage.assessment import Classification
from triage.lea_hold import OVERRIDE_REASONS, WAYS, Hold, Why, WordKind
from triage.notices import Standing

if TYPE_CHECKING:
    from pipeline.desk.notices import Place
    from pipeline.desk.notices_today import CaseNotices, NoticesToday

_way = click.option("--way", required=True, type=click.Choice(WAYS), help="How police told you.")
_json = click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
_NOT_SAID = frozenset({Classification.UNSET, Classification.NOT_ASSESSED})
_MOST_ITEMS = 10
_WHY = {
    Why.POLICE_NOT_TOLD: "danger, or grave content hosted here, nobody told police of yet: dispose it to police first",
    Why.GRAVER_DANGER: "graver danger than {who} was told of: dispose it to police again, or call",
    Why.PACKAGE_NOT_GONE: "decided for {who}, whose package is not made yet",
    Why.POLICE_HAVE_IT: "a package was made for {who} {made}; it has not let it go",
    Why.POLICE_ASKED: "{who} asked to wait",
}  # fmt: skip


@click.command()
@workspace_option
@click.argument("case")
@click.argument("agency")
@_way
@_json
@click.pass_obj
def hold(workspace: str | None, case: str, agency: str, way: str, as_json: bool) -> None:
    """Write down that police asked to wait with notices about a case; it ends by their word or the protocol's hours.

    \b
    Example:
      hotline notices hold C12 police-rs --way telephone
    """
    _word(workspace, case, WordKind.HOLD, agency, way, as_json, "notices about it wait for police")


@click.command("release-hold")
@workspace_option
@click.argument("case")
@click.argument("agency")
@_way
@_json
@click.pass_obj
def release_hold(workspace: str | None, case: str, agency: str, way: str, as_json: bool) -> None:
    """Write down that police let notices about a case go. What police tell by feedback counts by itself.

    It says what still holds them, if something does.

    \b
    Example:
      hotline notices release-hold C12 police-rs --way telephone
    """
    _word(workspace, case, WordKind.RELEASE, agency, way, as_json, f"{agency} let notices about it go")


@click.command()
@workspace_option
@click.argument("case")
@click.option("--reason", required=True, type=click.Choice(OVERRIDE_REASONS), help="Why it cannot wait.")
@_json
@click.pass_obj
def override(workspace: str | None, case: str, reason: str, as_json: bool) -> None:
    """Ask that notices about a case go before police let them; another person grants it. Void once assessed anew.

    \b
    Example:
      hotline notices override C12 --reason spreading_fast
    """
    _word(workspace, case, WordKind.OVERRIDE, None, reason, as_json, "another person grants it: see `notices grant`")


@click.command()
@workspace_option
@click.argument("case")
@_json
@click.pass_obj
def grant(workspace: str | None, case: str, as_json: bool) -> None:
    """Grant the override another person asked for. For second analysts and supervisors.

    \b
    Example:
      hotline notices grant C12
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk.lea_holds import grant as granted
    from pipeline.desk.numbers import case_given
    from pipeline.desk.people import acting

    app = App.at(workspace)
    case_id = case_given(app, case)
    reason = granted(app, acting(app), case_id, datetime.now(UTC))
    if as_json:
        screens.show_json(app, {"case": f"C{case_id}", "granted": reason})
    else:
        screens.show(app, [f"C{case_id}: the police hold is overridden ({reason.replace('_', ' ')})"])


def hold_words(holds: Sequence[Hold], now: datetime) -> list[str]:
    """Why something waits, since when and until when, one line each."""
    from pipeline.desk.times import local

    lines = []
    for one in holds:
        end = "no time-out runs" if one.until is None else f"until {local(one.until, now)}"
        made = "" if one.made_at is None else local(one.made_at, now)
        lines.append(f"{_WHY[one.why].format(who=one.recipient, made=made)} (since {local(one.since, now)}; {end})")
    return lines


def holds_json(holds: Sequence[Hold]) -> list[dict[str, object]]:
    """The same for a program."""
    return [
        {"why": str(one.why), "agency": one.recipient, "since": one.since.isoformat(),
         "until": one.until.isoformat() if one.until else None}
        for one in holds
    ]  # fmt: skip


def case_counts(waiting: NoticesToday) -> dict[str, int]:
    """How many cases wait for what: the one counter of `hotline today` and `hotline notices list`."""
    return {
        "to_be_sent": len(waiting.waiting), "held": len(waiting.held), "decide_again": len(waiting.decide_again),
    }  # fmt: skip


def cases_left(waiting: NoticesToday) -> dict[str, object]:
    """The cases no notice of goes, for a program."""
    return {
        "tell_who_reported": [f"C{one}" for one in waiting.telling],
        "not_viewed": [f"C{one}" for one in waiting.unviewed],
    }


def today_lines(waiting: NoticesToday, now: datetime) -> list[str]:
    """What `hotline today` says of notices; empty if nothing waits."""
    from pipeline.cli.screens import CASES_NAMED, INDENT, named_cases

    lines = []
    if waiting.waiting:
        lines.append(f"{INDENT}notices to be sent (`hotline notices list`): {named_cases(waiting.waiting)}")
    if waiting.decide_again:
        lines.append(f"{INDENT}notices to be assessed and decided again: {named_cases(waiting.decide_again)}")
    if waiting.unviewed:
        said = "no notice goes, nobody viewed what is there (assess again with --viewed content)"
        lines.append(f"{INDENT}{said}: {named_cases(waiting.unviewed)}")
    if waiting.telling:
        said = "no notice goes, the address tells who reported it (`hotline cases show` says what to do)"
        lines.append(f"{INDENT}{said}: {named_cases(waiting.telling)}")
    for one in waiting.held[:CASES_NAMED]:
        lines += [f"{INDENT}notice on C{one.case_id} is held: {words}" for words in hold_words(one.holds, now)]
    more = len(waiting.held) - CASES_NAMED
    lines += [f"{INDENT}and {more} more held notices: `hotline notices list`"] if more > 0 else []
    if waiting.overrides:
        lines.append(f"{INDENT}override of the police hold waits for another person: {named_cases(waiting.overrides)}")
    for said, contacts in (
        ("letters in doubt, look and send --again", waiting.doubtful), ("reminders due", waiting.due),
        ("hosts that never answered: a person decides", waiting.unanswered),
    ):  # fmt: skip
        if contacts:
            lines.append(f"{INDENT}{said}: {', '.join(f'H{one}' for one in contacts)}")
    return lines


def today_json(waiting: NoticesToday) -> dict[str, object]:
    """The same for a program, every case named."""
    return {
        "waiting": [f"C{one}" for one in waiting.waiting],
        "decide_again": [f"C{one}" for one in waiting.decide_again], **cases_left(waiting),
        "held": [{"case": f"C{one.case_id}", "why": holds_json(one.holds)} for one in waiting.held],
        "in_doubt": [f"H{one}" for one in waiting.doubtful], "reminders_due": [f"H{one}" for one in waiting.due],
        "never_answered": [f"H{one}" for one in waiting.unanswered],
        "overrides": [f"C{one}" for one in waiting.overrides],
    }  # fmt: skip


def case_block(said: CaseNotices, now: datetime) -> list[str]:
    """What `hotline cases show` says: why notices wait, what went to whom and what came of it."""
    from pipeline.cli.screens import INDENT
    from pipeline.desk.times import local

    lines = [f"- held: {words}" for words in hold_words(said.holds, now)] if said.decided else []
    for contact, locator, letter in said.letters:
        what = "perhaps sent" if letter.state == "claimed" else f"sent {local(letter.made_at, now)}"
        again = f", reminder {letter.reminder}" if letter.reminder else ""
        answer = f", {letter.answer.said} {local(letter.answer.at, now)}" if letter.answer else ""
        lines.append(f"- L{locator} to H{contact}: {what}{again}{answer}")
    return ["", "Notices to hosts", *(f"{INDENT}{line}" for line in lines)] if lines else []


def case_json(said: CaseNotices) -> dict[str, object]:
    """The same for a program."""
    return {
        "held": holds_json(said.holds) if said.decided else [],
        "letters": [
            {"item": f"L{locator}", "contact": f"H{contact}", "state": letter.state, "reminder": letter.reminder,
             "at": letter.made_at.isoformat(), "answer": str(letter.answer.said) if letter.answer else None,
             "removed_at": letter.answer.at.isoformat() if letter.answer and letter.answer.said == "removed" else None}
            for contact, locator, letter in said.letters
        ],
    }  # fmt: skip


def _word(
    workspace: str | None, case: str, kind: WordKind, agency: str | None, reason: str, as_json: bool, done: str
) -> None:
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk.lea_holds import holds_in, write_word
    from pipeline.desk.numbers import case_given
    from pipeline.desk.people import acting
    from pipeline.store.engine import reading

    app, now = App.at(workspace), datetime.now(UTC)
    case_id = case_given(app, case)
    number = write_word(app, acting(app), case_id, kind, agency, reason, now)
    with reading(app.store.engine) as connection:
        held = holds_in(connection, [case_id], now)[case_id]
    if as_json:
        said = {"case": f"C{case_id}", "word": number, "kind": str(kind), "agency": agency, "held": holds_json(held)}
        screens.show_json(app, said)
    else:
        still = [f"STILL HELD: {words}" for words in hold_words(held, now)] if kind is WordKind.RELEASE else []
        screens.show(app, [f"C{case_id}: {done}", *still])


def unseen_lines(places: Iterable[Place]) -> list[str]:
    """Of each case with a notice decided, the addresses nobody looked at yet; what a person found lawful waits no more.
    """
    waiting: defaultdict[int, set[int]] = defaultdict(set)
    for one in places:
        if one.standing is Standing.NOT_ASSESSED and (one.said is None or one.said.classification in _NOT_SAID):
            waiting[one.case_id].add(one.locator_id)
    lines = []
    for case_id, items in sorted(waiting.items()):
        named, left = [f"L{one}" for one in sorted(items)], len(items) - _MOST_ITEMS
        more = f" and {left} more" if left > 0 else ""
        lines.append(f"C{case_id}  waits for somebody to look: {', '.join(named[:_MOST_ITEMS])}{more}")
    return lines
