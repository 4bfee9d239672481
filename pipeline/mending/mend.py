"""Mend rejects and feed them in again as a run of their own, or close them with a reason.

What a table's pieces hold is many rows: they are read again under a heading (`pipeline/mending/tables.py`), never
mended as one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from pipeline.bootstrap import App
from pipeline.carried import Carried, digested, looked_for
from pipeline.channels._rejects import RAW_MESSAGE
from pipeline.channels.csv_pieces import NO_HEADER
from pipeline.channels.email_message import parts_attached
from pipeline.channels.sos import usable
from pipeline.cut_entries import end_cut
from pipeline.hashing import Hasher
from pipeline.mending.claims import claimed, end, settle
from pipeline.mending.listing import CLOSED, CONFLICT, MENDED, shown
from pipeline.mending.opening import RAW, Opened, opened_whole, require_open
from pipeline.scheduler import must_answer
from pipeline.small_run import alone, take_in, unfit
from pipeline.store.engine import reading, writing
from pipeline.store.schema import reject
from triage.errors import UsageError
from triage.people import Act, Person, require
from triage.report import FIELDS

CLOSE_REASONS = ("unreadable", "duplicate", "spam", "other")
MAX_MENDED_AT_ONCE = 1000
_REPLACED = "\N{REPLACEMENT CHARACTER}"
Row = dict[str, str]
Changes = Mapping[int, Mapping[str, str]]
_UNCLOSED = "unclosed_quote"
_ATTACHMENTS = "attachments"
_KEPT_RAW = "rejected_raw"
"""What could not be read stays with the mended report, sealed, under this name."""


@dataclass(frozen=True, slots=True)
class Mended:
    """What came of mending: rejects that are reports now, those that still conflict, the run, and why nothing was done
    for the others."""

    run: str
    mended: tuple[str, ...]
    still_rejected: tuple[str, ...]
    already_known: int
    refused: tuple[str, ...] = ()
    before: bool = False
    """All of it was mended so already, by that run: nothing was done now."""


def mend(app: App, person: Person, changes: Changes, now: datetime, *, all_or_none: bool = True) -> Mended:
    """Put new values into rejects and take them in; an empty value removes the field. `changes` by reject number.

    What cannot be mended (no such reject, done already, unknown field, still not acceptable, conflict without a new id)
    raises UsageError, or is `refused` while the others go in. Raises RuleBroken.
    """
    require(person, Act.MEND_REJECT)
    if not 0 < len(changes) <= MAX_MENDED_AT_ONCE:
        raise UsageError(f"mend between 1 and {MAX_MENDED_AT_ONCE} rejects at once")
    must_answer(app.settings)
    refused = _Refused(all_or_none)
    with alone(app.workspace):
        end_cut(app, now)
        known = refused.but(changes, _unknown(app, changes))
        before = _mended_before(app, known)
        ready = known if before else refused.but(known, _unmendable(app, known))
        whole = opened_whole(app, person, ready, now, why="mending")
        rows = {number: _row(whole[number], ready[number]) for number in sorted(ready)}
        if before and before == _run_id(rows):
            return Mended(before, tuple(map(shown, rows)), (), 0, refused.said, before=True)
        if before:
            ready = refused.but(known, _unmendable(app, known))
        ready = refused.but(ready, _still_wrong(app, {number: rows[number] for number in ready}, changes, now))
        if not ready:
            return Mended("", (), (), 0, refused.said)
        order = sorted(ready)
        with Hasher() as hasher:
            carried = [_carried(whole[number], rows[number], changes[number], hasher) for number in order]
        done = _through(app, person, {number: rows[number] for number in order}, carried, now)
    return replace(done, refused=refused.said)


class _Refused:
    """What nothing is done for, and why; where it is all or none, the first of it ends the command."""

    def __init__(self, all_or_none: bool) -> None:
        self._all_or_none = all_or_none
        self.said: tuple[str, ...] = ()

    def but(self, changes: Changes, wrong: Mapping[int, str]) -> Changes:
        """The changes without what is wrong with them. Raises UsageError."""
        for number in sorted(wrong):
            if self._all_or_none:
                raise UsageError(wrong[number])
            self.said += (wrong[number],)
        return {number: change for number, change in changes.items() if number not in wrong}


def _through(
    app: App, person: Person, rows: Mapping[int, Row], carried: Sequence[Carried], now: datetime
) -> Mended:
    """Claim the rejects, take the rows in, settle; where the store has nothing of it yet, a failure changes nothing."""
    run_id = _run_id(rows)
    with claimed(app, person, list(rows), run_id, now):
        _, summary = take_in(app, list(rows.values()), run_id, now, dict(enumerate(carried, start=1)))
    done = settle(app, run_id, now)
    still = tuple(shown(number) for number in rows if number not in done)
    return Mended(run_id, tuple(map(shown, done)), still, int(str(summary["already_known"])))


def _mended_before(app: App, changes: Changes) -> str | None:
    """The run that mended all of these, if one did: the same command again answers the same."""
    query = select(reject.c.status, reject.c.closed_reason).where(reject.c.reject_id.in_(list(changes)))
    with reading(app.store.engine) as connection:
        found = {(row.status, row.closed_reason) for row in connection.execute(query)}
    (status, run_id) = found.pop() if len(found) == 1 else (None, None)
    return run_id if status == MENDED else None


def close(app: App, person: Person, reject_id: int, reason: str, now: datetime) -> None:
    """Close a reject that cannot or need not become a report. Raises RuleBroken, UsageError."""
    require(person, Act.MEND_REJECT)
    if reason not in CLOSE_REASONS:
        raise UsageError(f"the reason is one of {', '.join(CLOSE_REASONS)}")
    with alone(app.workspace):
        end_cut(app, now)
        with writing(app.store.engine) as connection:
            require_open(connection, reject_id)
            end(app, connection, reject_id, CLOSED, reason, person.person_id, now)


def _unknown(app: App, changes: Changes) -> dict[int, str]:
    query = select(reject.c.reject_id).where(reject.c.reject_id.in_(list(changes)))
    with reading(app.store.engine) as connection:
        there = set(connection.execute(query).scalars())
    return {one: f"there is no reject {shown(one)}: see `hotline rejects list`" for one in changes if one not in there}


def _unmendable(app: App, changes: Changes) -> dict[int, str]:
    """Which changes cannot be made, whatever the rejects say."""
    with reading(app.store.engine) as connection:
        said = {number: _why_not(connection, number, change) for number, change in changes.items()}
    return {number: why for number, why in said.items() if why}


def _why_not(connection: Connection, number: int, change: Mapping[str, str]) -> str:
    try:
        row = require_open(connection, number)
    except UsageError as error:
        return str(error)
    name = shown(number)
    if row.salt is None:
        return f"reject {name} was erased: nothing of it is left"
    unknown = sum(field not in FIELDS for field in change)
    if unknown:
        return f"{name}: {unknown} given names are no fields; known are {', '.join(FIELDS)}"
    if row.reason == NO_HEADER:
        return (
            f"{name} holds lines of a table, each a report of its own: name their columns, "
            f'`hotline rejects mend {name} --heading "id;location;description"`; if it is one report, '
            f"`hotline new`, then close {name}"
        )
    if row.reason == _UNCLOSED and row.field and row.field not in change:
        return f"{name}: a quotation mark opens in it and never closes: give --set {row.field}=…"
    if row.reason == CONFLICT and not change.get("id"):
        return f"{name} conflicts with another report: give it an id of its own, --set id=…"
    return ""


def _still_wrong(app: App, rows: Mapping[int, Row], changes: Changes, now: datetime) -> dict[int, str]:
    """Which rows intake would not take, or still hold signs for bytes that are no text."""
    if not rows:
        return {}
    order = sorted(rows)
    found = unfit(app, [rows[number] for number in order], _run_id(rows), now)
    wrong = {order[place]: why for place, why in found.items()}
    for number in order:
        fields = [name for name in _unreadable(rows[number]) if name not in changes[number]]
        if fields:
            wrong[number] = f"bytes of it are no text: give {' '.join(f'--set {name}=…' for name in fields)}"
    return {number: f"{shown(number)}: {why}" for number, why in wrong.items()}


def _unreadable(row: Row) -> list[str]:
    """Fields of a row that was kept byte for byte in which bytes are no text."""
    return [name for name in FIELDS if _REPLACED in row.get(name, "")] if _KEPT_RAW in row else []


def _carried(whole: Opened, row: Row, change: Mapping[str, str], hasher: Hasher) -> Carried:
    """What goes with a mended row: the mail it came in, and its attachments as they were digested when it came.

    Where they were not, or the person names others, they are looked for in the mail, or where the row's file lay.
    """
    if not row.get(_ATTACHMENTS):
        return Carried(whole.raw)
    if whole.items and _ATTACHMENTS not in change:
        return Carried(whole.raw, whole.items)
    if whole.raw is not None and _ATTACHMENTS not in change:
        return Carried(whole.raw, tuple(item for _, item in digested(parts_attached(0, whole.raw), hasher)))
    return Carried(whole.raw, looked_for(whole.folder, row[_ATTACHMENTS], hasher))


def _row(whole: Opened, change: Mapping[str, str]) -> Row:
    """Fields stay as they were said, for a person to mend; nobody can mend the rest, so it is made fit to be stored."""
    carried = () if whole.raw is None else (RAW, RAW_MESSAGE)
    values = {name: text for name, text in whole.values.items() if name not in carried}
    row = {name: text for name, text in values.items() if name in FIELDS}
    row |= usable({_KEPT_RAW if name == RAW else name: text for name, text in values.items() if name not in FIELDS})
    row |= change
    return {name: text for name, text in row.items() if text != ""}


def _run_id(rows: Mapping[int, Row]) -> str:
    """The same for the same mended values, so that a command that was cut goes on instead of doubling."""
    order = sorted(rows)
    content = json.dumps([dict(rows[number]) for number in order], sort_keys=True)
    return f"mend-{shown(order[0])}-{hashlib.sha256(content.encode()).hexdigest()[:16]}"
