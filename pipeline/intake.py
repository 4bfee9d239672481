"""Checks what a channel handed over, the same way for all channels: rows become accepted rows or rejects with a reason.

Whole columns at a time. Nothing a reporter wrote is dropped: a word no closed list knows is kept under `extra`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.categories import words
from pipeline.channels._rejects import message_kept
from pipeline.channels.base import Column, RawRows, RowReject
from pipeline.channels.registry import all_channels
from pipeline.desk.times import clocks
from pipeline.identity import is_code
from pipeline.routes import routes
from pipeline.unheard import unheard
from triage.clocks import end_of_day
from triage.report import CONTACT_FIELDS, FIELDS

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC).timestamp()
"""Before the first public hotlines a report's time can only be a mistake."""
FUTURE_SECONDS = 86_400
"""A sender's clock may run ahead by a day; more is a mistake."""
_SECONDS = pa.timestamp("s", "UTC")
_LOCAL_TIME = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\.?(?:,?\s+(\d{1,2}):(\d\d)(?::(\d\d))?)?")
_MOST_DAY_CHARS = 10
"""Whatever ISO 8601 writes shorter than this is a day without a time."""
_NEEDED = ("location", "description", "attachments")
_KEPT_SEALED = ("victim_sex", "victim_age_band", "relationship", "violence_kind", "attachments")
"""Said in closed lists (Istanbul Convention, Article 11) or by the sender's program; kept whole, with `extra`."""
FREE_CHANNELS = ("phone", "walk_in")
_BY_CHANNEL_ALONE = ("sos", "iccam")
_KEEPS_ITS_CHANNEL = ("webform", "email")
_FACTS = ("contact_is_safe", "police_may_contact_me", "concerns_own_child")


@dataclass(frozen=True, slots=True)
class Accepted:
    """Checked rows as columns of equal length, plus what was rejected.

    `columns` holds FIELDS with closed values as codes; `received_at` is seconds in UTC; `contact` and `extra` are JSON
    texts or None, to be sealed at once.
    """

    row_numbers: list[int]
    columns: dict[str, list[str | None]]
    received_at: list[int]
    assumed: list[bool]
    contact: list[str | None]
    extra: list[str | None]
    raw: list[bytes | None] | None
    rejects: list[RowReject]
    unheard: list[bool]
    """Which rows hold words in `extra` (`pipeline/unheard.py`)."""


def check(rows: RawRows, channel: str, now: datetime, *, alert: bool = False, trusted: bool = False) -> Accepted:
    """Check one chunk. `now` stands in for a missing time.

    An SOS call needs neither address nor text; in a file of its own (`alert`) nor a time that makes sense.
    """
    count = len(rows.row_numbers)
    said: dict[str, Column] = {name: rows.columns.get(name) or [None] * count for name in FIELDS}
    extra: dict[str, list[str | None]] = {name: list(column) for name, column in rows.extra.items()}
    columns: dict[str, list[str | None]] = {name: list(column) for name, column in said.items()}
    tables = words()
    for name, table in (
        ("category", tables.category),
        ("language", tables.language),
        ("reporter_group", tables.reporter_group),
    ):
        columns[name] = _coded(name, said[name], table, extra)
    for name in _FACTS:
        columns[name] = _coded(name, said[name], tables.yes_no, extra)
    columns["area"] = _areas(said["area"], extra)
    _keep("source_as_said", said["source"], {one for one in set(said["source"]) if one and not is_code(one)}, extra)
    columns["channel"] = _channels(said["channel"], channel, trusted, extra)
    for name in _KEPT_SEALED:
        if any(said[name]):
            _put(name, said[name], extra)
    speaking = unheard(extra, count)
    received, assumed, bad_time = _times(said["received_at"], int(now.timestamp()))
    bad = {} if alert else dict(bad_time)
    if alert and bad_time:
        wrong = {index for index, _ in bad_time}
        assumed = [one or index in wrong for index, one in enumerate(assumed)]
        kept = [value if index in wrong else None for index, value in enumerate(said["received_at"])]
        _put("received_at_as_said", kept, extra)
    if not alert:
        silent = (
            index for index in _silent(columns, count)
            if columns["channel"][index] != "sos" and not speaking[index]
        )  # fmt: skip
        bad.update({index: _NOTHING for index in silent if index not in bad})
    accepted = Accepted(
        list(rows.row_numbers), columns, received, assumed,
        _as_json([said[name] for name in CONTACT_FIELDS], CONTACT_FIELDS, count),
        _as_json(list(extra.values()), tuple(extra), count),
        list(rows.raw) if rows.raw is not None else None,
        list(rows.rejects), speaking,
    )  # fmt: skip
    return _without(accepted, {**said, **rows.extra}, bad) if bad else accepted


