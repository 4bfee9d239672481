"""`hotline cases`: list them, look at one, split one, join two, answer which may be one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from pipeline.cli.main import workspace_option

if TYPE_CHECKING:
    pass

LIST_LIMIT = 50
_LANE_HELP = (
    "Only cases waiting in this lane: danger-now, children-at-risk, suspects, assigned-by-inhope, new-facts,"
    " other-reports, needs-address or questions, or as `hotline today` writes it."
)


@click.group()
@workspace_option
def cases() -> None:
    """Look at cases; say which reports belong together.

    \b
    Example:
      hotline cases show C12
    """


@cases.command("list")
@workspace_option
@click.option("--lane", metavar="LANE", help=_LANE_HELP)
@click.option("--status", metavar="STATUS", help="Only cases that stand so: new, decided, closed …")
@click.option("--limit", type=click.IntRange(1, 10_000), default=LIST_LIMIT, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def list_cases(workspace: str | None, lane: str | None, status: str | None, limit: int, as_json: bool) -> None:
    """List cases, newest first. Codes and counts only.

    \b
    Example:
      hotline cases list --lane suspects
    """
    from pipeline.bootstrap import App
    from pipeline.cli import plain_words, screens
    from pipeline.desk import listing
    from pipeline.desk.people import allowed
    from pipeline.desk.queue import lane_named
    from pipeline.desk.records import one_of
    from pipeline.desk.times import local
    from pipeline.store.engine import reading
    from triage.lifecycle import Status
    from triage.people import Act

    app, now = App.at(workspace), datetime.now(UTC)
    allowed(app, Act.SEE_QUEUE)
    chosen_lane = lane_named(lane) if lane else None
    chosen_status = one_of(Status, status, "status") if status else None
    with reading(app.store.engine) as connection:
        found = listing.cases(connection, chosen_lane, chosen_status, limit)
    if as_json:
        screens.show_json(app, {"cases": [
            {"case": f"C{one.case_id}", "status": one.status, "lane": one.lane, "label": one.label,
             "escalate": one.escalate, "reports": one.reports,
             "joined_into": f"C{one.joined_into}" if one.joined_into else None}
            for one in found
        ]})  # fmt: skip
        return
    rows = [
        (f"C{one.case_id}",
         f"joined into C{one.joined_into}" if one.joined_into else plain_words.STATUSES[Status(one.status)],
         (one.lane or "-").replace("_", " "), one.label.replace("_", " "), one.escalate.replace("_", " "),
         str(one.reports), local(one.last_received, now) if one.last_received else "-")
        for one in found
    ]  # fmt: skip
    heading = ("case", "stands", "lane", "label", "danger", "reports", "last report")
    screens.show(app, screens.table(heading, rows, right=frozenset({5})) if rows else ["No case stands so."])


@cases.command("show")
@workspace_option
@click.argument("case")
@click.option("--text", "with_text", is_flag=True, help="Also show what the reporters wrote; this is written down.")
@click.option("--all", "everything", is_flag=True, help="Every address and every text, however many.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def show(workspace: str | None, case: str, with_text: bool, everything: bool, as_json: bool) -> None:
    """Show one case: where, why, why its reports are together, and who did what. CASE is C12, or a report R1.0.5.

    \b
    Example:
      hotline cases show C12
    """
    from pipeline.bootstrap import App
    from pipeline.cli import opened
    from pipeline.desk.numbers import case_given
    from pipeline.desk.people import allowed
    from triage.people import Act

    app, now = App.at(workspace), datetime.now(UTC)
    by = allowed(app, Act.SEE_QUEUE)
    opened.show_case(
        app, by, case_given(app, case), now, with_text=with_text, everything=everything, as_json=as_json,
        with_history=True,
    )  # fmt: skip


@cases.command("split")
@workspace_option
@click.argument("case")
@click.option("--item", "items", multiple=True, metavar="L7", help="An address to move; may be given several times.")
@click.option("--report", "reports", multiple=True, metavar="R1.0.5", help="A report without an address to move.")
@click.option("--version", type=click.IntRange(0), help="Refuse if the case changed since this version.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def split(
    workspace: str | None, case: str, items: tuple[str, ...], reports: tuple[str, ...], version: int | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Move some of a case's addresses, with their reports, to a new case. New reports follow what you say here.

    \b
    Example:
      hotline cases split C12 --item L7 --item L9
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk import moves
    from pipeline.desk.numbers import case_given, item_number, report_number
    from pipeline.desk.people import acting
    from pipeline.desk.vaultroom import Vaultroom

    app, now = App.at(workspace), datetime.now(UTC)
    chosen, alone = {item_number(one) for one in items}, {report_number(one) for one in reports}
    old = case_given(app, case)
    new = moves.split(app, acting(app), old, chosen, alone, now, Vaultroom(app), version)
    if as_json:
        screens.show_json(app, {"case": f"C{old}", "new_case": f"C{new}"})
    else:
        screens.show(app, [f"Moved from C{old} to the new case C{new}."])


@cases.command("join")
@workspace_option
@click.argument("case")
@click.argument("other")
@click.option("--version", type=click.IntRange(0), help="Refuse if CASE changed since this version.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def join(workspace: str | None, case: str, other: str, version: int | None, as_json: bool) -> None:
    """Make OTHER part of CASE: its reports, addresses and decisions; a decided case comes back to the queue.

    \b
    Example:
      hotline cases join C12 C15
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk import moves
    from pipeline.desk.numbers import case_given
    from pipeline.desk.people import acting

    app, now = App.at(workspace), datetime.now(UTC)
    into, gone = case_given(app, case), case_given(app, other)
    moves.join(app, acting(app), into, gone, now, version)
    if as_json:
        screens.show_json(app, {"case": f"C{into}", "joined": f"C{gone}"})
    else:
        screens.show(app, [f"C{gone} is now part of C{into}."])


@cases.command("suggestions")
@workspace_option
@click.option("--apart", nargs=2, metavar="CASE CASE", help="Answer: these two are not the same.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def suggestions(workspace: str | None, apart: tuple[str, str] | None, as_json: bool) -> None:
    """List pairs of cases that changed rules would put together. `cases join` or `--apart` answers.

    \b
    Example:
      hotline cases suggestions --apart C12 C15
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk import listing, moves
    from pipeline.desk.numbers import case_given
    from pipeline.desk.people import allowed
    from pipeline.store.engine import reading
    from triage.people import Act

    app, now = App.at(workspace), datetime.now(UTC)
    by = allowed(app, Act.SEE_QUEUE)
    if apart is not None:
        moves.apart(app, by, case_given(app, apart[0]), case_given(app, apart[1]), now)
    with reading(app.store.engine) as connection:
        pairs = listing.open_suggestions(connection)
    if as_json:
        found = [{"first": f"C{one.first}", "second": f"C{one.second}", "rules": one.rule_version} for one in pairs]
        screens.show_json(app, {"suggestions": found})
        return
    rows = [(f"C{one.first}", f"C{one.second}", f"hotline cases join C{one.first} C{one.second}") for one in pairs]
    screens.show(app, screens.table(("case", "and", "if they are one"), rows) if rows else ["Nothing to answer."])
