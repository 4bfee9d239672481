"""Files of written phrasings, tab-separated without quotes: a row, and what the classifiers are asked of it.

The evaluation and the training of the report model read the same files, each with its own view of a row. The first file
has five columns; later ones say script, place, category and family as well.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping

from classifiers.base import Said

NEEDED = frozenset({"kind", "language", "text", "label", "escalate"})
"""The columns every file has."""
ATTACHMENT, PLATFORM_NAME, NOTHING = "attachment", "platform_name", "none"
UNPLACED = frozenset({NOTHING, PLATFORM_NAME})
"""Places that lead nowhere."""
PLACES = ("url", "handle", "invite", "phone", "onion", ATTACHMENT, PLATFORM_NAME, NOTHING)
"""What may have come with a phrasing; one of the first five is the kind of a locator."""
_WITHOUT_ADDRESS = "_no_address"
_NO_CATEGORY = frozenset({"", "none", "-"})


def rows_of(text: str) -> csv.DictReader[str]:
    """The rows of a file, by column."""
    return csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)


def place_of(row: Mapping[str, str]) -> str:
    """What came with it; the first file says it by the kind. Raises KeyError without the column `kind`."""
    return row.get("place") or (NOTHING if row["kind"].endswith(_WITHOUT_ADDRESS) else "url")


def plain_kind(row: Mapping[str, str]) -> str:
    """Its kind without what the first file says of the place in it. Raises KeyError without the column `kind`."""
    return row["kind"].removesuffix(_WITHOUT_ADDRESS)


def category_of(row: Mapping[str, str]) -> str | None:
    """The category that was ticked, if any."""
    category = row.get("category") or ""
    return None if category in _NO_CATEGORY else category


def as_said(text: str, place: str, category: str | None) -> Said:
    """The report a phrasing stands for; `place` is one of PLACES or another kind of locator."""
    return Said(
        category=category, description=text, attachments=int(place == ATTACHMENT),
        locator_kinds=frozenset() if place in {*UNPLACED, ATTACHMENT} else frozenset({place}),
        locator_problems=frozenset({"bare_platform"} if place == PLATFORM_NAME else ()),
    )  # fmt: skip
