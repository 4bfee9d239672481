"""Write a part's reports with their one primary link each, in slices short enough that a person never waits long.

Each slice and its marker are one transaction: after a crash it is there or it is not. A report whose identity is known
is counted as already known if it says the same, and becomes a reject (`id_conflict`) if it says something else.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, select

from pipeline.sealing import Sealer, new_salts
from pipeline.stages.digest import Item
from pipeline.stages.ingest import seal_reject
from pipeline.store import bulk
from pipeline.store.engine import breathe, writing
from pipeline.store.imprints import Words, keep_imprints
from pipeline.store.item_tables import content_item, signal
from pipeline.store.late_items import attach_late
from pipeline.store.schema import case_fact, contact, further_link, receipt, reject, report, run_step
from pipeline.store.store import Store
from triage.signals.base import Signal

SLICE_ROWS = 20_000
LOOKUP_IDS = 500
STEP = "reports"
REPORT_COLUMNS = (
    "report_id", "source_no", "external_id", "content_digest", "received_at", "facts", "verdict_id", "case_id",
    "locator_id", "salt",
)  # fmt: skip
SAID_COLUMNS = ("category", "area", "language", "reporter_group")
"""What a reporter may say or leave out; columns nobody of a part says anything in are left out of its rows."""
_CASE = REPORT_COLUMNS.index("case_id")
_NO_WORDS = ("salt", "file_no", "row", "file_sha256")
CONFLICT_ADVICE = "another report already has this id: give this one an id of its own and mend it, or close it"


@dataclass(slots=True)
class Part:
    """One part ready to be written: rows of REPORT_COLUMNS and the `said` ones of SAID_COLUMNS, in their order.

    `case_id` is None where the report has no locator.
    """

    number: int
    said: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    further: list[tuple[int, int, int, int]]
    """(row index, seq, case, locator) of links that are not primary."""
    contacts: dict[int, bytes]
    """Report id to sealed contact, sealed under envelope `contact_envelope`."""
    contact_envelope: int
    texts: dict[int, bytes]
    """Report id to text digest."""
    imprints: Words
    """One per row."""
    channel: Any
    """Channel per row (an Arrow column), read only for a conflict."""
    items: tuple[tuple[Table, tuple[str, ...], list[tuple[Any, ...]]], ...] = ()
    """What came with the reports: table, its columns (the report's number first) and rows."""


def commit_part(store: Store, run_no: int, part: Part, words: Any, sealer: Sealer, envelope_id: int) -> bool:
    """Write all slices of a part that are not there yet. `words(index)` gives what a row said, for a conflict.

    Answers whether every row went in now, just as it stands in `part`.
    """
    whole = True
    for number, start in enumerate(range(0, len(part.rows), SLICE_ROWS)):
        rows = part.rows[start : start + SLICE_ROWS]
        chunk = part.number * 1000 + number
        with writing(store.engine, bulk=True) as connection:
            if step_done(connection, run_no, STEP, chunk):
                whole = False
            else:
                known, conflicts, as_given = _slice(
                    store, connection, run_no, part, start, rows, words, sealer, envelope_id
                )
                mark_step(connection, run_no, STEP, chunk, known=known, conflicts=conflicts)
                whole = whole and as_given
        breathe()
    return whole


def step_done(connection: Connection, run_no: int, step: str, chunk: int) -> bool:
    """Whether a bounded transaction of this run was committed before."""
    found = connection.execute(
        select(run_step.c.chunk).where(run_step.c.run_no == run_no, run_step.c.step == step, run_step.c.chunk == chunk)
    )
    return found.first() is not None


def mark_step(
    connection: Connection, run_no: int, step: str, chunk: int, *, known: int = 0, conflicts: int = 0, opened: int = 0
) -> None:
    """Write the marker of a bounded transaction, inside it, with what it counted."""
    values = {"run_no": run_no, "step": step, "chunk": chunk, "known": known, "conflicts": conflicts, "opened": opened}
    connection.execute(run_step.insert().values(**values))


def _slice(
    store: Store, connection: Connection, run_no: int, part: Part, start: int, rows: list[tuple[Any, ...]],
    words: Any, sealer: Sealer, envelope_id: int,
) -> tuple[int, int, bool]:  # fmt: skip
    given = rows
    rows = _own_cases(store, connection, rows)
    inserted = bulk.insert(connection, report, (*REPORT_COLUMNS, *part.said), rows)
    known = conflicts = 0
    here = set(range(len(rows)))
    if inserted < len(rows):
        refused = _refused(connection, rows)
        here -= set(refused)
        known, conflicts = _settle_refused(
            store, connection, run_no, part, start, rows, refused, words, sealer, envelope_id
        )
    there = sorted(here)
    keep_imprints(connection, [rows[index][0] for index in there], part.imprints[start : start + len(rows)][there])
    _write_beside(connection, run_no, part, start, rows, here)
    return known, conflicts, rows is given and inserted == len(rows)


def _own_cases(store: Store, connection: Connection, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """A report without a locator is a case of its own."""
    alone = [index for index, row in enumerate(rows) if row[_CASE] is None]
    if not alone:
        return rows
    first = store.take_numbers(connection, "case", len(alone))
    filled = list(rows)
    for offset, index in enumerate(alone):
        row = rows[index]
        filled[index] = (*row[:_CASE], first + offset, *row[_CASE + 1 :])
    return filled


def _refused(connection: Connection, rows: list[tuple[Any, ...]]) -> list[int]:
    there = {
        number
        for (number,) in connection.execute(
            select(report.c.report_id).where(report.c.report_id.between(rows[0][0], rows[-1][0]))
        )
    }
    return [index for index, row in enumerate(rows) if row[0] not in there]


def _settle_refused(
    store: Store, connection: Connection, run_no: int, part: Part, start: int, rows: list[tuple[Any, ...]],
    refused: list[int], words: Any, sealer: Sealer, envelope_id: int,
) -> tuple[int, int]:  # fmt: skip
    stored = _stored(connection, {(rows[index][1], rows[index][2]) for index in refused})
    conflicts = []
    known: dict[int, int] = {}
    for index in refused:
        digest, report_id = stored.get((rows[index][1], rows[index][2]), (b"", 0))
        if digest == rows[index][3]:
            known[rows[index][0]] = report_id
        else:
            conflicts.append(index)
    attach_late(store, connection, part.items, known)
    if conflicts:
        columns = (
            "run_no", "file_sha256", "row", "file_no", "field", "reason", "advice", "channel", "envelope_id",
            "salt", "sealed", "status",
        )  # fmt: skip
        salts = new_salts(len(conflicts))
        attached = _attached(part, {rows[index][0] for index in conflicts})
        bulk.insert(connection, reject, columns, [
            _conflict(
                run_no, part, start + index, rows[index][0], words(start + index),
                attached.get(rows[index][0], ()), sealer, envelope_id, salt,
            )
            for index, salt in zip(conflicts, salts, strict=True)
        ])  # fmt: skip
    return len(refused) - len(conflicts), len(conflicts)


def _attached(part: Part, reports: set[int]) -> dict[int, list[Item]]:
    """What came with reports that do not go in, so that it goes with them once they are mended."""
    rows = {table: [row for row in found if row[0] in reports] for table, _, found in part.items}
    signals: dict[tuple[int, int], list[Signal]] = {}
    for report_id, position, kind, form, value, quality in rows.get(signal, ()):
        signals.setdefault((report_id, position), []).append(Signal(kind, bytes(value), form, quality))
    items: dict[int, list[Item]] = {}
    for report_id, position, size, media_type, problem in rows.get(content_item, ()):
        said = tuple(signals.get((report_id, position), ()))
        items.setdefault(report_id, []).append(Item(0, position, size, media_type, problem, said))
    return items


def _stored(connection: Connection, identities: set[tuple[int, str]]) -> dict[tuple[int, str], tuple[bytes, int]]:
    """Content digest and number of known reports by (source, id), through the index that makes identities unique."""
    found: dict[tuple[int, str], tuple[bytes, int]] = {}
    table = report.c
    for source_no in {one for one, _ in identities}:
        ids = sorted(external_id for one, external_id in identities if one == source_no)
        for start in range(0, len(ids), LOOKUP_IDS):
            piece = ids[start : start + LOOKUP_IDS]
            query = select(table.external_id, table.content_digest, table.report_id).where(
                table.source_no == source_no, table.external_id.in_(piece)
            )
            for row in connection.execute(query):
                found[source_no, row.external_id] = bytes(row.content_digest), row.report_id
    return found


def _conflict(
    run_no: int,
    part: Part,
    index: int,
    report_id: int,
    said: dict[str, Any],
    items: Sequence[Item],
    sealer: Sealer,
    envelope_id: int,
    salt: bytes,
) -> tuple[Any, ...]:
    """A reject row for an id conflict. The contact stays sealed as it was, inside the sealed words; `sealed_beside` is
    the salt that opens what else the row brought (other columns, a mail's bytes), which lies in `sealed_text`; `items`
    are its attachments."""
    row, file_no, sha256 = int(said["row"]), int(said["file_no"]), str(said["file_sha256"])
    words = {name: str(value) for name, value in said.items() if value is not None and name not in _NO_WORDS}
    words["sealed_beside"] = json.dumps({"report_id": report_id, "salt": bytes(said["salt"]).hex()})
    sealed_contact = part.contacts.get(report_id)
    if sealed_contact is not None:
        words["sealed_contact"] = json.dumps({
            "report_id": report_id, "envelope_id": part.contact_envelope,
            "salt": bytes(said["salt"]).hex(), "sealed": sealed_contact.hex(),
        })  # fmt: skip
    return (
        run_no, sha256, row, file_no, "id", "id_conflict", CONFLICT_ADVICE, str(part.channel[index]),
        envelope_id, salt, seal_reject(sealer, row, salt, words, items), "open",
    )  # fmt: skip


def _write_beside(
    connection: Connection, run_no: int, part: Part, start: int, rows: list[tuple[Any, ...]], here: set[int]
) -> None:
    """What belongs to the reports that went in: further links, contacts, text digests of their cases."""
    end = start + len(rows)
    bulk.insert(connection, further_link, ("report_id", "seq", "case_id", "locator_id"), [
        (rows[index - start][0], seq, case_id, locator_id)
        for index, seq, case_id, locator_id in part.further
        if start <= index < end and index - start in here
    ])  # fmt: skip
    if not (part.contacts or part.items or part.texts):
        return
    ids = {rows[index][0]: rows[index][_CASE] for index in here}
    if part.contacts:
        bulk.insert(connection, contact, ("report_id", "envelope_id", "sealed"), [
            (report_id, part.contact_envelope, part.contacts[report_id])
            for report_id in ids if report_id in part.contacts
        ])  # fmt: skip
    for table, columns, found in part.items:
        bulk.insert(connection, table, columns, [row for row in found if row[0] in ids])
    if part.texts:
        bulk.insert(connection, case_fact, ("case_id", "digest", "run_no"), sorted({
            (case_id, part.texts[report_id], run_no) for report_id, case_id in ids.items() if report_id in part.texts
        }))  # fmt: skip


def write_receipt(connection: Connection, report_id: int, receipt_hash: bytes) -> None:
    """Keep the hash of a receipt code a person was given."""
    connection.execute(receipt.insert().values(receipt_hash=receipt_hash, report_id=report_id))
