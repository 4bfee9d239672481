"""The whole of a batch as one task."""

from __future__ import annotations

import luigi

from pipeline.tasks.after_ingest import AfterIngest


class RunBatch(luigi.WrapperTask):
    """Everything from the registered files to the committed store, and what becomes of the files then."""

    run_id: str = luigi.Parameter()

    def requires(self) -> AfterIngest:
        """The last step, which requires all the rest."""
        return AfterIngest(run_id=self.run_id)
