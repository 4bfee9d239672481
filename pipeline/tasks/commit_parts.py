"""Turn one part's artefacts into rows of the store and hand them to the store's commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection, Table, func, select

from pipeline.artefacts import Artefacts
from pipeline.keys import PublicKey
from pipeline.packing import pack
from pipeline.runs import Run
from pipeline.sealing import Sealer
from pipeline.stages.digest import COLUMNS, ITEMS, MATCHES, SIGNALS
from pipeline.stages.locate import links_of
from pipeline.store import bulk, schema
from pipeline.store.commit_cases import commit_cases
from pipeline.store.commit_locators import Where, commit_locators
from pipeline.store.commit_reports import SAID_COLUMNS, Part, commit_part, mark_step, step_done
from pipeline.store.engine import writing
from pipeline.store.envelopes import (
    CONFLICT_ENVELOPE,
    INGEST_ENVELOPE,
    LOCATOR_ENVELOPE,
    PARTS_PER_UNIT,
    TEXT_ENVELOPE,
    envelope_id,
)
from pipeline.store.imprints import TEXTS, imprints
from pipeline.store.item_tables import content_item, signal, signal_match
from pipeline.store.linked import Ints, Linked, joined, linked_in_store
from pipeline.store.names import source_numbers, verdict_numbers
from pipeline.store.store import Store
from pipeline.tasks.digest import DIGEST, has_attachments

_ITEM_TABLES = {ITEMS: content_item, SIGNALS: signal, MATCHES: signal_match}
_BESIDE, _TRIES = "beside", "tries"
_PACK_COLUMNS = ("first_report", "last_report", "directory", "payload", "envelope_id", "kind")
_REJECT_COLUMNS = ("file_sha256", "row", "file_no", "field", "reason", "advice", "channel", "salt", "sealed")


@dataclass(frozen=True, slots=True)
class _Prepared:
    rows: Part
    linked: Linked


class _Links:
    """One part's links in the store's numbers."""

    def __init__(self, artefacts: Artefacts, stretch: int, part: int, where: Where) -> None:
        links = artefacts.read("locate", stretch, links_of(part))
        self._row, self._seq, locator = (links[name].to_numpy() for name in ("row", "seq", "locator"))
        self._locator, self._case = where.locator_ids[locator], where.case_ids[locator]

    def primary(self, count: int) -> tuple[Ints, Ints]:
        """Case and locator per row, 0 where a report has no locator."""
        cases, locators = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
        first = self._seq == 0
        cases[self._row[first]], locators[self._row[first]] = self._case[first], self._locator[first]
        return cases, locators

    def further(self) -> list[tuple[int, int, int, int]]:
        """(row, seq, case, locator) of the links that are not primary."""
        others = self._seq > 0
        columns = (self._row, self._seq, self._case, self._locator)
        return list(zip(*(column[others].tolist() for column in columns), strict=True))

    def linked(self, rows: pa.Table, verdicts: pa.Table, verdict: Ints) -> Linked:
        """Everything the case update counts, one entry per link (reports without a locator are left out)."""
        said = verdict[self._row]
        label, escalate, question, unread = (
            verdicts[name].to_numpy().astype(np.int64)[said] for name in ("label", "escalate", "question", "unread")
        )
        report, received, facts = (
            rows[name].to_numpy().astype(np.int64)[self._row] for name in ("report_id", "received_at", "facts")
        )
        return Linked(
            report, self._case, self._locator, self._seq, received, label, escalate, question, unread, facts
        )


class PartCommitter:
    """Commits the parts of one stretch in order; making it gives the stretch's locators their cases."""

    def __init__(self, store: Store, run: Run, artefacts: Artefacts, vault: PublicKey, stretch: int) -> None:
        self._store, self._run, self._artefacts = store, run, artefacts
        self._stretch = stretch
        self._sealer = Sealer(vault)
        self._conflict_envelope = self._new_try(vault)
        self._where = self._locators()
        self._linked: list[Linked] | None = []
        self._span = (0, -1)

    def commit(self, number: int) -> None:
        """Write one part: what stands beside its reports first, then the reports slice by slice."""
        rows = self._artefacts.read("rows", number, "rows")
        if rows.num_rows:
            first, last = rows["report_id"][0].as_py(), rows["report_id"][-1].as_py()
            self._span = (self._span[0] or first, last)
        sealed = self._optional(number, "sealed")
        self._write_beside(number, sealed)
        part = self._part(number, rows, sealed)
        as_given = commit_part(
            self._store,
            self._run.run_no,
            part.rows,
            lambda index: _words(rows, index) | {"file_sha256": self._run.rows_of(rows["file_no"][index].as_py())},
            self._sealer,
            self._conflict_envelope,
        )
        if as_given and self._linked is not None:
            self._linked.append(part.linked)
        else:
            self._linked = None

    def count(self) -> None:
        """Tell the cases: from memory if every row went in as it was read, else from the store."""
        whole = self._linked is not None
        linked = joined(self._linked or []) if whole else linked_in_store(self._store, *self._span)
        commit_cases(self._store, self._run.run_no, self._stretch, linked)

    def _locators(self) -> Where:
        locators, keys = (self._artefacts.read("group", self._stretch, name) for name in ("locators", "keys"))
        with writing(self._store.engine, bulk=True) as connection:
            number = self._put_envelope(connection, "group", self._stretch, LOCATOR_ENVELOPE)
        return commit_locators(self._store, number, self._run.versions["url_rules"], locators, keys)

    def _new_try(self, vault: PublicKey) -> int:
        """An envelope for this try's conflict rejects: every try seals under a data key of its own."""
        steps = schema.run_step.c
        with writing(self._store.engine, bulk=True) as connection:
            tries = connection.execute(
                select(func.count()).where(steps.run_no == self._run.run_no, steps.step == _TRIES)
            ).scalar_one()
            mark_step(connection, self._run.run_no, _TRIES, tries)
            number = envelope_id(self._run.run_no, tries, CONFLICT_ENVELOPE)
            row = (number, vault.key_id, self._sealer.envelope.wrapped)
            bulk.insert(connection, schema.envelope, ("envelope_id", "key_id", "wrapped"), [row])
        return number

    def _put_envelope(self, connection: Connection, stage: str, part: int, purpose: int) -> int:
        facts = self._artefacts.facts(stage, part)
        number = envelope_id(self._run.run_no, part, purpose)
        row = (number, facts["key_id"], bytes.fromhex(str(facts["wrapped"])))
        bulk.insert(connection, schema.envelope, ("envelope_id", "key_id", "wrapped"), [row])
        return number

    def _write_beside(self, number: int, sealed: pa.Table | None) -> None:
        """Envelopes, sealed packs and rejects of one part: one transaction, once."""
        packs = self._artefacts.read("seal", number, "packs")
        rejects = self._optional(number, "rejects")
        with writing(self._store.engine, bulk=True) as connection:
            if step_done(connection, self._run.run_no, _BESIDE, number):
                return
            text_envelope = self._put_envelope(connection, "seal", number, TEXT_ENVELOPE)
            ingest_envelope = self._put_envelope(connection, "rows", number, INGEST_ENVELOPE)
            rows = [(*row, text_envelope, 0) for row in _rows(packs, _PACK_COLUMNS[:4])]
            rows += [(*row, ingest_envelope, 1) for row in _extra_packs(sealed)]
            bulk.insert(connection, schema.sealed_text, _PACK_COLUMNS, rows)
            if rejects is not None:
                columns = (*_REJECT_COLUMNS, "run_no", "envelope_id", "status")
                entries = [(*row, self._run.run_no, ingest_envelope, "open") for row in _rows(rejects, _REJECT_COLUMNS)]
                bulk.insert(connection, schema.reject, columns, entries)
            mark_step(connection, self._run.run_no, _BESIDE, number)

    def _part(self, number: int, rows: pa.Table, sealed: pa.Table | None) -> _Prepared:
        """The part in the store's columns, and its links as arrays."""
        links = _Links(self._artefacts, self._stretch, number, self._where)
        sources = rows["source"].combine_chunks().dictionary_encode()
        source_no = source_numbers(self._store, sources.dictionary.to_pylist())
        verdicts = self._artefacts.read("classify", number, "verdicts")
        verdict = self._artefacts.read("classify", number, "rows")["verdict"].to_numpy()
        primary = links.primary(rows.num_rows)
        said = tuple(name for name in SAID_COLUMNS if rows[name].null_count < rows.num_rows)
        numbers = {
            **{name: rows[name].to_numpy() for name in ("report_id", "received_at", "facts")},
            "source_no": np.array(source_no, dtype=np.int64)[sources.indices.to_numpy()],
            "verdict_id": verdict_numbers(self._store, verdicts)[verdict],
            "locator_id": primary[1],
        }
        tuples = list(zip(
            numbers["report_id"].tolist(),
            numbers["source_no"].tolist(),
            rows["external_id"].to_pylist(),
            rows["content_digest"].to_pylist(),
            numbers["received_at"].tolist(),
            numbers["facts"].tolist(),
            numbers["verdict_id"].tolist(),
            *([one or None for one in column.tolist()] for column in primary),
            rows["salt"].to_pylist(),
            *(rows[name].to_pylist() for name in said),
            strict=True,
        ))  # fmt: skip
        texts = self._artefacts.read("seal", number, "texts")
        part = Part(
            number, said, tuples, links.further(),
            contacts=_contacts(sealed),
            contact_envelope=envelope_id(self._run.run_no, number, INGEST_ENVELOPE),
            texts=dict(zip(texts["report_id"].to_pylist(), texts["digest"].to_pylist(), strict=True)),
            imprints=imprints(numbers | {name: rows[name].combine_chunks() for name in TEXTS}, self._store.index_key),
            channel=rows["channel"],
            items=self._items(number),
        )  # fmt: skip
        return _Prepared(part, links.linked(rows, verdicts, verdict))

    def _items(self, number: int) -> tuple[tuple[Table, tuple[str, ...], list[tuple[Any, ...]]], ...]:
        """What came with the reports of the part's unit; rows of other parts of the unit are passed over later."""
        unit = number // PARTS_PER_UNIT
        if not has_attachments(self._artefacts, unit):
            return ()
        return tuple(
            (table, COLUMNS[name], _rows(self._artefacts.read(DIGEST, unit, name), COLUMNS[name]))
            for name, table in _ITEM_TABLES.items()
        )

    def _optional(self, number: int, name: str) -> pa.Table | None:
        return self._artefacts.read("rows", number, name) if name in self._artefacts.names("rows", number) else None


