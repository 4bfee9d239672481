"""Urgent calls to police: one person makes the sheet and calls, writes down what was said, another person reviews.

The sheet needs no second person (DESIGN §1), so every step is in the audit chain and stays in sight until the review:
reason, agency and times, never a word of the call.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, update

from exporters.call_sheet import call_sheet
from exporters.package import Package
from pipeline.bootstrap import App
from pipeline.delivery.pdf import words_in
from pipeline.desk.call_log import CallNote, opened_note, sealed_values
from pipeline.desk.caseview import CaseFacts, case_facts, record_of
from pipeline.desk.holding import check_here
from pipeline.desk.letterhead import letterhead_of
from pipeline.desk.outside import asked_for, outside_view
from pipeline.desk.people import actor
from pipeline.desk.references import external_reference
from pipeline.desk.sent_packages import sent_to
from pipeline.desk.shared_reports import named_elsewhere
from pipeline.desk.times import local
from pipeline.desk.urgent_calls import Call, call_of, call_row, check_none_waits, unlogged_row
from pipeline.routes import routes
from pipeline.store.delivery_tables import urgent_call
from pipeline.store.engine import reading, writing
from triage.disposition import Kind
from triage.errors import RuleBroken, UsageError
from triage.people import Act, Person, require
from triage.redaction import sees_only_digests
from triage.routing import Recipient
from triage.urgent_call import CallReason, Outcome, check_review

MADE, LOGGED, READ, REVIEWED = "urgent_call_made", "urgent_call_logged", "urgent_call_read", "urgent_call_reviewed"
"""Audit events; their subject is the case."""
_MINUTE = timedelta(minutes=1)
"""Times of calls are told to the minute."""
_NOT_THEN = (
    "--spoken-at is not between the making of the call sheet ({}) and now ({}): give the day and time you spoke, as"
    " clocks show it here or with an offset"
)


def make_call(
    app: App, by: Person, case_id: int, agency: str, reason: CallReason, now: datetime, *, again: bool = False
) -> tuple[Call, str]:
    """Write down that a call is made and answer its sheet, in the agency's language.

    Raises RuleBroken, also where a call to this agency about this case waits for its log, unless `again`, UsageError
    for an unknown agency or case, KeyProblem where the vault is not open.
    """
    require(by, Act.CALL_POLICE)
    recipient = _agency(agency)
    facts = case_facts(app, case_id)
    text = _sheet(app, facts, recipient, reason, now)
    values = {
        "case_id": case_id, "recipient": recipient.code, "reason": str(reason), "person_id": by.person_id,
        "made_at": int(now.timestamp()),
    }  # fmt: skip
    with writing(app.store.engine) as connection:
        check_here(record_of(connection, case_id))
        if not again:
            check_none_waits(connection, case_id, recipient.code)
        row = connection.execute(urgent_call.insert().values(values).returning(urgent_call)).one()
        said = {
            "call": row.call_id, "recipient": recipient.code, "reason": str(reason), "escalate": str(facts.escalate),
        }  # fmt: skip
        app.store.record(connection, now, actor(by), MADE, f"C{case_id}", said)
    return call_of(row), text


def log_call(
    app: App, by: Person, case_id: int, call_id: int, spoken_at: datetime, note: CallNote, now: datetime, *,
    reached: bool,
) -> Call:  # fmt: skip
    """Seal what was said, once. `reached`: somebody was spoken with, so that police count as told from now on.

    A call that reached nobody, or a sheet made by mistake, ends here too, and told nobody. Raises RuleBroken,
    UsageError for a call that is not of this case.
    """
    require(by, Act.CALL_POLICE)
    note.checked()
    vault = app.vault()
    with writing(app.store.engine) as connection:
        row = unlogged_row(connection, case_id, call_id)
        made_at = call_of(row).made_at
        if not made_at - _MINUTE < spoken_at <= now + _MINUTE:
            raise RuleBroken(_NOT_THEN.format(local(made_at), local(now)))
        values = sealed_values(connection, vault, call_id, note) | {
            "spoken_at": int(spoken_at.timestamp()), "reached": reached, "logged_by": by.person_id,
            "logged_at": int(now.timestamp()),
        }  # fmt: skip
        said = {
            "call": call_id, "recipient": row.recipient, "reached": reached, "spoken": int(spoken_at.timestamp()),
        }  # fmt: skip
        app.store.record(connection, now, actor(by), LOGGED, f"C{row.case_id}", said)
        return _changed(connection, call_id, values)


def read_log(app: App, by: Person, case_id: int, call_id: int, now: datetime) -> CallNote:
    """Open a log for a person; that it was read is written down. Raises UsageError, RuleBroken, KeyProblem, Damage."""
    require(by, Act.CALL_POLICE)
    with writing(app.store.engine) as connection:
        row = call_row(connection, case_id, call_id)
        note = opened_note(app, connection, row)
        app.store.record(connection, now, actor(by), READ, f"C{row.case_id}", {"call": call_id})
    return note


def review_call(app: App, by: Person, case_id: int, call_id: int, outcome: Outcome, now: datetime) -> Call:
    """Another person's word on a call that has its log, once. Raises RuleBroken, UsageError."""
    require(by, Act.RELEASE, "review an urgent call")
    with writing(app.store.engine) as connection:
        row = call_row(connection, case_id, call_id)
        if row.spoken_at is None:
            raise RuleBroken("this call has no log yet: it is written first, also where nobody was reached")
        if row.reviewed_at is not None:
            raise RuleBroken("this call was reviewed already: see `hotline urgent list --all`")
        check_review(by.person_id, (row.person_id, row.logged_by), outcome, reached=bool(row.reached))
        values = {"reviewed_by": by.person_id, "reviewed_at": int(now.timestamp()), "review": str(outcome)}
        said = {"call": call_id, "outcome": str(outcome)}
        app.store.record(connection, now, actor(by), REVIEWED, f"C{row.case_id}", said)
        return _changed(connection, call_id, values)


