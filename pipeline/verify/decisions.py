"""People's decisions and closed rejects: every row has its event in the audit chain and every event its row.

What is compared is what the chain holds of an act: who, when, on which case, and its codes (classification, viewed,
item and hosting country; kind, reason and recipient). Of what else an assessment says (reason, kind, how the country is
known, answers for ICCAM) it holds a digest; events of an older version hold none.

A decision lies with the case it was made of, or the one that was joined into; the assessment of an item with its item.
"""

from __future__ import annotations

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from pipeline.desk.records import assessment_digests
from pipeline.store.audit import COMMITTED
from pipeline.store.schema import assessment, disposition, reject
from pipeline.verify.chained import ASSESSED, CLOSED, DISPOSED, EXPORTED, MENDED, RELEASED, Acted, Chained
from pipeline.verify.finding import Findings
from pipeline.verify.world import World
from triage.assessment import Classification

_END_OF_CHAIN = 1 << 62
_REJECT_EVENTS = {"closed": (CLOSED, "reason"), "mended": (MENDED, "run")}


@dataclass(frozen=True, slots=True)
class LetGo:
    """A release as the store has it: who, when (seconds), of which case now; and its event, where there is one."""

    person: int | None
    at: int | None
    case_id: int
    event: Acted | None


def check_decisions(
    connection: Connection, world: World, chained: Chained, index_key: bytes, findings: Findings
) -> None:
    """Hold assessments, dispositions and releases against their events; no release by somebody who assessed."""
    said = connection.execute(select(assessment).order_by(assessment.c.made_at, assessment.c.assessment_id)).all()
    decided = connection.execute(select(disposition).order_by(disposition.c.disposition_id)).all()
    compare(
        "assessment", [(_assessment_key(row), _case(row)) for row in said],
        [(key, one.subject) for key, one in _assessed(chained, world)], findings,
    )  # fmt: skip
    _check_says(said, chained, world, index_key, findings)
    compare(
        "disposition", [(_disposition_key(row), _case(row)) for row in decided],
        [(_disposed_key(one, world), one.subject) for one in chained.of(DISPOSED)], findings,
    )  # fmt: skip
    released = [row for row in decided if row.released_at is not None or row.released_by is not None]
    standing, voided = _releases(chained, world)
    rows = [(_release_key(row), _case(row)) for row in released]
    compare("release", rows, standing, findings, may_be_gone=voided)
    events = {_released_key(one, world): one for one in chained.of(RELEASED)}
    let_go = [LetGo(row.released_by, row.released_at, row.case_id, events.get(_release_key(row))) for row in released]
    check_four_eyes(said, let_go, chained, world, findings)


def check_closed_rejects(connection: Connection, chained: Chained, findings: Findings) -> None:
    """Hold every reject that is closed or mended, or half so, against its event, and the other way round."""
    closing = (reject.c.closed_by, reject.c.closed_at, reject.c.closed_reason)
    half = or_(reject.c.status != "open", *(one.is_not(None) for one in closing))
    rows = connection.execute(select(reject.c.reject_id, reject.c.status, *closing).where(half)).all()
    done = [
        (
            (row.reject_id, row.status, _actor(row.closed_by), row.closed_at, row.closed_reason or ""),
            f"J{row.reject_id}",
        )
        for row in rows
    ]
    events = [
        ((one.number, status, one.person, one.at, one.word(name)), one.subject)
        for status, (event, name) in _REJECT_EVENTS.items() for one in chained.of(event)
    ]  # fmt: skip
    compare("closed reject", done, events, findings, code="reject_closing")


def _actor(person_id: int | None) -> int:
    """A person as the chain names them; -1 is the machine."""
    return -1 if person_id is None else int(person_id)


def compare(
    what: str, rows: Iterable[tuple[Hashable, str]], events: Iterable[tuple[Hashable, str]], findings: Findings,
    code: str | None = None, may_be_gone: Iterable[Hashable] = (),
) -> None:  # fmt: skip
    """Both sides as bags: what one has more often than the other is a finding under the name it is shown by.

    `may_be_gone`: further keys the chain tells of, whose rows may or may not be there.
    """
    rows, events = list(rows), list(events)
    shown = dict([*events, *rows])
    there, told = Counter(key for key, _ in rows), Counter(key for key, _ in events)
    for key, count in (told - there).items():
        findings.add(code or what, shown[key], f"the audit chain tells of {count} {what} that is not there so")
    for key, count in (there - told - Counter(may_be_gone)).items():
        findings.add(code or what, shown[key], f"{count} {what} stands there that the audit chain does not tell of")


