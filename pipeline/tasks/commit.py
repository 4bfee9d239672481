"""Write a batch into the store: the only stage that does, idempotent by run id, in transactions of bounded size.

Stretch by stretch, as each is ready, then one durable transaction that ends the batch.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import luigi

from pipeline.artefacts import UNIT
from pipeline.lists.flood import remember
from pipeline.runs import MANIFEST_NAME
from pipeline.store.commit_reports import mark_step, step_done
from pipeline.store.commit_run import finish, is_committed
from pipeline.store.engine import reading, writing
from pipeline.tasks.base import Needed, RunTask
from pipeline.tasks.commit_parts import PartCommitter
from pipeline.tasks.digest import flooding
from pipeline.tasks.group import Group
from pipeline.tasks.parts import Classify, Seal, every_unit, part_numbers, stretch_parts, stretches
from pipeline.tasks.sketch import Sketch, worth_sketching

STEP = "stretch"


class CommitStretch(RunTask):
    """Write one stretch (`part` is its number): locators, reports, cases. Done when the store says so."""

    part: int = luigi.IntParameter()
    priority = 30
    resources = {"commit": 1}  # noqa: RUF012 - Luigi's way to say it
    """One at a time: the store has one writer, and the other workers had better prepare what comes next."""

    def requires(self) -> list[luigi.Task]:
        """The stretch brought together, judged and sealed."""
        return [task(run_id=self.run_id, part=self.part) for task in (Group, Classify, Seal)]

    def complete(self) -> bool:
        """Asks the store."""
        with reading(self.app.store.engine) as connection:
            return step_done(connection, self.app.run(self.run_id).run_no, STEP, self.part)

    def work(self) -> Needed:
        """Every step is skipped where an earlier try has done it."""
        yield from ()
        app = self.app
        run = app.run(self.run_id)
        committer = PartCommitter(app.store, run, app.artefacts(self.run_id), app.vault(), self.part)
        for number in stretch_parts(app, self.run_id, self.part):
            committer.commit(number)
        committer.count()
        with writing(app.store.engine, bulk=True) as connection:
            if not step_done(connection, run.run_no, STEP, self.part):
                mark_step(connection, run.run_no, STEP, self.part)


class Commit(RunTask):
    """Done when the store says so, whether or not the artefacts are still there."""

    def requires(self) -> list[luigi.Task]:
        """Every unit read; nothing once the batch is committed."""
        if self.complete():
            return []
        return every_unit(self)

    def complete(self) -> bool:
        """Asks the store."""
        return is_committed(self.app.store, self.run_id)

    def work(self) -> Needed:
        """Wait for every stretch (and what is digested beside them), then write the batch's counts and its one audit
        event."""
        app = self.app
        run, artefacts = app.run(self.run_id), app.artefacts(self.run_id)
        count = len(stretches(part_numbers(artefacts, len(run.units))))
        kinds = (CommitStretch, Sketch) if worth_sketching(app, self.run_id) else (CommitStretch,)
        yield [kind(run_id=self.run_id, part=stretch) for kind in kinds for stretch in range(count)]
        units = [artefacts.facts(UNIT, unit) for unit in range(len(run.units))]
        read, rejected = (sum(int(str(unit[name])) for unit in units) for name in ("read", "rejected"))
        matched = flooding(artefacts, len(run.units))
        if matched:
            with writing(app.store.engine) as connection:
                remember(connection, app.store, app.settings.flood_matches, run.now, matched)
        digest = hashlib.sha256((self.folder / MANIFEST_NAME).read_bytes()).hexdigest()
        finish(app.store, run.run_no, self.run_id, read, rejected, digest, datetime.now(UTC))