def _rows(table: pa.Table, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    return list(zip(*(table[name].to_pylist() for name in columns), strict=True))


def _contacts(sealed: pa.Table | None) -> dict[int, bytes]:
    if sealed is None:
        return {}
    rows = _rows(sealed, ("report_id", "field", "sealed"))
    return {report_id: content for report_id, field, content in rows if field == "contact"}


def _extra_packs(sealed: pa.Table | None) -> list[tuple[int, int, bytes, bytes]]:
    """Raw messages and extra columns, packed like texts."""
    fields: dict[str, dict[int, bytes]] = {"extra": {}, "raw": {}}
    for report_id, field, content in _rows(sealed, ("report_id", "field", "sealed")) if sealed is not None else ():
        if field in fields:
            fields[field][report_id] = content
    ids = sorted(set(fields["extra"]) | set(fields["raw"]))
    return list(pack(ids, {name: [column.get(one) for one in ids] for name, column in fields.items()}))


def _words(rows: pa.Table, index: int) -> dict[str, Any]:
    """What one row said, for a reject that must be kept."""
    names = (
        "external_id", "source", "received_at", "category", "area", "language", "reporter_group", "facts", "location",
        "description", "salt", "file_no", "row",
    )  # fmt: skip
    return {name: rows[name][index].as_py() for name in names}
