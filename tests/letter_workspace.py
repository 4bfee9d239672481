"""Fixtures: the workspace of `tests/letters.py` made once, and a copy of it for every test."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.desk.people import DEMO_PERSON_VARIABLE
from tests.desk import Desk, copied
from tests.letters import SENDER, lettered


@pytest.fixture(scope="session")
def letters_template(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Made once; nobody may change it."""
    return lettered(tmp_path_factory.mktemp("letters"))


@pytest.fixture
def letters(letters_template: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A workspace for one test, with a neutral sender; commands act as the sample analyst."""
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    monkeypatch.setenv("HOTLINE_ANSWERS_FROM", SENDER)
    return copied(letters_template, tmp_path)
