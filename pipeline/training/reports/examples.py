"""What the model learns from: one text, what it means for each head, and the family of meaning it belongs to.

Sources: phrasings written as test material (TSV), the texts of the sample generator, and sentence patterns written for
training (`data/training/reports`). All are invented and bland. A family is held out as a whole, so that no measured
text has a translation or a copy of itself among those learned from.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.base import Said
from classifiers.model import HEADS
from pipeline import phrasings
from pipeline.phrasings import UNPLACED, category_of, place_of, plain_kind, rows_of
from pipeline.training.reports.patterns import filled
from triage.verdict import ESCALATIONS

WRITTEN_SOURCES = frozenset({"dev", "negatives", "suspects", "dangers", "everyday"})
"""Phrasings written text by text, each with its own label and danger."""
YES, NO, OPEN = 1, 0, -1
"""What a text says to one head; OPEN: nobody knows, the head does not learn from it."""
_ESCALATIONS = tuple(ESCALATIONS)
_SUSPECT_KINDS = frozenset({
    "page", "trade", "generated", "grooming", "blackmail", "child_known", "described", "home", "meeting",
})  # fmt: skip
"""What would be a suspect, had it come with something to open."""
_WITHOUT_CONTENT = frozenset({"abuse_described", "child_identified", "danger_now"})
"""Escalations that may stand beside content or not."""
_NATURES = {
    "question": "question", "information": "question", "spam": "spam", "test": "test",
    "self": "seeks_help_for_self", "seeks_help_for_self": "seeks_help_for_self",
    "parent_advice": "question", "praise": "question", "seeks_material": "seeks_material",
}  # fmt: skip
_SAMPLE_KINDS = {
    "csam_page": "page", "grooming": "grooming", "child_blackmail": "blackmail", "generated_imagery": "generated",
    "link_list": "trade", "parent_question": "question", "information_request": "information", "test": "test",
    "spam": "spam", "inappropriate_communication": "communication", "account_misuse": "account",
    "iccam_assigned": "assigned",
}  # fmt: skip
"""Headings of the sample's texts to kinds; escalations have their own, mixed headings are left out."""
Targets = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One text with its meaning. `place`: what to open came with it (`url`, `handle`, `phone`, `attachment`), a mere
    `platform_name`, or `none`."""

    text: str
    family: str
    kind: str
    language: str
    script: str
    place: str
    category: str | None
    label: str
    escalate: str
    source: str
    said: Said | None = None
    """A real report with its facts; None: facts are drawn."""
    meant: tuple[int, ...] | None = None
    """What people decided, for each of HEADS, where that is known better than by kind."""

    @property
    def targets(self) -> Targets:
        """What it says to each of HEADS, int8."""
        if self.meant is not None:
            return np.array(self.meant, np.int8)
        return np.array([_target(self, head) for head in HEADS], np.int8)


def read_tsv(text: str, source: str) -> list[Phrasing]:
    """Phrasings of a file with columns text, kind, language, label, escalate, and more where known. Never raises on
    unknown kinds; raises KeyError if one of the five columns is missing."""
    return [_of_row(row, source, number) for number, row in enumerate(rows_of(text))]


def of_sample(texts: Mapping[str, str], seed: int) -> Iterator[Phrasing]:
    """Phrasings of the sample generator's files (stem to TOML text), slots filled."""
    rng = np.random.default_rng(seed)
    for stem, text in sorted(texts.items()):
        for heading, languages in tomllib.loads(text).items():
            kind = heading if stem == "escalations" else _SAMPLE_KINDS.get(heading)
            if kind is None or not isinstance(languages, dict):
                continue
            for language, sentences in languages.items():
                for number, sentence in enumerate(sentences):
                    written = filled(sentence, _SAMPLE_SLOTS, rng)
                    yield _meant(written, f"sample:{heading}:{number}", kind, language, "sample")


