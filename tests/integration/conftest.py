"""Fixtures of the desk: one small workspace made once, and a copy of it for every test."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from pipeline import alerts_first, nightly
from pipeline.batch import run_batch
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from tests.desk import Desk, copied, made


@pytest.fixture(autouse=True)
def calls_and_nights_run_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of SOS calls and of nights need no processes of their own here; `test_luigi.py` is about those."""
    for module in (alerts_first, nightly):
        monkeypatch.setattr(module, "run_batch", partial(run_batch, apart=False))


@pytest.fixture(scope="session")
def desk_template(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Made once; nobody may change it."""
    return made(tmp_path_factory.mktemp("desk"))


@pytest.fixture
def desk(desk_template: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A workspace of its own for one test; commands act as the sample analyst."""
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    return copied(desk_template, tmp_path)
