"""Sealed things from the outside, without a key: directories fit their payloads, numbers fit their rows."""

from __future__ import annotations

from typing import Any

import numpy as np
from sqlalchemy import Connection

from pipeline.packing import FIELD_NUMBERS
from pipeline.sealing import SALT_BYTES
from pipeline.store.schema import report
from pipeline.verify.finding import Findings
from pipeline.verify.reports import Seen, run_of, shown
from pipeline.verify.stream import Ints, columns, lookup, mixed, pieces
from pipeline.verify.world import World
from triage.report import Fact

ENTRY_BYTES = 32
TAG_BYTES = 16
_DIGEST_BYTES = 16
_PACKS = 200
KINDS: dict[int, frozenset[int]] = {
    0: frozenset({FIELD_NUMBERS["location"], FIELD_NUMBERS["description"]}),
    1: frozenset({FIELD_NUMBERS["extra"], FIELD_NUMBERS["raw"]}),
}


def check_text_packs(connection: Connection, world: World, seen: dict[int, Seen], findings: Findings) -> None:
    """Directories of sealed texts; and that every report that said something has it there."""
    texts: dict[int, tuple[int, int]] = {}
    statement = (
        "SELECT first_report, kind, last_report, directory, LENGTH(payload) FROM sealed_text"
        " ORDER BY first_report, kind"
    )
    for rows in pieces(connection, statement, _PACKS):
        found: list[Ints] = []
        for row in rows:
            said = _directory(row, findings)
            if said is not None:
                found.append(said[said[:, 1] == FIELD_NUMBERS["description"], 0])
        _count_texts(connection, np.concatenate([np.empty(0, dtype=np.int64), *found]), texts)
    for number, one in seen.items():
        of, (there, mix) = world.runs.get(number), texts.get(number, (0, 0))
        if of is None or of.committed_at is None:
            continue
        if there != one.texts:
            findings.add("text_missing", of.run_id, f"{one.texts} reports have a text, {there} sealed ones are there")
        elif mix != one.text_mix:
            findings.add("text_missing", of.run_id, "a report has a text, and what is sealed is said to be another's")


def _directory(row: tuple[Any, ...], findings: Findings) -> Ints | None:
    """The entries of one directory, or None with a finding."""
    first, kind, last, directory, size = row
    if len(directory) % ENTRY_BYTES:
        findings.add("text_pack", shown(first), "the directory of its sealed texts was cut")
        return None
    entries = np.frombuffer(directory, dtype="<i8").reshape(-1, 4).astype(np.int64)
    ids, fields, offsets, lengths = entries.T
    fits = (
        len(entries) > 0 and ids.min() == first and ids.max() == last and len(np.unique(run_of(ids))) == 1
        and set(fields.tolist()) <= KINDS.get(kind, frozenset()) and (lengths >= TAG_BYTES).all()
        and len(np.unique(ids * len(FIELD_NUMBERS) + fields)) == len(ids)
        and np.array_equal(offsets, np.cumsum(lengths) - lengths) and int(lengths.sum()) == size
    )  # fmt: skip
    if not fits:
        findings.add("text_pack", shown(first), "the directory of its sealed texts does not fit what it lists")
        return None
    return entries


def _count_texts(connection: Connection, ids: Ints, texts: dict[int, tuple[int, int]]) -> None:
    if not len(ids):
        return
    facts = columns(lookup(connection, report, "report_id", ids.tolist(), ("facts",)), 2)
    said = facts[0][(facts[1] & int(Fact.HAS_TEXT)) > 0]
    for number in np.unique(run_of(said)).tolist():
        mine = said[run_of(said) == number]
        count, mix = texts.get(number, (0, 0))
        texts[number] = count + len(mine), (mix + mixed(mine)) % 2**64


def check_locator_packs(connection: Connection, world: World, findings: Findings) -> None:
    """Every address is in exactly one pack, under its own number and digest."""
    digests = np.zeros((len(world.locator_case), 2), dtype=np.int64)
    for rows in pieces(connection, "SELECT locator_id, digest FROM locator"):
        numbers = columns([row[:1] for row in rows], 1)[0]
        digests[numbers] = np.frombuffer(b"".join(bytes(row[1]) for row in rows), dtype="<i8").reshape(-1, 2)
    packed = np.zeros(len(world.locator_case), dtype=bool)
    statement = "SELECT first_id, last_id, salts, digests, lengths, LENGTH(payload) FROM locator_pack ORDER BY first_id"
    for rows in pieces(connection, statement, _PACKS):
        for row in rows:
            _locator_pack(row, digests, packed, findings)
    for number in np.flatnonzero((world.locator_case >= 0) & ~packed):
        findings.add("locator_unsealed", f"locator {number}", "the store lost what this address was")


def _locator_pack(row: tuple[Any, ...], digests: Ints, packed: Any, findings: Findings) -> None:
    first, last, salts, own, lengths, size = row
    count = last - first + 1
    whole = (
        count > 0 and len(salts) == count * SALT_BYTES and len(own) == count * _DIGEST_BYTES
        and len(lengths) == count * 4 and int(np.frombuffer(lengths, dtype="<i4").sum()) == size and last < len(packed)
    )  # fmt: skip
    if not whole:
        findings.add("locator_pack", f"locator {first}", "a pack of sealed addresses was cut or changed")
        return
    said = np.frombuffer(own, dtype="<i8").reshape(-1, 2)
    for offset in np.flatnonzero((said != digests[first : last + 1]).any(axis=1)):
        findings.add("locator_digest", f"locator {first + offset}", "its number and its sealed form name two addresses")
    packed[first : last + 1] = True
