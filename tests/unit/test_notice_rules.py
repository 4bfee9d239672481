"""When letters to hosts go: gathered, apart, never on blocked days; whom a host's name leads to; the letters' words."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from triage.errors import BadConfiguration
from triage.notice_letters import Line, NoticeLetters
from triage.notices import (
    LANGUAGES,
    NoticeProtocol,
    gathered_at,
    host_of,
    is_old,
    names_of,
    next_moment,
    reminder_due,
)

DATA = Path(__file__).parents[2] / "data" / "notices"
TEXT = (DATA / "protocol.toml").read_text(encoding="utf-8")
LETTERS = (DATA / "letters.toml").read_text(encoding="utf-8")
PROTOCOL = NoticeProtocol.from_toml(TEXT)
ZONE = ZoneInfo("Europe/Sarajevo")
WEDNESDAY = datetime(2026, 3, 4, 10, 0, tzinfo=ZONE)


def _local(at: datetime) -> str:
    return at.astimezone(ZONE).strftime("%a %d %b %H:%M")


def test_a_letter_goes_at_once_while_letters_go() -> None:
    assert next_moment(WEDNESDAY, PROTOCOL, ZONE, ()) == WEDNESDAY


@pytest.mark.parametrize(
    ("at", "goes"),
    [
        (datetime(2026, 3, 4, 7, 59, tzinfo=ZONE), "Wed 04 Mar 08:00"),
        (datetime(2026, 3, 4, 15, 0, tzinfo=ZONE), "Thu 05 Mar 08:00"),
        (datetime(2026, 3, 6, 15, 0, tzinfo=ZONE), "Mon 09 Mar 08:00"),
        (datetime(2026, 3, 7, 12, 0, tzinfo=ZONE), "Mon 09 Mar 08:00"),
        (datetime(2026, 3, 27, 22, 0, tzinfo=UTC), "Mon 30 Mar 08:00"),  # summer time begins in between
    ],
)
def test_nothing_goes_at_night_or_on_a_weekend(at: datetime, goes: str) -> None:
    assert _local(next_moment(at, PROTOCOL, ZONE, ())) == goes


def test_holidays_and_blocked_days_are_left_out() -> None:
    assert _local(next_moment(WEDNESDAY, PROTOCOL, ZONE, {date(2026, 3, 4)})) == "Thu 05 Mar 08:00"
    blocked = NoticeProtocol.from_toml(TEXT.replace("blocked_days = []", "blocked_days = [2026-03-04, 2026-03-05]"))
    assert _local(next_moment(WEDNESDAY, blocked, ZONE, {date(2026, 3, 6)})) == "Mon 09 Mar 08:00"


def test_a_protocol_under_which_nothing_ever_goes_says_so() -> None:
    never = [date(2026, 1, 1) + timedelta(days=number) for number in range(800)]
    with pytest.raises(BadConfiguration, match="for a year"):
        next_moment(WEDNESDAY, PROTOCOL, ZONE, never)


def test_what_was_decided_together_goes_together_and_many_do_not_wait() -> None:
    one = [WEDNESDAY, WEDNESDAY + timedelta(minutes=30)]
    assert gathered_at(one, None, PROTOCOL) == WEDNESDAY + PROTOCOL.gather
    assert gathered_at([WEDNESDAY] * PROTOCOL.gather_items, None, PROTOCOL) == WEDNESDAY


def test_two_letters_to_one_contact_lie_apart() -> None:
    last = WEDNESDAY - timedelta(hours=3)
    assert gathered_at([WEDNESDAY] * PROTOCOL.gather_items, last, PROTOCOL) == last + PROTOCOL.apart


def test_reminders_come_after_the_protocols_days_and_then_a_person_decides() -> None:
    found = [reminder_due(WEDNESDAY, letters, PROTOCOL) for letters in (1, 2, 3, 4)]
    assert found == [*(WEDNESDAY + timedelta(days=days) for days in PROTOCOL.reminder_days), None]


def test_a_contact_is_looked_up_again_when_it_is_old() -> None:
    assert not is_old(WEDNESDAY, PROTOCOL, WEDNESDAY + timedelta(days=PROTOCOL.look_up_days))
    assert is_old(WEDNESDAY, PROTOCOL, WEDNESDAY + timedelta(days=PROTOCOL.look_up_days, seconds=1))


@pytest.mark.parametrize(
    ("find", "wrong"),
    [("weekdays = [0, 1, 2, 3, 4]", "weekdays = []"), ("opens = 08:00:00", "opens = 16:00:00"),
     ("gather_minutes = 60", "gather_minutes = -1"), ("most_items = 50", "most_items = 0"),
     ("after_days = [3, 7, 14]", "after_days = [0]"), ("blocked_days = []", 'blocked_days = ["Monday"]'),
     ("[reminder]", "[reminders]"), ("opens = 08:00:00", 'opens = "eight"')],
)  # fmt: skip
def test_a_protocol_that_makes_no_sense_is_refused(find: str, wrong: str) -> None:
    assert find in TEXT
    with pytest.raises(BadConfiguration, match=r"protocol\.toml"):
        NoticeProtocol.from_toml(TEXT.replace(find, wrong, 1))


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://Host.example/a", "host.example"), ("http://host.example:8080", "host.example"),
        ("https://user:x@host.example?q=@other.example", "host.example"), ("http://[2001:db8::1]:80/c", "2001:db8::1"),
        ("http://192.0.2.1/x", "192.0.2.1"), ("https://host.example./a", "host.example"),
        ("http://abcdefghij.onion/a", None), ("ftp://host.example/a", None), ("tel:+38733000000", None), ("", None),
        ("https:///a", None),
    ],
)  # fmt: skip
def test_the_host_of_an_address_is_known_or_nobody_is_written_to(address: str, host: str | None) -> None:
    assert host_of(address) == host


def test_a_host_belongs_to_the_nearest_registered_name_above_it_but_not_to_a_suffix() -> None:
    assert names_of("a.b.host.example") == ("a.b.host.example", "b.host.example", "host.example")
    assert names_of("shop.co.uk") == ("shop.co.uk",)
    assert names_of("192.0.2.1") == ("192.0.2.1",)
    assert names_of("2001:db8::1") == ("2001:db8::1",)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_all_and_leaves_no_slot_open(language: str) -> None:
    letters = NoticeLetters.from_toml(LETTERS)
    lines = [Line("hxxps://host[.]example/a", "BA-1", "2026-03-01", "grave"), Line("hxxp://x", "BA-2", "-", "hate")]
    texts = {
        (one, count): letters.text(language, lines, "Sample", "Legal basis: x.", regulator=one, reminder=count)
        for one in (False, True) for count in (0, 2)
    }  # fmt: skip
    assert len(set(texts.values())) == 3, "a regulator is not reminded in other words"
    for text in texts.values():
        assert "{" not in text
        assert "\n\nLegal basis: x.\n\n" in text
        assert "1. hxxps://host[.]example/a" in text
        assert text.endswith("\nSample\n")
    subjects = {letters.subject(language, regulator=one, reminder=two) for one, two in texts}
    assert len(subjects) == 3


@pytest.mark.parametrize(
    ("find", "wrong"),
    [("[grave]", "[gravest]"), (": {addresses}", ":"), ('{name}"', '{name} {name}"'), ('hr = "Poštovani,"', 'hr = ""')],
)
def test_letters_that_lack_a_word_or_a_slot_are_refused(find: str, wrong: str) -> None:
    with pytest.raises(BadConfiguration, match="letters"):
        NoticeLetters.from_toml(LETTERS.replace(find, wrong, 1))


def test_the_window_is_told_in_local_time() -> None:
    assert (PROTOCOL.opens, PROTOCOL.closes) == (time(8), time(15))
