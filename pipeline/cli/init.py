"""`hotline init`: make a workspace: settings, keys, store."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import click

from pipeline.cli.main import workspace_option


@click.command()
@workspace_option
@click.option("--demo", is_flag=True, help="A demo workspace with sample people; it can never become a real one.")
@click.option("--database-url", default="", metavar="URL", help="PostgreSQL instead of SQLite: postgresql+psycopg://…")
@click.pass_obj
def init(workspace: str | None, demo: bool, database_url: str) -> None:
    """Make a workspace: settings, the vault's key pair, the store. Safe to call again.

    \b
    Example:
      hotline init --workspace /srv/hotline
    """
    from pipeline.bootstrap import App
    from pipeline.setup import set_up

    app = App.at(workspace)
    done = set_up(app.workspace, kind="demo" if demo else "real", database_url=database_url, now=datetime.now(UTC), os_user=os_user())
    for line in done:
        click.echo(line)


def os_user() -> str:
    """The operating-system user acts are attributed to."""
    import pwd

    return pwd.getpwuid(os.getuid()).pw_name
