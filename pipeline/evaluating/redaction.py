"""How much of what must not be seen stays visible, and how much else is hidden: on printed corpora and planted numbers.

A word of letters that belongs to a person's name is *left visible* if any letter of it is; another word of letters is
*over-masked* if any letter is hidden. Words with digits or signs of an address count as neither. Spans are measured
also where the text would be withheld; how many would be is a column of its own. The corpora hold names of real people:
they are read, counted and never shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.evaluating.planted import Planted, planted
from pipeline.evaluating.tables import Cell, Section, Table, Target
from pipeline.training.labelled_words import placed, touched
from triage.redacting.name_model import SPAN_KINDS
from triage.redacting.redactor import NamesOfMany, Redactor
from triage.redacting.spans import Span
from triage.redacting.text import read

if TYPE_CHECKING:
    from pipeline.training.names.sentences import Sentence

STYLES = {"proper": "as written", "cyrillic": "cyrillic", "lower": "lower"}
"""Properly written Latin, the same in Cyrillic, the same in lower case without diacritics."""
NEWS = ("hr", "sr")
PERSON, NOTHING = "PER", ""
PLANTED_OF_EACH, SEED = 180, 20260401
_LATIN_ONLY = frozenset({"en"})
_MOST_VISIBLE = {"proper": 0.05, "cyrillic": 0.05, "lower": 0.12}
_MOST_OVER_MASKED = 0.02
_LEAST_F = 0.85
_LETTERS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(slots=True)
class Counted:
    """Words of one slice; `withheld` counts texts."""

    names: int = 0
    visible: int = 0
    others: int = 0
    hidden: int = 0
    texts: int = 0
    withheld: int = 0

    def add(self, other: Counted) -> None:
        """Add another slice's words."""
        for field in self.__slots__:
            setattr(self, field, getattr(self, field) + getattr(other, field))

    @property
    def leak(self) -> float | None:
        """Share of name words left visible."""
        return self.visible / self.names if self.names else None

    @property
    def over_masking(self) -> float | None:
        """Share of other words hidden."""
        return self.hidden / self.others if self.others else None


def redaction_section(
    redactor: Redactor, entities: NamesOfMany | None, ner: Path, most_sentences: int | None = None
) -> Section:
    """All figures. `entities`: the name model without its caution; `ner`: the folder of labelled corpora;
    `most_sentences`: of each corpus, None for all."""
    table, targets = planted_table(redactor, planted(PLANTED_OF_EACH, SEED))
    if redactor.lists is None or redactor.model is None:
        why = "names and over-masking: no name lists or no name model here, so no free text would leave"
        return Section("redaction", targets, (table,), (why,))
    if not ner.is_dir():
        why = "the corpora are not there (--shared names their folder): names, over-masking and the name model"
        return Section("redaction", targets, (table,), (why,))
    from pipeline.training.names.corpora import development

    sets = {name: sentences[:most_sentences] for name, sentences in development(ner).items()}
    words, of_words = words_table(redactor, sets)
    if entities is None:
        return Section("redaction", (*targets, *of_words), (table, words), ("the name model alone: not here",))
    names, of_names = model_table(entities, sets)
    return Section("redaction", (*targets, *of_words, *of_names), (table, words, names))


def planted_table(redactor: Redactor, sentences: Sequence[Planted]) -> tuple[Table, tuple[Target, ...]]:
    """How many planted identifiers stay visible, by kind."""
    found = redactor.spans_of([one.text for one in sentences])
    seen: dict[str, list[bool]] = {}
    for one, spans in zip(sentences, found, strict=True):
        seen.setdefault(one.kind, []).append(_visible(one.text, one.start, one.end, _covered(spans)))
    rows = tuple((kind, len(each), sum(each)) for kind, each in seen.items())
    visible = float(sum(row[2] for row in rows))
    target = Target("planted identifiers left visible", visible, 0.0, at_least=False, counted=True)
    return Table("planted identifiers", ("kind", "planted", "left visible"), rows), (target,)


