"""SOS calls that say the same, or can be read as little as each other, are as many calls as came."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from sqlalchemy import func, select

from pipeline.batch import run_batch
from pipeline.runs import find_inputs, register
from pipeline.store.engine import reading
from pipeline.store.schema import reject, report
from pipeline.verify.everything import verify
from tests.desk import NOW, Desk
from triage.report import Fact

pytestmark = pytest.mark.thorough

CALL = json.dumps({"alert": "sos", "organisation": "Safe House (sample)", "place": "BA-RS-Banja Luka"})
"""As an app sends it that gives its calls neither a number nor a time."""


def _take(desk: Desk, name: str, after_ingest: str, *files: Path) -> None:
    run = register(
        desk.app.workspace, desk.app.store, name, find_inputs(list(files)),
        versions=desk.app.rule_versions(), after_ingest=after_ingest, now=NOW,
    )  # fmt: skip
    run_batch(desk.app, run, 1, apart=False)


def _written(desk: Desk, text: str, *names: str) -> list[Path]:
    files = [desk.folder / f"{name}.sos.json" for name in names]
    for file in files:
        file.write_text(text, encoding="utf-8")
    return files


def _counted(desk: Desk) -> tuple[int, int]:
    """Calls among the reports, and rejects."""
    app = desk.app
    with reading(app.store.engine) as connection:
        calls = connection.execute(
            select(func.count()).select_from(report).where(report.c.facts.bitwise_and(int(Fact.ALERT)) != 0)
        ).scalar_one()
        rejects = connection.execute(select(func.count()).select_from(reject)).scalar_one()
    assert verify(app).findings == ()
    return calls, rejects


@pytest.mark.parametrize(("text", "each"), [(CALL, (1, 0)), ("", (0, 1)), ("\x00\x00\x01", (0, 1))])
def test_two_calls_with_the_same_bytes_are_two(desk: Desk, text: str, each: tuple[int, int]) -> None:
    _take(desk, "monday", "seal", *_written(desk, text, "one", "two"))
    assert _counted(desk) == (2 * each[0], 2 * each[1])


@pytest.mark.parametrize(("text", "each"), [(CALL, (1, 0)), ("", (0, 1))])
def test_a_later_call_in_the_same_name_is_another_one(desk: Desk, text: str, each: tuple[int, int]) -> None:
    for name, written, after_ingest in (("monday", 1, "keep"), ("friday", 2, "seal"), ("sunday", 3, "seal")):
        files = _written(desk, text, "call")
        os.utime(files[0], ns=(written, written))
        _take(desk, name, after_ingest, *files)
    assert _counted(desk) == (3 * each[0], 3 * each[1])


@pytest.mark.parametrize(("text", "each"), [(CALL, (1, 0)), ("", (0, 1))])
def test_a_file_that_stays_where_it_is_is_the_same_call(desk: Desk, text: str, each: tuple[int, int]) -> None:
    files = _written(desk, text, "call")
    for name in ("monday", "friday"):
        _take(desk, name, "keep", *files)
    assert _counted(desk) == each
    _take(desk, "saturday", "seal", *files)
    assert _counted(desk) == each
