"""Who wants no contact any more gets none: no letter, no call, and police are not told who they are."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace

import pytest
from sqlalchemy import delete

from pipeline.cli import plain_words
from pipeline.cli.main import answer
from pipeline.delivery.pdf import words_in
from pipeline.desk import answer_sending, packages
from pipeline.desk.answer_calls import call
from pipeline.desk.answer_receipts import ask as ask_by_code
from pipeline.desk.answer_withdrawn import withdraw
from pipeline.desk.answers import waiting
from pipeline.desk.numbers import shown_report
from pipeline.desk.outside import outside_view
from pipeline.store.answer_tables import contact_withdrawn
from pipeline.store.engine import writing
from pipeline.verify.everything import verify
from tests.agencies import opened
from tests.desk import NOW, Desk
from tests.disclosed import AGENCY, asked, released
from tests.letters import LATER, decided, outbox, receipt_for, shown_and_sent, states
from triage.answering import Standing
from triage.errors import RuleBroken, UsageError

pytestmark = pytest.mark.thorough

pytest_plugins = ("tests.letter_workspace", "tests.disclosure_workspace")


def test_nobody_is_written_to_after_they_withdrew_not_even_again(letters: Desk) -> None:
    case_id, other = decided(letters, "l-1"), decided(letters, "l-2")
    assert shown_and_sent(letters, case_id) == ["sent"]
    withdraw(letters.app, letters.one, letters.report_of("l-1"), NOW)
    with pytest.raises(RuleBroken, match="nobody can be written to"):
        shown_and_sent(letters, case_id, again=True, now=LATER)
    opened = letters.events(f"C{other}")
    withdraw(letters.app, letters.one, letters.report_of("l-2"), NOW)
    with pytest.raises(RuleBroken, match="nobody can be written to"):
        shown_and_sent(letters, other)
    assert outbox(letters) == []
    assert {event for _, event in letters.events(f"C{other}")[len(opened):]} == {"contact_withdrawn", "answer_shown"}
    (found,) = [one for one in waiting(letters.app, letters.one) if one.case_id == other]
    assert list(found.counts) == [Standing.WITHDRAWN]
    assert verify(letters.app).findings == ()


def test_who_withdrew_between_look_and_letter_gets_none(letters: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = decided(letters, "l-1")
    plain = answer_sending._mailer

    def late(app: object) -> object:
        withdraw(letters.app, letters.one, letters.report_of("l-1"), NOW)
        return plain(app)  # type: ignore[arg-type]

    monkeypatch.setattr(answer_sending, "_mailer", late)
    assert shown_and_sent(letters, case_id) == ["withdrawn"]
    assert outbox(letters) == []


def test_nobody_is_called_after_they_withdrew(letters: Desk) -> None:
    case_id = decided(letters, "l-4")
    withdraw(letters.app, letters.one, letters.report_of("l-4"), NOW)
    with pytest.raises(RuleBroken, match="nobody is to be called"):
        call(letters.app, letters.one, case_id, NOW)


def test_police_are_neither_told_who_it_is_nor_that_they_can_ask(telling: Desk) -> None:
    case_id = asked(telling)
    assert telling.facts(case_id).allow_police
    for report_id in telling.facts(case_id).allow_police:
        assert withdraw(telling.app, telling.one, report_id, NOW).told == ()
    with pytest.raises(RuleBroken, match="wants no contact any more"):
        released(telling)
    view = outside_view(telling.facts(case_id), "BA-1", "police", AGENCY)
    assert "reporter_can_be_asked" not in view.facts


def test_agencies_that_have_the_contact_are_named(telling: Desk) -> None:
    case_id = asked(telling)
    released(telling)
    report_id = telling.facts(case_id).allow_police[0]
    assert withdraw(telling.app, telling.one, report_id, NOW).told == (AGENCY,)


def test_screens_say_so_of_what_was_asked_for_and_of_what_was_made_for_police(
    telling: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = asked(telling)
    withdraw(telling.app, telling.one, telling.report_of("p-1"), NOW)
    place = ["--workspace", str(telling.folder / "workspace")]
    for words in (["today"], ["cases", "show", f"C{case_id}"], ["disclose", "list"]):
        assert answer([*place, *words]) == 0
        said = capsys.readouterr().out
        assert f"contact about C{case_id} for {AGENCY}: NOT to be released, no contact is wanted any more" in said
        assert f"contact about C{case_id} for {AGENCY}: waits for another person's release" in said  # the other one's


def test_a_disclosure_that_was_made_is_said_to_be_of_somebody_who_wants_none(
    telling: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = asked(telling)
    released(telling)
    withdraw(telling.app, telling.one, telling.report_of("p-1"), LATER)
    assert answer(["--workspace", str(telling.folder / "workspace"), "cases", "show", f"C{case_id}"]) == 0
    assert f"for {AGENCY}: made; no contact is wanted any more: tell them by telephone" in capsys.readouterr().out


def test_a_supplement_says_that_a_reporter_police_could_ask_wants_no_contact_any_more(telling: Desk) -> None:
    order = packages.Order("lea", recipient=AGENCY)
    packages.make_packages(telling.app, order, telling.two, NOW)
    withdraw(telling.app, telling.one, telling.report_of("p-1"), LATER)
    withdraw(telling.app, telling.one, telling.report_of("p-3"), LATER)
    (made,) = packages.make_packages(telling.app, replace(order, again=True), telling.two, LATER).made
    files = opened(made.folder)
    (case,) = json.loads(files["case.json"])["cases"]
    assert case["news"] == [{"code": "contact_withdrawn", "count": 1}]
    words = words_in("sr-Cyrl")
    assert words.code("news", "contact_withdrawn") in files["cover.txt"].decode()
    assert "contact_withdrawn" in files["custody.csv"].decode()
    assert verify(telling.app).findings == ()


def test_it_is_said_with_a_receipt_code_which_still_answers(
    letters: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code = receipt_for(letters, "l-1")
    words = ["--workspace", str(letters.folder / "workspace"), "answers", "withdraw"]
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{code}\n"))
    assert answer(words) == 0
    said = capsys.readouterr().out
    assert f"report {shown_report(letters.report_of('l-1'))}: nobody writes to this reporter" in said
    assert code not in said
    assert ask_by_code(letters.app, letters.one, code, NOW).said
    assert answer([*words, shown_report(letters.report_of("l-1"))]) == 2
    assert "written down before" in capsys.readouterr().err


def test_what_has_no_contact_has_nothing_to_withdraw(letters: Desk) -> None:
    with pytest.raises(RuleBroken, match="nothing to withdraw"):
        withdraw(letters.app, letters.one, letters.report_of("l-3"), NOW)
    with pytest.raises(UsageError, match="no report with this number"):
        withdraw(letters.app, letters.one, 12345, NOW)


def test_a_withdrawal_that_somebody_removed_is_found(letters: Desk) -> None:
    withdraw(letters.app, letters.one, letters.report_of("l-1"), NOW)
    with writing(letters.app.store.engine) as connection:
        (row,) = connection.execute(delete(contact_withdrawn).returning(contact_withdrawn)).all()
    assert [one.code for one in verify(letters.app).findings] == ["answer"]
    with writing(letters.app.store.engine) as connection:
        connection.execute(contact_withdrawn.insert().values(row._asdict()))


def test_a_letter_that_lies_in_the_outbox_is_taken_out_and_written_down_as_not_sent(letters: Desk) -> None:
    case_id, other = decided(letters, "l-1"), decided(letters, "l-7")
    assert shown_and_sent(letters, case_id) == shown_and_sent(letters, other) == ["sent"]
    done = withdraw(letters.app, letters.one, letters.report_of("l-1"), NOW)
    assert (done.taken_back, done.left) == (1, ())
    assert [mail["To"] for mail in outbox(letters)] == ["seven@mail.example"]
    assert letters.events(f"C{case_id}")[-1][1] == "answer_not_sent"
    assert "out of the outbox" in plain_words.event("answer_not_sent", {"result": "taken_back"})
    assert states(letters)[letters.report_of("l-1")][1] == "refused"
    assert verify(letters.app).findings == ()


def test_a_letter_sent_once_more_is_taken_out_too(letters: Desk) -> None:
    case_id = decided(letters, "l-1")
    shown_and_sent(letters, case_id)
    shown_and_sent(letters, case_id, again=True, now=LATER)
    assert withdraw(letters.app, letters.one, letters.report_of("l-1"), LATER).taken_back == 1
    assert verify(letters.app).findings == ()


def test_a_letter_the_mail_program_took_before_is_not_said_to_be_taken_out(letters: Desk) -> None:
    shown_and_sent(letters, decided(letters, "l-1"))
    for path in (letters.app.workspace.root / "outbox").glob("*.eml"):
        path.unlink()
    done = withdraw(letters.app, letters.one, letters.report_of("l-1"), NOW)
    assert (done.taken_back, done.left) == (0, ())
    assert states(letters)[letters.report_of("l-1")][1] == "sent"


def test_a_letter_that_cannot_be_taken_out_is_named_until_it_is_gone(
    letters: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = decided(letters, "l-1")
    shown_and_sent(letters, case_id)
    (path,) = (letters.app.workspace.root / "outbox").glob("*.eml")
    path.unlink()
    path.mkdir()  # in place of a file that cannot be removed
    place = ["--workspace", str(letters.folder / "workspace")]
    for words in (["answers", "withdraw", shown_report(letters.report_of("l-1"))], ["today"],
                  ["cases", "show", f"C{case_id}"]):  # fmt: skip
        assert answer([*place, *words]) == 0
        assert f"delete it before the mail program takes it: outbox/{path.name}" in capsys.readouterr().out
    path.rmdir()
    assert answer([*place, "today"]) == 0
    assert "outbox/" not in capsys.readouterr().out
    assert verify(letters.app).findings == ()
