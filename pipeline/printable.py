"""Text from outside on one line of a terminal: file names and raw lines are written by whoever sends them."""

from __future__ import annotations

from pathlib import Path


def printable(said: str) -> str:
    """On one line, with what controls a terminal or turns its writing round escaped."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in said)


def file_name(path: str | Path) -> str:
    """The last part of a path as it may be shown."""
    return printable(Path(path).name)
