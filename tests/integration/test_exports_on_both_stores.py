"""Packages and statistics come out of SQLite and PostgreSQL alike."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.bootstrap import App
from pipeline.desk import acts
from pipeline.desk.caseview import case_facts
from pipeline.desk.counts import Months, count_reports
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.people import acting
from pipeline.desk.published import make_statistics
from pipeline.routes import routes
from pipeline.setup import set_up
from tests.factories import BOTH_STORES, NOW, take_in, write_csv
from triage.assessment import Classification, Viewed
from triage.disposition import Kind

pytestmark = pytest.mark.thorough

pytest_plugins = ("tests.stores",)
SAID = "illegal pictures of a child on this page"


@BOTH_STORES
@pytest.mark.pg
def test_a_decided_case_is_exported_once_and_the_counts_fit(tmp_path: Path, store_url: str) -> None:
    app = App.at(tmp_path / "workspace")
    set_up(app.workspace, kind="demo", database_url=store_url, now=NOW, os_user="tester")
    row = {"id": "b-1", "received_at": "2026-10-05T10:00:00Z", "category": "csam", "location": "https://host.example/a",
           "description": SAID, "area": "Tuzla"}  # fmt: skip
    rows = [row, row | {"id": "b-2", "received_at": "2026-09-30T23:59:59Z", "area": ""}]
    assert take_in(app, "b", write_csv(tmp_path / "in.csv", rows))["accepted"] == 2
    first, second = (acting(app, {"HOTLINE_DEMO_PERSON": name}) for name in ("sample-analyst", "sample-second"))

    seen = acts.Said(Classification.BASELINE, case_facts(app, 1).primary_locator, Viewed.CONTENT)
    acts.assess(app, first, 1, seen, NOW)
    acts.dispose(app, first, 1, Kind.POLICE, "police-fbih", "suspect_may_be_here", NOW, routes())
    acts.release(app, second, 1, NOW)
    (made,) = make_packages(app, Order("lea"), second, NOW).made
    (told,) = json.loads((made.folder / "case.json").read_text())["cases"]
    assert told["facts"]["reports"] == 2
    assert make_packages(app, Order("lea"), second, NOW).made == ()
    (again,) = make_packages(app, Order("lea", again=True), second, NOW).made
    assert again.folder.name == f"lea-police-fbih-{NOW:%Y-%m-%d}-2"

    counts = count_reports(app, Months())
    assert {(key[0], key[4]): count for key, count in counts.items()} == {("2026-09", ""): 1, ("2026-10", "BA-FBiH"): 1}
    assert sum(count_reports(app, Months("2026-10", "2026-10")).values()) == 1
    assert (make_statistics(app, Months(), second, NOW).folder / "rules.txt").is_file()
