"""What a command that keeps nothing says of rows it could not read: as `hotline rejects` words it, never a value."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from pipeline.channels.base import RowReject
from pipeline.printable import file_name
from triage.errors import UnusableInput

MOST_NAMED = 10
"""Rows named one by one; the others are counted."""


class Unreadable:
    """The rows of one file that could not be read, told as they come."""

    def __init__(self, path: Path) -> None:
        self._file = file_name(path)
        self._count = 0

    def tell(self, rejects: Iterable[RowReject]) -> None:
        """Say file, row, field, reason and what to do, for the first rows."""
        for one in rejects:
            self._count += 1
            if self._count <= MOST_NAMED:
                place = f"{self._file} row {one.row}" + (f", {one.field}" if one.field else "")
                click.echo(f"{place}: {one.reason}: {one.advice}", err=True)

    def end(self, readable: int) -> None:
        """Say how many there were. Raises UnusableInput if no row could be read."""
        if not self._count:
            return
        if self._count > MOST_NAMED:
            click.echo(f"and {self._count - MOST_NAMED:,} more", err=True)
        if not readable:
            raise UnusableInput(f"none of {self._count:,} rows could be read: mend the file")
        click.echo(f"{self._count:,} rows could not be read and have no line", err=True)
