"""`hotline verify` holds people's decisions, closed rejects and packages against the audit chain."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.cli.verify import AGREES, lines
from pipeline.desk import acts, moves
from pipeline.desk.acts import Said
from pipeline.desk.packages import Order, make_packages
from pipeline.mending.mend import close
from pipeline.store.engine import reading
from pipeline.store.schema import package, reject
from pipeline.verify import verify
from tests.desk import NOW, Desk, copied, made, plant
from tests.factories import chain_without
from triage.assessment import Classification, Viewed
from triage.disposition import Kind

pytestmark = pytest.mark.thorough

LATER = timedelta(minutes=5)


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Two cases assessed, decided, released and exported; a third joined; an item split off; one reject closed."""
    desk = made(tmp_path_factory.mktemp("decided"))
    desk.bring("second", {"id": "bad", "received_at": "yesterday", "location": "https://bad.example/x"})
    suspect, danger = desk.case_of("s-1"), desk.case_of("d-1")
    for case_id in (suspect, danger):
        desk.assess(case_id, Said(Classification.BASELINE, desk.facts(case_id).locators[0].locator_id, Viewed.CONTENT))
        desk.dispose(case_id, Kind.POLICE, "police-rs", "hosted_here")
        acts.release(desk.app, desk.two, case_id, NOW + LATER)
    desk.dispose(danger, Kind.HELPLINE, "helpline", "worried_parent")
    make_packages(desk.app, Order("lea"), desk.two, NOW + LATER)
    make_packages(desk.app, Order("lea", again=True), desk.two, NOW + 2 * LATER)
    make_packages(desk.app, Order("referral"), desk.two, NOW + LATER)
    desk.assess(desk.case_of("o-1"), by=desk.two)
    moves.join(desk.app, desk.one, suspect, desk.case_of("o-1"), NOW + 2 * LATER)
    moves.split(desk.app, desk.one, suspect, [desk.item(suspect, "/a")], [], NOW + 2 * LATER, desk.vault())
    with reading(desk.app.store.engine) as connection:
        number = connection.execute(select(reject.c.reject_id)).scalar_one()
    close(desk.app, desk.one, number, "unreadable", NOW)
    return desk


@pytest.fixture
def desk(decided: Desk, tmp_path: Path) -> Desk:
    return copied(decided, tmp_path)


def _codes(desk: Desk) -> set[str]:
    return {one.code for one in verify(desk.app).findings}


def test_decisions_that_moved_with_their_cases_agree_and_the_last_line_says_what_was_checked(desk: Desk) -> None:
    verified = verify(desk.app)
    assert verified.findings == ()
    assert lines(verified)[: len(AGREES)] == list(AGREES)


@pytest.mark.parametrize(
    ("code", "statement"),
    [
        ("disposition", "DELETE FROM disposition WHERE kind = 'helpline'"),
        ("disposition", "UPDATE disposition SET recipient = 'police-fbih' WHERE kind = 'police'"),
        ("disposition", "UPDATE disposition SET reason = 'other'"),
        ("disposition", "UPDATE disposition SET case_id = 4"),
        ("assessment", "UPDATE assessment SET viewed = 'no'"),
        ("assessment", "UPDATE assessment SET person_id = person_id + 1"),
        ("assessment", "UPDATE assessment SET classification = 'national' WHERE classification = 'baseline'"),
        ("assessment", "UPDATE assessment SET hosting_country = 'DE', hosting_source = 'whois'"),
        ("assessment", "UPDATE assessment SET reason = 'nudism_or_not_sexualized' WHERE reason IS NOT NULL"),
        ("assessment", "UPDATE assessment SET kind = 'fraud'"),
        ("assessment", "UPDATE assessment SET hosting_source = 'whois'"),
        ("assessment", """UPDATE assessment SET iccam = '{"virtual": true}'"""),
        ("assessment", "UPDATE assessment SET case_id = 5 WHERE assessment_id = 1"),
        ("assessment", "UPDATE assessment SET case_id = (SELECT case_id FROM case_record WHERE joined_into IS NOT NULL)"
                       " WHERE locator_id IS NULL"),
        ("assessment", "UPDATE assessment SET case_id = (SELECT max(max(case_id), max(joined_into)) + min(joined_into)"
                       " FROM case_record) - case_id WHERE assessment_id = 1"),
        ("disposition", "UPDATE disposition SET case_id = (SELECT case_id FROM case_record WHERE joined_into"
                        " IS NOT NULL)"),
        ("case_joined", "UPDATE case_record SET new_facts = 0"),
        ("package_changed", "UPDATE package SET name = 'package-1'"),
        ("package_changed", "UPDATE package SET bag_digest = 'f0'"),
        ("assessment", "DELETE FROM assessment WHERE assessment_id = 1"),
        ("assessment", "INSERT INTO assessment SELECT 99, case_id, locator_id, classification, reason, kind, viewed,"
                       " hosting_country, hosting_source, iccam, person_id, made_at FROM assessment LIMIT 1"),
        ("release", "UPDATE disposition SET released_by = NULL, released_at = NULL WHERE kind = 'police'"),
        ("release", "UPDATE disposition SET released_by = 3, released_at = made_at WHERE kind = 'helpline'"),
        ("four_eyes", "UPDATE disposition SET released_by = person_id WHERE kind = 'police'"),
        ("export_unreleased", "UPDATE disposition SET released_by = NULL WHERE kind = 'police'"),
        ("export_forgotten", "UPDATE disposition SET package_id = NULL WHERE kind = 'helpline'"),
        ("export_untold", "UPDATE disposition SET package_id = 1 WHERE kind = 'helpline'"),
        ("reject_closing", "UPDATE reject SET status = 'open', closed_by = NULL, closed_at = NULL"),
        ("reject_closing", "UPDATE reject SET closed_reason = 'spam'"),
        ("package_missing", "DELETE FROM package WHERE package_id = 1"),
        ("package_changed", "UPDATE package SET recipient = 'police-fbih' WHERE package_id = 1"),
        ("package_changed", "UPDATE package SET manifest_digest = 'x' WHERE package_id = 1"),
        ("package_untold", "INSERT INTO package SELECT 99, kind, recipient, manifest_digest, person_id, made_at,"
                           " name, bag_digest FROM package WHERE package_id = 1"),
    ],
)  # fmt: skip
def test_a_changed_decision_or_package_is_found(desk: Desk, code: str, statement: str) -> None:
    plant(desk, statement)
    assert code in _codes(desk)


