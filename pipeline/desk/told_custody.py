"""Who did what with the cases of a package: times, codes and roles, from the audit chain; never a name or a number.

What lies in a case today was looked at where it lay before: a case that was split off, or had another one joined into
it, is told of with what was done in each case while something of it lay there (`pipeline/desk/told_in_moves.py`): acts
before and after that, and calls and packages of then, were about other content, and counts there are of these reports.
Of items, and of contacts disclosed or withdrawn, only those still in the case: that it happened is told, never whose it
was. So what was joined in and split off again takes its history along, and leaves none of another's in it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from exporters.report_pdf import CustodyLine
from pipeline.desk.case_moves import JOINED, SPLIT_OFF
from pipeline.desk.links import Link, all_links, links_of, pairs, reports_in
from pipeline.desk.numbers import shown_report
from pipeline.desk.told_in_moves import NEVER, Stay, source_of, stays
from pipeline.desk.told_intake import taken_in
from pipeline.desk.told_reports import places
from pipeline.store.schema import audit, package, person
from triage.assessment import Classification
from triage.disposition import Kind
from triage.report import Fact
from triage.urgent_call import CallReason, Outcome

_SPLIT = "case_split"
_MOVES = frozenset({_SPLIT, SPLIT_OFF, JOINED, "cases_kept_apart"})
"""Of the case itself they are told; what moved elsewhere before is no matter of what lies here."""
_LOGGED, _DISCLOSED, _WITHDRAWN = "urgent_call_logged", "disclosure_made", "contact_withdrawn"
_OF_A_CONTACT = frozenset({_DISCLOSED, _WITHDRAWN})
_CALLED = "urgent_call_made"
_UNREACHED, _REVIEWED = "urgent_call_unreached", "urgent_call_reviewed"
_CALLS = frozenset({_CALLED, _LOGGED, _REVIEWED})
"""Told to the agency they reached; of a call that reached nobody it reads that it was tried, as one line."""
_EXPORTED = "exported"
_OF_TEXTS = frozenset({"redacted_text_shown", "text_released"})
_COUNTS = ("texts", "reports")
"""Details that count."""
_DISPOSED, _CLOSED, _RELEASED = "case_disposed", "case_closed", "case_released"
_ASSESSED, _NOT_ASSESSED = "case_assessed", "case_not_assessed"
_EVENTS = (
    "case_taken", "case_given_back", "text_read", _ASSESSED, _DISPOSED, "case_reopened",
    "redacted_text_shown", "text_released", _RELEASED, _EXPORTED, *sorted(_MOVES), *sorted(_CALLS), _DISCLOSED,
    _WITHDRAWN,
)  # fmt: skip
"""Audit events an agency is told of, as codes with times and roles."""


@dataclass(frozen=True, slots=True)
class _Act:
    seq: int
    actor: str
    at: datetime
    event: str
    details: Mapping[str, Any]


def custody(connection: Connection, cases: Mapping[int, str], recipient: str) -> list[CustodyLine]:
    """Every step of these cases (internal number to reference), oldest first; nothing of other recipients.

    It begins with when their reports were taken in; packages are named to the agency they were made for.
    """
    roles = {f"person:{row.person_id}": row.role for row in connection.execute(select(person))}
    mine = select(package.c.package_id, package.c.name).where(package.c.recipient == recipient)
    names = {row.package_id: row.name for row in connection.execute(mine)}
    found = list(taken_in(connection, cases))
    found += [
        CustodyLine(
            act.at, act.event, _count(act), roles.get(act.actor), reference, _reason(act),
            names.get(act.details["package"]) if act.event == _EXPORTED else None,
        )
        for case_id, reference in cases.items()
        for act in _told_to(recipient, _acts_about(connection, case_id))
    ]  # fmt: skip
    return sorted(found, key=lambda line: (_when(line), str(line.reference)))


def _when(line: CustodyLine) -> datetime:
    """Where a step stands: a call told without seconds at the end of its minute, behind the sheet it was made from."""
    in_minutes = line.what == _UNREACHED and not line.at.second
    return line.at + timedelta(seconds=59) if in_minutes else line.at


def _count(act: _Act) -> int:
    """Of texts shown or released how many they were, else of how many reports it was done; one where nothing says."""
    return int(act.details.get("texts" if act.event in _OF_TEXTS else "reports", 1))


def _reason(act: _Act) -> str | None:
    """Why a call was made, as a code of the closed list."""
    return CallReason(act.details["reason"]) if act.event in (_CALLED, _UNREACHED) else None


def _told_to(recipient: str, acts: list[_Act]) -> Iterator[_Act]:
    """What concerns this agency; a review names its call only, and whom that reached stands with its log.

    Of those who want no contact any more, who had allowed it to police: no paper told of the others'.
    """
    mine = [
        act for act in acts
        if act.event == _CLOSED or (act.event == _WITHDRAWN and act.details.get("allowed_police"))
        or (act.event == _RELEASED and _released_for(recipient, act, acts))
        or (act.event not in (_WITHDRAWN, _RELEASED) and act.details.get("recipient", recipient) == recipient)
    ]  # fmt: skip
    calls = {act.details["call"] for act in mine if act.event == _LOGGED and act.details["reached"]}
    yield from (act for act in mine if act.event not in _CALLS or act.details["call"] in calls)
    yield from _unreached(mine)


def _released_for(recipient: str, released: _Act, acts: list[_Act]) -> bool:
    """Whether a release let a package of this agency go. One whose event names no agency (older ones do not) counts
    where the case had been decided for police of this agency alone by then.
    """
    if "recipients" in released.details:
        return recipient in released.details["recipients"]
    before = (act.details for act in acts if act.event == _DISPOSED and act.seq < released.seq)
    return {said["recipient"] for said in before if said["kind"] == Kind.POLICE} == {recipient}


def _unreached(mine: list[_Act]) -> Iterator[_Act]:
    """Every call that reached nobody, at the time it was tried and with its reason; not what was no call at all: a
    reviewer found it not justified.
    """
    mistaken = {act.details["call"] for act in mine
                if act.event == _REVIEWED and act.details["outcome"] == Outcome.NOT_JUSTIFIED}  # fmt: skip
    reasons = {act.details["call"]: act.details["reason"] for act in mine if act.event == _CALLED}
    for act in mine:
        call = act.details.get("call")
        if act.event == _LOGGED and not act.details["reached"] and call not in mistaken:
            at = datetime.fromtimestamp(act.details["spoken"], UTC)
            yield replace(act, event=_UNREACHED, at=at, details={**act.details, "reason": reasons[call]})


def _acts_about(connection: Connection, case_id: int) -> list[_Act]:
    """What was done with a case, and before with what lies in it now, in order."""
    own = _acts(connection, case_id)
    if not any(act.event == _SPLIT or source_of(act) is not None for act in own):
        return own
    links = pairs(all_links(links_of(connection, case_id)))
    if not links:
        return own
    events = _with_sources(connection, case_id, own)
    lay: defaultdict[int, list[Stay]] = defaultdict(list)
    for stay in stays(events, case_id, links):
        lay[stay.case_id].append(stay)
    there = places(connection, {report for report, _ in links})
    texts = {one.report_id for one in reports_in(connection, there) if one.facts & Fact.HAS_TEXT}
    found = [act for act, at in _timed(own) if act.event in _MOVES or any(stay.has(at) for stay in lay[case_id])]
    if any(act.event == _SPLIT for act in own):
        found = _of_these(found, links)
    for other in lay.keys() - {case_id}:
        before = [act for act in _with_these(events[f"C{other}"], lay[other], there, texts) if act.event not in _MOVES]
        found += _of_these(before, links)
    return sorted(found, key=lambda act: act.seq)


def _of_these(acts: Iterable[_Act], links: Collection[Link]) -> list[_Act]:
    """Acts without those on an item or a contact of a report that is not among these."""
    items, reports = {f"L{item}" for _, item in links}, {shown_report(report) for report, _ in links}
    return [
        act for act in acts if items.issuperset({act.details.get("item")} - {None})
        and (act.event not in _OF_A_CONTACT or act.details["report"] in reports)
    ]  # fmt: skip


def _with_these(
    acts: Iterable[_Act], lay: Collection[Stay], committed: Mapping[int, int], texts: Collection[int]
) -> Iterator[_Act]:
    """Acts of another case that were done when some of these lay there; for acts with `texts`, one with a text. No
    count is larger than how many lay there. `committed`: report to the place of its taking in.
    """
    parts = [(stay, {report for report, _ in stay.links}) for stay in lay]
    for act, at in _timed(acts):
        reports = set[int]().union(*(part for stay, part in parts if stay.has(at)))
        counted = reports.intersection(texts) if act.event in _OF_TEXTS else reports
        there = sum(committed.get(one, NEVER) < at for one in counted)
        if there:
            counts = {name: min(int(act.details[name]), there) for name in _COUNTS if name in act.details}
            yield replace(act, details={**act.details, **counts})


def _timed(acts: Iterable[_Act]) -> Iterator[tuple[_Act, int]]:
    """Acts with their place in the chain; what belongs to a call, also written down later, with that of its making."""
    made: dict[object, int] = {}
    for act in acts:
        yield act, made.setdefault(act.details["call"], act.seq) if act.event in _CALLS else act.seq


def _with_sources(connection: Connection, case_id: int, own: list[_Act]) -> dict[str, list[_Act]]:
    """By subject the acts of the case and of those it came from."""
    found, todo = {f"C{case_id}": own}, list(own)
    while todo:
        other = source_of(todo.pop())
        if other is not None and f"C{other}" not in found:
            found[f"C{other}"] = _acts(connection, other)
            todo += found[f"C{other}"]
    return found


def _acts(connection: Connection, case_id: int) -> list[_Act]:
    rows = connection.execute(
        select(audit).where(audit.c.subject == f"C{case_id}", audit.c.event.in_(_EVENTS)).order_by(audit.c.seq)
    )
    return [_act(row) for row in rows]


def _act(row: Row[Any]) -> _Act:
    """A closing has a word of its own, since nothing goes anywhere by it; so has content nobody could assess."""
    details = json.loads(row.details)
    event = _CLOSED if row.event == _DISPOSED and details["kind"] == Kind.CLOSE else row.event
    if event == _ASSESSED and details.get("classification") == Classification.NOT_ASSESSED:
        event = _NOT_ASSESSED
    return _Act(row.seq, row.actor, datetime.fromisoformat(row.at), event, details)
