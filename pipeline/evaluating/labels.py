"""How well labels and escalations are heard: recall, precision, macro-F1, by language and kind, and calibration.

Definitions: *suspect recall* and *precision* are those of the label csam_suspect. *Macro-F1* is the mean F1 of the
labels that occur. *Escalate precision* is the share of escalations where any is due; *escalate recall* counts a danger
that got any escalation; *grave enough* one that got its own kind or a graver one. *False alarm*: an escalation where
none is due and no suspicion either. *Learned*: texts the shipped model was trained on, word for word; a set with many
of them is marked, since its figures say how well the model remembers, not how well it judges; what holds for such a set
is *family unseen*: each text judged by a model that learned from no text of its family. *Calibration* is counted
over phrasings that lead somewhere, since without an address the label is `incomplete` whatever the words say.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass

from pipeline.evaluating.phrasing_sets import Phrasing
from pipeline.evaluating.tables import Cell, Section, Table, Target
from pipeline.scoring import BINS, bins, calibration_error, escalated, macro_f, precision, recall, share
from triage.verdict import ESCALATIONS, Escalation, Label, Verdict

_COLUMNS = (
    "phrasings", "suspect recall", "suspect precision", "macro-F1", "escalate precision", "escalate recall",
    "grave enough", "false alarms", "to a person",
)  # fmt: skip
_RECALL = _COLUMNS.index("escalate recall")
_OF_KIND = ("label right", *_COLUMNS[_RECALL:])
_ASKED = (
    ("suspect recall", 1, 0.98), ("suspect precision", 2, 0.85), ("macro-F1", 3, 0.92),
    ("escalate recall", _RECALL, 0.98),
)  # fmt: skip
_MOST_CALIBRATION_ERROR = 0.05
_UNSEEN = "family unseen"
LEARNED_SHARE = 0.05
"""From this share of learned texts on a set is marked; a few bare sentences are written alike by everybody."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A phrasing, what the machine made of it, and the trained model's probability of csam_suspect (None: no model)."""

    phrasing: Phrasing
    verdict: Verdict
    probability: float | None = None


def labels_section(
    given: Mapping[str, Sequence[Judged]], learned: Container[str] = frozenset(),
    unseen: Mapping[str, Mapping[str, float]] | None = None,
) -> Section:  # fmt: skip
    """All figures over the judged sets; `learned` are the texts the model was trained on.

    `unseen`: by set what the training measured while a text's whole family was held out (`training/reports/figures`).
    """
    remembered = {name: sum(one.phrasing.text in learned for one in judged) for name, judged in given.items()}
    sets = {_marked(name, remembered[name], len(judged)): judged for name, judged in given.items()}
    skipped: list[str] = []
    targets = [Target(f"{name}, {_UNSEEN}: {what}", one[_key(what)], bound)
               for name, one in (unseen or {}).items() for what, _, bound in _ASKED]  # fmt: skip
    tables = [_of_unseen(unseen)] if unseen else []
    rows = zip(sets.items(), remembered.values(), strict=True)
    together = tuple((name, *figures(judged), count) for (name, judged), count in rows)
    tables.append(Table("sets", ("set", *_COLUMNS, "learned"), together))
    for name, judged in sets.items():
        row = figures(judged)
        targets += [Target(f"{name}: {what}", value, bound) for what, place, bound in _ASKED
                    if isinstance(value := row[place], float)]  # fmt: skip
        spoken = _groups(judged, lambda one: f"{one.language} {one.script}")
        groups = tuple((group, *figures(members)) for group, members in spoken.items())
        tables.append(Table(f"{name}, by language and script", ("", *_COLUMNS), groups))
        tables.append(_of_kinds(f"{name}, by kind", _groups(judged, lambda one: one.kind)))
        stated = [(one.probability, one.phrasing) for one in judged if one.phrasing.leads_somewhere]
        known = [(given, one.label == str(Label.CSAM_SUSPECT)) for given, one in stated if given is not None]
        if not known:
            skipped.append(f"calibration on the {name} set: no trained model in this installation")
            continue
        error, table = calibration(known)
        title = f"{name}, reliability of the model's score, over phrasings that lead somewhere"
        tables.append(Table(title, table.columns, table.rows))
        targets.append(Target(f"{name}: calibration error", error, _MOST_CALIBRATION_ERROR, at_least=False))
    return Section("labels and escalation", tuple(targets), tuple(tables), tuple(skipped))


def _of_unseen(unseen: Mapping[str, Mapping[str, float]]) -> Table:
    names = ("suspect recall", "suspect precision", "macro-F1", "escalate precision", "escalate recall")
    rows: list[tuple[Cell, ...]] = [
        (name, int(one["texts"]), *(one[_key(what)] for what in names)) for name, one in unseen.items()
    ]
    title = f"sets the model learned from, measured at its training with each text's {_UNSEEN}"
    return Table(title, ("set", "phrasings", *names), tuple(rows))


def _key(what: str) -> str:
    return what.lower().replace("-", "_").replace(" ", "_")


def figures(judged: Sequence[Judged]) -> tuple[Cell, ...]:
    """One row of figures, in the order of the columns; None where nothing can be counted."""
    pairs = [(one.phrasing.label, str(one.verdict.label)) for one in judged]
    suspect = str(Label.CSAM_SUSPECT)
    alarms = sum(bool(one.verdict.escalate) for one in judged if _calm(one.phrasing))
    return (
        len(judged),
        recall(pairs, suspect),
        precision(pairs, suspect),
        macro_f(pairs),
        *escalated((ESCALATIONS[one.phrasing.escalate], one.verdict.escalate) for one in judged),
        alarms,
        sum(one.verdict.to_person for one in judged),
    )


def calibration(stated: Sequence[tuple[float, bool]]) -> tuple[float, Table]:
    """Expected calibration error and the table behind it; pairs of (probability 0 to 1, whether it was so)."""
    filled = {one.number: one for one in bins(stated)}
    error = calibration_error(list(filled.values()))
    rows: list[tuple[Cell, ...]] = []
    for number in range(BINS):
        one = filled.get(number)
        named = f"{number / BINS:.1f} to {(number + 1) / BINS:.1f}"
        rows.append((named, one.size, one.mean, one.observed) if one else (named, 0, None, None))
    rows.append(("expected calibration error", len(stated), error, None))
    return error, Table("", ("score", "phrasings", "mean score", "suspect in truth"), tuple(rows))


def _marked(name: str, learned: int, count: int) -> str:
    return f"{name} (learned from)" if count and learned / count >= LEARNED_SHARE else name


def _groups(judged: Sequence[Judged], by: Callable[[Phrasing], str]) -> dict[str, list[Judged]]:
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        groups.setdefault(by(one.phrasing), []).append(one)
    return dict(sorted(groups.items()))


def _of_kinds(title: str, kinds: Mapping[str, Sequence[Judged]]) -> Table:
    """Precision and macro-F1 say nothing inside a kind, which mostly has one label."""
    rows: list[tuple[Cell, ...]] = []
    for kind, judged in kinds.items():
        right = share(one.phrasing.label == str(one.verdict.label) for one in judged)
        rows.append((kind, len(judged), right, *figures(judged)[_RECALL:]))
    return Table(title, ("", "phrasings", *_OF_KIND), tuple(rows))


def _calm(phrasing: Phrasing) -> bool:
    return phrasing.escalate == str(Escalation.NONE) and phrasing.label != str(Label.CSAM_SUSPECT)
