"""`hotline redact`: a file's descriptions with what points to a person masked; needs no workspace, keeps nothing."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.main import no_workspace_option
from triage.redaction import RECIPIENT_KINDS


@click.command()
@no_workspace_option
@click.argument("input", metavar="INPUT")
@click.option("--out", required=True, metavar="F", help="The JSON Lines file to write (- for the terminal).")
@click.option(
    "--recipient", type=click.Choice(RECIPIENT_KINDS), metavar="KIND",
    help=f"Who will read it: {', '.join(RECIPIENT_KINDS)} (else everything is masked).",
)  # fmt: skip
def redact(input: str, out: str, recipient: str | None) -> None:
    """Redact every report's description: [NAME], [PLACE], [PHONE] … in place of what points to a person.

    INPUT is a file of any channel, as for `hotline classify`. The output holds id, text and spans (offsets, kind, rule,
    whose it is), never a masked value. Where the language is not sure, the name model is missing or the text is longer
    than 100,000 characters, the text is empty and `withheld` says why. A person must still read a redacted text before
    it leaves.

    \b
    Example:
      hotline redact reports.jsonl --out redacted.jsonl
    """
    from pipeline.cli.screens import rewritten
    from pipeline.cli.unreadable import Unreadable
    from pipeline.cli.written import written
    from pipeline.redacting import redacted
    from pipeline.redacting_setup import redactor

    source = Path(input)
    unreadable = Unreadable(source)
    done = withheld = 0
    with written(out, source) as file:
        for chunk in redacted(source, redactor(), recipient):
            for report in chunk.reports:
                file.write(report.as_json().encode())
                withheld += report.redacted.withheld is not None
            done += len(chunk.reports)
            unreadable.tell(chunk.rejects)
            rewritten(f"{done:,} reports redacted")
        unreadable.end(done)
    if withheld:
        click.echo(f"{withheld} of {done} texts are withheld: their line says why, see docs/redaction.md", err=True)
