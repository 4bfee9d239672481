"""A child that is blackmailed hears where help is, by receipt and by letter, closed case or not."""

from __future__ import annotations

import csv

import pytest

from pipeline.desk.answer_receipts import ask
from pipeline.desk.answers import answers_of
from pipeline.store.engine import reading
from tests.desk import NOW, Desk
from tests.factories import take_in
from tests.letters import decided, outbox, receipt_for, shown_and_sent
from triage.answering import Template

pytest_plugins = ("tests.stores", "tests.letter_workspace")

ROW = {
    "id": "l-9", "received_at": "2026-03-03T10:00:00+01:00", "language": "de", "reporter_group": "teen",
    "description": "somebody threatens to publish my pictures, I am 14", "contact_email": "nine@mail.example",
    "contact_is_safe": "yes",
}  # fmt: skip


@pytest.fixture
def told(letters: Desk) -> Desk:
    path = letters.folder / "more.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ROW)
        writer.writeheader()
        writer.writerow(ROW)
    take_in(letters.app, path.stem, path)
    return letters


def test_by_receipt_a_blackmailed_child_hears_where_help_is_and_what_is_missing(
    told: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = receipt_for(told, "l-9")
    asked = ask(told.app, told.one, code, NOW)
    assert asked.letter is not None
    assert asked.letter.template is Template.GET_HELP
    assert "Polizei" in asked.letter.text
    assert "nicht noch einmal danach suchen" in asked.letter.text
    monkeypatch.setenv("HOTLINE_HELP_LINE", "116 111")
    heard = ask(type(told.app).at(told.app.workspace.root), told.one, code, NOW).letter
    assert heard is not None
    assert "Hilfe gibt es hier: 116 111" in heard.text
    assert "Sie " not in f"{asked.said}\n{heard.text}"


def test_a_letter_names_the_help_line_and_a_closed_case_asks_for_nothing(
    told: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_HELP_LINE", "116 111")
    case_id = decided(told, "l-9", "urgent_danger")
    assert shown_and_sent(told, case_id) == ["sent"]
    (mail,) = outbox(told)
    assert "Hilfe gibt es hier: 116 111" in mail.get_content()
    told.set(case_id, status="closed")
    with reading(told.app.store.engine) as connection:
        (owed,) = answers_of(connection, case_id).owed
    told.set(case_id, status="decided")
    assert (owed.template, owed.missing) == (Template.GET_HELP, ())
    assert "nicht noch einmal" not in owed.letter("").text
