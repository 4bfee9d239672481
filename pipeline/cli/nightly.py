"""`hotline nightly`: take in the drop folder, destroy old working keys, verify; for cron or a systemd timer."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.main import workspace_option

if TYPE_CHECKING:
    from pipeline.nightly import Night

NO_DROP_FOLDER = "none set: nothing is taken in (setting drop_folder)"


@click.command()
@workspace_option
@click.option("--date", "of", type=click.DateTime(["%Y-%m-%d"]), help="The night's date (today in UTC).")
@click.option("--workers", type=click.IntRange(1, 64), help="Worker processes (setting `workers`).")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def nightly(workspace: str | None, of: datetime | None, workers: int | None, as_json: bool) -> int:
    """Run a night's work; safe to repeat. Exit code 0 if all is well, 1 where somebody should look.

    That is: findings, a run that cannot finish, an SOS call that could not be read or nobody can be told of, an alert
    that could not be sent or that lies in the outbox though a mail server is set.

    \b
    Example:
      hotline nightly --workspace /srv/hotline
    """
    from pipeline.bootstrap import App
    from pipeline.desk.people import check_unattended
    from pipeline.nightly import night
    from pipeline.workspace import opened
    from triage.people import Act

    app = App.at(workspace)
    check_unattended(app, Act.RUN_BATCH, "take a batch in")
    if said := opened(app.workspace):
        click.echo(said, err=True)
    now = datetime.now(UTC)
    result = night(app, (of or now).date(), now, workers or app.settings.workers)
    click.echo(json.dumps(asdict(result), indent=1) if as_json else "\n".join(_lines(result)))
    return 1 if result.verified.findings or result.unfinished or result.alerts["needs_somebody"] else 0


def _lines(result: Night) -> list[str]:
    from pipeline.cli.verify import lines

    taken = result.taken_in
    said = [f"Night of {result.date}", ""]
    if taken is None:
        said.append("drop folder   " + ("nothing to take in" if result.drop_folder_set else NO_DROP_FOLDER))
    else:
        counts = ", ".join(
            f"{taken[name]} {str(name).replace('_', ' ')}" for name in ("read", "accepted", "rejected", "already_known")
        )
        said.append(f"drop folder   run {taken['run']}: {counts}")
    said += [f"left out      {one}" for one in result.unreadable]
    said += [f"SOS alerts    {line}" for line in _alerts(result.alerts)]
    said.append(f"cut runs      {len(result.finished)} finished" + _listed(", still unfinished:", result.unfinished))
    said.append(f"working keys  {len(result.destroyed)} destroyed")
    said.append(f"leftovers     {result.leftovers} removed")
    return [*said, "", *lines(result.verified)]


def _alerts(said: dict[str, Any]) -> list[str]:
    from pipeline.desk.alerts import in_outbox

    alone, lying, failed = (said[name] for name in ("for_a_person", "in_outbox", "not_sent"))
    lines = [f"NOBODY CAN BE TOLD OF {len(alone)}: `hotline alerts list`"] if alone else []
    lines += [f"{said['sent']} sent"]
    lines += [in_outbox(len(lying)), *(f"  {name}" for name in lying)] if lying else []
    lines += [f"{one['alert']} TO {one['partner']}: {one['result'].replace('_', ' ').upper()}" for one in failed]
    lines += [f"CALLS NOBODY COULD READ: {said['unread']}: `hotline today`"] if said["unread"] else []
    return [*lines, f"NONE COULD BE SENT: {said['problem']}"] if said["problem"] else lines


def _listed(before: str, ids: tuple[str, ...]) -> str:
    return f"{before} {', '.join(ids)}" if ids else ""
