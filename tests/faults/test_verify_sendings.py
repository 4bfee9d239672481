"""`hotline verify` holds answers to reporters, sent or told, and what ICCAM was sent against the audit chain."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.delivery.answer_mail import Delivery, Outbox
from pipeline.delivery.iccam.plan import Call
from pipeline.delivery.iccam.push import Happened, Noted
from pipeline.desk.answer_calls import call, called
from pipeline.desk.answer_receipts import ask
from pipeline.desk.iccam_notes import Subject, settle, write_note
from pipeline.receipts import receipt_hash
from pipeline.store.commit_reports import write_receipt
from pipeline.store.engine import writing
from pipeline.verify import verify
from tests.desk import NOW, Desk, copied
from tests.letters import ROWS, SENDER, VAGUE, decided, lettered, shown_and_sent
from triage.receipts import code_of

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
        write_receipt(connection, desk.report_of(name), receipt_hash(code, desk.app.store.index_key))
    ask(desk.app, desk.one, code, NOW)
    decided(desk, name)
    ask(desk.app, desk.one, code, NOW)
    ask(desk.app, desk.two, code, NOW)


def _iccam(desk: Desk, case_id: int, *steps: Happened) -> None:
    for happened in steps:
        number = 4711 if happened is Happened.ACCEPTED else None
        status, fields = (400, ("urls",)) if happened is Happened.REFUSED else (None, ())
        noted = Noted(REFERENCE, Call.REPORT, happened, 0, number, status, fields)
        write_note(desk.app, desk.two, Subject(case_id, 7, SENT_AS), noted, NOW)


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
