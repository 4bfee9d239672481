"""The same answer goes once: two commands at a time, a power cut, a full disk, a missing key, and `--again`."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.cli.main import answer
from pipeline.delivery.answer_mail import Delivery, Outbox
from pipeline.desk import answer_sending
from pipeline.desk.answer_sending import Order, _left, send, send_standing, show
from pipeline.desk.answers import Owed
from pipeline.durable import temporary_for
from pipeline.store.engine import reading
from pipeline.store.schema import audit
from pipeline.verify import verify
from tests.desk import NOW, Desk
from tests.letters import LATER, ROWS, bring, decided, lettered, outbox, shown_and_sent, states
from triage.answering import Standing, Template
from triage.errors import KeyProblem, RuleBroken
from triage.report import Fact

pytestmark = pytest.mark.thorough

pytest_plugins = ("tests.letter_workspace",)


def _run(desk: Desk, *words: str) -> int:
    return answer(["--workspace", str(desk.folder / "workspace"), "answers", *words])


def test_the_same_answer_goes_once_and_again_only_on_purpose_with_the_same_number(letters: Desk) -> None:
    case_id = decided(letters, "l-1")
    shown_and_sent(letters, case_id)
    (first,) = outbox(letters)
    with pytest.raises(RuleBroken, match=r"^the answer was sent: --again"):
        shown_and_sent(letters, case_id)
    decided(letters, "l-1")
    with pytest.raises(RuleBroken, match="--again"):
        shown_and_sent(letters, case_id)
    assert shown_and_sent(letters, case_id, again=True) == ["sent"]
    (second,) = outbox(letters)
    assert first["Message-ID"] == second["Message-ID"]


@pytest.mark.slow
def test_another_workspace_gives_another_number(letters: Desk, tmp_path: Path) -> None:
    other = lettered(tmp_path / "other", ROWS[0])
    for desk in (letters, other):
        shown_and_sent(desk, decided(desk, "l-1"))
    (one,), (two,) = outbox(letters), outbox(other)
    assert one["Message-ID"] != two["Message-ID"]


def test_a_power_cut_between_sending_and_marking_sends_nothing_twice(
    letters: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = decided(letters, "l-1")

    def cut(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(answer_sending, "mark", cut)
        with pytest.raises(KeyboardInterrupt):
            shown_and_sent(letters, case_id)
    assert len(outbox(letters)) == 1
    assert states(letters)[letters.report_of("l-1")] == ("needs_address", "claimed")
    for path in (letters.app.workspace.root / "outbox").iterdir():
        path.unlink()  # the operator's mail program took it
    with pytest.raises(RuleBroken, match=r"^an answer may have been sent: look .* --again"):
        shown_and_sent(letters, case_id)
    assert outbox(letters) == []
    _run(letters, "list")
    assert "perhaps answered" in capsys.readouterr().out
    assert shown_and_sent(letters, case_id, again=True, now=LATER) == ["sent"]


def test_of_two_commands_at_once_one_sends(letters: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = decided(letters, "l-1")
    show(letters.app, letters.one, case_id, None, NOW)
    plain, others = Outbox.deliver, list[str]()

    def slow(self: Outbox, mail: EmailMessage) -> Delivery:
        with pytest.raises(RuleBroken, match="--again"):
            send(letters.app, letters.two, case_id, Order(), NOW)
        others.extend(one.result for one in send(letters.app, letters.two, case_id, Order(again=True), NOW))
        return plain(self, mail)

    monkeypatch.setattr(Outbox, "deliver", slow)
    assert [one.result for one in send(letters.app, letters.one, case_id, Order(), NOW)] == ["sent"]
    assert others == ["left_to_another"], "--again does not take what another command is sending"
    assert len(outbox(letters)) == 1


def test_a_command_that_looked_before_another_claimed_leaves_it_alone(
    letters: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = decided(letters, "l-1")
    show(letters.app, letters.one, case_id, None, NOW)
    plain, results = Outbox.__enter__, list[str]()

    def overtaken(self: Outbox) -> Outbox:
        if not results:
            results.append("overtaking")
            results.extend(one.result for one in send(letters.app, letters.two, case_id, Order(), NOW))
        return plain(self)

    monkeypatch.setattr(Outbox, "__enter__", overtaken)
    assert [one.result for one in send(letters.app, letters.one, case_id, Order(), NOW)] == ["left_to_another"]
    assert results == ["overtaking", "sent"]
    assert len(outbox(letters)) == 1


@pytest.mark.parametrize(("slow", "result"), [(Delivery.REFUSED, "refused"), (Delivery.SENT, "sent")])
def test_a_slow_sending_does_not_write_over_what_another_one_claimed_since(
    letters: Desk, monkeypatch: pytest.MonkeyPatch, slow: Delivery, result: str
) -> None:
    case_id, number = decided(letters, "l-1"), letters.report_of("l-1")
    show(letters.app, letters.one, case_id, None, NOW)
    others = list[str]()

    def hanging(_: Outbox, __: EmailMessage) -> Delivery:
        if others:
            return Delivery.SENT if slow is Delivery.REFUSED else Delivery.IN_DOUBT
        others.append("begun")
        later = NOW + timedelta(minutes=11)
        others.extend(one.result for one in send(letters.app, letters.two, case_id, Order(again=True), later))
        return slow

    monkeypatch.setattr(Outbox, "deliver", hanging)
    assert [one.result for one in send(letters.app, letters.one, case_id, Order(), NOW)] == [result]
    assert states(letters)[number][1] == ("sent" if slow is Delivery.REFUSED else "claimed")
    with reading(letters.app.store.engine) as connection:
        told = connection.execute(select(audit.c.event).where(audit.c.subject == f"C{case_id}")).scalars().all()
    assert told[-1] == "answer_overtaken"
    assert verify(letters.app).findings == ()


@pytest.mark.parametrize(("seconds", "result"), [(599, "left_to_another"), (600, "in_doubt")])
def test_a_letter_another_command_began_a_moment_ago_is_not_in_doubt(seconds: int, result: str) -> None:
    begun = Owed(1, Template.THANK_YOU, (), None, Fact(0), frozenset(), Standing.IN_DOUBT, False, too_early=False,
                 claimed_at=int(NOW.timestamp()))  # fmt: skip
    assert _left(begun, NOW + timedelta(seconds=seconds)) == result
    assert _left(replace(begun, standing=Standing.NO_CONTACT), NOW) == "no_contact"


def test_a_full_disk_refuses_and_leaves_nothing_and_the_answer_goes_later(
    letters: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = decided(letters, "l-1")

    def full(path: Path, content: bytes) -> None:
        temporary_for(path).write_bytes(content[:9])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("pipeline.delivery.answer_mail.write_file", full)
        assert shown_and_sent(letters, case_id) == ["refused"]
    assert list((letters.app.workspace.root / "outbox").iterdir()) == []
    assert states(letters)[letters.report_of("l-1")][1] == "refused"
    assert shown_and_sent(letters, case_id) == ["sent"]


def test_a_repetition_that_is_refused_does_not_forget_that_the_answer_went(
    letters: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = decided(letters, "l-1")
    shown_and_sent(letters, case_id)
    with monkeypatch.context() as broken:
        broken.setattr(Outbox, "deliver", lambda *_: Delivery.REFUSED)
        assert shown_and_sent(letters, case_id, again=True) == ["refused"]
    assert states(letters)[letters.report_of("l-1")][1] == "sent"
    with pytest.raises(RuleBroken, match="--again"):
        shown_and_sent(letters, case_id)


def test_without_the_vaults_key_nothing_is_in_doubt(letters: Desk) -> None:
    case_id = decided(letters, "l-1")
    show(letters.app, letters.one, case_id, None, NOW)
    moved = [path.rename(path.with_suffix(".moved")) for path in letters.app.workspace.keys.glob("*.key")
             if path.name != "index.key"]  # fmt: skip
    with pytest.raises(KeyProblem):
        send(letters.app, letters.one, case_id, Order(), NOW)
    assert states(letters)[letters.report_of("l-1")][1] == "refused"
    for path in moved:
        path.rename(path.with_suffix(".key"))
    assert [one.result for one in send(letters.app, letters.one, case_id, Order(), NOW)] == ["sent"]


def test_a_reporter_of_several_reports_gets_one_letter_of_a_kind(
    letters: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_ANSWERS_STANDING", "thank_you")
    rows = [
        {"id": f"m-{number}", "location": f"https://many{number}.example/a", "contact_is_safe": "yes",
         "description": "illegal pictures of a child", "contact_email": "Many@mail.example", "language": "en"}
        for number in range(3)
    ]  # fmt: skip
    bring(letters.app, tmp_path / "many.csv", *rows)
    done = [one.result for one in send_standing(letters.app, letters.one, NOW)]
    assert sorted(done).count("same_letter") == 2
    assert [mail["To"] for mail in outbox(letters)].count("Many@mail.example") == 1
