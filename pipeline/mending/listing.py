"""What is known of rejects without opening them: file, row, field, reason, advice; never a value."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, case, func, or_, select

from pipeline.bootstrap import App
from pipeline.channels._rejects import IN_PART
from pipeline.channels.sos import SosAlert
from pipeline.printable import file_name
from pipeline.runs import Run, load
from pipeline.sealed_inputs import sealed_path
from pipeline.store import bulk
from pipeline.store.engine import reading
from pipeline.store.schema import reject, run
from triage.errors import HotlineError, UsageError

OPEN, MENDED, CLOSED = "open", "mended", "closed"
STATUSES = (OPEN, MENDED, CLOSED)
CONFLICT, SILENT = "id_conflict", "nothing_said"
OUTLINED = 200
"""Rejects an outline names one by one: one damaged file may bring a million."""
MOST_NAMED = 3
"""Files of the same bytes that are named beside each other."""
HANDFUL = 5
"""Rejects of one file and reason an outline names; the others are a number."""
_SHOWN = re.compile(r"[Jj]?([0-9]{1,18})")
_SHOWN_COLUMNS = (
    reject.c.reject_id, run.c.run_id, reject.c.file_no, reject.c.row, reject.c.field, reject.c.reason,
    reject.c.advice, reject.c.status,
)  # fmt: skip
"""What `Listed` is made of: never the sealed values, which may be gigabytes."""
_KIND = (reject.c.run_no, reject.c.file_no, reject.c.reason, reject.c.status, reject.c.channel)


@dataclass(frozen=True, slots=True)
class Listed:
    """One reject as anybody at work may see it. `file` is the file's name; files of the same bytes that came with it
    share its rejects and are named there too."""

    reject: str
    run: str
    file: str
    row: int
    field: str
    reason: str
    advice: str
    status: str


@dataclass(frozen=True, slots=True)
class Outline:
    """What a person can read of any number of rejects: none is left out of the counts."""

    named: list[Listed]
    behind: dict[str, int]
    """How many more of its file and reason stand behind a named reject, the last of its handful."""
    others: int
    """Neither named nor behind a named one."""
    total: int


def listed(app: App, status: str | None, run_id: str | None = None) -> list[Listed]:
    """Rejects of a status (None: all) and a run (None: all), oldest first."""
    with reading(app.store.engine) as connection:
        return _listed(app, connection.execute(_of(_SHOWN_COLUMNS, status, run_id).order_by(reject.c.reject_id)))


def outline(app: App, status: str | None, run_id: str | None = None, *, whole: bool = False) -> Outline:
    """The same, gravest first: SOS calls, each of them, then other rows, then those that say nothing.

    Of one file and reason only a handful is named, and `OUTLINED` in all, unless it shall be the `whole`.
    """
    turn = func.row_number().over(partition_by=_KIND, order_by=reject.c.reject_id).label("turn")
    turns = _of((reject.c.reject_id, turn), status, run_id).subquery()
    is_call = reject.c.channel == SosAlert.name
    gravest = case((is_call, 0), (reject.c.reason == SILENT, 2), else_=1)
    found: Select[Any] = (
        select(*_SHOWN_COLUMNS, reject.c.run_no, reject.c.channel, turns.c.turn)
        .join(run, run.c.run_no == reject.c.run_no).join(turns, turns.c.reject_id == reject.c.reject_id)
        .order_by(gravest, reject.c.reject_id)
    )  # fmt: skip
    if not whole:
        found = found.where(or_(is_call, turns.c.turn <= HANDFUL)).limit(OUTLINED)
    with reading(app.store.engine) as connection:
        counts = connection.execute(_of((*_KIND, func.count()), status, run_id).group_by(*_KIND)).all()
        rows = connection.execute(found).all()
    many = {} if whole else {tuple(kind): count for *kind, count in counts if count > HANDFUL}
    behind = {
        shown(row.reject_id): many[kind] - HANDFUL
        for row in rows
        if row.turn == HANDFUL and row.channel != SosAlert.name
        and (kind := (row.run_no, row.file_no, row.reason, row.status, row.channel)) in many
    }  # fmt: skip
    total = sum(count for *_, count in counts)
    return Outline(_listed(app, rows), behind, total - len(rows) - sum(behind.values()), total)


def reason_of(app: App, number: int) -> str:
    """Why it is a reject, "" where there is none of this number."""
    with reading(app.store.engine) as connection:
        return connection.execute(select(reject.c.reason).where(reject.c.reject_id == number)).scalar() or ""


def whole_of(app: App, number: int) -> str | None:
    """Where the whole lies of which a reject holds only the beginning; None where it holds all."""
    with reading(app.store.engine) as connection:
        row = connection.execute(
            select(reject.c.reason, run.c.run_id, reject.c.file_no)
            .join(run, run.c.run_no == reject.c.run_no).where(reject.c.reject_id == number)
        ).one_or_none()  # fmt: skip
    if row is None or row.reason not in IN_PART:
        return None
    sealed = sealed_path(app.workspace.sealed_inputs, load(app.workspace, row.run_id).files[row.file_no].sha256)
    if sealed.is_file():
        return f"sealed, in {sealed.parent.name}/{sealed.name}"
    return "where its file came from"


def unread_calls(connection: Connection) -> tuple[str, ...]:
    """SOS calls nobody could read or take in, and nobody mended or closed yet, oldest first."""
    query = select(reject.c.reject_id).where(reject.c.status == OPEN, reject.c.channel == SosAlert.name)
    return tuple(shown(number) for number in connection.execute(query.order_by(reject.c.reject_id)).scalars())


def unread_rows(connection: Connection) -> int:
    """How many other rejects are open: rows, files and mails whose words nobody here has seen."""
    query = select(func.count()).where(reject.c.status == OPEN, reject.c.channel.is_distinct_from(SosAlert.name))
    return int(connection.execute(query).scalar_one())


def dealt_with(connection: Connection, files: Collection[str]) -> int:
    """How many rows of these files (`Run.rows_of`) that could not be read are mended or closed, each field of them."""
    rows = {
        (file, row): status
        for file, row, status in sorted(
            bulk.lookup(connection, reject, "file_sha256", files, ("row", "status")), key=lambda one: one[2] == OPEN
        )
    }  # fmt: skip
    return sum(status != OPEN for status in rows.values())


def shown(reject_id: int) -> str:
    """How a reject is named: `J12`."""
    return f"J{reject_id}"


def number(given: str) -> int:
    """The reject a person means by `J12` or `12`. Raises UsageError."""
    match = _SHOWN.fullmatch(given.strip())
    if match is None:
        raise UsageError("a reject is given as J12: see `hotline rejects list`")
    return int(match[1])


def _of(columns: tuple[ColumnElement[Any], ...], status: str | None, run_id: str | None) -> Select[Any]:
    statement = select(*columns).join(run, run.c.run_no == reject.c.run_no)
    if status is not None:
        statement = statement.where(reject.c.status == status)
    return statement if run_id is None else statement.where(run.c.run_id == run_id)


def _listed(app: App, rows: Iterable[Row[Any]]) -> list[Listed]:
    names: dict[str, list[str]] = {}
    return [
        Listed(
            shown(row.reject_id), row.run_id, _file(app, row.run_id, row.file_no, names), row.row,
            row.field, row.reason, row.advice.replace(" ID ", f" {shown(row.reject_id)} "), row.status,
        )
        for row in rows
    ]  # fmt: skip


def _file(app: App, run_id: str, file_no: int, names: dict[str, list[str]]) -> str:
    if run_id not in names:
        try:
            names[run_id] = _names(load(app.workspace, run_id))
        except HotlineError:
            names[run_id] = []
    known = names[run_id]
    return known[file_no] if file_no < len(known) else f"file {file_no}"


def _names(registered: Run) -> list[str]:
    """What each file of a run is called, with those of the same bytes."""
    names = [file_name(file.path) for file in registered.files]
    alone = list(names)
    for numbers in registered.same_bytes():
        for one in numbers:
            others = [alone[other] for other in numbers if other != one]
            more = len(others) - MOST_NAMED
            said = ", ".join(others[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
            names[one] = f"{alone[one]} (same bytes: {said})"
    return names
