"""Builders shared by tests: a workspace, bland reports, a run, and what the store holds in a comparable form."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from classifiers.base import Said
from pipeline.batch import run_batch
from pipeline.bootstrap import App, decider
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.keys import private_key
from pipeline.runs import find_inputs, register
from pipeline.sealing import Envelope, Opener
from pipeline.setup import set_up
from pipeline.store import audit
from pipeline.store.engine import reading, writing
from pipeline.store.schema import contact, envelope, report, verdict

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
FIELDS = (
    "id",
    "received_at",
    "category",
    "location",
    "description",
    "contact_name",
    "contact_email",
    "contact_is_safe",
)


BOTH_STORES = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)
"""A test that meets what differs most between the engines: `make test` runs it on both, others on SQLite alone."""


def new_workspace(folder: Path, database_url: str = "") -> App:
    """A real workspace with its keys and store."""
    app = App.at(folder)
    set_up(app.workspace, kind="real", database_url=database_url, now=NOW, os_user="tester")
    return app


def analysts_app(folder: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    """A demo workspace at which the sample analyst sits."""
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    app = App.at(folder)
    set_up(app.workspace, kind="demo", database_url="", now=NOW, os_user="tester")
    return app


def bland_reports(first: int, count: int) -> list[dict[str, str]]:
    """Reports that repeat places, some without an address, some with a contact."""
    categories = ("csam", "inappropriate_communication", "question", "other")
    rows = []
    for number in range(first, first + count):
        place = number % max(count // 3, 1)
        rows.append({
            "id": f"T-{number}",
            "received_at": f"2026-10-{1 + number % 28:02d}T10:00:00+02:00",
            "category": categories[number % 4],
            "location": "" if number % 7 == 0 else f"https://host{place}.example/page?id={place}&utm_source=s{number}",
            "description": f"illegal pictures of a child, {number} said" if number % 3 else "a question on the rules",
            "contact_name": f"Name {number}" if number % 5 == 0 else "",
            "contact_email": f"person{number}@mail.example" if number % 5 == 0 else "",
            "contact_is_safe": "yes" if number % 10 == 0 else "",
        })  # fmt: skip
    return rows


def write_csv(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    """A CSV file of rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def take_in(app: App, batch: str, *inputs: Path, workers: int = 0, after_ingest: str = "keep") -> dict[str, Any]:
    """Run one batch to its end; answers its summary. Without `workers`, its tasks run in this process."""
    warm()
    run = register(
        app.workspace, app.store, batch, find_inputs(list(inputs)),
        versions=app.rule_versions(), after_ingest=after_ingest, now=NOW,
    )  # fmt: skip
    return dict(run_batch(app, run, workers, apart=workers > 0))


@cache
def warm() -> None:
    """Load spaCy and the phrases once here: what Luigi forks need not load them for every task of every batch."""
    decider().decide(Said(description="illegal pictures of a child on this page"))


def cases_by_id(app: App) -> dict[str, frozenset[str]]:
    """For every report's own id, the ids of all reports whose primary case it shares: case numbers do not matter."""
    together: dict[int, set[str]] = {}
    with reading(app.store.engine) as connection:
        rows = connection.execute(select(report.c.external_id, report.c.case_id)).all()
    for row in rows:
        together.setdefault(row.case_id, set()).add(row.external_id)
    return {row.external_id: frozenset(together[row.case_id]) for row in rows}


def labels_by_id(app: App) -> dict[str, tuple[int, int]]:
    """For every report's own id, its label and escalation."""
    columns = (report.c.external_id, verdict.c.label, verdict.c.escalate)
    joined = report.join(verdict, report.c.verdict_id == verdict.c.verdict_id)
    with reading(app.store.engine) as connection:
        rows = connection.execute(select(*columns).select_from(joined)).all()
    return {row.external_id: (row.label, row.escalate) for row in rows}


def contacts_by_id(app: App) -> dict[str, bytes]:
    """For every report's own id, its contact as the vault's private key opens it."""
    columns = (
        report.c.external_id,
        report.c.report_id,
        report.c.salt,
        contact.c.sealed,
        envelope.c.key_id,
        envelope.c.wrapped,
    )
    joined = contact.join(report, report.c.report_id == contact.c.report_id).join(
        envelope, envelope.c.envelope_id == contact.c.envelope_id
    )
    with reading(app.store.engine) as connection:
        rows = connection.execute(select(*columns).select_from(joined)).all()
    return {
        row.external_id: Opener(private_key(app.workspace, row.key_id), Envelope(row.key_id, bytes(row.wrapped))).open(
            row.report_id, bytes(row.salt), "contact", bytes(row.sealed)
        )
        for row in rows
    }


def all_bytes(folder: Path) -> Iterable[tuple[Path, bytes]]:
    """Every file below a folder with its bytes."""
    return ((path, path.read_bytes()) for path in sorted(folder.rglob("*")) if path.is_file())


def chain_without(app: App, *names: str) -> None:
    """Write the audit chain anew as an older version wrote it: without these details."""
    with writing(app.store.engine) as connection:
        events = [event for event, _, _ in audit.chain(connection)]
        connection.execute(text("DELETE FROM audit"))
        for one in events:
            details = {name: said for name, said in one.details.items() if name not in names}
            audit.append(connection, datetime.fromisoformat(one.at), one.actor, one.event, one.subject, details)
