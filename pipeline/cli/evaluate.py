"""`hotline evaluate`: how well reports are understood and redacted, measured here and now."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.main import no_workspace_option
from pipeline.evaluating import PARTS


@click.command()
@no_workspace_option
@click.option("--part", "parts", multiple=True, type=click.Choice(PARTS), help="Only this part; several times allowed.")
@click.option("--phrasings", metavar="DIR", help="The folder of the phrasing sets (else those that came along).")
@click.option("--shared", metavar="DIR", default="../shared", show_default=True,
              help="The folder that holds text/ner, the labelled corpora.")  # fmt: skip
@click.option("--sentences", type=click.IntRange(1), help="At most so many sentences of each corpus: quicker, rougher.")
@click.option("--out", metavar="F", help="Also write the figures as Markdown.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def evaluate(
    parts: tuple[str, ...], phrasings: str | None, shared: str, sentences: int | None, out: str | None, as_json: bool
) -> None:
    """Measure labels, escalation, redaction and speed against what the project asks of them. Needs no workspace.

    What is not there (the corpora, a trained model) is skipped, and said. Texts are counted, never shown. Some minutes.

    \b
    Examples:
      hotline evaluate
      hotline evaluate --part labels --json
      hotline evaluate --shared ../shared --out docs/evaluation.md
    """
    import json
    from contextlib import nullcontext

    from pipeline.cli.written import written
    from pipeline.evaluating import tables
    from pipeline.evaluating.whole import evaluate as measured
    from pipeline.evaluating.whole import versions

    with nullcontext() if out is None else written(out) as file:
        found = measured(parts or PARTS, Path(phrasings) if phrasings else None, Path(shared), sentences)
        if as_json:
            click.echo(json.dumps(tables.as_json(found, versions()), indent=1, ensure_ascii=False))
        else:
            click.echo("\n".join(tables.terminal(found)))
        if file is not None:
            file.write(tables.markdown(found, _command(parts, sentences), versions()).encode())


def _command(parts: tuple[str, ...], sentences: int | None) -> str:
    """How to measure the same again; folders are named by the documentation."""
    words = ["hotline evaluate", *(f"--part {part}" for part in parts)]
    return " ".join(words + ([f"--sentences {sentences}"] if sentences else []))
