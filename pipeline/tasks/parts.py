"""The stages that prepare parts for the store, in parallel: locate, seal, classify.

One task does a stretch of neighbouring parts, so that rules are loaded once and an address that several parts spell
alike is looked at once: what `locate` finds in a stretch is one artefact. For the others each part is one, and a killed
task goes on at the part it had reached.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import asdict

import luigi

from pipeline.artefacts import ROWS, UNIT, Artefacts
from pipeline.bootstrap import App
from pipeline.inputs import only_calls
from pipeline.redacting_setup import own_words
from pipeline.sealing import Sealer
from pipeline.stages.classify import JUDGED, classify
from pipeline.stages.locate import LOCATED, locate, places_of
from pipeline.stages.seal import SEALED, seal
from pipeline.store.envelopes import PARTS_PER_UNIT
from pipeline.tasks.base import Needed, PartTask, RunTask
from pipeline.tasks.digest import Digest, has_attachments, listed
from pipeline.tasks.ingest import Ingest
from triage.report import Fact

LOCATE, SEAL, CLASSIFY = "locate", "seal", "classify"
BESIDE = "beside"
"""Fact of a classified part: how a model that does not count yet would have decided, in counts."""
PARTS_PER_STRETCH = 4
STRETCHES_LEFT = 3
"""A stretch takes at most this share of the parts that are left."""
MANY_TEXTS = 100_000
"""From so many on, what reads them is loaded once for all stretches and they are digested before they are related."""


def part_numbers(artefacts: Artefacts, units: int) -> list[int]:
    """Numbers of all parts the units of a run were read into."""
    return [
        unit * PARTS_PER_UNIT + part
        for unit in range(units)
        for part in range(int(str(artefacts.facts(UNIT, unit)["parts"])))
    ]


def stretches(numbers: list[int]) -> list[list[int]]:
    """Parts cut into stretches of PARTS_PER_STRETCH, shorter at both ends: nothing can be committed while the first is
    prepared, and nothing is left to prepare while the last is committed, so both had better be short (guided
    self-scheduling, Polychronopoulos and Kuck 1987)."""
    found: list[list[int]] = []
    start = 0
    while start < len(numbers):
        size = min(len(found) + 1, PARTS_PER_STRETCH, -(-(len(numbers) - start) // STRETCHES_LEFT))
        found.append(numbers[start : start + size])
        start += size
    return found


def every_unit(task: RunTask) -> list[luigi.Task]:
    """The tasks that read a run's input."""
    return [Ingest(run_id=task.run_id, part=unit) for unit in range(len(task.app.run(task.run_id).units))]


def stretch_parts(app: App, run_id: str, stretch: int) -> list[int]:
    """Numbers of the parts of one stretch of a run whose units were all read."""
    artefacts = Artefacts(app.workspace.run(run_id), run_id, b"")
    return stretches(part_numbers(artefacts, len(app.run(run_id).units)))[stretch]


def described(app: App, run_id: str) -> int:
    """How many rows of the units of a run that were read so far say something in words of their own."""
    artefacts = Artefacts(app.workspace.run(run_id), run_id, b"")
    units = range(len(app.run(run_id).units))
    facts = (artefacts.facts(UNIT, unit) for unit in units if artefacts.complete(UNIT, unit))
    return sum(int(str(of_unit.get("described", 0))) for of_unit in facts)


class StretchTask(RunTask):
    """A task over one stretch of parts (`part` is the stretch's number); subclasses name the stage and do one part."""

    part: int = luigi.IntParameter()
    stage = ""

    def complete(self) -> bool:
        """Whether every unit was read and every part of the stretch is whole."""
        units = len(self.app.run(self.run_id).units)
        whole = Artefacts(self.folder, self.run_id, b"")
        if not all(whole.complete(UNIT, unit) for unit in range(units)):
            return False
        return all(whole.complete(self.stage, number) for number in stretch_parts(self.app, self.run_id, self.part))

    def requires(self) -> list[luigi.Task]:
        """Every unit read."""
        return every_unit(self)

    def work(self) -> Needed:
        """Every part of the stretch that is not whole yet."""
        yield from ()
        artefacts = self.app.artefacts(self.run_id)
        for number in stretch_parts(self.app, self.run_id, self.part):
            if not artefacts.complete(self.stage, number):
                self.one(artefacts, number)

    @abstractmethod
    def one(self, artefacts: Artefacts, number: int) -> None:
        """Make one part's artefact."""


class Locate(PartTask):
    """Rows to locators, links and places: one artefact for a whole stretch (`part` is its number)."""

    stage = LOCATE
    priority = 10

    def requires(self) -> list[luigi.Task]:
        """Every unit read.

        Luigi asks this before it forks the task: the words that make something the writer's own are read once.
        """
        if described(self.app, self.run_id):
            own_words()
        return every_unit(self)

    def work(self) -> Needed:
        """Find the addresses of all parts together."""
        yield from ()
        app, artefacts = self.app, self.app.artefacts(self.run_id)
        numbers = stretch_parts(app, self.run_id, self.part)
        rows = {number: artefacts.read(ROWS, number, "rows", LOCATED) for number in numbers}
        artefacts.write(LOCATE, self.part, locate(rows, app.find_all, own_words, app.store.index_key))


class Seal(StretchTask):
    """Rows to sealed packs and text digests, under a data key nobody here keeps."""

    stage = SEAL

    def one(self, artefacts: Artefacts, number: int) -> None:
        """Make the store's sealed copy of what one part's reporters wrote."""
        sealer = Sealer(self.app.vault())
        tables = seal(artefacts.read(ROWS, number, "rows", SEALED), sealer, self.app.store.index_key)
        facts = {"key_id": sealer.envelope.key_id, "wrapped": sealer.envelope.wrapped.hex()}
        artefacts.write(SEAL, number, tables, facts)


class Classify(StretchTask):
    """Rows and places to verdicts."""

    stage = CLASSIFY

    def requires(self) -> list[luigi.Task]:
        """Which addresses the rows have.

        Luigi asks this before it forks the task: what reads words (2 s to load) is then loaded once for all stretches.
        """
        if described(self.app, self.run_id) >= MANY_TEXTS and not only_calls(self.app.run(self.run_id).files):
            self.app.decider.load()
        return [Locate(run_id=self.run_id, part=self.part)]

    def one(self, artefacts: Artefacts, number: int) -> None:
        """The machine's opinion on every row of one part, with what lists say of what came with it."""
        rows = artefacts.read(ROWS, number, "rows", JUDGED)
        places = artefacts.read(LOCATE, self.part, places_of(number))
        app, matches = self.app, listed(artefacts, number)
        calls = bool((rows["facts"].to_numpy() & int(Fact.ALERT)).all())
        decider, other = app.judges(calls=calls)
        beside = None if other is None else other.decide_all
        tables = classify(rows, places, decider.decide_all, decider.version, matches, beside)
        counted = tables.pop(BESIDE, None)
        facts = {} if counted is None else {BESIDE: asdict(app.models) | {"counts": counted.to_pylist()}}
        artefacts.write(CLASSIFY, number, tables, facts)

    def work(self) -> Needed:
        """Every part, once the units that have attachments are digested."""
        artefacts = self.app.artefacts(self.run_id)
        units = {number // PARTS_PER_UNIT for number in stretch_parts(self.app, self.run_id, self.part)}
        wanted = [Digest(run_id=self.run_id, part=unit) for unit in sorted(units) if has_attachments(artefacts, unit)]
        if wanted:
            yield wanted
        yield from super().work()
