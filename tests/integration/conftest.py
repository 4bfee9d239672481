"""Fixtures of the desk: one small workspace made once, and a copy of it for every test."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.desk.people import DEMO_PERSON_VARIABLE
from tests.desk import Desk, copied, made


@pytest.fixture(scope="session")
def desk_template(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Made once; nobody may change it."""
    return made(tmp_path_factory.mktemp("desk"))


@pytest.fixture
def desk(desk_template: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A workspace of its own for one test; commands act as the sample analyst."""
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    return copied(desk_template, tmp_path)
