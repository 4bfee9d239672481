"""`hotline normalise`: the canonical form and case key of every line; needs no workspace and keeps nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

import click

from pipeline.cli.main import no_workspace_option

if TYPE_CHECKING:
    from triage.url_rules import UrlRules

_LARGE_BYTES = 16 << 20
"""Some 250,000 addresses: from here on the compiled loops save more time than loading them takes."""
_LINES_AT_ONCE = 8_192


@click.command()
@no_workspace_option
@click.argument("file", default="-", metavar="[FILE|-]")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line instead of tab-separated cells.")
def normalise(file: str, as_json: bool) -> None:
    """Show the canonical address and case key of every line (LF) of a file or of what is piped in.

    Prints tab-separated cells under a header: input, canonical, case_key, kind, registrable_domain, rules. Tabs, CR,
    quotes and control characters are written as \\uXXXX, so every line stays one row.

    \b
    Example:
      hotline normalise addresses.txt > addresses.tsv
    """
    from pipeline.normalising import COLUMNS, normalised
    from pipeline.resources import texts
    from triage.url_rules import UrlRules

    rules = UrlRules.from_toml(texts("url_rules"))
    out = sys.stdout.buffer
    with _opened(file) as lines:
        if not as_json:
            out.write("\t".join(COLUMNS).encode() + b"\n")
        for row in normalised(lines, rules, _at_once(file, rules)):
            out.write((row.as_json() if as_json else row.as_tsv()).encode())
    out.flush()


def _at_once(file: str, rules: UrlRules) -> int:
    """How many lines to read at once: one of what is piped or typed, many of a large file."""
    if file == "-" or os.stat(file).st_size < _LARGE_BYTES:
        return 1
    from triage.urls import load_kernels

    load_kernels(rules)
    return _LINES_AT_ONCE


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    """The lines to read. Raises UnusableInput, without the path, where the file cannot be read."""
    from pipeline.plain_files import require_file
    from triage.errors import UnusableInput

    if file == "-":
        yield sys.stdin.buffer
        return
    try:
        require_file(file, "this")
        opened = open(file, "rb")  # noqa: SIM115 - closed below
    except (OSError, ValueError) as error:
        why = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "not a file name"
        raise UnusableInput(f"this file cannot be read ({why}): check the path") from None
    with opened:
        yield opened
