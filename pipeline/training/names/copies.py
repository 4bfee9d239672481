"""Other ways of typing the same sentence, and the same sentence about somebody else.

The features already see through script and diacritics (`triage/redacting/name_features.py`). What is left to teach is
typing without capitals, in capitals only, with capitals at all words or at some, `d` for `đ`; a few Cyrillic copies
keep the rest honest. Other names in place of the printed ones teach that the words around a name matter more than it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.training.names.sentences import Sentence

NO_STROKE_SHARE, KEPT_CAPITALS = 0.5, 0.5
_CYRILLIC = dict(zip("abvgdđežzijklmnoprstćufhcčšwyqx", "абвгдђежзијклмнопрстћуфхцчшвикх", strict=True))
_DIGRAPHS = {"lj": "љ", "nj": "њ", "dž": "џ"}
_PLAIN = str.maketrans("čćžšČĆŽŠ", "cczsCCZS")


@dataclass(frozen=True, slots=True)
class Manner:
    """How sentences are shown: the share of each typing style, and of sentences in which names are swapped by form,
    whole mentions are swapped, names are blended."""

    styles: Mapping[str, float]
    names: float
    mentions: float
    blends: float


VARIED = Manner(
    {"as written": 0.52, "lower": 0.26, "sentence": 0.05, "careless": 0.05, "upper": 0.03, "title": 0.05,
     "cyrillic": 0.04},
    names=0.25, mentions=0.25, blends=0.2,
)  # fmt: skip
"""Nothing can be learned by heart."""


def restyled(sentence: Sentence, style: str, generator: np.random.Generator | None = None) -> Sentence:
    """The sentence typed in a style of a Manner; with a generator half of the copies without diacritics write `d` for
    `đ`."""
    words = sentence.words
    if style == "lower":
        words = tuple(plain(word.lower()) for word in words)
        if generator is not None and generator.random() < NO_STROKE_SHARE:
            words = tuple(
                word.replace("dj", "d") if "đ" in old.lower() else word
                for word, old in zip(words, sentence.words, strict=True)
            )
    elif style == "sentence":
        words = tuple(
            word.lower() if place else word[:1].upper() + word[1:].lower() for place, word in enumerate(words)
        )
    elif style == "careless" and generator is not None:
        kept = generator.random(len(words)) < KEPT_CAPITALS
        words = tuple(word if keeps else word.lower() for word, keeps in zip(words, kept, strict=True))
    elif style == "upper":
        words = tuple(word.upper() for word in words)
    elif style == "title":
        words = tuple(word[:1].upper() + word[1:].lower() for word in words)
    elif style == "cyrillic":
        words = tuple(map(cyrillic, words))
    return replace(sentence, words=words)


def plain(word: str) -> str:
    """A word typed on a keyboard without our letters: `č` as `c`, `đ` as `dj`."""
    return word.translate(_PLAIN).replace("đ", "dj").replace("Đ", "Dj")


def cyrillic(word: str) -> str:
    """A Latin word in Serbian Cyrillic letters, by letter; words that are addresses or handles stay as they are."""
    if not word.isalpha() and any(mark in word for mark in "@/:_."):
        return word
    letters, place = [], 0
    while place < len(word):
        pair = word[place : place + 2]
        step = 2 if pair.lower() in _DIGRAPHS else 1
        piece = word[place : place + step]
        letter = _DIGRAPHS.get(piece.lower()) or _CYRILLIC.get(piece.lower(), piece)
        letters.append(letter.upper() if piece[0].isupper() else letter)
        place += step
    return "".join(letters)


class OtherNames:
    """Puts other names of the region into a sentence, in the same grammatical form.

    Made from srLex rows (form, lemma, tag): a name word the list knows is replaced by another form with the same tag,
    all words the list does not know stay. Tags look like `Npmsg`: proper noun, gender, number, case.
    """

    def __init__(self, rows: Sequence[tuple[str, str, str]], surnames: frozenset[str]) -> None:
        self._tags: dict[str, list[tuple[str, bool]]] = {}
        self._forms: dict[tuple[str, bool], list[str]] = {}
        for form, lemma, tag in rows:
            key = (tag[:5], lemma in surnames)
            self._tags.setdefault(form, []).append(key)
            self._forms.setdefault(key, []).append(form)

    def swapped(self, sentence: Sentence, generator: np.random.Generator) -> Sentence:
        """The sentence with each known name word replaced, the same word always by the same one."""
        others: dict[str, str] = {}
        for word, label in zip(sentence.words, sentence.labels, strict=True):
            tags = self._tags.get(word, ()) if label.endswith("-PER") else ()
            if tags and word not in others:
                forms = self._forms[tags[generator.integers(len(tags))]]
                others[word] = forms[generator.integers(len(forms))]
        labelled = zip(sentence.words, sentence.labels, strict=True)
        words = tuple(others.get(word, word) if label.endswith("-PER") else word for word, label in labelled)
        return replace(sentence, words=words)


class OtherMentions:
    """Puts other entities of the training set into a sentence (mention replacement, Dai and Adel 2020).

    A mention is replaced by one of its kind that ends in the same letter, so mostly in the same case; or each word of a
    person's name by a blend of two name words, which nobody has ever seen: both keep a network from learning by heart.
    """

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        self._mentions: dict[tuple[str, str], list[tuple[str, ...]]] = {}
        self._endings: dict[str, list[str]] = {}
        self._beginnings: list[str] = []
        for sentence in sentences:
            for words, kind in _mentions(sentence):
                if kind and words[0][0].isupper():
                    self._mentions.setdefault((kind, words[-1][-1]), []).append(words)
                for word in words if kind == "PER" else ():
                    if word.isalpha() and word[0].isupper() and len(word) > 3:
                        self._endings.setdefault(word[-1], []).append(word)
                        self._beginnings.append(word)

    def swapped(self, sentence: Sentence, generator: np.random.Generator) -> Sentence:
        """The sentence with each mention replaced by another one of its kind."""
        words: list[str] = []
        labels: list[str] = []
        blanks: list[bool] = []
        place = 0
        for mention, kind in _mentions(sentence):
            others = self._mentions.get((kind, mention[-1][-1:]), ()) if mention[0][:1].isupper() else ()
            new = others[generator.integers(len(others))] if others else mention
            behind = sentence.blanks[place : place + len(mention)]
            words += new
            labels += [f"{'I' if at else 'B'}-{kind}" if kind else "O" for at in range(len(new))]
            blanks += [*([True] * (len(new) - 1)), behind[-1]] if new is not mention else behind
            place += len(mention)
        return Sentence(tuple(words), tuple(blanks), tuple(labels))

    def blended(self, sentence: Sentence, generator: np.random.Generator) -> Sentence:
        """The sentence with the words of its people's names made of the beginning and the end of two others."""
        words = tuple(
            self._blend(word, generator) if label.endswith("-PER") and word[0].isupper() and word.isalpha() else word
            for word, label in zip(sentence.words, sentence.labels, strict=True)
        )
        return replace(sentence, words=words)

    def _blend(self, word: str, generator: np.random.Generator) -> str:
        endings = self._endings.get(word[-1])
        if not endings:
            return word
        front = self._beginnings[generator.integers(len(self._beginnings))]
        rear = endings[generator.integers(len(endings))]
        return front[: generator.integers(2, 5)] + rear[-int(generator.integers(3, 6)) :].lower()


