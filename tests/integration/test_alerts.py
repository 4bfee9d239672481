"""SOS calls: told at once, to the next in line when nobody acknowledges, each once, and never a word of a note."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Delete, Update, delete, select, update

from pipeline.alerts_first import alarm
from pipeline.cli.main import answer
from pipeline.delivery.alert_mail import AlertLine
from pipeline.delivery.answer_mail import Delivery
from pipeline.desk import alert_answers, alert_sending
from pipeline.desk.alert_sending import Outcome, tick
from pipeline.desk.alerts import Standing, alerts, partners
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.desk.recipients import retire_key
from pipeline.desk.references import acknowledge_code, alert_reference
from pipeline.store import migrate
from pipeline.store.alert_tables import alert, alert_told
from pipeline.store.engine import reading, writing
from pipeline.store.schema import audit, report
from pipeline.verify.everything import verify
from tests.agencies import AGENCY
from tests.alarms import PARTNERS, data_in, opened, outbox, pin_partners, sealed_in, take, take_in, write_call
from tests.desk import NOW, Desk, copied, made
from tests.factories import BOTH_STORES
from tests.forked import forked_together
from triage.alerting import EndReason, Move, Told
from triage.errors import KeyProblem, RuleBroken, UsageError

pytest_plugins = ("tests.stores",)
MINUTES = timedelta(minutes=1)
NOTE = "she whispers that he is at the door"
AFTER_FIRST = NOW + 11 * MINUTES
"""sos-rs has ten minutes, sos-partner fifteen."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, desk_template: Desk) -> Desk:
    """A workspace that took one call in and told nobody of it yet; nobody may change it."""
    desk = copied(desk_template, tmp_path_factory.mktemp("called"))
    take_in(desk.app, "called", write_call(desk.folder, note=NOTE))
    return desk


