"""Cases an agency had that were joined and taken apart again: its answers, later packages and their custody follow what
each package told of, not the numbers of the cases."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from exporters import plain_csv
from exporters.package import New
from pipeline.cli.main import answer
from pipeline.delivery.pdf import words_in
from pipeline.desk import acts, moves
from pipeline.desk.feedback import Taken, take_in_feedback
from pipeline.desk.older_packages import older_packages
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.desk.sent_packages import sent_to
from pipeline.desk.supplements import Past, Supplement
from pipeline.desk.their_numbers import their_numbers
from pipeline.desk.told_custody import custody
from pipeline.desk.told_intake import TAKEN_IN
from pipeline.desk.urgent import make_call
from pipeline.store.engine import reading
from pipeline.verify.everything import verify
from tests.agencies import opened, pin_agency
from tests.desk import NOW, Desk, copied, made
from triage.disposition import Kind
from triage.grouping import NewFact
from triage.urgent_call import CallReason

pytestmark = pytest.mark.thorough

AGENCY_CODE = "police-rs"
ANSWERED = NOW + timedelta(days=1)
HEADING = "reference,state,their_number,at\r\n"
LISTS = ({"id": "m-1", "location": "https://one.example/1 https://two.example/2"},
         {"id": "m-2", "location": "https://two.example/2"})  # fmt: skip


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A workspace whose agency got three cases in a package each; the first has two addresses."""
    desk = made(tmp_path_factory.mktemp("apart"))
    pin_agency(desk.app, AGENCY_CODE, NOW)
    for number, name in enumerate(("s-1", "o-1", "d-1")):
        _sent(desk, desk.case_of(name), 5 * number)
    return desk


@pytest.fixture
def desk(template: Desk, tmp_path: Path) -> Desk:
    """A copy of it."""
    return copied(template, tmp_path)


def _sent(desk: Desk, case_id: int, minutes: int) -> Path:
    at = NOW + timedelta(minutes=minutes)
    desk.assess(case_id, now=at)
    desk.dispose(case_id, Kind.POLICE, AGENCY_CODE, "hosted_here", now=at)
    acts.release(desk.app, desk.two, case_id, at)
    return make_packages(desk.app, Order("lea", recipient=AGENCY_CODE), desk.two, at).made[0].folder


def _joined(desk: Desk, into: int, other: int, minutes: int = 20) -> None:
    moves.join(desk.app, desk.one, into, other, NOW + timedelta(minutes=minutes))


def _apart(desk: Desk, case_id: int, *endings: str, minutes: int = 40) -> int:
    """The number of the new case the addresses that end so went to."""
    items = [desk.item(case_id, ending) for ending in endings]
    return moves.split(desk.app, desk.one, case_id, items, (), NOW + timedelta(minutes=minutes), desk.vault())


def _known(desk: Desk, case_id: int) -> tuple[str, str]:
    """The case's reference, and the name of its first package."""
    with reading(desk.app.store.engine) as connection:
        return next((one.reference, one.name) for one in sent_to(desk.app, connection, AGENCY_CODE)
                    if one.case_id == case_id)  # fmt: skip


def _say(desk: Desk, reference: str, state: str = "needs_more", number: str = "") -> Taken:
    line = f"{reference},{state},{number},{ANSWERED.isoformat()}\r\n"
    return take_in_feedback(desk.app, desk.two, AGENCY_CODE, (HEADING + line).encode(), None, ANSWERED)


def _numbers(desk: Desk, case_id: int) -> list[str]:
    with reading(desk.app.store.engine) as connection:
        return [one.number for one in their_numbers(connection, case_id)]


def _adds(desk: Desk, case_id: int) -> Supplement | None:
    facts = desk.facts(case_id)
    with reading(desk.app.store.engine) as connection:
        past = Past(desk.app, connection, AGENCY_CODE, "BA")
        return past.supplement(case_id, facts.report_ids, texts=0, escalate=facts.escalate)


def _older(desk: Desk, case_id: int) -> list[str]:
    desk.assess(case_id, now=NOW + timedelta(minutes=50))
    with reading(desk.app.store.engine) as connection:
        return [name for one in older_packages(connection, desk.facts(case_id)) for name in one.names]


def _custody(desk: Desk, case_id: int) -> list[tuple[str, str | None]]:
    with reading(desk.app.store.engine) as connection:
        lines = custody(connection, {case_id: "REF"}, AGENCY_CODE)
    return [(one.what, one.package) for one in lines if one.what != TAKEN_IN]


def _told(name: str) -> list[tuple[str, str | None]]:
    """What custody tells of a case up to its first package."""
    return [("case_assessed", None), ("case_disposed", None), ("case_released", None), ("exported", name)]


A_ITEMS = ("utm_source=x", "www.bad.example/a")


def test_an_answer_reaches_every_case_that_holds_what_its_reference_told_of(desk: Desk) -> None:
    old, other = desk.case_of("s-1"), desk.case_of("o-1")
    new = _apart(desk, old, A_ITEMS[1])
    assert _say(desk, _known(desk, old)[0], "no_offence", "KU-1").brought_back == (old, new)
    for case_id in (old, new):
        assert NewFact(desk.record(case_id).new_facts) == NewFact.POLICE_NO_OFFENCE
        assert _numbers(desk, case_id) == ["KU-1"]
        assert [event for _, event in desk.events(f"C{case_id}")].count("police_feedback") == 1
    assert _numbers(desk, other) == []
    assert verify(desk.app).findings == ()


