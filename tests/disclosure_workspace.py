"""Fixtures: the workspace of `tests/disclosed.py` made once, and a copy of it for every test."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.desk.people import DEMO_PERSON_VARIABLE
from tests.desk import Desk, copied
from tests.disclosed import decided_case


@pytest.fixture(scope="session")
def disclosure_template(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Made once; nobody may change it."""
    return decided_case(tmp_path_factory.mktemp("disclosures"))


@pytest.fixture
def telling(disclosure_template: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A workspace for one test; commands act as the sample analyst."""
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    return copied(disclosure_template, tmp_path)