def of_patterns(text: str, seed: int) -> Iterator[Phrasing]:
    """Phrasings of one file of sentence patterns: `[kind.name]` tables with a list of sentences per language.

    Patterns are never measured, so each sentence is a family of its own; texts like measured ones join theirs.
    """
    rng = np.random.default_rng(seed)
    read = tomllib.loads(text)
    slots: Mapping[str, Mapping[str, Sequence[str]]] = read.pop("slots")
    times = int(read.pop("times"))
    for kind, families in read.items():
        for family, languages in families.items():
            for language, sentences in languages.items():
                for number, sentence in enumerate(sentences):
                    for one in sorted({filled(sentence, slots[language], rng) for _ in range(times)}):
                        yield _meant(one, f"pattern:{kind}:{family}:{language}:{number}", kind, language, "pattern")


def as_said(one: Phrasing, category: str | None) -> Said:
    """The report it stands for, under a category."""
    return one.said if one.said is not None else phrasings.as_said(one.text, one.place, category)


def _of_row(row: Mapping[str, str], source: str, number: int) -> Phrasing:
    script = row.get("script") or ("cyrillic" if row["language"].endswith("Cyrl") else "latin")
    return Phrasing(
        row["text"], f"{source}:{row.get('family') or number}", plain_kind(row), row["language"], script,
        place_of(row), category_of(row), row["label"], row["escalate"], source,
    )  # fmt: skip


def _meant(text: str, family: str, kind: str, language: str, source: str) -> Phrasing:
    label, escalate = _MEANING.get(kind, ("complete", "none"))
    escalate = kind if kind in _ESCALATIONS else escalate
    return Phrasing(text, family, kind, language, "latin", "url", None, label, escalate, source)


def _target(one: Phrasing, head: str) -> int:
    nature = _NATURES.get(one.kind)
    if head == "suspect":
        if one.kind == "unclear" and one.label == "csam_suspect":
            return OPEN
        if one.label == "csam_suspect" or (one.place in UNPLACED and one.kind in _SUSPECT_KINDS):
            return YES
        told_by_rule = one.source not in WRITTEN_SOURCES and one.kind != "violence"
        return OPEN if one.escalate in _WITHOUT_CONTENT and told_by_rule else NO
    if head == "alarm":
        return _alarm(one)
    if head in _ESCALATIONS:
        return _escalation_target(one, head)
    return YES if nature == head else NO


def _alarm(one: Phrasing) -> int:
    """Content told of without a place is an escalation by rule (`decide.py`), not by its words."""
    if one.escalate == "abuse_described" and _target(one, "suspect") != NO:
        return OPEN
    return NO if one.escalate == "none" else YES


def _escalation_target(one: Phrasing, head: str) -> int:
    """Only the gravest is written down: lesser kinds stay open. A place without a child told of is no description."""
    if one.escalate == head:
        return YES
    if head == "abuse_described" and one.label == "csam_suspect":
        return OPEN
    return OPEN if _ESCALATIONS.index(head) < _ESCALATIONS.index(one.escalate) else NO


_MEANING = {
    "page": ("csam_suspect", "none"), "trade": ("csam_suspect", "none"), "generated": ("csam_suspect", "none"),
    "grooming": ("csam_suspect", "none"), "blackmail": ("csam_suspect", "child_blackmailed"),
    "question": ("incomplete", "none"), "information": ("incomplete", "none"), "spam": ("incomplete", "none"),
    "test": ("incomplete", "none"), "self": ("incomplete", "none"), "seeks_material": ("incomplete", "none"),
    "meeting": ("csam_suspect", "danger_now"), "home": ("csam_suspect", "danger_now"),
    "violence": ("complete", "danger_now"), "threat_to_life": ("complete", "risk_to_life"),
    "child_blackmailed": ("csam_suspect", "child_blackmailed"),
}  # fmt: skip
_SAMPLE_SLOTS = {
    "age": ("8", "9", "11", "12", "13", "14", "15"), "place": ("Zenica", "Bihać", "Mostar", "Tuzla", "Doboj"),
    "platform": ("Instagram", "TikTok", "Viber", "Telegram"), "date": ("3. 2. 2026.", "12.5.2026", "jučer"),
    "name": ("Probić",), "number": ("17",),
}  # fmt: skip
