"""Where somebody lives: street and house number, "broj 12, stan 5", postcode and place, whatever follows "adresa:".

Streets are found by the word that says street, before the name ("ulica X 12", "rruga X"), behind it ("X street") or at
its end ("Xstraße 12"); a name alone is left to the lists and the model. Words are data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from triage.redacting.casing import is_uncased
from triage.redacting.digits import DASHES
from triage.redacting.spans import Span, Text
from triage.redacting.wording import pattern, shadow_words

_HOUSE = (
    r"(?:(?:br|broj|nr|no|kbr|kucni broj)?[. :]{0,3}(?<!\w)\d{1,4} ?(?:[/-] ?)?[a-z]?(?:[/-]\d{1,3})?(?!\w)"
    r"|bb(?!\w)|b\.b\.?)"
)
_HOUSE_AFTER = re.compile(rf"[,.]?\s{{1,2}}(?P<house>{_HOUSE})")
_WORD = re.compile(r"(?:[^\W_]+(?:[.'’-][^\W\d_]+)*\.?)")
_DIGIT = re.compile(r"\d")
_SIGNS = re.compile(r"[\s:.]{0,4}")
_GAP = re.compile(r"[ \t:]{1,3}|\.[ \t]{0,2}|\n(?=[^\W\d_])")
_ENDED_STREET = re.compile(
    r"(?<!\w)[^\W\d_]{3,30}(?:strasse|str\.|straße|gasse|allee|platz|weg) ?\d{1,4} ?[a-z]?(?!\w)"
)
_STREET_BEHIND = re.compile(
    r"(?<!\w)\d{1,4}[a-z]?,? (?:[^\W\d_]+ ){1,3}(?:street|st|road|rd|avenue|ave|lane|drive)(?!\w)"
)
_ADJECTIVE_STREET = re.compile(
    r"(?:^|[,:(\n] ?)(?P<street>(?:[^\W\d_]{2,40} ){0,2}[^\W\d_]{2,40}(?:sk|šk|čk|ćk|ov|ev|in)(?:a|oj|e|u)"
    r" \d{1,3} ?[a-zA-Z]?)(?=[,;)\n]|\.?$|\. )"
)
"""A street named by an adjective without the word street: "iz Tuzle, Lipovačka 26"."""
_POSTCODE = re.compile(
    rf"(?:(?<!\w)[A-Z]{{1,3}}-|(?<![\d.,/{DASHES}])(?<!\d ))(?!(?:1[89]|20)\d\d )\d{{4,5}} (?=[^\W\d_]{{2}})"
)
_MOST_WORDS, _MOST_UNCASED_WORDS = 5, 2
_INNER_WORDS = frozenset({"od", "i", "e", "te", "von", "der", "of", "the", "u"})
_AREA = re.compile(r"(?:[7-8]\d|[1-5]\d)\d{3}|[1-9]\d{3}")


@dataclass(frozen=True, slots=True)
class Addresses:
    """The layer. `streets` are words before a street's name, `places` phrases after which the rest of a line is an
    address, `house` words before a house or flat number, `stop_words` words no street is called, `not_places` words
    after a number that is then no postcode."""

    streets: Sequence[str]
    places: Sequence[str]
    house: Sequence[str]
    stop_words: Sequence[str]
    not_places: Sequence[str]
    name: str = "addresses"
    version: str = "1"
    _patterns: Mapping[str, re.Pattern[str]] = field(init=False, repr=False)
    _stop: frozenset[str] = field(init=False, repr=False)
    _not_places: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        named = {"streets": self.streets, "places": self.places}
        compiled = {rule: re.compile(pattern(phrases)) for rule, phrases in named.items()}
        number = r"[\s.:]{1,3}(?P<value>\d{1,4}(?: ?[/-]? ?[a-z])?(?:/\d{1,3})?)(?!\w|[.,]\d)"
        compiled["house"] = re.compile(pattern(self.house) + number)
        object.__setattr__(self, "_patterns", compiled)
        object.__setattr__(self, "_stop", shadow_words(self.stop_words))
        object.__setattr__(self, "_not_places", re.compile(pattern(self.not_places)))

    def find(self, text: Text) -> Iterable[Span]:
        """Spans of every address found by its wording."""
        shadow, uncased = text.shadow, is_uncased(text.latin)
        for match in self._patterns["streets"].finditer(shadow):
            end = self._named_end(text, match.end(), uncased=uncased)
            if end is not None:
                yield text.from_shadow(match.start(), end, "address", "street")
        for match in self._patterns["places"].finditer(shadow):
            end = self._named_end(text, match.end(), uncased=False)
            if end is not None:
                start = _SIGNS.match(shadow, match.end())
                yield text.from_shadow(start.end() if start else match.end(), end, "address", "address_of")
        if _DIGIT.search(shadow) is not None:
            yield from self._numbered(text)

    def _numbered(self, text: Text) -> Iterator[Span]:
        for match in self._patterns["house"].finditer(text.shadow):
            yield text.from_shadow(*match.span("value"), "address", "house_number")
        for street in (_ENDED_STREET, _STREET_BEHIND):
            for match in street.finditer(text.shadow):
                yield text.from_shadow(*match.span(), "address", "street")
        for match in _ADJECTIVE_STREET.finditer(text.latin):
            if match["street"][0].isupper():
                yield text.from_latin(*match.span("street"), "address", "street")
        for match in _POSTCODE.finditer(text.latin):
            word = _WORD.match(text.latin, match.end())
            if word is not None and word.group()[0].isupper() and self._is_postcode(match.group(), word.group()):
                yield text.from_latin(match.start(), word.end(), "address", "postcode")

    def _is_inner(self, text: Text, word: re.Match[str]) -> bool:
        """Whether a small word stands inside a street's name, as in "Zmaja od Bosne": a capital follows it."""
        place = word.end() + 1
        after = text.original[text.back[place]] if place < len(text.shadow) else ""
        return word.group() in _INNER_WORDS and after.isupper()

    def _is_postcode(self, number: str, word: str) -> bool:
        digits = "".join(character for character in number if character.isdigit())
        return _AREA.fullmatch(digits) is not None and self._not_places.fullmatch(word.lower()) is None

    def _named_end(self, text: Text, place: int, *, uncased: bool) -> int | None:
        """Where the name that starts at `place` of the shadow ends, with its house number; None if there is none.

        Capitalised words belong to it. Lower-case ones do where a house number follows, or the first two where the
        whole text is in lower case.
        """
        shadow, end, words = text.shadow, place, 0
        sure_end: int | None = None
        while words < _MOST_WORDS:
            house = _HOUSE_AFTER.match(shadow, end)
            if house is not None and words:
                return house.end()
            gap = _GAP.match(shadow, end)
            word = _WORD.match(shadow, gap.end()) if gap is not None else None
            if word is None or (word.group().rstrip(".") in self._stop and not self._is_inner(text, word)):
                break
            end, words = word.end() - word.group().endswith("."), words + 1
            first = text.original[text.back[word.start()]]
            if first.isupper() or first.isdigit() or (uncased and words <= _MOST_UNCASED_WORDS):
                sure_end = end
        house = _HOUSE_AFTER.match(shadow, end)
        return house.end() if house is not None and words else sure_end
