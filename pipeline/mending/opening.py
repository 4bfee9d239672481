"""Open what a reject carries, with the vault's private key; every look is written to the audit chain first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from pipeline.bootstrap import App
from pipeline.channels._rejects import IN_PART, RAW_MESSAGE, message_kept
from pipeline.channels.email_message import EmailMessage
from pipeline.desk.people import actor
from pipeline.desk.times import clocks
from pipeline.inputs import INCOMING
from pipeline.keys import private_key
from pipeline.mending.listing import CONFLICT, OPEN, shown
from pipeline.packing import unpack
from pipeline.runs import load
from pipeline.sealing import Envelope, Opener
from pipeline.stages.digest import Item, read_back
from pipeline.stages.ingest import REJECT_FIELD
from pipeline.store.engine import reading, writing
from pipeline.store.schema import envelope, reject, run, sealed_text
from triage.consent import without_consent
from triage.errors import Damage, HotlineError, UsageError
from triage.people import Act, Person, require
from triage.report import FIELDS, Fact

SEALED_CONTACT, SEALED_BESIDE = "sealed_contact", "sealed_beside"
RAW, EXTRA = "raw", "extra"
_FROM_FILE = "file:"
_YES = (
    (Fact.CONTACT_IS_SAFE, "contact_is_safe"), (Fact.POLICE_MAY_CONTACT, "police_may_contact_me"),
    (Fact.OWN_CHILD, "concerns_own_child"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opened:
    """All a reject carries. `values` as an input row has them (field name to text; other columns under their names),
    `items` its attachments as they were digested, `raw` the message it came in, byte for byte, and `folder` where its
    file lay, None where nobody knows."""

    values: dict[str, str]
    items: tuple[Item, ...]
    raw: bytes | None
    folder: Path | None


def opened(
    app: App, person: Person, reject_ids: Iterable[int], now: datetime, *, why: str
) -> dict[int, dict[str, str]]:
    """The values of rejects, see `opened_whole`."""
    return {number: one.values for number, one in opened_whole(app, person, reject_ids, now, why=why).items()}


def opened_whole(
    app: App, person: Person, reject_ids: Iterable[int], now: datetime, *, why: str
) -> dict[int, Opened]:
    """All that rejects carry.

    `why` is `shown` or `mending`, for the audit event. Raises RuleBroken, UsageError for an unknown reject, KeyProblem
    without the private key, Damage.
    """
    require(person, Act.MEND_REJECT)
    wanted = sorted(set(reject_ids))
    with reading(app.store.engine) as connection:
        rows = [_row(connection, reject_id) for reject_id in wanted]
        found = {row.reject_id: _opened(app, connection, row) for row in rows}
    with writing(app.store.engine) as connection:
        for reject_id in wanted:
            app.store.record(connection, now, actor(person), "reject_opened", shown(reject_id), {"why": why})
    return found


def require_open(connection: Connection, reject_id: int) -> Any:
    """The reject's row. Raises UsageError if there is none or it is done with."""
    row = _row(connection, reject_id)
    if row.status != OPEN:
        raise UsageError(f"reject {shown(reject_id)} is {row.status} already: see `hotline rejects list --status all`")
    return row


def _row(connection: Connection, reject_id: int) -> Any:
    row = connection.execute(
        select(reject, run.c.registered_at, run.c.run_id).join(run, run.c.run_no == reject.c.run_no)
        .where(reject.c.reject_id == reject_id)
    ).one_or_none()  # fmt: skip
    if row is None:
        raise UsageError(f"there is no reject {shown(reject_id)}: see `hotline rejects list`")
    return row


def _opened(app: App, connection: Connection, row: Any) -> Opened:
    if row.salt is None:
        raise UsageError(f"reject {shown(row.reject_id)} was erased: nothing of it is left")
    opener = _opener(app, connection, row.envelope_id)
    sealed = json.loads(_text(opener.open(row.row, bytes(row.salt), REJECT_FIELD, bytes(row.sealed))))
    words, items = sealed if isinstance(sealed, list) else (sealed, [])
    said = _strings(words)
    if row.reason == CONFLICT:
        said = _of_conflict(app, connection, said)
    said.setdefault("channel", row.channel)
    if "received_at" not in said:
        said["received_at"] = _without_offset(row.registered_at)
    return Opened(said, read_back(items), _message(row, said), _folder(app, row))


