"""`hotline lists`: known-hash lists and address rules: import, show, confirm, dispute, give new keys."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from pipeline.cli.main import workspace_option

_CONFIRM = ("viewed", "source_confirmed", "no_flood")
_DISPUTE = ("not_illegal", "everyday_picture", "wrong_entry", "source_withdrew")
"""As in `pipeline.lists.opinions`, which is too heavy to load for `--help`."""


@click.group()
@workspace_option
def lists() -> None:
    """Known-hash lists, and rules that decide what belongs together.

    \b
    Example:
      hotline lists import partner.csv --name partner && hotline lists show
    """


@lists.command("import")
@workspace_option
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", required=True, metavar="NAME", help="The list's name: small letters, digits, dots, dashes.")
@click.option("--version", default="", metavar="VERSION", help="Its version (else today's date and a digest).")
@click.option("--licence", default="", metavar="NOTE", help="Under which terms you may use it; shown with the list.")
@click.option("--allow", is_flag=True, help="An allow list: what is on it is harmless, and suppresses matches.")
@click.option("--change-kind", is_flag=True, help="A list in force may become, or cease to be, an allow list.")
@click.option(
    "--threshold", "thresholds", multiple=True, metavar="TYPE=BITS",
    help="How far a value may be off and still match (else as before; at first pdq 31, others 6); several times.",
)
@click.option("--format", "format_name", default="", metavar="FORMAT", help="Do not find out the format: csv, jsonl …")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def import_(
    workspace: str | None, file: Path, name: str, version: str, licence: str, allow: bool, change_kind: bool,
    thresholds: tuple[str, ...], format_name: str, as_json: bool,
) -> None:
    """Import a known-hash list and put it in force instead of its version before.

    A list keeps its kind: say --allow again for the next version of an allow list. Another kind needs --change-kind.

    Reads CSV, JSON Lines, and documents shaped like those of Project VIC, NCMEC's hash sharing and ThreatExchange.
    Rows that cannot be used are named in a file beside the list; the others go in. The same file again does nothing.

    \b
    Examples:
      hotline lists import partner.csv --name partner --licence "agreement of 2026-03-01"
      hotline lists import logos.csv --name logos --allow --threshold pdq=20
    """
    from pipeline.bootstrap import App
    from pipeline.cli import list_screens, screens
    from pipeline.desk.people import acting
    from pipeline.lists.importing import Order, import_list
    from pipeline.lists.values import ListKind

    app = App.at(workspace)
    order = Order(
        file, name, ListKind.ALLOW if allow else ListKind.KNOWN, licence, list_screens.radii(thresholds), version,
        format_name, change_kind,
    )
    done = import_list(app, acting(app), order, datetime.now(UTC), _rows_read)
    if as_json:
        screens.show_json(app, list_screens.imported_json(done))
    else:
        screens.show(app, list_screens.imported(done))


@lists.command()
@workspace_option
@click.argument("name", required=False, metavar="[LIST]")
@click.option("--entry", type=click.IntRange(min=1), metavar="N", help="One entry with its value.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def show(workspace: str | None, name: str | None, entry: int | None, as_json: bool) -> None:
    """Show the lists in force, or one list: version, licence, counts, thresholds, what is disputed or quarantined.

    A list's values are shown by `--entry` only.

    \b
    Examples:
      hotline lists show
      hotline lists show partner --entry 12
    """
    from pipeline.bootstrap import App
    from pipeline.cli import list_screens, screens
    from triage.errors import UsageError

    app = App.at(workspace)
    if name is None:
        if entry is not None:
            raise UsageError("say of which list: hotline lists show LIST --entry N")
        overview = list_screens.overview(app)
    elif entry is None:
        overview = list_screens.one_list(app, name)
    else:
        overview = list_screens.one_entry(app, name, entry)
    if as_json:
        screens.show_json(app, overview.values)
    else:
        screens.show(app, overview.lines)


@lists.command()
@workspace_option
@click.argument("name", metavar="LIST")
@click.argument("entry", type=click.IntRange(min=1))
@click.option("--reason", required=True, type=click.Choice(_CONFIRM), help="Why you say so.")
@click.pass_obj
def confirm(workspace: str | None, name: str, entry: int, reason: str) -> None:
    """Say that an entry of a list is right; this also ends its quarantine. Written down with your name.

    \b
    Example:
      hotline lists confirm partner 12 --reason no_flood
    """
    _say(workspace, name, entry, "confirmed", reason)


@lists.command()
@workspace_option
@click.argument("name", metavar="LIST")
@click.argument("entry", type=click.IntRange(min=1))
@click.option("--reason", required=True, type=click.Choice(_DISPUTE), help="Why you say so.")
@click.pass_obj
def dispute(workspace: str | None, name: str, entry: int, reason: str) -> None:
    """Say that an entry of a list is wrong: it only suggests from now on. Written down with your name.

    \b
    Example:
      hotline lists dispute partner 12 --reason everyday_picture
    """
    _say(workspace, name, entry, "disputed", reason)


@lists.command()
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def rekey(workspace: str | None, as_json: bool) -> None:
    """Give every known address its key under today's rules, beside the old keys. Moves nothing; asks people instead.

    Needs the vault's private key. Safe to stop and to run again.

    \b
    Example:
      hotline lists rekey && hotline cases suggestions
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk import rekey as rekeying
    from pipeline.desk.people import acting
    from pipeline.desk.vaultroom import Vaultroom

    app, now = App.at(workspace), datetime.now(UTC)
    done = rekeying.rekey(app, acting(app), now, Vaultroom(app), app.url_rules, _progress)
    if as_json:
        screens.show_json(app, {
            "rules": done.version, "locators": done.locators, "keys_added": done.keys_added,
            "suggested": done.suggested, "unreadable": done.unreadable,
        })  # fmt: skip
        return
    screens.show(app, [
        f"Rules {done.version}: {done.locators:,} addresses, {done.keys_added:,} new keys.",
        f"{done.suggested:,} pairs of cases may be one: see `hotline cases suggestions`."
        if done.suggested else "No two cases met.",
    ])  # fmt: skip


def _progress(done: int, total: int) -> None:
    from pipeline.cli.screens import rewritten

    rewritten(f"{done:,} of {total:,} addresses", last=done >= total)


def _rows_read(rows: int) -> None:
    from pipeline.cli.screens import rewritten

    rewritten(f"{rows:,} rows")


def _say(workspace: str | None, name: str, entry: int, word: str, reason: str) -> None:
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk.people import acting
    from pipeline.lists.opinions import Said, say

    app = App.at(workspace)
    released = say(app, acting(app), name, entry, Said(word), reason, datetime.now(UTC))
    after = " Its quarantine has ended." if released else ""
    screens.show(app, [f"Entry {entry} of list {name} is {word}.{after} Runs that begin from now on know."])
