"""Released texts: rows and events agree, who released them had been shown them, and no text left without a release."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from sqlalchemy import Connection, Row, select

from pipeline.store.schema import assessment
from pipeline.store.text_tables import text_release
from pipeline.verify.chained import EXPORTED, TEXT_RELEASED, TEXT_SHOWN, Acted, Chained
from pipeline.verify.decisions import LetGo, check_four_eyes, compare
from pipeline.verify.finding import Findings
from pipeline.verify.world import World
from triage.disposition import Kind


def check_text_releases(connection: Connection, world: World, chained: Chained, findings: Findings) -> None:
    """Hold every release against its event and the event against what was shown before; then what left."""
    rows = connection.execute(select(text_release).order_by(text_release.c.release_id)).all()
    told = chained.of(TEXT_RELEASED)
    compare(
        "text release", [(_row_key(row), f"C{row.case_id}") for row in rows],
        [(_event_key(one, world), one.subject) for one in told], findings, code="text_release",
    )  # fmt: skip
    _check_shown(told, chained, world, findings)
    _check_police(connection, rows, told, chained, world, findings)
    _check_left(told, chained, world, findings)


def _row_key(row: Row[Any]) -> Hashable:
    return row.person_id, row.made_at, row.case_id, row.recipient, row.digest, row.redactor, row.texts


def _event_key(one: Acted, world: World) -> Hashable:
    said = (one.word(name) for name in ("recipient", "digest", "redactor"))
    return one.person, one.at, world.end_of(one.number), *said, one.details.get("texts")


def _check_shown(told: Iterable[Acted], chained: Chained, world: World, findings: Findings) -> None:
    """The same person was shown the same texts before."""
    seen: dict[Hashable, int] = {}
    for one in chained.of(TEXT_SHOWN):
        seen.setdefault(_shown_key(one, world), one.seq)
    for one in told:
        if seen.get(_shown_key(one, world), one.seq) >= one.seq:
            findings.add("text_unseen", one.subject, "its texts were released by somebody who was not shown them")


def _shown_key(one: Acted, world: World) -> Hashable:
    return one.person, world.end_of(one.number), one.word("recipient"), one.word("digest")


def _check_police(
    connection: Connection, rows: Iterable[Row[Any]], told: Iterable[Acted], chained: Chained, world: World,
    findings: Findings,
) -> None:  # fmt: skip
    events = {_event_key(one, world): one for one in told if one.word("kind") == Kind.POLICE}
    let_go = [
        LetGo(row.person_id, row.made_at, row.case_id, event)
        for row in rows if (event := events.get(_row_key(row))) is not None
    ]  # fmt: skip
    if let_go:
        said = connection.execute(select(assessment).order_by(assessment.c.made_at, assessment.c.assessment_id)).all()
        check_four_eyes(said, let_go, chained, world, findings)


def _check_left(told: Iterable[Acted], chained: Chained, world: World, findings: Findings) -> None:
    """A package with texts of a case was made after their release for its recipient."""
    first: dict[Hashable, int] = {}
    for one in told:
        first.setdefault((world.end_of(one.number), one.word("recipient")), one.seq)
    for one in chained.of(EXPORTED):
        released = first.get((world.end_of(one.number), one.word("recipient")), one.seq)
        if one.details.get("texts") and released >= one.seq:
            findings.add("text_unreleased", one.subject, "its texts were exported without a release by a person")
