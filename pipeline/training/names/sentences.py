"""A labelled sentence: words with blanks behind them and BIO labels, whatever corpus it came from.

The corpora cut words in their own ways; the shipped tokeniser cuts in one. So a sentence is turned back into a text,
cut again, and a word gets the label of the entity it touches: the model trains on exactly what it will see.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc

from triage.redacting.name_chain import LABELS

UNNAMED = "NON"
"""What a corpus marks besides names (dates, sums, numbers): neither names nor ordinary words in `measuring`."""
_NUMBER = {label: number for number, label in enumerate(LABELS)}


@dataclass(frozen=True, slots=True)
class Sentence:
    """`labels[i]` is `O`, `B-kind` or `I-kind` for `words[i]`; `blanks[i]` says whether a blank follows."""

    words: tuple[str, ...]
    blanks: tuple[bool, ...]
    labels: tuple[str, ...]

    @property
    def text(self) -> str:
        """The sentence as written."""
        return "".join(word + " " * blank for word, blank in zip(self.words, self.blanks, strict=True))

    def entities(self) -> list[tuple[int, int, str]]:
        """Character start, end and kind of each entity."""
        found: list[tuple[int, int, str]] = []
        place = 0
        open_kind = ""
        for word, blank, label in zip(self.words, self.blanks, self.labels, strict=True):
            end = place + len(word)
            if label == "O":
                open_kind = ""
            elif label[0] == "I" and label[2:] == open_kind:
                found[-1] = (found[-1][0], end, open_kind)
            else:
                open_kind = label[2:]
                found.append((place, end, open_kind))
            place = end + blank
        return found


def made_of(words: list[str], labels: list[str], blanks: list[bool] | None = None) -> Sentence:
    """A sentence from lists; blanks behind every word unless told otherwise."""
    return Sentence(tuple(words), tuple(blanks or [True] * len(words)), tuple(labels))


def kinds_of_words(doc: Doc, entities: list[tuple[int, int, str]]) -> tuple[list[str], list[int]]:
    """For each word of `doc` the kind of the entity it touches ("" if none) and that entity's number (-1 if none)."""
    kinds, numbers = [""] * len(doc), [-1] * len(doc)
    current = 0
    for place, token in enumerate(doc):
        start, end = token.idx, token.idx + len(token)
        while current < len(entities) and entities[current][1] <= start:
            current += 1
        if current < len(entities) and entities[current][0] < end and not token.text.isspace():
            kinds[place], numbers[place] = entities[current][2], current
    return kinds, numbers


def label_numbers(doc: Doc, entities: list[tuple[int, int, str]]) -> npt.NDArray[np.int64]:
    """The gold BILUO labels of `doc` as positions in LABELS."""
    kinds, numbers = kinds_of_words(doc, entities)
    gold = np.zeros(len(doc), dtype=np.int64)
    for place, (kind, number) in enumerate(zip(kinds, numbers, strict=True)):
        if not kind:
            continue
        first = place == 0 or numbers[place - 1] != number
        last = place == len(doc) - 1 or numbers[place + 1] != number
        mark = "U" if first and last else "B" if first else "L" if last else "I"
        gold[place] = _NUMBER[f"{mark}-{kind}"]
    return gold
