"""The texts of a stretch, ready to be compared: which report says which, and keyed digests of their word pairs.

Folding and digesting is most of the work of finding floods and needs no store, so that a large batch has it done
beside other work (`pipeline/tasks/sketch.py`), before its reports are related.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.stages.distinct import Ints
from triage.near_texts import BANDS, Sketches, sketches
from triage.shadow import shadow

SKETCHED = ("report_id", "description")
"""Columns of the rows this stage reads."""
REPORTS, TEXTS = "reports", "texts"
"""The tables a stretch is kept as: a report and its text's number; a text's digests."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Reports with words, and the number of each one's text among the distinct ones of `sketches`."""

    reports: Ints
    codes: Ints
    sketches: Sketches

    @classmethod
    def read(cls, tables: Mapping[str, pa.Table]) -> Self:
        """From what `tables` made."""
        reports = tables[REPORTS]
        texts = tables[TEXTS]
        shingles, bands = (texts[name].combine_chunks() for name in ("shingles", "bands"))
        return cls(
            reports["report_id"].to_numpy(), reports["text"].to_numpy(),
            Sketches(
                shingles.offsets.to_numpy(), shingles.values.to_numpy(), bands.values.to_numpy().reshape(-1, BANDS)
            ),
        )  # fmt: skip

    def tables(self) -> dict[str, pa.Table]:
        """As an artefact keeps it."""
        offsets, shingles, bands = self.sketches.offsets, self.sketches.shingles, self.sketches.bands
        return {
            REPORTS: pa.table({"report_id": self.reports, "text": self.codes}),
            TEXTS: pa.table({
                "shingles": pa.LargeListArray.from_arrays(offsets, shingles),
                "bands": pa.FixedSizeListArray.from_arrays(bands.reshape(-1), BANDS),
            }),
        }  # fmt: skip

    def only(self, there: npt.NDArray[np.bool_]) -> Spoken:
        """Those reports alone, and the texts they say."""
        found, codes = np.unique(self.codes[there], return_inverse=True)
        return Spoken(self.reports[there], codes.astype(np.int64), self.sketches.only(found))


def sketch(rows: pa.Table, index_key: bytes) -> Spoken:
    """What the rows (SKETCHED) say; texts that differ in script, case, diacritics or blanks alone are one."""
    rows = rows.filter(pc.is_valid(rows["description"]))
    encoded = rows["description"].combine_chunks().dictionary_encode()
    folded = [" ".join(shadow(one).split()) for one in encoded.dictionary.to_pylist()]
    numbers = {one: number for number, one in enumerate(dict.fromkeys(folded))}
    of_spellings = np.fromiter((numbers[one] for one in folded), np.int64, len(folded))
    codes = of_spellings[encoded.indices.to_numpy()]
    return Spoken(rows["report_id"].to_numpy(), codes, sketches(list(numbers), index_key))
