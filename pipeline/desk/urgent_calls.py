"""Which urgent calls there are and what each waits for; read by lists and by the screen of the day.

One that was right and reached nobody is not done with by its review: it waits until the agency is told, by a further
call or by a package, or until a person says that nothing is needed or closes the case.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from pipeline.bootstrap import App
from pipeline.desk.times import clocks, local, utc
from pipeline.store.delivery_tables import urgent_call
from pipeline.store.engine import reading
from pipeline.store.schema import case_record, disposition, package, person
from triage.clocks import after_working_days
from triage.errors import RuleBroken, UsageError
from triage.lifecycle import Status
from triage.people import Act, Person, require
from triage.urgent_call import REVIEW_WORKING_DAYS, CallReason, Outcome

_MISSED = urgent_call.c.reached.is_(False) & (urgent_call.c.review == str(Outcome.JUSTIFIED))


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `due` is when its review is or was due (UTC); `spoken_at` and `reviewed_at` are None until then.

    `reached`: whether somebody was spoken with, None until the log says so. `untold`: it was reviewed, reached nobody,
    and the agency was told by nothing since.
    """

    call_id: int
    case_id: int
    recipient: str
    reason: CallReason
    made_by: int
    made_at: datetime
    due: datetime
    spoken_at: datetime | None
    reached: bool | None
    reviewed_at: datetime | None
    outcome: Outcome | None
    untold: bool = False

    @property
    def waits_for(self) -> str:
        """`log`, `review`, `police` where they are untold after it, or "" when it is done with."""
        if self.reviewed_at:
            return "police" if self.untold else ""
        return "log" if self.spoken_at is None else "review"


def calls(app: App, by: Person, *, all_of_them: bool = False) -> tuple[Call, ...]:
    """Calls that wait for their log, their review or police, oldest first; or every one."""
    require(by, Act.SEE_QUEUE)
    with reading(app.store.engine) as connection:
        return calls_in(connection, all_of_them=all_of_them)


def calls_in(connection: Connection, *, all_of_them: bool = False) -> tuple[Call, ...]:
    """`calls`, inside a transaction the caller holds."""
    query = select(urgent_call).order_by(urgent_call.c.made_at, urgent_call.c.call_id)
    if not all_of_them:
        query = query.where(urgent_call.c.reviewed_at.is_(None) | _MISSED)
    found = [call_of(row) for row in connection.execute(query).all()]
    told = [replace(one, untold=True) if _is_untold(connection, one) else one for one in found]
    return tuple(one for one in told if all_of_them or one.waits_for)


def _is_untold(connection: Connection, call: Call) -> bool:
    """Whether a reviewed call that was right and reached nobody is the last word to its agency.

    A further sheet takes its place: that one waits itself. What is closed needs nothing.
    """
    if call.reached is not False or call.outcome is not Outcome.JUSTIFIED:
        return False
    home, status = _home(connection, call.case_id)
    if status is Status.CLOSED or calls_about(connection, home, call.recipient)[0].call_id != call.call_id:
        return False
    since = (
        select(package.c.package_id).join(disposition, disposition.c.package_id == package.c.package_id)
        .where(
            disposition.c.case_id == home, package.c.recipient == call.recipient,
            package.c.made_at >= int(call.made_at.timestamp()),
        )
    )  # fmt: skip
    return connection.execute(since.limit(1)).one_or_none() is None


def _home(connection: Connection, case_id: int) -> tuple[int, Status]:
    """The case this one lies in today, and where that stands."""
    query = select(case_record.c.joined_into, case_record.c.status)
    while True:
        into, status = connection.execute(query.where(case_record.c.case_id == case_id)).one()
        if into is None:
            return case_id, Status(status)
        case_id = into


def is_closed(app: App, call: Call) -> bool:
    """Whether the case it is about is closed: no package goes then, before somebody reopened it."""
    status = select(case_record.c.status).where(case_record.c.case_id == call.case_id)
    with reading(app.store.engine) as connection:
        return bool(connection.execute(status).scalar_one() == Status.CLOSED)


