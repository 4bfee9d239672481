"""`hotline train`: teach the report model from decided cases, compare it with the one in force, switch."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from pipeline.cli.main import workspace_option

_DIFFERENCES_SHOWN = 20


@click.group()
@workspace_option
def train() -> None:
    """The trained model that judges reports beside the phrase rules: teach, show, compare, switch.

    \b
    Example:
      hotline train classifier && hotline train compare
    """


@train.command()
@workspace_option
@click.option("--seed", type=int, default=2026, show_default=True, help="The same seed and cases give the same model.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def classifier(workspace: str | None, seed: int, as_json: bool) -> None:
    """Train from this hotline's decided cases and the shipped texts; takes some minutes. For supervisors.

    Opens the texts of decided cases with the vault's private key, which is written down. The new model changes nothing
    yet: it runs beside the one in force until somebody switches.

    \b
    Example:
      hotline train classifier
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk import training
    from pipeline.desk.people import acting

    app = App.at(workspace)
    done = training.train(app, acting(app), datetime.now(UTC), seed, _progress)
    if as_json:
        screens.show_json(app, {"version": done.version, "cases": done.cases, "cases_in_force": done.cases_in_force})
        return
    screens.show(app, [
        *done.card.splitlines(), "",
        f"Model {done.version} runs beside the one in force from the next run on, and changes nothing.",
        f"See `hotline train compare` after some runs, then `hotline train switch {done.version}`.",
    ])  # fmt: skip


@train.command()
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def show(workspace: str | None, as_json: bool) -> None:
    """Show the models kept here: which one is in force, which one runs beside, their figures.

    \b
    Example:
      hotline train show
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk import training
    from pipeline.desk.people import allowed
    from triage.people import Act

    app = App.at(workspace)
    allowed(app, Act.SEE_QUEUE)
    models = training.known(app)
    if as_json:
        screens.show_json(app, {"models": models})
        return
    rows = [
        (one["version"], one["state"], str(one["made"].get("trained_at", "with the program")),
         str(one["made"].get("decided_cases", "")), _percent(one, "suspect_recall"), _percent(one, "suspect_precision"))
        for one in models
    ]  # fmt: skip
    heading = ("model", "state", "trained", "cases", "suspects found", "right")
    lines = screens.table(heading, rows, right=frozenset({3, 4, 5})) if rows else ["No trained model is installed."]
    screens.show(app, [*lines, "", *_MEASURED_ON])


@train.command()
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def compare(workspace: str | None, as_json: bool) -> None:
    """Show where the model beside would have decided other than the one in force, counted over all runs since.

    \b
    Example:
      hotline train compare
    """
    from dataclasses import asdict

    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk import models
    from pipeline.desk.people import acting

    app = App.at(workspace)
    found = models.compare(app, acting(app))
    if as_json:
        screens.show_json(app, asdict(found) | {"reports": found.reports, "lost_to_person": found.lost_to_person})
        return
    unlike = [row for row in found.rows if not row.alike]
    chosen = found.chosen
    lines = [
        f"In force {chosen.in_force}, beside {chosen.beside}: {found.reports:,} reports in {found.runs} runs.",
        f"They differ on {sum(row.reports for row in unlike):,}.",
        f"No longer to a person first: {found.lost_to_person:,}.",
    ]
    rows = [
        (
            f"{row.reports:,}", row.label, row.escalate, row.to_person,
            row.label_beside, row.escalate_beside, row.to_person_beside,
        )
        for row in unlike[:_DIFFERENCES_SHOWN]
    ]
    if rows:
        heading = ("reports", "in force", "danger", "first", "beside", "danger", "first")
        lines += ["", *screens.table(heading, rows, right=frozenset({0}))]
    screens.show(app, lines)


@train.command()
@workspace_option
@click.argument("version", metavar="VERSION")
@click.pass_obj
def switch(workspace: str | None, version: str) -> None:
    """Put a model in force from the next run on; the one before runs beside it. Written down with your name.

    `shipped` goes back to the model that came with the program.

    \b
    Examples:
      hotline train switch 0123456789ab
      hotline train switch shipped
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk import models
    from pipeline.desk.people import acting

    app = App.at(workspace)
    new = models.switch(app, acting(app), version, datetime.now(UTC))
    screens.show(app, [f"Model {new.in_force} is in force from the next run on; {new.beside} runs beside it."])


_MEASURED_ON = (
    "Measured: the shipped model on invented phrasings of families not learned, one trained here on held-out cases.",
    "docs/evaluation.md measures rules and model together, on the frozen, development and held-out phrasings.",
    "Figures on invented texts and held-out cases promise nothing about new ones.",
)


def _progress(line: str) -> None:
    click.echo(line, err=True)


def _percent(one: dict[str, dict[str, dict[str, float]]], name: str) -> str:
    told = one["figures"].get("together", {}).get(name)
    return "" if told is None else f"{100 * told:.1f} %"
