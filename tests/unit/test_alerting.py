"""Who is told of an SOS call: the most exact line first, each once, in time, and at last a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.resources import texts
from triage.alerting import Move, Step, Telling, Told, next_step
from triage.errors import BadConfiguration
from triage.routing import Routes

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
LINE = ("a", "b", "c")
EVERYBODY = frozenset(LINE)


def _told(partner: str, state: Told = Told.SENT, due: datetime = NOW) -> Telling:
    return Telling(partner, state, due)


def test_the_first_that_can_be_told_is_told_first() -> None:
    assert next_step(LINE, EVERYBODY, (), NOW) == Step(Move.SEND, "a")
    assert next_step(LINE, {"b", "c"}, (), NOW) == Step(Move.SEND, "b")


def test_nobody_else_is_told_while_somebody_has_time() -> None:
    assert next_step(LINE, EVERYBODY, [_told("a", due=LATER)], NOW) == Step(Move.WAIT, until=LATER)
    assert next_step(LINE, EVERYBODY, [_told("a", due=LATER)], LATER) == Step(Move.SEND, "b")


def test_what_is_in_doubt_counts_as_told_and_what_was_refused_does_not_wait() -> None:
    assert next_step(LINE, EVERYBODY, [_told("a", Told.CLAIMED, LATER)], NOW).move is Move.WAIT
    assert next_step(LINE, EVERYBODY, [_told("a", Told.REFUSED, LATER)], NOW) == Step(Move.SEND, "b")


def test_after_the_last_in_line_or_where_nobody_can_be_told_a_person_is_needed() -> None:
    assert next_step(LINE, EVERYBODY, [_told(one) for one in LINE], NOW) == Step(Move.PERSON)
    assert next_step(LINE, frozenset(), (), NOW) == Step(Move.PERSON)


def test_who_got_a_key_late_is_told_after_the_others_time() -> None:
    assert next_step(LINE, EVERYBODY, [_told("b")], NOW) == Step(Move.SEND, "a")


def test_who_was_put_off_is_tried_again_until_its_time_is_over_and_again_after_the_last_in_line() -> None:
    first = [_told("a", Told.PUT_OFF, LATER)]
    assert next_step(LINE, EVERYBODY, first, NOW) == Step(Move.SEND, "a")
    assert next_step(LINE, EVERYBODY, first, NOW, tried=["a"]) == Step(Move.WAIT, until=LATER)
    assert next_step(LINE, EVERYBODY, first, LATER) == Step(Move.SEND, "b")
    assert next_step(LINE, {"b", "c"}, first, NOW) == Step(Move.SEND, "b")
    everybody = [_told(one, Told.PUT_OFF) for one in LINE]
    assert next_step(LINE, EVERYBODY, everybody, LATER) == Step(Move.PERSON, "a")
    assert next_step(LINE, EVERYBODY, everybody, LATER, tried=["a"]) == Step(Move.PERSON, "b")
    assert next_step(LINE, EVERYBODY, everybody, LATER, tried=LINE) == Step(Move.PERSON)
    assert next_step(LINE, EVERYBODY, [*first, _told("b", due=LATER)], LATER).partner == "c"


def test_what_is_over_needs_nothing() -> None:
    assert next_step(LINE, EVERYBODY, (), NOW, over=True) == Step(Move.OVER)


def _routes(old: str = "", new: str = "") -> Routes:
    shipped = texts("routes")
    assert old in shipped["partners.toml"]
    return Routes.from_toml(shipped | {"partners.toml": shipped["partners.toml"].replace(old, new, 1)})


def test_the_line_of_an_area_goes_from_the_place_to_the_whole_country_each_once() -> None:
    assert _routes().partners_for("Banja Luka") == ("sos-rs", "sos-partner", "sos-fbih")
    assert _routes().partners_for("") == _routes().partners_for("nowhere") == ("sos-partner", "sos-fbih", "sos-rs")
    of_canton = _routes('areas = ["BA-BD"]', 'areas = ["BA-BD", "BA-FBiH-Kanton Sarajevo"]')
    assert of_canton.partners_for("Ilidža") == ("sos-partner", "sos-fbih", "sos-rs")
    assert of_canton.partners_for("Tuzla") == ("sos-fbih", "sos-partner", "sos-rs")
    of_place = _routes('areas = ["BA-BD"]', 'areas = ["BA-FBiH-Tuzla"]')
    assert of_place.partners_for("BA-FBiH-Tuzla")[0] == "sos-partner"
    assert of_place.partners_for("Živinice")[0] == "sos-fbih"


def test_minutes_are_an_organisations_own_or_the_networks() -> None:
    network = _routes().network
    assert (network.time_for("sos-rs"), network.time_for("sos-partner")) == (
        timedelta(minutes=10), timedelta(minutes=15),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new"),
    [("minutes = 15", "minutes = 100000"), ('line = ["sos-partner", "sos-fbih", "sos-rs"]', "line = []"),
     ('line = ["sos-partner"', 'line = ["nobody"'), ("line = [", "lin = ["),
     ('partner = "sos-partner"\nminutes', 'partner = "nobody"\nminutes')],
)  # fmt: skip
def test_a_network_that_names_nobody_or_no_time_stops_before_anything_is_sent(old: str, new: str) -> None:
    with pytest.raises(BadConfiguration):
        _routes(old, new)
