"""A small demo workspace with a few bland reports in it, and short ways to act in it; for the tests of the desk."""

from __future__ import annotations

import csv
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select, update

from pipeline import runs
from pipeline.batch import run_batch
from pipeline.bootstrap import App
from pipeline.desk import acts
from pipeline.desk.acts import Done, Said
from pipeline.desk.caseview import CaseFacts, case_facts
from pipeline.desk.link_rows import lane_number
from pipeline.desk.people import actor
from pipeline.desk.vaultroom import Vaultroom
from pipeline.routes import routes
from pipeline.setup import set_up
from pipeline.store.engine import reading, writing
from pipeline.store.schema import audit, case_record, person, report
from pipeline.workspace import Workspace
from triage.assessment import Classification, Viewed
from triage.disposition import Kind
from triage.lifecycle import Status
from triage.people import Person, PersonStatus, Role
from triage.verdict import Escalation, Label

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
"""A Wednesday, in working time."""
SUSPECT_TEXT = "illegal pictures of a child on this page"
COLUMNS = ("id", "received_at", "category", "location", "description", "area", "contact_email")
TEMPLATE_ROWS = (
    {"id": "s-1", "location": "https://bad.example/a?utm_source=x", "description": SUSPECT_TEXT, "area": "Banja Luka"},
    {"id": "s-2", "location": "https://www.bad.example/a"},
    {"id": "o-1", "location": "https://other.example/b", "description": "something strange here"},
    {"id": "q-1", "description": "I have a question: how can I protect my child online?"},
    {"id": "n-1", "location": "Instagram"},
    {"id": "d-1", "location": "https://third.example/c https://fourth.example/d",
     "description": "somebody threatens to publish her pictures", "contact_email": "someone@mail.example"},
)  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """One workspace in a folder of its own, and its sample people."""

    folder: Path

    @property
    def app(self) -> App:
        """A fresh view of the workspace, as every command has."""
        return App(Workspace(self.folder / "workspace"))

    def person(self, os_user: str) -> Person:
        """A registered person."""
        with reading(self.app.store.engine) as connection:
            row = connection.execute(select(person).where(person.c.os_user == os_user)).one()
        return Person(row.person_id, row.name, Role(row.role), PersonStatus(row.status), row.os_user)

    @property
    def one(self) -> Person:
        """An analyst."""
        return self.person("sample-analyst")

    @property
    def two(self) -> Person:
        """A second analyst, who may release."""
        return self.person("sample-second")

    def bring(self, name: str, *rows: dict[str, str]) -> None:
        """Run one batch of reports."""
        path = self.folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            for number, row in enumerate(rows):
                received = NOW - timedelta(hours=30 - number)
                writer.writerow({"received_at": received.isoformat()} | row)
        app = self.app
        run = runs.register(
            app.workspace, app.store, name, runs.find_inputs([path]),
            versions=app.rule_versions(), after_ingest="keep", now=NOW,
        )  # fmt: skip
        run_batch(app, run, 1, apart=False)

    def case_of(self, external_id: str) -> int:
        """The case a report is primarily linked to."""
        with reading(self.app.store.engine) as connection:
            query = select(report.c.case_id).where(report.c.external_id == external_id)
            return int(connection.execute(query).scalar_one())

    def report_of(self, external_id: str) -> int:
        """A report's packed number."""
        with reading(self.app.store.engine) as connection:
            query = select(report.c.report_id).where(report.c.external_id == external_id)
            return int(connection.execute(query).scalar_one())

    def record(self, case_id: int) -> Row[Any]:
        """The case's own row."""
        with reading(self.app.store.engine) as connection:
            return connection.execute(select(case_record).where(case_record.c.case_id == case_id)).one()

    def facts(self, case_id: int) -> CaseFacts:
        """All about a case."""
        return case_facts(self.app, case_id)

    def item(self, case_id: int, ending: str) -> int:
        """The number of the address that ends so."""
        return next(one.locator_id for one in self.facts(case_id).locators if one.canonical.endswith(ending))

    def assess(self, case_id: int, said: Said | None = None, by: Person | None = None, **more: Any) -> Done:
        """One person's word, by default: not illegal, for a reason."""
        said = said or Said(Classification.NOT_ILLEGAL, reason="adult_content", viewed=Viewed.CONTENT)
        return acts.assess(self.app, by or self.one, case_id, said, more.pop("now", NOW), **more)

    def dispose(
        self, case_id: int, kind: Kind, recipient: str | None = None, reason: str = "protocol", **more: Any
    ) -> Done:
        """One person's decision."""
        by = more.pop("by", self.one)
        return acts.dispose(self.app, by, case_id, kind, recipient, reason, more.pop("now", NOW), routes(), **more)

    def close(self, case_id: int) -> Done:
        """The shortest way to a decided case: read where it must be, then closed for a reason that denies nothing."""
        row = self.record(case_id)
        if row.escalate or row.label == Label.CSAM_SUSPECT:
            self.read(case_id)
        return self.dispose(case_id, Kind.CLOSE, reason="answered")

    def read(self, case_id: int, by: Person | None = None) -> None:
        """Somebody read every text of a case."""
        details = {"reports": self.record(case_id).reports}
        with writing(self.app.store.engine) as connection:
            self.app.store.record(connection, NOW, actor(by or self.one), "text_read", f"C{case_id}", details)

    def vault(self) -> Vaultroom:
        """The vault, opened."""
        return Vaultroom(self.app)

    def set(self, case_id: int, **values: Any) -> None:
        """Put a case where a test needs it, and into the lane it waits in then."""
        mine = case_record.c.case_id == case_id
        with writing(self.app.store.engine) as connection:
            connection.execute(update(case_record).where(mine).values(**values))
            row = connection.execute(select(case_record).where(mine)).one()
            lane = lane_number(Status(row.status), Status(row.status_before), dict(row._mapping))
            connection.execute(update(case_record).where(mine).values(lane=lane))

    def hold(self, case_id: int, by: Person, now: datetime = NOW, minutes: int = 10) -> None:
        """Let somebody hold a case, also one that waits for nobody."""
        self.set(case_id, held_by=by.person_id, held_until=int(now.timestamp()) + minutes * 60)
        with writing(self.app.store.engine) as connection:
            self.app.store.record(connection, now, actor(by), "case_taken", f"C{case_id}", {"minutes": minutes})

    def events(self, subject: str) -> list[tuple[str, str]]:
        """(actor, event) of everything written down about a subject, in order."""
        with reading(self.app.store.engine) as connection:
            rows = connection.execute(select(audit).where(audit.c.subject == subject).order_by(audit.c.seq))
            return [(row.actor, row.event) for row in rows]


def made(folder: Path, database_url: str = "") -> Desk:
    """A new workspace with the template's reports and a sample person for every role."""
    desk = Desk(folder)
    set_up(desk.app.workspace, kind="demo", database_url=database_url, now=NOW, os_user="nobody-here")
    desk.bring("first", *TEMPLATE_ROWS)
    return desk


def copied(template: Desk, folder: Path) -> Desk:
    """The same workspace again, for one test to change."""
    shutil.copytree(template.folder / "workspace", folder / "workspace")
    return Desk(folder)


DANGER = Escalation.CHILD_BLACKMAILED
"""What the template's report `d-1` is about."""


def plant(desk: Desk, statement: str) -> None:
    """Edit the store behind the program's back. At least one row must change."""
    with closing(sqlite3.connect(desk.app.workspace.database_file)) as connection, connection:
        assert connection.execute(statement).rowcount > 0, "nothing was edited"
