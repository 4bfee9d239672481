"""Say how far a run is, on a terminal only: a pipe or a log file gets nothing.

Progress is read from what lies in the run's folder and from the store's markers, so it needs no word with the workers.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from pipeline.store.engine import reading
from pipeline.store.schema import run_step
from pipeline.store.store import Store
from triage.errors import HotlineError

EVERY_SECONDS = 1.0
STAGES = ("unit", "locate", "seal", "group", "classify")
_CLEAR = "\r\033[K"


@contextmanager
def shown(store: Store, folder: Path, run_no: int, units: int) -> Iterator[None]:
    """Show progress while the block runs, if standard error is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    teller = threading.Thread(target=_tell, args=(store, folder, run_no, units, done), daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()
        print(_CLEAR, end="", file=sys.stderr, flush=True)


def line(folder: Path, units: int, slices: int) -> str:
    """One line on how far a run is: units read, stretches located, parts sealed and classified, slices in the store."""
    parts = _made(folder / "rows")
    counts = {stage: _made(folder / stage) for stage in STAGES}
    said = [f"read {counts['unit']}/{units}", f"located {counts['locate']} stretches"]
    said += [f"{stage} {counts[stage]}/{parts}" for stage in ("seal", "classify")]
    return "  ".join([*said, f"committed {slices} slices"])


def _tell(store: Store, folder: Path, run_no: int, units: int, done: threading.Event) -> None:
    while not done.wait(EVERY_SECONDS):
        print(_CLEAR + line(folder, units, _slices(store, run_no)), end="", file=sys.stderr, flush=True)


def _made(stage: Path) -> int:
    return sum(1 for _ in stage.glob("part-*")) if stage.is_dir() else 0


def _slices(store: Store, run_no: int) -> int:
    try:
        with reading(store.engine) as connection:
            query = select(func.count()).where(run_step.c.run_no == run_no, run_step.c.step == "reports")
            return int(connection.execute(query).scalar_one())
    except (HotlineError, SQLAlchemyError):
        return 0
