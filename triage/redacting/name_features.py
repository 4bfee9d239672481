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
COLUMNS = ("word", "stem", "start", "end", "stem_end", "shape", "kinds", "usage")
_SHAPE, _KINDS, _USAGE = (COLUMNS.index(name) for name in ("shape", "kinds", "usage"))
MARKS = "wtgspnbGSPNBoO"
"""What the lexicon says of a shadow: known as a word, as a stem; form of a given name, surname, place, name of an
organisation, word for a body (court, party); stem of one of these; form, stem of an ordinary word, which is written
small outside all names."""
DROPPED_WORDS, DROPPED_KINDS, DROPPED_USAGE, DROPPED_LETTERS, DROPPED_WHOLE = 0.30, 0.30, 0.15, 0.08, 0.05
"""Share of words whose identity, list kinds, ordinary use, one letter feature, all but shape is hidden in training."""
NO_CAPITALS, AT_STARTS, MIXED, EVERYWHERE = range(4)
"""How a text is typed: no capital; only where sentences start; where they belong; at (nearly) every word."""
OURS, ENGLISH, GERMAN = range(3)
"""Whose habits of writing a text has; see `tongue`."""
_UNKNOWN, _NO_KINDS, _NO_USAGE = hash_string("?"), hash_string("k"), hash_string("u")
_SALTS = np.array([[hash_string(f"typed{style}/{tongue}") for tongue in range(3)] for style in range(4)], dtype="u8")
_FIRST = np.uint64(hash_string("first"))
_ENGLISH_WORDS = """
the of and is was my he she you it for with that this are have at from be not your they what when who all just get like
will can has had been an or but if out up by about we our one she's i'm don't it's his her him how why new now some more
there would
"""
_GERMAN_WORDS = """
der die das und ist ich nicht mit ein eine von zu auf sie er hat im mein meine wir sind war bei aus nach wie aber dass
als am an vom zum zur meiner meinem meinen ihr ihm ihn uns einen einem einer dem den des es bitte wurde seine ihre
"""
_COMMON = dict.fromkeys(_ENGLISH_WORDS.split(), ENGLISH) | dict.fromkeys(_GERMAN_WORDS.split(), GERMAN)
"""Common words that are no words of Bosnian, Croatian, Serbian."""
_FEWEST_COMMON, _SHARE_COMMON = 2, 0.12
_OTHER_SIGN, _SMALL, _CAPITAL, _SENTENCE_END = range(4)
_FEWEST_WORDS_EVERYWHERE, _SHARE_EVERYWHERE = 4, 0.9
_CACHED_WORDS = 200_000
_CASE_AFTER_HYPHEN = re.compile(r"(?<=.{2})(?:[-'’][a-z]{1,4})$")
_FORM_MARKS, _STEM_MARKS = "gspnb", "GSPNB"
_BIT = {mark: 1 << place for place, mark in enumerate(MARKS)}
_ENDING = re.compile(
    r"(?:(?:ov|ev|in)?(?:ovima|evima|ovi|evi|oga|omu|ima|ama|ome|im|om|em|og|oj|[aeiou]{1,2})?|(?:ov|ev))$"
)

_JAT = re.compile(r"ije(?=.)|(?<=[bcdfghklmnprstvz])je(?=.)")


def stem(word_shadow: str) -> str:
    """A shadow without its likely case ending (`begicem`, `begica` -> `begic`); at least three letters stay.

    Both pronunciations have one stem (`vijece`, `vece` -> `vec`), so that Croatian and Serbian texts teach each other.
    """
    cut = word_shadow[:3] + _ENDING.sub("", word_shadow[3:], count=1)
    return _JAT.sub("e", cut).replace("europ", "evrop")


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
        hash_string("u" + "o" * bool(marks & _BIT["o"]) + "O" * bool(root_marks & _BIT["O"])),
    )


