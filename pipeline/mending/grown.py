"""A file that was still being written when a run began is a reject; read whole by a later run, it waits for nobody.

Only where what lay there then is, byte for byte, how the file begins that was read now: then every row of it was read.
A file that was replaced, or is gone, stays a person's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from pipeline.after_ingest import FILE_CHANGED
from pipeline.bootstrap import App
from pipeline.identity import text_digests
from pipeline.inputs import READ_BYTES, InputFile
from pipeline.mending.claims import end
from pipeline.mending.listing import CLOSED, OPEN
from pipeline.runs import Run
from pipeline.store.engine import reading, writing
from pipeline.store.schema import input_file, reject

TAKEN_IN = "taken_in"
"""Why the machine closed such a reject."""


def end_grown(app: App, run: Run, rows: Mapping[int, int], now: datetime) -> tuple[int, ...]:
    """Close what earlier runs said of files this one read; answers the rejects' numbers.

    `rows`: what each file brought, by its number. Call it while the files are still there.
    """
    earlier = (input_file.c.run_no == reject.c.run_no) & (input_file.c.file_no == reject.c.file_no)
    still = (reject.c.status == OPEN) & reject.c.closed_reason.is_(None)
    query = (
        select(reject.c.reject_id, input_file.c.path_digest, input_file.c.sha256, input_file.c.bytes)
        .join(input_file, earlier).where(still, reject.c.reason == FILE_CHANGED, reject.c.run_no != run.run_no)
    )  # fmt: skip
    with reading(app.store.engine) as connection:
        waiting = connection.execute(query).all()
    if not waiting:
        return ()
    read = [file for number, file in enumerate(run.files) if rows.get(number)]
    files = dict(zip(text_digests([file.path for file in read], app.store.index_key), read, strict=True))
    done = [
        one.reject_id for one in waiting
        if (file := files.get(bytes(one.path_digest))) is not None and _begins(file, one.bytes, one.sha256)
    ]  # fmt: skip
    if not done:
        return ()
    with writing(app.store.engine) as connection:
        mine = select(reject.c.reject_id).where(still, reject.c.reject_id.in_(done)).order_by(reject.c.reject_id)
        done = list(connection.execute(mine).scalars())  # a person may have closed one meanwhile
        for number in done:
            end(app, connection, number, CLOSED, TAKEN_IN, None, now)
    return tuple(done)


def _begins(file: InputFile, size: int, sha256: str) -> bool:
    """Whether the file is still what was read, and its first `size` bytes are those of that digest."""
    whole, first = hashlib.sha256(), hashlib.sha256()
    try:
        with Path(file.path).open("rb") as source:
            while piece := source.read(READ_BYTES):
                whole.update(piece)
                first.update(piece[:size])
                size = max(size - len(piece), 0)
    except OSError:
        return False
    return (whole.hexdigest(), first.hexdigest()) == (file.sha256, sha256)
