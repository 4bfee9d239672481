"""A case with several reporters: each gets the letter that fits their own report, and again only who is named."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select, update

from pipeline.cli.main import answer
from pipeline.delivery.answer_mail import Delivery, Outbox
from pipeline.desk.answer_sending import Order, send, show
from pipeline.desk.numbers import shown_report
from pipeline.store.engine import writing
from pipeline.store.schema import report
from tests.desk import NOW, Desk
from tests.letters import bring, decided, outbox, referred, shown_and_sent, states, text_of
from triage.answering import Template
from triage.disposition import Kind
from triage.errors import RuleBroken, UsageError
from triage.report import Fact

pytestmark = pytest.mark.thorough

pytest_plugins = ("tests.letter_workspace",)
LACKS, WHOLE = "lacks@mail.example", "whole@mail.example"


@pytest.fixture
def case_id(letters: Desk, tmp_path: Path) -> int:
    """One place, reported by somebody who did not say what was seen and by somebody who did; to be answered."""
    place = {"location": "https://both.example/a", "contact_is_safe": "yes", "language": "en"}
    lacks = place | {"id": "b-1", "contact_email": LACKS, "category": "other"}
    whole = place | {"id": "b-2", "contact_email": WHOLE, "description": "illegal pictures of a child on this page"}
    bring(letters.app, tmp_path / "both.csv", lacks, whole)
    return decided(letters, "b-1")


def _asked(desk: Desk) -> dict[str, bool]:
    """Reader to whether the letter asks for what is missing."""
    return {mail["To"]: "what you saw there" in text_of(mail) for mail in outbox(desk)}


def _text_to(reader: str, desk: Desk) -> str:
    (mail,) = (one for one in outbox(desk) if one["To"] == reader)
    return text_of(mail)


def test_each_reporter_gets_the_letter_that_fits_their_own_report(letters: Desk, case_id: int) -> None:
    assert shown_and_sent(letters, case_id) == ["sent", "sent"]
    assert _asked(letters) == {LACKS: True, WHOLE: False}
    assert "Your message has arrived" in _text_to(WHOLE, letters)


def test_who_lacks_nothing_gets_what_fits_where_only_what_is_missing_was_asked_for(letters: Desk, case_id: int) -> None:
    letters.dispose(case_id, Kind.HELPLINE, "helpline", "question")
    referred(letters)
    assert shown_and_sent(letters, case_id, Template.NEEDS_ADDRESS) == ["sent", "sent"]
    assert _asked(letters) == {LACKS: True, WHOLE: False}
    assert "We passed your question on" in _text_to(WHOLE, letters)


def test_again_goes_to_the_reporter_who_is_named_and_to_nobody_else(
    letters: Desk, case_id: int, capsys: pytest.CaptureFixture[str]
) -> None:
    shown_and_sent(letters, case_id)
    lacks, whole = letters.report_of("b-1"), letters.report_of("b-2")
    with pytest.raises(UsageError, match=f"say which with --report .{shown_report(lacks)}, {shown_report(whole)}."):
        shown_and_sent(letters, case_id, again=True)
    for path in (letters.app.workspace.root / "outbox").glob("*.eml"):
        path.unlink()
    words = ["--workspace", str(letters.folder / "workspace"), "answers", "send", f"C{case_id}", "--again"]
    assert answer([*words, "--report", shown_report(whole)]) == 0
    assert f"C{case_id}: 1 in the outbox" in capsys.readouterr().out
    assert list(_asked(letters)) == [WHOLE]
    assert answer([*words, "--report", shown_report(letters.report_of("l-1"))]) == 2
    assert "has no letter for this report" in capsys.readouterr().err


def test_who_takes_their_consent_back_gets_no_letter_not_even_while_others_go(
    letters: Desk, case_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    show(letters.app, letters.one, case_id, None, NOW)
    deliver = Outbox.deliver

    def meanwhile(mailer: Outbox, mail: EmailMessage) -> Delivery:
        _take_back(letters, "b-2")
        return deliver(mailer, mail)

    monkeypatch.setattr(Outbox, "deliver", meanwhile)
    assert [one.result for one in send(letters.app, letters.one, case_id, Order(), NOW)] == ["sent", "not_safe"]
    assert list(_asked(letters)) == [LACKS]
    assert letters.report_of("b-2") not in states(letters), "not claimed, its contact was not opened"
    _give_back(letters, "b-2")


def test_consent_taken_back_after_the_preview_stops_the_letter(letters: Desk, case_id: int) -> None:
    show(letters.app, letters.one, case_id, None, NOW)
    for external in ("b-1", "b-2"):
        _take_back(letters, external)
    with pytest.raises(RuleBroken, match="nobody can be written to"):
        send(letters.app, letters.one, case_id, Order(), NOW)
    assert outbox(letters) == []
    for external in ("b-1", "b-2"):
        _give_back(letters, external)


def _take_back(desk: Desk, external: str) -> None:
    _write_facts(desk, external, lambda facts: facts & ~int(Fact.CONTACT_IS_SAFE))


def _give_back(desk: Desk, external: str) -> None:
    """Since `verify` finds a report edited by hand."""
    _write_facts(desk, external, lambda facts: facts | int(Fact.CONTACT_IS_SAFE))


def _write_facts(desk: Desk, external: str, changed: Callable[[int], int]) -> None:
    mine = report.c.external_id == external
    with writing(desk.app.store.engine) as connection:
        facts = connection.execute(select(report.c.facts).where(mine)).scalar_one()
        connection.execute(update(report).where(mine).values(facts=changed(facts)))


def test_a_letter_can_go_by_itself_before_the_others(letters: Desk, case_id: int) -> None:
    assert shown_and_sent(letters, case_id, reports=[letters.report_of("b-1")]) == ["sent"]
    assert list(_asked(letters)) == [LACKS]
    assert shown_and_sent(letters, case_id) == ["sent", "sent"], "the second stood as sent, the other went now"
    assert _asked(letters) == {LACKS: True, WHOLE: False}
