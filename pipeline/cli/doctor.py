"""`hotline doctor`: what is missing or misconfigured, and how to mend it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime

import click

from pipeline.cli.main import workspace_option


@click.command()
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def doctor(workspace: str | None, as_json: bool) -> int:
    """Say what is missing or misconfigured and how to mend it; changes nothing. Exit code 1 if something blocks.

    \b
    Example:
      hotline doctor --workspace /srv/hotline
    """
    from pipeline.bootstrap import App
    from pipeline.doctor import blocks, examine

    checks = examine(App.at(workspace), datetime.now(UTC))
    if as_json:
        click.echo(json.dumps([asdict(check) for check in checks], indent=1))
    else:
        for check in checks:
            click.echo(f"{check.state:<9}{check.name:<22}{check.says}")
    return 1 if blocks(checks) else 0
