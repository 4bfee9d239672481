"""`hotline verify` finds what somebody edited by hand beside reports, decisions and packages."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.desk import moves
from pipeline.desk.returning import reopen
from pipeline.store.beside import NAMES
from pipeline.verify import verify
from tests.desk import NOW, Desk, copied, made, plant
from tests.factories import chain_without, take_in, write_csv
from tests.pictures import picture, saved

pytestmark = pytest.mark.thorough

LATER = timedelta(minutes=5)


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A reject, an attachment, a case closed and reopened, one split and one joined; the rest as they came."""
    desk = made(tmp_path_factory.mktemp("worked"))
    desk.bring(
        "second",
        {"id": "bad", "received_at": "yesterday", "location": "https://bad.example/x"},
        {"id": "l-1", "location": "https://fifth.example/e"},
    )
    desk.bring(
        "third", {"id": "x-1", "location": "https://third.example/c", "description": "pictures of a child again"}
    )
    (desk.folder / "page.jpg").write_bytes(saved(picture(1)))
    row = {"id": "p-1", "description": "strange", "attachments": "page.jpg", "further": "column"}
    take_in(desk.app, "fourth", write_csv(desk.folder / "fourth.csv", [row]))
    danger, suspect = desk.case_of("d-1"), desk.case_of("s-1")
    desk.close(danger)
    reopen(desk.app, desk.one, danger, "closed_by_mistake", NOW + LATER)
    new = moves.split(desk.app, desk.one, suspect, [desk.item(suspect, "www.bad.example/a")], [], NOW, desk.vault())
    moves.join(desk.app, desk.one, new, desk.case_of("o-1"), NOW + LATER)
    assert verify(desk.app).findings == ()
    return desk


@pytest.mark.parametrize(
    ("code", "statement"),
    [
        ("case_key", "UPDATE case_key SET case_id = {danger} WHERE case_id = {bare}"),
        ("case_key", "UPDATE case_key SET case_id = {asks} WHERE case_id = {bare}"),
        ("case_key", "DELETE FROM case_key WHERE case_id = {bare}"),
        ("case_key", "INSERT INTO case_key SELECT key, 'later', {danger} FROM case_key WHERE case_id = {bare}"),
        ("case_fact", "DELETE FROM case_fact WHERE case_id = {asks}"),
        ("case_fact", "UPDATE case_fact SET case_id = {bare} WHERE case_id = {asks}"),
        ("case_fact", "INSERT INTO case_fact VALUES ({asks}, x'00', 1)"),
        ("case_waiting", "UPDATE case_record SET waiting_since = 1 WHERE case_id = {danger}"),
        ("case_waiting", "UPDATE case_record SET waiting_since = NULL WHERE case_id = {danger}"),
        ("case_waiting", "UPDATE case_record SET waiting_since = waiting_since + 1 WHERE case_id = {split}"),
        ("case_new_facts", "UPDATE case_record SET new_facts = 0 WHERE case_id = {danger}"),
        ("case_new_facts", "UPDATE case_record SET new_facts = new_facts | 64 WHERE case_id = {asks}"),
        ("case_new_facts", "UPDATE case_record SET new_facts = new_facts | 1024 WHERE case_id = {danger}"),
        ("case_new_facts", "UPDATE case_record SET new_facts = new_facts | 2 WHERE case_id = {danger}"),
        ("case_new_facts", "UPDATE case_record SET new_facts = new_facts | 1 WHERE case_id = {asks}"),
        ("case_joined", "UPDATE case_record SET new_facts = 0 WHERE case_id = {split}"),
        ("case_status_before", "UPDATE case_record SET status_before = 'returned' WHERE case_id = {asks}"),
        ("case_status_before", "UPDATE case_record SET status_before = 'closed' WHERE case_id = {danger}"),
        ("suggestion", "UPDATE suggestion SET answer = 'apart' WHERE answer = 'join'"),
        ("suggestion", "UPDATE suggestion SET answer = NULL, answered_by = NULL, answered_at = NULL"),
        ("suggestion", "UPDATE suggestion SET answered_by = answered_by + 1"),
        ("suggestion", "UPDATE suggestion SET answered_at = answered_at + 1"),
        ("suggestion", "DELETE FROM suggestion WHERE answer = 'join'"),
        ("case_version", "UPDATE case_record SET version = version + 1 WHERE case_id = {asks}"),
        ("case_version", "UPDATE case_record SET version = version - 1 WHERE case_id = {danger}"),
        ("case_version", "UPDATE case_record SET version = 0 WHERE case_id = {split}"),
        ("case_lane", "UPDATE case_record SET unread = 1, lane = 1 WHERE case_id = {bare}"),
        ("case_lane", "UPDATE case_record SET question = 0 WHERE case_id = {asks}"),
        ("case_lane", "UPDATE case_record SET assigned = 1 WHERE case_id = {bare}"),
        ("person", "UPDATE person SET status = 'suspended' WHERE person_id = 2"),
        ("sources_changed", "UPDATE source SET source = 'elsewhere'"),
        ("sources_changed", "UPDATE source SET channel = 'sos'"),
        ("rejects_changed", "UPDATE reject SET reason = 'spam'"),
        ("rejects_changed", "UPDATE reject SET row = row + 1"),
        ("items_changed", "UPDATE signal SET value = zeroblob(32) WHERE type = 'sha256'"),
        ("items_changed", "DELETE FROM signal WHERE type = 'pdq'"),
        ("items_changed", "UPDATE content_item SET problem = 'no_picture'"),
        ("texts_changed", "DELETE FROM sealed_text WHERE kind = 1"),
        ("texts_changed", "UPDATE sealed_text SET payload = zeroblob(1) WHERE kind = 1"),
    ],
)  # fmt: skip
def test_what_was_edited_is_found(worked: Desk, tmp_path: Path, code: str, statement: str) -> None:
    desk = copied(worked, tmp_path)
    numbers = {name: desk.case_of(of) for name, of in (("danger", "d-1"), ("split", "s-2"), ("bare", "l-1"))}
    plant(desk, statement.format(asks=desk.case_of("q-1"), **numbers))

    assert code in {one.code for one in verify(desk.app).findings}


@pytest.mark.parametrize(
    ("code", "statement"),
    [
        ("case_key", "UPDATE case_key SET key = zeroblob(16) WHERE case_id = {bare}"),
        ("case_fact", "UPDATE case_fact SET digest = zeroblob(16) WHERE case_id = {asks}"),
    ],
)
def test_a_key_no_address_has_and_a_text_nobody_wrote_are_found_with_the_vaults_key(
    worked: Desk, tmp_path: Path, code: str, statement: str
) -> None:
    desk = copied(worked, tmp_path)
    assert verify(desk.app, deep=True).findings == ()
    plant(desk, statement.format(bare=desk.case_of("l-1"), asks=desk.case_of("q-1")))

    assert {one.code for one in verify(desk.app, deep=True).findings} == {code}


def test_a_run_whose_event_holds_no_such_digests_is_checked_as_before(worked: Desk, tmp_path: Path) -> None:
    desk = copied(worked, tmp_path)
    plant(desk, "UPDATE reject SET reason = 'spam'")
    plant(desk, "DELETE FROM sealed_text WHERE kind = 1")
    chain_without(desk.app, *NAMES)
    assert verify(desk.app).findings == ()