@dataclass(frozen=True, slots=True)
class _Fault:
    field: str
    reason: str
    advice: str


_NOTHING = _Fault(
    "", "nothing_said", "a report needs an address, a text or an attachment: add what is known, or close it"
)
_FUTURE = _Fault("received_at", "time_in_future", "this time has not come yet: mend it, or leave it empty")
_BAD_TIME = _Fault("received_at", "bad_time", "write the time as 2026-03-01T14:05:00+01:00, or leave it empty")


def _times(said: Column, now: int) -> tuple[list[int], list[bool], list[tuple[int, _Fault]]]:
    """Seconds in UTC, and which were assumed: none said, or without an offset, so the hotline's own zone.

    A day without a time counts from its end: no hour nobody told makes it overdue. Nothing counts from later than now:
    a clock that is fast, or in another zone, must not make anybody wait.
    """
    latest = now + FUTURE_SECONDS
    whole = _whole_times(said, latest)
    if whole is not None:
        return np.minimum(whole, now).tolist(), [False] * len(said), []
    received: list[int] = []
    assumed: list[bool] = []
    bad: list[tuple[int, _Fault]] = []
    parse, zone = datetime.fromisoformat, clocks().zone
    for index, value in enumerate(said):
        if value is None:
            received.append(now)
            assumed.append(True)
            continue
        try:
            iso = _iso(value.strip())
            moment = parse(iso)
            naive = moment.tzinfo is None
            seconds = (moment.replace(tzinfo=zone) if naive else moment).timestamp()
        except (ValueError, OverflowError):
            seconds, naive = -1.0, True
        if not EARLIEST <= seconds <= latest:
            bad.append((index, _FUTURE if seconds > latest else _BAD_TIME))
            seconds = float(now)
        elif naive and len(iso) <= _MOST_DAY_CHARS:
            seconds = max(seconds, end_of_day(moment, zone).timestamp())
        received.append(min(int(seconds), now))
        assumed.append(naive)
    return received, assumed, bad


def _whole_times(said: Column, latest: int) -> NDArray[np.int64] | None:
    """The column in seconds where every time names its offset and makes sense: far cheaper than one by one.

    Arrow reads whole seconds in ISO 8601, a part of what `datetime.fromisoformat` takes, and in the same way.
    """
    try:
        seconds = pa.array(said, pa.string()).cast(_SECONDS).cast(pa.int64())
    except (pa.ArrowInvalid, UnicodeEncodeError):
        return None
    if not len(seconds) or seconds.null_count:
        return None
    times: NDArray[np.int64] = seconds.to_numpy()
    return times if times.min() >= EARLIEST and times.max() <= latest else None


def _iso(said: str) -> str:
    """`20.11.2026. 11:30`, as people here write it, as ISO 8601; anything else as it is."""
    match = _LOCAL_TIME.fullmatch(said)
    if match is None:
        return said
    day, month, year, hour, minute, second = match.groups()
    clock = f"T{int(hour):02d}:{minute}:{second or '00'}" if hour else ""
    return f"{year}-{int(month):02d}-{int(day):02d}{clock}"


def _coded(name: str, said: Column, table: dict[str, str], extra: dict[str, list[str | None]]) -> list[str | None]:
    """Closed words as codes; a word the list does not know becomes None and is kept under `extra`."""
    meaning = {value: table.get(value.strip().lower()) for value in set(said) if value is not None}
    unknown = {value for value, code in meaning.items() if code is None and value.strip()}
    _keep(f"{name}_as_said", said, unknown, extra)
    return [None if value is None else meaning[value] for value in said]


