"""The whole evaluation: labels and escalation, redaction, speed; each part says what it had to leave out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from classifiers.base import RuleTexts
from classifiers.decide import Decider
from classifiers.model import ABOUT_FILE, FOLDER, WEIGHTS_FILE, Model
from pipeline.bootstrap import decider
from pipeline.evaluating import LABELS, REDACTION, SPEED
from pipeline.evaluating.labels import Judged, labels_section
from pipeline.evaluating.phrasing_sets import Phrasing, folder_of_sets, read_sets
from pipeline.evaluating.redaction import redaction_section
from pipeline.evaluating.speed import speed_section
from pipeline.evaluating.tables import Section
from pipeline.name_model import FOLDER as NAME_MODEL
from pipeline.resources import resource
from triage.redacting.redactor import Redactor

if TYPE_CHECKING:
    from triage.redacting.name_model import NameModel

CORPORA = "text/ner"
"""Where the labelled corpora lie below the shared folder."""
_LIBRARIES = ("hotline-triage", "numpy", "py3langid", "spacy")


def evaluate(
    parts: Sequence[str], phrasings: Path | None, shared: Path, most_sentences: int | None = None
) -> list[Section]:
    """The sections of the PARTS asked for. Raises UnusableInput if a set of phrasings cannot be understood."""
    folder = phrasings or folder_of_sets()
    sets = read_sets(folder) if folder is not None else {}
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
    model = trained_model()
    ours = {"classifiers": decider().version, "trained model": model.version if model else "none"}
    return ours | {name: version(name) for name in _LIBRARIES}


def trained_model() -> Model | None:
    """The shipped model of reports, None if this installation has none."""
    files = {name: resource(f"models/{FOLDER}/{name}") for name in (WEIGHTS_FILE, ABOUT_FILE)}
    if not all(file.is_file() for file in files.values()):
        return None
    models = {f"{FOLDER}/{name}": file.read_bytes() for name, file in files.items()}
    return Model.load(RuleTexts(phrases={}, categories="", models=models))


def _labels(sets: Mapping[str, Sequence[Phrasing]], judge: Decider) -> Section:
    if not sets:
        return Section("labels and escalation", skipped=("no phrasings here: --phrasings names their folder",))
    model = trained_model()
    return labels_section({name: _judged(phrasings, judge, model) for name, phrasings in sets.items()})


def _judged(phrasings: Sequence[Phrasing], judge: Decider, model: Model | None) -> list[Judged]:
    said = [one.said for one in phrasings]
    odds: list[float] | list[None] = [None] * len(said)
    if model is not None and model.trained is not None:
        from classifiers.features import packed, spoken
        from classifiers.model import HEADS

        every = model.trained.probabilities(said, packed([spoken(one) for one in said]))
        odds = [float(one) for one in every[:, HEADS.index("suspect")]]
    return [Judged(*each) for each in zip(phrasings, judge.decide_all(said), odds, strict=True)]


def _entities() -> NameModel | None:
    """The shipped name model saying only what it holds most likely: redaction hides more, an F score would not."""
    folder = Path(str(resource(NAME_MODEL)))
    if not (folder / "config.cfg").is_file():
        return None
    from spacy.util import load_model_from_path

    import triage.redacting.name_language
    import triage.redacting.name_tagger  # noqa: F401  (both make themselves known to spaCy)
    from triage.redacting.name_model import STYLES, NameModel

    return NameModel(load_model_from_path(folder), dict.fromkeys(STYLES, 1.0), "entities")


def _redactor() -> Redactor:
    from pipeline.redacting_setup import redactor

    return redactor()