def call_row(connection: Connection, case_id: int, call_id: int) -> Row[Any]:
    """The row of a case's call. Raises UsageError."""
    row = connection.execute(select(urgent_call).where(urgent_call.c.call_id == call_id)).one_or_none()
    if row is None or row.case_id != case_id:
        raise UsageError(f"C{case_id} has no call of this number: see `hotline urgent list --all`")
    return row


def called_about(connection: Connection, case_id: int) -> frozenset[str]:
    """Agencies a call reached about what is this case today: itself, or one that was joined into it."""
    about = urgent_call.c.case_id.in_(_joined(connection, case_id))
    called = select(urgent_call.c.recipient).where(about, urgent_call.c.reached.is_(True))
    return frozenset(connection.execute(called).scalars())


def calls_about(connection: Connection, case_id: int, recipient: str) -> tuple[Call, ...]:
    """Every call to this agency about what is this case today, newest first."""
    about = urgent_call.c.case_id.in_(_joined(connection, case_id))
    query = select(urgent_call).where(about, urgent_call.c.recipient == recipient)
    newest = query.order_by(urgent_call.c.made_at.desc(), urgent_call.c.call_id.desc())
    return tuple(call_of(row) for row in connection.execute(newest))


def check_none_waits(connection: Connection, case_id: int, recipient: str) -> None:
    """Before a sheet is made: raises RuleBroken, saying by whom and when, where another one for this agency about what
    is this case today waits for its log. Inside the transaction that makes it, so that of two people one is told."""
    about = urgent_call.c.case_id.in_(_joined(connection, case_id))
    waiting = (
        select(urgent_call, person.c.role).join(person, person.c.person_id == urgent_call.c.person_id)
        .where(about, urgent_call.c.recipient == recipient, urgent_call.c.spoken_at.is_(None))
        .order_by(urgent_call.c.made_at.desc(), urgent_call.c.call_id.desc()).limit(1)
    )  # fmt: skip
    row = connection.execute(waiting).one_or_none()
    if row is not None:
        role = str(row.role).replace("_", " ")
        raise RuleBroken(
            f"there is a call sheet for {recipient} already: call {row.call_id} about C{row.case_id}, made "
            f"{local(utc(row.made_at))} (role: {role}), waits for its log. Ask whether police were called; where you "
            "call all the same, --again makes one more sheet"
        )


def _joined(connection: Connection, case_id: int) -> set[int]:
    """What is this case today: itself, and every one that was joined into it."""
    cases, new = {case_id}, {case_id}
    while new:
        joined = select(case_record.c.case_id).where(case_record.c.joined_into.in_(new))
        new = set(connection.execute(joined).scalars()) - cases
        cases |= new
    return cases


def check_unlogged(app: App, case_id: int, call_id: int) -> None:
    """Before somebody is asked what was said: raises UsageError, RuleBroken where it could not be stored."""
    with reading(app.store.engine) as connection:
        unlogged_row(connection, case_id, call_id)


def unlogged_row(connection: Connection, case_id: int, call_id: int) -> Row[Any]:
    """The row of a case's call that has no log yet. Raises UsageError, RuleBroken."""
    row = call_row(connection, case_id, call_id)
    if row.spoken_at is not None:
        raise RuleBroken("this call has its log already: a further call needs a sheet of its own")
    return row


def call_of(row: Row[Any]) -> Call:
    """A row of `urgent_call`, with the time its review is due."""
    made_at = utc(row.made_at)
    return Call(
        row.call_id, row.case_id, row.recipient, CallReason(row.reason), row.person_id, made_at,
        after_working_days(made_at, REVIEW_WORKING_DAYS, clocks()), _when(row.spoken_at), row.reached,
        _when(row.reviewed_at), None if row.review is None else Outcome(row.review),
    )  # fmt: skip


def _when(seconds: int | None) -> datetime | None:
    return None if seconds is None else utc(seconds)
