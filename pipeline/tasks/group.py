"""Bring a batch's parts together: distinct locators and case keys."""

from __future__ import annotations

from pipeline.sealing import Sealer
from pipeline.stages.group import group
from pipeline.tasks.base import ArtefactTarget, Needed, RunTask
from pipeline.tasks.ingest import Ingest
from pipeline.tasks.parts import LOCATE, Locate, part_numbers, stretches

GROUP = "group"


class Group(RunTask):
    """One artefact for the whole batch."""

    def requires(self) -> list[Ingest]:
        """Every unit read."""
        return [Ingest(run_id=self.run_id, part=unit) for unit in range(len(self.app.run(self.run_id).units))]

    def output(self) -> ArtefactTarget:
        """The batch's locators and keys."""
        return ArtefactTarget(self.folder, self.run_id, GROUP, 0)

    def work(self) -> Needed:
        """Wait for every part's locators, then reduce."""
        app, artefacts = self.app, self.app.artefacts(self.run_id)
        numbers = part_numbers(artefacts, len(app.run(self.run_id).units))
        yield [Locate(run_id=self.run_id, part=stretch) for stretch in range(len(stretches(numbers)))]
        sealer = Sealer(app.vault())
        tables = group({number: artefacts.read(LOCATE, number, "locators") for number in numbers}, sealer)
        facts = {"key_id": sealer.envelope.key_id, "wrapped": sealer.envelope.wrapped.hex()}
        artefacts.write(GROUP, 0, tables, facts)
