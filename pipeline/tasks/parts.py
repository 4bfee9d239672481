"""The stages that work on one part at a time, in parallel: locate, seal, classify."""

from __future__ import annotations

from pipeline.sealing import Sealer
from pipeline.stages.classify import classify
from pipeline.stages.locate import locate
from pipeline.stages.seal import seal
from pipeline.tasks.base import Needed, PartTask
from pipeline.tasks.ingest import ROWS

LOCATE, SEAL, CLASSIFY = "locate", "seal", "classify"


class Locate(PartTask):
    """Find the addresses of one part."""

    stage = LOCATE

    def work(self) -> Needed:
        """Rows to locators, links and places."""
        yield from ()
        app, artefacts = self.app, self.app.artefacts(self.run_id)
        tables = locate(artefacts.read(ROWS, self.part, "rows"), app.find, app.store.index_key)
        artefacts.write(LOCATE, self.part, tables)


class Seal(PartTask):
    """Make the store's sealed copy of what one part's reporters wrote."""

    stage = SEAL

    def work(self) -> Needed:
        """Rows to sealed packs and text digests, under a data key nobody here keeps."""
        yield from ()
        app, artefacts = self.app, self.app.artefacts(self.run_id)
        sealer = Sealer(app.vault())
        tables = seal(artefacts.read(ROWS, self.part, "rows"), sealer, app.store.index_key)
        facts = {"key_id": sealer.envelope.key_id, "wrapped": sealer.envelope.wrapped.hex()}
        artefacts.write(SEAL, self.part, tables, facts)


class Classify(PartTask):
    """The machine's opinion on every row of one part."""

    stage = CLASSIFY

    def requires(self) -> Locate:
        """Which addresses the rows have."""
        return Locate(run_id=self.run_id, part=self.part)

    def work(self) -> Needed:
        """Rows and places to verdicts."""
        yield from ()
        app, artefacts = self.app, self.app.artefacts(self.run_id)
        rows, places = artefacts.read(ROWS, self.part, "rows"), artefacts.read(LOCATE, self.part, "places")
        artefacts.write(CLASSIFY, self.part, classify(rows, places, app.decider.decide_all, app.decider.version))
