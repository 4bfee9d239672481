"""Words a row says where no field is for them: under a heading `data/headers.toml` lacks, or in a field for codes.

Such columns are sealed at the door, unread. That they hold somebody's words is all that is kept, as a fact of the
report, so that a person opens it (`classifiers/besides.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pipeline.channels.base import TWO_READINGS
from pipeline.channels.contact_columns import may_hold_contact

_WORD = re.compile(r"(?<![\w@./:])[^\W\d_]{2,}(?![\w@/:]|\.\w)")
_LEAST_WORDS, _LEAST_WORDS_FOR_A_CODE = 4, 6
"""Fewer are a name, a place, a status."""
_JSON, _TEXT_IN_JSON = ("{", "["), re.compile(r'"((?:[^"\\]|\\.)*)"')
_BROWSER = "Mozilla/"
"""How browsers name themselves, at length."""
_AS_SAID = "_as_said"
_NO_WORDS = frozenset({
    "source_as_said", "channel_as_said", "received_at_as_said", "area_as_said", "attachments", "charset_problem",
    "victim_sex", "victim_age_band", "relationship", "violence_kind",
})  # fmt: skip
"""Columns of closed values, and where a place or an organisation may be named at length."""


def unheard(extra: Mapping[str, Sequence[str | None]], count: int) -> list[bool]:
    """Which of `count` rows hold some words in a column of `extra`; never what they are. Contact columns are none.

    So does a mail that could be read in two ways: nobody knows yet which of them its reporter wrote.
    """
    found = [TWO_READINGS in (said or "") for said in extra.get("charset_problem", [None] * count)]
    for name, column in extra.items():
        if name in _NO_WORDS or may_hold_contact(name, ""):
            continue
        least = _LEAST_WORDS_FOR_A_CODE if name.endswith(_AS_SAID) else _LEAST_WORDS
        speaking = {value for value in set(column) if value is not None and _says(value, least)}
        if speaking:
            found = [before or value in speaking for before, value in zip(found, column, strict=True)]
    return found


def _says(value: str, least: int) -> bool:
    pieces = _TEXT_IN_JSON.findall(value) if value.startswith(_JSON) else [value]
    return any(len(_WORD.findall(piece)) >= least for piece in pieces if _BROWSER not in piece)