def _message(row: Any, said: Mapping[str, str]) -> bytes | None:
    """The whole mail, where the reject came in one and has it whole."""
    kept = said.get(RAW_MESSAGE, None if row.reason in IN_PART else said.get(RAW))
    try:
        return kept.encode("latin-1") if kept is not None and row.channel == EmailMessage.name else None
    except UnicodeEncodeError:  # a row of a table that calls itself a mail, with a column of that name
        return None


def _folder(app: App, row: Any) -> Path | None:
    """Where the file of a reject lay; None for one a person entered, and where its run's manifest is gone."""
    try:
        folder = Path(load(app.workspace, row.run_id).files[row.file_no].path).parent
    except (HotlineError, IndexError):
        return None
    return None if folder == app.workspace.root / INCOMING else folder


def _of_conflict(app: App, connection: Connection, said: Mapping[str, str]) -> dict[str, str]:
    """A conflict's words in the store's form, back as an input row; its contact was sealed on its own."""
    values = {name: text for name, text in said.items() if name in FIELDS and name not in ("source", "received_at")}
    source = said.get("source", "").partition("\x1f")[2]
    if source and not source.startswith(_FROM_FILE):
        values["source"] = source
    values["id"] = said.get("external_id", "")
    facts = Fact(int(said.get("facts", "0")))
    received = int(said["received_at"])
    assumed = Fact.TIME_ASSUMED in facts
    values["received_at"] = _without_offset(received) if assumed else datetime.fromtimestamp(received, UTC).isoformat()
    values |= {name: "yes" for fact, name in _YES if fact in facts}
    if SEALED_BESIDE in said:
        values |= _beside(app, connection, json.loads(said[SEALED_BESIDE]))
    if SEALED_CONTACT in said:
        own = json.loads(said[SEALED_CONTACT])
        opener = _opener(app, connection, own["envelope_id"])
        salt, sealed = bytes.fromhex(own["salt"]), bytes.fromhex(own["sealed"])
        values |= without_consent(_json(opener.open(own["report_id"], salt, "contact", sealed)))
    return values


def _without_offset(seconds: int) -> str:
    """A time that is assumed, as intake reads it back: in the hotline's own zone."""
    return datetime.fromtimestamp(seconds, clocks().zone).replace(tzinfo=None).isoformat()


def _beside(app: App, connection: Connection, own: dict[str, Any]) -> dict[str, str]:
    """The other columns of a conflicting row and the message it came in: sealed with its part, opened by the salt the
    reject kept."""
    table = sealed_text.c
    packs = connection.execute(
        select(sealed_text).where(
            table.kind == 1, table.first_report <= own["report_id"], table.last_report >= own["report_id"]
        )
    )
    for row in packs:
        held = unpack(bytes(row.directory), bytes(row.payload), own["report_id"])
        if held:
            opener, salt = _opener(app, connection, row.envelope_id), bytes.fromhex(own["salt"])
            found = {
                name: opener.open(own["report_id"], salt, name, held[name]) for name in (EXTRA, RAW) if name in held
            }
            return (_json(found[EXTRA]) if EXTRA in found else {}) | message_kept(found.get(RAW))
    return {}


def _opener(app: App, connection: Connection, number: int) -> Opener:
    row = connection.execute(select(envelope).where(envelope.c.envelope_id == number)).one_or_none()
    if row is None:
        raise Damage("an envelope is missing from the store: run `hotline verify`")
    return Opener(private_key(app.workspace, row.key_id), Envelope(row.key_id, bytes(row.wrapped)))


def _json(content: bytes) -> dict[str, str]:
    return _strings(json.loads(_text(content)))


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogatepass")


def _strings(said: Mapping[str, object]) -> dict[str, str]:
    return {str(name): str(value) for name, value in said.items()}
