"""`hotline today` and `hotline next`: how much waits, and the case that comes next."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from pipeline.cli.main import workspace_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.bootstrap import App
    from pipeline.desk.feedback_lists import Unanswered
    from pipeline.desk.queue import LaneCount, Taken, Today
    from pipeline.desk.supplements_due import Due
    from triage.people import Person


@click.command()
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def today(workspace: str | None, as_json: bool) -> None:
    """Show the queue: how many cases wait in each lane, since when, and what is overdue. Never any text.

    \b
    Example:
      hotline today
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk import queue
    from pipeline.desk.people import acting

    app, now = App.at(workspace), datetime.now(UTC)
    counted = queue.today(app, acting(app), now)
    if as_json:
        screens.show_json(app, _as_json(counted, now))
    else:
        screens.show(app, _screen(counted, now))


@click.command("next")
@workspace_option
@click.argument("wanted", nargs=-1, metavar="[LANE|CASE]")
@click.option("--text", "with_text", is_flag=True, help="Also show what the reporters wrote; this is written down.")
@click.option("--all", "everything", is_flag=True, help="Every address and every text, however many.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def next_case(
    workspace: str | None, wanted: tuple[str, ...], with_text: bool, everything: bool, as_json: bool
) -> None:
    """Take the case that comes next (or the next of a lane, or one named case) and hold it for you.

    Nobody else can decide it while you hold it. `hotline give-back` lets it go; after 30 minutes it is free by itself.

    Lanes: danger now, children at risk, suspects, assigned by INHOPE, new facts, other reports, needs an address,
    questions, overdue.

    \b
    Examples:
      hotline next
      hotline next suspects
      hotline next new facts
      hotline next C12 --text
    """
    from pipeline.bootstrap import App
    from pipeline.cli import opened, screens
    from pipeline.desk.holding import give_back, held_by
    from pipeline.desk.people import acting
    from pipeline.desk.times import clock_time
    from pipeline.store.engine import reading
    from triage.errors import KeyProblem

    app, now = App.at(workspace), datetime.now(UTC)
    by = acting(app)
    if with_text:
        opened.check_may_read(by)
    with reading(app.store.engine) as connection:
        mine = held_by(connection, by, now)
    taken = _take(app, by, " ".join(wanted) or None, now)
    if taken is None:
        held = [f"you hold C{case_id} until {clock_time(until)}" for case_id, until in mine]
        screens.show_json(app, {"case": None}) if as_json else screens.show(app, ["Nothing waits here.", *held])
        return
    try:
        opened.show_case(app, by, taken.case_id, now, with_text=with_text, everything=everything, as_json=as_json)
    except KeyProblem:
        if taken.case_id not in {case_id for case_id, _ in mine}:
            give_back(app, by, taken.case_id, now)  # held unseen, it would be lost to everybody for half an hour
        raise


def _take(app: App, by: Person, given: str | None, now: datetime) -> Taken | None:
    from pipeline.desk import holding, queue
    from pipeline.desk.numbers import case_number
    from pipeline.store.engine import reading

    if given is None or not any(char.isdigit() for char in given):
        return queue.take_next(app, by, now, None if given is None else queue.lane_named(given))
    with reading(app.store.engine) as connection:
        case_id = case_number(connection, given)
    return queue.Taken(case_id, holding.take(app, by, case_id, now))


def _screen(counted: Today, now: datetime) -> list[str]:
    from pipeline.cli import alert_screens, disclose, notice_holds, plain_words, screens
    from pipeline.cli.urgent import waiting_lines
    from pipeline.desk.answer_taken_back import to_delete
    from pipeline.desk.times import ago, clock_time, local

    rows = [
        (
            plain_words.LANES[one.lane], str(one.count), str(one.overdue) if one.overdue else "-",
            ago(one.oldest, now) if one.oldest else "-", local(one.due, now) if one.due else "-", _target(one),
        )
        for one in counted.lanes
    ]  # fmt: skip
    heading = ("lane", "waiting", "overdue", "oldest", "first due", "target")
    lines = [f"Today, {local(now)}", "", *alert_screens.unread_lines(counted.unread_calls)]
    lines += alert_screens.untold_lines(counted.untold_calls)
    lines += alert_screens.today_lines(counted.alerts, now)
    lines += [*screens.table(heading, rows, right=frozenset({1, 2}))]
    first = f"  a life is at risk in {counted.lives} of the children at risk: `hotline next` takes those first"
    lines += ["", first] if counted.lives else []
    lines += ["", _unread(counted.unread_rows)] if counted.unread_rows else []
    decided = screens.outstanding_block(counted.outstanding, now)
    lines += ["", *decided] if decided else []
    lines += ["", *(f"  {line}" for line in waiting_lines(counted.calls, now))] if counted.calls else []
    lines += ["", *(f"  {line}" for line in disclose.lines(counted.disclosures))] if counted.disclosures else []
    lines += ["", *(f"  {to_delete(name)}" for name in counted.unwanted)] if counted.unwanted else []
    over = alert_screens.left_lying_lines(counted.over)
    lines += ["", *(f"  {line}" for line in over)] if over else []
    lines += ["", _silent(counted.unanswered, now)] if counted.unanswered else []
    lines += ["", _supplements(counted.supplements)] if counted.supplements else []
    lines += ["", *(f"  {one.recipient}: {one.says}" for one in counted.keys)] if counted.keys else []
    lines += ["", *notice_holds.today_lines(counted.notices, now)] if counted.notices else []
    lines += [""] if counted.set_aside else []
    counted_of = plain_words.counted
    lines += [
        f"{counted_of(one.entries, 'entry')} of list {one.name} matched too much and set aside: "
        f"`hotline lists show {one.name}`"
        for one in counted.set_aside
    ]
    lines += [""] if counted.mine else []
    lines += [f"  you hold C{case_id} until {clock_time(until)}" for case_id, until in counted.mine]
    return [*lines, "", "  hotline next          takes the case that comes first"]


