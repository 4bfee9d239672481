"""`hotline init`: make a workspace: settings, keys, store."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from pipeline.cli.main import workspace_option


@click.command()
@workspace_option
@click.option("--demo", is_flag=True, help="A demo workspace with sample people; it can never become a real one.")
@click.option("--database-url", default="", metavar="URL", help="PostgreSQL instead of SQLite: postgresql+psycopg://…")
@click.option("--name", default="", metavar="NAME", help="Your name as colleagues know it (else your user name).")
@click.option(
    "--add-person", "add_people", multiple=True, metavar="NAME:ROLE:OSUSER",
    help="Register another person; may be given several times, by a supervisor.",
)  # fmt: skip
@click.option("--group", default="", metavar="NAME", help="Share the workspace with this operating-system group.")
@click.pass_obj
def init(
    workspace: str | None, demo: bool, database_url: str, name: str, add_people: tuple[str, ...], group: str
) -> None:
    """Make a workspace: settings, the vault's key pair, the store, its first person. Safe to call again.

    Who sets up a real workspace is registered as its supervisor. A police package needs a second person: add one, and
    share the workspace with a group both are in; alone it is open to you only.

    \b
    Example:
      hotline init --workspace /srv/hotline --group hotline --name Ana --add-person Boris:second_analyst:boris
    """
    from pipeline.bootstrap import App
    from pipeline.desk.people import os_user
    from pipeline.setup import set_up

    app = App.at(workspace)
    done = set_up(
        app.workspace, kind="demo" if demo else "real", database_url=database_url, now=datetime.now(UTC),
        os_user=os_user(), name=name, add_people=add_people, group=group,
    )  # fmt: skip
    for line in done:
        click.echo(line)
