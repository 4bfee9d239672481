"""Run one registered batch with Luigi and say what came of it."""

from __future__ import annotations

import gc
import json
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select, text

from pipeline.after_ingest import became_of, is_settled, was_settled
from pipeline.artefacts import UNIT, Artefacts
from pipeline.bootstrap import WORKSPACE_VARIABLE, App
from pipeline.durable import write_file
from pipeline.keys import work_key
from pipeline.printable import file_name
from pipeline.progress import shown
from pipeline.resources import resource
from pipeline.routes import routes
from pipeline.runs import Run
from pipeline.scheduler import must_answer
from pipeline.store.commit_run import MARKS_GONE, counts_of, is_committed, was_committed
from pipeline.store.engine import reading
from pipeline.store.item_tables import MEMBER_BYTES, signal
from pipeline.store.schema import case_record, further_link, report
from triage.errors import Damage, HotlineError, ServiceFailed
from triage.report import run_range
from triage.verdict import Escalation, Label

MIB = 2**20
LEAST_ROOM = 64 * MIB
"""With less left where a run stopped, the disk is why."""
_OF_RUN = "report_id >= :first AND report_id < :beyond"
_ALIKE = {
    "known_to_lists": f"SELECT count(*) FROM signal_match WHERE level = 'known' AND {_OF_RUN}",
    "resembling_lists": f"SELECT count(*) FROM signal_match WHERE level = 'suggestion' AND {_OF_RUN}",
    "pictures_linked": f"SELECT count(*) FROM picture_link WHERE level = 'link' AND {_OF_RUN}",
    "pictures_suggested": f"SELECT count(*) FROM picture_link WHERE level = 'suggestion' AND {_OF_RUN}",
    "near_texts": f"SELECT sum(length(members)) / {MEMBER_BYTES} FROM text_member WHERE run_no = :run",
}
SUMMARY_NAME, LOG_NAME = "summary.json", "log"


@dataclass(frozen=True, slots=True)
class Stage:
    """What one stage took: seconds summed over its tasks, by the clock and of a processor, and the largest resident
    memory of one of them."""

    name: str
    seconds: float
    cpu_seconds: float
    peak_bytes: int


def run_batch(app: App, run: Run, workers: int, *, apart: bool = True) -> dict[str, object]:
    """Run everything that is left of a batch; answers and writes its summary.

    `apart` gives each task a process of its own, up to `workers` at once, which ends with all its memory and is ended
    when it takes too long. For a few rows a person just entered that costs more than the work: without it, tasks run
    one after the other in this process.

    Raises HotlineError if a task failed for good, ServiceFailed where the disk is full: running the same batch again
    goes on from there. Raises Damage where the audit chain says of it what the store has forgotten,
    KeyProblem where its working key is gone, BadConfiguration where the routes cannot be read.
    """
    told = was_committed(app.store, run.run_id), was_settled(app.store, run.run_id)  # first: both are written together
    marked = is_committed(app.store, run.run_id), is_settled(app.store, run.run_no)
    if any(said and not mark for said, mark in zip(told, marked, strict=True)):
        raise Damage(MARKS_GONE.format(run.run_id))
    if not marked[0]:
        routes()
        work_key(app.workspace, run.run_id)  # without either every task would fail
    if not all(marked):
        _build(app, run, workers if apart else 1, apart)
    return summarise(app, run)


