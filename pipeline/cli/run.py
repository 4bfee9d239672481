"""`hotline run` and `hotline status`: batches in, and how they went."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.main import workspace_option

NAMED_FILES = 10
_FINDINGS = 1

if TYPE_CHECKING:
    from pipeline.alerts_first import Alarmed
    from pipeline.bootstrap import App
    from pipeline.runs import Run

_LEFT = {
    "changed": "were changed after they were taken in: they stay where they are, run them again",
    "sealed_not_deleted": "were sealed, not deleted: they hold more than could be read, see `hotline rejects`",
    "stuck": "could not be removed (a read-only folder): remove them yourself, they lie open",
}
"""What a person must know of input files that were to go and did not."""


@click.command()
@workspace_option
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--batch", metavar="ID", help="A name for this batch; the same name goes on where it stopped.")
@click.option("--workers", type=click.IntRange(1, 64), help="Worker processes (setting `workers`).")
@click.option("--after-ingest", type=click.Choice(["seal", "delete", "keep"]), help="What becomes of the input files.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.pass_obj
def run(
    workspace: str | None,
    inputs: tuple[str, ...],
    batch: str | None,
    workers: int | None,
    after_ingest: str | None,
    as_json: bool,
) -> int:
    """Take in files or folders: read, find duplicates, classify, commit.

    SOS calls among the files go first, as a small run of their own whose alerts leave before the rest begins. A batch
    is no live alarm all the same. Exit code 1 if a call could not be read: nobody is told of it until somebody acts.

    \b
    Example:
      hotline run drop/ --batch monday-1
    """
    from pipeline.alerts_first import alarm, whole_summary
    from pipeline.batch import run_batch
    from pipeline.bootstrap import App
    from pipeline.channels.sos import SosAlert
    from pipeline.desk.people import check_unattended
    from pipeline.workspace import opened
    from triage.people import Act

    app = App.at(workspace)
    check_unattended(app, Act.RUN_BATCH, "take a batch in")
    _check_given(app, inputs, batch)
    if said := opened(app.workspace):
        click.echo(said, err=True)
    registered, alarmed = _register(app, [Path(given) for given in inputs], batch, after_ingest)
    summary = whole_summary(app, registered, run_batch(app, registered, workers or app.settings.workers))
    calls_here = any(file.channel == SosAlert.name for file in registered.files)
    if alarmed is None and (calls_here or _left_untold(app)):
        alarmed = _alarmed(replace(alarm(app, datetime.now(UTC)), unread=summary["rejected"] if calls_here else 0))
    if alarmed is not None:
        summary["alerts"] = alarmed.as_object()
    click.echo(json.dumps(summary, indent=1) if as_json else _table(app, summary))
    for line in _left_out(summary, _dealt_with(app, registered) if summary["rejected"] else 0):
        click.echo(line, err=True)
    for name in _without_rows(app, registered):
        click.echo(f"{name} held no report: nothing but headings or blank lines", err=True)
    for became, said in _LEFT.items():
        if summary["inputs"].get(became):
            click.echo(f"{summary['inputs'][became]} input files {said}", err=True)
    return _FINDINGS if alarmed is not None and alarmed.unread else 0


def _left_untold(app: App) -> bool:
    """Whether an SOS call has no alert: an earlier run was ended between taking it in and telling anybody."""
    from pipeline.desk.alert_sending import calls_without_alert
    from pipeline.store.engine import reading

    with reading(app.store.engine) as connection:
        return bool(calls_without_alert(connection))


def _without_rows(app: App, registered: Run) -> list[str]:
    """Files of this batch that brought neither a report nor a reject, by name; the first few."""
    from sqlalchemy import select

    from pipeline.printable import file_name
    from pipeline.store import bulk
    from pipeline.store.engine import reading
    from pipeline.store.schema import input_file, reject

    empty = (input_file.c.run_no == registered.run_no) & (input_file.c.rows.is_(None) | (input_file.c.rows == 0))
    with reading(app.store.engine) as connection:
        numbers = connection.execute(select(input_file.c.file_no).where(empty).order_by(input_file.c.file_no)).scalars()
        keys = {number: registered.rows_of(number) for number in numbers if number < len(registered.files)}
        rejected = {row[0] for row in bulk.lookup(connection, reject, "file_sha256", set(keys.values()), ("row",))}
    found = [number for number, key in keys.items() if key not in rejected]
    return [file_name(registered.files[number].path) for number in found[:NAMED_FILES]]


def _dealt_with(app: App, registered: Run) -> int:
    """Rows of this batch nobody could read that were mended or closed since the same file came before."""
    from pipeline import runs
    from pipeline.alerts_first import run_id_of_calls
    from pipeline.mending.listing import dealt_with
    from pipeline.store.engine import reading

    calls = run_id_of_calls(registered.run_id)
    both = [registered, *([runs.load(app.workspace, calls)] if runs.began(app.workspace, calls) else [])]
    files = {one.rows_of(number) for one in both for number in range(len(one.files))}
    with reading(app.store.engine) as connection:
        return dealt_with(connection, files)


def _left_out(summary: dict[str, Any], dealt_with: int) -> list[str]:
    """What did not come in, and where to look; of rows that cannot be read, how many wait for nobody any more."""
    from pipeline.cli.plain_words import counted

    lines, rejected = [], summary["rejected"]
    if rejected:
        open_ones = rejected - min(dealt_with, rejected)
        done = f", {rejected - open_ones} of them mended or closed already" if dealt_with else ""
        where = ": see `hotline rejects`" if open_ones else ""
        lines.append(f"{counted(rejected, 'row')} could not be read{done}{where}")
    if summary["unheard"]:
        lines.append(
            f"{counted(summary['unheard'], 'row')} with words under headings nobody knows, or a mail that can be read"
            " in two ways: waiting among the suspects; name those headings in data/headers.toml, or as"
            " docs/channels.md does"
        )
    lines += [f"left out: {one}" for one in summary["unreadable"]]
    lines += _left_alone(summary["left_alone"])
    lines += [_same(names) for names in summary["same_bytes"]]
    if summary["attached_files"]:
        lines.append(
            f"attached and digested, staying where they are: {counted(summary['attached_files'], 'file')},"
            " suspect material"
        )
    if summary["files_still_growing"]:
        growing = counted(summary["files_still_growing"], "file")
        lines.append(f"still being written, for the next run to take in: {growing}")
    return lines


def _left_alone(said: list[str]) -> list[str]:
    lines = [f"left alone: {one}" for one in said[:NAMED_FILES]]
    return [*lines, f"left alone: {len(said) - NAMED_FILES} more"] if len(said) > NAMED_FILES else lines


def _same(names: list[str]) -> str:
    more = len(names) - NAMED_FILES
    said = ", ".join(names[:NAMED_FILES]) + (f" and {more} more" if more > 0 else "")
    return f"{len(names)} files have the same bytes, {said}: each report and each reject of theirs is there once"


def _register(
    app: App, inputs: list[Path], batch: str | None, after_ingest: str | None
) -> tuple[Run, Alarmed | None]:
    """The run that is to be made, and what became of SOS calls that went ahead of it."""
    from pipeline import alerts_first, keys, runs
    from pipeline.inputs import only_calls

    keys.opens_here(app.workspace, app.vault().key_id)
    now = datetime.now(UTC)
    run_id = batch or runs.new_run_id(now)
    there = [path for path in inputs if path.exists()]
    taken = _taken(app, batch, [path for path in inputs if not path.exists()])
    if taken and not there:
        from pipeline.taken import register_taken

        return register_taken(app.workspace, app.store, run_id, taken, app.rule_versions(), now), None
    found = runs.find_inputs(there)
    if not found.files and not batch:
        from pipeline.printable import file_name
        from triage.errors import UnusableInput

        if found.growing and not found.unreadable:
            raise UnusableInput("what is here is still being written: run this again when it stands still")
        odd = [*found.unreadable, *found.passed]
        named = "; ".join(f"{file_name(one.path)} {one.problem}" for one in odd[:NAMED_FILES])
        said = f": {named}" if named else ""
        raise UnusableInput(f"nothing here could be read as reports{said}; see docs/channels.md")
    after, alarmed = after_ingest or app.settings.after_ingest, None
    calls, rest = alerts_first.split(found)
    if calls.files and rest.files:
        found = rest
        alarmed = _alarmed(alerts_first.run_calls(app, alerts_first.run_id_of_calls(run_id), calls, after, now))
    if not only_calls(found.files):
        keys.refuse_open_vault(app.workspace, app.vault().key_id)
    versions = app.rule_versions(calls=only_calls(found.files))
    run = runs.register(app.workspace, app.store, run_id, found, versions=versions, after_ingest=after, now=now)
    return run, alarmed


def _check_given(app: App, inputs: tuple[str, ...], batch: str | None) -> None:
    """An empty name is an unset variable, not this folder; a workspace is no drop folder."""
    from triage.errors import UsageError

    if not all(given.strip() for given in inputs):
        raise UsageError("an input is empty: is the variable you gave set? give files or folders (`.` for this one)")
    if batch is not None and not batch.strip():
        raise UsageError("--batch is empty: give a name, or leave the option away")
    root, pulled = app.workspace.root, app.workspace.assigned
    places = [Path(given).resolve() for given in inputs]
    if any((one == root or one.is_relative_to(root)) and not one.is_relative_to(pulled) for one in places):
        raise UsageError("an input lies in the workspace itself: keep what is to be taken in outside it")


def _alarmed(alarmed: Alarmed) -> Alarmed:
    """Say at once what became of SOS calls."""
    for line in alarmed.lines():
        click.echo(line, err=True)
    return alarmed


def _taken(app: App, batch: str | None, gone: list[Path]) -> list[Any]:
    """What earlier runs took in from paths that are not there any more; nothing where this same batch did."""
    from pipeline import runs
    from pipeline.alerts_first import run_id_of_calls
    from pipeline.taken import taken_before

    if not gone:
        return []
    if batch and runs.RUN_ID.fullmatch(batch) and runs.began(app.workspace, batch):
        ids = [one for one in (batch, run_id_of_calls(batch)) if runs.began(app.workspace, one)]
        own = {file.path for one in ids for file in runs.load(app.workspace, one).files}
        gone = [path for path in gone if str(path.absolute()) not in own]
    return taken_before(app.store, gone) if gone else []


def _table(app: App, summary: dict[str, Any]) -> str:
    further = summary["new_cases"] + summary["duplicates"] - summary["accepted"]
    rows = [
        ("reports read", summary["read"], ""), ("accepted", summary["accepted"], ""),
        ("rejected", summary["rejected"], ""), ("already known", summary["already_known"], ""),
        ("new cases", summary["new_cases"], f"  {further:,} for further addresses of a report" if further else ""),
        ("duplicates", summary["duplicates"], "  reports of a case that another report opened"),
    ]  # fmt: skip
    lines = [f"Run {summary['run']}" + ("  (DEMO workspace)" if app.settings.kind == "demo" else ""), ""]
    lines += [f"  {name:<22}{count:>10,}{said}" for name, count, said in rows]
    if summary["taken_in_by"]:
        lines.append(f"  the files are gone: run {', '.join(summary['taken_in_by'])} took them in")
    alike = [(name.replace("_", " "), count) for name, count in summary["alike"].items() if count]
    lines += ["", "  alike (shown at the case, never merged)"] if alike else []
    lines += [f"    {name:<20}{count:>10,}" for name, count in alike]
    lines += ["", "  labels"] + [f"    {name:<20}{count:>10,}" for name, count in summary["labels"].items()]
    lines += ["", "  escalated (each report by its gravest sign)"]
    lines += [f"    {name:<20}{count:>10,}" for name, count in summary["escalated"].items()]
    lines += ["", f"  {'stage':<22}{'seconds':>10}{'CPU':>10}{'peak MiB':>10}"]
    lines += [
        f"  {name:<22}{stage['seconds']:>10.2f}{stage['cpu_seconds']:>10.2f}{stage['peak_mib']:>10.0f}"
        for name, stage in summary["stages"].items()
    ]
    return "\n".join(lines)


@click.command()
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def status(workspace: str | None, as_json: bool) -> None:
    """List the runs and how far each one is.

    Unfinished is also a run that was stopped after its commit, before its texts and pictures were compared with others
    and its files dealt with: `hotline nightly`, or the same `hotline run` again, ends it.

    \b
    Example:
      hotline status
    """
    from sqlalchemy import select

    from pipeline.after_ingest import unsettled
    from pipeline.bootstrap import App
    from pipeline.store.engine import reading
    from pipeline.store.schema import run as runs

    app = App.at(workspace)
    with reading(app.store.engine) as connection:
        rows = connection.execute(select(runs).order_by(runs.c.run_no)).all()
    unfinished = set(unsettled(app.store))
    entries = [
        {
            "run": row.run_id, "committed": row.committed_at is not None,
            "finished": row.run_id not in unfinished, "read": row.read, "accepted": row.accepted,
            "rejected": row.rejected, "already_known": row.already_known, "new_cases": row.new_cases,
        }
        for row in rows
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(entries, indent=1))
        return
    click.echo(f"{'run':<28}{'state':<12}{'read':>10}{'accepted':>10}{'rejected':>10}{'known':>10}{'new cases':>10}")
    for entry in entries:
        counts = [entry[name] for name in ("read", "accepted", "rejected", "already_known", "new_cases")]
        state = "committed" if entry["finished"] else "unfinished"
        click.echo(
            f"{entry['run']:<28}{state:<12}" + "".join(f"{'-' if count is None else count:>10}" for count in counts)
        )
