"""Bring reports together that say nearly the same: floods are linked and counted, every report stays.

The texts are read from the run's artefacts (the store has them sealed only). What is kept are keyed digests of word
pairs, so the store answers no question about words without the index key. A text is compared with the
`near_text_window` distinct texts before it; of an older one it knows nothing, which keeps time and memory flat.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection, select

from pipeline.artefacts import ROWS, SKETCH, Artefacts
from pipeline.bootstrap import App
from pipeline.runs import Run
from pipeline.stages.distinct import Ints
from pipeline.stages.sketch import REPORTS, SKETCHED, TEXTS, Spoken, sketch
from pipeline.store import bulk
from pipeline.store.commit_reports import mark_step, step_done
from pipeline.store.engine import breathe, reading, writing
from pipeline.store.item_tables import MEMBER, text_member, text_sketch
from triage.errors import Damage
from triage.near_texts import Sketches, joined, near_texts, sketches
from triage.resemblance import LEAST_JACCARD

STEP = "texts"
_MEMBER_COLUMNS = ("run_no", "stretch", "first_report", "last_report", "members", "least")
_SKETCH_COLUMNS = ("run_no", "stretch", "texts", "reports", "offsets", "shingles")
_GROUP_UPSERT = """
INSERT INTO text_group (first_report, reports, last_run) VALUES (?, ?, ?)
ON CONFLICT (first_report) DO UPDATE SET reports = text_group.reports + excluded.reports, last_run = excluded.last_run
"""


@dataclass(slots=True)
class _Known:
    """Earlier texts, newest last: their sketches, the first report of the group each is in, and what was read."""

    sketches: Sketches
    groups: Ints
    read: set[tuple[int, int]]


def relate_texts(app: App, run: Run, stretches: Sequence[Sequence[int]]) -> None:
    """Link and count the texts of a run, stretch by stretch (numbers of its parts); each is one transaction and safe to
    repeat.

    Of two batches at work at once each sees what the other had written when its own stretch began.
    """
    if not app.settings.near_text_window:
        return
    artefacts = app.artefacts(run.run_id)
    known = _Known(sketches([], app.store.index_key), np.empty(0, dtype=np.int64), set())
    for number, parts in enumerate(stretches):
        with reading(app.store.engine) as connection:
            if step_done(connection, run.run_no, STEP, number):
                continue
            _catch_up(connection, known, app.settings.near_text_window)
            said = _committed(connection, _spoken(artefacts, number, parts, app.store.index_key))
        if said is not None:
            _relate(app, run.run_no, number, said, known)
        breathe()


def _catch_up(connection: Connection, known: _Known, window: int) -> None:
    """Read what was written since, newest first, until the window is full."""
    keys = connection.execute(
        select(text_sketch.c.run_no, text_sketch.c.stretch, text_sketch.c.texts)
        .order_by(text_sketch.c.run_no.desc(), text_sketch.c.stretch.desc())
    ).all()  # fmt: skip
    wanted, texts = [], 0
    for key in keys:
        if texts >= window:
            break
        texts += key.texts
        if (key.run_no, key.stretch) not in known.read:
            wanted.append((key.run_no, key.stretch))
    for run_no, stretch in reversed(wanted):
        row = connection.execute(
            select(text_sketch).where(text_sketch.c.run_no == run_no, text_sketch.c.stretch == stretch)
        ).one()
        offsets, shingles = np.frombuffer(row.offsets, dtype="<i8"), np.frombuffer(row.shingles, dtype="<u8")
        _add(known, Sketches.of(offsets, shingles), np.frombuffer(row.reports, dtype="<i8"), window)
        known.read.add((run_no, stretch))


def _add(known: _Known, more: Sketches, groups: Ints, window: int) -> None:
    known.sketches = joined(known.sketches, more, most=window)
    known.groups = np.concatenate([known.groups, groups])[-len(known.sketches) :]


def _spoken(artefacts: Artefacts, stretch: int, parts: Sequence[int], index_key: bytes) -> Spoken:
    """The texts of one stretch, digested beforehand or, also where that was damaged, now."""
    if artefacts.complete(SKETCH, stretch):
        with suppress(Damage):
            return Spoken.read({name: artefacts.read(SKETCH, stretch, name) for name in (REPORTS, TEXTS)})
    return sketch(pa.concat_tables(artefacts.read(ROWS, part, "rows", SKETCHED) for part in parts), index_key)


def _committed(connection: Connection, spoken: Spoken) -> Spoken | None:
    """What those reports say that went into the store; None where there are none."""
    if not len(spoken.reports):
        return None
    there = np.isin(spoken.reports, _in_store(connection, int(spoken.reports[0]), int(spoken.reports[-1])))
    return spoken.only(there) if there.any() else None


def _in_store(connection: Connection, first: int, last: int) -> Ints:
    query = f"SELECT report_id FROM report WHERE report_id BETWEEN {first} AND {last} ORDER BY report_id"
    rows = connection.exec_driver_sql(query).cursor.fetchall()
    return np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=len(rows))


def _relate(app: App, run_no: int, stretch: int, said: Spoken, known: _Known) -> None:
    """Find the groups of one stretch's texts and write its members, counts and sketches."""
    groups, likeness = _groups(said, known)
    of_rows = groups[said.codes]
    long_enough = np.diff(said.sketches.offsets) > 0
    later = (of_rows != said.reports) & long_enough[said.codes]
    members = np.stack([said.reports, of_rows, likeness[said.codes]], axis=1)[later].astype(MEMBER)
    firsts, counts = np.unique(members[:, 1], return_counts=True)
    with writing(app.store.engine, bulk=True) as connection:
        bulk.update(connection, _GROUP_UPSERT, [
            (first, count, run_no) for first, count in zip(firsts.tolist(), counts.tolist(), strict=True)
        ])  # fmt: skip
        if len(members):
            bulk.insert(connection, text_member, _MEMBER_COLUMNS, [
                (run_no, stretch, int(members[0, 0]), int(members[-1, 0]), members.tobytes(), LEAST_JACCARD)
            ])  # fmt: skip
        bulk.insert(connection, text_sketch, _SKETCH_COLUMNS, [(
            run_no, stretch, len(said.sketches), groups.astype("<i8").tobytes(),
            said.sketches.offsets.astype("<i8").tobytes(), said.sketches.shingles.astype("<u8").tobytes(),
        )])  # fmt: skip
        mark_step(connection, run_no, STEP, stretch)
    known.read.add((run_no, stretch))
    _add(known, said.sketches, groups, app.settings.near_text_window)


def _groups(said: Spoken, known: _Known) -> tuple[Ints, Ints]:
    """For each distinct text the first report of its group, and how alike they are in thousandths."""
    firsts = np.full(len(said.sketches), np.iinfo(np.int64).max)
    np.minimum.at(firsts, said.codes, said.reports)
    groups, likeness = firsts.copy(), np.full(len(firsts), 1000, dtype=np.int64)
    pairs = near_texts(said.sketches, known.sketches, LEAST_JACCARD)
    for one, other, jaccard in zip(pairs.first.tolist(), pairs.second.tolist(), pairs.jaccard.tolist(), strict=True):
        earlier = other < len(known.sketches)
        groups[one] = known.groups[other] if earlier else groups[other - len(known.sketches)]
        likeness[one] = round(jaccard * 1000)
    return groups, likeness
