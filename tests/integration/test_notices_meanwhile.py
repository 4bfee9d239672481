"""Two commands at work on one letter: one sends, and each marks what it claimed itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.delivery.answer_mail import Delivery, Outbox
from pipeline.desk import notice_sending
from pipeline.desk.notice_sending import Order, Which
from pipeline.verify.everything import verify
from tests.desk import Desk
from tests.noticing import LATER, SETTLED, contact, decided, outbox, sent, states
from triage.errors import RuleBroken, ServiceFailed

pytestmark = pytest.mark.thorough

pytest_plugins = ("tests.notice_workspace", "tests.stores")


def test_of_two_commands_at_once_one_sends(noticing: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    host = contact(noticing, "bad.example")
    decided(noticing, "s-1")
    plain, results = Outbox.__enter__, list[str]()

    def overtaken(self: Outbox) -> Outbox:
        if not results:
            results.append("overtaking")
            order = Order(checked=True)
            done = notice_sending.send(noticing.app, noticing.two, host.contact_id, order, LATER)
            results.append(done.result)
        return plain(self)

    monkeypatch.setattr(Outbox, "__enter__", overtaken)
    with pytest.raises(ServiceFailed, match="meanwhile"):
        sent(noticing, host)
    assert results == ["overtaking", "sent"]
    assert len(outbox(noticing)) == 1


def test_of_two_repetitions_at_once_one_sends(noticing: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    host = contact(noticing, "bad.example")
    decided(noticing, "s-1")
    with monkeypatch.context() as broken:
        broken.setattr(Outbox, "deliver", lambda *_: Delivery.IN_DOUBT)
        assert sent(noticing, host).result == "in_doubt"
    plain, results = Outbox.__enter__, list[str]()

    def overtaken(self: Outbox) -> Outbox:
        if not results:
            results.append("overtaking")
            order = Order(Which.AGAIN, checked=True)
            results.append(notice_sending.send(noticing.app, noticing.two, host.contact_id, order, SETTLED).result)
        return plain(self)

    monkeypatch.setattr(Outbox, "__enter__", overtaken)
    with pytest.raises(ServiceFailed, match="meanwhile"):
        sent(noticing, host, Which.AGAIN, now=SETTLED)
    assert results == ["overtaking", "sent"]
    assert states(noticing) == ["sent"]


@pytest.mark.parametrize("ends", [Delivery.SENT, Delivery.REFUSED])
def test_what_may_be_on_the_line_does_not_go_again_and_then_ends_as_it_does(
    noticing: Desk, monkeypatch: pytest.MonkeyPatch, ends: Delivery
) -> None:
    host = contact(noticing, "bad.example")
    decided(noticing, "s-1")
    refused = list[str]()

    def slow(*_: object) -> Delivery:
        for when in (LATER, SETTLED - timedelta(seconds=2)):
            with pytest.raises(RuleBroken, match="somebody may be sending it") as wrong:
                sent(noticing, host, Which.AGAIN, when, noticing.two)
            refused.append(str(wrong.value))
        return ends

    with monkeypatch.context() as patched:
        patched.setattr(Outbox, "deliver", slow)
        assert sent(noticing, host).result == str(ends)
    assert len(refused) == 2
    assert states(noticing) == [str(ends)]
    assert verify(noticing.app).findings == ()


@pytest.mark.parametrize("second", [Delivery.SENT, Delivery.REFUSED, Delivery.IN_DOUBT])
@pytest.mark.parametrize("first", [Delivery.SENT, Delivery.REFUSED])
def test_a_sending_marks_its_own_claim_and_no_other(
    noticing: Desk, monkeypatch: pytest.MonkeyPatch, first: Delivery, second: Delivery
) -> None:
    host = contact(noticing, "bad.example")
    case_id = decided(noticing, "s-1")

    def overtaken(*_: object) -> Delivery:
        with monkeypatch.context() as again:
            again.setattr(Outbox, "deliver", lambda *_: second)
            assert sent(noticing, host, Which.AGAIN, SETTLED, noticing.two).result == str(second)
        return first

    with monkeypatch.context() as patched:
        patched.setattr(Outbox, "deliver", overtaken)
        assert sent(noticing, host).result == str(first)
    assert states(noticing) == ["sent" if second is Delivery.SENT else "claimed"]
    assert ("person:1", "notice_overtaken") in noticing.events(f"C{case_id}")
    assert verify(noticing.app).findings == ()
    with pytest.raises(RuleBroken, match="nothing waits" if second is Delivery.SENT else "--again"):
        sent(noticing, host, now=SETTLED)
