"""After commit: link what shows the same and texts that say nearly the same, across this batch and all before it."""

from __future__ import annotations

from pipeline.relating.brought import brought_items, brought_texts
from pipeline.store.commit_reports import mark_step, step_done
from pipeline.store.engine import reading, writing
from pipeline.tasks.base import Needed, RunTask
from pipeline.tasks.commit import Commit
from pipeline.tasks.parts import part_numbers, stretches

STEP = "related"


class Relate(RunTask):
    """Done when the store says so. Needs the batch's texts, so it runs before its working key is destroyed."""

    def requires(self) -> Commit:
        """The reports and their items are in the store."""
        return Commit(run_id=self.run_id)

    def complete(self) -> bool:
        """Asks the store."""
        app = self.app
        with reading(app.store.engine) as connection:
            return step_done(connection, app.run(self.run_id).run_no, STEP, 0)

    def work(self) -> Needed:
        """Pictures, then texts; each is safe to repeat. What compares them is loaded only where there are any."""
        yield from ()
        app, run = self.app, self.app.run(self.run_id)
        if brought_items(app.store, run.run_no):
            from pipeline.relating.pictures import relate_pictures

            relate_pictures(app.store, app.workspace.pictures, run.run_no)
        if brought_texts(app.store, run.run_no):
            from pipeline.relating.texts import relate_texts

            relate_texts(app, run, stretches(part_numbers(app.artefacts(self.run_id), len(run.units))))
        with writing(app.store.engine) as connection:
            if not step_done(connection, run.run_no, STEP, 0):
                mark_step(connection, run.run_no, STEP, 0)
