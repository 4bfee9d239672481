"""Who did what with the cases of a package: times, codes and roles, from the audit chain; never a name or a number.

What lies in a case today was looked at where it lay before: a case that was split off, or had another one joined into
it, is told of with what was done there until then, from when the first of it was in: acts older than that, and calls
and packages of then, were about other content, and counts there are of these reports. Of items, and of contacts
disclosed or withdrawn, only those still in the case: that it happened is told, never whose it was.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from exporters.report_pdf import CustodyLine
from pipeline.desk.links import all_links, links_of, reports_in
from pipeline.desk.numbers import shown_report
from pipeline.desk.told_intake import taken_in
from pipeline.desk.told_reports import places, reports_of
from pipeline.store.schema import audit, package, person
from triage.assessment import Classification
from triage.disposition import Kind
from triage.report import Fact
from triage.urgent_call import CallReason, Outcome

_JOINED, _SPLIT_OFF = "cases_joined", "case_split_off"
_MOVES = frozenset({"case_split", _SPLIT_OFF, _JOINED, "cases_kept_apart"})
"""Of the case itself they are told; what moved elsewhere before is no matter of what lies here."""
_LOGGED, _DISCLOSED, _WITHDRAWN = "urgent_call_logged", "disclosure_made", "contact_withdrawn"
_OF_A_CONTACT = frozenset({_DISCLOSED, _WITHDRAWN})
_CALLED = "urgent_call_made"
_UNREACHED, _REVIEWED = "urgent_call_unreached", "urgent_call_reviewed"
_CALLS = frozenset({_CALLED, _LOGGED, _REVIEWED})
"""Told to the agency they reached; of a call that reached nobody it reads that it was tried, as one line."""
_AFTER_THE_CALL = frozenset({_LOGGED, _REVIEWED})
"""They belong to their call, also where the case it was about was joined or split meanwhile."""
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
    sources = _sources(connection, own)
    if not sources:
        return own
    items = {f"L{number}" for number in all_links(links_of(connection, case_id))[:, 1].tolist()}
    there = places(connection, reports_of(connection, case_id))
    reports = {shown_report(number) for number in there}
    texts = [there[one.report_id] for one in reports_in(connection, there) if one.facts & Fact.HAS_TEXT]
    before = [
        act for source, until in sources.items() if source != case_id
        for act in _with_these(_until(_acts(connection, source), until), there.values(), texts)
        if act.event not in _MOVES and items.issuperset({act.details.get("item")} - {None})
        and (act.event not in _OF_A_CONTACT or act.details["report"] in reports)
    ]  # fmt: skip
    return sorted((*own, *before), key=lambda act: act.seq)


def _with_these(acts: Iterable[_Act], reports: Collection[int], texts: Collection[int]) -> Iterator[_Act]:
    """Acts of another case that were done when one of these reports (places of their taking in) lay there, of calls by
    when the call was made; for acts with `texts`, one with a text. No count is larger than how many lay there.
    """
    made: dict[object, int] = {}
    for act in acts:
        at = made.setdefault(act.details["call"], act.seq) if act.event in _CALLS else act.seq
        there = sum(place < at for place in (texts if act.event in _OF_TEXTS else reports))
        if there:
            counts = {name: min(int(act.details[name]), there) for name in _COUNTS if name in act.details}
            yield replace(act, details={**act.details, **counts})


def _until(acts: list[_Act], until: int) -> list[_Act]:
    """What was done before an event of the chain, and what was written down later of calls made before it."""
    calls = {act.details["call"] for act in acts if act.event in _CALLS and act.seq < until}
    return [act for act in acts if act.seq < until or (act.event in _AFTER_THE_CALL and act.details["call"] in calls)]


def _sources(connection: Connection, own: list[_Act]) -> dict[int, int]:
    """The cases this one's things came from, each with the event by which they had left it."""
    found: dict[int, int] = {}
    todo = list(_came_from(own))
    while todo:
        source, until = todo.pop()
        if found.get(source, 0) < until:
            found[source] = until
            todo += [(other, at) for other, at in _came_from(_acts(connection, source)) if at < until]
    return found


def _came_from(acts: list[_Act]) -> Iterator[tuple[int, int]]:
    """Case and event, for every split or joining that brought something."""
    for act in acts:
        if act.event in (_JOINED, _SPLIT_OFF) and "from" in act.details:
            yield int(act.details["from"].removeprefix("C")), act.seq


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
