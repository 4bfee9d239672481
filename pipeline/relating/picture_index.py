"""The PDQ values of all pictures in the store as a saved, memory-mapped index that grows with every batch.

Derived from the store and never trusted beyond it: what is missing is caught up, what does not fit is made anew. Values
lie in segments (folders of arrays that are never changed); a new one is merged with the one before it while that is not
much larger, so there are few and each value is rebuilt a handful of times (a log-structured merge, O'Neil et al. 1996).
"""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import select, text

from pipeline.durable import new_folder, sync_folder, write_file
from pipeline.store.engine import reading
from pipeline.store.item_tables import signal
from pipeline.store.schema import run
from pipeline.store.store import Store
from pipeline.workspace import make_private
from triage.errors import UsageError
from triage.matching import RadiusIndex
from triage.report import run_range
from triage.resemblance import INDEX, PERCEPTUAL, PERCEPTUAL_BYTES

SEGMENT_ROWS_MOST = 2_000_000
"""60,000 pictures. A full segment takes about 600 MB of disk, of which a search touches what it needs."""
READ_ROWS = 100_000
_MANIFEST_NAME, _LOCK_NAME = "manifest.json", "lock"
_ROWS = ("values", "report", "position", "form")
_INDEX_PREFIX = "index-"
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Near:
    """Hits, one line each: place of the query, the item hit, the number of its form in `INDEX`, distance in bits."""

    query: Numbers
    report: Numbers
    position: Numbers
    form: Numbers
    distance: Numbers


@dataclass(frozen=True, slots=True)
class _Segment:
    runs: tuple[int, ...]
    rows: dict[str, npt.NDArray[Any]]
    index: RadiusIndex
    name: str

    def __len__(self) -> int:
        return len(self.rows["report"])


class PictureIndex:
    """Opened with `opened`, which holds the folder's lock."""

    def __init__(self, folder: Path, segments: list[_Segment]) -> None:
        self._folder = folder
        self._segments = segments

    def search(self, values: npt.NDArray[np.uint8], radius: int) -> Near:
        """Every stored picture form within `radius` bits of `values` (m, 32)."""
        found = [np.empty((5, 0), dtype=np.int64)]
        for segment in self._segments:
            hits = segment.index.search(values, radius)
            rows = (segment.rows[name][hits.id] for name in _ROWS[1:])
            found.append(np.stack([hits.query, *rows, hits.distance]).astype(np.int64))
        return Near(*np.concatenate(found, axis=1))

    def catch_up(self, store: Store) -> None:
        """Take in every run whose pictures are in the store and not here yet."""
        known = {one for segment in self._segments for one in segment.runs}
        for run_no in [one for one in _runs(store) if one not in known]:
            for rows in _read(store, run_no):
                self._append(run_no, rows)
        self._save()

    def _append(self, run_no: int, rows: dict[str, npt.NDArray[Any]]) -> None:
        runs: tuple[int, ...] = (run_no,)
        if self._segments and not len(rows["report"]):
            self._segments[-1] = replace(self._segments[-1], runs=(*self._segments[-1].runs, run_no))
            return
        while self._segments:
            last = self._segments[-1]
            size = len(rows["report"])
            if len(last) > 2 * size or len(last) + size > SEGMENT_ROWS_MOST:
                break
            rows = {name: np.concatenate([last.rows[name], rows[name]]) for name in _ROWS}
            runs = tuple(sorted({*last.runs, *runs}))
            self._segments.pop()
        index = RadiusIndex.build(rows["values"], np.arange(len(rows["report"]), dtype=np.int64))
        self._segments.append(_Segment(runs, rows, index, ""))

    def _save(self) -> None:
        """New segments, then the manifest that names them, then whatever it no longer names goes."""
        kept: list[_Segment] = []
        taken = {segment.name for segment in self._segments}
        numbers = (number for number in range(1, 1 << 30) if f"segment-{number:06d}" not in taken)
        for segment in self._segments:
            name = segment.name
            if not name:
                name = next(
                    one for one in (f"segment-{number:06d}" for number in numbers) if not (self._folder / one).exists()
                )
                with new_folder(self._folder / name) as folder:
                    _write(folder, segment)
            kept.append(_Segment(segment.runs, segment.rows, segment.index, name))
        self._segments = kept
        listed = [{"name": one.name, "runs": list(one.runs), "rows": len(one)} for one in kept]
        write_file(self._folder / _MANIFEST_NAME, json.dumps({"segments": listed}).encode())
        _remove_others(self._folder, {one.name for one in kept})


