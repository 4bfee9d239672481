"""Word lists as features: which shadows look like a form of a given name, surname or place, and what words are known.

Sources: ../shared/text/names (COMtext.SR-pseudonymizer, Apache-2.0; srLex extract, CC BY-SA 4.0) and `people.py`. The
result is part of the model itself, so that the model does not change when the redactor's own lists do.
"""

from __future__ import annotations

import gzip
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.resources import resource
from pipeline.training.names import organisations, people, world
from pipeline.training.names.declension import CASES, declined
from pipeline.training.names.sentences import Sentence
from triage.redacting.name_features import stem
from triage.redacting.name_words import CONTEXT_FILE, JUDGED
from triage.shadow import spellings

LEAST_SEEN = 4
"""A word seen less often in training stays unknown to the model."""
LEAST_ORDINARY = 2
"""A word written small outside all names less often is not told to be an ordinary one: seen once, it would be told of
every word of the training texts and of none that is new."""
_SHORTEST_LISTED_LETTERS, _SHORT_KINDS = 3, frozenset("nN")
_MARK_OF_KIND = {"female": "g", "male": "g", "surname": "s", "place": "p", "adjectival": "p"}
Row = tuple[str, str, str]


def inflected_names(folder: Path) -> list[Row]:
    """Form, lemma and tag of every row of the srLex extract in the `names` folder."""
    with gzip.open(folder / "srlex_filtered.tsv.gz", "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    return [(form, lemma, tag) for form, lemma, tag in rows[1:]]


def surnames(folder: Path) -> frozenset[str]:
    """The surnames of the `names` folder, as written."""
    return frozenset(_lines(folder, "per_surname_lookup.txt"))


def listed_kinds(folder: Path) -> dict[str, str]:
    """Shadow -> marks: g s p n b for given names, surnames, places, names of organisations, words for bodies; in
    capitals for their stems."""
    kinds: dict[str, set[str]] = {}
    given = {*_lines(folder, "per_female_lookup.txt"), *_lines(folder, "per_male_lookup.txt")}
    family = surnames(folder)
    for form, lemma, _ in inflected_names(folder):
        _add(kinds, form, "g" if lemma in given else "s")
        if lemma in given and lemma in family:
            _add(kinds, form, "s")
    own = _declined([*people.MEN, *people.ALBANIAN_MEN], "g") | _declined(
        [*people.WOMEN, *people.ALBANIAN_WOMEN], "g", woman=True
    )
    own |= _declined([*people.SURNAMES, *people.ALBANIAN_SURNAMES], "s")
    for form, kind in own:
        _add(kinds, form, kind)
    for words, kind in (
        ([*given, *people.GERMAN, *people.ENGLISH], "g"),
        ([*family, *people.GERMAN_SURNAMES, *people.ENGLISH_SURNAMES], "s"), (_places(folder), "p"),
        ([*people.MEN, *people.WOMEN, *people.ALBANIAN_MEN, *people.ALBANIAN_WOMEN], "g"),
        ([*people.SURNAMES, *people.ALBANIAN_SURNAMES], "s"), (world.GIVEN, "g"), (world.PLACES, "p"),
        (world.ORGANISATIONS, "n"), (organisations.ORGANISATIONS, "n"), (world.BODIES, "b"), *_own_lists(),
    ):  # fmt: skip
        for word in words:
            _add(kinds, word, kind)
            for spelling in spellings(word):
                kinds.setdefault(stem(spelling), set()).add(kind.upper())
    return {
        word: "".join(sorted(marks))
        for word, marks in kinds.items()
        if len(word) >= _SHORTEST_LISTED_LETTERS or marks & _SHORT_KINDS
    }


def lexicon_of(sentences: Iterable[Sentence], kinds: dict[str, str], least: int = LEAST_SEEN) -> dict[str, str]:
    """The lexicon of `triage.redacting.name_features`: known words (w), known stems (t), ordinary words (o) and their
    stems (O), and list kinds."""
    words, stems, ordinary, ordinary_stems = (Counter[str]() for _ in range(4))
    for sentence in sentences:
        for word, label in zip(sentence.words, sentence.labels, strict=True):
            seen = spellings(word)
            words.update(seen)
            stems.update(map(stem, seen))
            if label == "O" and word[0].islower():
                ordinary.update(seen)
                ordinary_stems.update(map(stem, seen))
    marks = dict(kinds)
    for counts, mark, fewest in (
        (words, "w", least), (stems, "t", least), (ordinary, "o", LEAST_ORDINARY), (ordinary_stems, "O", LEAST_ORDINARY)
    ):  # fmt: skip
        for word in (word for word, count in counts.items() if count >= fewest and word.isprintable()):
            marks[word] = marks.get(word, "") + mark
    return marks


def _lines(folder: Path, name: str) -> list[str]:
    return [line.strip() for line in (folder / name).read_text(encoding="utf-8").splitlines() if line.strip()]


def _places(folder: Path) -> list[str]:
    names = [line for name in ("city", "municipality", "country") for line in _lines(folder, f"{name}_lookup.txt")]
    names += [
        name.replace("_", " ")
        for name in (*people.PLACES, *people.ALBANIAN_PLACES, *people.GERMAN_PLACES, *people.ENGLISH_PLACES)
    ]
    return [word for name in names for word in name.split() if word[0].isupper()]


def _own_lists() -> Iterator[tuple[list[str], str]]:
    """The words of each section of `data/names` and the mark of its kind."""
    for path in sorted(resource("names").iterdir(), key=lambda path: path.name):
        if path.name.endswith(".toml") and path.name not in (*JUDGED, CONTEXT_FILE):
            for section in tomllib.loads(path.read_text(encoding="utf-8")).values():
                words = [word for name in section["words"] for word in re.split("[ -]", name)]
                yield words, _MARK_OF_KIND[section["kind"]]


def _declined(words: list[str], kind: str, *, woman: bool = False) -> set[tuple[str, str]]:
    return {(declined(word, case, woman=woman), kind) for word in words for case in CASES}


def _add(kinds: dict[str, set[str]], word: str, kind: str) -> None:
    for spelling in spellings(word):
        kinds.setdefault(spelling, set()).add(kind)
