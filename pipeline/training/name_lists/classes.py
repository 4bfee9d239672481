"""Writes data/names/classes.toml: how much it takes to mask each listed form, counted in the training corpora.

Run: `python -m pipeline.training.name_lists.classes ../shared/text/ner`. Deterministic: counts and sorted words.
A form that is also an ordinary word in lower case loses the right to be masked there, unless it is a name three times
as often. One that is more often ordinary than a name even with a capital is masked only beside another name. A form
seen as a name and never otherwise may gain the right. Only forms of our lists are written: no line and no other word
of the corpora leaves them. Forms the corpora are too small to show are judged by hand in ordinary.toml.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.resources import resource, texts
from pipeline.training.names.corpora import training
from pipeline.training.names.sentences import Sentence
from triage.redacting.name_words import CLASS, CLASSES, SURE, NameWords
from triage.shadow import shadow

LEAST_ORDINARY, NAME_TO_ORDINARY = 2, 3
"""Seen less often than this as an ordinary word, or this many times as often as a name, a form keeps its class."""
LEAST_NAMES_TO_PROMOTE, LEAST_LETTERS_TO_PROMOTE = 3, 5
COMMON_WORD, COMMON_TO_NAME = 20, 10
"""An ordinary word seen this often, and this many times as often as the name, is masked only beside another name."""
WIDTH_CHARS = 120
_HEAD = """\
# Written by `python -m pipeline.training.name_lists.classes`; do not edit. Shadow forms of listed names whose class
# differs from that of their section, counted in the training corpora named in SOURCES.md.
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each shadow form is a name or place, an ordinary word in lower case, one with a capital."""

    names: Counter[str] = field(default_factory=Counter)
    ordinary: Counter[str] = field(default_factory=Counter)
    capitals: Counter[str] = field(default_factory=Counter)


def counted(sentences: Iterable[Sentence]) -> Counts:
    """The counts over labelled sentences; words that are no letters alone are left out."""
    counts = Counts()
    for sentence in sentences:
        for place, (word, label) in enumerate(zip(sentence.words, sentence.labels, strict=True)):
            if not word.isalpha():
                continue
            form = shadow(word)
            if label[2:] in ("PER", "LOC"):
                counts.names[form] += 1
            elif label == "O":
                counts.ordinary[form] += word.islower()
                counts.capitals[form] += word[0].isupper() and place > 0
    return counts


def judged(counts: Counts, words: NameWords) -> dict[str, list[str]]:
    """Class to the sorted forms that leave the class of their section for it."""
    found: dict[str, list[str]] = {name: [] for name in CLASSES}
    for form in sorted({*counts.names, *counts.ordinary}):
        before = words.listed(form) & CLASS
        after = _class(counts.names[form], counts.ordinary[form], counts.capitals[form], before, len(form))
        if before and after != before:
            found[next(name for name, number in CLASSES.items() if number == after)].append(form)
    return found


def _class(names: int, ordinary: int, capitals: int, before: int, letters: int) -> int:
    if capitals > names or ordinary >= max(COMMON_WORD, COMMON_TO_NAME * names):
        return CLASSES["beside_only"]
    if not ordinary and names >= LEAST_NAMES_TO_PROMOTE and letters >= LEAST_LETTERS_TO_PROMOTE:
        return SURE
    if ordinary < LEAST_ORDINARY or names >= NAME_TO_ORDINARY * ordinary:
        return before
    return CLASSES["capitalised_only"]


def written(classes: dict[str, list[str]]) -> str:
    """The TOML text of `classes.toml`."""
    parts = [_HEAD]
    for name, forms in classes.items():
        lines, line = [], "   "
        for form in forms:
            if len(line) + len(form) + 4 > WIDTH_CHARS:
                lines.append(line)
                line = "   "
            line += f' "{form}",'
        parts.append(f"[{name}]\nwords = [\n" + "\n".join([*lines, line]) + "\n]\n")
    return "\n".join(parts)


def main(arguments: list[str]) -> None:
    """Count and write; the one argument is the folder `ner` of the shared text data."""
    sets = training(Path(arguments[0]))
    words = NameWords(texts("names") | {"classes.toml": ""})
    classes = judged(counted(sentence for sentences in sets.values() for sentence in sentences), words)
    Path(str(resource("names/classes.toml"))).write_text(written(classes), encoding="utf-8")
    print({name: len(forms) for name, forms in classes.items()})


if __name__ == "__main__":
    main(sys.argv[1:])
