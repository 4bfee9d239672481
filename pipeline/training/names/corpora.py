"""Reads the labelled corpora of ../shared/text/ner (origins and licences: its README) into sentences of three kinds.

Traps of docs/models.md: the UNER files count person-derived adjectives ("Markova slika") as PER in their fourth column
only, which is the one redaction needs; one Croatian training sentence is a test sentence, known and left in.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from pipeline.training.names.sentences import UNNAMED, Sentence, made_of
from triage.redacting.name_chain import OTHER

Rows = list[list[str]]
Sets = dict[str, list[Sentence]]
_KINDS = {
    "PER": "PER", "DERIV-PER": "PER", "person": "PER", "LOC": "LOC", "TOP": "LOC", "ADR": "LOC", "location": "LOC",
    "ORG": "ORG", "COM": "ORG", "INST": "ORG", "COURT": "ORG", "ORGOTH": "ORG", "corporation": "ORG", "group": "ORG",
    "DATE": UNNAMED, "MONEY": UNNAMED, "REF": UNNAMED, "CONTACT": UNNAMED, "IDCOM": UNNAMED, "IDPER": UNNAMED,
    "IDTAX": UNNAMED, "IDOTH": UNNAMED, "NUMPLOT": UNNAMED, "NUMCAR": UNNAMED, "NUMDOC": UNNAMED, "NUMACC": UNNAMED,
}  # fmt: skip
"""Labels of the corpora to ours; all others (works, products, laws, events) are OTHER."""
TRAIN = {
    "hr": ("hr_set-ud-train.iob2",), "sr": ("sr_set-ud-train.iob2",), "tweets": ("reldi-hr-train.tsv",),
    "web": ("hr500k-dev-not-in-ud.tsv",),
    "legal": ("comtext-legal-ekavica-train.conllu", "comtext-legal-ijekavica-train.conllu"),
    "en": (*(f"btc-{part}.conll" for part in "abefg"), "wnut17-train.conll", "wikigold.conll"),
}  # fmt: skip
DEV = {
    "hr": ("hr_set-ud-dev.iob2",), "sr": ("sr_set-ud-dev.iob2",), "tweets": ("reldi-hr-dev.tsv",),
    "legal": ("comtext-legal-ekavica-dev.conllu", "comtext-legal-ijekavica-dev.conllu"), "en": ("en_ewt-ud-dev.iob2",),
    "web": ("hr500k-dev-not-in-ud.tsv",),
}  # fmt: skip
HELD_OUT = {"web": 0.25, "en": 0.5}
"""Share of a set without a training split of its own that is only measured on; the rest of it is trained on."""


def read(folder: Path, name: str) -> list[Sentence]:
    """All sentences of one file below `folder` (the `ner` folder), named without `.gz`. Raises FileNotFoundError."""
    label, word = _COLUMNS[Path(name).suffix]
    with gzip.open(folder / f"{name}.gz", "rt", encoding="utf-8") as lines:
        return [_sentence(rows, text, name, word, label) for rows, text in _blocks(lines, name)]


def training(folder: Path) -> Sets:
    """The sentences to train on, by set."""
    sets = {name: [each for file in files for each in read(folder, file)] for name, files in TRAIN.items()}
    sets["web"] = _apart(sets["web"], HELD_OUT["web"])[0]
    sets["en"] += _apart([each for file in DEV["en"] for each in read(folder, file)], HELD_OUT["en"])[0]
    sets["legal"] = [_names_only(sentence) for sentence in sets["legal"]]
    return sets


def development(folder: Path) -> Sets:
    """The sentences to measure on, by set; none of them is in `training`."""
    sets = {name: [each for file in files for each in read(folder, file)] for name, files in DEV.items()}
    return sets | {name: _apart(sets[name], share)[1] for name, share in HELD_OUT.items()}


def _apart(sentences: list[Sentence], share: float) -> tuple[list[Sentence], list[Sentence]]:
    """The front for training, the rear for measuring: neighbouring sentences of one document stay together."""
    cut = round(len(sentences) * (1 - share))
    return sentences[:cut], sentences[cut:]


def _names_only(sentence: Sentence) -> Sentence:
    return replace(sentence, labels=tuple("O" if label.endswith(UNNAMED) else label for label in sentence.labels))


def _blocks(lines: Iterator[str], name: str) -> Iterator[tuple[Rows, str]]:
    rows: Rows = []
    text = ""
    split: Callable[[str], list[str]] = (
        (lambda line: line.split(" ")) if name.startswith("wikigold") else (lambda line: line.split("\t"))
    )
    for line in lines:
        line = line.rstrip("\r\n")
        if line.startswith("# ") and "\t" not in line:
            text = line[9:] if line.startswith("# text = ") else text
        elif line.strip():
            rows.append(split(line))
        elif rows:
            yield rows, text
            rows, text = [], ""
    if rows:
        yield rows, text


def _sentence(rows: Rows, text: str, name: str, word: int, label: int) -> Sentence:
    if name.startswith("en_ewt"):
        label = 2
    words = [row[word].strip() or "-" for row in rows]
    labels = _labels([row[label] for row in rows])
    if name.startswith(("btc", "wnut17")):
        labels = ["B-PER" if w[0] == "@" and len(w) > 1 and k == "O" else k for w, k in zip(words, labels, strict=True)]
    return made_of(words, labels, _blanks(words, text))


def _labels(raw: list[str]) -> list[str]:
    """BIO with our kinds; an inside without its begin begins (wikigold has inside only)."""
    labels, before = [], ""
    for each in raw:
        kind = "" if each in ("O", "-") else _KINDS.get(each[2:], OTHER)
        labels.append("O" if not kind else f"I-{kind}" if each[0] == "I" and kind == before else f"B-{kind}")
        before = kind
    return labels


def _blanks(words: list[str], text: str) -> list[bool]:
    """Where blanks stand in `text`; everywhere if the text is absent or does not fit the words."""
    blanks, place = [], 0
    for word in words:
        if not text.startswith(word, place):
            return [True] * len(words)
        place += len(word)
        blanks.append(text[place : place + 1] == " ")
        place += blanks[-1]
    return blanks


_COLUMNS = {".iob2": (3, 1), ".conllu": (4, 1), ".tsv": (1, 0), ".conll": (1, 0)}
