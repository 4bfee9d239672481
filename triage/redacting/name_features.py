"""What the name model sees of a word: features that are the same in both scripts, with and without diacritics.

All of them but the shape come from the word's shadow (`triage/shadow.py`), so `Амра`, `AMRA` and `amra` differ in their
shape only. Words the training met less than a few times count as unknown: the model then learns what to think of a word
it has never seen, instead of reading noise from an untrained row of its table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.attrs import ORTH  # type: ignore[import-not-found]
from spacy.strings import hash_string  # type: ignore[attr-defined]
from spacy.tokens import Doc
from thinc.api import Model

from triage.shadow import shadow

LAYER = "name_features"
COLUMNS = ("word", "stem", "start", "end", "stem_end", "shape", "kinds")
_SHAPE = COLUMNS.index("shape")
MARKS = "wtgspGSP"
"""What the lexicon says of a shadow: known as a word, as a stem; form of a given name, surname, place; stem of one."""
DROPPED_WORDS, DROPPED_KINDS, DROPPED_LETTERS = 0.25, 0.30, 0.06
"""Share of words whose identity, list kinds, or one of their letter features is hidden in training (see `_hide`)."""
NO_CAPITALS, AT_STARTS, MIXED, EVERYWHERE = range(4)
"""How a text is typed: no capital; only where sentences start; where they belong; at (nearly) every word."""
_UNKNOWN, _NO_KINDS = hash_string("?"), hash_string("k")
_SALTS = tuple(hash_string(f"typed{style}") for style in range(4))
_OTHER_SIGN, _SMALL, _CAPITAL, _SENTENCE_END = range(4)
_FEWEST_WORDS_EVERYWHERE, _SHARE_EVERYWHERE = 4, 0.9
_CACHED_WORDS = 200_000
_CASE_AFTER_HYPHEN = re.compile(r"(?<=.{2})(?:[-'’][a-z]{1,4})$")
_FORM_MARKS, _STEM_MARKS = "gsp", "GSP"
_BIT = {mark: 1 << place for place, mark in enumerate(MARKS)}
_ENDING = re.compile(
    r"(?:(?:ov|ev|in)?(?:ovima|evima|ovi|evi|oga|omu|ima|ama|ome|im|om|em|og|oj|[aeiou]{1,2})?|(?:ov|ev))$"
)


def stem(word_shadow: str) -> str:
    """A shadow without its likely case ending (`begicem`, `begica` -> `begic`); at least three letters stay."""
    return word_shadow[:3] + _ENDING.sub("", word_shadow[3:], count=1)


def shape(word: str) -> str:
    """Letters as X or x, digits as d, runs cut at three; tells Latin from Cyrillic as little as possible."""
    kinds = "".join("X" if c.isupper() else "x" if c.isalpha() else "d" if c.isdigit() else c for c in word[:16])
    return re.sub(r"(.)\1{3,}", r"\1\1\1", kinds)


def describe(word: str, lexicon: Mapping[int, int]) -> tuple[int, ...]:
    """The hashed features of one word in the order of COLUMNS; what follows a hyphen (`SF-u`) counts for `end` only."""
    folded = shadow(word) or word
    base = _CASE_AFTER_HYPHEN.sub("", folded)
    root = stem(base)
    marks, root_marks = lexicon.get(hash_string(base), 0), lexicon.get(hash_string(root), 0)
    kinds = [mark for mark in _FORM_MARKS if marks & _BIT[mark]]
    kinds += [mark for mark in _STEM_MARKS if root_marks & _BIT[mark]]
    return (
        hash_string(f"w{base}") if marks & _BIT["w"] else _UNKNOWN,
        hash_string(f"t{root}") if root_marks & _BIT["t"] else _UNKNOWN,
        hash_string(f"p{folded[:3]}"),
        hash_string(f"e{folded[-4:]}"),
        hash_string(f"r{root[-3:]}"),
        hash_string(f"x{shape(word)}"),
        hash_string(f"k{''.join(kinds)}"),
    )


def typing_style(signs: npt.NDArray[np.int64]) -> int:
    """How a text is typed, from what each of its words is: other sign, small word, capital word, end of a sentence.

    Without this a network that sees nine words at a time could not know whether small letters mean anything.
    """
    words = np.flatnonzero((signs == _SMALL) | (signs == _CAPITAL))
    if not len(words):
        return NO_CAPITALS
    capital = signs[words] == _CAPITAL
    if len(words) >= _FEWEST_WORDS_EVERYWHERE and capital.mean() >= _SHARE_EVERYWHERE:
        return EVERYWHERE
    sentence = np.cumsum(signs == _SENTENCE_END)[words]
    inside = np.concatenate([[False], sentence[1:] == sentence[:-1]])
    return MIXED if (capital & inside).any() else AT_STARTS if capital.any() else NO_CAPITALS


def packed(lexicon: Mapping[str, str]) -> bytes:
    """A lexicon (shadow -> letters of MARKS) as 64-bit hashes and bytes of marks: small, and nothing to read."""
    entries = sorted((hash_string(word), sum(_BIT[mark] for mark in set(marks))) for word, marks in lexicon.items())
    hashes, marks = zip(*entries, strict=True) if entries else ((), ())
    return np.array(hashes, dtype="<u8").tobytes() + np.array(marks, dtype="u1").tobytes()


def unpacked(lexicon: bytes) -> dict[int, int]:
    """Hash of a shadow -> bits of its marks."""
    count = len(lexicon) // 9
    hashes = np.frombuffer(lexicon, dtype="<u8", count=count)
    marks = np.frombuffer(lexicon, dtype="u1", offset=8 * count)
    return dict(zip(hashes.tolist(), marks.tolist(), strict=True))


def name_features(seed: int) -> Model[list[Doc], list[Any]]:
    """The layer `docs -> (words, columns)` of unsigned 64-bit hashes; keeps its `packed` lexicon as an attribute."""
    return Model(LAYER, _Describer(seed).forward, attrs={"lexicon": b""})


def give_lexicon(model: Model[Any, Any], lexicon: Mapping[str, str]) -> None:
    """Put a lexicon into the feature layer of a network."""
    for layer in model.walk():
        if layer.name == LAYER:
            layer.attrs["lexicon"] = packed(lexicon)


class _Describer:
    """Remembers what it described; forgets all when that grows too large or the lexicon changes."""

    def __init__(self, seed: int) -> None:
        self._generator = np.random.default_rng(seed)
        self._cache: dict[int, tuple[int, ...]] = {}
        self._lexicon: dict[int, int] = {}
        self._source = b""

    def forward(self, model: Model[list[Doc], list[Any]], docs: list[Doc], is_train: bool) -> tuple[list[Any], Any]:
        if model.attrs["lexicon"] is not self._source:
            self._source = model.attrs["lexicon"]
            self._lexicon = unpacked(self._source)
            self._cache.clear()
        if len(self._cache) > _CACHED_WORDS:
            self._cache.clear()
        rows = [self._row(doc) for doc in docs]
        if is_train:
            for row in rows:
                self._hide(row)
        return rows, lambda _gradient: []

    def _row(self, doc: Doc) -> npt.NDArray[np.uint64]:
        words = doc.to_array(ORTH).tolist()
        for word in words:
            if word not in self._cache:
                text = doc.vocab.strings[word]
                self._cache[word] = (*describe(text, self._lexicon), _sign(text))
        described = np.array([self._cache[word] for word in words], dtype=np.uint64).reshape(-1, len(COLUMNS) + 1)
        row = np.ascontiguousarray(described[:, :-1])
        row[:, _SHAPE] ^= np.uint64(_SALTS[typing_style(described[:, -1].astype(np.int64))])
        return row

    def _hide(self, row: npt.NDArray[np.uint64]) -> None:
        """Hide word and stem, list kinds, and each letter feature of some words, each by its own chance."""
        row[self._generator.random(len(row)) < DROPPED_WORDS, :2] = _UNKNOWN
        row[self._generator.random(len(row)) < DROPPED_KINDS, -1] = _NO_KINDS
        letters = row[:, 2:_SHAPE]
        letters[self._generator.random(letters.shape) < DROPPED_LETTERS] = _UNKNOWN


def _sign(word: str) -> int:
    if word[0].isalpha():
        return _CAPITAL if word[0].isupper() else _SMALL
    return _SENTENCE_END if word[0] in ".!?…\n" else _OTHER_SIGN