def _build(app: App, run: Run, workers: int, apart: bool) -> None:
    import luigi
    import luigi.configuration

    from pipeline.tasks import RunBatch
    from pipeline.tasks.base import begin_anew

    begin_anew()
    must_answer(app.settings)
    luigi.configuration.add_config_path(str(resource("luigi.cfg")))  # type: ignore[no-untyped-call]
    configuration = luigi.configuration.get_config()  # type: ignore[no-untyped-call]
    configuration.set("scheduler", "retry_count", str(app.settings.task_retries + 1))
    configuration.set("scheduler", "retry_delay", str(app.settings.retry_delay_seconds))
    configuration.set("worker", "force_multiprocessing", str(apart))
    configuration.set("worker", "timeout", str(app.settings.task_timeout_seconds if apart else 0))
    _log_to(app.workspace.run(run.run_id) / LOG_NAME)
    folder = app.workspace.run(run.run_id)
    with _workspace_named(app.workspace.root), shown(app.store, folder, run.run_no, len(run.units)):
        options = (
            {"scheduler_url": app.settings.scheduler_url, "local_scheduler": False}
            if app.settings.scheduler_url
            else {"local_scheduler": True}
        )  # luigi.cfg says local_scheduler = true, which would win over an address
        with _shared_with_tasks():
            luigi.build(  # type: ignore[no-untyped-call]
                [RunBatch(run_id=run.run_id)], workers=workers, **options
            )
    if not is_settled(app.store, run.run_no):  # Luigi's own answer is no also where a second try succeeded
        goes_on = f"the same command with --batch {run.run_id} goes on from there"
        if shutil.disk_usage(app.workspace.root).free < LEAST_ROOM:
            raise ServiceFailed(f"run {run.run_id} did not finish: the disk is full, make room; {goes_on}")
        _say_damage(app, run)
        raise HotlineError(f"run {run.run_id} did not finish: see runs/{run.run_id}/log; {goes_on}")


def _say_damage(app: App, run: Run) -> None:
    """Raises Damage where what the run made was changed before its commit: to run it again would not help."""
    if is_committed(app.store, run.run_id):
        return
    damaged = Artefacts(app.workspace.run(run.run_id), run.run_id, b"").damaged()
    if damaged:
        raise Damage(
            f"run {run.run_id} did not finish: its artefact {damaged[0]} was changed or cut: restore its"
            f" runs/{run.run_id} from your backup, or take its files in under a new --batch; none of them was removed"
        )


def summarise(app: App, run: Run) -> dict[str, object]:
    """The run's counts, labels, dangers, and time and memory per stage; also written to `summary.json`."""
    counts = counts_of(app.store, run.run_id)
    labels, escalated = _opinions(app, run.run_no)
    attached = _attached(app, run)
    unreadable = [file for file in run.unreadable if file.sha256 not in attached]
    folder = app.workspace.run(run.run_id)
    summary: dict[str, object] = {
        "run": run.run_id, "read": counts.read, "accepted": counts.accepted, "rejected": counts.rejected,
        "already_known": counts.already_known, "new_cases": counts.new_cases,
        "duplicates": counts.accepted - _opened(app, run.run_no, counts.new_cases), "unheard": _unheard(app, run),
        "labels": labels, "escalated": escalated,
        "unreadable_files": len(unreadable), "files_still_growing": run.growing,
        "unreadable": [f"{file_name(file.path)} {file.problem}" for file in unreadable],
        "left_alone": [f"{file_name(file.path)} {file.problem}" for file in run.passed],
        "same_bytes": [[file_name(run.files[one].path) for one in numbers] for numbers in run.same_bytes()],
        "attached_files": len(run.unreadable) - len(unreadable),
        "alike": _alike(app, run.run_no),
        "inputs": became_of(app.store, run.run_id), "taken_in_by": sorted({by for _, by in run.taken}),
        "stages": {
            stage.name: {
                "seconds": round(stage.seconds, 3), "cpu_seconds": round(stage.cpu_seconds, 3),
                "peak_mib": round(stage.peak_bytes / MIB, 1),
            }
            for stage in _stages(folder / "timings")
        },
    }  # fmt: skip
    write_file(folder / SUMMARY_NAME, json.dumps(summary, indent=1).encode())
    return summary


def _opened(app: App, run_no: int, new_cases: int) -> int:
    """Cases whose first report by its own address came in this run: one report of many addresses opens many cases."""
    first, beyond = run_range(run_no)
    ours = (report.c.report_id >= first, report.c.report_id < beyond)
    further = (further_link.c.report_id >= first, further_link.c.report_id < beyond)
    with reading(app.store.engine) as connection:
        if connection.execute(select(further_link.c.report_id).where(*further).limit(1)).first() is None:
            return new_cases
        query = select(func.count(report.c.case_id.distinct())).join(
            case_record, case_record.c.case_id == report.c.case_id
        )
        return int(connection.execute(query.where(*ours, case_record.c.opened_run == run_no)).scalar_one())


