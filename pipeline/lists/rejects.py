"""Why a row of a list did not go in, and what to do; the file of rejects names rows, never what they hold."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import IO

ADVICE: Mapping[str, str] = MappingProxyType(
    {
        "value_missing": "give the value, or drop the row",
        "type_missing": "name the type of the value: sha256, sha1, md5, pdq, phash, dhash or whash",
        "type_not_usable": "nothing here can compare this type: ask the source for sha256, sha1, md5 or pdq",
        "not_hexadecimal": "write the value as hexadecimal digits",
        "wrong_length": "the value is too long or too short for its type: check both",
        "placeholder": "a value of only zeros or ones stands for none: drop the row",
        "empty_file": "this is the digest of an empty file and would match every empty attachment: drop the row",
        "low_quality": "the picture is too flat to be told from others (quality below 50): drop the row",
        "quality_unreadable": "write the quality as a number from 0 to 100, or leave it empty",
        "not_text": "the text holds half a character (a lone surrogate): write it as valid Unicode",
        "opinion_unknown": "write positive, disputed or negative",
        "threshold_unusable": "write a whole number of bits, at most 90 for pdq and 16 for phash, dhash and whash",
        "not_an_object": "an entry is an object with named fields",
        "not_json": "the line is no JSON: export it again",
        "unreadable_row": "the row cannot be read as a row of a table: export it again",
    }
)
"""Reason to what the operator may do."""


class RejectsFile:
    """Writes rejects as they come and counts their reasons; use as a context manager."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None
        self.reasons: Counter[str] = Counter()

    def __enter__(self) -> RejectsFile:
        self._file = self._path.open("w", encoding="utf-8", newline="")
        self._rows = csv.writer(self._file)
        self._rows.writerow(("row", "field", "reason", "advice"))
        return self

    def __exit__(self, *_error: object) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, row: int, field: str, reason: str) -> None:
        """One value that did not go in."""
        self.reasons[reason] += 1
        self._rows.writerow((row, field, reason, ADVICE[reason]))
