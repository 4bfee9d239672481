"""What happens to an answer read out while something else happens to its report."""

from __future__ import annotations

import pytest

from pipeline.cli.main import answer
from pipeline.desk.answer_calls import call, called
from pipeline.desk.answer_receipts import ask
from pipeline.desk.answers import waiting
from pipeline.desk.moves import join, split
from pipeline.desk.numbers import shown_report
from pipeline.entering import give_receipt
from pipeline.store.engine import writing
from tests.desk import NOW, Desk
from tests.letters import decided, outbox, states
from triage.answering import Standing
from triage.errors import RuleBroken
from triage.receipts import code_of
from triage.report import ReportId

pytestmark = pytest.mark.thorough

pytest_plugins = ("tests.stores", "tests.letter_workspace")


def _run(desk: Desk, *words: str) -> int:
    return answer(["--workspace", str(desk.folder / "workspace"), "answers", *words])


def test_who_asks_with_a_receipt_while_being_called_does_not_end_the_call(letters: Desk) -> None:
    case_id, number = decided(letters, "l-4"), letters.report_of("l-4")
    code = code_of(number.to_bytes(16, "big"))
    with writing(letters.app.store.engine) as connection:
        give_receipt(letters.app, connection, letters.one, ReportId.unpack(number), code, "phone", NOW)
    call(letters.app, letters.one, case_id, NOW)
    asked = ask(letters.app, letters.two, code, NOW)
    assert (asked.before, asked.counts) == (Standing.CALLING, False)
    assert asked.letter is not None
    assert states(letters)[number][1] == "calling"
    assert called(letters.app, letters.one, case_id, None, NOW, reached=True) == number


def test_a_call_that_was_split_off_stays_in_sight_and_is_found(
    letters: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id, number = decided(letters, "l-4"), letters.report_of("l-4")
    call(letters.app, letters.one, case_id, NOW)
    join(letters.app, letters.one, case_id, letters.case_of("l-3"), NOW)
    new = split(letters.app, letters.one, case_id, (), [number], NOW, letters.vault())
    assert new in [one.case_id for one in waiting(letters.app, letters.one)]
    with pytest.raises(RuleBroken, match=f"lies in C{new} now"):
        called(letters.app, letters.one, case_id, number, NOW, reached=True)
    _run(letters, "called", f"C{new}", "--reached", "no")
    assert f"{shown_report(number)}: not reached" in capsys.readouterr().out


def test_a_letter_that_lies_in_the_outbox_is_not_called_sent(
    letters: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = f"C{decided(letters, 'l-1')}"
    _run(letters, "show", case_id)
    capsys.readouterr()
    assert _run(letters, "send", case_id) == 0
    said = capsys.readouterr().out
    assert f"{case_id}: 1 in the outbox" in said
    assert "Nobody has a letter in the outbox yet" in said
    assert len(outbox(letters)) == 1