def _unread(rows: int) -> str:
    """Rejects are in no lane: whatever danger they tell of, nobody has read it."""
    from pipeline.cli import plain_words

    return f"  in no lane, as nobody could read what they say: {plain_words.counted(rows, 'reject')}: `hotline rejects`"


def _silent(packages: Sequence[Unanswered], now: datetime) -> str:
    """Packages police never acknowledged, oldest first, in one line."""
    days = (now - packages[0].sent_at).days
    return f"  police packages without an answer: {len(packages)} (oldest {days} days): `hotline feedback overdue`"


def _supplements(due: Sequence[Due]) -> str:
    """Agencies whose package was overtaken; how to send them a supplement the screen of the case says."""
    from pipeline.cli.screens import CASES_NAMED

    shown = [f"C{one.case_id} {one.recipient} ({', '.join(map(_plain, one.lacks))})" for one in due[:CASES_NAMED]]
    left = f" and {len(due) - CASES_NAMED} more" if len(due) > CASES_NAMED else ""
    return f"  police supplement due (`hotline cases show` says how): {', '.join(shown)}{left}"


def _plain(code: str) -> str:
    return code.replace("_", " ")


def _target(one: LaneCount) -> str:
    if one.target is None:
        return ""
    hours, minutes = divmod(one.target.minutes, 60)
    length = f"{minutes} min" if not hours else f"{hours} h" if not minutes else f"{hours} h {minutes} min"
    return length + (", day and night" if one.target.around_the_clock else " of working time")


def _as_json(counted: Today, now: datetime) -> dict[str, object]:
    from pipeline.cli import alert_screens, disclose, notice_holds, screens
    from pipeline.cli.urgent import as_object

    return {
        "unread_calls": list(counted.unread_calls), "untold_calls": [f"C{case}" for case in counted.untold_calls],
        "unread_rows": counted.unread_rows, "lives_at_risk": counted.lives,
        "alerts": [alert_screens.as_object(one) for one in counted.alerts],
        "lanes": [
            {
                "lane": one.lane, "waiting": one.count, "held": one.held, "overdue": one.overdue,
                "oldest": one.oldest.isoformat() if one.oldest else None,
                "due": one.due.isoformat() if one.due else None,
                "target_minutes": one.target.minutes if one.target else None,
                "around_the_clock": one.target.around_the_clock if one.target else None,
            }
            for one in counted.lanes
        ],
        **screens.outstanding_json(counted.outstanding),
        "urgent_calls": [as_object(one, now) for one in counted.calls],
        "disclosures": [disclose.as_object(one) for one in counted.disclosures],
        "letters_to_delete": [*counted.unwanted, *(name for files in counted.over.values() for name in files.values())],
        "police_packages_without_answer": [
            {"agency": one.recipient, "package": one.name or None, "sent_at": one.sent_at.isoformat()}
            for one in counted.unanswered
        ],
        "supplements_due": [
            {"case": f"C{one.case_id}", "agency": one.recipient, "lacks": [str(each) for each in one.lacks]}
            for one in counted.supplements
        ],
        "replaced_keys": [
            {"recipient": one.recipient, "fingerprint": one.fingerprint, "before": one.before}
            for one in counted.keys
        ],
        "notices": notice_holds.today_json(counted.notices),
        "mine": [{"case": f"C{case_id}", "until": until.isoformat()} for case_id, until in counted.mine],
    }  # fmt: skip
