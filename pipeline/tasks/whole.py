"""The whole of a batch as one task."""

from __future__ import annotations

import luigi

from pipeline.tasks.commit import Commit


class RunBatch(luigi.WrapperTask):
    """Everything from the registered files to the committed store."""

    run_id: str = luigi.Parameter()

    def requires(self) -> Commit:
        """The commit, which requires all the rest."""
        return Commit(run_id=self.run_id)
