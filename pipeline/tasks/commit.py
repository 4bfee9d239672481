"""Write a batch into the store: the only stage that does, idempotent by run id, in transactions of bounded size."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import luigi

from pipeline.runs import MANIFEST_NAME
from pipeline.store.commit_cases import commit_cases
from pipeline.store.commit_run import finish, is_committed
from pipeline.tasks.base import Needed, RunTask
from pipeline.tasks.commit_parts import PartCommitter
from pipeline.tasks.group import Group
from pipeline.tasks.ingest import UNIT
from pipeline.tasks.parts import Classify, Seal, part_numbers, stretches


class Commit(RunTask):
    """Done when the store says so, whether or not the artefacts are still there."""

    def requires(self) -> luigi.Task | list[luigi.Task]:
        """The batch brought together; nothing once it is committed."""
        return [] if self.complete() else Group(run_id=self.run_id)

    def complete(self) -> bool:
        """Asks the store."""
        return is_committed(self.app.store, self.run_id)

    def work(self) -> Needed:
        """Wait for every part, then write locators, reports, cases, and the batch's one audit event."""
        app = self.app
        run, artefacts = app.run(self.run_id), app.artefacts(self.run_id)
        numbers = part_numbers(artefacts, len(run.units))
        count = len(stretches(numbers))
        yield [task(run_id=self.run_id, part=stretch) for task in (Classify, Seal) for stretch in range(count)]
        committer = PartCommitter(app.store, run, artefacts, app.vault())
        for number in numbers:
            committer.commit(number)
        commit_cases(app.store, run.run_no, committer.linked())
        units = [artefacts.facts(UNIT, unit) for unit in range(len(run.units))]
        read, rejected = (sum(int(str(unit[name])) for unit in units) for name in ("read", "rejected"))
        digest = hashlib.sha256((self.folder / MANIFEST_NAME).read_bytes()).hexdigest()
        finish(app.store, run.run_no, self.run_id, read, rejected, digest, datetime.now(UTC))
