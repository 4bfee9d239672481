"""Published counts against the store: every report once, in words of ours, for whole months."""

from __future__ import annotations

import errno
import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from exporters import plain_csv
from exporters.statistics import DIMENSIONS
from pipeline.batch import run_batch
from pipeline.bootstrap import App
from pipeline.cli.main import answer
from pipeline.desk.counts import Months, count_reports
from pipeline.desk.people import acting
from pipeline.desk.published import _counted, _write_down, make_statistics
from pipeline.runs import find_inputs, register
from pipeline.setup import set_up
from pipeline.store.engine import reading, writing
from pipeline.store.schema import audit
from pipeline.store.store import Store
from triage.errors import RuleBroken, ServiceFailed, UsageError

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
CANARY = "kanarinac"
COUNTS = {"2026-01": 12, "2026-02": 9, "2026-03": 2}
AREAS = ("BA-RS-Banja Luka", "Tuzla", "Бијељина", f"{CANARY}", "")


def _rows() -> list[dict[str, str]]:
    """Suspects, questions and advertising by month; one channel is a word of the file's own."""
    rows = []
    for month, count in COUNTS.items():
        for number in range(count):
            row = {"id": f"{month}-{number}", "received_at": f"{month}-15T12:00:00Z"}
            row |= {"area": AREAS[number % len(AREAS)]} | [
                {"category": "csam", "location": f"https://host.example/{number}"},
                {"description": "When are you open? I have a question."},
                {"location": "nothing here"},
            ][number % 3]  # fmt: skip
            rows.append(row | ({"channel": CANARY} if number == 1 else {}))
    return rows


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    """A demo workspace, to be copied, and its run's summary."""
    folder = tmp_path_factory.mktemp("statistics")
    (folder / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in _rows()), encoding="utf-8")
    app = App.at(folder / "workspace")
    set_up(app.workspace, kind="demo", database_url="", now=NOW, os_user="nobody")
    found, versions = find_inputs([folder / "in.jsonl"]), app.rule_versions()
    run = register(app.workspace, app.store, "b1", found, versions=versions, after_ingest="keep", now=NOW)
    return folder / "workspace", run_batch(app, run, 1, apart=False)


