"""Answers read out on the telephone: to who asks with a receipt code, and to who is called."""

from __future__ import annotations

import io
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from pipeline.cli.main import answer
from pipeline.desk import answer_calls
from pipeline.desk.answer_calls import Calls, call, called
from pipeline.desk.answer_receipts import Asked, ask
from pipeline.desk.answer_sending import Order, send, show
from pipeline.desk.answers import answers_of
from pipeline.desk.moves import join, split
from pipeline.desk.numbers import shown_report
from pipeline.store.answer_tables import answer_sent
from pipeline.store.engine import reading
from pipeline.store.schema import audit
from pipeline.verify import verify
from tests.desk import NOW, Desk, made
from tests.factories import all_bytes
from tests.letters import ROWS, VAGUE, bring, decided, erased, outbox, receipt_for, states
from triage.answering import Standing, Stands
from triage.disposition import Kind
from triage.errors import CaseTaken, KeyProblem, RuleBroken, UsageError
from triage.receipts import code_of

pytestmark = pytest.mark.thorough

pytest_plugins = ("tests.stores", "tests.letter_workspace")

LATER = NOW + timedelta(minutes=5)
PHONE = "+387 61 123 456"


def _run(desk: Desk, *words: str) -> int:
    return answer(["--workspace", str(desk.folder / "workspace"), "answers", *words])


def _asked(desk: Desk, code: str, **more: bool) -> Asked:
    return ask(desk.app, desk.one, code, NOW, **more)


def _called(desk: Desk, case_id: int, **more: bool) -> Calls:
    return call(desk.app, desk.one, case_id, NOW, **more)


def _standing(desk: Desk, external_id: str) -> Standing:
    case_id, report_id = desk.case_of(external_id), desk.report_of(external_id)
    with reading(desk.app.store.engine) as connection:
        return next(one.standing for one in answers_of(connection, case_id).owed if one.report_id == report_id)


def _written(desk: Desk, event: str) -> list[dict[str, object]]:
    with reading(desk.app.store.engine) as connection:
        rows = connection.execute(select(audit.c.details).where(audit.c.event == event).order_by(audit.c.seq))
        return [json.loads(details) for details in rows.scalars()]


