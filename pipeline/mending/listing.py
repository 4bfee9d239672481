"""What is known of rejects without opening them: file, row, field, reason, advice; never a value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select

from pipeline.bootstrap import App
from pipeline.channels.sos import SosAlert
from pipeline.runs import load
from pipeline.store.engine import reading
from pipeline.store.schema import reject, run
from triage.errors import HotlineError, UsageError

OPEN, MENDED, CLOSED = "open", "mended", "closed"
STATUSES = (OPEN, MENDED, CLOSED)
CONFLICT = "id_conflict"
_SHOWN = re.compile(r"[Jj]?([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Listed:
    """One reject as anybody at work may see it. `file` is the file's name."""

    reject: str
    run: str
    file: str
    row: int
    field: str
    reason: str
    advice: str
    status: str


def listed(app: App, status: str | None, run_id: str | None = None) -> list[Listed]:
    """Rejects of a status (None: all) and a run (None: all), oldest first."""
    statement = select(reject, run.c.run_id).join(run, run.c.run_no == reject.c.run_no).order_by(reject.c.reject_id)
    if status is not None:
        statement = statement.where(reject.c.status == status)
    if run_id is not None:
        statement = statement.where(run.c.run_id == run_id)
    names: dict[str, list[str]] = {}
    with reading(app.store.engine) as connection:
        rows = connection.execute(statement).all()
    return [
        Listed(
            shown(row.reject_id), row.run_id, _file(app, row.run_id, row.file_no, names), row.row,
            row.field, row.reason, row.advice, row.status,
        )
        for row in rows
    ]  # fmt: skip


def reason_of(app: App, number: int) -> str:
    """Why it is a reject, "" where there is none of this number."""
    with reading(app.store.engine) as connection:
        return connection.execute(select(reject.c.reason).where(reject.c.reject_id == number)).scalar() or ""


def unread_calls(connection: Connection) -> tuple[str, ...]:
    """SOS calls nobody could read or take in, and nobody mended or closed yet, oldest first."""
    query = select(reject.c.reject_id).where(reject.c.status == OPEN, reject.c.channel == SosAlert.name)
    return tuple(shown(number) for number in connection.execute(query.order_by(reject.c.reject_id)).scalars())


def unread_rows(connection: Connection) -> int:
    """How many other rejects are open: rows, files and mails whose words nobody here has seen."""
    query = select(func.count()).where(reject.c.status == OPEN, reject.c.channel.is_distinct_from(SosAlert.name))
    return int(connection.execute(query).scalar_one())


def shown(reject_id: int) -> str:
    """How a reject is named: `J12`."""
    return f"J{reject_id}"


def number(given: str) -> int:
    """The reject a person means by `J12` or `12`. Raises UsageError."""
    match = _SHOWN.fullmatch(given.strip())
    if match is None:
        raise UsageError("a reject is given as J12: see `hotline rejects list`")
    return int(match[1])


def _file(app: App, run_id: str, file_no: int, names: dict[str, list[str]]) -> str:
    if run_id not in names:
        try:
            names[run_id] = [Path(file.path).name for file in load(app.workspace, run_id).files]
        except HotlineError:
            names[run_id] = []
    known = names[run_id]
    return known[file_no] if file_no < len(known) else f"file {file_no}"
