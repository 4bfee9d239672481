"""The whole evaluation: labels and escalation, redaction, speed; each part says what it had to leave out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from classifiers.base import RuleTexts
from classifiers.decide import Decider
from classifiers.model import ABOUT_FILE, FOLDER, Model
from pipeline import report_models, resources
from pipeline.bootstrap import decider
from pipeline.evaluating import LABELS, REDACTION, SPEED
from pipeline.evaluating.labels import Judged, labels_section
from pipeline.evaluating.phrasing_sets import SETS, Phrasing, folder_of_sets, read_sets
from pipeline.evaluating.redaction import redaction_section
from pipeline.evaluating.speed import speed_section
from pipeline.evaluating.tables import Section
from pipeline.phrasings import rows_of
from triage.errors import UsageError
from triage.redacting.redactor import Redactor

if TYPE_CHECKING:
    from triage.redacting.name_model import NameModel

CORPORA = "text/ner"
"""Where the labelled corpora lie below the shared folder."""
_LEARNED_FILE = f"models/{FOLDER}/training_set.tsv"
_ABOUT_FILE = f"models/{FOLDER}/{ABOUT_FILE}"
_SOURCES = {"frozen": "phrasings", "development": "dev"}
"""Sets the model learned from, and what their texts are called in its figures."""
_LIBRARIES = ("hotline-triage", "numpy", "py3langid", "spacy")


def evaluate(
    parts: Sequence[str], phrasings: Path | None, shared: Path, most_sentences: int | None = None
) -> list[Section]:
    """The sections of the PARTS asked for; `phrasings` None: the sets that came along, if any did.

    Raises UsageError if `phrasings` holds no set, UnusableInput if one cannot be understood.
    """
    folder = phrasings or folder_of_sets()
    sets = read_sets(folder) if folder is not None else {}
    if phrasings is not None and not sets:
        raise UsageError(f"--phrasings names no folder with a set of phrasings ({', '.join(SETS.values())})")
    sections = []
    if LABELS in parts:
        sections.append(_labels(sets, decider()))
    redactor = _redactor() if {REDACTION, SPEED} & set(parts) else None
    if REDACTION in parts and redactor is not None:
        sections.append(redaction_section(redactor, _entities(), shared / CORPORA, most_sentences))
    if SPEED in parts and redactor is not None:
        whole = redactor.lists is not None and redactor.model is not None
        sentences = [one.text for judged in sets.values() for one in judged]
        sections.append(speed_section(sentences, decider().decide_all, redactor.redact_many if whole else None))
    return sections


def versions() -> dict[str, str]:
    """What was measured: our rules and models, and the libraries under them."""
    ours = {"classifiers": decider().version, "trained model": trained_model().version}
    return ours | {name: version(name) for name in _LIBRARIES}


def trained_model() -> Model:
    """The shipped model of reports. Raises BadConfiguration if it is missing or was changed."""
    models = report_models.as_models(report_models.shipped())
    return Model.load(RuleTexts(phrases={}, categories="", models=models))


def learned_texts() -> frozenset[str]:
    """The texts the shipped model was trained on."""
    return frozenset(row["text"] for row in rows_of(resources.text(_LEARNED_FILE)))


def _labels(sets: Mapping[str, Sequence[Phrasing]], judge: Decider) -> Section:
    if not sets:
        return Section("labels and escalation", skipped=("no phrasings here: --phrasings names their folder",))
    model = trained_model()
    judged = {name: _judged(phrasings, judge, model) for name, phrasings in sets.items()}
    return labels_section(judged, learned_texts(), _unseen(sets))


def _unseen(sets: Mapping[str, Sequence[Phrasing]]) -> dict[str, Mapping[str, float]]:
    """What the shipped model's training measured on the sets it learned from, each text's family held out.

    Nothing of a set that is not the one it learned from.
    """
    by_source = json.loads(resources.text(_ABOUT_FILE))["figures"]["by_source"]
    told = {name: by_source.get(source, {"texts": 0}) for name, source in _SOURCES.items()}
    return {name: one for name, one in told.items() if 0 < one["texts"] == len(sets.get(name, ()))}


def _judged(phrasings: Sequence[Phrasing], judge: Decider, model: Model) -> list[Judged]:
    said = [one.said for one in phrasings]
    odds: list[float] | list[None] = [None] * len(said)
    if model.trained is not None:
        from classifiers.features import packed, spoken
        from classifiers.model import HEADS

        every = model.trained.probabilities(said, packed([spoken(one) for one in said]))
        odds = [float(one) for one in every[:, HEADS.index("suspect")]]
    return [Judged(*each) for each in zip(phrasings, judge.decide_all(said), odds, strict=True)]


def _entities() -> NameModel | None:
    """The shipped name model saying only what it holds most likely: redaction hides more, an F score would not."""
    from pipeline import name_model

    return name_model.load(cautious=False) if name_model.is_there() else None


def _redactor() -> Redactor:
    from pipeline.redacting_setup import redactor

    return redactor()
