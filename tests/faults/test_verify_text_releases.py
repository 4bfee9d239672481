"""`hotline verify` holds releases of redacted texts against the audit chain, and what left against the releases."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline import redacting_setup
from pipeline.desk import moves
from pipeline.desk.acts import Said
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.text_release import desk_of, release_text, show
from pipeline.store.engine import writing
from pipeline.verify import verify
from tests.desk import NOW, Desk, copied, made, plant
from tests.redacting import few_names_redactor
from triage.assessment import Classification, Viewed
from triage.disposition import Kind

pytestmark = pytest.mark.thorough

LATER = timedelta(minutes=5)
SAID = "On this page somebody shows illegal pictures of a child, and nobody takes them down."


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """One case whose text was shown, released and exported to police and to the helpline, and was joined since."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOTLINE_FREE_TEXT_FOR", "police-rs,helpline")
        patch.setattr(redacting_setup, "redactor", few_names_redactor)
        desk = made(tmp_path_factory.mktemp("released"))
        desk.bring("told", {"id": "t-1", "location": "https://told.example/a", "description": SAID})
        case_id = desk.case_of("t-1")
        item = desk.facts(case_id).locators[0].locator_id
        desk.assess(case_id, Said(Classification.BASELINE, item, Viewed.CONTENT))
        desk.dispose(case_id, Kind.POLICE, "police-rs", "hosted_here")
        desk.dispose(case_id, Kind.HELPLINE, "helpline", "worried_parent")
        for recipient in ("police-rs", "helpline"):
            code = show(desk_of(desk.app), desk.two, case_id, recipient, NOW).redacted.code
            release_text(desk_of(desk.app), desk.two, case_id, code, recipient, NOW + LATER)
        for kind in ("lea", "referral"):
            assert make_packages(desk.app, Order(kind), desk.two, NOW + LATER).textless == ()
        moves.join(desk.app, desk.one, desk.case_of("o-1"), case_id, NOW + 2 * LATER)
    return desk


@pytest.fixture
def desk(released: Desk, tmp_path: Path) -> Desk:
    return copied(released, tmp_path)


def _codes(desk: Desk) -> set[str]:
    return {one.code for one in verify(desk.app).findings}


def test_releases_that_moved_with_their_case_agree_with_the_chain(desk: Desk) -> None:
    assert verify(desk.app).findings == ()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM text_release WHERE recipient = 'helpline'",
        "UPDATE text_release SET digest = 'x' || substr(digest, 2)",
        "UPDATE text_release SET recipient = 'police-fbih' WHERE recipient = 'police-rs'",
        "UPDATE text_release SET person_id = 1",
        "UPDATE text_release SET texts = 9",
        "UPDATE text_release SET redactor = 'x'",
        "UPDATE text_release SET made_at = made_at + 1",
        "UPDATE text_release SET case_id = (SELECT c.case_id FROM case_record c"
        " WHERE c.case_id <> text_release.case_id)",
        "INSERT INTO text_release SELECT 99, case_id, recipient, digest, redactor, texts, person_id, made_at"
        " FROM text_release LIMIT 1",
    ],
)
def test_a_changed_release_of_texts_is_found(desk: Desk, statement: str) -> None:
    plant(desk, statement)
    assert "text_release" in _codes(desk)


def _tell(desk: Desk, event: str, person: int, **more: object) -> None:
    """An event nobody's command wrote, in an unbroken chain."""
    case_id = desk.case_of("t-1")
    details = {"recipient": "helpline", "kind": "helpline", "digest": "d", "redactor": "r", "texts": 1} | more
    app = desk.app
    with writing(app.store.engine) as connection:
        app.store.record(connection, NOW, f"person:{person}", event, f"C{case_id}", details)


def test_a_release_by_somebody_who_was_not_shown_the_texts_is_found(desk: Desk) -> None:
    _tell(desk, "text_released", 2)
    assert {"text_unseen", "text_release"} <= _codes(desk)


def test_a_police_text_released_by_who_assessed_is_found(desk: Desk) -> None:
    one, case_id = desk.one.person_id, desk.case_of("t-1")
    police: dict[str, object] = {"recipient": "police-rs", "kind": "police"}
    _tell(desk, "redacted_text_shown", one, **police)
    _tell(desk, "text_released", one, **police)
    plant(desk, "INSERT INTO text_release (case_id, recipient, digest, redactor, texts, person_id, made_at)"
                 f" VALUES ({case_id}, 'police-rs', 'd', 'r', 1, {one}, {int(NOW.timestamp())})")  # fmt: skip
    plant(desk, f"UPDATE case_record SET version = version + 1 WHERE case_id = {case_id}")
    assert _codes(desk) == {"four_eyes"}


def test_texts_that_left_without_a_release_are_found(desk: Desk) -> None:
    _tell(desk, "exported", 2, recipient="police-fbih", package=1)
    assert "text_unreleased" in _codes(desk)


def test_a_release_of_nobody_and_of_no_case_is_found(desk: Desk) -> None:
    plant(desk, "UPDATE text_release SET person_id = 999, case_id = 9999")
    assert {"orphan", "text_release"} <= _codes(desk)


def test_what_is_written_down_of_a_release_holds_no_word_of_a_text(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.app.workspace.database_file)) as connection:
        told = [json.loads(row[0]) for row in connection.execute(
            "SELECT details FROM audit WHERE event IN ('text_released', 'redacted_text_shown')"
        )]  # fmt: skip
    assert {name for one in told for name in one} == {"recipient", "kind", "digest", "redactor", "texts", "withheld"}
