"""One organisation told by two commands at once: what one of them wrote down is not undone by how the other ends."""

from __future__ import annotations

from datetime import timedelta
from threading import Event, Thread, current_thread, main_thread

import pytest

from pipeline.delivery.alert_mail import AlertLine
from pipeline.delivery.answer_mail import Delivery
from pipeline.desk.alert_sending import Outcome, send_again, tick
from pipeline.desk.alerts import alerts
from pipeline.verify.everything import verify
from tests.alarms import PARTNERS, pin_partners, take_in, write_call
from tests.desk import NOW, Desk
from triage.alerting import Told

pytestmark = pytest.mark.thorough

SENT, REFUSED, NOT_NOW, IN_DOUBT = Delivery.SENT, Delivery.REFUSED, Delivery.NOT_NOW, Delivery.IN_DOUBT
SOON = timedelta(minutes=1)
LIMIT_SECONDS = 30


@pytest.fixture(autouse=True)
def called(desk: Desk) -> None:
    """One call whose organisations have keys; nobody was told of it."""
    pin_partners(desk.app, *PARTNERS)
    take_in(desk.app, "calls", write_call(desk.folder))


def _told(desk: Desk) -> list[tuple[str, Told]]:
    (one,) = alerts(desk.app, desk.one, NOW, all_of_them=True)
    return [(each.partner, each.state) for each in one.alert.told]


def _overlapping(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, first: Delivery, second: Delivery, *, in_order: bool
) -> None:
    """A tick that is slow, and meanwhile a person who tells the same organisation; `in_order`: the tick ends first."""
    begun, go_on = Event(), Event()
    looking = Thread(target=tick, args=(desk.app, NOW))

    def deliver(_line: AlertLine, partner: str, *_more: object) -> Delivery:
        if partner != "sos-rs":
            return SENT
        if current_thread() is main_thread():
            if in_order:
                go_on.set()
                looking.join(LIMIT_SECONDS)
            return second
        begun.set()
        assert go_on.wait(LIMIT_SECONDS)
        return first

    with monkeypatch.context() as patched:
        patched.setattr(AlertLine, "deliver", deliver)
        looking.start()
        assert begun.wait(LIMIT_SECONDS)
        assert send_again(desk.app, desk.one, 1, "sos-rs", NOW).result == str(second)
        go_on.set()
        looking.join(LIMIT_SECONDS)


@pytest.mark.parametrize("in_order", [True, False])
@pytest.mark.parametrize(
    ("first", "second"), [(NOT_NOW, SENT), (SENT, NOT_NOW), (SENT, REFUSED), (SENT, SENT)]
)
def test_who_was_told_by_one_of_two_at_once_is_not_told_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, first: Delivery, second: Delivery, in_order: bool
) -> None:
    _overlapping(desk, monkeypatch, first, second, in_order=in_order)
    assert _told(desk) == [("sos-rs", Told.SENT)]
    assert tick(desk.app, NOW + SOON).sent == ()
    assert verify(desk.app).findings == ()
    assert tick(desk.app, NOW + 11 * SOON).sent == (Outcome(1, "sos-partner", "sent"),)


@pytest.mark.parametrize("in_order", [True, False])
def test_where_nothing_left_by_either_the_next_look_tries_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, in_order: bool
) -> None:
    _overlapping(desk, monkeypatch, NOT_NOW, NOT_NOW, in_order=in_order)
    assert _told(desk) == [("sos-rs", Told.PUT_OFF)]
    assert verify(desk.app).findings == ()
    assert tick(desk.app, NOW + SOON).sent == (Outcome(1, "sos-rs", "sent"),)
    assert verify(desk.app).findings == ()


@pytest.mark.parametrize("in_order", [True, False])
@pytest.mark.parametrize("unsent", [NOT_NOW, REFUSED])
def test_what_is_in_doubt_stays_so_when_another_try_fails(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, unsent: Delivery, in_order: bool
) -> None:
    _overlapping(desk, monkeypatch, IN_DOUBT, unsent, in_order=in_order)
    assert _told(desk) == [("sos-rs", Told.CLAIMED)]
    assert tick(desk.app, NOW + SOON).sent == ()
    assert verify(desk.app).findings == ()


@pytest.mark.parametrize("unsent", [NOT_NOW, REFUSED])
def test_who_was_told_stays_told_when_a_repetition_fails(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, unsent: Delivery
) -> None:
    assert tick(desk.app, NOW).sent == (Outcome(1, "sos-rs", "sent"),)
    with monkeypatch.context() as patched:
        patched.setattr(AlertLine, "deliver", lambda *_: unsent)
        assert send_again(desk.app, desk.one, 1, "sos-rs", NOW + SOON).result == str(unsent)
    assert _told(desk) == [("sos-rs", Told.SENT)]
    assert verify(desk.app).findings == ()
    assert tick(desk.app, NOW + 2 * SOON).sent == ()
    assert tick(desk.app, NOW + 11 * SOON).sent == (Outcome(1, "sos-partner", "sent"),)
