"""The stages that work part by part, in parallel: locate, seal, classify.

One task does a stretch of neighbouring parts, so that rules are loaded once and an address that several parts spell
alike is looked at once. Each part is an artefact of its own: a killed task goes on at the part it had reached.
"""

from __future__ import annotations

from abc import abstractmethod
from functools import lru_cache
from typing import Any

import luigi

from pipeline.artefacts import Artefacts
from pipeline.bootstrap import App
from pipeline.sealing import Sealer
from pipeline.stages.classify import JUDGED, classify
from pipeline.stages.locate import LOCATED, locate
from pipeline.stages.seal import SEALED, seal
from pipeline.tasks.base import PARTS_PER_UNIT, Needed, RunTask
from pipeline.tasks.ingest import ROWS, UNIT, Ingest

LOCATE, SEAL, CLASSIFY = "locate", "seal", "classify"
PARTS_PER_STRETCH = 4
STRETCHES_LEFT = 3
"""A stretch takes at most this share of the parts that are left."""
REMEMBERED_TEXTS = 200_000
"""Texts whose addresses one task remembers; more are looked at again."""


def part_numbers(artefacts: Artefacts, units: int) -> list[int]:
    """Numbers of all parts the units of a run were read into."""
    return [
        unit * PARTS_PER_UNIT + part
        for unit in range(units)
        for part in range(int(str(artefacts.facts(UNIT, unit)["parts"])))
    ]


def stretches(numbers: list[int]) -> list[list[int]]:
    """Parts cut into stretches of PARTS_PER_STRETCH, shorter towards the end: nothing is left to prepare while the last
    one is committed, so it had better be short (guided self-scheduling, Polychronopoulos and Kuck 1987)."""
    found: list[list[int]] = []
    start = 0
    while start < len(numbers):
        size = min(PARTS_PER_STRETCH, -(-(len(numbers) - start) // STRETCHES_LEFT))
        found.append(numbers[start : start + size])
        start += size
    return found


def stretch_parts(app: App, run_id: str, stretch: int) -> list[int]:
    """Numbers of the parts of one stretch of a run whose units were all read."""
    artefacts = Artefacts(app.workspace.run(run_id), run_id, b"")
    return stretches(part_numbers(artefacts, len(app.run(run_id).units)))[stretch]


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
        return [Ingest(run_id=self.run_id, part=unit) for unit in range(len(self.app.run(self.run_id).units))]

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


class Locate(StretchTask):
    """Rows to locators, links and places."""

    stage = LOCATE
    priority = 10

    def one(self, artefacts: Artefacts, number: int) -> None:
        """Find the addresses of one part."""
        tables = locate(artefacts.read(ROWS, number, "rows", LOCATED), self._find, self.app.store.index_key)
        artefacts.write(LOCATE, number, tables)

    @property
    def _find(self) -> Any:
        return _remembering(self.app)


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
        """Which addresses the rows have."""
        return [Locate(run_id=self.run_id, part=self.part)]

    def one(self, artefacts: Artefacts, number: int) -> None:
        """The machine's opinion on every row of one part."""
        rows, places = artefacts.read(ROWS, number, "rows", JUDGED), artefacts.read(LOCATE, number, "places")
        decider = self.app.decider
        artefacts.write(CLASSIFY, number, classify(rows, places, decider.decide_all, decider.version))


@lru_cache(maxsize=1)
def _remembering(app: Any) -> Any:
    return lru_cache(maxsize=REMEMBERED_TEXTS)(app.find)
