"""The layer of the name model: which stretches of many texts are people's names, places, organisations.

It reads the Latin form of a text (`Text.latin`), so both scripts are one to it. A word is hidden if it lies in an
entity of the most likely labelling, or if its chance to belong to a person's name exceeds a threshold (people only: a
chance of any name hid far more other words for the same gain). The threshold depends on how the text is typed
(`style_of`), because without capitals the model is less sure. Thresholds are chosen on development texts and kept
beside the weights (`data/models/names/manifest.json`, docs/models.md).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import ThreadpoolController

from triage.redacting.name_chain import BEST, KINDS, LABELS, PROBABILITIES
from triage.redacting.spans import Span, Text
from triage.redacting.wording import WORD

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

STYLES = ("mixed", "plain", "title")
"""Typed with capitals where they belong; without any or with nothing else; with one at the start of each word."""
SPAN_KINDS = {"PER": "name", "LOC": "place", "ORG": "organisation"}
_PERSON = KINDS.index("PER")
_BATCH_TEXTS = 128
_SAYS_SOMETHING = re.compile(r"[^\W_]")
_SENTENCE_START = re.compile(r"(?:^|[.!?…\n])[^\w\n.!?…]*[^\W\d_]+")
"""From the last mark before a word: looking on from each of many marks takes the square of their number."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST_TEXT_CHARS = 2**31 - 1
_FEWEST_TITLED_WORDS, _TITLED_SHARE = 4, 0.9


class NameModel:
    """A loaded spaCy pipeline as a layer over many texts. Reads no file; `pipeline.name_model.load` makes it."""

    name = "name_model"

    def __init__(self, nlp: Language, thresholds: Mapping[str, float], version: str) -> None:
        """`thresholds` has one chance for each of STYLES. Raises ValueError if it does not."""
        if set(thresholds) != set(STYLES) or not all(0 < chance <= 1 for chance in thresholds.values()):
            raise ValueError("the thresholds of the name model need one chance above 0 and at most 1 per typing style")
        nlp.max_length = _LONGEST_TEXT_CHARS
        self._nlp = nlp
        self._cores = ThreadpoolController()
        self._thresholds = dict(thresholds)
        self.version = version

    def find(self, text: Text) -> list[Span]:
        """The spans of one text; many at once are several times as fast."""
        return self.find_many([text])[0]

    def find_many(self, texts: Sequence[Text]) -> list[list[Span]]:
        """For each text its spans, sorted, without overlaps. Never raises, whatever the text."""
        latin = [_SURROGATE.sub("\ufffd", text.latin) for text in texts]
        limits = [self._thresholds[style_of(each)] for each in latin]
        with self._cores.limit(limits=1), self._nlp.memory_zone():  # threads that wait for small products cost twice
            docs = self._nlp.pipe(latin, batch_size=_BATCH_TEXTS)
            return [_spans(text, doc, limit) for text, doc, limit in zip(texts, docs, limits, strict=True)]


def style_of(text: str) -> str:
    """Which of STYLES a text is typed in, by its capitals; one capital at the start of a sentence is not a style."""
    words = WORD.findall(text)
    capitals = sum(word[0].isupper() for word in words)
    if len(words) >= _FEWEST_TITLED_WORDS and capitals >= _TITLED_SHARE * len(words):
        return "plain" if sum(word.isupper() for word in words) * 2 > len(words) else "title"
    return "mixed" if any(word[0].isupper() for word in WORD.findall(_SENTENCE_START.sub(" ", text))) else "plain"


def hidden_words(doc: Doc, threshold: float) -> list[tuple[int, int, str, bool]]:
    """The words to be hidden in a text the model has read: start, end, kind, and whether an entity begins there.

    Kinds are those of `name_chain`. Signs without a letter or digit are hidden inside an entity only.
    """
    chances, labels = doc.user_data[PROBABILITIES], doc.user_data[BEST]
    found = []
    for place in np.flatnonzero((labels > 0) | (chances[:, _PERSON] > threshold)).tolist():
        word, label = doc[place], LABELS[labels[place]]
        if label[0] in "IL" or _SAYS_SOMETHING.search(word.text):
            kind = label[2:] or KINDS[_PERSON]
            found.append((word.idx, word.idx + len(word), kind, label[0] in "BU"))
    return found


def _spans(text: Text, doc: Doc, threshold: float) -> list[Span]:
    """Words of one kind with blanks between them at most are one span, unless an entity begins at the second."""
    rows: list[tuple[int, int, str]] = []
    for start, end, kind, begins in hidden_words(doc, threshold):
        if rows and rows[-1][2] == kind and not begins and not text.latin[rows[-1][1] : start].strip():
            rows[-1] = (rows[-1][0], end, kind)
        else:
            rows.append((start, end, kind))
    return [text.from_latin(start, end, SPAN_KINDS[kind], f"model:{kind}") for start, end, kind in rows]
