"""An answer first taken in without a signature and then signed: the signed one takes its place, and counts."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import select

from pipeline.desk import acts
from pipeline.desk.feedback import Taken, take_in_feedback
from pipeline.desk.lea_holds import holds_in
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.sent_packages import sent_to
from pipeline.store.delivery_tables import police_feedback
from pipeline.store.engine import reading
from pipeline.store.schema import case_record
from pipeline.verify.everything import verify
from tests.agencies import AGENCY, pin_agency
from tests.desk import NOW, Desk
from triage.disposition import Kind
from triage.grouping import NewFact

pytestmark = pytest.mark.thorough

pytest_plugins = ("tests.stores",)
CODE = "police-rs"
ANSWERED = NOW + timedelta(hours=5)
LATER = ANSWERED + timedelta(minutes=7)


@pytest.fixture
def case_id(desk: Desk) -> int:
    """A case police were told of."""
    number = desk.case_of("s-1")
    desk.assess(number)
    desk.dispose(number, Kind.POLICE, CODE, "hosted_here")
    acts.release(desk.app, desk.two, number, NOW + timedelta(minutes=1))
    pin_agency(desk.app, CODE, NOW)
    make_packages(desk.app, Order("lea", recipient=CODE), desk.two, NOW + timedelta(minutes=5))
    return number


def _file(desk: Desk, state: str, number: str = "KU-1/26", times: int = 1) -> bytes:
    with reading(desk.app.store.engine) as connection:
        reference = sent_to(desk.app, connection, CODE)[0].reference
    line = f"{reference},{state},{number},{ANSWERED.isoformat()}\r\n"
    return ("reference,state,their_number,at\r\n" + times * line).encode()


def _take(desk: Desk, body: bytes, *, signed: bool) -> Taken:
    signature = AGENCY.signature(body) if signed else None
    return take_in_feedback(desk.app, desk.two, CODE, body, signature, LATER if signed else ANSWERED)


def _rows(desk: Desk) -> list[tuple[str, str | None, bool]]:
    with reading(desk.app.store.engine) as connection:
        rows = connection.execute(select(police_feedback)).all()
    return [(row.state, row.their_number, bool(row.signed)) for row in rows]


def _held(desk: Desk, case_id: int) -> bool:
    with reading(desk.app.store.engine) as connection:
        return bool(holds_in(connection, [case_id], LATER)[case_id])


def test_an_answer_signed_later_is_signed_and_lets_go_what_a_signed_one_does(desk: Desk, case_id: int) -> None:
    body = _file(desk, "no_offence")
    assert _held(desk, case_id)
    _take(desk, body, signed=False)
    assert _held(desk, case_id)
    taken = _take(desk, body, signed=True)
    assert (taken.new, taken.confirmed, taken.known, taken.bad) == (0, 1, 0, ())
    assert _rows(desk) == [("no_offence", "KU-1/26", True)]
    assert not _held(desk, case_id)
    assert verify(desk.app).findings == ()
    assert _take(desk, body, signed=True).known == 1
    assert _take(desk, body, signed=False).known == 1
    assert _rows(desk) == [("no_offence", "KU-1/26", True)]
    assert verify(desk.app).findings == ()


@pytest.mark.usefixtures("case_id")
def test_the_signed_line_counts_with_its_own_number_and_once(desk: Desk) -> None:
    _take(desk, _file(desk, "opened", "KU-9/26"), signed=False)
    taken = _take(desk, _file(desk, "opened", "KU-1/26", times=2), signed=True)
    assert (taken.confirmed, taken.known, taken.bad) == (1, 1, ())
    assert _rows(desk) == [("opened", "KU-1/26", True)]
    other = _take(desk, _file(desk, "opened", "KU-9/26"), signed=False)
    assert [one.field for one in other.bad] == ["their_number"]
    assert verify(desk.app).findings == ()


def test_a_question_signed_later_brings_the_case_back(desk: Desk, case_id: int) -> None:
    _take(desk, _file(desk, "needs_more"), signed=False)
    desk.assess(case_id)
    desk.dispose(case_id, Kind.POLICE, CODE, "hosted_here")
    assert _take(desk, _file(desk, "needs_more"), signed=True).brought_back == (case_id,)
    with reading(desk.app.store.engine) as connection:
        facts = connection.execute(select(case_record.c.new_facts).where(case_record.c.case_id == case_id)).scalar_one()
    assert NewFact(facts) & NewFact.POLICE_ASKED
    assert verify(desk.app).findings == ()


@pytest.mark.usefixtures("case_id")
@pytest.mark.parametrize("change", ["signed = 0", "their_number = 'KU-2/26'", "imported_at = imported_at - 420"])
def test_a_raised_answer_somebody_changed_is_found(desk: Desk, change: str) -> None:
    body = _file(desk, "no_offence")
    _take(desk, body, signed=False)
    _take(desk, body, signed=True)
    with closing(sqlite3.connect(desk.app.workspace.database_file, isolation_level=None)) as connection:
        assert connection.execute(f"UPDATE police_feedback SET {change}").rowcount == 1
    assert "police_feedback" in {one.code for one in verify(desk.app).findings}