def _silent(columns: dict[str, list[str | None]], count: int) -> list[int]:
    location, description, attachments = (columns[name] for name in _NEEDED)
    has: Callable[[int], bool] = lambda index: any(  # noqa: E731
        value is not None and value.strip() for value in (location[index], description[index], attachments[index])
    )
    if all(location):
        blank = map(str.isspace, filter(None, location))
        return [index for index, empty in enumerate(blank) if empty and not has(index)]
    return [index for index in range(count) if not has(index)]


def _as_json(columns: Sequence[Column], names: Sequence[str], count: int) -> list[str | None]:
    """One JSON object of the said values per row, None where nothing was said."""
    used = [(name, column) for name, column in zip(names, columns, strict=True) if any(column)]
    if not used:
        return [None] * count
    rows = zip(*(column for _, column in used), strict=True)
    keys = [name for name, _ in used]
    return [
        json.dumps({key: value for key, value in zip(keys, row, strict=True) if value}) if any(row) else None
        for row in rows
    ]


def _areas(said: Column, extra: dict[str, list[str | None]]) -> list[str | None]:
    """Areas this hotline knows, as it names them; anything more a reporter wrote may be any text and is kept sealed."""
    named = {value: routes().area_named(value) or None for value in set(said) if value is not None}
    more = {value for value in named if value.strip() and not routes().says_no_more(value)}
    _keep("area_as_said", said, more, extra)
    return [None if value is None else named[value] for value in said]


def _keep(name: str, said: Column, kept: Collection[str], extra: dict[str, list[str | None]]) -> None:
    """Keep these of the values under `extra`; a row that brought that column itself keeps its own."""
    if kept:
        _put(name, [value if value in kept else None for value in said], extra)


def _put(name: str, kept: Column, extra: dict[str, list[str | None]]) -> None:
    """Keep these values under `extra`; another value a row itself said under that name moves to `name 2`."""
    own = extra.get(name) or [None] * len(kept)
    extra[name] = [before if value is None else value for value, before in zip(kept, own, strict=True)]
    moved = [None if value in (None, before) else before for value, before in zip(kept, own, strict=True)]
    if any(moved):
        _put(f"{name} 2", moved, extra)


def _channels(said: Column, channel: str, trusted: bool, extra: dict[str, list[str | None]]) -> list[str | None]:
    """The channel of each row: its file's, or the one a register names. The public cannot choose its own.

    An alert or an assignment by INHOPE comes by its own channel; a row naming one elsewhere is believed only where a
    person entered it (`trusted`).
    """
    allowed = {one.name for one in all_channels()} | set(FREE_CHANNELS)
    if not trusted:
        allowed -= set(_BY_CHANNEL_ALONE)
    if channel in _KEEPS_ITS_CHANNEL and not trusted:
        allowed = set()
    other = {value for value in set(said) if value and value not in allowed and value != channel}
    _keep("channel_as_said", said, other, extra)
    return [value if value in allowed else channel for value in said]


def _without(accepted: Accepted, said: Mapping[str, Column], bad: dict[int, _Fault]) -> Accepted:
    """Take the bad rows out and put a reject with the row's own words in their place."""
    rejects = [
        RowReject(
            accepted.row_numbers[index], fault.field, fault.reason, fault.advice,
            {name: value for name, column in said.items() if (value := column[index])}
            | message_kept(accepted.raw[index] if accepted.raw is not None else None),
        )
        for index, fault in sorted(bad.items())
    ]  # fmt: skip
    keep = [index for index in range(len(accepted.row_numbers)) if index not in bad]
    raw = accepted.raw
    return Accepted(
        [accepted.row_numbers[index] for index in keep],
        {name: [column[index] for index in keep] for name, column in accepted.columns.items()},
        [accepted.received_at[index] for index in keep],
        [accepted.assumed[index] for index in keep],
        [accepted.contact[index] for index in keep],
        [accepted.extra[index] for index in keep],
        None if raw is None else [raw[index] for index in keep],
        accepted.rejects + rejects,
        [accepted.unheard[index] for index in keep],
    )
