"""Dates of birth: a date, or a year, beside a word of birth. Any other date stays: it says when something happened."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from triage.redacting.digits import DASHES
from triage.redacting.spans import Span, Text
from triage.redacting.wording import pattern

_YEAR = r"(?:19|20)\d\d"
_OF_YEAR = r"(?:(?:in|of|im|des|the|year|jahre?s?|god[a-z]*|vit[a-z]*|ne)[ .]{1,2}){0,3}"
"""What may stand between a day and its year: "3. maja, godine 2011", "in the year 2011"."""
_BETWEEN_CHARS, _BEHIND_CHARS = 40, 4


@dataclass(frozen=True, slots=True)
class BirthDates:
    """The layer; `naming` are words of birth ("rođen*", "DOB"), `months` the names of months in every language."""

    naming: Sequence[str]
    months: Sequence[str]
    name: str = "birth_dates"
    version: str = "3"
    _before: re.Pattern[str] = field(init=False, repr=False)
    _behind: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        word, date = pattern(self.naming), _date(pattern(self.months))
        between = rf"[^\n!?]{{0,{_BETWEEN_CHARS}}}?"
        object.__setattr__(self, "_before", re.compile(rf"{word}{between}(?P<value>{date}|(?<!\d){_YEAR}(?!\d))"))
        object.__setattr__(
            self,
            "_behind",
            re.compile(rf"(?P<value>{date})[\s,(]{{0,{_BEHIND_CHARS}}}(?:je|su|is|god[a-z]*)?[\s.]{{0,2}}{word}"),
        )

    def find(self, text: Text) -> Iterable[Span]:
        """Spans of every date of birth; there is none without a digit."""
        if re.search(r"\d", text.shadow) is None:
            return
        for match in (*self._before.finditer(text.shadow), *self._behind.finditer(text.shadow)):
            yield text.from_shadow(*match.span("value"), "birth_date", "birth_date")


def _date(month: str) -> str:
    """The source of a pattern of one whole date over the shadow, numbers or words."""
    gap = rf"[ ./\\{DASHES}]{{1,3}}"
    numbers = rf"\d{{1,2}}{gap}\d{{1,2}}{gap}(?:{_YEAR}|\d\d)"
    iso = rf"{_YEAR}{gap}\d{{1,2}}{gap}\d{{1,2}}"
    day = r"\d{1,2}(?:st|nd|rd|th)?"
    named = rf"{day}[ .]{{0,3}}(?:of )?{month}"
    joined = rf"[ .,]{{0,3}}{_OF_YEAR}"
    words = rf"{named}(?:{joined}(?:{_YEAR}|\d\d))?|{month} {day}{joined}{_YEAR}"
    turned = rf"{_YEAR}\.?(?: god[a-z]*)?[ .,]{{1,3}}{named}"
    apart = rf"\d{{1,2}}{gap}\d{{1,2}}{joined}{_YEAR}"
    return rf"(?<!\d)(?:{iso}|{numbers}|{apart}|{turned}|{words})(?!\d)"
