"""Fixtures: a copy of the desk's workspace for every test of notices, with a sender and a name."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.desk.people import DEMO_PERSON_VARIABLE
from tests.desk import Desk, copied, made
from tests.noticing import HOTLINE, SENDER


@pytest.fixture(scope="session")
def notices_template(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Made once; nobody may change it."""
    return made(tmp_path_factory.mktemp("notices"))


@pytest.fixture
def noticing(notices_template: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A workspace for one test; commands act as the sample analyst."""
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    monkeypatch.setenv("HOTLINE_NOTICES_FROM", SENDER)
    monkeypatch.setenv("HOTLINE_HOTLINE_NAME", HOTLINE)
    return copied(notices_template, tmp_path)
