"""What a package adds to one an agency had before: the first of them by name, and what is new about each case since.

Read from the audit chain, which neither a joining of cases nor a repeated export rewrites. A case the agency never had
itself is a supplement too where it was split off one it had, or where one it had was joined into it: what counts is
what told of the addresses and reports the case holds now, wherever they lay then (`pipeline/desk/told_in_moves.py`).
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, true

from exporters.package import New
from pipeline.bootstrap import App
from pipeline.desk.links import Link, all_links, links_of, opinions_in, pairs, reports_in
from pipeline.desk.numbers import shown_report
from pipeline.desk.references import external_reference
from pipeline.desk.told_in_moves import (
    NEVER,
    Stay,
    Telling,
    is_about,
    reports_told,
    source_of,
    stays,
    told_by,
    told_last,
)
from pipeline.store.audit import COMMITTED
from pipeline.store.schema import audit, package, run
from triage.report import ReportId
from triage.verdict import Escalation

_EXPORTED, _ASSESSED, _TEXT_RELEASED = "exported", "case_assessed", "text_released"
_WITHDRAWN, _CALLED = "contact_withdrawn", "urgent_call_made"
_JOINED, _SPLIT, _SPLIT_OFF = "cases_joined", "case_split", "case_split_off"
_SPLIT_NEWS = "split"
"""Something left the case: nothing in it is new by that."""
SENT_AGAIN = New("sent_again")
"""All that is new where nothing is."""
_READ = (_EXPORTED, COMMITTED, _ASSESSED, _TEXT_RELEASED, _WITHDRAWN, _CALLED, _JOINED, _SPLIT, _SPLIT_OFF)


@dataclass(frozen=True, slots=True)
class Supplement:
    """The name of the first package that told the agency of anything the case holds, and what is new since the last.

    `under`: the cases that first one told it in. `late` are the reports no package told of. `moved`: something was
    joined to the case since or it was split off another one, so that nobody can tell of its other addresses whether the
    agency had them.
    """

    first: str
    news: tuple[New, ...]
    under: frozenset[int]
    late: frozenset[int] = frozenset()
    moved: bool = False
    texts_had: frozenset[int] = frozenset()
    """Reports whose text, if they have one, came in a package before."""


@dataclass(frozen=True, slots=True)
class _Event:
    seq: int
    event: str
    details: Mapping[str, Any]

    def case(self, name: str) -> int | None:
        """The number of another case, if the details name one."""
        digits = str(self.details.get(name, "")).removeprefix("C")
        return int(digits) if digits.isdigit() else None


@dataclass(frozen=True, slots=True)
class _Sending:
    seq: int
    case_id: int
    package: int
    told: Escalation | None
    """The danger this package told of; None where it was made before that was written down."""


@dataclass(frozen=True, slots=True)
class _Moved:
    """Where what a case holds lay before (empty where nothing came to it or left it), and what told of it there."""

    stays: tuple[Stay, ...]
    told: tuple[Telling[_Event], ...]

    def came(self, case_id: int, seq: int) -> frozenset[Link]:
        """What the case still has of what came to it from this other one by the event there."""
        mine = (one.links for one in self.stays if (one.case_id, one.until) == (case_id, seq))
        return frozenset[Link]().union(*mine)

    def about(self, case_id: int, event: _Event) -> bool:
        """Whether what was done with the case was about anything it holds still."""
        return not self.stays or is_about(self.stays, case_id, event)


class Past:
    """What one recipient was sent, read once for all the cases of an export."""

    def __init__(
        self, app: App, connection: Connection, recipient: str, country: str, *, unsealed: bool = False
    ) -> None:
        """`recipient` is a code of data/routes, `country` what references begin with. `unsealed`: what a demonstration
        left readable counts too; it has no name and tells nobody, so no paper adds to it.
        """
        self._app, self._recipient, self._country = app, recipient, country
        named = select(package.c.package_id, package.c.name).where(
            package.c.recipient == recipient, true() if unsealed else package.c.name.is_not(None)
        )
        self._names = {int(row.package_id): str(row.name) for row in connection.execute(named)}
        self._events, self._runs = _read(connection)
        self._connection = connection

    def supplement(
        self, case_id: int, report_ids: Collection[int], *, texts: int, escalate: Escalation = Escalation.NONE,
        stated: bool = False,
    ) -> Supplement | None:  # fmt: skip
        """What a package about this case would add; None where it would be the first. `texts`: how many it brings.

        `report_ids` are the packed numbers of the case's reports, `escalate` is its danger now. `stated`: the package
        says what a person stated in an urgent call.
        """
        places = {one: self._runs.get(ReportId.unpack(one).run_no, NEVER) for one in report_ids}
        moved = self._moved(case_id, places)
        sendings = [_sending(one.event, one.case_id) for one in moved.told] or list(self._sendings(case_id))
        if not sendings:
            return None
        late = set(places).difference(reports_told(moved.told))
        last = [one for one in sendings if one.case_id == case_id][-1:] or sendings
        since = max(one.seq for one in last)
        first = min(one.package for one in sendings)
        under = frozenset(one.case_id for one in sendings if one.package == first)
        known = {one.seq for one in sendings}
        told = [one.told for one in (*last, *self._last(case_id)) if one.told is not None and one.seq in known]
        graver = (New("graver_danger"),) if told and escalate > max(told) else self._danger(late)
        called = (New("urgent_call"),) if stated and self._called(case_id, since) else ()
        moves = tuple(self._moves(case_id, since, moved))
        mixed = any(one.code != _SPLIT_NEWS for one in moves) or not any(one.case_id == case_id for one in sendings)
        news = (*graver, *called, *self._counted(case_id, report_ids, late, since, texts, moved), *moves)
        had = self._texts_had(moved)
        return Supplement(self._names[first], news or (SENT_AGAIN,), under, frozenset(late), mixed, had)

    def _of(self, case_id: int) -> list[_Event]:
        return self._events.get(f"C{case_id}", [])

    def _moved(self, case_id: int, places: Mapping[int, int]) -> _Moved:
        """Addresses are asked for only where something came to the case from another one, or left it."""
        stayed = all(one.event != _SPLIT and source_of(one) is None for one in self._of(case_id))
        links = (frozenset((one, 0) for one in places) if stayed
                 else pairs(all_links(links_of(self._connection, case_id))))  # fmt: skip
        told = told_by(self._events, case_id, links, places, self._is_sending)
        lay = () if stayed else tuple(stays(self._events, case_id, links))
        return _Moved(lay, tuple(told.values()))

    def _texts_had(self, moved: _Moved) -> frozenset[int]:
        """Of packages with texts the reports, where what was let go for them held none of the case's texts back."""
        return reports_told(
            one for one in moved.told if any(
                let.event == _TEXT_RELEASED and let.seq < one.event.seq and let.details.get("withheld") == 0
                and (let.details.get("recipient"), let.details.get("texts"))
                == (self._recipient, one.event.details.get("texts")) for let in self._of(one.case_id)
            )
        )  # fmt: skip

    def _is_sending(self, one: _Event) -> bool:
        mine = one.event == _EXPORTED and one.details.get("recipient") == self._recipient
        return mine and one.details.get("package") in self._names

    def _sendings(self, case_id: int, before: int | None = None) -> Iterator[_Sending]:
        for one in self._of(case_id):
            if self._is_sending(one) and (before is None or one.seq < before):
                yield _sending(one, case_id)

    def _last(self, case_id: int, before: int | None = None) -> Iterator[_Sending]:
        """The last package about the case, and in turn about each case that was joined to it since."""
        own = list(self._sendings(case_id, before))[-1:]
        yield from own
        for other, at in self._joined(case_id, own[0].seq if own else 0, before):
            yield from self._last(other, at)

    def _joined(self, case_id: int, since: int, before: int | None) -> Iterator[tuple[int, int]]:
        """Cases joined to this one after the event `since` and before another, each with the event of it."""
        for event in self._of(case_id):
            other = event.case("from") if event.event == _JOINED else None
            if other is not None and since < event.seq and (before is None or event.seq < before):
                yield other, event.seq

    def _danger(self, late: Collection[int]) -> tuple[New, ...]:
        """How many of the new reports tell of danger themselves."""
        reports = reports_in(self._connection, late)
        opinions = opinions_in(self._connection, (one.verdict_id for one in reports))
        count = sum(opinions[one.verdict_id].escalate > Escalation.NONE for one in reports)
        return (New("new_danger", count),) if count else ()

    def _counted(
        self, case_id: int, report_ids: Collection[int], late: Collection[int], since: int, texts: int, moved: _Moved
    ) -> Iterator[New]:
        """Reports no package told of, assessments, texts released for this recipient, contacts withdrawn."""
        happened = Counter(
            one.event for one in self._of(case_id)
            if one.seq > since and one.details.get("recipient", self._recipient) == self._recipient
            and moved.about(case_id, one)
        )  # fmt: skip
        if late:
            yield New("new_report", len(late))
        if happened[_ASSESSED]:
            yield New("new_assessment", happened[_ASSESSED])
        if texts and happened[_TEXT_RELEASED]:
            yield New("text_released", texts)
        told = {shown_report(one) for one in report_ids} - {shown_report(one) for one in late}
        if withdrawn := sum(one.seq > since and _police_lost(one, told) for one in self._of(case_id)):
            yield New("contact_withdrawn", withdrawn)

    def _called(self, case_id: int, since: int) -> bool:
        """Whether a call to this recipient about the case was prepared since."""
        calls = (one for one in self._of(case_id) if one.event == _CALLED and one.seq > since)
        return any(one.details.get("recipient") == self._recipient for one in calls)

    def _moves(self, case_id: int, since: int, moved: _Moved) -> Iterator[New]:
        """Joins and splits since; the other case by the reference this recipient knows what came from there by. What
        came and left again is no news."""
        for event in self._of(case_id):
            if event.seq <= since:
                continue
            other, into = source_of(event), event.case("into") if event.event == _SPLIT else None
            if into is not None:
                yield New(_SPLIT_NEWS, reference=self._reference(into))
            if other is None or not (came := moved.came(other, event.seq)):
                continue
            if event.event == _JOINED:
                yield from self._lost(other, event.seq)
            known = [self._reference(one) for one in told_last(moved.told, came, event.seq)]
            for reference in known or [self._reference(other)]:
                yield New("joined" if event.event == _JOINED else "split_off", reference=reference)

    def _lost(self, case_id: int, before: int) -> Iterator[New]:
        """What was split off a case, after this agency had its last package about it, before it was joined to another;
        and so of those that were joined to it in turn."""
        last = max((one.seq for one in self._sendings(case_id, before)), default=None)
        for event in self._of(case_id):
            other = event.case("into") if event.event == _SPLIT and last is not None else None
            if other is not None and (last or 0) < event.seq < before:
                yield New(_SPLIT_NEWS, reference=self._reference(other))
        for other, at in self._joined(case_id, last or 0, before):
            yield from self._lost(other, at)

    def _reference(self, case_id: int) -> str | None:
        if next(self._sendings(case_id), None) is None:
            return None
        return external_reference(self._app.store.index_key, self._country, self._recipient, case_id)


