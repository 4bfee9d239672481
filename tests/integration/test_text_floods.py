"""Texts that say nearly the same are linked and counted alike whether they were digested before or while relating."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from sqlalchemy import select

import pipeline.tasks.parts
import pipeline.tasks.sketch
from pipeline.artefacts import SKETCH, Artefacts
from pipeline.bootstrap import App
from pipeline.cli.resemblance_screen import blocks
from pipeline.desk.numbers import shown_report
from pipeline.desk.resemblances import Resemblances, resemblances_of
from pipeline.store.engine import reading
from pipeline.store.item_tables import text_group, text_member
from pipeline.store.schema import report
from pipeline.verify.everything import verify
from tests.factories import bland_reports, new_workspace, take_in, write_csv

_FLOOD = "Please look at {0} this page soon, a friend of mine saw odd pictures there yesterday in the evening"
_SPOKEN = {3: "{0}", 4: "", 5: "again", 9: "{0}"}
"""Rows of one batch and the word each sets into the flood."""


def _batch(folder: Path, name: str, first: int) -> Path:
    rows = bland_reports(first, 12)
    for place, word in _SPOKEN.items():
        rows[place]["description"] = _FLOOD.format(word.format(name))
    rows[7]["description"] = ""
    return write_csv(folder / f"{name}.csv", rows)


def _floods(app: App) -> tuple[list[tuple[int, int]], list[tuple[int, int, int, bytes]]]:
    with reading(app.store.engine) as connection:
        groups = connection.execute(select(text_group.c.first_report, text_group.c.reports)).all()
        members = connection.execute(
            select(text_member.c.run_no, text_member.c.first_report, text_member.c.last_report, text_member.c.members)
        ).all()
    return sorted((one.first_report, one.reports) for one in groups), sorted(tuple(one) for one in members)


def test_a_large_batch_has_its_texts_digested_beforehand_with_the_same_floods(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, fresh = [], new_workspace(tmp_path / "fresh").workspace.root
    for most in (1, 1_000_000):
        for module in (pipeline.tasks.parts, pipeline.tasks.sketch):
            monkeypatch.setattr(module, "MANY_TEXTS", most)
        app = App.at(copytree(fresh, tmp_path / f"w{most}"))
        summaries = [take_in(app, name, _batch(tmp_path, name, at)) for name, at in (("one", 0), ("two", 100))]
        taken_again = take_in(app, "three", tmp_path / "one.csv")
        found.append((_floods(app), [one["alike"]["near_texts"] for one in (*summaries, taken_again)]))
        assert app.artefacts("one").complete(SKETCH, 0) == (most == 1)
        assert verify(app, deep=True).findings == ()
    assert found[0] == found[1]
    groups, counts = found[0][0][0], found[0][1]
    assert (sum(members for _, members in groups), counts) == (sum(counts), [3, 4, 0])


def test_damaged_digests_are_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline.tasks.sketch, "MANY_TEXTS", 1)
    app, file = new_workspace(tmp_path / "w"), _batch(tmp_path, "one", 0)
    written = Artefacts.write

    def damaged(self: Artefacts, stage: str, part: int, *given: Any) -> None:
        written(self, stage, part, *given)
        if stage == SKETCH:
            path = self.folder(stage, part) / "texts.parquet.sealed"
            content = path.read_bytes()
            path.write_bytes(content[:20] + bytes([content[20] ^ 1]) + content[21:])

    monkeypatch.setattr(Artefacts, "write", damaged)
    assert take_in(app, "one", file)["alike"]["near_texts"] == 3
    assert app.artefacts("one").complete(SKETCH, 0)


def test_a_batch_without_words_has_nothing_digested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline.tasks.sketch, "MANY_TEXTS", 1)
    app = new_workspace(tmp_path / "w")
    rows = [{**row, "description": ""} for row in bland_reports(0, 5)]
    assert take_in(app, "one", write_csv(tmp_path / "a.csv", rows))["read"] == 5
    assert not app.artefacts("one").complete(SKETCH, 0)


def test_a_case_names_the_other_cases_of_its_flood(tmp_path: Path) -> None:
    app = new_workspace(tmp_path / "w")
    for name, at in (("one", 0), ("two", 100)):
        take_in(app, name, _batch(tmp_path, name, at))
    said = {f"T-{at + place}" for at in (0, 100) for place in _SPOKEN}
    with reading(app.store.engine) as connection:
        rows = connection.execute(select(report.c.report_id, report.c.case_id, report.c.external_id)).all()
        cases = {row.case_id for row in rows if row.external_id in said}
        for case_id in cases:
            own = [row.report_id for row in rows if row.case_id == case_id]
            (flood,) = resemblances_of(connection, case_id, own).floods
            assert flood.reports == len(said)
            assert set(flood.cases) == cases - {case_id}
            told = "\n".join(blocks(Resemblances(floods=(flood,)), ()))
            where = "here" if case_id == flood.first_case else f"of C{flood.first_case}"
            assert f"the first is {shown_report(flood.first_report)} {where}" in told
            assert all(f"C{other}" in told for other in flood.cases)
    assert len(cases) > 2
