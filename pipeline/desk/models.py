"""The trained model as people see it: keep a new one beside the old, compare the two, put one in force.

A new model only runs beside: every run counts how it would have decided. Only a person puts a model in force; each act
is one short transaction with its line in the audit chain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pipeline import report_models
from pipeline.artefacts import Artefacts
from pipeline.bootstrap import App
from pipeline.desk.people import actor
from pipeline.report_models import Chosen
from pipeline.store.engine import reading, writing
from triage.errors import RuleBroken, UsageError
from triage.people import Act, Person, require

_Words = tuple[str, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """Reports that two models decided in these two ways; label, escalation, `person` where one looks first."""

    label: str
    escalate: str
    to_person: str
    label_beside: str
    escalate_beside: str
    to_person_beside: str
    reports: int

    @property
    def alike(self) -> bool:
        """True where the models agree."""
        here = (self.label, self.escalate, self.to_person)
        return here == (self.label_beside, self.escalate_beside, self.to_person_beside)

    @property
    def lost_to_person(self) -> bool:
        """True where a person would have looked first, and with the model beside nobody would."""
        return bool(self.to_person) and not self.to_person_beside


@dataclass(frozen=True, slots=True)
class Comparison:
    """What runs counted while two models stood side by side; `rows` most frequent first."""

    chosen: Chosen
    runs: int
    rows: tuple[Difference, ...]

    @property
    def lost_to_person(self) -> int:
        """How many reports a person would no longer see first."""
        return sum(row.reports for row in self.rows if row.lost_to_person)

    @property
    def reports(self) -> int:
        """How many reports both judged."""
        return sum(row.reports for row in self.rows)


def keep_beside(app: App, by: Person, files: Mapping[str, bytes], now: datetime, details: Mapping[str, object]) -> str:
    """Keep a trained model and let it run beside the one in force; answers its version. Raises RuleBroken."""
    require(by, Act.MANAGE_MODELS)
    version = report_models.save(app.workspace, files)
    with writing(app.store.engine) as connection:
        before = report_models.chosen(connection)
        if before.in_force == version:
            raise RuleBroken("training gave the very model that is in force: nothing to do")
        report_models.write_down(connection, Chosen(before.in_force, version))
        told = {**details, "in_force": before.in_force}
        app.store.record(connection, now, actor(by), "model_trained", version, told)
    return version


def switch(app: App, by: Person, version: str, now: datetime) -> Chosen:
    """Put a model in force from the next run on; the one before runs beside it. `shipped` goes back to the program's.

    Raises RuleBroken, UsageError if there is no such model, Damage if its files were changed.
    """
    require(by, Act.MANAGE_MODELS)
    app.decider_with(version)  # whatever is put in force can be read
    with writing(app.store.engine) as connection:
        before = report_models.chosen(connection)
        if before.in_force == version:
            raise UsageError("this model is in force already: see `hotline train show`")
        new = Chosen(version, before.in_force)
        report_models.write_down(connection, new)
        app.store.record(connection, now, actor(by), "model_switched", version, {"before": before.in_force})
    return new


def compare(app: App, by: Person) -> Comparison:
    """How the model beside would have decided the reports of every run since it stands there. Raises UsageError."""
    require(by, Act.SEE_QUEUE)
    with reading(app.store.engine) as connection:
        chosen = report_models.chosen(connection)
    if chosen.beside is None:
        raise UsageError("no model runs beside the one in force: train one with `hotline train classifier`")
    counted: Counter[_Words] = Counter()
    runs = 0
    for run in sorted((app.workspace.root / "runs").glob("[!.]*")):
        found = _counts(Artefacts(run, run.name, b""), chosen)
        counted.update(found)
        runs += bool(found)
    rows = tuple(Difference(*words, reports) for words, reports in counted.most_common())
    return Comparison(chosen, runs, rows)


def _counts(artefacts: Artefacts, chosen: Chosen) -> Counter[_Words]:
    from pipeline.tasks.parts import BESIDE, CLASSIFY

    counted: Counter[_Words] = Counter()
    for part in artefacts.parts(CLASSIFY):
        told = artefacts.facts(CLASSIFY, part).get(BESIDE)
        if isinstance(told, dict) and (told["in_force"], told["beside"]) == (chosen.in_force, chosen.beside):
            for row in told["counts"]:
                words = (  # older runs did not count who goes to a person
                    row["label"], row["escalate"], row.get("to_person", ""),
                    row["label_beside"], row["escalate_beside"], row.get("to_person_beside", ""),
                )  # fmt: skip
                counted[words] += int(row["reports"])
    return counted