def _agency(code: str) -> Recipient:
    """One that may know what a case says: what is left out for a list of digests would read as "no danger, nothing"."""
    agencies = (one for one in routes().recipients.values() if one.kind is Kind.POLICE)
    police = {one.code: one for one in agencies if not sees_only_digests(one.redacted_as)}
    if code not in police:
        raise UsageError(f"police agencies are: {', '.join(police)}")
    return police[code]


def _sheet(app: App, facts: CaseFacts, recipient: Recipient, reason: CallReason, now: datetime) -> str:
    if facts.joined_into is not None:
        raise RuleBroken(f"C{facts.case_id} was joined into C{facts.joined_into}: call about that one")
    reference = external_reference(app.store.index_key, routes().home_country, recipient.code, facts.case_id)
    view = outside_view(facts, reference, recipient.redacted_as, recipient.code)
    with reading(app.store.engine) as connection:
        sent = [one.name for one in sent_to(app, connection, recipient.code) if one.case_id == facts.case_id]
        elsewhere = named_elsewhere(connection, (facts.case_id,), facts.report_ids)
    package = Package(
        "call_sheet", recipient.code, now.replace(microsecond=0), recipient.basis,
        asked_for(recipient.kind, (facts,), (reason,)), (view,), language=recipient.language,
        letterhead=letterhead_of(app), name=next(filter(None, reversed(sent)), None),
        elsewhere=sum(elsewhere.values()),
    )  # fmt: skip
    return call_sheet(package, reason, words_in(recipient.language))


def _changed(connection: Connection, call_id: int, values: dict[str, Any]) -> Call:
    changed = update(urgent_call).where(urgent_call.c.call_id == call_id).values(values).returning(urgent_call)
    return call_of(connection.execute(changed).one())
