"""Open every sealed thing with the vault's private key: the only way to see a changed byte or two swapped ones."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, select

from pipeline.desk.call_log import CALL_LOG_FIELD
from pipeline.keys import PrivateKey, private_key
from pipeline.mending.listing import CONFLICT
from pipeline.mending.opening import SEALED_BESIDE, SEALED_CONTACT
from pipeline.packing import DESCRIPTION, FIELD_NUMBERS
from pipeline.sealed_inputs import SUFFIX, key_id_of, open_sealed
from pipeline.sealing import SALT_BYTES, Envelope, Opener
from pipeline.stages.group import LOCATOR_FIELD, locator_subject
from pipeline.stages.ingest import REJECT_FIELD
from pipeline.store.schema import envelope, report, vault_key
from pipeline.verify.deep_leads import Leads
from pipeline.verify.finding import Findings
from pipeline.verify.reports import shown
from pipeline.verify.stream import lookup, pieces
from pipeline.workspace import Workspace
from triage.consent import CONSENT, consent_in
from triage.errors import Damage, KeyProblem

_PACKS = 100
_ROWS = 5_000
_NAMES = {number: name for name, number in FIELD_NUMBERS.items()}


class _Openers:
    """Opened envelopes; a missing or foreign one is a finding, not the end."""

    def __init__(self, connection: Connection, workspace: Workspace, findings: Findings) -> None:
        self._connection, self._workspace, self._findings = connection, workspace, findings
        self._keys: dict[str, PrivateKey] = {}
        self._known = frozenset(connection.execute(select(vault_key.c.key_id)).scalars())
        self._last: tuple[int, Opener | None] = (-1, None)
        self.opened = 0

    def key(self, key_id: str) -> PrivateKey:
        """Raises KeyProblem if this workspace does not hold it."""
        if key_id not in self._keys:
            self._keys[key_id] = private_key(self._workspace, key_id)
        return self._keys[key_id]

    def of(self, number: int) -> Opener | None:
        if self._last[0] != number:
            row = self._connection.execute(select(envelope).where(envelope.c.envelope_id == number)).one_or_none()
            self._last = (number, None if row is None else self._unwrapped(number, row.key_id, bytes(row.wrapped)))
        return self._last[1]

    def open(
        self, opener: Opener | None, subject: int, salt: bytes, field: str, sealed: bytes, shown_as: str
    ) -> bytes | None:
        """What was sealed; None if it cannot be opened."""
        if opener is None:
            return None
        try:
            said = opener.open(subject, salt, field, sealed)
        except Damage:
            self._findings.add("sealed_changed", shown_as, f"its sealed {field} was changed or belongs elsewhere")
            return None
        self.opened += 1
        return said

    def _unwrapped(self, number: int, key_id: str, wrapped: bytes) -> Opener | None:
        if key_id not in self._known:
            self._findings.add("envelope", f"envelope {number}", "is of a key the vault never had")
            return None
        key = self.key(key_id)
        try:
            return Opener(key, Envelope(key_id, wrapped))
        except KeyProblem:
            self._findings.add("envelope", f"envelope {number}", "was changed: what lies under it cannot be opened")
            return None


def open_everything(connection: Connection, workspace: Workspace, findings: Findings, leads: Leads) -> int:
    """Open texts, contacts, addresses, rejects, logs of calls and sealed input files; answers how many opened.

    What has no salt is passed over: it is found without a key. `leads` is told of every address and text. Raises
    KeyProblem where a private key is not here.
    """
    openers = _Openers(connection, workspace, findings)
    _texts(connection, openers, leads, _rejects(connection, openers))
    _contacts(connection, openers, findings)
    _locators(connection, openers, leads)
    _call_logs(connection, openers)
    for path in sorted(workspace.sealed_inputs.glob("*" + SUFFIX)):
        _input(path, openers, findings)
    return openers.opened


def _salts(connection: Connection, ids: set[int]) -> dict[int, tuple[bytes, int]]:
    """Of each report its salt, empty where it has none any more, and its case."""
    found = lookup(connection, report, "report_id", ids, ("salt", "case_id"))
    return {row[0]: (bytes(row[1] or b""), row[2]) for row in found}


def _texts(connection: Connection, openers: _Openers, leads: Leads, beside: dict[int, tuple[bytes, str]]) -> None:
    """Every sealed text, and what rejected rows brought `beside` their words (their salts, and how they are shown)."""
    statement = "SELECT envelope_id, directory, payload FROM sealed_text ORDER BY envelope_id, first_report"
    for rows in pieces(connection, statement, _PACKS):
        listed = [_entries(row[1]) for row in rows]
        salts = _salts(connection, {entry[0] for entries in listed for entry in entries})
        for row, entries in zip(rows, listed, strict=True):
            opener = openers.of(row[0])
            for report_id, field, offset, length in entries:
                sealed, name = bytes(row[2][offset : offset + length]), _NAMES.get(field, "")
                if report_id in salts:
                    salt, case_id = salts[report_id]
                    said = openers.open(opener, report_id, salt, name, sealed, shown(report_id)) if salt else None
                    if name == DESCRIPTION:
                        leads.note_text(case_id, said)
                elif report_id in beside:
                    salt, of = beside[report_id]
                    openers.open(opener, report_id, salt, name, sealed, of)


def _entries(directory: bytes) -> list[Any]:
    whole = directory[: len(directory) // 32 * 32]
    entries: list[Any] = np.frombuffer(whole, dtype="<i8").reshape(-1, 4).tolist()
    return [entry for entry in entries if entry[2] >= 0 and entry[3] >= 0]


def _contacts(connection: Connection, openers: _Openers, findings: Findings) -> None:
    """Open every contact, and hold what its reporter allowed, sealed with it, against what the report says of that."""
    statement = "SELECT envelope_id, report_id, sealed FROM contact ORDER BY envelope_id, report_id"
    for rows in pieces(connection, statement, _ROWS):
        told = lookup(connection, report, "report_id", {row[1] for row in rows}, ("salt", "facts"))
        known = {row[0]: (bytes(row[1]), row[2]) for row in told if row[1]}
        for number, report_id, sealed in rows:
            if report_id not in known:
                continue
            salt, facts = known[report_id]
            said = openers.open(openers.of(number), report_id, salt, "contact", bytes(sealed), shown(report_id))
            allowed = None if said is None else consent_in(json.loads(said.decode("utf-8", "surrogatepass")))
            if allowed is not None and allowed != facts & CONSENT:
                findings.add("consent", shown(report_id), "the store says another consent than its reporter gave")


def _locators(connection: Connection, openers: _Openers, leads: Leads) -> None:
    columns = "envelope_id, first_id, last_id, salts, digests, lengths, payload"
    statement = f"SELECT {columns} FROM locator_pack ORDER BY first_id"
    for rows in pieces(connection, statement, _PACKS):
        for number, first, last, salts, digests, lengths, payload in rows:
            opener = openers.of(number)
            ends = np.cumsum(np.frombuffer(lengths[: len(lengths) // 4 * 4], dtype="<i4")).tolist()
            start = 0
            for index, end in enumerate(ends[: last - first + 1]):
                salt = bytes(salts[index * SALT_BYTES : (index + 1) * SALT_BYTES])
                digest = bytes(digests[index * 16 : (index + 1) * 16])
                name = f"locator {first + index}"
                sealed, subject = bytes(payload[start:end]), locator_subject(digest)
                leads.note_place(first + index, openers.open(opener, subject, salt, LOCATOR_FIELD, sealed, name))
                start = end


def _rejects(connection: Connection, openers: _Openers) -> dict[int, tuple[bytes, str]]:
    """Open every reject, and the contact sealed inside that of a known id; answers the salts of what lies beside."""
    beside: dict[int, tuple[bytes, str]] = {}
    statement = "SELECT envelope_id, reject_id, row, salt, sealed, reason FROM reject ORDER BY envelope_id, reject_id"
    for rows in pieces(connection, statement, _ROWS):
        for number, reject_id, row, salt, sealed, reason in rows:
            if salt is None:
                continue
            name = f"reject {reject_id}"
            said = openers.open(openers.of(number), row, bytes(salt), REJECT_FIELD, bytes(sealed), name)
            if said is None or reason != CONFLICT:
                continue
            words = json.loads(said)
            if SEALED_BESIDE in words:
                own = json.loads(words[SEALED_BESIDE])
                beside[own["report_id"]] = bytes.fromhex(own["salt"]), name
            if SEALED_CONTACT in words:
                own = json.loads(words[SEALED_CONTACT])
                salt, sealed = bytes.fromhex(own["salt"]), bytes.fromhex(own["sealed"])
                openers.open(openers.of(own["envelope_id"]), own["report_id"], salt, "contact", sealed, name)
    return beside


def _call_logs(connection: Connection, openers: _Openers) -> None:
    statement = "SELECT envelope_id, call_id, salt, sealed FROM urgent_call WHERE sealed IS NOT NULL ORDER BY call_id"
    for rows in pieces(connection, statement, _ROWS):
        for number, call_id, salt, sealed in rows:
            name = f"call {call_id}"
            openers.open(openers.of(number), call_id, bytes(salt or b""), CALL_LOG_FIELD, bytes(sealed), name)


def _input(path: Path, openers: _Openers, findings: Findings) -> None:
    digest = hashlib.sha256()
    try:
        for piece in open_sealed(path, openers.key(key_id_of(path))):
            digest.update(piece)
        whole = digest.hexdigest() == path.name.removesuffix(SUFFIX)
    except Damage:
        whole = False
    openers.opened += whole
    if not whole:
        findings.add("sealed_input_changed", path.name[:16], "this sealed input file was cut or changed")
