"""Report-style sentences made in code: what a worried parent, teacher or child writes, with made-up people.

A pattern is plain words with slots: `{g.gen}` a given name in a case, `{s.gen}` the surname that goes with it, `{gs}`
both (`{gs.gen}` declined), `{pos}` a possessive, `{p.dat}` a place, `{str}` a street, `{o}` an organisation. Patterns
stay bland; patterns without slots teach what is *not* a name. Everything is drawn from one seeded generator.
"""

from __future__ import annotations

import re

import numpy as np

from pipeline.training.names import people
from pipeline.training.names.declension import declined, possessive
from pipeline.training.names.patterns import ALBANIAN, ENGLISH, GERMAN, LEADS, SLAVIC, TAILS
from pipeline.training.names.sentences import Sentence, made_of

_SLOT = re.compile(r"\{(\w+)(?:\.(\w+))?(?::(\w))?\}")
_PUNCTUATION = re.compile(r"^[.,:;!?)…]+$")


class Reports:
    """Draws sentences; the same generator state gives the same sentences."""

    def __init__(self, generator: np.random.Generator) -> None:
        self._generator = generator

    def sentences(self, count: int) -> list[Sentence]:
        """`count` sentences: seven of ten in Bosnian, Croatian, Serbian, one each in Albanian, German, English."""
        return [self._sentence() for _ in range(count)]

    def _pick(self, choices: object) -> str:
        options = list(choices)  # type: ignore[call-overload]
        return str(options[self._generator.integers(len(options))])

    def _sentence(self) -> Sentence:
        draw = self._generator.random()
        if draw < 0.7:
            pattern = " ".join(filter(None, (self._extra(LEADS, 0.4), self._pick(SLAVIC), self._extra(TAILS, 0.4))))
            return self._filled(pattern, "slavic")
        language, patterns = (("sq", ALBANIAN), ("de", GERMAN), ("en", ENGLISH))[min(2, int((draw - 0.7) * 10))]
        return self._filled(self._pick(patterns), language)

    def _extra(self, patterns: tuple[str, ...], share: float) -> str:
        return self._pick(patterns) if self._generator.random() < share else ""

    def _filled(self, pattern: str, language: str) -> Sentence:
        words: list[str] = []
        labels: list[str] = []
        person: tuple[str, str, bool] | None = None
        for piece in pattern.split():
            slot = _SLOT.search(piece)
            if not slot:
                words.append(piece)
                labels.append("O")
                continue
            kind, case, sex = slot.group(1), slot.group(2) or "nom", slot.group(3)
            if kind in ("g", "gs", "sg", "pos") or person is None:
                person = self._person(language, sex)
            filled, label = self._fill(kind, case, person, language)
            words += filled
            labels += [f"{'I' if place else 'B'}-{label}" for place in range(len(filled))]
            if kind == "s" and len(labels) > 1 and labels[-2].endswith("-PER"):
                labels[-1] = "I-PER"
        return made_of(words, labels, _blanks(words))

    def _person(self, language: str, sex: str | None) -> tuple[str, str, bool]:
        woman = sex == "f" or (sex is None and bool(self._generator.random() < 0.5))
        albanian = language == "sq" or (language == "slavic" and self._generator.random() < 0.08)
        if albanian:
            return (
                self._pick(people.ALBANIAN_WOMEN if woman else people.ALBANIAN_MEN),
                self._pick(people.ALBANIAN_SURNAMES),
                woman,
            )
        if language in ("de", "en") and self._generator.random() < 0.5:
            given, surnames = {
                "de": (people.GERMAN, people.GERMAN_SURNAMES),
                "en": (people.ENGLISH, people.ENGLISH_SURNAMES),
            }[language]
            return self._pick(given), self._pick(surnames), True
        return self._pick(people.WOMEN if woman else people.MEN), self._surname(), woman

    def _surname(self) -> str:
        one = self._pick(people.SURNAMES)
        return f"{one}-{self._pick(people.SURNAMES)}" if self._generator.random() < 0.04 else one

    def _fill(self, kind: str, case: str, person: tuple[str, str, bool], language: str) -> tuple[list[str], str]:
        given, surname, woman = person
        if language != "slavic":
            case = "nom"
        first = declined(given, case, woman=woman)
        last = declined(surname, case, woman=woman, surname=True)
        if kind == "gs":
            return ([last, first] if self._generator.random() < 0.1 else [first, last]), "PER"
        if kind in ("g", "s"):
            return [first if kind == "g" else last], "PER"
        if kind == "pos":
            ending = {"nom": "", "gen": "og", "dat": "om", "acc": "u", "ins": "im", "voc": "a"}[case]
            return [possessive(given, woman=woman) + ending], "PER"
        if kind == "p":
            places = {"sq": people.ALBANIAN_PLACES, "de": people.GERMAN_PLACES, "en": people.ENGLISH_PLACES}.get(
                language, people.PLACES
            )
            parts = self._pick(places).split("_")
            return [*parts[:-1], declined(parts[-1], case)] if len(parts) == 1 else _declined_place(parts, case), "LOC"
        if kind == "str":
            return self._pick(people.STREETS).split("_"), "LOC"
        return self._pick(people.SCHOOLS).split("_"), "ORG"


def _declined_place(parts: list[str], case: str) -> list[str]:
    """`Novi Pazar` -> `Novom Pazaru`: an adjective in front follows its noun."""
    endings = {"gen": ("og", "e"), "dat": ("om", "oj"), "acc": ("i", "u"), "ins": ("im", "om")}
    front = []
    for part in parts[:-1]:
        if case in endings and part[-1] in "ia":
            part = part[:-1] + endings[case][part.endswith("a")]
        front.append(part)
    return [*front, parts[-1] if case == "acc" and not parts[-1].endswith("a") else declined(parts[-1], case)]


def _blanks(words: list[str]) -> list[bool]:
    after = [*words[1:], "end"]
    return [not _PUNCTUATION.match(following) and word != "(" for word, following in zip(words, after, strict=True)]
