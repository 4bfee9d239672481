"""Progress counts what is there and is silent where nobody looks."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from pipeline.progress import line, shown
from tests.factories import new_workspace


def _parts(folder: Path, stage: str, count: int) -> None:
    for number in range(count):
        (folder / stage / f"part-{number:08d}").mkdir(parents=True)


def test_the_line_counts_units_parts_and_slices(tmp_path: Path) -> None:
    _parts(tmp_path, "rows", 5)
    _parts(tmp_path, "unit", 2)
    _parts(tmp_path, "locate", 3)
    said = line(tmp_path, 4, 7)
    assert said == "read 2/4  located 3 stretches  seal 0/5  classify 0/5  committed 7 slices"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "speaks"), [(io.StringIO(), False), (_Terminal(), True)])
def test_only_a_terminal_hears_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, speaks: bool
) -> None:
    app = new_workspace(tmp_path / "w")
    monkeypatch.setattr("sys.stderr", stream)
    with shown(app.store, tmp_path, 1, 1):
        pass
    assert bool(stream.getvalue()) is speaks
