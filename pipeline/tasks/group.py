"""Prepare a stretch's distinct locators and case keys for the store."""

from __future__ import annotations

import luigi

from pipeline.sealing import Sealer
from pipeline.stages.group import group
from pipeline.tasks.base import ArtefactTarget, Needed, RunTask
from pipeline.tasks.parts import LOCATE, Locate

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
        """Seal the distinct locators and number their keys."""
        yield from ()
        app, artefacts = self.app, self.app.artefacts(self.run_id)
        sealer = Sealer(app.vault())
        tables = group(artefacts.read(LOCATE, self.part, "locators"), sealer)
        facts = {"key_id": sealer.envelope.key_id, "wrapped": sealer.envelope.wrapped.hex()}
        artefacts.write(GROUP, self.part, tables, facts)