@contextmanager
def opened(folder: Path) -> Iterator[PictureIndex]:
    """The index in a folder, alone with it; empty where there is none or where it does not fit together."""
    make_private(folder)
    with (folder / _LOCK_NAME).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield PictureIndex(folder, _segments(folder))


def _segments(folder: Path) -> list[_Segment]:
    try:
        listed = json.loads((folder / _MANIFEST_NAME).read_bytes())["segments"]
        return [_load(folder / one["name"], tuple(one["runs"]), int(one["rows"])) for one in listed]
    except (OSError, ValueError, TypeError, KeyError, UsageError):
        return []


def _load(folder: Path, runs: tuple[int, ...], count: int) -> _Segment:
    arrays = {path.stem: _mapped(path) for path in folder.glob("*.npy")}
    rows = {name: arrays[name] for name in _ROWS}
    if any(len(column) != count for column in rows.values()):
        raise ValueError("a segment's columns differ in length")
    index = {name.removeprefix(_INDEX_PREFIX): one for name, one in arrays.items() if name.startswith(_INDEX_PREFIX)}
    return _Segment(runs, rows, RadiusIndex.from_arrays(index), folder.name)


def _mapped(path: Path) -> npt.NDArray[Any]:
    """Mapped, except where there is nothing to map."""
    try:
        return np.load(path, mmap_mode="r", allow_pickle=False)  # type: ignore[no-any-return]
    except ValueError:
        return np.load(path, allow_pickle=False)  # type: ignore[no-any-return]


def _write(folder: Path, segment: _Segment) -> None:
    arrays = {**segment.rows, **{_INDEX_PREFIX + name: one for name, one in segment.index.arrays().items()}}
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)
    sync_folder(folder)


def _remove_others(folder: Path, kept: set[str]) -> None:
    for path in folder.iterdir():
        if path.is_dir() and path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)


def _runs(store: Store) -> list[int]:
    """Committed runs that brought attachments, rising."""
    with reading(store.engine) as connection:
        brought = {int(row[0]) for row in connection.execute(text("SELECT DISTINCT report_id >> 40 FROM content_item"))}
        committed = connection.execute(select(run.c.run_no).where(run.c.committed_at.is_not(None))).scalars()
        return sorted(brought.intersection(committed))


def _read(store: Store, run_no: int) -> Iterator[dict[str, npt.NDArray[Any]]]:
    """The searched forms of one run's pictures, in blocks; one empty block for a run whose items are no pictures."""
    first, beyond = run_range(run_no)
    query = select(signal.c.value, signal.c.report_id, signal.c.position, signal.c.form).where(
        signal.c.type == PERCEPTUAL, signal.c.form.in_(INDEX), signal.c.report_id >= first, signal.c.report_id < beyond
    )
    any_rows = False
    with reading(store.engine) as connection:
        for block in connection.execution_options(stream_results=True).execute(query).partitions(READ_ROWS):
            any_rows = True
            yield _columns(block)
    if not any_rows:
        yield _columns([])


def _columns(block: Sequence[Any]) -> dict[str, npt.NDArray[Any]]:
    numbers = {form: number for number, form in enumerate(INDEX)}
    values = np.frombuffer(b"".join(bytes(row[0]) for row in block), dtype=np.uint8)
    return {
        "values": values.reshape(-1, PERCEPTUAL_BYTES),
        "report": np.array([row[1] for row in block], dtype=np.int64),
        "position": np.array([row[2] for row in block], dtype=np.int16),
        "form": np.array([numbers[row[3]] for row in block], dtype=np.uint8),
    }
