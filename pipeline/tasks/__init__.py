"""Luigi tasks, one stage per file; parameters are the opaque run id and a part number, never a path or an address.

    luigi --module pipeline.tasks RunBatch --run-id 20260301-080000-a1b2c3

runs a registered batch without the `hotline` command; `hotline run` does the same and registers it first.
"""

from pipeline.tasks.after_ingest import AfterIngest
from pipeline.tasks.commit import Commit, CommitStretch
from pipeline.tasks.digest import Digest
from pipeline.tasks.group import Group
from pipeline.tasks.ingest import Ingest
from pipeline.tasks.nightly import Nightly, NightlyAlerts, NightlyDrop, NightlyRetention, NightlyVerify
from pipeline.tasks.parts import Classify, Locate, Seal
from pipeline.tasks.relate import Relate
from pipeline.tasks.sketch import Sketch
from pipeline.tasks.whole import RunBatch

__all__ = [
    "AfterIngest",
    "Classify",
    "Commit",
    "CommitStretch",
    "Digest",
    "Group",
    "Ingest",
    "Locate",
    "Nightly",
    "NightlyAlerts",
    "NightlyDrop",
    "NightlyRetention",
    "NightlyVerify",
    "Relate",
    "RunBatch",
    "Seal",
    "Sketch",
]
