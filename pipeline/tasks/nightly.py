"""The night's work as Luigi tasks, for those who run `luigi` from their own scheduler.

    luigi --module pipeline.tasks Nightly --date 2026-03-01

does what `hotline nightly --date 2026-03-01` does. The drop folder's batch is an ordinary `RunBatch`, so its stages run
in parallel and show in the scheduler; a parameter is a date, never a path.
"""

from __future__ import annotations

import datetime as dt
import json
from abc import abstractmethod
from collections.abc import Generator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import luigi

from pipeline.alerts_first import alarm_of_night
from pipeline.bootstrap import App
from pipeline.durable import write_file
from pipeline.nightly import register_drop
from pipeline.retention_runs import destroy_due, remove_abandoned
from pipeline.tasks.base import Needed, RunTask
from pipeline.tasks.whole import RunBatch
from pipeline.verify import verify
from pipeline.workspace import make_private
from triage.errors import Damage, ServiceFailed

FOLDER = "nightly"


class _DoneTarget(luigi.Target):
    """Done when the night's small file is there."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def exists(self) -> bool:
        return self.path.is_file()


class NightTask(RunTask):
    """One step of a night; its only parameter is the date."""

    run_id = ""
    date: dt.date = luigi.DateParameter()

    def output(self) -> _DoneTarget:
        """Says what the step came to."""
        folder = self.app.workspace.root / FOLDER
        return _DoneTarget(folder / f"{self.date.isoformat()}-{self.task_family}.json")

    def work(self) -> Needed:
        """Do the step and write down what it came to."""
        said = yield from self.step(self.app, datetime.now(UTC))
        path = self.output().path
        make_private(path.parent)
        write_file(path, json.dumps(said, indent=1).encode())

    @abstractmethod
    def step(self, app: App, now: datetime) -> Generator[Any, Any, object]:
        """What this night's step does; answers counts and ids only."""

    def _measure(self, seconds: float, busy: float) -> None:
        """A night belongs to no run's timings."""


class NightlyDrop(NightTask):
    """The drop folder, through a batch of its own."""

    def step(self, app: App, now: datetime) -> Generator[Any, Any, object]:
        """SOS calls and their alerts first; then register the rest and wait for it."""
        remove_abandoned(app.workspace)
        calls = register_drop(app, self.date, now, calls=True)
        if calls is not None:
            yield RunBatch(run_id=calls.run_id)
        alarmed = alarm_of_night(app, now).as_object()
        registered = register_drop(app, self.date, now)
        if registered is None:
            return {"run": None, "alerts": alarmed}
        yield RunBatch(run_id=registered.run_id)
        return {"run": registered.run_id, "alerts": alarmed}


class NightlyRetention(NightTask):
    """Old working keys destroyed."""

    def requires(self) -> NightlyDrop:
        """After the drop folder."""
        return NightlyDrop(date=self.date)

    def step(self, app: App, now: datetime) -> Generator[Any, Any, object]:
        """Destroy what is due."""
        yield from ()
        return {"destroyed": destroy_due(app.workspace, app.store, app.settings.work_key_days, now)}


class NightlyVerify(NightTask):
    """Proof that nothing was lost."""

    def requires(self) -> NightlyRetention:
        """After everything that writes."""
        return NightlyRetention(date=self.date)

    def step(self, app: App, now: datetime) -> Generator[Any, Any, object]:
        """Fails with findings. Raises Damage."""
        yield from ()
        verified = verify(app)
        if verified.findings:
            raise Damage(f"{len(verified.findings)} findings: run `hotline verify`")
        return asdict(verified) | {"at": now.isoformat(timespec="seconds")}


class NightlyAlerts(NightTask):
    """The last word on SOS alerts, so that a night in which nobody was told does not look like a good one."""

    def requires(self) -> NightlyDrop:
        """After the drop folder; what the others come to does not matter here."""
        return NightlyDrop(date=self.date)

    def step(self, app: App, now: datetime) -> Generator[Any, Any, object]:
        """Send what is due once more. Raises ServiceFailed where a person must look."""
        yield from ()
        alarmed = alarm_of_night(app, now)
        if alarmed.needs_somebody:
            raise ServiceFailed("SOS alerts wait for a person: run `hotline alerts tick` and `hotline alerts list`")
        return alarmed.as_object() | {"lines": alarmed.lines()}


class Nightly(luigi.WrapperTask):
    """Everything a night does."""

    date: dt.date = luigi.DateParameter()

    def requires(self) -> list[NightTask]:
        """The last steps, which require all the rest."""
        return [NightlyVerify(date=self.date), NightlyAlerts(date=self.date)]
