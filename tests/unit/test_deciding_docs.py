"""docs/deciding.md names the columns a file of decisions may have, and its example files can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.desk.decision_file import read
from pipeline.desk.words import ACTS, COLUMNS
from triage.assessment import NOT_ASSESSED_REASONS, NOT_ILLEGAL_REASONS, Classification, Viewed
from triage.disposition import CLOSE_REASONS, DISPOSITION_REASONS, Kind

PAGE = (Path(__file__).parents[2] / "docs" / "deciding.md").read_text(encoding="utf-8")
EXAMPLES = [block for block in re.findall(r"^```\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL) if "case," in block]


def test_every_column_is_documented_and_none_that_is_not_there() -> None:
    cells = re.findall(r"^\| (`.*?) \|", PAGE, re.MULTILINE)
    named = [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]
    assert sorted(named) == sorted(COLUMNS)


def test_every_act_and_classification_a_file_may_name_is_documented() -> None:
    words = {*ACTS, *map(str, Viewed), *map(str, Classification)} - {"unset"}
    assert {word for word in words if f"`{word}`" not in PAGE} == set()


@pytest.mark.parametrize("place", [0, 1])
def test_the_example_files_are_read_and_use_words_that_are_there(tmp_path: Path, place: int) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text(EXAMPLES[place], encoding="utf-8")
    rows = read(path)
    assert len(rows) == 2
    for row in rows:
        assert row.problem == ""
        said = row.words
        kinds, reasons = (
            (Classification, {*NOT_ASSESSED_REASONS, *NOT_ILLEGAL_REASONS}),
            (Kind, {*DISPOSITION_REASONS, *CLOSE_REASONS}),
        )[place]
        assert said["reason"] in reasons
        assert kinds(said["classification" if place == 0 else "kind"])
