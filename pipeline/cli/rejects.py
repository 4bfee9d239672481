"""`hotline rejects`: rows that could not be read: see why, mend them, or close them."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from pipeline.cli.main import workspace_option

if TYPE_CHECKING:
    from pipeline.bootstrap import App
    from pipeline.mending.mend import Mended

CLOSE_REASONS = ("unreadable", "duplicate", "spam", "other")
_MOST_CASES = 20
"""Of mended reports, named one by one."""
_LINES_SHOWN, _CHARS_SHOWN = 20, 400
"""Of a piece of a table, and of each of its lines."""
_MESSAGE_SHOWN = 4_000
"""Characters of a mail: behind its text come the bytes of what is attached."""


@click.group(invoke_without_command=True)
@workspace_option
@click.pass_context
def rejects(context: click.Context) -> None:
    """Rows that could not be read: list, show, mend, close. docs/rejects.md says more.

    \b
    Example:
      hotline rejects
      hotline rejects mend J12 --set received_at=2026-03-01T14:05:00+01:00
    """
    if context.invoked_subcommand is None:
        context.invoke(list_rejects)


@rejects.command("list")
@workspace_option
@click.option(
    "--status", type=click.Choice(["open", "mended", "closed", "all"]), default="open", help="Which ones (open)."
)
@click.option("--run", "run_id", metavar="ID", help="Only of this run.")
@click.option("--all", "everything", is_flag=True, help="Every one, however many.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON: every one, oldest first.")
@click.pass_obj
def list_rejects(
    workspace: str | None, status: str = "open", run_id: str | None = None, everything: bool = False,
    as_json: bool = False,
) -> None:  # fmt: skip
    """List rejects, gravest first: file, row, field, reason and what to do; never what they say.

    \b
    Example:
      hotline rejects list --run monday-1
    """
    from pipeline.bootstrap import App
    from pipeline.cli.plain_words import counted
    from pipeline.mending.listing import listed, outline

    app, wanted = App.at(workspace), None if status == "all" else status
    if as_json:
        click.echo(json.dumps([asdict(one) for one in listed(app, wanted, run_id)], indent=1))
        return
    found = outline(app, wanted, run_id, whole=everything)
    for one in found.named:
        place = f"{one.file} row {one.row}" + (f", {one.field}" if one.field else "")
        click.echo(f"{one.reject:<7}{one.status:<8}{place:<44}{one.reason}\n{'':<15}{one.advice}")
        if one.reject in found.behind:
            click.echo(f"{'':<7}and {found.behind[one.reject]:,} more of {one.file}, {one.reason}: --all")
    if found.others:
        click.echo(f"and {found.others:,} more: --all")
    if found.named:
        click.echo("row: the report's number in its file, from 1; a table's heading and blank lines are not counted")
    click.echo(counted(found.total, "reject") + ("" if status == "all" else f" ({status})"))


@rejects.command()
@workspace_option
@click.argument("reject_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def show(workspace: str | None, reject_id: str, as_json: bool) -> None:
    """Open one reject with the vault's key and show what it says; written to the audit chain.

    \b
    Example:
      hotline rejects show J12
    """
    from pipeline.bootstrap import App
    from pipeline.channels._rejects import RAW_MESSAGE
    from pipeline.channels.csv_pieces import NO_HEADER, lines_of
    from pipeline.desk.people import acting
    from pipeline.mending.listing import number, reason_of, whole_of
    from pipeline.mending.opening import opened
    from pipeline.printable import printable

    app = App.at(workspace)
    wanted = number(reject_id)
    values = opened(app, acting(app), [wanted], datetime.now(UTC), why="shown")[wanted]
    if as_json:
        click.echo(json.dumps(values, indent=1))
    elif reason_of(app, wanted) == NO_HEADER:
        _show_lines(lines_of(values))
    else:
        for name, said in values.items():
            more = len(said) - _MESSAGE_SHOWN if name == RAW_MESSAGE else 0
            rest = f" … {more:,} characters more: --json has all" if more > 0 else ""
            click.echo(f"{name:<22}{printable(said[:_MESSAGE_SHOWN] if rest else said)}{rest}")
        if (whole := whole_of(app, wanted)) is not None:
            click.echo(f"{'(the whole)':<22}{whole}")


@rejects.command()
@workspace_option
@click.argument("reject_ids", metavar="ID...", nargs=-1)
@click.option("--set", "changes", multiple=True, metavar="FIELD=VALUE", help="A corrected value; empty removes it.")
@click.option("--from", "path", metavar="FILE", help="Many: JSON Lines or CSV with `reject` and fields; - for stdin.")
@click.option("--heading", metavar="LINE", help="The columns of a table without known headings, to read it again.")
@click.option("--whole-file", is_flag=True, help="With --heading: every open piece of the file that ID is of.")
@click.option("--skip-first-line", is_flag=True, help="With --heading: the file's first line is a heading, no report.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def mend(
    workspace: str | None, reject_ids: tuple[str, ...], changes: tuple[str, ...], path: str | None,
    heading: str | None, whole_file: bool, skip_first_line: bool, as_json: bool,
) -> int:  # fmt: skip
    """Correct rejects and take them in as a run of their own. Use --from for anything a shell must not remember.

    --from does what it can, names the rest and then answers 1.

    \b
    Example:
      hotline rejects mend J12 --set id=letter-7
      hotline rejects mend --from corrections.csv
      hotline rejects mend J32 --whole-file --heading "id;location;description"
    """
    from triage.errors import UsageError

    if heading is not None:
        if changes or path is not None or not reject_ids or (whole_file and len(reject_ids) > 1):
            raise UsageError("--heading goes with pieces of one file, or with one of them and --whole-file")
        return _read_again(workspace, reject_ids, heading, whole_file, skip_first_line, as_json)
    if whole_file or skip_first_line:
        raise UsageError("--whole-file and --skip-first-line go with --heading")
    if path is not None and not reject_ids and not changes:
        return _mend_file(workspace, path, as_json)
    if path is not None or len(reject_ids) != 1:
        raise UsageError("give one reject with --set FIELD=VALUE, or --from FILE, or pieces with --heading")
    return _mend_one(workspace, reject_ids[0], changes, as_json)


@rejects.command()
@workspace_option
@click.argument("reject_id", metavar="ID")
@click.option("--reason", type=click.Choice(CLOSE_REASONS), required=True, help="Why it is closed.")
@click.pass_obj
def close(workspace: str | None, reject_id: str, reason: str) -> None:
    """Close a reject that cannot or need not become a report; written to the audit chain.

    \b
    Example:
      hotline rejects close J12 --reason unreadable
    """
    from pipeline.bootstrap import App
    from pipeline.desk.people import acting
    from pipeline.mending import mend as mending
    from pipeline.mending.listing import number, shown

    app = App.at(workspace)
    wanted = number(reject_id)
    mending.close(app, acting(app), wanted, reason, datetime.now(UTC))
    click.echo(f"{shown(wanted)} closed: {reason}")


def _mend_one(workspace: str | None, reject_id: str, changes: tuple[str, ...], as_json: bool) -> int:
    from pipeline.bootstrap import App
    from pipeline.desk.people import acting
    from pipeline.mending import mend as mending
    from pipeline.mending.listing import number
    from triage.errors import UsageError

    pairs = [change.partition("=") for change in changes]
    if not all(between for _, between, _ in pairs):
        raise UsageError("a correction is given as --set FIELD=VALUE")
    app = App.at(workspace)
    change = {name.strip(): value for name, _, value in pairs}
    return _told(app, mending.mend(app, acting(app), {number(reject_id): change}, datetime.now(UTC)), as_json)


def _mend_file(workspace: str | None, path: str, as_json: bool) -> int:
    from pipeline.bootstrap import App
    from pipeline.cli.corrections import corrections
    from pipeline.desk.people import acting
    from pipeline.mending import mend as mending

    changes, refused = corrections(path)
    app = App.at(workspace)
    result = (
        mending.mend(app, acting(app), changes, datetime.now(UTC), all_or_none=False)
        if changes or not refused
        else mending.Mended("", (), (), 0)
    )
    return _told(app, replace(result, refused=(*refused, *result.refused)), as_json)


def _told(app: App, result: Mended, as_json: bool) -> int:
    """Say what came of it, and where the reports stand; 1 where some was refused, 2 where nothing was mended."""
    if as_json:
        click.echo(json.dumps(asdict(result), indent=1))
    else:
        run = f"run {result.run}: " if result.run else ""
        refused = f", {len(result.refused)} refused" if result.refused else ""
        mended = f"{len(result.mended)} mended{' already' if result.before else ''}"
        click.echo(f"{run}{mended}, {len(result.still_rejected)} still conflicting{refused}")
        for line in _where(app, result):
            click.echo(line)
        for one in result.still_rejected:
            click.echo(f"{one}: another report has this id too: give another", err=True)
    for why in result.refused:
        click.echo(why, err=True)
    if not result.mended and (result.still_rejected or result.refused):
        return 2
    return 1 if result.refused else 0


def _where(app: App, result: Mended) -> list[str]:
    """The cases of the mended reports as `hotline new` says them, the gravest first."""
    from pipeline.cli.new import case_lines
    from pipeline.desk.entered import cases_of_run
    from pipeline.desk.people import acting
    from pipeline.runs import load
    from pipeline.store.engine import reading
    from triage.people import Act, may

    if not result.mended:
        return []
    with reading(app.store.engine) as connection:
        cases = cases_of_run(connection, load(app.workspace, result.run).run_no)
    shown = case_lines(cases[:_MOST_CASES], may_take=may(acting(app), Act.TAKE_CASE))
    more = len(cases) - _MOST_CASES
    return [*shown, f"and {more:,} more: `hotline cases list`"] if more > 0 else shown


def _read_again(
    workspace: str | None, reject_ids: tuple[str, ...], heading: str, whole_file: bool, skip_first_line: bool,
    as_json: bool,
) -> int:  # fmt: skip
    """Pieces of one file, as many at once as may go; one run after the other."""
    from pipeline.bootstrap import App
    from pipeline.cli.plain_words import counted
    from pipeline.desk.people import acting
    from pipeline.mending import tables
    from pipeline.mending.listing import number

    app = App.at(workspace)
    person = acting(app)
    numbers = list(dict.fromkeys(map(number, reject_ids)))
    waiting = list(tables.open_pieces(app, numbers[0])) if whole_file else numbers
    done = []
    while waiting:
        now, waiting = waiting[: tables.MOST_PIECES], waiting[tables.MOST_PIECES :]
        one = tables.read_again(app, person, now, heading, datetime.now(UTC), first_line_goes=skip_first_line)
        done.append(asdict(one))
        if not as_json:
            click.echo(
                f"run {one.run}, {', '.join(one.pieces)}: {counted(one.read, 'row')}, {one.accepted:,} taken in, "
                f"{one.already_known:,} known already, {one.rejected:,} rejected"
            )
            if one.rejected:
                click.echo(f"see `hotline rejects list --run {one.run}`", err=True)
    if as_json:
        click.echo(json.dumps(done, indent=1))
    return 0


def _show_lines(lines: list[str]) -> None:
    """The first lines of a piece, and how many it holds."""
    from pipeline.cli.plain_words import counted
    from pipeline.printable import printable

    for line in lines[:_LINES_SHOWN]:
        said = line.rstrip("\r\n")
        rest = f" … {len(said) - _CHARS_SHOWN:,} characters more" if len(said) > _CHARS_SHOWN else ""
        click.echo(printable(said[:_CHARS_SHOWN]) + rest)
    more = len(lines) - _LINES_SHOWN
    click.echo(counted(len(lines), "line") + (f", {more:,} more than are shown: --json has all" if more > 0 else ""))
