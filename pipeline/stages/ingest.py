"""Turn one channel's rows into the rows artefact, sealing at the door what later stages must not read.

Contact data, extra columns, raw messages and everything a reject carries are sealed to the vault here, in the process
that read them; what the reporter wrote goes on under the run's working key only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pyarrow as pa

from pipeline.attachments import MOST_PER_REPORT, names_in
from pipeline.channels.base import RowReject
from pipeline.identity import content_digests, own_digests, row_identity, stored_id, stored_ids, stored_source
from pipeline.intake import Accepted
from pipeline.sealing import Sealer, new_salts
from pipeline.stages.digest import Item, written
from triage.answer_contact import usable_address
from triage.consent import with_consent
from triage.own_contact import CONTACT_VALUE_FIELDS, contact_keys
from triage.report import FIELDS, Fact, ReportId

_DIGESTED = tuple(name for name in FIELDS if name not in ("id", "channel"))
_COLUMNS = ("category", "area", "language", "reporter_group", "location", "description", "channel")
REJECT_FIELD = "reject"
_OF_CHANNEL = {"sos": Fact.ALERT, "iccam": Fact.ASSIGNED}
"""What a channel alone says, whether the file or (a mended row) the row names it."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What ingest knows of the file a chunk came from; `digest` is what its rows are known by (`Run.rows_of`)."""

    file_no: int
    digest: str
    channel: str


def rows_table(
    accepted: Accepted, file: FileFacts, run_no: int, unit: int, first_row: int, sealer: Sealer, index_key: bytes
) -> tuple[pa.Table, pa.Table]:
    """The rows of one chunk and, beside them, their sealed fields (`report_id`, `field`, `sealed`)."""
    count = len(accepted.row_numbers)
    base = ReportId(run_no, unit, first_row).packed()
    ids = list(range(base, base + count))
    salts = new_salts(count)
    columns = accepted.columns
    sources, externals = _identities(accepted, file, index_key)
    names = [name for name in _DIGESTED if any(columns[name])]
    arrays = {name: text_array(columns[name]) for name in {*names, *_COLUMNS}}
    beside = [text_array(accepted.contact), text_array(accepted.extra)]
    which = pa.scalar(",".join(names), pa.large_string())
    facts = _facts(accepted, file.channel)
    digests = content_digests([which, *(arrays[name] for name in names), *beside], index_key)
    table = pa.table({
        "report_id": pa.array(ids, pa.int64()),
        "source": pa.array(sources, pa.string()),
        "external_id": pa.array(externals, pa.string()),
        "file_no": pa.array(np.full(count, file.file_no, dtype=np.int32)),
        "row": pa.array(accepted.row_numbers, pa.int64()),
        "content_digest": pa.array(digests, pa.binary()),
        "salt": pa.array(salts, pa.binary()),
        "received_at": pa.array(accepted.received_at, pa.int64()),
        "facts": pa.array(facts, pa.int32()),
        "attachments": _counts(columns["attachments"]),
        "own": _own(columns, index_key),
        **{name: arrays[name] for name in _COLUMNS},
    })  # fmt: skip
    sealed = _sealed_fields(accepted, facts, ids, salts, sealer)
    return table, sealed


def reject_table(
    rejects: Sequence[RowReject], attached: Sequence[Sequence[Item]], file: FileFacts, sealer: Sealer
) -> pa.Table:
    """Rejects with their words, and what `attached` has for each, sealed; only file, row, field, reason and advice are
    readable."""
    salts = new_salts(len(rejects))
    return pa.table({
        "file_no": pa.array([file.file_no] * len(rejects), pa.int32()),
        "row": pa.array([reject.row for reject in rejects], pa.int64()),
        "field": pa.array([reject.field for reject in rejects], pa.string()),
        "reason": pa.array([reject.reason for reject in rejects], pa.string()),
        "advice": pa.array([reject.advice for reject in rejects], pa.string()),
        "channel": pa.array([file.channel] * len(rejects), pa.string()),
        "file_sha256": pa.array([file.digest] * len(rejects), pa.string()),
        "salt": pa.array(salts, pa.binary()),
        "sealed": pa.array(
            [
                seal_reject(sealer, reject.row, salt, reject.values, items)
                for reject, salt, items in zip(rejects, salts, attached, strict=True)
            ],
            pa.binary(),
        ),
    })  # fmt: skip


def seal_reject(
    sealer: Sealer, row: int, salt: bytes, values: Mapping[str, str], items: Sequence[Item] = ()
) -> bytes:
    """What a rejected row said, as sealed JSON: its values, or where it had attachments both as a list."""
    said = [dict(values), written(items)] if items else dict(values)
    return sealer.seal(row, salt, REJECT_FIELD, json.dumps(said).encode("utf-8", "surrogatepass"))


def text_array(values: Sequence[str | None]) -> pa.Array:
    """Text for Arrow; a lone surrogate (which UTF-8 cannot hold) becomes the replacement sign in this working copy.

    The sealed copy is made from the same column, so such a text is kept with the sign; bytes that are no text at all
    are rejects long before this.
    """
    try:
        return pa.array(values, pa.large_string())
    except UnicodeEncodeError:
        cleaned = [None if value is None else value.encode("utf-8", "replace").decode() for value in values]
        return pa.array(cleaned, pa.large_string())


