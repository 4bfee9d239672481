"""Redacted texts are counted as texts: how many a supplement brings, how many were shown and released."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from pipeline import redacting_setup
from pipeline.delivery.pdf import words_in
from pipeline.desk import acts, moves
from pipeline.desk.package_folder import Made
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.text_release import desk_of, release_text, show
from pipeline.desk.told_custody import custody
from pipeline.store.engine import reading
from tests.agencies import opened, pin_agency
from tests.desk import NOW, Desk
from tests.redacting import few_names_redactor
from triage.disposition import Kind

AGENCY, PAGE = "police-rs", "https://counted.example/a"
TEXT = "Na ovoj stranici su nezakonite slike djeteta i niko ih ne uklanja."
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def case_id(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> int:
    """A case of two reports with texts, sent without them; then two more reports came in."""
    settings = desk.app.workspace.settings_file
    said = settings.read_text(encoding="utf-8")
    settings.write_text(re.sub(r"(?m)^(# )?free_text_for = .*$", f'free_text_for = ["{AGENCY}"]', said), "utf-8")
    monkeypatch.setattr(redacting_setup, "redactor", few_names_redactor)
    pin_agency(desk.app, AGENCY, NOW)
    desk.bring("counted", *({"id": f"t-{number}", "location": PAGE, "description": TEXT} for number in (1, 2)))
    found = desk.case_of("t-1")
    desk.assess(found)
    desk.dispose(found, Kind.POLICE, AGENCY, "hosted_here")
    acts.release(desk.app, desk.two, found, NOW)
    _sent(desk)
    desk.bring("later", *({"id": f"t-{number}", "location": PAGE, "description": TEXT} for number in (3, 4)))
    return found


def _sent(desk: Desk) -> Made:
    (made,) = make_packages(desk.app, Order("lea", AGENCY, again=True), desk.two, LATER).made
    return made


def test_a_supplement_counts_the_texts_it_brings(desk: Desk, case_id: int) -> None:
    texts = desk_of(desk.app)
    code = show(texts, desk.two, case_id, AGENCY, LATER).redacted.code
    release_text(texts, desk.two, case_id, code, AGENCY, LATER)
    (case,) = json.loads(opened(_sent(desk).folder)["case.json"])["cases"]
    assert len(case["texts"]) == 4
    counts = {one["code"]: one["count"] for one in case["news"]}
    assert (counts["new_report"], counts["text_released"]) == (2, 4)


def test_custody_counts_texts_shown_and_released_and_of_packages_still_the_reports(desk: Desk, case_id: int) -> None:
    texts = desk_of(desk.app)
    code = show(texts, desk.two, case_id, AGENCY, LATER).redacted.code
    release_text(texts, desk.two, case_id, code, AGENCY, LATER)
    with reading(desk.app.store.engine) as connection:
        lines = custody(connection, {case_id: "REF-1"}, AGENCY)
    counts = {line.what: line.count for line in lines}
    assert (counts["redacted_text_shown"], counts["text_released"], counts["exported"]) == (4, 4, 2)


def test_texts_an_agency_had_before_a_join_are_not_told_as_not_released(desk: Desk, case_id: int) -> None:
    texts, into = desk_of(desk.app), desk.case_of("o-1")
    code = show(texts, desk.two, case_id, AGENCY, LATER).redacted.code
    release_text(texts, desk.two, case_id, code, AGENCY, LATER)
    _sent(desk)
    moves.join(desk.app, desk.one, into, case_id, LATER)
    desk.assess(into, now=LATER + timedelta(minutes=1))
    desk.dispose(into, Kind.POLICE, AGENCY, "hosted_here", now=LATER + timedelta(minutes=1))
    acts.release(desk.app, desk.two, into, LATER + timedelta(minutes=2))
    (made,) = make_packages(desk.app, Order("lea", AGENCY), desk.two, LATER + timedelta(minutes=3)).made
    files = opened(made.folder)
    (case,) = json.loads(files["case.json"])["cases"]
    withheld = {one["why"]: len(one["reports"]) for one in case["withheld"]}
    assert withheld == {"sent_before": 4, "not_released": 1}, "only the text of the other case was never let go"
    words = words_in("sr-Cyrl")
    assert words.code("withheld", "sent_before") in files["cover.txt"].decode()