def test_an_assessment_moved_together_with_its_item_and_no_split_is_found(desk: Desk) -> None:
    elsewhere, item = desk.case_of("n-1"), "(SELECT locator_id FROM assessment WHERE assessment_id = 2)"
    for table in ("locator", "assessment"):
        plant(desk, f"UPDATE {table} SET case_id = {elsewhere} WHERE locator_id = {item}")
    assert "assessment" in _codes(desk)


def test_assessments_of_an_older_version_are_checked_as_before(desk: Desk) -> None:
    chain_without(desk.app, "says")
    plant(desk, "UPDATE assessment SET kind = 'fraud'")
    assert _codes(desk) == set()
    plant(desk, "UPDATE assessment SET viewed = 'no'")
    assert "assessment" in _codes(desk)


def test_a_reject_closed_behind_the_chains_back_is_found(desk: Desk) -> None:
    desk.bring("third", {"id": "worse", "received_at": "never", "location": "https://bad.example/y"})
    assert _codes(desk) == set()
    plant(desk, "UPDATE reject SET closed_reason = 'test' WHERE status = 'open'")
    assert _codes(desk) == {"reject_closing"}
    plant(desk, "UPDATE reject SET closed_reason = NULL WHERE status = 'open'")
    plant(desk, "UPDATE reject SET status = 'closed', closed_by = 1, closed_at = 1 WHERE status = 'open'")
    assert _codes(desk) == {"reject_closing"}


def _folders(desk: Desk) -> list[Path]:
    found = sorted(desk.app.workspace.exports.iterdir())
    with reading(desk.app.store.engine) as connection:
        assert len(found) == len(connection.execute(select(package.c.package_id)).all()) == 3
    return found


def test_a_changed_an_added_and_a_missing_file_of_any_package_are_found(desk: Desk) -> None:
    for folder in _folders(desk):
        path = next(one for one in sorted(folder.iterdir()) if one.name != "manifest-sha256.txt")
        body = path.read_bytes()
        path.write_bytes(body + b" ")
        assert _codes(desk) == {"package_folder"}
        path.unlink()
        assert _codes(desk) == {"package_folder"}
        path.write_bytes(body)
        (folder / "more.txt").write_bytes(b"")
        assert _codes(desk) == {"package_folder"}
        (folder / "more.txt").unlink()
    assert _codes(desk) == set()


def test_a_package_rewritten_with_its_manifest_is_found(desk: Desk) -> None:
    manifest = _folders(desk)[0] / "manifest-sha256.txt"
    for path in list(manifest.parent.iterdir()):
        path.unlink()
    manifest.write_bytes(b"0" * 64 + b"  a.txt\n")
    assert _codes(desk) == {"package_folder"}


def test_a_package_that_was_handed_over_is_no_damage(desk: Desk) -> None:
    for folder in _folders(desk):
        folder.rename(desk.folder / folder.name)
    assert _codes(desk) == set()


def test_who_released_a_case_may_assess_it_later(desk: Desk) -> None:
    desk.assess(desk.case_of("s-1"), by=desk.two, now=NOW + 3 * LATER)
    assert _codes(desk) == set()
