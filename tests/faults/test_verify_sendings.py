"""`hotline verify` holds answers to reporters, sent or told, and what ICCAM was sent against the audit chain."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from pipeline.bootstrap import App
from pipeline.delivery.answer_mail import Delivery, Outbox
from pipeline.delivery.iccam.plan import Call
from pipeline.delivery.iccam.push import Happened, Noted
from pipeline.desk import answer_sending
from pipeline.desk.answer_calls import call, called
from pipeline.desk.answer_receipts import ask
from pipeline.desk.answers import to_answer
from pipeline.desk.iccam_notes import Subject, settle, write_note
from pipeline.desk.numbers import shown_report
from pipeline.entering import give_receipt
from pipeline.receipts import receipt_digest
from pipeline.store.commit_reports import write_receipt
from pipeline.store.engine import reading, writing
from pipeline.verify import verify
from tests.desk import NOW, Desk, copied
from tests.letters import ROWS, SENDER, VAGUE, as_of_an_older_store, decided, lettered, outbox, shown_and_sent, states
from triage.answering import Standing
from triage.errors import Damage
from triage.people import Person
from triage.receipts import code_of
from triage.report import ReportId

pytestmark = pytest.mark.thorough

REFERENCE, SENT_AS = "BA-7F3K-9QWX-2MTC", "BA-7F3K-9QWX-2MTC_202603041000"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """One answer sent, one refused, one sent and then refused when repeated, one without address; one told by receipt,
    one reporter called in vain, one reached, one being called; three cases with ICCAM."""
    unreachable = {"id": "l-8", "description": VAGUE, "contact_email": "me @ home", "contact_is_safe": "yes"}
    by_phone = ({"id": name, "description": f"{VAGUE} {name}", "contact_phone": "061 123 456", "contact_is_safe": "yes"}
                for name in ("l-9", "l-10"))  # fmt: skip
    desk = lettered(tmp_path_factory.mktemp("sendings"), *ROWS, unreachable, *by_phone)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("HOTLINE_ANSWERS_FROM", SENDER)
        shown_and_sent(desk, decided(desk, "l-1"))
        again = decided(desk, "l-5", "question")
        shown_and_sent(desk, again)
        patched.setattr(Outbox, "deliver", lambda *_: Delivery.REFUSED)
        shown_and_sent(desk, decided(desk, "l-7"))
        shown_and_sent(desk, again, again=True)
        with as_of_an_older_store(desk, "l-8"):
            shown_and_sent(desk, decided(desk, "l-8"))
    _told(desk, "l-3")
    for name, reached in (("l-4", False), ("l-9", True), ("l-10", None)):
        case_id = decided(desk, name)
        call(desk.app, desk.one, case_id, NOW)
        if reached is not None:
            called(desk.app, desk.one, case_id, None, NOW, reached=reached)
    _iccam(desk, desk.case_of("s-1"), Happened.SENDING, Happened.ACCEPTED)
    _iccam(desk, desk.case_of("o-1"), Happened.SENDING, Happened.REFUSED)
    _iccam(desk, desk.case_of("d-1"), Happened.SENDING)
    settle(desk.app, [(desk.case_of("n-1"), "1/0")], NOW)
    return desk


def _told(desk: Desk, name: str) -> None:
    code = code_of(desk.report_of(name).to_bytes(16, "big"))
    with writing(desk.app.store.engine) as connection:
        give_receipt(desk.app, connection, desk.one, ReportId.unpack(desk.report_of(name)), code, "phone", NOW)
    ask(desk.app, desk.one, code, NOW)
    decided(desk, name)
    ask(desk.app, desk.one, code, NOW)
    ask(desk.app, desk.two, code, NOW)


def _iccam(desk: Desk, case_id: int, *steps: Happened) -> None:
    for happened in steps:
        number = 4711 if happened is Happened.ACCEPTED else None
        status, fields = (400, ("urls",)) if happened is Happened.REFUSED else (None, ())
        noted = Noted(REFERENCE, Call.REPORT, happened, 0, number, status, fields)
        write_note(desk.app, desk.two, Subject(case_id, 7, SENT_AS), noted, NOW, lambda _: None)


@pytest.fixture
def desk(template: Desk, tmp_path: Path) -> Desk:
    return copied(template, tmp_path)


def _codes(desk: Desk, statement: str = "") -> set[str]:
    if statement:
        with closing(sqlite3.connect(desk.app.workspace.database_file, isolation_level=None)) as connection:
            assert connection.execute(statement).rowcount > 0, "no damage was planted"
    return {one.code for one in verify(desk.app).findings}


def test_answers_sent_refused_repeated_told_and_called_agree_with_the_chain(desk: Desk) -> None:
    assert _codes(desk) == set()
    with closing(sqlite3.connect(desk.app.workspace.database_file)) as connection:
        states = connection.execute("SELECT state FROM answer_sent ORDER BY state").fetchall()
        known = connection.execute("SELECT report_id, refused IS NOT NULL FROM iccam_case ORDER BY case_id").fetchall()
    assert Counter(state for (state,) in states) == {"calling": 1, "no_email": 2, "refused": 1, "sent": 4}
    assert sorted(known, key=str) == sorted([(4711, 0), (None, 0), (None, 0), (None, 1)], key=str)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE answer_sent SET state = 'sent' WHERE state = 'refused'",
        "UPDATE answer_sent SET state = 'refused' WHERE state = 'sent'",
        "UPDATE answer_sent SET person_id = person_id + 1",
        "UPDATE answer_sent SET made_at = made_at + 1",
        "UPDATE answer_sent SET language = 'de'",
        "UPDATE answer_sent SET template = 'thank_you' WHERE template <> 'thank_you'",
        "DELETE FROM answer_sent WHERE state = 'no_email'",
        "UPDATE answer_sent SET state = 'sent' WHERE state = 'calling'",
        "UPDATE answer_sent SET state = 'no_email' WHERE state = 'calling'",
        "UPDATE answer_sent SET state = 'calling' WHERE state = 'no_email'",
        "DELETE FROM answer_sent WHERE report_id = (SELECT report_id FROM receipt)",
        "INSERT INTO answer_sent SELECT report_id, 'thank_you', language, made_at, person_id, state FROM answer_sent"
        " WHERE report_id = (SELECT report_id FROM receipt)",
        "INSERT INTO answer_sent SELECT report_id, 'answered', language, made_at, person_id, state FROM answer_sent"
        " LIMIT 1",
    ],
)
def test_a_changed_answer_is_found(desk: Desk, statement: str) -> None:
    assert _codes(desk, statement) == {"answer"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE iccam_case SET report_id = 4712 WHERE report_id = 4711",
        "UPDATE iccam_case SET report_id = NULL WHERE report_id = 4711",
        "UPDATE iccam_case SET attempted = '[]' WHERE attempted <> '[]'",
        "UPDATE iccam_case SET attempted = 'no list'",
        "UPDATE iccam_case SET refused = NULL WHERE refused IS NOT NULL",
        "UPDATE iccam_case SET refused = replace(refused, '400', '500') WHERE refused IS NOT NULL",
        "UPDATE iccam_case SET refused = replace(refused, '7', '8') WHERE refused IS NOT NULL",
        "DELETE FROM iccam_case WHERE report_id = 4711",
        "UPDATE iccam_case SET case_id = case_id + 100 WHERE report_id = 4711",
    ],
)
def test_what_iccam_was_sent_and_somebody_changed_is_found(desk: Desk, statement: str) -> None:
    assert _codes(desk, statement) == {"iccam"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE receipt SET report_id = (SELECT MAX(report_id) FROM report)",
        "UPDATE receipt SET receipt_hash = zeroblob(32)",
        "DELETE FROM receipt",
        "INSERT INTO receipt SELECT zeroblob(32), report_id FROM receipt",
        "INSERT INTO receipt SELECT zeroblob(32), MAX(report_id) FROM report",
    ],
)
def test_a_receipt_moved_removed_or_added_is_found(desk: Desk, statement: str) -> None:
    assert "receipt" in _codes(desk, statement)


def test_a_receipt_from_before_the_chain_kept_its_digest_is_no_damage_and_a_second_one_is(desk: Desk) -> None:
    report_id = desk.report_of("l-5")
    with writing(desk.app.store.engine) as connection:
        write_receipt(connection, report_id, b"r" * 32)
        desk.app.store.record(connection, NOW, "person:1", "report_entered", shown_report(report_id), {})
    assert _codes(desk) == set()
    assert _codes(desk, f"INSERT INTO receipt VALUES (zeroblob(32), {report_id})") == {"receipt"}


def test_the_chain_says_of_a_receipt_neither_the_code_nor_what_the_store_keeps_of_it(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.app.workspace.database_file)) as connection:
        ((kept, report_id),) = connection.execute("SELECT receipt_hash, report_id FROM receipt").fetchall()
        ((details,),) = connection.execute("SELECT details FROM audit WHERE event = 'report_entered'").fetchall()
    digest = json.loads(details)["receipt"]
    assert digest == receipt_digest(kept, report_id, desk.app.store.index_key)
    assert digest not in kept.hex()
    assert digest != receipt_digest(kept, report_id + 1, desk.app.store.index_key)


def test_a_contact_the_store_calls_safe_and_its_reporter_did_not_is_never_written_to(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_ANSWERS_FROM", SENDER)
    before, report_id = len(outbox(desk)), desk.report_of("l-2")
    case_id = decided(desk, "l-2")
    with reading(desk.app.store.engine) as connection:
        (one,) = to_answer(connection, case_id).owed
    assert one.standing is Standing.NOT_SAFE
    _codes(desk, f"UPDATE report SET facts = facts | 2 WHERE report_id = {report_id}")
    for act in (answer_sending.show, lambda *given: _unseen(monkeypatch, *given)):
        with pytest.raises(Damage, match="allowed more than they did"):
            act(desk.app, desk.one, case_id, None, NOW)
    assert len(outbox(desk)) == before
    assert states(desk)[report_id][1] == "refused"
    assert {found.code for found in verify(desk.app, deep=True).findings} == {"consent", "report_changed"}


def _unseen(monkeypatch: pytest.MonkeyPatch, app: App, by: Person, case_id: int, _: None, now: datetime) -> None:
    """Send without having been shown the letters, as if that rule were not there."""
    monkeypatch.setattr(answer_sending, "_check_shown", lambda *_: None)
    answer_sending.send(app, by, case_id, answer_sending.Order(), now)


def test_a_telephone_the_store_calls_safe_and_its_reporter_did_not_is_never_shown(tmp_path: Path) -> None:
    desk = lettered(tmp_path, {"id": "l-1", "description": VAGUE, "contact_phone": "061 123 456"})
    case_id = decided(desk, "l-1")
    _codes(desk, f"UPDATE report SET facts = facts | 2 WHERE report_id = {desk.report_of('l-1')}")
    with pytest.raises(Damage, match="allowed more than they did"):
        call(desk.app, desk.one, case_id, NOW)
    assert states(desk)[desk.report_of("l-1")][1] == "refused"
