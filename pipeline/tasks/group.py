"""Bring the parts of a stretch together: distinct locators and case keys, each once."""

from __future__ import annotations

import luigi

from pipeline.sealing import Sealer
from pipeline.stages.group import group
from pipeline.tasks.base import ArtefactTarget, Needed, RunTask
from pipeline.tasks.parts import LOCATE, Locate, stretch_parts

GROUP = "group"


class Group(RunTask):
    """One artefact for a whole stretch (`part` is its number); what stretches share comes together in the store."""

    part: int = luigi.IntParameter()
    priority = 20

    def requires(self) -> Locate:
        """The addresses of every part of the stretch."""
        return Locate(run_id=self.run_id, part=self.part)

    def output(self) -> ArtefactTarget:
        """The stretch's locators and keys."""
        return ArtefactTarget(self.folder, self.run_id, GROUP, self.part)

    def work(self) -> Needed:
        """Reduce the parts' locators to distinct ones."""
        yield from ()
        app, artefacts = self.app, self.app.artefacts(self.run_id)
        numbers = stretch_parts(app, self.run_id, self.part)
        sealer = Sealer(app.vault())
        tables = group({number: artefacts.read(LOCATE, number, "locators") for number in numbers}, sealer)
        facts = {"key_id": sealer.envelope.key_id, "wrapped": sealer.envelope.wrapped.hex()}
        artefacts.write(GROUP, self.part, tables, facts)
