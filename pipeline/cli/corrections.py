"""Corrections of rejects from a file: one line each, which names its reject; a line that names none stops no other."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

_MOST_CHARS = 16 << 20
"""Of one file of corrections, or of stdin."""
_UNREADABLE = "the corrections cannot be read: write JSON Lines or CSV in UTF-8"


def corrections(path: str) -> tuple[dict[int, dict[str, str]], tuple[str, ...]]:
    """What is to be set in which reject, and why nothing is in others: no value is in that. `-` is stdin.

    Raises UnusableInput or UsageError where the file cannot be read as a whole.
    """
    from pipeline.mending.listing import number, shown
    from triage.errors import UsageError

    changes: dict[int, dict[str, str]] = {}
    twice: dict[int, None] = {}
    refused = []
    for place, entry in enumerate(_entries(path), start=1):
        try:
            given = number(entry.pop("reject", ""))
        except UsageError:
            refused.append(f"correction {place} names no reject: write it as J12 in `reject`")
            continue
        if given in changes:
            twice[given] = None
        changes[given] = entry
    for given in twice:
        del changes[given]
        refused.append(f"{shown(given)} is named more than once: correct it once")
    return changes, tuple(refused)


def _entries(path: str) -> list[dict[str, str]]:
    """What each line says; an empty cell says nothing."""
    from triage.errors import UnusableInput, UsageError

    text = _text(path)
    try:
        lines = (
            list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
            if path != "-" and path.lower().endswith(".csv")
            else [json.loads(line) for line in text.split("\n") if line.strip()]  # JSON Lines end nowhere else
        )
        if not all(isinstance(line, dict) for line in lines):
            raise UnusableInput("every line of corrections is one JSON object")
        return [{str(name): str(value) for name, value in line.items() if value not in (None, "")} for line in lines]
    except RecursionError:
        raise UsageError("the corrections nest too deeply to be read: one object a line, each value a text") from None
    except (ValueError, csv.Error):
        raise UnusableInput(_UNREADABLE) from None


def _text(path: str) -> str:
    """All of it, or nothing: a correction cut in the middle must not go in."""
    from pipeline.plain_files import require_file
    from triage.errors import UnusableInput

    try:
        if path == "-":
            text = sys.stdin.read(_MOST_CHARS + 1)
        else:
            require_file(path, "the file of corrections")
            with Path(path).open(encoding="utf-8-sig") as file:
                text = file.read(_MOST_CHARS + 1)
    except (OSError, ValueError):
        raise UnusableInput(_UNREADABLE) from None
    if len(text) > _MOST_CHARS:
        raise UnusableInput(f"the corrections hold more than {_MOST_CHARS:,} characters: give them in parts")
    return text
