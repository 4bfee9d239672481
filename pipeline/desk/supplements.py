"""What a package adds to one an agency had before: the first of them by name, and what is new about each case since.

Read from the audit chain, which neither a joining of cases nor a repeated export rewrites. A case the agency never had
itself is a supplement too where it was split off one it had, or where one it had was joined into it.
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
from pipeline.desk.links import opinions_in, reports_in
from pipeline.desk.numbers import shown_report
from pipeline.desk.references import external_reference
from pipeline.desk.told_in_moves import NEVER, told_by
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
    """The name of the first package the agency got about a case, and what is new about it since the last one.

    `late` are the reports no package told of. `moved`: something was joined to the case since or it was split off
    another one, so that nobody can tell of its other addresses whether the agency had them.
    """

    first: str
    news: tuple[New, ...]
    late: frozenset[int] = frozenset()
    moved: bool = False


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
        told_of = told_by(self._events, case_id, places, self._is_sending)
        kin = [one for other, before in self._family(case_id).items() for one in self._sendings(other, before)]
        sendings = [one for one in kin if one.case_id == case_id or one.seq in told_of]
        if not sendings:
            return None
        late = set(places).difference(*told_of.values())
        last = [one for one in sendings if one.case_id == case_id][-1:] or sendings
        since = max(one.seq for one in last)
        first = self._names[min(one.package for one in sendings)]
        told = [one.told for one in (*last, *self._last(case_id)) if one.told is not None]
        graver = (New("graver_danger"),) if told and escalate > max(told) else self._danger(late)
        called = (New("urgent_call"),) if stated and self._called(case_id, since) else ()
        moves = tuple(self._moves(case_id, since))
        moved = any(one.code != _SPLIT_NEWS for one in moves) or not any(one.case_id == case_id for one in sendings)
        news = (*graver, *called, *self._counted(case_id, report_ids, late, since, texts), *moves)
        return Supplement(first, news or (SENT_AGAIN,), frozenset(late), moved)

    def _of(self, case_id: int) -> list[_Event]:
        return self._events.get(f"C{case_id}", [])

    def _family(self, case_id: int) -> dict[int, int | None]:
        """The case and those it came from, each with the event before which their packages told of it (None: any)."""
        found: dict[int, int | None] = {case_id: None}
        new = [case_id]
        while new:
            one = new.pop()
            for event in self._of(one):
                other = event.case("from") if event.event in (_JOINED, _SPLIT_OFF) else None
                if other is not None and other not in found:
                    found[other] = event.seq
                    new.append(other)
        return found

    def _is_sending(self, one: _Event) -> bool:
        mine = one.event == _EXPORTED and one.details.get("recipient") == self._recipient
        return mine and one.details.get("package") in self._names

    def _sendings(self, case_id: int, before: int | None = None) -> Iterator[_Sending]:
        for one in self._of(case_id):
            if self._is_sending(one) and (before is None or one.seq < before):
                yield _Sending(one.seq, case_id, int(one.details["package"]), _danger(one.details.get("escalate")))

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
        self, case_id: int, report_ids: Collection[int], late: Collection[int], since: int, texts: int
    ) -> Iterator[New]:
        """Reports no package told of, assessments, texts released for this recipient, contacts withdrawn."""
        happened = Counter(
            one.event for one in self._of(case_id)
            if one.seq > since and one.details.get("recipient", self._recipient) == self._recipient
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

    def _moves(self, case_id: int, since: int) -> Iterator[New]:
        """Joins and splits since; the other case by its reference where this recipient was told of it."""
        codes = {_JOINED: ("joined", "from"), _SPLIT: ("split", "into"), _SPLIT_OFF: ("split_off", "from")}
        for event in self._of(case_id):
            code, other_is = codes.get(event.event, ("", ""))
            other = event.case(other_is)
            if other is not None and event.seq > since:
                if code == "joined":
                    yield from self._lost(other, event.seq)
                yield New(code, reference=self._reference(other))

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
