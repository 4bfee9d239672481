"""An address that holds a contact of its reporter goes to nobody who must not know them, by whatever exporter."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.cli import opened
from pipeline.cli.notice_holds import today_lines
from pipeline.desk import packages, queue
from pipeline.desk.notices import looked_at
from pipeline.desk.notices_today import NoticesToday
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.telling import TO_NOBODY, TO_POLICE_ONLY
from pipeline.desk.urgent import make_call
from pipeline.store.engine import reading
from pipeline.store.schema import audit
from tests import noticing
from tests.agencies import pin_agency
from tests.desk import NOW, Desk, copied, made
from tests.exported_canaries import LATER, PHONE, WAYS, World, canary, decide_for_all, found_in, readings
from tests.factories import take_in, write_csv
from tests.filled import filled
from triage.errors import RuleBroken
from triage.notices import Standing
from triage.urgent_call import CallReason

pytestmark = pytest.mark.thorough

HOST = "landing.example"
LONG_AFTER = NOW + timedelta(days=61, hours=2)
"""Police hold nothing any more."""
MAIL = f"{canary('mail', 1)}@mail.example"
CODED = base64.b64encode(MAIL.encode()).decode().rstrip("=")
PLACES = {
    "path": f"view/{MAIL.replace('@', '%40')}/9", "name": f"u/{canary('mail', 1)}/album/3",
    "fragment": f"b/5#!{MAIL}", "phone": "p?n=38761550001&id=4", "coded": f"p?id=8&u={CODED}",
    "hex": f"h/{MAIL.encode().hex()}", "whole": "p?user=Zqcalls_Uzorak&id=5",
}  # fmt: skip
SHARED = f"s/7?email={MAIL}"
"""Known as a share token: the form without it tells of nobody."""
CONTACT = {"contact_name": "Zqcalls Uzorak", "contact_email": MAIL, "contact_phone": "+387 61 55 00 01"}
_POLICE = "police-fbih"


def _row(number: int, name: str, place: str, **more: str) -> dict[str, str]:
    return {
        "id": f"{name}-{number}", "received_at": "2026-03-03T10:00:00+01:00", "category": "csam", "area": "Tuzla",
        "description": "illegal pictures of a child on this page",
        "location": f"https://{HOST}/{number}/{place}", "contact_is_safe": "yes", "police_may_contact_me": "",
    } | CONTACT | more  # fmt: skip


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Addresses of every kind twice, once by a reporter who allows police to know them; one that tells nothing."""
    folder = tmp_path_factory.mktemp("telling")
    desk = made(folder)
    rows = [_row(0, name, place) for name, place in PLACES.items()]
    rows += [_row(1, name, place, police_may_contact_me="yes") for name, place in PLACES.items()]
    rows += [_row(2, "plain", "x"), _row(3, "shared", SHARED)]
    write_csv(folder / "in.csv", rows)
    assert take_in(desk.app, "telling", folder / "in.csv")["accepted"] == len(rows)
    for agency in (_POLICE, "police-hashes"):
        pin_agency(desk.app, agency, NOW)
    cases = [desk.case_of(row["id"]) for row in rows]
    assert len(set(cases)) == len(cases)
    decide_for_all(desk, cases)
    return World(desk, cases)


