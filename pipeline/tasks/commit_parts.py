"""Turn one part's artefacts into rows of the store and hand them to the store's commit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection, func, select

from pipeline.artefacts import Artefacts
from pipeline.keys import PublicKey
from pipeline.packing import pack
from pipeline.runs import Run
from pipeline.sealing import Sealer
from pipeline.store import bulk, schema
from pipeline.store.commit_locators import Where, commit_locators
from pipeline.store.commit_reports import Part, commit_part, mark_step, step_done
from pipeline.store.engine import writing
from pipeline.store.names import source_numbers, verdict_numbers
from pipeline.store.store import Store

INGEST_ENVELOPE, TEXT_ENVELOPE, LOCATOR_ENVELOPE, CONFLICT_ENVELOPE = range(4)
_ENVELOPE_RUN_SHIFT = 34
_ENVELOPE_PURPOSES = 4
_BESIDE, _TRIES = "beside", "tries"
_PACK_COLUMNS = ("first_report", "last_report", "directory", "payload", "envelope_id", "kind")
_ROW_COLUMNS = ("external_id", "content_digest", "received_at", "category", "area", "language", "reporter_group", "facts")
_REJECT_COLUMNS = ("file_sha256", "row", "file_no", "field", "reason", "advice", "channel", "salt", "sealed")


def envelope_id(run_no: int, part: int, purpose: int) -> int:
    """A number for the envelope of one part and purpose, the same on every try."""
    return (run_no << _ENVELOPE_RUN_SHIFT) | (part * _ENVELOPE_PURPOSES + purpose)


class PartCommitter:
    """Commits the parts of one run in order; making it gives the batch's locators their cases."""

    def __init__(self, store: Store, run: Run, artefacts: Artefacts, vault: PublicKey) -> None:
        self._store, self._run, self._artefacts = store, run, artefacts
        self._sealer = Sealer(vault)
        self._conflict_envelope = self._new_try(vault)
        self._where = self._locators()

    def commit(self, number: int) -> None:
        """Write one part: what stands beside its reports first, then the reports slice by slice."""
        rows = self._artefacts.read("rows", number, "rows")
        sealed = self._optional(number, "sealed")
        self._write_beside(number, sealed)
        part = self._part(number, rows, sealed)
        commit_part(self._store, self._run.run_no, part, lambda index: _words(rows, index), self._sealer, self._conflict_envelope)

    def _locators(self) -> Where:
        locators, keys = (self._artefacts.read("group", 0, name) for name in ("locators", "keys"))
        with writing(self._store.engine, bulk=True) as connection:
            number = self._put_envelope(connection, "group", 0, LOCATOR_ENVELOPE)
        return commit_locators(self._store, self._run.run_no, number, self._run.versions["url_rules"], locators, keys)

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

    def _part(self, number: int, rows: pa.Table, sealed: pa.Table | None) -> Part:
        """The part in the store's columns."""
        cases, locators, further = self._links(number, rows.num_rows)
        sources = rows["source"].combine_chunks().dictionary_encode()
        source_no = source_numbers(self._store, sources.dictionary.to_pylist())
        verdicts = self._verdict_ids(number)
        columns = [rows[name].to_pylist() for name in _ROW_COLUMNS]
        report_ids = rows["report_id"].to_pylist()
        source_column = [source_no[code] for code in sources.indices.to_pylist()]
        tuples = list(zip(
            report_ids, source_column, *columns, verdicts, cases, locators, rows["salt"].to_pylist(), strict=True
        ))  # fmt: skip
        texts = self._artefacts.read("seal", number, "texts")
        return Part(
            number, tuples, further,
            contacts=_contacts(sealed),
            contact_envelope=envelope_id(self._run.run_no, number, INGEST_ENVELOPE),
            texts=dict(zip(texts["report_id"].to_pylist(), texts["digest"].to_pylist(), strict=True)),
            channel=rows["channel"],
        )  # fmt: skip

    def _links(self, number: int, count: int) -> tuple[list[int | None], list[int | None], list[tuple[int, int, int, int]]]:
        """Primary case and locator per row (None without one), and the links that are not primary."""
        links = self._artefacts.read("locate", number, "links")
        batch_numbers = self._artefacts.read("group", 0, f"map-{number}")["locator"].to_numpy()
        row, seq = links["row"].to_numpy(), links["seq"].to_numpy()
        locator = batch_numbers[links["locator"].to_numpy()] if len(row) else row
        locator_ids, case_ids = self._where.locator_ids[locator], self._where.case_ids[locator]
        cases, locators = np.full(count, 0, dtype=np.int64), np.full(count, 0, dtype=np.int64)
        first = seq == 0
        cases[row[first]], locators[row[first]] = case_ids[first], locator_ids[first]
        others = ~first
        further = list(zip(*(column[others].tolist() for column in (row, seq, case_ids, locator_ids)), strict=True))
        return [case or None for case in cases.tolist()], [one or None for one in locators.tolist()], further

    def _verdict_ids(self, number: int) -> list[int]:
        verdicts = self._artefacts.read("classify", number, "verdicts")
        ids = verdict_numbers(self._store, verdicts)
        return [int(one) for one in ids[self._artefacts.read("classify", number, "rows")["verdict"].to_numpy()]]

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
    names = ("external_id", "source", "received_at", "category", "area", "language", "location", "description", "salt")
    return {name: rows[name][index].as_py() for name in names}