def check_four_eyes(
    said: Iterable[Row[Any]], releases: Iterable[LetGo], chained: Chained, world: World, findings: Findings
) -> None:
    """Nobody released what an assessment of theirs, in force then and on that case then, is about."""
    told: defaultdict[Hashable, list[Acted]] = defaultdict(list)
    for key, one in _assessed(chained, world):
        told[key].append(one)
    on_case: defaultdict[int, list[tuple[int, int, Row[Any]]]] = defaultdict(list)
    for row in said:
        events = told[_assessment_key(row)]
        event = events.pop(0) if events else None
        seq, origin = (0, row.case_id) if event is None else (event.seq, event.number)
        on_case[world.end_of(row.case_id)].append((seq, origin, row))
    for let_go in releases:
        event = let_go.event
        seq, case_id = (_END_OF_CHAIN, let_go.case_id) if event is None else (event.seq, event.number)
        sources = chained.sources(case_id, seq)
        before = [one for one in on_case[world.end_of(let_go.case_id)] if one[0] < seq and one[1] in sources]
        if let_go.person in _authors(before, let_go.at):
            findings.add("four_eyes", f"C{let_go.case_id}", "was released by somebody who had assessed it")


def _check_says(
    said: Sequence[Row[Any]], chained: Chained, world: World, index_key: bytes, findings: Findings
) -> None:
    """What an assessment says beside its codes is what was digested when it was made."""
    digests = assessment_digests([row._mapping for row in said], index_key)
    there = Counter(zip(map(_assessment_key, said), digests, strict=True))
    keys = {key for key, _ in there}
    subjects = {
        (key, one.word("says")): one.subject for key, one in _assessed(chained, world)
        if "says" in one.details and key in keys
    }  # fmt: skip
    for both in subjects.keys() - there.keys():
        says = "its reason, kind, source of the hosting country or answers for ICCAM are not those it was made with"
        findings.add("assessment", subjects[both], says)


def _assessment_key(row: Row[Any]) -> Hashable:
    item = f"L{row.locator_id}" if row.locator_id else ""
    return row.person_id, row.made_at, item, row.case_id, row.classification, row.viewed, row.hosting_country or ""


def _assessed(chained: Chained, world: World) -> list[tuple[Hashable, Acted]]:
    """Every assessment the chain tells of, by the key its row must have now."""
    families = chained.families()
    return [
        (
            (one.person, one.at, one.word("item"), _lies_in(one, world, families), one.word("classification"),
             one.word("viewed"), one.word("hosting_country")),
            one,
        )
        for one in chained.of(ASSESSED)
    ]  # fmt: skip


def _lies_in(one: Acted, world: World, families: Mapping[int, int]) -> int:
    """The case an assessment lies in now: its item's, if splits and joins can have taken that there, else its own."""
    if not one.word("item"):
        return world.end_of(one.number)
    now = world.case_with(one.item)
    return now if families.get(now, now) == families.get(one.number, one.number) else one.number


def _disposition_key(row: Row[Any]) -> Hashable:
    return row.person_id, row.made_at, row.case_id, row.kind, row.reason or "", row.recipient or ""


def _disposed_key(one: Acted, world: World) -> Hashable:
    return one.person, one.at, world.end_of(one.number), one.word("kind"), one.word("reason"), one.word("recipient")


def _release_key(row: Row[Any]) -> Hashable:
    return row.released_by, row.released_at, row.case_id


def _released_key(one: Acted, world: World) -> Hashable:
    return one.person, one.at, world.end_of(one.number)


def _releases(chained: Chained, world: World) -> tuple[list[tuple[Hashable, str]], list[Hashable]]:
    """Releases that must stand, with their subjects; and those a later assessment of the case may have made void, or
    its release anew after a batch that brought it addresses."""
    last = {world.end_of(one.number): one.seq for one in chained.of(ASSESSED)}
    renewed = _renewed(chained)
    standing: list[tuple[Hashable, str]] = []
    voided: list[Hashable] = []
    for one in chained.of(RELEASED):
        key, count = _released_key(one, world), _count(one)
        if one.seq in renewed or last.get(world.end_of(one.number), 0) > one.seq:
            voided += [key] * count
        else:
            standing += [(key, one.subject)] * count
    return standing, voided


def _renewed(chained: Chained) -> set[int]:
    """Releases (places in the chain) after which a batch came, then another for the same agency with no package made
    for it between."""
    batches = sorted(one.seq for one in chained.of(COMMITTED))
    steps = sorted((*chained.of(RELEASED), *chained.of(EXPORTED)), key=lambda one: one.seq)
    found, waiting = set[int](), dict[tuple[int, str], int]()
    for one in steps:
        packed = one.word("recipient")
        for agency in (packed,) if packed else one.details.get("recipients", ()):
            before = waiting.pop((one.number, str(agency)), None)
            if packed:
                continue
            waiting[one.number, str(agency)] = one.seq
            if before is not None and bisect(batches, before) < bisect(batches, one.seq):
                found.add(before)
    return found


def _authors(assessed: Iterable[tuple[int, int, Row[Any]]], until: int | None) -> set[int]:
    """Who made the last assessment of each item up to a moment; `unset` is nobody's word."""
    last: dict[int, Row[Any]] = {}
    for _, _, row in sorted(assessed, key=lambda one: (one[2].made_at, one[0])):
        if until is None or row.made_at <= until:
            last[row.locator_id or 0] = row
    return {row.person_id for row in last.values() if row.classification != str(Classification.UNSET)}


def _count(one: Acted) -> int:
    count = one.details.get("count")
    return count if isinstance(count, int) and 0 < count < 1_000 else 1


def _case(row: Row[Any]) -> str:
    return f"C{row.case_id}"