@pytest.fixture
def world(template: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """The same for one test to change."""
    monkeypatch.setattr(packages, "text", filled)
    for name, value in (("NOTICES_FROM", "notices@letters.example"), ("HOTLINE_NAME", "Sample Hotline")):
        monkeypatch.setenv(f"HOTLINE_{name}", value)
    return World(copied(template.desk, tmp_path), template.cases)


def test_no_exporter_tells_who_reported(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    desk, ours = world.desk, (PHONE, "mail")
    plain = {desk.case_of("plain-2"), desk.case_of("shared-3")}
    for kind, way in WAYS.items():
        if kind == "notice":
            _check_letter(world, plain)
            continue
        if way.decision is None:
            way.act(world, kind)
            assert not _left(world) & set(ours), kind
            continue
        outcome = make_packages(desk.app, Order(kind, again=kind == "iccam-v2"), desk.two, LATER)
        went = {case for one in outcome.made for case in one.cases}
        found = _left(world) & set(ours)
        if kind in ("iccam", "iccam-v2", "cybertip"):
            assert (went, found) == (plain, set()), kind
            assert {one.case_id for one in outcome.skipped} == set(world.cases) - plain
            assert all("holds its reporter's own contact" in one.why for one in outcome.skipped)
        else:
            assert went == (set() if kind == "vics" else set(world.cases)), kind
            assert found == (set(ours) if kind == "lea" else set()), kind
        if kind == "lea":
            assert {one.case_id for one in outcome.placeless} == {desk.case_of(f"{name}-0") for name in PLACES}
    with reading(desk.app.store.engine) as connection:
        told = "\n".join(connection.execute(select(audit.c.details)).scalars())
    assert found_in((told + "".join(capsys.readouterr())).encode()) == set()


def test_police_get_the_address_only_where_its_reporter_allowed_them_the_contact(world: World) -> None:
    desk = world.desk
    for name in PLACES:
        sheets = [_sheet(desk, desk.case_of(f"{name}-{number}")) for number in (0, 1)]
        assert [bool(found_in(sheet)) or b"Zqcalls" in sheet for sheet in sheets] == [False, True], name
        unknown, kept = (any(said in sheet for sheet in sheets) for said in (b"Nijedna", b"Adresa je poznata, ali"))
        assert (unknown, kept) == (False, True), "that an address is known is said, and not which"
    assert f"{HOST}/3/s/7".replace(".", "[.]") in _sheet(desk, desk.case_of("shared-3")).decode()


def test_the_case_says_it_at_the_address(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    desk = world.desk
    for external, said in (("path-0", TO_NOBODY), ("path-1", TO_POLICE_ONLY), ("shared-3", "share token")):
        case_id = desk.case_of(external)
        for as_json in (False, True):
            opened.show_case(desk.app, desk.one, case_id, NOW, with_text=False, everything=False, as_json=as_json)
            assert said in capsys.readouterr().out
    opened.show_case(desk.app, desk.one, desk.case_of("plain-2"), NOW, with_text=False, everything=False, as_json=True)
    assert "tells_reporter" not in json.loads(capsys.readouterr().out)["items"][0]


def test_today_counts_no_notice_that_cannot_go_and_names_its_case(world: World) -> None:
    desk = world.desk
    plain = {desk.case_of("plain-2"), desk.case_of("shared-3")}
    told = queue.today(desk.app, desk.one, LONG_AFTER).notices
    assert (_undone(told), set(told.telling)) == (plain, set(world.cases) - plain)
    (line,) = (one for one in today_lines(told, LONG_AFTER) if "tells who reported it" in one)
    assert f": C{told.telling[0]}, " in line
    for path in desk.app.workspace.keys.glob("*.key"):
        if path.name != "index.key":
            path.unlink()
    assert _undone(queue.today(desk.app, desk.one, LONG_AFTER).notices) == set(world.cases), "the key is not here"


def _undone(told: NoticesToday) -> set[int]:
    """Waiting, or held by police."""
    return {*told.waiting, *(one.case_id for one in told.held)}


def _check_letter(world: World, plain: set[int]) -> None:
    """One letter, long after the police hold; what tells of a reporter is not in it, and not in a later one."""
    contact, at = noticing.contact(world.desk, HOST), LONG_AFTER
    noticing.sent(world.desk, contact, now=at)
    assert _left(world) == set()
    with reading(world.desk.app.store.engine) as connection:
        places = looked_at(world.desk.app, connection, at).places
    assert {one.case_id for one in places if one.standing is Standing.SENT} == plain
    assert {one.case_id for one in places if one.standing is Standing.TELLS} == set(world.cases) - plain
    with pytest.raises(RuleBroken, match="nothing waits"):
        noticing.sent(world.desk, contact, now=at + timedelta(days=7))


def _sheet(desk: Desk, case_id: int) -> bytes:
    return make_call(desk.app, desk.one, case_id, _POLICE, CallReason.MEETING_SOON, LATER)[1].encode()


def _left(world: World) -> set[str]:
    return set().union(*(found_in(reading_) for path in world.new_files() for reading_ in readings(path)))
