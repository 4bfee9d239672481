"""`hotline verify` names the report somebody edited in the store by hand, whatever column it was, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline.bootstrap import App
from pipeline.store.engine import reading, writing
from pipeline.verify import Finding, verify
from tests.factories import bland_reports, chain_without, new_workspace, take_in, write_csv
from triage.report import ReportId

pytest_plugins = ("tests.stores",)
EDITED = {
    "source_no": "source_no + 1",
    "external_id": "external_id || 'x'",
    "content_digest": "'0123456789abcdef'",
    "received_at": "received_at + 86400",
    "category": "NULL",
    "area": "'Canton Test'",
    "language": "'de'",
    "reporter_group": "'child'",
    "facts": "facts + 2048",
    "verdict_id": "verdict_id + 1",
    "locator_id": "locator_id + 1",
}
"""Column to what stands there afterwards."""


@pytest.fixture
def app(tmp_path: Path, store_url: str) -> Iterator[App]:
    """A store with one batch, some of whose rows were given twice."""
    app = new_workspace(tmp_path / "workspace", store_url)
    rows = bland_reports(0, 12)
    take_in(app, "first", write_csv(tmp_path / "a.csv", [*rows, rows[3]]))
    take_in(app, "second", write_csv(tmp_path / "b.csv", [*bland_reports(10, 4), rows[5]]))
    yield app
    app.store.engine.dispose()


def edit(app: App, statement: str, **values: object) -> None:
    with writing(app.store.engine) as connection:
        assert connection.execute(text(statement), values).rowcount, "nothing was edited"


def changed(app: App) -> list[Finding]:
    return [one for one in verify(app).findings if one.code == "report_changed"]


def test_every_column_edited_by_hand_is_found_and_the_report_named(app: App) -> None:
    assert verify(app).findings == ()
    with reading(app.store.engine) as connection:
        query = text("SELECT report_id FROM report WHERE locator_id IS NOT NULL ORDER BY report_id")
        ids = [int(number) for number in connection.execute(query).scalars()][: len(EDITED)]
    assert len(ids) == len(EDITED), "a report for every column"
    for report_id, (column, after) in zip(ids, EDITED.items(), strict=True):
        if column == "content_digest" and app.store.engine.dialect.name == "sqlite":
            after = f"CAST({after} AS BLOB)"
        edit(app, f"UPDATE report SET {column} = {after} WHERE report_id = :id", id=report_id)

    found = changed(app)

    assert [one.subject for one in found] == [str(ReportId.unpack(number)) for number in ids]
    assert {one.says for one in found} == {"its row in the table report is not as it was committed"}


def test_two_reports_that_change_places_are_both_named(app: App) -> None:
    with reading(app.store.engine) as connection:
        low, high = connection.execute(text("SELECT min(received_at), max(received_at) FROM report")).one()
    swap = "UPDATE report SET received_at = CAST(:both AS BIGINT) - received_at WHERE received_at IN (:low, :high)"
    edit(app, swap, low=low, high=high, both=low + high)

    assert len(changed(app)) == 2


def test_a_run_committed_before_there_were_imprints_is_checked_as_before(app: App) -> None:
    edit(app, "DELETE FROM report_imprint")
    codes = {one.code for one in verify(app).findings}
    assert codes == {"imprints_changed"}, "the chain tells of imprints that are gone"
    chain_without(app, "imprints", "known_as")

    assert verify(app).findings == ()
