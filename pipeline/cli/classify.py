"""`hotline classify`: what the machine thinks of a file's reports; needs no workspace and keeps nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click


@click.command()
@click.argument("input", metavar="INPUT")
@click.option("--out", required=True, metavar="F", help="The JSON Lines file to write (- for the terminal).")
def classify(input: str, out: str) -> None:
    """Classify every report of a file: label, escalation, score, reasons with spans, language.

    INPUT is a file of any channel (CSV, JSON Lines, mail …), without need of received_at. Nothing is stored; the
    output holds ids and codes, no text.

    \b
    Example:
      hotline classify reports.jsonl --out verdicts.jsonl
    """
    from pipeline.bootstrap import decider, find_all
    from pipeline.classifying import classified

    done = unreadable = 0
    with _written(out) as file:
        for chunk in classified(Path(input), find_all, decider()):
            for opinion in chunk.opinions:
                file.write(opinion.as_json().encode())
            done += len(chunk.opinions)
            unreadable += chunk.unreadable
            _progress(done)
    if unreadable:
        click.echo(f"{unreadable} rows could not be read and have no line: `hotline run` says which and why", err=True)


@contextmanager
def _written(out: str) -> Iterator[BinaryIO]:
    """The file to write, there only once it is whole. Raises UsageError, without the path, if it cannot be written."""
    from pipeline.durable import TEMPORARY_MARK
    from triage.errors import UsageError

    if out == "-":
        stream = sys.stdout.buffer
        yield stream
        stream.flush()
        return
    path = Path(out)
    temporary = path.with_name(f"{TEMPORARY_MARK}{os.getpid()}-{path.name}")
    try:
        file = temporary.open("wb")
    except (OSError, ValueError):
        raise UsageError("the output file cannot be written: check the path given with --out") from None
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        try:
            temporary.replace(path)
        except OSError:
            raise UsageError("the output file cannot be written: check the path given with --out") from None
    finally:
        temporary.unlink(missing_ok=True)


def _progress(done: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done:,} reports classified", err=True, nl=False)
