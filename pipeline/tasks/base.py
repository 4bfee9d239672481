"""What every task shares: the run it belongs to, how long it took, and a top loop that lets no value out.

Luigi writes a failed task's traceback into logs. Our own errors carry no input and are re-raised bare; anything else
(a library's error may quote a row) is replaced by its type's name.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import resource
import time
from abc import abstractmethod
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import luigi

from pipeline.arrow_alone import without_pandas
from pipeline.artefacts import Artefacts
from pipeline.bootstrap import WORKSPACE_VARIABLE, App
from pipeline.durable import write_file
from pipeline.tasks.plain_log import speak_plainly
from pipeline.workspace import make_private
from triage.errors import HotlineError

KIB = 1024
TIMINGS = "timings"
Needed = Generator[Any, Any, None]
without_pandas()
speak_plainly()


def begin_anew() -> None:
    """Forget the application of an earlier run in this process: settings and the model in force may have changed."""
    _app.cache_clear()


class RunTask(luigi.Task):
    """A task of one run. Its parameters are the opaque run id and at most a part number; the workspace is the one
    HOTLINE_WORKSPACE names."""

    run_id: str = luigi.Parameter()
    _working = False

    @property
    def app(self) -> App:
        """The application over the workspace of this process; made anew after a fork."""
        return _app(os.environ.get(WORKSPACE_VARIABLE), os.getpid(), self._working)

    @property
    def folder(self) -> Path:
        """The run's folder."""
        return self.app.workspace.run(self.run_id)

    def run(self) -> Needed:
        """Do the work, measured; errors leave without input."""
        self._working = _ends_with_task()
        started, busy = time.monotonic(), time.process_time()
        try:
            with _no_cycle_search():
                yield from self.work()
        except HotlineError as error:
            raise error from None
        except OSError as error:
            raise HotlineError(f"{self.task_family} failed: {os.strerror(error.errno or 0)}") from None
        except Exception as error:  # noqa: BLE001 - the second top loop of DESIGN §6: no value may reach Luigi's logs
            raise HotlineError(f"{self.task_family} failed with {type(error).__name__}{place(error)}") from None
        self._measure(time.monotonic() - started, time.process_time() - busy)

    @abstractmethod
    def work(self) -> Needed:
        """The task's own work; a generator, so that it may yield tasks it turns out to need."""

    def _measure(self, seconds: float, busy: float) -> None:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB
        line = f"{self.task_family}\t{seconds:.3f}\t{busy:.3f}\t{peak}\n"
        write_file(
            make_private(self.folder / TIMINGS) / f"{self.task_family}-{getattr(self, 'part', 0)}", line.encode()
        )


class ArtefactTarget(luigi.Target):
    """Done when the artefact's part is whole on disk."""

    def __init__(self, root: Path, run_id: str, stage: str, part: int) -> None:
        self._artefacts = Artefacts(root, run_id, b"")
        self._stage, self._part = stage, part

    def exists(self) -> bool:
        """Whether the part was written to its end; needs no key."""
        return self._artefacts.complete(self._stage, self._part)


class PartTask(RunTask):
    """A task over one unit, stretch or part (`part` is its number) whose result is one artefact of `stage`."""

    part: int = luigi.IntParameter()
    stage = ""

    def output(self) -> ArtefactTarget:
        """The part's artefact."""
        return ArtefactTarget(self.folder, self.run_id, self.stage, self.part)


@contextmanager
def _no_cycle_search() -> Iterator[None]:
    """Python looks for reference cycles again and again while columns of objects grow, and finds none: it was 40 % of
    a stage's time (measured). Nor is what the task leaves searched where its process ends with it."""
    gc.disable()
    try:
        yield
    finally:
        if _ends_with_task():
            gc.freeze()
        gc.enable()


def _ends_with_task() -> bool:
    """Whether Luigi began this process for one task, so that connections and memory may be kept to its end."""
    return multiprocessing.parent_process() is not None


@lru_cache(maxsize=2)
def _app(_workspace: str | None, _process: int, working: bool) -> App:
    return App.at(keep_connections=working)


def place(error: Exception) -> str:
    """File and line of our own code where it happened: enough to find the bug, nothing of the data."""
    where = ""
    step = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        where = f" at {Path(code.co_filename).name}:{step.tb_lineno}"
        step = step.tb_next
    return where