def _typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_who_asks_with_a_receipt_hears_how_it_stands_and_the_letter_and_waits_no_more(
    letters: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = receipt_for(letters, "l-3")
    case_id = decided(letters, "l-3")
    _run(letters, "list")
    assert "asks with the receipt code" in capsys.readouterr().out
    _typed(monkeypatch, f"{code.lower()}\nmore")
    assert _run(letters, "receipt") == 0
    said = capsys.readouterr()
    assert f"C{case_id}, report {shown_report(letters.report_of('l-3'))}: looked at" in said.out
    assert "Poruku smo pogledali" in said.out
    assert "ne tražite ponovo; ako još imate adresu, dodajte je" in said.out
    assert "counts as the answer" in said.out
    secrets = [one.encode() for one in (code, code.lower(), code.replace("-", ""), code.replace("-", "").lower())]
    everything = b"".join((said.out + said.err).encode().splitlines() + [kept for _, kept in all_bytes(letters.folder)])
    assert not any(secret in everything for secret in secrets)
    assert "odgovoriti na ovu poruku" not in said.out
    assert not {"as well", "group", "needs_address"} & set(said.out.replace("needs address", "needs_address").split())
    _run(letters, "list")
    assert "No answer waits" in capsys.readouterr().out
    assert states(letters)[letters.report_of("l-3")] == ("needs_address", "sent")


def test_a_program_gets_the_same_as_json(
    letters: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _typed(monkeypatch, receipt_for(letters, "l-5"))
    assert _run(letters, "receipt", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["stands"], said["language"], said["answered"]) == ("open", "sr-Cyrl", False)
    assert said["said"].startswith("Порука је код нас")
    assert said["text"]


@pytest.mark.parametrize("typed", ["", "0123-4567", "not a code at all", "Z" * 28, "\x00" * 30, "9" * 10_000])
def test_a_mistyped_code_is_refused_and_not_repeated(
    letters: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str
) -> None:
    _typed(monkeypatch, typed)
    assert _run(letters, "receipt") == 2
    said = capsys.readouterr()
    assert "receipt code" in said.err
    assert said.out == ""
    assert not typed or typed not in said.err


def test_a_code_nobody_was_given_says_nothing_else_and_writes_nothing(letters: Desk) -> None:
    before = _written(letters, "answer_told")
    with pytest.raises(UsageError, match="no report with this receipt code"):
        _asked(letters, code_of(b"\x07" * 16))
    assert _written(letters, "answer_told") == before == []


def test_who_may_not_decide_is_refused_before_the_code_is_asked_for(
    letters: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOTLINE_DEMO_PERSON", "sample-operator")
    _typed(monkeypatch, code := receipt_for(letters, "l-3"))
    assert _run(letters, "receipt") == 2
    assert "may not answer who asks with a receipt code" in capsys.readouterr().err
    with pytest.raises(RuleBroken, match="may not answer who asks"):
        ask(letters.app, letters.person("sample-operator"), code, NOW)
    with pytest.raises(RuleBroken, match="may not call a reporter"):
        call(letters.app, letters.person("sample-auditor"), letters.case_of("l-4"), NOW)


def test_asking_again_is_answered_each_time_and_leaves_one_row(letters: Desk) -> None:
    code = receipt_for(letters, "l-3")
    decided(letters, "l-3")
    first, second = _asked(letters, code), ask(letters.app, letters.two, code, LATER)
    assert (first.before, second.before) == (Standing.BY_RECEIPT, Standing.SENT)
    assert replace(first, before=second.before) == second
    with reading(letters.app.store.engine) as connection:
        rows = connection.execute(select(answer_sent.c.made_at, answer_sent.c.person_id)).all()
    assert [tuple(row) for row in rows] == [(int(NOW.timestamp()), letters.one.person_id)]
    assert [one["answered"] for one in _written(letters, "answer_told")] == [True, True]


def test_of_two_who_ask_at_once_both_are_answered_and_one_row_is_left(letters: Desk) -> None:
    code = receipt_for(letters, "l-3")
    decided(letters, "l-3")
    people = (letters.one, letters.two)
    with ThreadPoolExecutor(2) as both:
        first, second = both.map(lambda by: ask(Desk(letters.folder).app, by, code, NOW), people)
    assert {first.before, second.before} == {Standing.BY_RECEIPT, Standing.SENT}
    assert first.letter == second.letter is not None
    assert list(states(letters).values()) == [("needs_address", "sent")]
    assert len(_written(letters, "answer_told")) == 2


def test_an_answer_nobody_decided_on_is_written_down_and_counts_as_none(letters: Desk) -> None:
    asked = _asked(letters, receipt_for(letters, "l-3"))
    assert (asked.stands, asked.counts) == (Stands.OPEN, False)
    assert asked.letter is not None
    assert states(letters) == {}
    assert [one["answered"] for one in _written(letters, "answer_told")] == [False]
    decided(letters, "l-3")
    assert _standing(letters, "l-3") is Standing.BY_RECEIPT


def test_by_receipt_what_is_missing_is_asked_for_beside_danger_and_nothing_says_what_it_was(letters: Desk) -> None:
    row = {"id": "l-9", "description": "a neighbour abuses a child in our street", "language": "en"}
    bring(letters.app, letters.folder / "more.csv", row)
    assert letters.record(letters.case_of("l-9")).escalate
    asked = _asked(letters, receipt_for(letters, "l-9"))
    assert asked.letter is not None
    assert "please do not search for it again; if you still have the address, add it" in asked.letter.text.lower()
    assert not {"child", "abuse", "neighbour"} & set(asked.letter.text.lower().split())
    assert "nothing more" not in asked.letter.text


def test_a_letter_a_person_must_read_for_is_kept_back_until_they_did(letters: Desk) -> None:
    code = receipt_for(letters, "l-6")
    decided(letters, "l-6", "asked_for_help")
    asked = _asked(letters, code)
    assert (asked.letter, asked.kept_back) == (None, "read_first")
    assert states(letters) == {}
    assert _asked(letters, code, reviewed=True).letter is not None
    assert _standing(letters, "l-6") is Standing.SENT


def test_the_code_follows_joined_and_split_cases(letters: Desk) -> None:
    code = receipt_for(letters, "l-3")
    alone, other = letters.case_of("l-3"), letters.case_of("l-1")
    assert _asked(letters, code).case_id == alone
    join(letters.app, letters.one, other, alone, NOW)
    asked = _asked(letters, code)
    assert (asked.case_id, asked.kept_back, asked.letter) == (other, "joined", None)
    new = split(letters.app, letters.one, other, (), [letters.report_of("l-3")], NOW, letters.vault())
    assert _asked(letters, code).case_id == new == letters.case_of("l-3")


def test_of_a_removed_case_and_an_erased_report_just_that_is_said(
    letters: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = receipt_for(letters, "l-1")
    case_id = decided(letters, "l-1")
    letters.set(case_id, status="removed", status_before="removed")
    asked = _asked(letters, code)
    assert (asked.stands, asked.letter, asked.kept_back) == (Stands.REMOVED, None, None)
    with erased(letters, asked.report_id):
        _typed(monkeypatch, code)
        assert _run(letters, "receipt") == 0
    said = capsys.readouterr().out
    assert "the report was erased" in said
    assert "We have erased your message" in said
    assert "Thank you" not in said
    assert states(letters) == {}
    assert _written(letters, "answer_told") == [{"report": shown_report(asked.report_id)}] * 2
    letters.set(case_id, status="decided", status_before="decided")  # nobody's act had removed it


def test_a_closed_case_is_said_to_be_closed(letters: Desk) -> None:
    code = receipt_for(letters, "l-3")
    case_id = decided(letters, "l-3", "other")
    letters.close(case_id)
    asked = _asked(letters, code)
    assert (asked.stands, asked.said) == (Stands.CLOSED, "S porukom smo završili.")
    assert asked.letter is not None
    assert asked.letter.template == "answered"


def test_who_was_answered_by_code_gets_no_mail_and_an_unsafe_contact_never_does(letters: Desk) -> None:
    for external_id in ("l-1", "l-2"):
        code, case_id = receipt_for(letters, external_id), decided(letters, external_id)
        _asked(letters, code)
        show(letters.app, letters.one, case_id, None, NOW)
        with pytest.raises(RuleBroken):
            send(letters.app, letters.one, case_id, Order(), NOW)
    with pytest.raises(RuleBroken, match="nobody can be written to"):
        send(letters.app, letters.one, letters.case_of("l-2"), Order(again=True), NOW)
    assert outbox(letters) == []


def test_a_telephone_is_shown_once_then_called_then_answered(
    letters: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = decided(letters, "l-4")
    assert _run(letters, "call", f"C{case_id}", "--to-pipe") == 0
    shown = capsys.readouterr().out
    assert PHONE in shown
    assert "dodajte je" in shown
    assert "odgovoriti na ovu poruku" not in shown
    _run(letters, "list")
    assert "perhaps called" in capsys.readouterr().out
    assert _run(letters, "call", f"C{case_id}", "--to-pipe") == 2
    assert PHONE not in capsys.readouterr().out
    assert _run(letters, "called", f"C{case_id}", "--reached", "no") == 0
    assert _standing(letters, "l-4") is Standing.NO_EMAIL
    assert _run(letters, "call", f"C{case_id}", "--to-pipe") == 0
    assert PHONE in capsys.readouterr().out
    assert _run(letters, "called", f"C{case_id}", "--reached", "yes") == 0
    assert "answered" in capsys.readouterr().out
    assert states(letters)[letters.report_of("l-4")] == ("needs_address", "sent")
    assert _run(letters, "called", f"C{case_id}", "--reached", "yes") == 2
    assert [one["reached"] for one in _written(letters, "answer_called")] == [False, True]
    _run(letters, "list")
    assert "No answer waits" in capsys.readouterr().out


def test_a_number_is_shown_on_a_terminal_or_on_purpose_and_never_as_json(
    letters: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = decided(letters, "l-4")
    for words in ((), ("--json",), ("--to-pipe", "--json")):
        assert _run(letters, "call", f"C{case_id}", *words) == 2
        assert PHONE not in "".join(capsys.readouterr())
    assert "contact_opened" not in {event for _, event in letters.events(f"C{case_id}")}
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert _run(letters, "call", f"C{case_id}") == 0
    assert PHONE in capsys.readouterr().out


def test_a_contact_is_opened_for_a_call_only_after_it_was_written_down(
    letters: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = decided(letters, "l-4")
    opened: list[str] = []
    plain = answer_calls.Vaultroom.reach

    def watched(self: answer_calls.Vaultroom, report_id: int) -> object:
        opened.append(letters.events(f"C{case_id}")[-1][1])
        return plain(self, report_id)

    monkeypatch.setattr(answer_calls.Vaultroom, "reach", watched)
    _called(letters, case_id)
    assert opened == ["contact_opened"]
    assert _written(letters, "contact_opened")[-1]["for"] == "answer_call"


def test_nobody_is_called_without_a_decision_and_a_held_case_waits(letters: Desk) -> None:
    with pytest.raises(RuleBroken, match="nobody decided"):
        _called(letters, letters.case_of("l-4"))
    with pytest.raises(RuleBroken, match="nobody is to be called"):
        _called(letters, decided(letters, "l-1"))
    case_id = decided(letters, "l-4")
    letters.hold(case_id, letters.two)
    with pytest.raises(CaseTaken):
        _called(letters, case_id)
    with pytest.raises(RuleBroken, match="nobody is being called"):
        called(letters.app, letters.one, case_id, None, NOW, reached=True)
    assert states(letters) == {}


def test_a_caller_who_needs_a_person_is_called_only_with_reviewed(letters: Desk) -> None:
    row = {"id": "l-8", "description": "I am attracted to minors and want help, truly", "contact_phone": PHONE,
           "contact_is_safe": "yes"}  # fmt: skip
    bring(letters.app, letters.folder / "more.csv", row)
    case_id = decided(letters, "l-8", "asked_for_help")
    with pytest.raises(RuleBroken, match="--reviewed"):
        _called(letters, case_id)
    (one,) = _called(letters, case_id, reviewed=True).now
    assert one.phone == PHONE


def test_of_several_callers_each_is_ended_by_number_wherever_the_case_went(letters: Desk) -> None:
    row = {"id": "l-8", "description": f"{VAGUE} by night", "contact_phone": "061/555-777", "best_time": "evenings",
           "contact_is_safe": "yes", "language": "en", "name_to_use": "Ana"}  # fmt: skip
    bring(letters.app, letters.folder / "more.csv", row)
    into, other = letters.case_of("l-4"), letters.case_of("l-8")
    join(letters.app, letters.one, into, other, NOW)
    decided(letters, "l-4")
    found = {one.report_id: one for one in _called(letters, into).now}
    two = letters.report_of("l-8")
    assert (found[two].phone, found[two].best_time) == ("061/555-777", "evenings")
    assert found[two].letter.text.startswith("Hello Ana,")
    assert not any(secret in repr(found) for secret in ("061/555", "evenings", "Ana"))
    with pytest.raises(UsageError, match="--report"):
        called(letters.app, letters.one, into, None, NOW, reached=True)
    new = split(letters.app, letters.one, into, (), [two], NOW, letters.vault())
    assert called(letters.app, letters.one, new, None, NOW, reached=True) == two
    assert called(letters.app, letters.one, into, letters.report_of("l-4"), NOW, reached=False) in found
    assert {state for _, state in states(letters).values()} == {"sent", "no_email"}


def test_a_mail_never_overtakes_a_call_nor_a_call_a_mail(letters: Desk) -> None:
    case_id = decided(letters, "l-4")
    _called(letters, case_id)
    show(letters.app, letters.one, case_id, None, NOW)
    for again in (False, True):
        with pytest.raises(RuleBroken, match="a person calls"):
            send(letters.app, letters.one, case_id, Order(again=again), NOW)
    letters.dispose(case_id, Kind.ANSWER, reason="question", now=LATER)
    assert _standing(letters, "l-4") is Standing.CALLING
    assert states(letters)[letters.report_of("l-4")] == ("needs_address", "calling")


def test_without_the_vaults_key_nobody_is_being_called(letters: Desk) -> None:
    case_id = decided(letters, "l-4")
    moved = [path.rename(path.with_suffix(".moved")) for path in letters.app.workspace.keys.glob("*.key")
             if path.name != "index.key"]  # fmt: skip
    with pytest.raises(KeyProblem):
        _called(letters, case_id)
    for path in moved:
        path.rename(path.with_suffix(".key"))
    assert _standing(letters, "l-4") is Standing.NO_EMAIL
    assert len(_called(letters, case_id).now) == 1


def test_what_turns_out_to_hold_no_number_is_said_and_nobody_is_being_called(
    letters: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {"id": "l-8", "description": f"{VAGUE} over there", "contact_phone": "ring twice", "contact_is_safe": "yes"}
    bring(letters.app, letters.folder / "more.csv", row)
    case_id = decided(letters, "l-8")
    assert _run(letters, "call", f"C{case_id}", "--to-pipe") == 0
    said = capsys.readouterr().out
    assert "nobody can call" in said
    assert "ring twice" not in said
    assert "answers called" not in said
    assert states(letters)[letters.report_of("l-8")][1] == "no_telephone"
    assert _run(letters, "call", f"C{case_id}", "--to-pipe") == 2, "such a contact is opened once"


@pytest.mark.slow
@pytest.mark.pg
def test_spoken_answers_go_on_both_stores(tmp_path_factory: pytest.TempPathFactory, store_url: str) -> None:
    folder = tmp_path_factory.mktemp("spoken")
    desk = made(folder, store_url)
    bring(desk.app, folder / "letters.csv", *ROWS[2:4])
    code = receipt_for(desk, "l-3")
    decided(desk, "l-3")
    assert _asked(desk, code).letter == _asked(desk, code).letter
    case_id = decided(desk, "l-4")
    assert len(_called(desk, case_id).now) == 1
    called(desk.app, desk.one, case_id, None, NOW, reached=True)
    with reading(desk.app.store.engine) as connection:
        assert connection.execute(select(func.count()).select_from(answer_sent)).scalar_one() == 2
    assert verify(desk.app, deep=True).findings == ()
