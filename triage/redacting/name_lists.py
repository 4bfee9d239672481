"""Names and places of the region by list, in every case ending: the layer that needs no model and knows no sentence.

Every word has a class (`triage/redacting/name_words.py`), which says how much it takes to mask it:

- `sure`: anywhere, in lower case too;
- `capitalised_only`: with a capital that does not merely open a sentence, or next to another name;
- `beside_only`: only next to another name, with a capital.

Some of these are names in small letters too behind a word for one person in the nominative, where no verb of many can
stand: "moj komšija rade", never "ljudi rade".

After a word such as "Mr" or "sister" any word with a capital is masked, and next to a name too; next to a given name so
is an unknown word that ends like a surname, in lower case as well. A text without capitals inside its sentences is read
more freely: two words next to each other that may be a given name and a surname are both masked. Limits: unknown
foreign names in lower case are left to the model; countries are not in the lists, since they identify nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from triage.redacting.name_words import (
    ANY_KIND,
    BESIDE,
    CAPITALISED,
    CLASS,
    CONTEXT,
    DOUBTED,
    GIVEN,
    KIND_NAMES,
    OPENS_PLACE,
    PERSON,
    PLACE,
    SHAPE,
    SURE,
    SURNAME,
    NameWords,
)  # fmt: skip
from triage.redacting.spans import Span, Text
from triage.redacting.wording import WORD

_JOINED = re.compile(r"[ \t]{1,2}|-")
_INITIAL = re.compile(r"\.[ \t]?")
_SENTENCE_END = re.compile(r"[.!?:;\n\r\u2026\u2022*\"\u201e\u00bb\u201c]|[ \t][-\u2013\u2014][ \t]")
_ABBREVIATIONS = frozenset({"dr", "gosp", "gda", "gdja", "gdjica", "mr", "mrs", "ms", "prof", "sv", "st", "ing"})
_LONGEST_ACRONYM_CHARS = 5
_STEPS_FROM_A_NAME = 2
_AND = frozenset({"i", "and", "und", "dhe", "ili", "or", "oder", "ose"})
_WHERE = frozenset({"u", "iz", "na", "kraj", "nga", "ne", "in", "aus", "from", "near"})
_RULES = {GIVEN: "names:given", SURNAME: "names:surname", PERSON: "names:person", PLACE: "names:place"}


class NameLists:
    """Finds names and places by list. Made once from the texts of `data/names/*.toml`."""

    name = "names"
    version = "3"

    def __init__(self, words: NameWords) -> None:
        self.words = words

    @classmethod
    def from_toml(cls, texts: Mapping[str, str]) -> NameLists:
        """From name and text of each file of `data/names`. Raises KeyError or ValueError if one is malformed."""
        return cls(NameWords(texts))

    def kinds_of(self, word_shadow: str) -> frozenset[str]:
        """The kinds of one word in shadow: any of "given", "surname", "place"; empty for an unknown word."""
        reading = self.words[word_shadow]
        return frozenset(kind for kind, bit in KIND_NAMES.items() if reading & bit)

    def find(self, text: Text) -> list[Span]:
        """Stretches that are names or places, words that stand together as one; in the order of the text."""
        words = self.words
        readings = [words[word] for word in WORD.findall(text.shadow)]
        if not any(reading & (ANY_KIND | OPENS_PLACE | CONTEXT) for reading in readings):
            return []
        return list(_Reading(text, list(WORD.finditer(text.shadow)), readings, words).spans())


class _Reading:
    """One text while it is read: for each word what it was masked as, if it was."""

    def __init__(self, text: Text, found: list[re.Match[str]], readings: list[int], words: NameWords) -> None:
        self._text, self._found, self._readings, self._words = text, found, readings, words
        self._masked: dict[int, tuple[str, str]] = {}
        self._alone: set[int] = set()
        """Names whose neighbours are not looked at: what follows them is the sentence's verb."""
        self._cased = not text.original.isupper() and any(
            self._capital(place) and not self._opens(place) for place in range(1, len(found))
        )

    def spans(self) -> Iterator[Span]:
        for place, reading in enumerate(self._readings):
            if reading & (ANY_KIND | OPENS_PLACE) or (place and self._readings[place - 1] & CONTEXT):
                self._judge(place, reading)
        if not self._masked and not any(reading & PERSON for reading in self._readings):
            return
        self._pairs()
        self._companions()
        for place in [at for at, (kind, _) in self._masked.items() if kind == "name" and at not in self._alone]:
            for step in (1, -1):
                self._spread(place, step)
        yield from self._joined()

    def _judge(self, place: int, reading: int) -> None:
        """Mask a word for its own sake, or with the others of a place of several words."""
        if reading & OPENS_PLACE:
            self._long_place(place)
        if place in self._masked:
            return
        if self._speaks_for_itself(place, reading):
            self._mask(place, reading)
        elif self._of_one(place):
            self._masked[place] = "name", "names:context"
            self._alone.add(place)
        elif place and self._readings[place - 1] & CONTEXT and self._adjacent(place - 1, place):
            doubtful = reading & PERSON and reading & CLASS == CAPITALISED and not self._cased
            if doubtful or self._proper(place):
                self._masked[place] = "name", "names:context"

    def _speaks_for_itself(self, place: int, reading: int) -> bool:
        level = reading & CLASS
        if level == SURE or (level == CAPITALISED and self._written_as_name(place, reading)):
            return True
        if not reading & SHAPE or not self._capital(place):
            return False
        return self._soft_c(place) or (self._proper(place) and "vsk" in self._found[place][0])

    def _of_one(self, place: int) -> bool:
        """A name behind a word for one person, where no common word would stand ("brat i sestra rade": two people)."""
        known = place > 0 and self._found[place][0] in self._words.names_of_one
        if not known or self._found[place - 1][0] not in self._words.one or not self._adjacent(place - 1, place):
            return False
        return place == 1 or self._found[place - 2][0] not in _AND

    def _long_place(self, place: int) -> None:
        for following in self._words.places[self._found[place][0]]:
            last = place + len(following)
            if last >= len(self._found) or not all(
                self._found[place + step][0] in shapes and self._adjacent(place + step - 1, place + step)
                for step, shapes in enumerate(following, 1)
            ):
                continue
            if self._cased and not self._proper(place) and not any(map(self._capital, range(place + 1, last + 1))):
                continue
            for each in range(place, last + 1):
                self._masked[each] = "place", "names:place"
            return

    def _pairs(self) -> None:
        """Two doubtful words that may be a given name and a surname, in this order or the other, are both masked."""
        readings = self._readings
        for place in range(len(readings) - 1):
            if not readings[place] & PERSON or not readings[place + 1] & PERSON:
                continue
            if place in self._masked or place + 1 in self._masked or not self._fit(place, place + 1):
                continue
            levels = [readings[each] & CLASS for each in (place, place + 1)]
            capitals = self._capital(place) and self._capital(place + 1)
            if (capitals or not self._cased) and min(levels) >= (BESIDE if capitals else CAPITALISED):
                self._masked[place] = self._masked[place + 1] = "name", "names:pair"

    def _companions(self) -> None:
        """Given names that are ordinary words too, joined by "and" to a name, or with capitals ("Nada i Zora")."""
        for place in range(len(self._found) - 2):
            both = place, place + 2
            if self._found[place + 1][0] not in _AND or not all(map(self._may_be_given, both)):
                continue
            named = any(self._masked.get(each, ("",))[0] == "name" for each in both)
            written = [self._capital(each) or (named and not self._cased) for each in both]
            if all(written) and self._adjacent(place, place + 1) and self._adjacent(place + 1, place + 2):
                for each in both:
                    self._masked.setdefault(each, ("name", "names:companion"))

    def _may_be_given(self, place: int) -> bool:
        reading = self._readings[place]
        return bool(reading & GIVEN) and reading & CLASS >= CAPITALISED

    def _spread(self, place: int, step: int) -> None:
        for _ in range(_STEPS_FROM_A_NAME):
            beside = place + step
            if not 0 <= beside < len(self._found) or beside in self._masked:
                return
            if not self._adjacent(min(place, beside), max(place, beside)) or not self._goes_with(place, beside):
                return
            self._masked[beside] = "name", "names:beside"
            place = beside

    def _goes_with(self, place: int, beside: int) -> bool:
        reading = self._readings[beside]
        if reading & PERSON and reading & CLASS == CAPITALISED and (self._capital(beside) or not self._cased):
            return self._fit(min(place, beside), max(place, beside)) or self._proper(beside)
        if reading & SHAPE and self._readings[place] & GIVEN and beside > place:
            return self._agrees(place, beside)
        return self._proper(beside) and self._capital(place)

    def _fit(self, first: int, second: int) -> bool:
        """Next to each other and one may be a given name, the other a surname."""
        one, other = self._readings[first], self._readings[second]
        fit = (one & GIVEN and other & SURNAME) or (one & SURNAME and other & GIVEN)
        return bool(fit) and self._adjacent(first, second)

    def _joined(self) -> Iterator[Span]:
        """A span for each run of masked words of one kind that stand together, so that their number is not seen."""
        runs: list[tuple[int, int]] = []
        for place in sorted(self._masked):
            first, last = runs[-1] if runs else (-1, -1)
            alike = last == place - 1 >= 0 and self._masked[last][0] == self._masked[place][0]
            if alike and self._adjacent(last, place):
                runs[-1] = first, place
            else:
                runs.append((place, place))
        for first, last in runs:
            kind, rule = self._masked[first]
            start, end = self._found[first].start(), self._found[last].end()
            yield self._text.from_shadow(self._with_initial(first, start) if kind == "name" else start, end, kind, rule)

    def _with_initial(self, first: int, start: int) -> int:
        """`A. Hodžić`: one capital letter and a full stop before a name belong to it."""
        before = self._found[first - 1] if first else None
        if before is None or len(before[0]) > 1 or not self._capital(first - 1):
            return start
        return before.start() if _INITIAL.fullmatch(self._text.shadow, before.end(), start) else start

    def _mask(self, place: int, reading: int) -> None:
        """In doubt a name; a word that may be either is a place after a word such as "from"."""
        person = reading & PERSON
        if reading & PLACE and place and self._found[place - 1][0] in _WHERE:
            person = 0
        self._masked[place] = ("name", _RULES[person]) if person else ("place", _RULES[PLACE])

    def _adjacent(self, first: int, second: int) -> bool:
        return _JOINED.fullmatch(self._text.shadow, self._found[first].end(), self._found[second].start()) is not None

    def _capital(self, place: int) -> bool:
        return self._text.original[self._text.back[self._found[place].start()]].isupper()

    def _proper(self, place: int) -> bool:
        """With a capital that says something: not opening a sentence, no acronym, no text in capitals."""
        if not self._cased or not self._capital(place) or self._opens(place):
            return False
        word = self._found[place]
        if len(word[0]) > _LONGEST_ACRONYM_CHARS:
            return True
        written = self._text.original[self._text.back[word.start()] : self._text.back[word.end() - 1] + 1]
        return not written.isupper()

    def _opens(self, place: int) -> bool:
        """The word opens the text or a sentence; after `dr.`, an initial or a short title it does not."""
        if not place:
            return True
        before = self._found[place - 1]
        if not _SENTENCE_END.search(self._text.shadow, before.end(), self._found[place].start()):
            return False
        short = len(before[0]) == 1 or before[0] in _ABBREVIATIONS
        return not (short and _INITIAL.fullmatch(self._text.shadow, before.end(), self._found[place].start()))

    def _written_as_name(self, place: int, reading: int) -> bool:
        """A capital counts at the start of a sentence too, unless the word is known as an ordinary one."""
        if self._proper(place):
            return True
        free = reading & PERSON and not reading & DOUBTED and not self._text.original.isupper()
        return bool(free) and self._capital(place)

    def _agrees(self, given: int, surname: int) -> bool:
        """An unknown surname behind a given name: -ić as it is, -ića only in the same case (`Adnana Begovića`)."""
        word = self._found[surname][0]
        if self._soft_c(surname) or word[-1] not in "aeiu":
            return True
        return word[:-1].endswith("vic") and word[-1] == self._found[given][0][-1]

    def _soft_c(self, place: int) -> bool:
        """Ends in -ić, -ića …, written with `ć`; -iću and -ići may also be verbs (`uradiću`, `otići`)."""
        word = self._found[place]
        at = word[0].rfind("ic") + 1
        if not at or word[0].endswith(("icu", "ici")):
            return False
        return self._text.original[self._text.back[word.start() + at]] in "ćĆћЋ"