@pytest.fixture
def desk(template: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A copy of it for one test."""
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    return copied(template, tmp_path)


def _standing(desk: Desk) -> tuple[Standing, ...]:
    return alerts(desk.app, desk.one, NOW, all_of_them=True)


def _told(desk: Desk) -> list[tuple[str, Told]]:
    return [(each.partner, each.state) for one in _standing(desk) for each in one.alert.told]


def _code(desk: Desk, partner: str, alert_id: int = 1) -> str:
    return acknowledge_code(desk.app.store.index_key, partner, alert_id)


@BOTH_STORES
@pytest.mark.pg
def test_a_call_reaches_the_organisation_in_charge_at_once_on_both_stores(tmp_path: Path, store_url: str) -> None:
    desk = made(tmp_path, store_url)
    pin_partners(desk.app, *PARTNERS)
    alarmed = take(desk.app, write_call(tmp_path, note=NOTE))
    assert alarmed.ticked is not None
    assert alarmed.ticked.sent == (Outcome(1, "sos-rs", "sent"),)
    (path,) = outbox(desk.app)
    said = data_in(path)
    assert (said["area"], said["their_reference"], said["drill"]) == ("BA-RS-Banja Luka", "SOS-2026-0001", False)
    assert said["first_received"] == "2026-03-04T08:10:00+01:00"
    assert said["acknowledge_by"] == "2026-03-04T11:10:00+01:00"
    assert verify(desk.app).findings == ()


def test_the_same_call_again_is_no_second_alert(desk: Desk) -> None:
    pin_partners(desk.app, *PARTNERS)
    tick(desk.app, NOW)
    again = take(desk.app, write_call(desk.folder, note=NOTE), name="again")
    assert again.as_object()["sent"] == 0
    assert len(outbox(desk.app)) == len(_standing(desk)) == 1


def test_calls_a_store_had_before_it_knew_alerts_are_none(desk: Desk) -> None:
    pin_partners(desk.app, *PARTNERS)
    configuration = migrate._configuration()
    engine = configuration.attributes["engine"] = desk.app.store.engine
    command.downgrade(configuration, "0006")
    migrate.upgrade(engine)
    assert tick(desk.app, NOW).standing == ()
    take(desk.app, write_call(desk.folder, "SOS-2026-0002"), name="new")
    assert [one.alert.alert_id for one in _standing(desk)] == [1]


def test_the_next_in_line_is_told_when_nobody_acknowledges_and_at_last_a_person(desk: Desk) -> None:
    pin_partners(desk.app, *PARTNERS)
    tick(desk.app, NOW)
    assert tick(desk.app, NOW + 9 * MINUTES).sent == ()
    assert tick(desk.app, AFTER_FIRST).sent == (Outcome(1, "sos-partner", "sent"),)
    assert tick(desk.app, AFTER_FIRST + 14 * MINUTES).sent == ()
    assert tick(desk.app, AFTER_FIRST + 16 * MINUTES).sent == (Outcome(1, "sos-fbih", "sent"),)
    left = tick(desk.app, AFTER_FIRST + 40 * MINUTES)
    assert (left.sent, [one.alert_id for one in left.for_a_person]) == ((), [1])
    alert_sending.end(desk.app, desk.one, 1, EndReason.CALLED_POLICE, NOW + 60 * MINUTES)
    assert tick(desk.app, NOW + 90 * MINUTES).standing == ()
    assert verify(desk.app).findings == ()


def test_an_acknowledgement_by_code_ends_it_and_a_late_one_is_written_down_too(desk: Desk) -> None:
    pin_partners(desk.app, *PARTNERS)
    tick(desk.app, NOW)
    tick(desk.app, AFTER_FIRST)
    with pytest.raises(RuleBroken, match="no organisation"):
        alert_answers.acknowledge(desk.app, desk.one, 1, _code(desk, "sos-fbih"), AFTER_FIRST)
    first = alert_answers.acknowledge(desk.app, desk.one, 1, _code(desk, "sos-partner").lower(), AFTER_FIRST)
    assert (first.partner, first.first, first.late) == ("sos-partner", True, False)
    late = alert_answers.acknowledge(desk.app, desk.one, 1, _code(desk, "sos-rs"), AFTER_FIRST + MINUTES)
    assert (late.partner, late.first, late.late) == ("sos-rs", False, True)
    with pytest.raises(RuleBroken, match="before"):
        alert_answers.acknowledge(desk.app, desk.one, 1, _code(desk, "sos-rs"), AFTER_FIRST + MINUTES)
    assert tick(desk.app, AFTER_FIRST + 40 * MINUTES).sent == ()
    (one,) = _standing(desk)
    assert (one.alert.acknowledged_by, one.step.move) == ("sos-partner", Move.OVER)
    assert verify(desk.app).findings == ()


def test_a_signed_file_acknowledges_once_and_another_signature_takes_nothing_in(desk: Desk) -> None:
    pin_partners(desk.app, *PARTNERS)
    tick(desk.app, NOW)
    reference = alert_reference(desk.app.store.index_key, "BA", "sos-rs", 1)
    at = (NOW + MINUTES).isoformat()
    lines = [{"reference": reference, "state": "acknowledged", "at": at},
             {"reference": "BA-0000-0000-0000", "state": "acknowledged", "at": at},
             {"reference": reference, "state": "acknowledged", "at": (NOW - 9 * MINUTES).isoformat()}]  # fmt: skip
    body = json.dumps(lines).encode()
    late = NOW + 2 * MINUTES
    with pytest.raises(RuleBroken, match="no valid signature"):
        alert_answers.take_in(desk.app, desk.one, "sos-rs", body + b" ", AGENCY.signature(body), late)
    taken = alert_answers.take_in(desk.app, desk.one, "sos-rs", body, AGENCY.signature(body), late)
    assert [(one.alert_id, one.partner, one.late) for one in taken.new] == [(1, "sos-rs", False)]
    assert [one.field for one in taken.bad] == ["reference", "at"]
    again = alert_answers.take_in(desk.app, desk.one, "sos-rs", body, AGENCY.signature(body), late)
    assert (again.new, again.known) == ((), 1)
    with pytest.raises(UsageError):
        alert_answers.take_in(desk.app, desk.one, "police-rs", body, AGENCY.signature(body), late)
    assert verify(desk.app).findings == ()


def test_who_has_no_key_is_passed_over_and_named_and_told_once_a_key_is_there(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    alarmed = alarm(desk.app, NOW)
    assert alarmed.as_object() == {"sent": 0, "for_a_person": ["A1"], "problem": "", "unread": 0,
                                   "in_outbox": [], "not_sent": [], "needs_somebody": True,
                                   "judged_by": ""}  # fmt: skip
    assert any("NOBODY CAN BE TOLD OF A1" in line for line in alarmed.lines())
    pin_partners(desk.app, "sos-partner")
    later = alarm(desk.app, NOW)
    assert later.ticked is not None
    assert later.ticked.sent == (Outcome(1, "sos-partner", "sent"),)
    assert any("NO USABLE KEY OR ADDRESS: sos-fbih, sos-rs" in line for line in later.lines())
    assert answer(["--workspace", str(desk.folder / "workspace"), "alerts", "partners"]) == 1
    said = capsys.readouterr().out
    assert "PASSED OVER sos-rs: no key is pinned" in said
    assert "PASSED OVER sos-partner" not in said
    assert verify(desk.app).findings == ()


def test_who_left_or_whose_certificate_is_gone_is_told_no_more(desk: Desk) -> None:
    pin_partners(desk.app, *PARTNERS)
    retire_key(desk.app, desk.person("sample-supervisor"), "sos-rs", NOW)
    (desk.app.workspace.root / "recipients" / "sos-partner.asc").unlink()
    assert tick(desk.app, NOW).sent == (Outcome(1, "sos-fbih", "sent"),)
    with reading(desk.app.store.engine) as connection:
        problems = {one.code: one.problem for one in partners(desk.app, connection, NOW)}
    assert problems["sos-rs"].startswith("no key is pinned")
    assert "no certificate" in problems["sos-partner"]
    assert problems["sos-fbih"] == ""
    with reading(desk.app.store.engine) as connection:
        (claimed,) = connection.execute(select(audit.c.details).where(audit.c.event == "alert_claimed")).scalars()
    assert json.loads(claimed)["passed_over"] == "sos-rs, sos-partner"


def test_four_processes_at_once_tell_one_organisation_once(desk: Desk) -> None:
    pin_partners(desk.app, *PARTNERS)
    command = ["--workspace", str(desk.app.workspace.root), "alerts", "tick"]
    ticks = forked_together([lambda: answer(command)] * 4, {})
    assert [one.stderr for one in ticks] == [b""] * 4
    with reading(desk.app.store.engine) as connection:
        events = list(connection.execute(select(audit.c.event).where(audit.c.event.like("alert_%"))).scalars())
    assert events == ["alert_raised", "alert_claimed", "alert_sent"]
    assert verify(desk.app).findings == ()


def test_without_our_own_key_nothing_is_claimed_and_the_reason_is_said(desk: Desk) -> None:
    pin_partners(desk.app, *PARTNERS)
    (desk.app.workspace.keys / "signing.pgp").unlink()
    alarmed = alarm(desk.app, NOW)
    assert "signing key" in alarmed.problem
    assert _told(desk) == []
    with pytest.raises(KeyProblem):
        tick(desk.app, NOW)


def test_a_key_nobody_may_read_stops_no_batch(desk: Desk) -> None:
    pin_partners(desk.app, *PARTNERS)
    own = desk.app.workspace.keys / "signing.pgp"
    own.unlink()
    own.mkdir()
    assert "hotline doctor" in alarm(desk.app, NOW).problem
    assert _told(desk) == []


def test_an_unknown_area_goes_to_the_first_of_the_default_line(desk: Desk) -> None:
    pin_partners(desk.app, *PARTNERS)
    tick(desk.app, NOW)
    take(desk.app, write_call(desk.folder, "SOS-2026-0002", place="nowhere anybody knows"))
    assert _told(desk)[:1] == [("sos-partner", Told.SENT)]
    path = outbox(desk.app)[-1]
    assert "area" not in data_in(path)
    assert "nepoznato" in opened(sealed_in(path))["0-alert.txt"].decode()


def test_what_breaks_between_claim_and_mark_is_in_doubt_and_told_again_only_by_a_person(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    pin_partners(desk.app, *PARTNERS)

    def killed(*_: object) -> Delivery:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(AlertLine, "deliver", killed)
        with pytest.raises(KeyboardInterrupt):
            tick(desk.app, NOW)
    assert _told(desk) == [("sos-rs", Told.CLAIMED)]
    assert tick(desk.app, NOW + MINUTES).sent == ()
    assert verify(desk.app).findings == ()
    assert alert_sending.send_again(desk.app, desk.one, 1, "sos-rs", NOW + MINUTES).result == "sent"
    assert _told(desk) == [("sos-rs", Told.SENT)]
    assert len(outbox(desk.app)) == 1
    assert tick(desk.app, NOW + 12 * MINUTES).sent == (Outcome(1, "sos-partner", "sent"),)
    assert verify(desk.app).findings == ()


def test_who_cannot_be_told_is_followed_by_the_next_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    pin_partners(desk.app, *PARTNERS)
    real = AlertLine.deliver
    monkeypatch.setattr(
        AlertLine, "deliver",
        lambda line, partner, *more: Delivery.REFUSED if partner == "sos-rs" else real(line, partner, *more),
    )  # fmt: skip
    sent = tick(desk.app, NOW).sent
    assert [(one.partner, one.result) for one in sent] == [("sos-rs", "refused"), ("sos-partner", "sent")]
    assert verify(desk.app).findings == ()


def test_two_looks_at_once_tell_nobody_twice(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    pin_partners(desk.app, *PARTNERS)
    tick(desk.app, NOW)
    real, others = AlertLine.deliver, []

    def meanwhile(line: AlertLine, *more: object) -> Delivery:
        monkeypatch.setattr(AlertLine, "deliver", real)
        others.append(tick(desk.app, AFTER_FIRST).sent)
        return real(line, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(AlertLine, "deliver", meanwhile)
    assert tick(desk.app, AFTER_FIRST).sent == (Outcome(1, "sos-partner", "sent"),)
    assert others == [()]
    assert len(outbox(desk.app)) == 2
    assert verify(desk.app).findings == ()


def test_a_drill_says_so_and_is_neither_report_nor_case(desk: Desk) -> None:
    pin_partners(desk.app, *PARTNERS)
    with reading(desk.app.store.engine) as connection:
        before = len(connection.execute(select(report.c.report_id)).all())
    alert_sending.raise_new(desk.app, NOW)
    alert_sending.end(desk.app, desk.one, 1, EndReason.TWICE, NOW)
    number = alert_sending.begin_drill(desk.app, desk.one, "Banja Luka", NOW)
    assert tick(desk.app, NOW).sent == (Outcome(number, "sos-rs", "sent"),)
    (path,) = outbox(desk.app)
    page = opened(sealed_in(path))["0-alert.txt"].decode()
    assert (page.splitlines()[0], data_in(path)["drill"]) == (page.splitlines()[-1], True)
    assert page.startswith("VJEŽBA")
    alert_answers.acknowledge(desk.app, desk.one, number, _code(desk, "sos-rs", number), NOW + MINUTES)
    with reading(desk.app.store.engine) as connection:
        assert len(connection.execute(select(report.c.report_id)).all()) == before
    with pytest.raises(UsageError, match="not known"):
        alert_sending.begin_drill(desk.app, desk.one, "nowhere anybody knows", NOW)
    assert verify(desk.app).findings == ()


def test_people_who_may_not_do_not(desk: Desk) -> None:
    auditor = desk.person("sample-auditor")
    for act in (
        lambda: alert_sending.begin_drill(desk.app, auditor, "", NOW),
        lambda: alert_sending.end(desk.app, auditor, 1, EndReason.TWICE, NOW),
        lambda: alert_answers.acknowledge(desk.app, auditor, 1, "000000", NOW),
        lambda: alert_sending.send_again(desk.app, auditor, 1, "sos-rs", NOW),
    ):
        with pytest.raises(RuleBroken, match="may not handle alerts"):
            act()


@pytest.mark.parametrize(
    "change",
    [
        update(alert_told).values(state=str(Told.REFUSED)), update(alert_told).values(due_at=1),
        update(alert_told).values(acknowledged_at=1, acknowledged_by=1, acknowledged_how="code"),
        update(alert).values(drill=True), update(alert).values(ended_at=1, ended_by=1, ended_reason="twice"),
        delete(alert_told),
    ],
    ids=["state", "due", "acknowledged", "drill", "ended", "gone"],
)  # fmt: skip
def test_verify_finds_an_alert_that_was_changed_or_removed(desk: Desk, change: Update | Delete) -> None:
    pin_partners(desk.app, *PARTNERS)
    tick(desk.app, NOW)
    with writing(desk.app.store.engine) as connection:
        connection.execute(change)
    assert {one.code for one in verify(desk.app).findings} == {"alert"}


def test_the_audit_chain_names_every_step_by_codes_alone(desk: Desk) -> None:
    pin_partners(desk.app, *PARTNERS)
    tick(desk.app, NOW)
    alert_answers.acknowledge(desk.app, desk.one, 1, _code(desk, "sos-rs"), NOW + MINUTES)
    (one,) = _standing(desk)
    events = [event for _, event in desk.events(f"C{one.alert.case_id}") if event.startswith("alert_")]
    assert events == ["alert_raised", "alert_claimed", "alert_sent", "alert_acknowledged"]
    with reading(desk.app.store.engine) as connection:
        said = " ".join(connection.execute(select(audit.c.details)).scalars())
    assert NOTE not in said
    assert _code(desk, "sos-rs") not in said
