"""`hotline stats`: counts anybody may see, with small ones hidden."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.main import workspace_option

if TYPE_CHECKING:
    from pipeline.desk.published import Published


@click.command()
@workspace_option
@click.option("--from", "first", metavar="MONTH", help="First month, as 2026-01.")
@click.option("--to", "last", metavar="MONTH", help="Last month (included), as 2026-12.")
@click.option(
    "--by",
    "kind",
    type=click.Choice(("month", "quarter", "year")),
    default="month",
    show_default=True,
    help="The calendar periods to count by; fewer counts are hidden in longer ones.",
)
@click.option("--out", required=True, metavar="FILE", help="The CSV file to write.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def stats(workspace: str | None, first: str | None, last: str | None, kind: str, out: str, as_json: bool) -> None:
    """Write aggregate statistics as CSV and print the rules they were made by: duplicates, and hidden small counts.

    The rules are also written beside the file: first-quarter.rules.txt for first-quarter.csv. Only periods that are
    over are published. Each is published once: later tables repeat what was published of it, and no other period may
    overlap it, since counts that differ a little could be subtracted from each other.

    \b
    Example:
      hotline stats --from 2026-01 --to 2026-03 --out first-quarter.csv
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.cli.plain_words import counted
    from pipeline.cli.written import written
    from pipeline.desk.counts import Months
    from pipeline.desk.people import acting
    from pipeline.desk.published import write_statistics
    from triage.errors import UsageError

    if out == "-":
        raise UsageError("give --out a file: the screen shows the rules the table was made by")
    months = Months(first, last, kind)
    months.seconds()
    app = App.at(workspace)
    beside = str(_rules_of(out))
    with written(out) as file, written(beside) as rules:
        published = write_statistics(app, months, acting(app), datetime.now(UTC), file, rules)
    if as_json:
        screens.show_json(app, {
            "out": out, "rules_file": beside, "reports": published.reports, "late": published.late,
            "not_over": published.waiting, "too_few": published.too_few,
            "first_time": published.first_time, "of_another_kind": published.of_another_kind, "rules": published.rules,
        })  # fmt: skip
    else:
        said = f"{counted(published.reports, 'report')} counted; the table is in {out}, its rules in {beside}"
        screens.show(app, (said, *_besides(published, kind), *published.rules))


def _besides(published: Published, kind: str) -> Iterator[str]:
    """What a person should know of this table before it goes out; nothing of it stands in the table."""
    from pipeline.cli.plain_words import counted

    if published.waiting:
        yield f"{published.waiting:,} more are left out: their period is not over, or not wholly in what was asked for"
    if published.too_few:
        yield f"{published.too_few:,} more are left out: too few came in their period"
    if published.first_time:
        yield f"published for the first time, and kept as they are now: {counted(published.first_time, 'period')}"
    if published.of_another_kind:
        yield f"not by {kind}, as published before in whole or part: {counted(published.of_another_kind, 'period')}"
    if published.late:
        yield f"{published.late:,} more came in after their period was published: they are counted nowhere"


def _rules_of(out: str) -> Path:
    """Where the rules of a table lie: beside it, by its name, so that two tables in one folder keep theirs apart."""
    return Path(out).with_name(f"{Path(out).stem}.rules.txt") if Path(out).name else Path(out)
