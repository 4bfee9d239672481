"""What was sent to one police agency or helpline, case by case, and under which reference they know it.

Read from the audit chain, which a later joining of cases or repeated export never rewrites: the agency goes on using
the reference it was given.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Connection, select

from pipeline.bootstrap import App
from pipeline.desk.caseview import when
from pipeline.desk.references import external_reference
from pipeline.routes import routes
from pipeline.store.delivery_tables import urgent_call
from pipeline.store.schema import audit, package
from triage.disposition import Kind
from triage.errors import UsageError
from triage.helpline_feedback import HelplineState
from triage.police_feedback import FeedbackState

_POLICE = "police"
"""As `redacted_as`: agencies that act on cases, not those that only compare digests."""
_HELPS = frozenset({Kind.HELPLINE, Kind.PREVENTION})
_EXPORTED = "exported"
_SPOKEN = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
"""Crockford's base32 has none of the three letters: whoever heard or typed one meant the digit."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One case in one package. `name` is "" where it was not sealed (demonstrations)."""

    case_id: int
    reference: str
    package_id: int
    name: str
    at: datetime


def police_agencies() -> tuple[str, ...]:
    """Codes of every police recipient in data/routes."""
    known = routes().recipients.values()
    return tuple(one.code for one in known if one.kind is Kind.POLICE and one.redacted_as == _POLICE)


def who_answer() -> tuple[str, ...]:
    """Codes of everybody whose answers are taken in: police agencies, then helplines."""
    known = routes().recipients.values()
    return (*police_agencies(), *(one.code for one in known if one.kind in _HELPS))


def check_agency(recipient: str) -> None:
    """Raises UsageError, listing them, unless it is the code of a police agency."""
    if recipient not in police_agencies():
        raise UsageError(f"police agencies are: {', '.join(police_agencies())}")


def check_who_answers(recipient: str) -> None:
    """Raises UsageError, listing them, unless it is the code of a police agency or a helpline."""
    if recipient not in who_answer():
        raise UsageError(f"police agencies and helplines are: {', '.join(who_answer())}")


def is_helpline(recipient: str) -> bool:
    """Whether this recipient (a code of data/routes) helps people instead of investigating."""
    return routes().recipients[recipient].kind in _HELPS


def states_of(recipient: str) -> type[StrEnum]:
    """What this recipient can say of a case."""
    return HelplineState if is_helpline(recipient) else FeedbackState


def sent_to(app: App, connection: Connection, recipient: str) -> tuple[Sent, ...]:
    """Everything this recipient was sent, oldest first."""
    return sent_to_each(app, connection, (recipient,))[recipient]


def sent_to_each(app: App, connection: Connection, recipients: Iterable[str]) -> dict[str, tuple[Sent, ...]]:
    """`sent_to` of several recipients, in one pass over the chain."""
    found: dict[str, list[Sent]] = {code: [] for code in recipients}
    made = {
        row.package_id: row
        for row in connection.execute(select(package).where(package.c.recipient.in_(found))).all()
    }
    if not made:
        return dict.fromkeys(found, ())
    country = routes().home_country
    rows = connection.execute(
        select(audit.c.subject, audit.c.details).where(audit.c.event == _EXPORTED).order_by(audit.c.seq)
    )
    for row in rows:
        said = json.loads(row.details)
        given = made.get(said.get("package"))
        at = when(given.made_at) if given is not None else None
        if given is not None and at is not None:
            case_id = int(str(row.subject).removeprefix("C"))
            reference = external_reference(app.store.index_key, country, given.recipient, case_id)
            found[given.recipient].append(Sent(case_id, reference, given.package_id, given.name or "", at))
    return {code: tuple(sent) for code, sent in found.items()}


def known_references(app: App, connection: Connection, recipient: str) -> dict[str, tuple[int, datetime]]:
    """Every reference this agency was told, as `as_compared` has it: in a package or an urgent call; case and since."""
    known = {as_compared(one.reference): (one.case_id, one.at) for one in reversed(sent_to(app, connection, recipient))}
    country = routes().home_country
    told = select(urgent_call.c.case_id, urgent_call.c.made_at).where(urgent_call.c.recipient == recipient)
    for row in connection.execute(told.order_by(urgent_call.c.made_at.desc())).all():
        key = as_compared(external_reference(app.store.index_key, country, recipient, row.case_id))
        at = datetime.fromtimestamp(row.made_at, UTC)
        known[key] = (row.case_id, min(at, known[key][1]) if key in known else at)
    return known


def as_compared(reference: str) -> str:
    """A reference with what a reader may change taken out: blanks, hyphens, capitals, letters for digits."""
    return reference.upper().translate(_SPOKEN)
