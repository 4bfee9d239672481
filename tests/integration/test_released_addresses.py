"""An address a later batch brings to a released case leaves for police only once a second person released it too."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from pipeline.cli.main import answer
from pipeline.desk import acts
from pipeline.desk.outstanding import outstanding
from pipeline.desk.packages import Order, Outcome, make_packages
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.store.engine import reading, writing
from pipeline.verify import verify
from tests.agencies import pin_agency
from tests.desk import NOW, Desk
from triage.disposition import Kind
from triage.errors import RuleBroken

AGENCY = "police-rs"
LATER = {"id": "l-1", "location": "https://bad.example/a?utm_source=y"}
"""The same case key as the template's `s-1` and `s-2`, another address."""
REPEAT = {"id": "l-2", "location": "https://bad.example/a?utm_source=x"}
TWO_SINCE = "this case got 2 addresses since its release, so it must be released anew: run `hotline release C{}`"


def _released(desk: Desk) -> int:
    pin_agency(desk.app, AGENCY, NOW)
    case_id = desk.case_of("s-1")
    desk.assess(case_id)
    desk.dispose(case_id, Kind.POLICE, AGENCY, "hosted_here")
    acts.release(desk.app, desk.two, case_id, NOW)
    return case_id


def _export(desk: Desk, case_id: int, minutes: int = 5, *, again: bool = False) -> Outcome:
    return make_packages(desk.app, Order("lea", AGENCY, case_id, again), desk.two, NOW + timedelta(minutes=minutes))


def _waiting(desk: Desk) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Cases `today` names as to be released, and as to be exported."""
    with reading(desk.app.store.engine) as connection:
        found = outstanding(connection)
    return found.release_cases, tuple(case_id for one in found.undone for case_id in one.cases)


def _screen(desk: Desk, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert answer(["--workspace", str(desk.folder / "workspace"), *words]) == 0
    return capsys.readouterr().out


def test_addresses_that_came_after_the_release_wait_for_a_second_person(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = _released(desk)
    desk.bring("later", LATER, {"id": "l-3", "location": "https://bad.example/a?utm_source=z"})
    assert desk.case_of("l-1") == case_id
    with pytest.raises(RuleBroken) as refused:
        _export(desk, case_id)
    assert str(refused.value) == TWO_SINCE.format(case_id)
    assert _waiting(desk) == ((case_id,), ())

    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-second")
    today = _screen(desk, capsys, "today")
    assert "1 police package waits for a second person" in today
    assert f": C{case_id}\n" in today
    assert "utm_source=y" in _screen(desk, capsys, "release")  # shown to who releases it anew
    assert "waits for a second person" in _screen(desk, capsys, "cases", "show", f"C{case_id}")
    said = json.loads(_screen(desk, capsys, "cases", "show", f"C{case_id}", "--json"))
    assert said["addresses_since_release"] == {AGENCY: 2}
    assert "released" in _screen(desk, capsys, "release", f"C{case_id}")

    assert _waiting(desk) == ((), (case_id,))
    assert len(_export(desk, case_id).made) == 1
    assert verify(desk.app).findings == ()


def test_another_report_of_an_address_already_there_needs_no_new_release(desk: Desk) -> None:
    case_id = _released(desk)
    desk.bring("repeat", REPEAT)
    assert desk.case_of("l-2") == case_id
    assert _waiting(desk) == ((), (case_id,))
    assert len(_export(desk, case_id).made) == 1


def test_a_package_is_not_repeated_with_addresses_nobody_released(desk: Desk) -> None:
    case_id = _released(desk)
    assert len(_export(desk, case_id).made) == 1
    desk.bring("later", LATER)
    with pytest.raises(RuleBroken, match=r"got 1 address since its release.*decide and release it again"):
        _export(desk, case_id, again=True)
    assert _waiting(desk) == ((), ())  # nothing is owed until somebody decides a supplement
    desk.dispose(case_id, Kind.POLICE, AGENCY, "hosted_here", now=NOW + timedelta(minutes=7))
    acts.release(desk.app, desk.two, case_id, NOW + timedelta(minutes=8))
    assert len(_export(desk, case_id, 9).made) == 1
    assert verify(desk.app).findings == ()


def test_a_package_is_repeated_once_it_is_released_as_it_is_assessed_now(desk: Desk) -> None:
    case_id = _released(desk)
    assert len(_export(desk, case_id).made) == 1
    desk.assess(case_id, now=NOW + timedelta(minutes=6))
    with pytest.raises(RuleBroken, match="assessed again after its release: decide it anew and have it released"):
        _export(desk, case_id, 7, again=True)
    desk.dispose(case_id, Kind.POLICE, AGENCY, "hosted_here", now=NOW + timedelta(minutes=8))
    acts.release(desk.app, desk.two, case_id, NOW + timedelta(minutes=9))
    assert len(_export(desk, case_id, 10, again=True).made) == 1
    assert len(_export(desk, case_id, 11, again=True).made) == 1
    assert verify(desk.app).findings == ()


def test_a_release_for_one_agency_alone_does_not_let_the_other_have_the_address(desk: Desk) -> None:
    pin_agency(desk.app, "police-fbih", NOW)
    case_id = _released(desk)
    desk.dispose(case_id, Kind.POLICE, "police-fbih", "hosted_here", now=NOW + timedelta(minutes=1))
    desk.bring("later", LATER)
    two, app = desk.two, desk.app
    with writing(app.store.engine) as connection:
        acts.release_in(app, connection, two, case_id, NOW + timedelta(minutes=2), "police-fbih")
    with pytest.raises(RuleBroken, match="got 1 address since its release"):
        _export(desk, case_id)
    fbih = make_packages(app, Order("lea", "police-fbih", case_id), two, NOW + timedelta(minutes=5))
    assert len(fbih.made) == 1
    assert _waiting(desk) == ((case_id,), ())
    assert verify(app).findings == ()
