"""Letters that lie in the outbox though their reporters want no contact any more: taken out, or named to a person.

What the mail program took before cannot be called back. Reads names of files only, never a letter.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from pipeline.bootstrap import App
from pipeline.delivery.answer_mail import OUTBOX, SUFFIX, Outbox, message_id
from pipeline.desk.answer_rows import NOT_SENT, TAKEN_BACK, Answering, mark
from pipeline.desk.answers import REFUSED
from pipeline.store.answer_tables import answer_sent, contact_withdrawn
from pipeline.store.engine import reading


@dataclass(frozen=True, slots=True)
class Lying:
    """One letter whose file is there."""

    report_id: int
    template: str
    path: Path

    @property
    def name(self) -> str:
        """As a person finds it in the workspace: `outbox/….eml`."""
        return f"{OUTBOX}/{self.path.name}"


def lying_unwanted(app: App, connection: Connection) -> tuple[Lying, ...]:
    """Every letter in the outbox to a reporter who wants none any more: none, unless something broke or met."""
    unwanted = contact_withdrawn.c.report_id == answer_sent.c.report_id
    query = select(answer_sent.c.report_id, answer_sent.c.template).join(contact_withdrawn, unwanted)
    folder, key = app.workspace.root / OUTBOX, app.store.index_key
    found = (
        Lying(report_id, template, folder / (message_id(key, report_id, template) + SUFFIX))
        for report_id, template in connection.execute(query.order_by(*answer_sent.primary_key)).all()
    )
    return tuple(one for one in found if one.path.exists())


def to_delete(name: str) -> str:
    """What every screen says of such a file."""
    return f"A LETTER TO SOMEBODY WHO WANTS NONE lies in the outbox: delete it before the mail program takes it: {name}"


def take_back(answering: Answering, case_id: int, report_id: int) -> tuple[int, tuple[str, ...]]:
    """Take one reporter's letters out of the outbox; answers how many, and which files a person has to delete."""
    with reading(answering.app.store.engine) as connection:
        found = [one for one in lying_unwanted(answering.app, connection) if one.report_id == report_id]
    left = tuple(one.name for one in found if not _taken(answering, case_id, one))
    return len(found) - len(left), left


def _taken(answering: Answering, case_id: int, one: Lying) -> bool:
    try:
        one.path.unlink()
    except OSError:
        return not one.path.exists()
    mark(answering, case_id, one, REFUSED, NOT_SENT, {"by": Outbox.way, "result": TAKEN_BACK})
    return True