def _identities(accepted: Accepted, file: FileFacts, index_key: bytes) -> tuple[list[str], list[str]]:
    """Source words and ids as stored; a row without an id is known by its file and row."""
    ids, sources, channels = (accepted.columns[name] for name in ("id", "source", "channel"))
    plain = {source: "" if source is None else stored_source(source, index_key) for source in set(sources)}
    words = {
        (channel, source): f"{channel}\x1f{plain[source]}"
        for channel, source in set(zip(channels, sources, strict=True))
    }
    named = (
        list(words.values()) * len(ids) if len(words) == 1
        else [words[pair] for pair in zip(channels, sources, strict=True)]
    )  # fmt: skip
    if all(ids):
        return named, stored_ids([str(value) for value in ids], index_key)
    source_of_rows = row_identity(file.digest, 0)[0]
    pairs = [
        (word, stored_id(value, index_key)) if value
        else (f"{channel}\x1f{source_of_rows}", row_identity(file.digest, row)[1])
        for word, value, channel, row in zip(named, ids, channels, accepted.row_numbers, strict=True)
    ]  # fmt: skip
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def _facts(accepted: Accepted, channel: str) -> list[int]:
    columns = accepted.columns
    always = _OF_CHANNEL.get(channel, Fact(0))
    flags: list[tuple[Fact, Sequence[object]]] = [
        (Fact.HAS_CONTACT, accepted.contact),
        (Fact.CONTACT_IS_SAFE, [value == "yes" for value in columns["contact_is_safe"]]),
        (Fact.POLICE_MAY_CONTACT, [value == "yes" for value in columns["police_may_contact_me"]]),
        (Fact.OWN_CHILD, [value == "yes" for value in columns["concerns_own_child"]]),
        (Fact.TIME_ASSUMED, accepted.assumed),
        (Fact.HAS_ATTACHMENT, columns["attachments"]),
        (Fact.HAS_TEXT, columns["description"]),
        (Fact.NO_EMAIL, _without_email(accepted)),
        (Fact.UNHEARD, accepted.unheard),
    ]
    totals = [int(always)] * len(accepted.row_numbers)
    if _OF_CHANNEL.keys() & set(columns["channel"]):
        totals = [int(always | _OF_CHANNEL.get(said or "", Fact(0))) for said in columns["channel"]]
    for fact, column in flags:
        if any(column):
            bit = int(fact)
            totals = [total | bit if value else total for total, value in zip(totals, column, strict=True)]
    return totals


def _without_email(accepted: Accepted) -> list[bool]:
    """Which rows brought a contact no mail can reach: no address, several, or a miswritten one. People put an address
    into the field of the telephone."""
    if not any(accepted.contact):
        return []
    said = [accepted.columns[name] for name in CONTACT_VALUE_FIELDS]
    return [
        contact is not None and not any("@" in value and usable_address(value) for value in values if value)
        for contact, *values in zip(accepted.contact, *said, strict=True)
    ]


def _own(columns: Mapping[str, Sequence[str | None]], index_key: bytes) -> pa.Array:
    """Keyed digests of the ways to reach the reporter, one behind the other, so that `locate` knows them unread."""
    said = [columns[name] for name in CONTACT_VALUE_FIELDS]
    if not any(map(any, said)):
        return pa.nulls(len(said[0]), pa.binary())
    keys = [sorted(contact_keys(filter(None, values))) if any(values) else () for values in zip(*said, strict=True)]
    digests = iter(own_digests((key for of_row in keys for key in of_row), index_key))
    return pa.array([b"".join(islice(digests, len(of_row))) or None for of_row in keys], pa.binary())


def _counts(attachments: Sequence[str | None]) -> pa.Array:
    if not any(attachments):
        return pa.array(np.zeros(len(attachments), dtype=np.int32))
    return pa.array([min(len(names_in(value)), MOST_PER_REPORT + 1) for value in attachments], pa.int32())


def _sealed_fields(
    accepted: Accepted, facts: list[int], ids: list[int], salts: list[bytes], sealer: Sealer
) -> pa.Table:
    rows: list[tuple[int, str, bytes]] = []
    told = zip(accepted.contact, facts, strict=True) if any(accepted.contact) else ()
    contacts = [None if said is None else with_consent(said, allowed) for said, allowed in told]
    for field, column in (("contact", contacts), ("extra", accepted.extra if any(accepted.extra) else ())):
        rows += [
            (ids[index], field, sealer.seal(ids[index], salts[index], field, said.encode("utf-8", "surrogatepass")))
            for index, said in enumerate(column)
            if said is not None
        ]
    rows += [
        (ids[index], "raw", sealer.seal(ids[index], salts[index], "raw", message))
        for index, message in enumerate(accepted.raw or [])
        if message is not None
    ]
    return pa.table({
        "report_id": pa.array([row[0] for row in rows], pa.int64()),
        "field": pa.array([row[1] for row in rows], pa.string()),
        "sealed": pa.array([row[2] for row in rows], pa.large_binary()),
    })  # fmt: skip