def _mentions(sentence: Sentence) -> list[tuple[tuple[str, ...], str]]:
    """The words in order, those of one entity together with its kind, others alone with no kind."""
    found: list[tuple[tuple[str, ...], str]] = []
    for word, label in zip(sentence.words, sentence.labels, strict=True):
        if label[0] == "I" and found and found[-1][1] == label[2:]:
            found[-1] = ((*found[-1][0], word), label[2:])
        else:
            found.append(((word,), label[2:]))
    return found


def shown(
    sentences: Sequence[Sentence],
    names: OtherNames,
    mentions: OtherMentions,
    generator: np.random.Generator,
    keep: float = 1.0,
    manner: Manner = VARIED,
) -> list[Sentence]:
    """One epoch's view of a set: a share of it, each sentence in a style drawn by `manner`, many about others."""
    styles, shares = list(manner.styles), np.array(list(manner.styles.values()))
    seen = []
    for sentence in sentences:
        if keep < 1.0 and generator.random() >= keep:
            continue
        draw = generator.random()
        if draw < manner.names:
            sentence = names.swapped(sentence, generator)
        elif draw < manner.names + manner.mentions:
            sentence = mentions.swapped(sentence, generator)
        elif draw < manner.names + manner.mentions + manner.blends:
            sentence = mentions.blended(sentence, generator)
        seen.append(restyled(sentence, styles[generator.choice(len(styles), p=shares)], generator))
    return seen