def words_table(redactor: Redactor, sets: Mapping[str, Sequence[Sentence]]) -> tuple[Table, tuple[Target, ...]]:
    """Name words left visible and other words hidden, by corpus and manner of writing."""
    rows: list[tuple[Cell, ...]] = []
    pooled = {style: Counted() for style in STYLES}
    for name, sentences in sets.items():
        for style in STYLES:
            if style == "cyrillic" and name in _LATIN_ONLY:
                continue
            counted = counted_words(redactor, sentences, style)
            rows.append((name, style, *_row(counted)))
            if name not in _LATIN_ONLY:
                pooled[style].add(counted)
    rows += [("all of the region", style, *_row(counted)) for style, counted in pooled.items()]
    targets = [
        Target(f"name words left visible, {style}", counted.leak, _MOST_VISIBLE[style], at_least=False)
        for style, counted in pooled.items()
        if counted.leak is not None
    ]
    targets += [
        Target(f"other words hidden, {style}", counted.over_masking, _MOST_OVER_MASKED, at_least=False)
        for style, counted in pooled.items()
        if counted.over_masking is not None
    ]
    columns = (
        "corpus", "written", "name words", "left visible", "share", "other words", "hidden", "share", "texts",
        "withheld",
    )  # fmt: skip
    return Table("words, development splits", columns, tuple(rows)), tuple(targets)


def counted_words(redactor: Redactor, sentences: Sequence[Sentence], style: str) -> Counted:
    """The words of a set written in one of STYLES."""
    from pipeline.training.names.copies import restyled

    written = [restyled(sentence, STYLES[style]) for sentence in sentences]
    texts = [sentence.text for sentence in written]
    counted = Counted(texts=len(texts))
    for sentence, text, (spans, withheld) in zip(written, texts, redactor.judged(texts), strict=True):
        counted.withheld += withheld is not None
        covered = _covered(spans)
        for one in placed(sentence):
            if not _LETTERS.fullmatch(one.word):
                continue
            if one.kind == PERSON:
                counted.names += 1
                counted.visible += _visible(text, one.start, one.end, covered)
            elif one.kind == NOTHING:
                counted.others += 1
                counted.hidden += touched(one, spans)
    return counted


def model_table(model: NamesOfMany, sets: Mapping[str, Sequence[Sentence]]) -> tuple[Table, tuple[Target, ...]]:
    """Entities of the name model alone, exact match on raw text, micro-averaged over persons, places, organisations.

    The figure asked for is over both news sets together; the table gives each of them alone as well.
    """
    rows: list[tuple[Cell, ...]] = []
    news = (0, 0, 0)
    for name, sentences in sets.items():
        texts = [sentence.text for sentence in sentences]
        found = model.find_many([read(text) for text in texts])
        right = given = wanted = 0
        for sentence, spans in zip(sentences, found, strict=True):
            gold = {(start, end, SPAN_KINDS[kind]) for start, end, kind in sentence.entities() if kind in SPAN_KINDS}
            said = {(span.start, span.end, span.kind) for span in spans}
            right, given, wanted = right + len(gold & said), given + len(said), wanted + len(gold)
        rows.append(_scored(name, right, given, wanted))
        if name in NEWS:
            news = (news[0] + right, news[1] + given, news[2] + wanted)
    together = _scored(" + ".join(NEWS), *news)
    table = Table("name model alone", ("corpus", "entities", "precision", "recall", "F"), (*rows, together))
    score = 2 * news[0] / max(1, news[1] + news[2])
    return table, (Target("name model, micro-F on Croatian and Serbian news", score, _LEAST_F),)


def _scored(name: str, right: int, given: int, wanted: int) -> tuple[Cell, ...]:
    return name, wanted, right / max(1, given), right / max(1, wanted), 2 * right / max(1, given + wanted)


def _row(counted: Counted) -> tuple[Cell, ...]:
    return (
        counted.names, counted.visible, counted.leak, counted.others, counted.hidden, counted.over_masking,
        counted.texts, counted.withheld,
    )  # fmt: skip


def _covered(spans: Iterable[Span]) -> set[int]:
    return {place for span in spans for place in range(span.start, span.end)}


def _visible(text: str, start: int, end: int, covered: set[int]) -> bool:
    return any(text[place].isalnum() and place not in covered for place in range(start, end))
