"""Digest the texts of a large batch for the search for floods, stretch by stretch, beside the commit of others."""

from __future__ import annotations

import luigi
import pyarrow as pa

from pipeline.artefacts import ROWS, SKETCH
from pipeline.bootstrap import App
from pipeline.tasks.base import Needed, PartTask
from pipeline.tasks.parts import MANY_TEXTS, described, every_unit, stretch_parts


class Sketch(PartTask):
    """One artefact for a whole stretch (`part` is its number)."""

    stage = SKETCH

    def requires(self) -> list[luigi.Task]:
        """Every unit read."""
        return every_unit(self)

    def work(self) -> Needed:
        """All parts together, so that a text several parts hold is digested once."""
        from pipeline.stages.sketch import SKETCHED, sketch

        yield from ()
        artefacts = self.app.artefacts(self.run_id)
        numbers = stretch_parts(self.app, self.run_id, self.part)
        rows = pa.concat_tables(artefacts.read(ROWS, number, "rows", SKETCHED) for number in numbers)
        artefacts.write(SKETCH, self.part, sketch(rows, self.app.store.index_key).tables())


def worth_sketching(app: App, run_id: str) -> bool:
    """Whether a run's texts are so many that they are digested before they are related, not then."""
    return bool(app.settings.near_text_window) and described(app, run_id) >= MANY_TEXTS
