"""The synthetic sample: makes it, and compares what the pipeline said of it with the truth.

Real reports may never be shared, so `make run`, the tests and anyone trying the pipeline use invented ones. The
history they replay is in `plan.py`, the words in `data/sample_texts`, the file formats in `tables.py`, `documents.py`
and `mails.py`. The pipeline itself never imports this package.
"""

from __future__ import annotations

from pipeline.sample.compare import Confusion, compare

__all__ = ["Confusion", "compare"]
