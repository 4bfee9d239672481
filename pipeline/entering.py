"""One report taken by a person on the telephone or at the door, sealed at once, with a receipt for the reporter.

Receipt codes are made here and nowhere else: only where somebody is there to take one down.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from pipeline.bootstrap import App
from pipeline.cut_entries import NEW, end_cut
from pipeline.desk.people import actor
from pipeline.receipts import receipt_digest, receipt_hash
from pipeline.runs import new_run_id
from pipeline.small_run import alone, take_in
from pipeline.store.commit_reports import write_receipt
from pipeline.store.engine import writing
from triage.errors import HotlineError, UsageError
from triage.people import Act, Person, require
from triage.receipts import SECRET_BYTES, code_of
from triage.report import CONTACT_FIELDS, FIELDS, ReportId

CHANNELS = ("phone", "walk_in")
KEEP_CONTACT = "contact_may_be_kept"
_OWN = frozenset({"id", "channel", "source"})
_ABOUT_CONTACT = frozenset(CONTACT_FIELDS) | {"contact_is_safe", "police_may_contact_me"}
_ID_BYTES = 8
Random = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Entered:
    """What the person tells the reporter: the report's number and a code that is shown this once."""

    report: str
    receipt: str
    run: str


def enter(
    app: App, person: Person, said: Mapping[str, str], channel: str, now: datetime, random: Random = secrets.token_bytes
) -> Entered:
    """Take in one report. `said` is field name to text, and KEEP_CONTACT `yes` if a contact may be kept.

    Raises RuleBroken, UsageError (no such field or channel, a contact without leave, nothing said).
    """
    require(person, Act.ADD_REPORT)
    row = _row(said, channel, now) | {"id": f"{channel.replace('_', '-')}-{random(_ID_BYTES).hex()}"}
    with alone(app.workspace):
        end_cut(app, now)
        run, summary = take_in(app, [row], f"{NEW}{new_run_id(now)}", now)
    if summary["accepted"] != 1:
        raise HotlineError("the report was not taken in: enter it again, and run `hotline verify`")
    report_id = ReportId(run.run_no, 0, 0)
    code = code_of(random(SECRET_BYTES))
    try:
        with writing(app.store.engine) as connection:
            give_receipt(app, connection, person, report_id, code, channel, now)
    except (KeyboardInterrupt, HotlineError):
        raise HotlineError(f"report {report_id} is stored, without a receipt: do not enter it again") from None
    return Entered(str(report_id), code, run.run_id)


def give_receipt(
    app: App, connection: Connection, person: Person, report_id: ReportId, code: str, channel: str, now: datetime
) -> None:
    """Keep the hash of a code, and write down who gave it for which report; in one transaction, so that they agree."""
    kept = receipt_hash(code, app.store.index_key)
    write_receipt(connection, report_id.packed(), kept)
    details = {"channel": channel, "receipt": receipt_digest(kept, report_id.packed(), app.store.index_key)}
    app.store.record(connection, now, actor(person), "report_entered", str(report_id), details)


def _row(said: Mapping[str, str], channel: str, now: datetime) -> dict[str, str]:
    if channel not in CHANNELS:
        raise UsageError(f"the channel is one of {', '.join(CHANNELS)}")
    given = {name: text.strip() for name, text in said.items() if text.strip()}
    keep = given.pop(KEEP_CONTACT, "no").lower() in ("yes", "y", "true")
    unknown = sum(name not in FIELDS or name in _OWN for name in given)
    if unknown:
        known = ", ".join(name for name in FIELDS if name not in _OWN)
        raise UsageError(f"{unknown} of the given names are no fields; known are {KEEP_CONTACT}, {known}")
    if not keep and _ABOUT_CONTACT & given.keys():
        raise UsageError(f"a contact is taken only with leave: ask, and say {KEEP_CONTACT} yes")
    given.setdefault("received_at", now.astimezone(UTC).isoformat(timespec="seconds"))
    return given | {"channel": channel}
