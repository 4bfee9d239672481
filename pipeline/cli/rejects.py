"""`hotline rejects`: rows that could not be read: see why, mend them, or close them."""

from __future__ import annotations

import csv
import io
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from pipeline.cli.main import workspace_option

CLOSE_REASONS = ("unreadable", "duplicate", "spam", "other")
_MOST_CHARS = 16 << 20
"""Of one file of corrections, or of stdin."""
_UNREADABLE = "the corrections cannot be read: write JSON Lines or CSV in UTF-8"


@click.group(invoke_without_command=True)
@workspace_option
@click.pass_context
def rejects(context: click.Context) -> None:
    """Rows that could not be read: list, show, mend, close.

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
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def list_rejects(workspace: str | None, status: str = "open", run_id: str | None = None, as_json: bool = False) -> None:
    """List rejects: file, row, field, reason and what to do; never what they say.

    \b
    Example:
      hotline rejects list --run monday-1
    """
    from pipeline.bootstrap import App
    from pipeline.mending.listing import listed

    found = listed(App.at(workspace), None if status == "all" else status, run_id)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], indent=1))
        return
    for one in found:
        place = f"{one.file} row {one.row}" + (f", {one.field}" if one.field else "")
        click.echo(f"{one.reject:<7}{one.status:<8}{place:<44}{one.reason}\n{'':<15}{one.advice}")
    click.echo(f"{len(found)} rejects" + ("" if status == "all" else f" ({status})"))


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
    from pipeline.desk.people import acting
    from pipeline.mending.listing import number
    from pipeline.mending.opening import opened

    app = App.at(workspace)
    wanted = number(reject_id)
    values = opened(app, acting(app), [wanted], datetime.now(UTC), why="shown")[wanted]
    if as_json:
        click.echo(json.dumps(values, indent=1))
        return
    for name, said in values.items():
        click.echo(f"{name:<22}{_printable(said)}")


@rejects.command()
@workspace_option
@click.argument("reject_id", metavar="ID", required=False)
@click.option("--set", "changes", multiple=True, metavar="FIELD=VALUE", help="A corrected value; empty removes it.")
@click.option("--from", "path", metavar="FILE", help="Many: JSON Lines or CSV with `reject` and fields; - for stdin.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def mend(
    workspace: str | None, reject_id: str | None, changes: tuple[str, ...], path: str | None, as_json: bool
) -> int:
    """Correct rejects and take them in as a run of their own. Use --from for anything a shell must not remember.

    \b
    Example:
      hotline rejects mend J12 --set id=letter-7
      hotline rejects mend --from corrections.csv
    """
    from pipeline.bootstrap import App
    from pipeline.desk.people import acting
    from pipeline.mending import mend as mending

    app = App.at(workspace)
    result = mending.mend(app, acting(app), _changes(reject_id, changes, path), datetime.now(UTC))
    if as_json:
        click.echo(json.dumps(asdict(result), indent=1))
    else:
        click.echo(f"run {result.run}: {len(result.mended)} mended, {len(result.still_rejected)} still conflicting")
        for one in result.still_rejected:
            click.echo(f"{one}: another report has this id too: give another", err=True)
    return 2 if result.still_rejected and not result.mended else 0


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


def _changes(reject_id: str | None, changes: tuple[str, ...], path: str | None) -> dict[int, dict[str, str]]:
    from pipeline.mending.listing import number
    from triage.errors import UsageError

    if (reject_id is None) == (path is None) or (path is not None and changes):
        raise UsageError("give one reject with --set FIELD=VALUE, or --from FILE")
    if path is not None:
        return _from_file(path)
    pairs = [change.partition("=") for change in changes]
    if not all(between for _, between, _ in pairs):
        raise UsageError("a correction is given as --set FIELD=VALUE")
    return {number(str(reject_id)): {name.strip(): value for name, _, value in pairs}}


def _from_file(path: str) -> dict[int, dict[str, str]]:
    from pipeline.mending.listing import number
    from triage.errors import UsageError

    changes: dict[int, dict[str, str]] = {}
    for entry in _entries(path):
        given = entry.pop("reject", None)
        if given is None or number(given) in changes:
            raise UsageError("every line of corrections names its reject once, in `reject`")
        changes[number(given)] = entry
    return changes


def _entries(path: str) -> list[dict[str, str]]:
    """What each line says; an empty cell says nothing."""
    from triage.errors import UnusableInput, UsageError

    text = _text(path)
    try:
        lines = (
            list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
            if path != "-" and path.lower().endswith(".csv")
            else [json.loads(line) for line in text.split("\n") if line.strip()]  # JSON Lines end nowhere else
        )
        if not all(isinstance(line, dict) for line in lines):
            raise UnusableInput("every line of corrections is one JSON object")
        return [{str(name): str(value) for name, value in line.items() if value not in (None, "")} for line in lines]
    except RecursionError:
        raise UsageError("the corrections nest too deeply to be read: one object a line, each value a text") from None
    except (ValueError, csv.Error):
        raise UnusableInput(_UNREADABLE) from None


def _text(path: str) -> str:
    """All of it, or nothing: a correction cut in the middle must not go in."""
    from pipeline.plain_files import require_file
    from triage.errors import UnusableInput

    try:
        if path == "-":
            text = sys.stdin.read(_MOST_CHARS + 1)
        else:
            require_file(path, "the file of corrections")
            with Path(path).open(encoding="utf-8-sig") as file:
                text = file.read(_MOST_CHARS + 1)
    except (OSError, ValueError):
        raise UnusableInput(_UNREADABLE) from None
    if len(text) > _MOST_CHARS:
        raise UnusableInput(f"the corrections hold more than {_MOST_CHARS:,} characters: give them in parts")
    return text


def _printable(said: str) -> str:
    """On one line, with control characters escaped: what was sent must not drive the terminal."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in said)
