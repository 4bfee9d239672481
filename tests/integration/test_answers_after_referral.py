"""A letter that says "we passed your question on" waits until the referral was made; a closed case asks for nothing."""

from __future__ import annotations

import json

import pytest

from pipeline.cli.main import answer
from pipeline.desk.answer_calls import call
from pipeline.desk.answer_receipts import ask
from pipeline.desk.outstanding import outstanding
from pipeline.store.engine import reading
from tests.desk import NOW, Desk
from tests.letters import decided, outbox, receipt_for, referred, shown_and_sent
from triage.answering import Template
from triage.disposition import Kind
from triage.errors import RuleBroken

pytestmark = pytest.mark.thorough

pytest_plugins = ("tests.letter_workspace",)


def _run(desk: Desk, *words: str) -> int:
    return answer(["--workspace", str(desk.folder / "workspace"), *words])


def _to_refer(desk: Desk, external_id: str) -> int:
    """A worried parent's case: decided for the helpline and to be answered, nothing exported yet."""
    case_id = desk.case_of(external_id)
    desk.dispose(case_id, Kind.HELPLINE, "helpline", "worried_parent")
    return decided(desk, external_id, "question")


def _held(desk: Desk) -> tuple[int, ...]:
    with reading(desk.app.store.engine) as connection:
        return outstanding(connection).held_answers


def test_no_letter_tells_of_a_referral_before_it_was_exported(
    letters: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = _to_refer(letters, "l-5")
    with pytest.raises(RuleBroken, match="`hotline export referral` first"):
        shown_and_sent(letters, case_id)
    assert outbox(letters) == []
    assert _held(letters) == (case_id,)
    assert _run(letters, "answers", "list") == 0
    assert _run(letters, "answers", "show", f"C{case_id}") == 0
    assert capsys.readouterr().out.count("first run `hotline export referral`") == 2
    assert _run(letters, "today") == 0
    assert f"answers held until the referral they tell of is exported: C{case_id}" in capsys.readouterr().out
    assert _run(letters, "today", "--json") == 0
    assert json.loads(capsys.readouterr().out)["held_answers"] == [f"C{case_id}"]
    referred(letters)
    assert _held(letters) == ()
    assert shown_and_sent(letters, case_id) == ["sent"]


def test_nobody_is_told_of_a_referral_that_nobody_decided(letters: Desk) -> None:
    case_id = decided(letters, "l-5", "question")
    with pytest.raises(RuleBroken, match="no referral was made"):
        shown_and_sent(letters, case_id, Template.QUESTION_FORWARDED)
    assert outbox(letters) == []
    assert shown_and_sent(letters, case_id) == ["sent"]


def test_a_held_answer_of_a_closed_case_is_told_of_too(letters: Desk) -> None:
    case_id = _to_refer(letters, "l-5")
    letters.close(case_id)
    assert _held(letters) == (case_id,)


def test_who_is_called_hears_of_no_referral_before_it_was_exported(letters: Desk) -> None:
    case_id = _to_refer(letters, "l-4")
    with pytest.raises(RuleBroken, match="`hotline export referral` first"):
        call(letters.app, letters.one, case_id, NOW)
    assert "contact_opened" not in {event for _, event in letters.events(f"C{case_id}")}
    referred(letters)
    (found,) = call(letters.app, letters.one, case_id, NOW).now
    assert found.phone


def test_who_asks_with_a_receipt_hears_of_no_referral_before_it_was_exported(letters: Desk) -> None:
    code = receipt_for(letters, "l-3")
    case_id = _to_refer(letters, "l-3")
    asked = ask(letters.app, letters.one, code, NOW)
    assert (asked.letter, asked.kept_back, asked.counts) == (None, "referral_first", False)
    assert _held(letters) == (case_id,)
    referred(letters)
    asked = ask(letters.app, letters.one, code, NOW)
    assert (asked.letter is not None, asked.kept_back, asked.counts) == (True, None, True)


def test_after_closing_nobody_is_asked_for_an_address(letters: Desk) -> None:
    code = receipt_for(letters, "l-3")
    letters.close(decided(letters, "l-3"))
    asked = ask(letters.app, letters.one, code, NOW)
    assert asked.letter is not None
    assert (str(asked.stands), str(asked.letter.template)) == ("closed", "answered")