def starts(signs: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which words are the first of a sentence; a capital there says little. `signs`: see `_sign`."""
    words = np.flatnonzero((signs == _SMALL) | (signs == _CAPITAL))
    sentence = np.cumsum(signs == _SENTENCE_END)[words]
    first = np.zeros(len(signs), dtype=np.bool_)
    first[words] = np.concatenate([[True], sentence[1:] != sentence[:-1]])[: len(words)]
    return first


def typing_style(signs: npt.NDArray[np.int64], first: npt.NDArray[np.bool_]) -> int:
    """How a text is typed, from what each of its words is: other sign, small word, capital word, end of a sentence.

    Without this a network that sees nine words at a time could not know whether small letters mean anything.
    """
    capital = signs == _CAPITAL
    capitals, words = int(capital.sum()), int((capital | (signs == _SMALL)).sum())
    if words >= _FEWEST_WORDS_EVERYWHERE and capitals >= _SHARE_EVERYWHERE * words:
        return EVERYWHERE
    return MIXED if (capital & ~first).any() else AT_STARTS if capitals else NO_CAPITALS


def tongue(common: npt.NDArray[np.int64]) -> int:
    """Whose capitals a text has: OURS, ENGLISH or GERMAN, by its commonest words (`_COMMON`; 0 for other words).

    In Croatian and Serbian news a capital inside a sentence belongs to some name 95 and 99 times of 100, in the English
    texts 53 times; in German every noun has one.
    """
    counts = np.bincount(common, minlength=3)
    most = ENGLISH if counts[ENGLISH] >= counts[GERMAN] else GERMAN
    return most if counts[most] >= _FEWEST_COMMON or counts[most] >= _SHARE_COMMON * len(common) else OURS


def packed(lexicon: Mapping[str, str]) -> bytes:
    """A lexicon (shadow -> letters of MARKS) as 64-bit hashes and 16 bits of marks: small, and nothing to read."""
    entries = sorted((hash_string(word), sum(_BIT[mark] for mark in set(marks))) for word, marks in lexicon.items())
    hashes, marks = zip(*entries, strict=True) if entries else ((), ())
    return np.array(hashes, dtype="<u8").tobytes() + np.array(marks, dtype="<u2").tobytes()


def unpacked(lexicon: bytes) -> dict[int, int]:
    """Hash of a shadow -> bits of its marks."""
    count = len(lexicon) // 10
    hashes = np.frombuffer(lexicon, dtype="<u8", count=count)
    marks = np.frombuffer(lexicon, dtype="<u2", offset=8 * count)
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
                self._cache[word] = (*describe(text, self._lexicon), _sign(text), _COMMON.get(text.lower(), OURS))
        described = np.array([self._cache[word] for word in words], dtype=np.uint64).reshape(-1, len(COLUMNS) + 2)
        row = np.ascontiguousarray(described[:, :-2])
        signs = described[:, -2].astype(np.int64)
        first = starts(signs)
        row[:, _SHAPE] ^= _SALTS[typing_style(signs, first), tongue(described[:, -1].astype(np.int64))]
        row[first, _SHAPE] ^= _FIRST
        return row

    def _hide(self, row: npt.NDArray[np.uint64]) -> None:
        """Hide word and stem, list kinds, ordinary use, each letter feature, all of them, each by its own chance."""
        row[self._generator.random(len(row)) < DROPPED_WORDS, :2] = _UNKNOWN
        row[self._generator.random(len(row)) < DROPPED_KINDS, _KINDS] = _NO_KINDS
        row[self._generator.random(len(row)) < DROPPED_USAGE, _USAGE] = _NO_USAGE
        letters = row[:, 2:_SHAPE]
        letters[self._generator.random(letters.shape) < DROPPED_LETTERS] = _UNKNOWN
        whole = self._generator.random(len(row)) < DROPPED_WHOLE
        row[whole, :_SHAPE], row[whole, _KINDS], row[whole, _USAGE] = _UNKNOWN, _NO_KINDS, _NO_USAGE


def _sign(word: str) -> int:
    if word[0].isalpha():
        return _CAPITAL if word[0].isupper() else _SMALL
    return _SENTENCE_END if word[0] in ".!?…\n" else _OTHER_SIGN
