"""What hosts did: answers, reminders while there is none, and a case whose content is gone."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from pipeline.cli.main import answer
from pipeline.desk import lea_holds, notice_answers
from pipeline.desk.notice_sending import Which
from pipeline.store.engine import reading, writing
from pipeline.store.notice_tables import notice_answer
from pipeline.store.schema import metadata
from pipeline.verify.everything import verify
from tests.desk import NOW, Desk
from tests.noticing import LATER, contact, decided, letter, outbox, sent, states
from triage.disposition import Kind
from triage.errors import RuleBroken, UsageError
from triage.lea_hold import WordKind
from triage.notices import HostSaid

pytestmark = pytest.mark.thorough

pytest_plugins = ("tests.notice_workspace",)
DAY = timedelta(days=1)


def _hotline(desk: Desk, *words: str) -> int:
    return answer(["--workspace", str(desk.app.workspace.root), *words])


def _note(desk: Desk, case_id: int, said: HostSaid, days: int = 1, items: tuple[int, ...] = ()) -> bool:
    now = LATER + days * DAY
    return notice_answers.note(desk.app, desk.one, case_id, said, now, now, items).removed


def test_a_reminder_comes_when_it_is_due_and_says_that_it_is_one(noticing: Desk) -> None:
    host = contact(noticing, "bad.example")
    decided(noticing, "s-1")
    sent(noticing, host)
    with pytest.raises(RuleBroken, match="no reminder"):
        sent(noticing, host, Which.REMINDER, now=LATER + 2 * DAY)
    due = LATER + 5 * DAY  # three days fall on a Saturday
    assert sent(noticing, host, Which.REMINDER, now=due).result == "sent"
    assert sent(noticing, host, Which.REMINDER, now=due + 7 * DAY).result == "sent"
    assert sent(noticing, host, Which.REMINDER, now=due + 21 * DAY).result == "sent"
    with pytest.raises(RuleBroken, match="no reminder"):
        sent(noticing, host, Which.REMINDER, now=due + 99 * DAY)
    texts = [letter(mail) for mail in outbox(noticing)]
    assert sorted("Letters so far" in text for text in texts) == [False, True, True, True]
    assert len({mail["Message-ID"] for mail in outbox(noticing)}) == 4
    assert states(noticing) == ["sent"] * 4
    assert verify(noticing.app).findings == ()


def test_who_answered_is_not_reminded(noticing: Desk) -> None:
    host = contact(noticing, "bad.example")
    case_id = decided(noticing, "s-1")
    sent(noticing, host)
    _note(noticing, case_id, HostSaid.REFUSED)
    with pytest.raises(RuleBroken, match="no reminder"):
        sent(noticing, host, Which.REMINDER, now=LATER + 5 * DAY)
    assert noticing.record(case_id).status == "decided"


def test_a_case_is_removed_once_every_address_is_and_a_repeat_brings_it_back(noticing: Desk) -> None:
    host = contact(noticing, "bad.example")
    case_id = decided(noticing, "s-1")
    sent(noticing, host)
    first, second = (one.locator_id for one in noticing.facts(case_id).locators)
    assert not _note(noticing, case_id, HostSaid.REMOVED, items=(first,))
    with pytest.raises(UsageError, match="waits for an answer"):
        _note(noticing, case_id, HostSaid.REMOVED, items=(first,))
    assert _note(noticing, case_id, HostSaid.REMOVED, items=(second,))
    assert (noticing.record(case_id).status, noticing.record(case_id).lane) == ("removed", None)
    assert verify(noticing.app).findings == ()
    noticing.bring("again", {"id": "s-9", "location": "https://bad.example/a"})
    assert noticing.record(case_id).status == "returned"


def test_content_that_is_there_again_is_told_of_afresh_after_a_new_decision(noticing: Desk) -> None:
    host = contact(noticing, "bad.example")
    case_id = decided(noticing, "s-1")
    sent(noticing, host)
    _note(noticing, case_id, HostSaid.REMOVED)
    noticing.bring("again", {"id": "s-9", "location": "https://bad.example/a"})
    with pytest.raises(RuleBroken, match="nothing waits"):
        sent(noticing, host, now=LATER + 5 * DAY)
    noticing.dispose(case_id, Kind.NOTICE, "host", now=LATER + 5 * DAY)
    assert sent(noticing, host, now=LATER + 5 * DAY + timedelta(hours=1)).result == "sent"
    assert not any("Letters so far" in letter(mail) for mail in outbox(noticing))
    assert verify(noticing.app).findings == ()


def test_a_case_police_hold_is_not_reminded_of(noticing: Desk) -> None:
    host = contact(noticing, "bad.example")
    case_id = decided(noticing, "s-1")
    sent(noticing, host)
    noticing.dispose(case_id, Kind.POLICE, "police-rs", now=LATER)
    with pytest.raises(RuleBroken, match="no reminder"):
        sent(noticing, host, Which.REMINDER, now=LATER + 5 * DAY)


def test_an_answer_lies_before_now_and_after_a_letter(noticing: Desk) -> None:
    host = contact(noticing, "bad.example")
    case_id = decided(noticing, "s-1")
    with pytest.raises(UsageError, match="waits for an answer"):
        _note(noticing, case_id, HostSaid.REMOVED)
    sent(noticing, host)
    with pytest.raises(RuleBroken, match="--at is in the future: give"):
        notice_answers.note(noticing.app, noticing.one, case_id, HostSaid.REMOVED, NOW + 9 * DAY, NOW + DAY)


def test_an_answer_from_before_the_letter_is_refused(noticing: Desk) -> None:
    host = contact(noticing, "bad.example")
    case_id = decided(noticing, "s-1")
    sent(noticing, host)
    early = LATER - timedelta(minutes=1)
    with pytest.raises(RuleBroken, match="after the letter"):
        notice_answers.note(noticing.app, noticing.one, case_id, HostSaid.REMOVED, early, LATER + DAY)
    sent(noticing, host, Which.REMINDER, now=LATER + 5 * DAY)
    before = LATER + DAY
    notice_answers.note(noticing.app, noticing.one, case_id, HostSaid.REMOVED, before, LATER + 6 * DAY)
    assert noticing.record(case_id).status == "removed", "it answers the first letter, though it was noted later"


def test_an_old_answer_does_not_say_that_content_which_is_there_again_is_gone(noticing: Desk) -> None:
    host = contact(noticing, "bad.example")
    case_id = decided(noticing, "s-1")
    sent(noticing, host)
    first, second = (one.locator_id for one in noticing.facts(case_id).locators)
    assert not _note(noticing, case_id, HostSaid.REMOVED, items=(first,))
    noticing.dispose(case_id, Kind.NOTICE, "host", now=LATER + 5 * DAY)
    assert sent(noticing, host, now=LATER + 5 * DAY + timedelta(hours=1)).places == 1
    assert not _note(noticing, case_id, HostSaid.REMOVED, 6, items=(second,)), "the last letter is not answered"
    assert noticing.record(case_id).status == "decided"
    assert _note(noticing, case_id, HostSaid.REMOVED, 7, items=(first,))


def test_an_answer_the_chain_does_not_tell_of_is_found(noticing: Desk) -> None:
    host = contact(noticing, "bad.example")
    case_id = decided(noticing, "s-1")
    sent(noticing, host)
    _note(noticing, case_id, HostSaid.REFUSED)
    with writing(noticing.app.store.engine) as connection:
        connection.execute(notice_answer.update().values(said="removed"))
    assert {one.code for one in verify(noticing.app).findings} == {"notice_answered"}


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [("notice", "state", "claimed"), ("notice", "digest", "0"), ("notice", "contact_id", 9),
     ("notice", "made_at", 1), ("notice_item", "case_id", 9), ("notice_item", "turn", 7),
     ("notice_item", "disposition_id", 9), ("notice_answer", "said_at", 1), ("notice_answer", "contact_id", 9),
     ("hold_word", "escalate", 3), ("abuse_contact", "language", "bs"), ("abuse_contact", "name", "Other"),
     ("abuse_contact", "mail", "other@provider.example"), ("contact_host", "contact_id", 9),
     ("contact_host", "digest", b"0" * 16)],
)  # fmt: skip
def test_a_row_the_chain_does_not_tell_of_so_is_found(
    noticing: Desk, table: str, column: str, value: object
) -> None:
    host = contact(noticing, "bad.example")
    case_id = decided(noticing, "s-1")
    sent(noticing, host)
    _note(noticing, case_id, HostSaid.REFUSED)
    lea_holds.write_word(noticing.app, noticing.one, case_id, WordKind.HOLD, "police-rs", "telephone", NOW)
    assert verify(noticing.app).findings == ()
    with writing(noticing.app.store.engine) as connection:
        changed = metadata.tables[table]
        connection.execute(changed.update().values({column: value}))
    assert verify(noticing.app).findings


def test_the_commands_note_an_answer_and_show_what_is_due(
    noticing: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    host = contact(noticing, "bad.example")
    case_id = decided(noticing, "s-1")
    sent(noticing, host)
    assert _hotline(noticing, "notices", "reminders", "--json") == 0
    due = json.loads(capsys.readouterr().out)["reminders"]
    assert {(one["case"], one["contact"]) for one in due} == {(f"C{case_id}", host.shown)}
    assert all(one["due"] for one in due)
    assert _hotline(noticing, "today") == 0
    assert f"reminders due: {host.shown}" in capsys.readouterr().out
    at = "2026-03-05 14:05"
    assert _hotline(noticing, "notices", "answered", f"C{case_id}", "removed", "--at", at) == 0
    assert "counts as removed" in capsys.readouterr().out
    assert _hotline(noticing, "cases", "show", f"C{case_id}", "--json") == 0
    letters = json.loads(capsys.readouterr().out)["notices"]["letters"]
    assert {one["removed_at"] for one in letters} == {"2026-03-05T13:05:00+00:00"}
    with reading(noticing.app.store.engine) as connection:
        assert len(connection.execute(notice_answer.select()).all()) == 2
