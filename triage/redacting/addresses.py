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
from triage.redacting.schools import schools
from triage.redacting.spans import Span, Text
from triage.redacting.wording import pattern, shadow_words

_HOUSE = (
    r"(?:(?:br|broj|nr|no|kbr|kucni broj)?[. :]{0,3}(?<!\w)\d{1,4} ?(?:[/-] ?)?[a-z]?(?:[/-]\d{1,3})?(?!\w)"
    r"|bb(?!\w)|b\.b\.?)"
)
_COUNTED = re.compile(r"\s(?P<word>[^\W\d_]+)")
"""What is counted right behind a number: "stan 12 godina" is a time and no address."""
_HOUSE_AFTER = re.compile(rf"[,.]?\s{{1,2}}(?P<house>{_HOUSE})")
_WORD = re.compile(r"(?:[^\W_]+(?:[.'’-][^\W\d_]+)*\.?)")
_DIGIT = re.compile(r"\d")
_SIGNS = re.compile(r"[\s:.]{0,4}")
_GAP = re.compile(r"[ \t:]{1,3}|\.[ \t]{0,2}|\n(?=[^\W\d_])")
_ENDED_STREET = re.compile(
    r"(?<!\w)[^\W\d_]{3,30}(?:strasse|str\.|straße|gasse|allee|platz|weg) ?\d{1,4} ?[a-z]?"
    r"(?:[/-]\d{1,3}){0,2}(?!\w)"
)
_STREET_ALONE = re.compile(
    r"(?<!\w)(?:in|an|aus|von|auf) (?:der|die) (?P<street>[^\W\d_]{3,30}(?:strasse|gasse|allee))(?!\w)"
)
_GERMAN_STREET = re.compile(
    r"(?<!\w)(?:Am|Im|Zum|Zur|An de[rn]|Auf de[rmn]|In de[rn]|Unter de[rn]) (?:[A-ZÄÖÜ][a-zäöüß-]+ ){1,2}"
    r"\d{1,3} ?[a-z]?(?:[/-]\d{1,3})?(?=[,;)\n]|\.?$|\. )"
)
_BRITISH_POSTCODE = re.compile(r"(?<![\w-])[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}(?![\w-])")
_LIVES_AT = re.compile(
    r"(?<!\w)(?:ziv(?:i|e|im|imo|io|jela|jeli|ela|eli)|stanuj\w*|stanova\w*|borav\w*|adres\w*|wohn\w*|lebt|lebe|lives?|"
    r"living|address|banon|banoj|jeton|jetoj)"
    r"(?:\s(?:mu|joj|im|mi|nam|je|glasi|se|u|na|in|at|am|an|der|ne|is|ist|eshte|his|her|sada|trenutno)){0,4}[\s:]{1,3}"
    r"(?P<value>(?P<words>(?:[^\W\d_]{2,30}[ .]{1,2}){1,4})\d{1,4}(?: ?[a-z](?![^\W\d_]))?(?:[/-]\d{1,3})?)"
    r"(?![\w/-]|[.,:]\d)(?!\s?(?:[-–]|god|g\.|year|jahr|vjec|vit|dan|day|tag|dite|mje?s|month|monat|muaj|put|km|min|sat|h\b|hour|"
    r"stunden|ljud|osob|people|dje?c|kid|child|kinder|sprat|kat|e?ur|ev))"
)
"""Somewhere to live, then words and a house number: "živi u Cara Dušana 77", "adresa mu je Ilica 45"."""
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
_ENDS_A_PLACE = re.compile(
    r" (?:(?:br|nr|broj)\.? ?)?(?:(?!(?:1[89]|20)\d\d)\d{1,4} ?[a-zA-Z]?(?:[/-]\d{1,3})?|[1-578]\d{4})"
    r"(?=[,;)\n]|\.?\s*$|\.\s)"
)
"""Also a postcode behind its place."""
_AREA = re.compile(r"(?:[7-8]\d|[1-5]\d|0[1-9])\d{3}|[1-9]\d{3}")


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
    version: str = "4"
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
        """Spans of every address found by its wording, and of schools, which are a child's address by day."""
        shadow, uncased = text.shadow, is_uncased(text.latin)
        yield from schools(text)
        for match in self._patterns["streets"].finditer(shadow):
            end = self._named_end(text, match.end(), uncased=uncased)
            if end is not None:
                yield text.from_shadow(match.start(), end, "address", "street")
        for match in self._patterns["places"].finditer(shadow):
            end = self._named_end(text, match.end(), uncased=False)
            if end is not None:
                start = _SIGNS.match(shadow, match.end())
                yield text.from_shadow(start.end() if start else match.end(), end, "address", "address_of")
        for match in _STREET_ALONE.finditer(shadow):
            yield text.from_shadow(*match.span("street"), "address", "street")
        if _DIGIT.search(shadow) is not None:
            yield from self._numbered(text)

    def _numbered(self, text: Text) -> Iterator[Span]:
        for match in self._patterns["house"].finditer(text.shadow):
            behind = _COUNTED.match(text.shadow, match.end())
            if behind is not None and self._not_places.fullmatch(behind["word"]) is not None:
                continue
            yield text.from_shadow(*match.span("value"), "address", "house_number")
        for street in (_ENDED_STREET, _STREET_BEHIND):
            for match in street.finditer(text.shadow):
                yield text.from_shadow(*match.span(), "address", "street")
        for match in _LIVES_AT.finditer(text.shadow):
            if not any(word in self._stop and word not in _INNER_WORDS for word in match["words"].split()):
                yield text.from_shadow(*match.span("value"), "address", "lives_at")
        for shape, rule in ((_GERMAN_STREET, "street"), (_BRITISH_POSTCODE, "postcode")):
            for match in shape.finditer(text.latin):
                yield text.from_latin(*match.span(), "address", rule)
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


def house_numbers(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """A found place with the number that ends its clause ("u Ilici 45, Zagreb"): as a whole an address."""
    for span in spans:
        number = _ENDS_A_PLACE.match(text, span.end) if span.kind == "place" else None
        if number is not None:
            yield Span(span.start, number.end(), "address", "place_with_number", span.role)