def _unheard(app: App, run: Run) -> int:
    """How many rows hold words under headings nobody knows; 0 once the run's artefacts are gone."""
    artefacts = Artefacts(app.workspace.run(run.run_id), run.run_id, b"")
    try:
        return sum(int(str(artefacts.facts(UNIT, unit).get("unheard", 0))) for unit in range(len(run.units)))
    except Damage:
        return 0


def _attached(app: App, run: Run) -> set[str]:
    """SHA-256 of what reports of this run brought: such a file in the input folder is no input nobody could read."""
    if not run.unreadable:
        return set()
    first, beyond = run_range(run.run_no)
    query = select(signal.c.value).where(
        signal.c.type == "sha256", signal.c.report_id >= first, signal.c.report_id < beyond
    )
    with reading(app.store.engine) as connection:
        return {bytes(value).hex() for (value,) in connection.execute(query)}


def _alike(app: App, run_no: int) -> dict[str, int]:
    """What was brought together beside the cases: attachments lists know, pictures linked and suggested, near texts."""
    first, beyond = run_range(run_no)
    spans = {"first": first, "beyond": beyond, "run": run_no}
    with reading(app.store.engine) as connection:
        return {
            name: int(connection.execute(text(statement), spans).scalar_one() or 0)
            for name, statement in _ALIKE.items()
        }


def _opinions(app: App, run_no: int) -> tuple[dict[str, int], dict[str, int]]:
    first, beyond = run_range(run_no)
    labels = {str(label): 0 for label in Label}
    escalated = {str(kind): 0 for kind in Escalation if kind}
    statement = (
        "SELECT v.label, v.escalate, sum(r.times) FROM (SELECT verdict_id, count(*) AS times FROM report"
        " WHERE report_id >= :first AND report_id < :beyond GROUP BY verdict_id) r"
        " JOIN verdict v ON v.verdict_id = r.verdict_id GROUP BY v.label, v.escalate"
    )  # distinct opinions are few: counted first, joined after
    with reading(app.store.engine) as connection:
        for label, escalate, count in connection.execute(text(statement), {"first": first, "beyond": beyond}):
            labels[str(Label(label))] += int(count)
            if escalate:
                escalated[str(Escalation(escalate))] += int(count)
    return labels, escalated


def _stages(folder: Path) -> list[Stage]:
    found: dict[str, Stage] = {}
    for path in sorted(folder.glob("[!.]*")) if folder.is_dir() else ():
        name, seconds, busy, peak = path.read_text(encoding="ascii").split("\t")
        one = found.get(name, Stage(name, 0.0, 0.0, 0))
        found[name] = Stage(
            name, one.seconds + float(seconds), one.cpu_seconds + float(busy), max(one.peak_bytes, int(peak))
        )
    return list(found.values())


def _log_to(path: Path) -> None:
    """Luigi's warnings and errors go to the run's own log; they carry ids only. Nothing goes to the terminal."""
    for name in ("luigi", "luigi-interface", "luigi.scheduler"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        logger.propagate = False
        for handler in logger.handlers[:]:
            logger.removeHandler(handler)
            handler.close()
    handler = _QuietLog(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    for name in ("luigi", "luigi-interface"):
        logging.getLogger(name).addHandler(handler)


class _QuietLog(logging.FileHandler):
    """A log nobody can write to, on a full disk, says nothing: its own failure would show paths on the terminal."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name `logging` calls
        """The record is lost; the command says what became of the run."""
        del record

    def close(self) -> None:
        """Also where what is still buffered cannot be written."""
        with suppress(OSError):
            super().close()


@contextmanager
def _shared_with_tasks() -> Iterator[None]:
    """What was loaded so far is not searched for cycles while tasks are forked: each search writes to all of it, and
    so copies what processes share."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@contextmanager
def _workspace_named(root: Path) -> Iterator[None]:
    """Tasks find their workspace in the environment, so that no path is a parameter."""
    before = os.environ.get(WORKSPACE_VARIABLE)
    os.environ[WORKSPACE_VARIABLE] = str(root)
    try:
        yield
    finally:
        if before is None:
            del os.environ[WORKSPACE_VARIABLE]
        else:
            os.environ[WORKSPACE_VARIABLE] = before
