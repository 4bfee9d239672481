"""Answers to reporters from the disposition to the outbox: who gets one, what it says, and that it goes once."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.cli.main import answer
from pipeline.desk import moves
from pipeline.desk.answer_sending import Order, send, send_standing, show
from pipeline.desk.answers import answers_of
from pipeline.desk.vaultroom import Vaultroom
from pipeline.entering import give_receipt
from pipeline.store.engine import reading, writing
from pipeline.store.schema import audit
from pipeline.verify.everything import verify
from tests.desk import NOW, Desk, made
from tests.letters import (
    ROWS,
    SENDER,
    VAGUE,
    as_of_an_older_store,
    bring,
    decided,
    erased,
    outbox,
    referred,
    shown_and_sent,
    states,
    text_of,
)
from triage.answering import Template
from triage.disposition import Kind
from triage.errors import BadConfiguration, CaseTaken, RuleBroken
from triage.receipts import SECRET_BYTES, code_of
from triage.report import ReportId

pytest_plugins = ("tests.stores", "tests.letter_workspace")


def _run(desk: Desk, *words: str) -> int:
    return answer(["--workspace", str(desk.folder / "workspace"), "answers", *words])


def _details(desk: Desk) -> str:
    with reading(desk.app.store.engine) as connection:
        return " ".join(connection.execute(select(audit.c.details)).scalars())


def test_from_the_decision_to_the_outbox_by_the_command_line(letters: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    case_id = decided(letters, "l-1")
    assert _run(letters, "list") == 0
    assert "can be answered" in capsys.readouterr().out
    assert _run(letters, "show", f"C{case_id}") == 0
    shown = capsys.readouterr().out
    assert "by e-mail" in shown
    assert "Subject: Reply to a message" in shown
    assert "Hello {name}," in shown
    assert "do not search for it again; if you still have the address, add it" in shown
    assert _run(letters, "send", f"C{case_id}") == 0
    said = shown + capsys.readouterr().out
    assert not any(secret in said for secret in ("one@", "mail.example", "Ana-Marija", "Canary"))
    (mail,) = outbox(letters)
    assert (mail["From"], mail["To"], mail["Subject"]) == (SENDER, "one@mail.example", "Reply to a message")
    assert mail["Content-Language"] == "en"
    assert text_of(mail).startswith("Hello Ana-Marija,\n\nThank you for turning to us.")
    assert _run(letters, "list", "--json") == 0
    assert json.loads(capsys.readouterr().out)["waiting"] == []
    assert verify(letters.app, deep=True).findings == ()


def test_the_letter_is_what_was_shown_but_for_the_name(letters: Desk) -> None:
    case_id = decided(letters, "l-1")
    (shown,) = show(letters.app, letters.one, case_id, None, NOW)
    send(letters.app, letters.one, case_id, Order(), NOW)
    (mail,) = outbox(letters)
    assert text_of(mail) == shown.letter.text.replace("{name}", "Ana-Marija")


def test_the_language_is_the_one_the_reporter_chose(letters: Desk) -> None:
    case_id = letters.case_of("l-5")
    letters.dispose(case_id, Kind.HELPLINE, "helpline", "question")
    decided(letters, "l-5", "question")
    referred(letters)
    assert shown_and_sent(letters, case_id) == ["sent"]
    (mail,) = outbox(letters)
    assert mail["Subject"] == "Одговор на поруку"
    assert "прослиједили" in mail.get_content()
    assert states(letters)[letters.report_of("l-5")] == ("question_forwarded", "sent")


@pytest.mark.parametrize(
    ("report_id", "why"), [("l-2", "contact is safe"), ("l-3", "left no contact"), ("l-4", "to be called by a person")]
)
def test_the_list_says_why_somebody_cannot_be_answered(
    letters: Desk, report_id: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    decided(letters, report_id)
    _run(letters, "list")
    assert why in capsys.readouterr().out


@pytest.mark.parametrize("report_id", ["l-2", "l-3"])
def test_who_left_no_contact_or_an_unsafe_one_is_not_written_to_and_no_contact_is_opened(
    letters: Desk, report_id: str
) -> None:
    case_id = decided(letters, report_id)
    with pytest.raises(RuleBroken, match="nobody can be written to"):
        shown_and_sent(letters, case_id, again=True)
    assert outbox(letters) == []
    assert "contact_opened" not in {event for _, event in letters.events(f"C{case_id}")}


def test_a_telephone_is_left_to_a_person_and_said_so(letters: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    case_id = decided(letters, "l-4")
    _run(letters, "show", f"C{case_id}")
    assert "to be called by a person" in capsys.readouterr().out
    for again in (False, True):
        with pytest.raises(RuleBroken, match="called by a person"):
            shown_and_sent(letters, case_id, again=again)
    assert outbox(letters) == []
    assert states(letters) == {}
    assert "contact_opened" not in {event for _, event in letters.events(f"C{case_id}")}
    _run(letters, "list")
    assert "to be called by a person" in capsys.readouterr().out


_NO_ADDRESS = ("me @ home", "one@mail.example two@mail.example", "ana@mail", "ana@@mail.example", "ana@mail..example")


@pytest.mark.parametrize("said", _NO_ADDRESS)
def test_who_left_no_address_that_can_be_used_is_not_said_to_be_answerable(
    letters: Desk, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _with_address(letters, said)
    for command in (["list"], ["show", f"C{letters.case_of('l-8')}"]):
        assert _run(letters, *command) == 0
        told = capsys.readouterr().out
        assert "no mail address that can be written to" in told
        assert "can be answered" not in told
    with pytest.raises(RuleBroken, match="called by a person"):
        shown_and_sent(letters, letters.case_of("l-8"), again=True)


def test_an_address_in_brackets_is_one_that_can_be_used(letters: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    _with_address(letters, "Ana <ana@mail.example>")
    _run(letters, "list")
    assert "can be answered" in capsys.readouterr().out


def test_an_address_an_older_store_thought_fit_is_seen_when_it_is_opened(
    letters: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    _with_address(letters, _NO_ADDRESS[0])
    case_id = letters.case_of("l-8")
    with as_of_an_older_store(letters, "l-8"):
        _run(letters, "show", f"C{case_id}")
        told = capsys.readouterr().out
        assert "no mail address that can be written to" in told
        assert "can be answered" not in told
        assert shown_and_sent(letters, case_id) == ["no_email"]
    with pytest.raises(RuleBroken, match="called by a person"):
        shown_and_sent(letters, case_id, again=True)


def _with_address(letters: Desk, said: str) -> None:
    row = {"id": "l-8", "description": f"{VAGUE} over there", "contact_email": said, "contact_is_safe": "yes"}
    bring(letters.app, letters.folder / "more.csv", row)
    decided(letters, "l-8")


def test_where_only_a_receipt_was_handed_out_nothing_is_sent(letters: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    case_id = decided(letters, "l-3")
    with writing(letters.app.store.engine) as connection:
        given = ReportId.unpack(letters.report_of("l-3"))
        give_receipt(letters.app, connection, letters.one, given, code_of(b"r" * SECRET_BYTES), "phone", NOW)
    _run(letters, "list")
    assert "asks with the receipt code" in capsys.readouterr().out
    with pytest.raises(RuleBroken):
        shown_and_sent(letters, case_id)


def test_an_erased_reporter_is_not_written_to(letters: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    case_id = decided(letters, "l-1")
    with erased(letters, letters.report_of("l-1")):
        _run(letters, "list")
        assert "erased" in capsys.readouterr().out
        with pytest.raises(RuleBroken):
            shown_and_sent(letters, case_id)


def test_a_report_no_template_may_answer_goes_only_with_reviewed(letters: Desk) -> None:
    case_id = decided(letters, "l-6", "asked_for_help")
    with pytest.raises(RuleBroken, match="--reviewed"):
        shown_and_sent(letters, case_id)
    with pytest.raises(RuleBroken, match="--reviewed"):
        shown_and_sent(letters, case_id, again=True)
    assert outbox(letters) == []
    assert shown_and_sent(letters, case_id, reviewed=True) == ["sent"]


def test_without_a_decision_nothing_is_shown_or_sent(letters: Desk) -> None:
    with pytest.raises(RuleBroken, match="nobody decided"):
        show(letters.app, letters.one, letters.case_of("l-1"), None, NOW)
    with pytest.raises(RuleBroken, match="nobody decided"):
        send(letters.app, letters.one, letters.case_of("l-1"), Order(), NOW)


def test_a_letter_nobody_looked_at_does_not_go(letters: Desk) -> None:
    case_id = decided(letters, "l-1")
    with pytest.raises(RuleBroken, match="look at the letters"):
        send(letters.app, letters.one, case_id, Order(), NOW)
    show(letters.app, letters.one, case_id, None, NOW)
    with pytest.raises(RuleBroken, match="look at the letters"):
        send(letters.app, letters.one, case_id, Order(Template.THANK_YOU), NOW)
    assert outbox(letters) == []


def test_who_may_not_decide_sends_nothing_and_a_held_case_waits(letters: Desk) -> None:
    case_id = decided(letters, "l-1")
    for role in ("sample-auditor", "sample-operator"):
        with pytest.raises(RuleBroken, match="answers to reporters: that takes"):
            show(letters.app, letters.person(role), case_id, None, NOW)
        with pytest.raises(RuleBroken, match="answers to reporters: that takes"):
            send_standing(letters.app, letters.person(role), NOW)
    show(letters.app, letters.one, case_id, None, NOW)
    letters.hold(case_id, letters.two)
    with pytest.raises(CaseTaken):
        send(letters.app, letters.one, case_id, Order(), NOW)


def test_without_a_sender_nothing_goes(letters: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOTLINE_ANSWERS_FROM")
    case_id = decided(letters, "l-1")
    with pytest.raises(BadConfiguration, match="answers_from"):
        shown_and_sent(letters, case_id)
    assert states(letters) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [("FROM", "info@hotline.example"), ("FROM", "two words@x.example"), ("FROM", "a@b.example\nBcc: c@d.example"),
     ("STANDING", "nonsense"), ("SMTP_TLS", "none"), ("SMTP_PORT", "0"), ("SMTP_HOST", "mail.example")],
)  # fmt: skip
def test_a_setting_that_is_not_safe_stops_the_command(
    letters: Desk, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"HOTLINE_ANSWERS_{name}", value)
    with pytest.raises(BadConfiguration) as caught:
        _ = letters.app.settings
    assert value not in str(caught.value)


def test_a_contact_is_opened_only_after_it_was_written_down(letters: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = decided(letters, "l-1")
    opened: list[str] = []
    plain = Vaultroom.reach

    def watched(self: Vaultroom, report_id: int) -> object:
        opened.append(letters.events(f"C{case_id}")[-1][1])
        return plain(self, report_id)

    monkeypatch.setattr(Vaultroom, "reach", watched)
    shown_and_sent(letters, case_id)
    assert opened == ["answer_shown", "contact_opened"]
    events = [event for _, event in letters.events(f"C{case_id}")]
    assert events[-4:] == ["contact_opened", "answer_shown", "contact_opened", "answer_sent"]
    assert not any(secret in _details(letters) for secret in ("@", "Ana", "Canary", "mail.example"))


def test_outbox_and_its_files_are_private_and_their_names_say_nothing(letters: Desk) -> None:
    shown_and_sent(letters, decided(letters, "l-1"))
    folder = letters.app.workspace.root / "outbox"
    (path,) = folder.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert len(path.stem) == 32
    assert int(path.stem, 16) > 0
    raw = path.read_bytes()
    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n")


def test_a_letter_nobody_would_get_is_refused_by_its_name_and_no_other_goes_for_it(letters: Desk) -> None:
    case_id = decided(letters, "l-7")
    show(letters.app, letters.one, case_id, None, NOW)
    for act in (
        lambda: send(letters.app, letters.one, case_id, Order(Template.NEEDS_ADDRESS), NOW),
        lambda: show(letters.app, letters.one, case_id, Template.NEEDS_ADDRESS, NOW),
    ):
        with pytest.raises(RuleBroken, match="the one shown is thank you; leave out --template"):
            act()
    with pytest.raises(RuleBroken, match=f"answers show C{case_id} --template out_of_remit"):
        send(letters.app, letters.one, case_id, Order(Template.OUT_OF_REMIT), NOW)
    assert outbox(letters) == []


def test_a_standing_template_answers_without_a_person_and_only_that_one(
    letters: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BadConfiguration, match="answers_standing"):
        send_standing(letters.app, letters.one, NOW)
    monkeypatch.setenv("HOTLINE_ANSWERS_STANDING", "needs_address")
    decided(letters, "l-6", "asked_for_help")
    done = send_standing(letters.app, letters.one, NOW)
    assert {one.report_id: one.result for one in done} == {letters.report_of("l-1"): "sent"}
    assert [mail["To"] for mail in outbox(letters)] == ["one@mail.example"]
    assert send_standing(letters.app, letters.one, NOW) == ()


def test_a_standing_template_never_answers_danger_or_what_is_old(
    letters: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_ANSWERS_STANDING", "needs_address, thank_you")
    letters.set(letters.case_of("l-1"), escalate=3)
    row = {"id": "l-9", "description": f"{VAGUE} once", "contact_email": "nine@mail.example", "contact_is_safe": "yes"}
    old = {"received_at": (NOW - timedelta(days=15)).isoformat()}
    bring(letters.app, letters.folder / "more.csv", row | old)
    letters.hold(letters.case_of("l-5"), letters.two)
    done = {one.report_id for one in send_standing(letters.app, letters.one, NOW)}
    assert done == {letters.report_of("l-7")}


def test_who_told_of_danger_is_asked_for_the_address_unless_a_person_answers_another_matter(letters: Desk) -> None:
    row = {"id": "l-9", "description": "a neighbour abuses a child in our street", "language": "en",
           "contact_email": "nine@mail.example", "contact_is_safe": "yes"}  # fmt: skip
    bring(letters.app, letters.folder / "more.csv", row)
    case_id = letters.case_of("l-9")
    assert letters.record(case_id).escalate

    def fits(template: Template | None = None) -> Template:
        with reading(letters.app.store.engine) as connection:
            return answers_of(connection, case_id, template).owed[0].template

    assert fits() is Template.NEEDS_ADDRESS
    decided(letters, "l-9", "question")
    assert (fits(), fits(Template.NEEDS_ADDRESS)) == (Template.THANK_YOU, Template.NEEDS_ADDRESS)
    decided(letters, "l-9")
    assert fits() is Template.NEEDS_ADDRESS


def test_a_case_that_was_joined_is_decided_anew(letters: Desk) -> None:
    case_id = decided(letters, "l-1")
    moves.join(letters.app, letters.one, letters.case_of("l-7"), case_id, NOW)
    with pytest.raises(RuleBroken, match="joined into"):
        show(letters.app, letters.one, case_id, None, NOW)


def test_wrong_use_says_so(letters: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(letters, "send") == 2
    assert _run(letters, "send", "C1", "--all-standing") == 2
    assert _run(letters, "send", "--all-standing", "--again") == 2
    assert "--all-standing" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.pg
def test_answers_go_on_both_stores(tmp_path: Path, store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_ANSWERS_FROM", SENDER)
    desk = made(tmp_path, store_url)
    bring(desk.app, tmp_path / "letters.csv", *ROWS[:3])
    case_id = decided(desk, "l-1")
    assert shown_and_sent(desk, case_id) == ["sent"]
    with pytest.raises(RuleBroken, match="--again"):
        shown_and_sent(desk, case_id)
    assert verify(desk.app, deep=True).findings == ()