def test_an_answer_follows_its_addresses_through_join_and_split(desk: Desk) -> None:
    old, into = desk.case_of("s-1"), desk.case_of("o-1")
    _joined(desk, into, old)
    new = _apart(desk, into, *A_ITEMS)
    assert _say(desk, _known(desk, old)[0], "no_offence", "KU-1").brought_back == (new,)
    assert _say(desk, _known(desk, old)[0], "victim_safeguarded", "KU-1").brought_back == ()
    assert not desk.record(into).new_facts & NewFact.POLICE_NO_OFFENCE
    assert _say(desk, _known(desk, into)[0], number="KU-2").brought_back == (into,)
    assert (_numbers(desk, new), _numbers(desk, into)) == (["KU-1"], ["KU-2"])
    assert [event for _, event in desk.events(f"C{new}")].count("police_feedback") == 2
    assert verify(desk.app).findings == ()


def test_an_answer_follows_its_addresses_through_two_joins_and_a_split(desk: Desk) -> None:
    old, middle, into = (desk.case_of(name) for name in ("s-1", "o-1", "d-1"))
    _say(desk, _known(desk, old)[0], "received", "KU-1")
    _joined(desk, middle, old, 20)
    _joined(desk, into, middle, 25)
    assert _numbers(desk, into) == ["KU-1"]
    new = _apart(desk, into, *A_ITEMS)
    assert (_numbers(desk, new), _numbers(desk, into)) == (["KU-1"], [])
    assert [_say(desk, _known(desk, one)[0]).brought_back for one in (old, middle, into)] == [(new,), (into,), (into,)]
    assert verify(desk.app).findings == ()


def test_an_answer_reaches_both_cases_its_addresses_are_spread_over_after_a_join(desk: Desk) -> None:
    old, into = desk.case_of("s-1"), desk.case_of("o-1")
    _joined(desk, into, old)
    new = _apart(desk, into, A_ITEMS[0])
    taken = _say(desk, _known(desk, old)[0])
    assert (taken.brought_back, set(taken.why)) == ((into, new), {into, new})
    assert _say(desk, _known(desk, into)[0]).brought_back == (into,)
    assert verify(desk.app).findings == ()


def test_an_answer_follows_an_address_whose_report_both_cases_had(desk: Desk) -> None:
    desk.bring("lists", *LISTS)
    into, old = desk.case_of("m-1"), desk.case_of("m-2")
    assert into != old
    for minutes, case_id in ((12, into), (14, old)):
        _sent(desk, case_id, minutes)
    first = _known(desk, old)[1]
    _joined(desk, into, old)
    new = _apart(desk, into, "two.example/2")
    assert _say(desk, _known(desk, old)[0]).brought_back == (new,)
    assert _say(desk, _known(desk, into)[0]).brought_back == (into,)
    adds = _adds(desk, new)
    assert adds is not None
    assert (adds.first, adds.news) == (first, (New("split_off", reference=_known(desk, old)[0]),))


def test_an_answer_on_a_call_follows_what_the_call_was_about(desk: Desk) -> None:
    into = desk.case_of("o-1")
    desk.bring("called", {"id": "c-1", "location": "https://called.example/c"})
    called = desk.case_of("c-1")
    _, sheet = make_call(desk.app, desk.one, called, AGENCY_CODE, CallReason.MEETING_SOON, NOW)
    reference = next(word for word in sheet.split() if word.startswith("BA-") and word.count("-") == 3).rstrip(".:")
    _joined(desk, into, called)
    assert _say(desk, reference, "received").new == 1
    new = _apart(desk, into, "called.example/c")
    assert _say(desk, reference).brought_back == (new,)
    assert verify(desk.app).findings == ()


def test_where_nothing_is_left_of_what_was_told_the_case_it_was_joined_into_hears_the_answer(desk: Desk) -> None:
    old, into = desk.case_of("s-1"), desk.case_of("n-1")
    reference = _known(desk, old)[0]
    desk.bring("late", {"id": "late-1", "location": "https://bad.example/a?utm_campaign=z"})
    new = _apart(desk, old, *A_ITEMS, minutes=18)
    _joined(desk, into, old)
    assert _say(desk, reference).brought_back == (new,), "only what came later lies in the other"


def test_a_supplement_names_the_package_that_told_of_its_addresses(desk: Desk) -> None:
    old, into = desk.case_of("s-1"), desk.case_of("o-1")
    (reference, first), (_, other) = _known(desk, old), _known(desk, into)
    _joined(desk, into, old)
    new = _apart(desk, into, *A_ITEMS)
    adds = _adds(desk, new)
    assert adds is not None
    assert (adds.first, adds.news) == (first, (New("split_off", reference=reference),))
    stays = _adds(desk, into)
    assert stays is not None
    assert (stays.first, stays.news) == (other, (New("split"),)), "what came and left again is no news of it"
    assert (_older(desk, new), _older(desk, into)) == ([first], [other])


