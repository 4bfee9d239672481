"""`hotline stats`: counts anybody may see, with small ones hidden."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from pipeline.cli.main import workspace_option


@click.command()
@workspace_option
@click.option("--from", "first", metavar="MONTH", help="First month, as 2026-01.")
@click.option("--to", "last", metavar="MONTH", help="Last month (included), as 2026-12.")
@click.option("--out", required=True, metavar="FILE", help="The CSV file to write.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def stats(workspace: str | None, first: str | None, last: str | None, out: str, as_json: bool) -> None:
    """Write aggregate statistics as CSV and print the rules they were made by: duplicates, and hidden small counts.

    \b
    Example:
      hotline stats --from 2026-01 --to 2026-03 --out first-quarter.csv
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.cli.written import written
    from pipeline.desk.counts import Months
    from pipeline.desk.people import acting
    from pipeline.desk.published import write_statistics
    from triage.errors import UsageError

    if out == "-":
        raise UsageError("give --out a file: the screen shows the rules the table was made by")
    months = Months(first, last)
    months.seconds()
    app = App.at(workspace)
    with written(out) as file:
        published = write_statistics(app, months, acting(app), datetime.now(UTC), file)
    if as_json:
        screens.show_json(app, {"out": out, "reports": published.reports, "rules": published.rules})
    else:
        screens.show(app, (f"{published.reports:,} reports counted; the table is in {out}", *published.rules))
