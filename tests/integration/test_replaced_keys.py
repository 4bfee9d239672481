"""A key in place of another one: said loudly, written down, and sealed to only once a second person confirmed it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from exporters.sealing import SigningKey
from pipeline.bootstrap import App
from pipeline.cli.main import answer
from pipeline.desk import acts, queue
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.recipients import add_key, retire_key
from pipeline.desk.replaced_keys import CONFIRMED, REPLACED, confirm, waiting_keys
from pipeline.doctor_delivery import check_delivery
from pipeline.store.engine import reading
from pipeline.store.schema import audit
from pipeline.verify.everything import verify
from tests.agencies import AGENCY, ending, pin_agency
from tests.desk import NOW, Desk
from tests.noticing import assessed
from triage.disposition import Kind
from triage.errors import RuleBroken
from triage.people import Person, Role

pytest_plugins = ("tests.stores",)

CODE = "police-rs"
OTHER = SigningKey.make("Another key of the tests")
THEN, LATER = NOW + timedelta(minutes=1), NOW + timedelta(minutes=2)


def _sent(desk: Desk) -> None:
    """One package went sealed to the agency's first key."""
    pin_agency(desk.app, CODE, NOW)
    case_id = assessed(desk, "s-1")
    desk.dispose(case_id, Kind.POLICE, CODE, reason="hosted_here")
    acts.release(desk.app, desk.two, case_id, NOW)
    assert len(_again(desk)) == 1


def _again(desk: Desk) -> tuple[object, ...]:
    return make_packages(desk.app, Order("lea", again=True), desk.two, LATER).made


def _liaison(desk: Desk) -> Person:
    return replace(desk.one, role=Role.LIAISON)


def _second(desk: Desk) -> Person:
    return replace(desk.two, role=Role.LIAISON)


def _replace(desk: Desk, key: SigningKey = OTHER) -> None:
    certificate = key.certificate
    add_key(desk.app, _liaison(desk), CODE, certificate.armoured(), certificate.fingerprint, THEN)


def _events(app: App) -> list[tuple[str, dict[str, object]]]:
    with reading(app.store.engine) as connection:
        wanted = select(audit).where(audit.c.event.in_((REPLACED, CONFIRMED))).order_by(audit.c.seq)
        return [(row.event, json.loads(row.details)) for row in connection.execute(wanted)]


def test_nothing_is_sealed_to_a_key_in_place_of_another_before_a_second_person_confirms_it(desk: Desk) -> None:
    _sent(desk)
    _replace(desk)
    outcome = make_packages(desk.app, Order("lea", again=True), desk.two, LATER)
    assert outcome.made == ()
    assert "hotline recipients confirm police-rs" in outcome.skipped[0].why
    told = {"fingerprint": OTHER.certificate.fingerprint, "before": AGENCY.certificate.fingerprint}
    assert _events(desk.app) == [(REPLACED, told | {"sealed_before": 1})]
    with pytest.raises(RuleBroken, match="yourself"):
        confirm(desk.app, _liaison(desk), CODE, LATER)
    with pytest.raises(RuleBroken, match="may not"):
        confirm(desk.app, desk.two, CODE, LATER)
    confirm(desk.app, _second(desk), CODE, LATER)
    assert len(_again(desk)) == 1
    assert _events(desk.app)[-1] == (CONFIRMED, told)
    assert verify(desk.app).findings == ()
    with pytest.raises(RuleBroken, match="waits"):
        confirm(desk.app, _second(desk), CODE, LATER)


def test_today_and_the_doctor_name_it_until_then(desk: Desk) -> None:
    _sent(desk)
    _replace(desk)
    assert [one.recipient for one in queue.today(desk.app, desk.two, LATER).keys] == [CODE]
    assert f"replaced key {CODE}" in [one.name for one in check_delivery(desk.app, LATER)]
    confirm(desk.app, _second(desk), CODE, LATER)
    assert queue.today(desk.app, desk.two, LATER).keys == ()
    assert f"replaced key {CODE}" not in [one.name for one in check_delivery(desk.app, LATER)]


def test_retiring_the_old_key_first_goes_round_nobody(desk: Desk) -> None:
    _sent(desk)
    retire_key(desk.app, _liaison(desk), CODE, THEN)
    _replace(desk)
    assert _again(desk) == ()
    retire_key(desk.app, _liaison(desk), CODE, LATER)
    _replace(desk)
    assert _again(desk) == ()


def test_the_old_key_back_in_its_place_waits_for_nobody(desk: Desk) -> None:
    _sent(desk)
    _replace(desk)
    _replace(desk, AGENCY)
    assert len(_again(desk)) == 1
    _replace(desk)
    assert _again(desk) == ()


def test_a_first_key_and_a_renewed_one_wait_for_nobody(desk: Desk) -> None:
    _sent(desk)
    renewed = ending(AGENCY, NOW + timedelta(days=4000), AGENCY.certificate.body)
    add_key(desk.app, _liaison(desk), CODE, renewed, AGENCY.certificate.fingerprint, THEN)
    with reading(desk.app.store.engine) as connection:
        assert waiting_keys(connection) == ()
    assert len(_again(desk)) == 1
    assert _events(desk.app) == []


def test_who_renews_a_replaced_key_does_not_make_its_pinner_a_second_person(desk: Desk) -> None:
    _sent(desk)
    _replace(desk)
    renewed = ending(OTHER, NOW + timedelta(days=4000), OTHER.certificate.body)
    add_key(desk.app, _second(desk), CODE, renewed, OTHER.certificate.fingerprint, LATER)
    assert _again(desk) == ()
    with pytest.raises(RuleBroken, match="yourself"):
        confirm(desk.app, _liaison(desk), CODE, LATER)


def test_the_command_says_both_fingerprints_and_how_many_packages(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _sent(desk)
    monkeypatch.setenv("HOTLINE_DEMO_PERSON", "sample-supervisor")
    (tmp_path / "key.asc").write_bytes(OTHER.certificate.armoured())
    given = ["--workspace", str(desk.app.workspace.root), "recipients"]
    fingerprint = OTHER.certificate.fingerprint
    assert answer([*given, "add-key", CODE, str(tmp_path / "key.asc"), "--fingerprint", fingerprint]) == 0
    said = capsys.readouterr().out.replace(" ", "")
    assert "THISREPLACESAKEY:1package" in said
    assert fingerprint.upper() in said
    assert AGENCY.certificate.fingerprint.upper() in said
    assert answer([*given, "confirm", CODE]) == 2
    assert "another person" in capsys.readouterr().err
