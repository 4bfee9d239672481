"""Reports a person enters or mends, and a process that dies over them: one report or none, never two, none lost."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import func, select

import pipeline.small_run
from pipeline.bootstrap import App
from pipeline.cut_entries import end_cut
from pipeline.entering import enter
from pipeline.mending.listing import listed
from pipeline.mending.mend import close, mend
from pipeline.mending.tables import read_again
from pipeline.nightly import finish_cut_runs
from pipeline.small_run import LOCK_NAME, alone, incoming
from pipeline.store.engine import reading
from pipeline.store.item_tables import content_item
from pipeline.store.schema import reject, report, run
from pipeline.verify import verify
from tests.factories import NOW, new_workspace, take_in, write_csv
from tests.faults.killed_run import die, kill_around_artefacts, kill_around_commit
from tests.forked import forked
from triage.errors import HotlineError, ServiceFailed, UsageError
from triage.people import Person, PersonStatus, Role

pytestmark = pytest.mark.thorough

ANALYST = Person(1, "Analyst", Role.ANALYST, PersonStatus.ACTIVE, "analyst")
ROW = {"received_at": "yesterday", "description": "illegal pictures of a child on this page"}
GOOD, OTHER = ({"received_at": f"2026-10-0{day}T10:00:00+02:00"} for day in (1, 2))
SAID = {"category": "csam", "location": "https://one.example/", "description": "illegal pictures of a child"}
MOMENTS = (
    "registered", "before:unit", "after:unit", "after:seal", "commit:1", "committed:1", "committed:4", "commit:8",
    "committed:9", "commit:12", "committed:14",
)
FEW = ("registered", "after:unit", "commit:8")
"""The others are in `make test-all` only."""


def _marks(moment: str) -> tuple[pytest.MarkDecorator, ...]:
    return () if moment in FEW else (pytest.mark.slow,)


@pytest.fixture
def app(tmp_path: Path) -> App:
    """A store with one reject, J1, whose row has no id."""
    made = new_workspace(tmp_path / "workspace")
    take_in(made, "monday", write_csv(tmp_path / "in.csv", [ROW]))
    return made


def _dying(app: App, moment: str, does: Callable[[], object]) -> int:
    """Call it in a process that kills itself at `moment`; its return code, 0 where it came to its end before."""

    def call() -> int:
        os.setpgid(0, 0)
        kind, _, detail = moment.partition(":")
        if kind == "registered":
            pipeline.small_run.run_batch = lambda *_, **__: die()
        elif kind in ("before", "after"):
            kill_around_artefacts(kind, detail)
        else:
            kill_around_commit(int(detail), app.workspace.root / "seen", after=kind == "committed")
        does()
        return 0

    return forked(call, {}).returncode


def _night(app: App) -> None:
    finish_cut_runs(app, 1, NOW)


def _reports(app: App) -> int:
    with reading(app.store.engine) as connection:
        return int(connection.execute(select(func.count()).select_from(report)).scalar_one())


def _status(app: App) -> str:
    (one,) = [one for one in listed(app, None) if one.reject == "J1"]
    return one.status


def _is_whole(app: App) -> bool:
    with reading(app.store.engine) as connection:
        undone = connection.execute(select(run.c.run_id).where(run.c.committed_at.is_(None))).all()
        open_ones = connection.execute(select(reject.c.closed_reason).where(reject.c.status == "open")).scalars()
        claimed = [one for one in open_ones if one]
    return not undone and not claimed and verify(app, deep=True).findings == ()


@pytest.mark.parametrize(("moment", "then"), [
    *(pytest.param(moment, "another", marks=_marks(moment)) for moment in MOMENTS),
    *((moment, then) for moment in FEW for then in ("the same", "closed", "a night and another")),
])  # fmt: skip
def test_a_reject_whose_mending_was_killed_becomes_one_report_or_none(app: App, moment: str, then: str) -> None:
    assert _dying(app, moment, lambda: mend(app, ANALYST, {1: GOOD}, NOW)) in (0, -signal.SIGKILL)
    if then.startswith("a night"):
        _night(app)
    with suppress(UsageError):  # it is mended already: the counts below tell
        if then == "closed":
            close(app, ANALYST, 1, "spam", NOW)
        else:
            mend(app, ANALYST, {1: GOOD if then == "the same" else OTHER}, NOW)
    _night(app)

    assert _status(app) == ("mended" if _reports(app) else "closed")
    assert _reports(app) == (_status(app) == "mended")
    assert then == "closed" or _status(app) == "mended"
    assert _is_whole(app)


@pytest.mark.parametrize("moment", FEW)
def test_a_reject_whose_mending_was_killed_keeps_its_attachment(app: App, tmp_path: Path, moment: str) -> None:
    (tmp_path / "words.txt").write_bytes(b"no picture")
    take_in(app, "tuesday", write_csv(tmp_path / "more.csv", [ROW | {"attachments": "words.txt"}]))
    (tmp_path / "words.txt").unlink()

    assert _dying(app, moment, lambda: mend(app, ANALYST, {2: GOOD}, NOW)) == -signal.SIGKILL
    _night(app)
    with suppress(UsageError):  # the night may have taken it in to its end
        mend(app, ANALYST, {2: GOOD}, NOW)
    with reading(app.store.engine) as connection:
        found = connection.execute(select(content_item.c.size_bytes, content_item.c.problem)).all()
    assert [tuple(one) for one in found] == [(len(b"no picture"), "no_picture")]
    assert _is_whole(app)


@pytest.mark.parametrize("moment", FEW)
def test_a_table_whose_reading_again_was_killed_goes_in_once(app: App, tmp_path: Path, moment: str) -> None:
    (tmp_path / "table.csv").write_text("t-1;a question\nt-2;a question\nt-3;a;question\n", encoding="utf-8")
    take_in(app, "tuesday", tmp_path / "table.csv")

    assert _dying(app, moment, lambda: read_again(app, ANALYST, [2], "id;description", NOW)) == -signal.SIGKILL
    _night(app)
    assert _reports(app) in (0, 2)
    assert read_again(app, ANALYST, [2], "id;description", NOW).accepted == 2
    assert _reports(app) == 2
    assert [(one.reject, one.status) for one in listed(app, None)][1:] == [("J2", "mended"), ("J3", "open")]
    assert _is_whole(app)


@pytest.mark.slow
def test_enough_of_the_moments_kill(app: App) -> None:
    killed = [
        moment for moment in MOMENTS
        if _dying(app, moment, lambda: enter(app, ANALYST, SAID, "phone", NOW)) == -signal.SIGKILL
    ]  # fmt: skip
    assert {"registered", "before:unit", "after:unit", "commit:1"} < set(killed)
    assert len(killed) >= 8


@pytest.mark.parametrize("moment", [pytest.param(moment, marks=_marks(moment)) for moment in MOMENTS])
def test_a_report_whose_entering_was_killed_is_there_once_or_not_at_all(app: App, moment: str) -> None:
    _dying(app, moment, lambda: enter(app, ANALYST, SAID, "phone", NOW))
    assert moment != "registered" or len(list(incoming(app.workspace).iterdir())) == 2, "a link is left behind"
    _night(app)
    assert [one.name for one in incoming(app.workspace).iterdir()] == [LOCK_NAME]
    kept = _reports(app)
    assert kept in (0, 1)
    assert moment != "registered" or not kept
    assert moment != "after:unit" or kept, "what was sealed is not lost"
    enter(app, ANALYST, SAID, "phone", NOW)
    assert _reports(app) == kept + 1
    assert [one.reject for one in listed(app, None)] == ["J1"]
    assert _is_whole(app)


def test_a_mend_that_failed_first_is_mended_the_second_time(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline.small_run, "run_batch", _fails)
    with pytest.raises(ServiceFailed):
        mend(app, ANALYST, {1: GOOD}, NOW)
    monkeypatch.undo()
    _night(app)
    assert _status(app) == "open"
    assert mend(app, ANALYST, {1: GOOD}, NOW).mended == ("J1",)
    assert (_reports(app), _status(app)) == (1, "mended")
    assert _is_whole(app)


def test_a_task_that_fails_leaves_nothing_and_says_so(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object, **__: object) -> None:
        raise HotlineError("run did not finish")

    monkeypatch.setattr(pipeline.small_run, "run_batch", failing)
    with pytest.raises(HotlineError, match="nothing of it is stored"):
        enter(app, ANALYST, SAID, "phone", NOW)
    assert _is_whole(app)


def test_a_night_leaves_alone_what_is_entered_meanwhile(app: App) -> None:
    _dying(app, "after:unit", lambda: enter(app, ANALYST, SAID, "phone", NOW))
    with alone(app.workspace):
        assert finish_cut_runs(app, 1, NOW) == ((), ())
        assert _reports(app) == 0
        assert len(end_cut(app, NOW).finished) == 1
    assert _reports(app) == 1


def _fails(*_: object, **__: object) -> None:
    raise ServiceFailed("the scheduler does not answer")
