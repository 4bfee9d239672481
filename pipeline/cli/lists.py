"""`hotline lists`: rule sets and lists of this workspace; first of all, new keys after the address rules changed."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click

from pipeline.cli.main import workspace_option


@click.group()
def lists() -> None:
    """Rules and lists that decide what belongs together.

    \b
    Example:
      hotline lists rekey
    """


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
    """One line that rewrites itself; silent where nobody watches."""
    if sys.stderr.isatty():
        click.echo(f"\r{done:,} of {total:,} addresses", err=True, nl=done >= total)
