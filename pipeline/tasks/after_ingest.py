"""Deal with a batch's input files once the store has its rows."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.after_ingest import is_settled, record, settle
from pipeline.artefacts import UNIT, Artefacts
from pipeline.mending.grown import end_grown
from pipeline.tasks.base import Needed, RunTask
from pipeline.tasks.relate import Relate
from triage.errors import Damage


class AfterIngest(RunTask):
    """Done when the store says so; needs no working key, so it can be done late."""

    def requires(self) -> Relate:
        """The rows are safe, and brought together with what came before while their texts can still be read."""
        return Relate(run_id=self.run_id)

    def complete(self) -> bool:
        """Asks the store."""
        app = self.app
        return is_settled(app.store, app.run(self.run_id).run_no)

    def work(self) -> Needed:
        """Close what was said of files that are whole now; then seal, delete or keep every file of the batch."""
        yield from ()
        app = self.app
        run = app.run(self.run_id)
        vault = app.vault()
        rows, now = self._rows(len(run.units)), datetime.now(UTC)
        end_grown(app, run, rows, now)
        became, not_deleted = settle(app.store, run, app.workspace.sealed_inputs, vault)
        record(app.store, run, became, rows, now, not_deleted)

    def _rows(self, units: int) -> dict[int, int]:
        """Rows each file brought, as ingest counted them; nothing where the artefacts are purged."""
        artefacts = Artefacts(self.folder, self.run_id, b"")
        rows: dict[int, int] = {}
        for unit in range(units):
            try:
                counted = artefacts.facts(UNIT, unit).get("files")
            except Damage:
                continue
            if isinstance(counted, dict):
                for number, count in counted.items():
                    rows[int(number)] = rows.get(int(number), 0) + int(count)
        return rows
