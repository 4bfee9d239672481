"""What a hotline does every night: take in the drop folder, finish cut runs, destroy old keys, prove all is well.

Every step is safe to repeat, so a night that was cut is simply run again with the same date.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from pipeline.after_ingest import unsettled
from pipeline.alerts_first import ENDING, alarm_of_night, split, whole_summary
from pipeline.batch import run_batch
from pipeline.bootstrap import App
from pipeline.cut_entries import Ended, end_cut, is_small
from pipeline.desk.package_folder import tidy
from pipeline.inputs import Found
from pipeline.keys import opens_here, refuse_open_vault
from pipeline.printable import file_name
from pipeline.retention_runs import destroy_due, remove_abandoned
from pipeline.runs import Run, began, find_inputs, register
from pipeline.small_run import alone
from pipeline.verify import Verified, verify
from triage.errors import BadConfiguration, HotlineError, UsageError

MAX_RUNS_A_NIGHT = 100


@dataclass(frozen=True, slots=True)
class Night:
    """What one night came to."""

    date: str
    taken_in: dict[str, object] | None
    """Summary of the drop folder's run; None where there was nothing."""
    finished: tuple[str, ...]
    unfinished: tuple[str, ...]
    destroyed: tuple[str, ...]
    leftovers: int
    verified: Verified
    unreadable: tuple[str, ...] = ()
    """Files of the drop folder no channel reads, hidden and unfinished ones: they stay there until somebody looks."""
    alerts: dict[str, object] = field(default_factory=dict)
    """What was done about SOS calls, as `pipeline.alerts_first.Alarmed` says it."""
    drop_folder_set: bool = True
    """Whether a drop folder is set at all: without one no night takes anything in."""


def night(app: App, of: date, now: datetime, workers: int) -> Night:
    """Do everything in order. Raises BadConfiguration for a drop folder that is not there; findings are no error."""
    calls = register_drop(app, of, now, calls=True)
    summaries = [] if calls is None else [run_batch(app, calls, 1)]
    alarmed = alarm_of_night(app, now)
    finished, unfinished = finish_cut_runs(app, workers, now)
    leftovers = remove_abandoned(app.workspace) + tidy(app)
    if (registered := register_drop(app, of, now)) is not None:
        summaries.append(whole_summary(app, registered, run_batch(app, registered, workers)))
    destroyed = destroy_due(app.workspace, app.store, app.settings.work_key_days, now)
    verified = verify(app)
    odd = _drop(app)
    unreadable = tuple(f"{file_name(file.path)} {file.problem}" for file in odd.unreadable + odd.passed)
    return Night(
        of.isoformat(), summaries[-1] if summaries else None, finished, unfinished, tuple(destroyed), leftovers,
        verified, unreadable, alarmed.as_object(), bool(app.settings.drop_folder),
    )  # fmt: skip


def register_drop(app: App, of: date, now: datetime, *, calls: bool = False) -> Run | None:
    """Register what lies in the drop folder as this night's batch; None if there is nothing to read.

    With `calls` the SOS calls in it, which go ahead in a run of their own; else everything else.
    The same night with the same files is the same batch; with others (some arrived since) it is the next one.
    """
    found = split(_drop(app))[0 if calls else 1]
    if not found.files:
        return None
    opens_here(app.workspace, app.vault().key_id)
    if not calls:
        refuse_open_vault(app.workspace, app.vault().key_id)
    for number in range(1, MAX_RUNS_A_NIGHT):
        run_id = f"nightly-{of.isoformat()}" + (f"-{number}" if number > 1 else "") + (ENDING if calls else "")
        try:
            return register(
                app.workspace, app.store, run_id, found,
                versions=app.rule_versions(calls=calls), after_ingest=app.settings.after_ingest, now=now,
            )  # fmt: skip
        except UsageError:
            continue
    raise UsageError(f"the drop folder was taken in {MAX_RUNS_A_NIGHT} times for this date: give another --date")


def finish_cut_runs(app: App, workers: int, now: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Try to finish every run that did not come to its end; answers the ids of those that did and did not.

    Reports being entered or mended meanwhile are left to the process that does so.
    """
    waiting = [one for one in unsettled(app.store) if began(app.workspace, one) and not is_small(one)]
    ended = _end_entries(app, now)
    finished, unfinished = list(ended.finished), list(ended.unfinished)
    for run_id in waiting:
        try:
            run_batch(app, app.run(run_id), workers)
        except HotlineError:
            unfinished.append(run_id)
        else:
            finished.append(run_id)
    return tuple(finished), tuple(unfinished)


def _end_entries(app: App, now: datetime) -> Ended:
    try:
        with alone(app.workspace, wait=False):
            return end_cut(app, now)
    except UsageError:
        return Ended((), ())


def _drop(app: App) -> Found:
    folder = app.settings.drop_folder
    if not folder:
        return Found((), (), ())
    path = Path(folder)
    if not path.is_dir():
        raise BadConfiguration("setting drop_folder names no folder: mend it in hotline.toml, or leave it empty")
    if path.resolve().is_relative_to(app.workspace.root) or app.workspace.root.is_relative_to(path.resolve()):
        raise BadConfiguration("setting drop_folder must lie outside the workspace, and not hold it")
    return find_inputs([path])
