"""`hotline verify --deep` makes anew what is sealed: which keys lead where, and what lies under a rejected row."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.desk import moves
from pipeline.desk.rekey import rekey
from pipeline.verify import verify
from tests.desk import NOW, Desk, copied, made, plant
from tests.factories import take_in, write_csv

pytestmark = pytest.mark.thorough

_SWAP = "UPDATE case_key SET case_id = {one} + {other} - case_id WHERE case_id IN ({one}, {other})"
_ROW = {"id": "c-1", "description": "strange", "contact_email": "someone@mail.example", "staff note": "first"}


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The template's reports, one case split and joined to another, and a row whose id said something else before."""
    desk = made(tmp_path_factory.mktemp("sealed"))
    suspect = desk.case_of("s-1")
    new = moves.split(desk.app, desk.one, suspect, [desk.item(suspect, "www.bad.example/a")], [], NOW, desk.vault())
    moves.join(desk.app, desk.one, desk.case_of("o-1"), new, NOW)
    rows = [_ROW, {**_ROW, "staff note": "second"}]
    take_in(desk.app, "conflict", write_csv(desk.folder / "conflict.csv", rows))
    assert verify(desk.app, deep=True).findings == ()
    return desk


@pytest.fixture
def desk(worked: Desk, tmp_path: Path) -> Desk:
    return copied(worked, tmp_path)


def _codes(desk: Desk) -> set[str]:
    return {one.code for one in verify(desk.app, deep=True).findings}


def test_keys_that_lead_to_each_others_cases_are_found(desk: Desk) -> None:
    plant(desk, _SWAP.format(one=desk.case_of("s-1"), other=desk.case_of("d-1")))
    assert _codes(desk) == {"case_key"}


def test_keys_of_cases_people_split_and_joined_are_compared_too(desk: Desk) -> None:
    plant(desk, _SWAP.format(one=desk.case_of("s-1"), other=desk.case_of("o-1")))
    assert _codes(desk) == {"case_key"}


def test_a_key_put_right_by_a_report_that_came_to_the_wrong_case_is_still_found(desk: Desk) -> None:
    wrong = desk.case_of("q-1")
    plant(desk, f"UPDATE case_key SET case_id = {wrong} WHERE case_id = {desk.case_of('d-1')}")
    desk.bring("later", {"id": "l-0", "location": "https://www.third.example/c"})
    assert desk.case_of("l-0") == wrong
    assert ("case_key", f"C{desk.case_of('d-1')}") in {
        (one.code, one.subject) for one in verify(desk.app, deep=True).findings
    }


def test_texts_two_cases_have_seen_and_exchanged_are_found(desk: Desk) -> None:
    one, other = desk.case_of("d-1"), desk.case_of("q-1")
    plant(desk, _SWAP.replace("case_key", "case_fact").format(one=one, other=other))
    assert _codes(desk) == {"case_fact"}


def test_a_key_that_is_gone_is_found_where_another_leads_to_its_case(desk: Desk) -> None:
    about = desk.case_of("o-1")
    plant(desk, f"DELETE FROM case_key WHERE key = (SELECT MIN(key) FROM case_key WHERE case_id = {about})")
    assert _codes(desk) == {"case_key"}


def test_keys_of_new_rules_lead_to_one_of_the_cases_that_met(worked: Desk, tmp_path: Path) -> None:
    desk = copied(worked, tmp_path)
    desk.bring("photos", {"id": "x-1", "location": "https://photos.fourth.example/d"})
    app, old = desk.app, desk.app.url_rules
    vars(app)["url_rules"] = replace(old, version="next", host_prefixes={**old.host_prefixes, "photos": "photo_host"})
    done = rekey(app, desk.one, NOW, desk.vault(), app.url_rules, lambda _done, _total: None)
    assert done.suggested == 2

    assert verify(app, deep=True).findings == ()
    plant(desk, f"{_SWAP.format(one=desk.case_of('x-1'), other=desk.case_of('d-1'))} AND rule_version = 'next'")
    assert "case_key" in {one.code for one in verify(app, deep=True).findings}


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("digest", ["00", "ff"])
def test_two_addresses_with_one_number_are_found_in_whatever_order_they_are_read(
    desk: Desk, digest: str, number: int
) -> None:
    row = f"x'{digest * 16}', locator_id, case_id FROM locator WHERE locator_id = {number}"
    plant(desk, f"INSERT INTO locator SELECT {row}")
    assert "locator_twice" in {one.code for one in verify(desk.app).findings}


def test_what_a_row_under_a_known_id_brought_beside_its_words_is_opened(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.app.workspace.database_file)) as store, store:
        where = "WHERE kind = 1"
        ((payload,),) = store.execute(f"SELECT payload FROM sealed_text {where}").fetchall()
        store.execute(f"UPDATE sealed_text SET payload = ? {where}", (payload[:-1] + bytes([payload[-1] ^ 1]),))

    (found,) = verify(desk.app, deep=True).findings
    assert (found.code, found.subject) == ("sealed_changed", "reject 1")


def test_text_contact_and_other_columns_of_a_row_under_a_known_id_are_opened(desk: Desk) -> None:
    before = verify(desk.app, deep=True).opened
    plant(desk, "UPDATE reject SET reason = 'nothing_said' WHERE reason = 'id_conflict'")

    assert verify(desk.app, deep=True).opened == before - 3