def test_a_supplement_of_what_stayed_behind_names_its_own_package_also_where_the_older_part_left(desk: Desk) -> None:
    old, into = desk.case_of("s-1"), desk.case_of("o-1")
    (reference, first), (_, other) = _known(desk, old), _known(desk, into)
    _joined(desk, into, old)
    new = _apart(desk, into, "other.example/b")
    stays, adds = _adds(desk, into), _adds(desk, new)
    assert stays is not None
    assert adds is not None
    assert (stays.first, stays.news) == (first, (New("joined", reference=reference), New("split")))
    assert (adds.first, adds.news) == (other, (New("split_off", reference=_known(desk, into)[0]),))
    assert (_older(desk, new), _older(desk, into)) == ([other], [first])


def test_a_supplement_after_two_joins_and_a_split_names_each_package_that_told_of_it(desk: Desk) -> None:
    old, middle, into = (desk.case_of(name) for name in ("s-1", "o-1", "d-1"))
    _joined(desk, middle, old, 20)
    _joined(desk, into, middle, 25)
    new = _apart(desk, into, *A_ITEMS, "other.example/b")
    adds = _adds(desk, new)
    assert adds is not None
    assert adds.first == _known(desk, old)[1]
    known = sorted((old, middle))
    assert adds.news == tuple(New("split_off", reference=_known(desk, one)[0]) for one in known)
    assert _older(desk, new) == [_known(desk, old)[1], _known(desk, middle)[1]]


def test_custody_after_join_and_split_is_of_each_cases_own_things(desk: Desk) -> None:
    old, into = desk.case_of("s-1"), desk.case_of("o-1")
    first, other = _known(desk, old)[1], _known(desk, into)[1]
    _joined(desk, into, old)
    desk.read(into)
    new = _apart(desk, into, *A_ITEMS)
    assert _custody(desk, new) == [*_told(first), ("text_read", None), ("case_split_off", None)]
    mine = _custody(desk, into)
    assert [name for _, name in mine if name] == [other]
    assert [what for what, _ in mine].count("case_assessed") == 1
    assert {"cases_joined", "case_split", "text_read"} <= {what for what, _ in mine}


def test_custody_after_two_joins_and_a_split_leaves_the_others_out(desk: Desk) -> None:
    old, middle, into = (desk.case_of(name) for name in ("s-1", "o-1", "d-1"))
    _joined(desk, middle, old, 20)
    _joined(desk, into, middle, 25)
    new = _apart(desk, into, *A_ITEMS)
    assert _custody(desk, new) == [*_told(_known(desk, old)[1]), ("case_split_off", None)]
    names = {name for _, name in _custody(desk, into) if name}
    assert names == {_known(desk, middle)[1], _known(desk, into)[1]}


def test_custody_of_what_stayed_behind_is_not_of_the_older_part_that_left(desk: Desk) -> None:
    old, into = desk.case_of("s-1"), desk.case_of("o-1")
    _joined(desk, into, old)
    new = _apart(desk, into, "other.example/b")
    assert {name for _, name in _custody(desk, into) if name} == {_known(desk, old)[1]}
    assert {name for _, name in _custody(desk, new) if name} == {_known(desk, into)[1]}


def test_the_papers_of_a_supplement_tell_of_one_former_package_alone(desk: Desk) -> None:
    old, into = desk.case_of("s-1"), desk.case_of("o-1")
    (reference, first), (others, other) = _known(desk, old), _known(desk, into)
    for number, one in (("KU-7/26", reference), ("KU-8/26", others)):
        _say(desk, one, "received", number)
    _joined(desk, into, old)
    new = _apart(desk, into, *A_ITEMS)
    files = opened(_sent(desk, new, 60))
    told = json.loads(files["case.json"])
    assert told["supplement_to"] == first
    assert {"code": "split_off", "count": 1, "reference": reference} in told["cases"][0]["news"]
    assert [row["package"] for row in plain_csv.read(files["custody.csv"]) if row["package"]] == [first]
    assert f"{words_in('sr-Cyrl').said('document', 'your_number')}: KU-7/26" in files["cover.txt"].decode().splitlines()
    assert not [name for name, body in _texts(files) if other in body or others in body or "KU-8" in body]


def _texts(files: dict[str, bytes]) -> Iterable[tuple[str, str]]:
    return ((name, body.decode()) for name, body in files.items() if not name.endswith(".pdf"))


def test_the_screen_says_under_which_number_the_agency_keeps_what_was_split_off(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    old, into = desk.case_of("s-1"), desk.case_of("o-1")
    _joined(desk, into, old)
    new = _apart(desk, into, *A_ITEMS)
    _say(desk, _known(desk, old)[0], "received", "KU-12/26")
    for case_id, count in ((new, 1), (into, 0)):
        assert answer(["--workspace", str(desk.app.workspace.root), "cases", "show", f"C{case_id}"]) == 0
        assert capsys.readouterr().out.count(f"{AGENCY_CODE}: KU-12/26") == count
