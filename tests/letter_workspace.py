"""Fixtures: the workspace of `tests/letters.py` made once, and a copy of it for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.verify import verify
from tests.desk import Desk, copied
from tests.letters import SENDER, lettered


@pytest.fixture(scope="session")
def letters_template(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Made once; nobody may change it."""
    return lettered(tmp_path_factory.mktemp("letters"))


@pytest.fixture
def letters(letters_template: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A workspace for one test, with a neutral sender; commands act as the sample analyst. What was sent agrees with
    the chain."""
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    monkeypatch.setenv("HOTLINE_ANSWERS_FROM", SENDER)
    desk = copied(letters_template, tmp_path)
    yield desk
    monkeypatch.undo()
    assert verify(desk.app).findings == ()
