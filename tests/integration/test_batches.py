"""Nothing lost, nothing doubled: identities, cases and counts over several batches, on both engines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from pipeline.batch import run_batch
from pipeline.bootstrap import App
from pipeline.cli.run import _table
from pipeline.mending.listing import listed
from pipeline.mending.opening import opened
from pipeline.runs import find_inputs, register
from pipeline.store.engine import reading
from pipeline.store.schema import case_key, case_record, locator, reject, report
from pipeline.verify.everything import verify
from tests.factories import BOTH_STORES, NOW, bland_reports, cases_by_id, new_workspace, take_in, write_csv
from tests.faults.killed_run import KilledRuns
from triage.people import Person, PersonStatus, Role

pytest_plugins = ("tests.stores",)


Two = tuple[KilledRuns, KilledRuns]


@pytest.fixture(scope="module")
def two() -> Iterator[Two]:
    """Two processes that run batches beside each other."""
    with KilledRuns() as one, KilledRuns() as other:
        yield one, other


def _count(app: App, table: object) -> int:
    with reading(app.store.engine) as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def test_a_batch_taken_in_again_under_another_name_is_already_known(tmp_path: Path, store_url: str) -> None:
    app = new_workspace(tmp_path / "w", store_url)
    file = write_csv(tmp_path / "a.csv", bland_reports(0, 60))
    first = take_in(app, "one", file)
    again = take_in(app, "two", file)
    assert (first["accepted"], first["already_known"]) == (60, 0)
    assert (again["read"], again["accepted"], again["already_known"], again["new_cases"]) == (60, 0, 60, 0)
    assert verify(app, deep=True).findings == ()


def test_the_same_batch_name_again_answers_the_same_and_does_nothing(tmp_path: Path, store_url: str) -> None:
    app = new_workspace(tmp_path / "w", store_url)
    file = write_csv(tmp_path / "a.csv", bland_reports(0, 30))
    first = take_in(app, "one", file)
    again = take_in(app, "one", file)
    assert {name: first[name] for name in ("read", "accepted", "new_cases")} == {
        name: again[name] for name in ("read", "accepted", "new_cases")
    }
    assert _count(app, report) == 30


def test_a_known_id_with_other_content_is_rejected_and_kept(tmp_path: Path, store_url: str) -> None:
    app = new_workspace(tmp_path / "w", store_url)
    rows = bland_reports(0, 12)
    take_in(app, "one", write_csv(tmp_path / "a.csv", rows))
    changed = [
        {**row, "description": "something else altogether"} if row["id"] in ("T-5", "T-7") else row for row in rows
    ]
    again = take_in(app, "two", write_csv(tmp_path / "b.csv", changed))
    assert (again["accepted"], again["rejected"], again["already_known"]) == (0, 2, 10)
    with reading(app.store.engine) as connection:
        reasons = [row.reason for row in connection.execute(select(reject.c.reason))]
    assert reasons == ["id_conflict", "id_conflict"]
    assert verify(app, deep=True).findings == ()


def test_an_id_twice_in_one_file_is_one_report(tmp_path: Path) -> None:
    app = new_workspace(tmp_path / "w")
    rows = bland_reports(0, 10)
    summary = take_in(app, "one", write_csv(tmp_path / "a.csv", [*rows, rows[3], rows[4]]))
    assert (summary["read"], summary["accepted"], summary["already_known"]) == (12, 10, 2)


@BOTH_STORES
def test_the_same_place_in_two_batches_is_one_case_and_two_reports(tmp_path: Path, store_url: str) -> None:
    app = new_workspace(tmp_path / "w", store_url)
    row = {"id": "a1", "category": "csam", "location": "https://www.host.example/x?utm_source=1"}
    take_in(app, "one", write_csv(tmp_path / "a.csv", [row]))
    second = take_in(
        app, "two", write_csv(tmp_path / "b.csv", [{**row, "id": "b1", "location": "http://host.example/x"}])
    )
    assert (second["accepted"], second["new_cases"]) == (1, 0)
    assert cases_by_id(app)["a1"] == {"a1", "b1"}


def test_two_urls_that_differ_in_path_case_stay_two_cases(tmp_path: Path) -> None:
    app = new_workspace(tmp_path / "w")
    rows = [{"id": one, "category": "csam", "location": f"https://host.example/{one}"} for one in ("AbC", "abc")]
    assert take_in(app, "one", write_csv(tmp_path / "a.csv", rows))["new_cases"] == 2


def test_a_list_of_many_addresses_is_many_cases_sharing_one_report(tmp_path: Path, store_url: str) -> None:
    app = new_workspace(tmp_path / "w", store_url)
    places = " ".join(f"https://list.example/{number}" for number in range(40))
    summary = take_in(app, "one", write_csv(tmp_path / "a.csv", [{"id": "a", "category": "csam", "location": places}]))
    assert (summary["accepted"], summary["new_cases"], summary["duplicates"]) == (1, 40, 0)
    said = _table(app, summary)
    assert "40  39 for further addresses of a report" in said
    with reading(app.store.engine) as connection:
        counts = [row.reports for row in connection.execute(select(case_record.c.reports))]
    assert Counter(counts) == {1: 40}
    assert verify(app, deep=True).findings == ()


def test_a_report_without_an_address_is_a_case_of_its_own(tmp_path: Path, store_url: str) -> None:
    app = new_workspace(tmp_path / "w", store_url)
    rows = [
        {"id": f"q{number}", "category": "question", "description": "how do I protect my child"} for number in range(9)
    ]
    summary = take_in(app, "one", write_csv(tmp_path / "a.csv", rows))
    assert (summary["accepted"], summary["new_cases"]) == (9, 9)
    assert verify(app, deep=True).findings == ()


@BOTH_STORES
def test_two_batches_with_the_same_addresses_at_once_make_one_case_each(
    tmp_path: Path, store_url: str, two: Two
) -> None:
    app = new_workspace(tmp_path / "w", store_url)
    files = []
    for batch in ("left", "right"):
        rows = [
            {"id": f"{batch}-{number}", "category": "csam", "location": f"https://shared.example/{number % 150}"}
            for number in range(300)
        ]
        files.append((batch, write_csv(tmp_path / f"{batch}.csv", rows)))
    for runs, (batch, file) in zip(two, files, strict=True):
        runs.begin(app.workspace.root, batch, "none", file)
    assert [runs.end() for runs in two] == [0, 0]
    assert _count(app, case_record) == 150
    assert _count(app, locator) == 150
    assert _count(app, case_key) == 150
    with reading(app.store.engine) as connection:
        assert {row.reports for row in connection.execute(select(case_record.c.reports))} == {4}
    assert verify(app, deep=True).findings == ()


def test_two_workers_running_one_batch_at_once_have_one_effect(tmp_path: Path, store_url: str, two: Two) -> None:
    app = new_workspace(tmp_path / "w", store_url)
    file = write_csv(tmp_path / "a.csv", bland_reports(0, 200))
    for runs in two:
        runs.begin(app.workspace.root, "same", "none", file)
    codes = [runs.end() for runs in two]
    assert 0 in codes
    take_in(app, "same", file)
    assert _count(app, report) == 200
    assert verify(app, deep=True).findings == ()


def test_a_file_that_changed_after_registration_is_named_and_stops_nothing_else(tmp_path: Path) -> None:
    app = new_workspace(tmp_path / "w")
    steady = write_csv(tmp_path / "drop" / "a.csv", bland_reports(0, 10))
    growing = write_csv(tmp_path / "drop" / "b.csv", bland_reports(10, 10))
    found = find_inputs([steady, growing])
    with growing.open("a") as file:
        file.write("T-99,,csam,https://late.example/,,,,\n")
    run = register(
        app.workspace, app.store, "one", found, versions=app.rule_versions(), after_ingest="seal", now=NOW
    )  # fmt: skip
    summary = run_batch(app, run, 2)
    assert (summary["read"], summary["accepted"], summary["rejected"]) == (11, 10, 1)
    assert growing.exists(), "it is left for the next run"
    assert not steady.exists()
    with reading(app.store.engine) as connection:
        assert [row.reason for row in connection.execute(select(reject.c.reason))] == ["file_changed"]
    assert take_in(app, "two", growing, after_ingest="seal")["accepted"] == 11
    assert [(one.reject, one.status) for one in listed(app, None)] == [("J1", "closed")], "nobody need look at it"
    assert verify(app, deep=True).findings == ()


@pytest.mark.parametrize("becomes", ["another file", "gone and another name"])
def test_a_file_that_was_replaced_or_is_gone_stays_a_persons(tmp_path: Path, becomes: str) -> None:
    app = new_workspace(tmp_path / "w")
    path = write_csv(tmp_path / "drop" / "b.csv", bland_reports(0, 10))
    found = find_inputs([path])
    path.unlink()
    run = register(
        app.workspace, app.store, "one", found, versions=app.rule_versions(), after_ingest="keep", now=NOW
    )  # fmt: skip
    run_batch(app, run, 1)
    name = "b.csv" if becomes == "another file" else "c.csv"
    take_in(app, "two", write_csv(tmp_path / "drop" / name, bland_reports(10, 30)))
    assert [(one.reason, one.status) for one in listed(app, None)] == [("file_changed", "open")]


def test_a_file_put_back_as_it_was_and_read_is_no_reject_any_more(tmp_path: Path) -> None:
    app = new_workspace(tmp_path / "w")
    path = write_csv(tmp_path / "drop" / "b.csv", bland_reports(0, 10))
    found, content = find_inputs([path]), path.read_bytes()
    path.unlink()
    for name in ("one", "two"):
        run = register(
            app.workspace, app.store, name, found, versions=app.rule_versions(), after_ingest="keep", now=NOW
        )  # fmt: skip
        run_batch(app, run, 1)
    assert [one.status for one in listed(app, None)] == ["open"], "the second run read nothing of it either"
    path.write_bytes(content)
    take_in(app, "three", path)
    assert [one.status for one in listed(app, None)] == ["closed"]
    assert verify(app).findings == ()


def test_what_a_conflict_brought_besides_is_kept(tmp_path: Path) -> None:
    app = new_workspace(tmp_path / "w")
    row = {"id": "c-1", "category": "csam", "location": "https://host.example/1", "remark": "first"}
    file = write_csv(tmp_path / "a.csv", [row, {**row, "location": "https://host.example/2", "remark": "second"}])
    take_in(app, "one", file)
    with reading(app.store.engine) as connection:
        (kept,) = connection.execute(select(reject)).all()
    assert (kept.row, kept.file_no) == (2, 0)
    analyst = Person(1, "Analyst", Role.ANALYST, PersonStatus.ACTIVE, "analyst")
    assert opened(app, analyst, [kept.reject_id], NOW, why="shown")[kept.reject_id]["remark"] == "second"
