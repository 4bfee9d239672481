"""`hotline classify`: what the machine thinks of a file's reports; needs no workspace and keeps nothing."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.main import no_workspace_option


@click.command()
@no_workspace_option
@click.argument("input", metavar="INPUT")
@click.option("--out", metavar="F", help="The JSON Lines file to write (- for the terminal).")
@click.option("--explain", is_flag=True, help="Print a readable paragraph per report; --out writes the file as well.")
def classify(input: str, out: str | None, explain: bool) -> None:
    """Classify every report of a file: label, escalation, score, reasons with spans, language, what is missing.

    INPUT is a file of any channel (CSV, JSON Lines, mail …), without need of received_at. Nothing is stored; the
    output holds ids and codes, no text. The language is what the text is written in, not what was chosen for answers.

    \b
    Examples:
      hotline classify reports.jsonl --out verdicts.jsonl
      hotline classify reports.jsonl --explain
    """
    from pipeline.bootstrap import decider, find_all
    from pipeline.classifying import classified
    from pipeline.cli.explaining import paragraph
    from pipeline.cli.screens import rewritten
    from pipeline.cli.unreadable import Unreadable
    from pipeline.cli.written import ended_by_reader, written
    from triage.errors import UsageError

    if out is None and not explain:
        raise UsageError("say where the verdicts shall go: --out FILE (- for the terminal), or --explain")
    if out == "-" and explain:
        raise UsageError("paragraphs and JSON Lines do not fit on one terminal: give --out a file, or leave it away")
    source = Path(input)
    unreadable = Unreadable(source)
    done = 0
    with ended_by_reader() if out is None else written(out, source) as file:
        for chunk in classified(source, find_all, decider(), with_words=explain):
            for opinion in chunk.opinions:
                if file is not None:
                    file.write(opinion.as_json().encode())
                if explain:
                    click.echo(paragraph(opinion))
            done += len(chunk.opinions)
            unreadable.tell(chunk.rejects)
            if not explain:
                rewritten(f"{done:,} reports classified")
        unreadable.end(done)