def _police_lost(one: _Event, told: Collection[str]) -> bool:
    """Whether a reporter of one of these reports who had allowed police the contact wants none any more."""
    mine = one.event == _WITHDRAWN and one.details.get("report") in told
    return mine and one.details.get("allowed_police") is True


def _sending(one: _Event, case_id: int) -> _Sending:
    return _Sending(one.seq, case_id, int(one.details["package"]), _danger(one.details.get("escalate")))


def _danger(said: str | None) -> Escalation | None:
    return None if said is None else Escalation[said.upper()]


def _read(connection: Connection) -> tuple[dict[str, list[_Event]], dict[int, int]]:
    """Events of every case in order, and run number to the event of its commit."""
    numbers = {row.run_id: int(row.run_no) for row in connection.execute(select(run.c.run_id, run.c.run_no))}
    events: defaultdict[str, list[_Event]] = defaultdict(list)
    runs: dict[int, int] = {}
    chosen = select(audit.c.seq, audit.c.event, audit.c.subject, audit.c.details).where(audit.c.event.in_(_READ))
    for row in connection.execute(chosen.order_by(audit.c.seq)):
        if row.event == COMMITTED:
            runs[numbers.get(row.subject, -1)] = row.seq
        else:
            events[row.subject].append(_Event(row.seq, row.event, json.loads(row.details)))
    return dict(events), runs