@pytest.fixture
def app(committed: tuple[Path, dict[str, object]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    shutil.copytree(committed[0], tmp_path / "workspace")
    monkeypatch.setenv("HOTLINE_DEMO_PERSON", "sample-second")
    return App.at(tmp_path / "workspace")


def _sums(counts: dict[tuple[str, ...], int], place: int) -> dict[str, int]:
    sums: dict[str, int] = {}
    for key, count in counts.items():
        sums[key[place]] = sums.get(key[place], 0) + count
    return sums


def test_counts_agree_with_the_summary_of_the_run(app: App, committed: tuple[Path, dict[str, object]]) -> None:
    summary = committed[1]
    counts = count_reports(app, Months())
    assert sum(counts.values()) == summary["accepted"] == sum(COUNTS.values())
    labels = _sums(counts, 1)
    folded: dict[str, int] = {}
    for label, count in labels.items():
        name = "incomplete" if label.startswith("incomplete_") else label
        folded[name] = folded.get(name, 0) + count
    assert folded == {label: count for label, count in summary["labels"].items() if count}  # type: ignore[attr-defined]
    assert labels["incomplete_enquiry"] > 0
    assert labels["incomplete_unusable"] > 0
    assert _sums(counts, 0) == COUNTS


def test_areas_are_units_and_words_of_reporters_are_not_named(app: App) -> None:
    counts = count_reports(app, Months())
    assert set(_sums(counts, 4)) == {"BA-RS", "BA-FBiH", ""}
    assert set(_sums(counts, 5)) == {"jsonl"}


def test_months_are_counted_from_the_first_to_the_last_included(app: App) -> None:
    assert _sums(count_reports(app, Months("2026-02", "2026-02")), 0) == {"2026-02": COUNTS["2026-02"]}
    assert _sums(count_reports(app, Months("2026-02", None)), 0) == {
        month: count for month, count in COUNTS.items() if month >= "2026-02"
    }
    assert count_reports(app, Months(None, "2025-12")) == {}


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-03", "2026-02"), ("2026", None), (None, "2026-13"), ("2026-01-05", None), ("9999-12", "9999-12")],
)
def test_only_whole_months_in_order_are_answered(first: str | None, last: str | None) -> None:
    with pytest.raises(UsageError):
        Months(first, last).seconds()


def test_the_command_writes_the_table_and_prints_the_rules(
    app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "statistics.csv"
    assert answer(["stats", "--workspace", str(app.workspace.root), "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "Duplicates" in said
    assert app.url_rules.version in said
    assert "published for the first time, and kept as they are now: 2 periods" in said
    rules = tmp_path / "statistics.rules.txt"
    assert str(rules) in said
    assert rules.read_text(encoding="utf-8") in said
    assert "from 1 to 4" in said
    rows = plain_csv.read(out.read_bytes())
    assert {row["period"] for row in rows} == {"2026-01", "2026-02", "all"}, "a month of two reports must not show"
    assert CANARY not in out.read_text().lower() + said
    assert "2 more are left out: too few came in their period" in said
    assert "their period is not over" not in said
    assert all(row["count"] == "" or row["count"] == "0" or int(row["count"]) >= 5 for row in rows)
    with reading(app.store.engine) as connection:
        assert connection.execute(select(audit.c.actor).where(audit.c.event == "statistics_published")).scalar_one()


def test_who_publishes_is_told_how_many_are_left_out_and_readers_only_why(
    app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    month = f"{datetime.now(UTC):%Y-%m}"
    row = {"received_at": f"{month}-01T00:00:00Z", "description": "something strange here"}
    rows = [row | {"id": f"now-{number}"} for number in range(7)]
    (tmp_path / "now.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert answer(["run", "--workspace", str(app.workspace.root), str(tmp_path / "now.jsonl")]) == 0
    out, place = tmp_path / "statistics.csv", str(app.workspace.root)
    capsys.readouterr()
    assert answer(["stats", "--workspace", place, "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "21 reports counted" in said
    assert "7 more are left out: their period is not over" in said
    rules = (tmp_path / "statistics.rules.txt").read_text(encoding="utf-8")
    assert "Left out: reports of a period that is not over when this is made" in rules
    assert not any(character == "7" for line in rules.splitlines() if "Left out" in line for character in line)
    assert answer(["stats", "--workspace", place, "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["reports"], told["not_over"], told["too_few"]) == (21, 7, 2)


def test_the_package_and_the_command_say_the_same(app: App, tmp_path: Path) -> None:
    out = tmp_path / "statistics.csv"
    assert answer(["stats", "--workspace", str(app.workspace.root), "--out", str(out)]) == 0
    made = make_statistics(app, Months(), acting(app), NOW)
    assert (made.folder / "statistics.csv").read_bytes() == out.read_bytes()
    there, here = ((made.folder / "rules.txt"), out.with_name("statistics.rules.txt"))
    assert [path.read_text().splitlines()[1:] for path in (there, here)] == [there.read_text().splitlines()[1:]] * 2


def _take_in(app: App, batch: str, rows: list[dict[str, str]]) -> None:
    file = app.workspace.root.parent / f"{batch}.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    found, versions = find_inputs([file]), app.rule_versions()
    run = register(app.workspace, app.store, batch, found, versions=versions, after_ingest="keep", now=NOW)
    run_batch(app, run, 1, apart=False)


def _table(app: App, months: Months, now: datetime = NOW) -> list[dict[str, str]]:
    return plain_csv.read((make_statistics(app, months, acting(app), now).folder / "statistics.csv").read_bytes())


def _by_period(rows: list[dict[str, str]]) -> dict[str, str]:
    """Reports by period, over everything."""
    return {row["period"]: row["count"] for row in rows if {row[name] for name in DIMENSIONS[1:]} == {"all"}}


def test_a_month_published_twice_says_the_same_though_a_report_came_in_late(
    app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = _table(app, Months("2026-01", "2026-01"))
    _take_in(app, "late", [
        {"id": "late", "received_at": "2026-01-20T12:00:00Z", "category": "csam", "location": "https://late.example/1"}
    ])  # fmt: skip
    assert _table(app, Months("2026-01", "2026-01")) == first
    assert _by_period(_table(app, Months())) == {"2026-01": "12", "2026-02": "9", "all": "21"}
    assert answer(["stats", "--workspace", str(app.workspace.root), "--out", str(tmp_path / "x.csv")]) == 0
    said = capsys.readouterr().out
    assert "1 more came in after their period was published" in said
    assert "for the first time" not in said
    again = ["stats", "--workspace", str(app.workspace.root), "--by", "quarter", "--out", str(tmp_path / "y.csv")]
    assert answer(again) == 0
    assert "not by quarter, as published before in whole or part: 2 periods" in capsys.readouterr().out


def test_a_longer_span_minus_a_shorter_one_tells_nothing_its_months_do_not(app: App) -> None:
    short, long = _table(app, Months("2026-01", "2026-01")), _table(app, Months("2026-01", "2026-02"))

    def cells(rows: list[dict[str, str]], period: str) -> dict[tuple[str, ...], str]:
        return {
            tuple(row[name] for name in DIMENSIONS[1:]): row["count"]
            for row in rows if row["period"] == period and row["count"] != "0"
        }  # fmt: skip

    assert cells(short, "2026-01") == cells(long, "2026-01")
    hidden = {cell for cell, count in cells(long, "2026-02").items() if not count}
    assert hidden
    assert {count for cell, count in cells(long, "all").items() if cell in hidden} == {""}


def test_periods_of_another_kind_never_overlap_what_was_published(app: App) -> None:
    assert set(_by_period(_table(app, Months(None, "2026-03", "quarter")))) == {"2026-Q1", "all"}
    assert _by_period(_table(app, Months())) == {"2026-Q1": "23", "all": "23"}
    assert _by_period(_table(app, Months("2026-02", "2026-02"))) == {"all": "0"}
    assert _by_period(_table(app, Months(kind="year"), datetime(2027, 1, 1, tzinfo=UTC))) == {
        "2026-Q1": "23", "all": "23",
    }  # fmt: skip


def test_a_month_that_is_not_over_is_not_published(app: App) -> None:
    assert _by_period(_table(app, Months(), datetime(2026, 2, 28, tzinfo=UTC))) == {"2026-01": "12", "all": "12"}


def test_two_who_publish_at_once_cannot_publish_one_period_twice(app: App) -> None:
    counted, _ = _counted(app, Months("2026-01", "2026-01"), NOW)
    _table(app, Months(None, "2026-03", "quarter"))
    with pytest.raises(RuleBroken, match="just now"), writing(app.store.engine) as connection:
        _write_down(app, connection, counted, acting(app), NOW)


def test_tables_in_one_folder_keep_their_rules_apart(app: App, tmp_path: Path) -> None:
    for name in ("first.csv", "second"):
        here = ["stats", "--workspace", str(app.workspace.root), "--out", str(tmp_path / "out" / name)]
        (tmp_path / "out").mkdir(exist_ok=True)
        assert answer(here) == 0
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == {"first.csv", "first.rules.txt", "second", "second.rules.txt"}


def _published(app: App) -> int:
    with reading(app.store.engine) as connection:
        return len(connection.execute(select(audit.c.seq).where(audit.c.event == "statistics_published")).all())


@pytest.mark.parametrize("where", ["store", "file"])
def test_a_full_disk_leaves_neither_a_table_nor_a_word_of_one(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], where: str
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "full") if where == "file" else ServiceFailed("the disk of the store is full")

    before = _published(app)
    if where == "file":
        monkeypatch.setattr(os, "fsync", full)
    else:
        monkeypatch.setattr(Store, "record", full)
    (tmp_path / "out").mkdir()
    out = tmp_path / "out" / "statistics.csv"
    assert answer(["stats", "--workspace", str(app.workspace.root), "--out", str(out)]) == 3
    assert "is full" in capsys.readouterr().err
    assert (list(out.parent.iterdir()), _published(app)) == ([], before)


def test_wrong_use_is_answered_without_repeating_it(
    app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = ["stats", "--workspace", str(app.workspace.root)]
    out = str(tmp_path / CANARY / "x.csv")
    cut = ["--by", "quarter", "--from", "2026-02", "--out", str(tmp_path / "x.csv")]
    for wrong in ([], ["--out", out], ["--from", CANARY, "--out", out], [f"--{CANARY}"], cut):
        assert answer([*here, *wrong]) == 2
    said = capsys.readouterr()
    assert f"{CANARY}/" not in said.out + said.err
