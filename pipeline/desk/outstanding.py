"""What people decided and nobody carried out yet: so that a decided case does not vanish from sight.

A police package waits for a second person, then for its export. Kinds no exporter makes anything for (a call to a
partner) are carried out by hand; such a case is listed until somebody closes it, one to answer only until its reporters
were written to, called or told by receipt code (`pipeline/desk/answers.py`), each with how it can be answered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from exporters.base import Exporter
from exporters.iccam_items import SENDABLE_KINDS
from exporters.registry import all_exporters
from pipeline.desk.answers import answers_in
from pipeline.desk.caseview import digests_in
from pipeline.desk.links import links_of_each, reports_in
from pipeline.desk.outside import holds_for
from pipeline.desk.records import grave_places
from pipeline.desk.since_release import addresses_since
from pipeline.desk.telling import telling_among
from pipeline.desk.vaultroom import Vaultroom
from pipeline.resources import text
from pipeline.routes import routes
from pipeline.store.schema import case_record, disposition
from triage.answering import Standing
from triage.disposition import Kind, needs_release
from triage.errors import KeyProblem
from triage.lifecycle import Status

_ELSEWHERE = (str(Kind.CLOSE), str(Kind.NOTICE))
"""Carried out by being made, and listed with what police hold back (`pipeline/desk/notices_today.py`)."""
_REFERRED = (str(Kind.HELPLINE), str(Kind.PREVENTION))
_HELD = (Standing.REFERRAL_FIRST, Standing.BY_RECEIPT)
_BY_LETTER = frozenset({Standing.READY, Standing.TO_A_PERSON, Standing.IN_DOUBT})
_BY_TELEPHONE = frozenset({Standing.NO_EMAIL, Standing.CALLING})
_ENDED = (Status.CLOSED, Status.REMOVED)


@dataclass(frozen=True, slots=True)
class Undone:
    """Cases with a decision of one kind that waits. `exporter` makes the package (`hotline export`); None: by hand.

    Of `without_files` no package can be made: the recipient compares digests, and no file with one came with the case.
    """

    kind: Kind
    exporter: str | None
    cases: tuple[int, ...]
    without_files: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Answers:
    """How cases with an answer that waits can be answered: by `hotline answers send`, by telephone, or only whoever
    asks with a receipt code, since nobody left a contact said to be safe. Nobody who reads a list shall write to those.
    """

    to_send: tuple[int, ...] = ()
    to_call: tuple[int, ...] = ()
    by_receipt: tuple[int, ...] = ()

    @property
    def every(self) -> frozenset[int]:
        """All of them: none is carried out by hand."""
        return frozenset((*self.to_send, *self.to_call, *self.by_receipt))


@dataclass(frozen=True, slots=True)
class Outstanding:
    """What waits for a second person, since when, with its cases (oldest first); and what waits to be carried out."""

    to_release: int
    release_cases: tuple[int, ...]
    oldest: datetime | None
    undone: tuple[Undone, ...]
    unfit: tuple[int, ...] = ()
    """Open cases decided for ICCAM of which nothing may go there as they are assessed now."""
    held_answers: tuple[int, ...] = ()
    """Cases with an answer that tells of a referral: it goes once that is exported."""
    telling: tuple[int, ...] = ()
    """Open cases decided for ICCAM that cannot go there, since their addresses tell who reported them."""
    nothing: tuple[int, ...] = ()
    """Open cases decided for ICCAM of which no address is of a kind ICCAM takes."""
    answers: Answers = Answers()
    """Of the answers in `undone`, how each can be given; what is held stands in `held_answers` alone."""


def outstanding(connection: Connection, vault: Vaultroom | None = None) -> Outstanding:
    """Read every decision no package took. Memory follows their number; a kind stands in it once per exporter.

    Without `vault`, or its key, what tells who reported it waits like any other, and no export takes it.
    """
    rows = connection.execute(
        select(
            disposition.c.case_id, disposition.c.kind, disposition.c.recipient, disposition.c.made_at,
            disposition.c.released_at, disposition.c.disposition_id, case_record.c.status,
        )
        .join(case_record, case_record.c.case_id == disposition.c.case_id)
        .where(disposition.c.package_id.is_(None), disposition.c.kind.not_in(_ELSEWHERE))
        .order_by(disposition.c.made_at, disposition.c.disposition_id)
    ).all()  # fmt: skip
    makes, waiting = _exporters(), _to_release(connection, rows)
    unreleased = {row.disposition_id for row in waiting}
    referring = {row.case_id for row in rows if row.kind in _REFERRED}
    given, held, ways = _answered(connection, (
        row.case_id for row in rows
        if row.kind == Kind.ANSWER and (row.status not in _ENDED or row.case_id in referring)
    ))  # fmt: skip
    iccam = {row.case_id: row.status for row in rows if row.kind == Kind.ICCAM}
    places = grave_places(connection, iccam)
    grave = {case_id for case_id, _ in places}
    telling, nothing = _not_for_iccam(connection, vault, places)
    of_digests = {code for code in {row.recipient for row in rows} if not holds_for(code or "", with_files=False)}
    empty = _without_files(connection, {row.case_id for row in rows if row.recipient in of_digests})
    undone: defaultdict[tuple[Kind, str | None], dict[int, bool]] = defaultdict(dict)
    for row in (row for row in rows if row.kind != Kind.ICCAM or row.case_id in grave - telling - nothing):
        kind, exporter = Kind(row.kind), makes.get((row.kind, row.recipient))
        settled = exporter is None and (row.status in _ENDED or (kind is Kind.ANSWER and row.case_id in given))
        if not settled and row.disposition_id not in unreleased:
            undone[kind, exporter][row.case_id] = row.recipient not in of_digests or row.case_id not in empty
    oldest = datetime.fromtimestamp(waiting[0].made_at, UTC) if waiting else None
    apart = (
        tuple(case_id for case_id, status in iccam.items() if status not in _ENDED and case_id in wanted)
        for wanted in (iccam.keys() - grave, telling, nothing)
    )
    unfit, tells, nothing_there = apart
    return Outstanding(
        len(waiting), tuple(dict.fromkeys(row.case_id for row in waiting)), oldest,
        tuple(
            Undone(*which, *(tuple(case_id for case_id, goes in undone[which].items() if goes is wanted)
                             for wanted in (True, False)))
            for which in sorted(undone, key=_order)
        ),
        unfit, held, tells, nothing_there, ways,
    )  # fmt: skip


def _to_release(connection: Connection, rows: Iterable[Any]) -> list[Any]:
    """What waits for a second person; again, where the case got addresses since its release."""
    police = [row for row in rows if needs_release(Kind(row.kind))]
    late = addresses_since(connection, {(row.case_id, row.recipient) for row in police if row.released_at is not None})
    return [row for row in police if row.released_at is None or (row.case_id, row.recipient) in late]


def _not_for_iccam(
    connection: Connection, vault: Vaultroom | None, places: Collection[tuple[int, int | None]]
) -> tuple[frozenset[int], frozenset[int]]:
    """Of cases with what is grave enough for ICCAM (`places`) those of which every address it takes tells who reported
    it; and those of which it takes none. What an address is, is sealed: without the vault's key nobody knows."""
    links = links_of_each(connection, {case_id for case_id, _ in places})
    sought: dict[int, tuple[list[int], set[int]]] = {}
    for case_id, place in places:
        _, numbers = sought.setdefault(case_id, (links[case_id][:, 0].tolist(), set()))
        numbers |= {one for one in links[case_id][:, 1].tolist() if one and place in (None, one)}
    if vault is None:
        return frozenset(), frozenset()
    try:
        kinds = vault.locators_in(connection, {number for _, numbers in sought.values() for number in numbers})
        taken = {
            case_id: (reports, {one for one in numbers if kinds[one].kind in SENDABLE_KINDS})
            for case_id, (reports, numbers) in sought.items()
        }
        told = telling_among(connection, vault, taken)
    except KeyProblem:
        return frozenset(), frozenset()
    nothing = frozenset(case_id for case_id, (_, numbers) in taken.items() if not numbers)
    return frozenset(
        case_id for case_id, (_, numbers) in taken.items()
        if numbers and all((case_id, number) in told for number in numbers)
    ), nothing  # fmt: skip


def _without_files(connection: Connection, cases: Collection[int]) -> frozenset[int]:
    """Those of the cases of which no package of digests can be made."""
    links = links_of_each(connection, cases)
    reports = reports_in(connection, (one for each in links.values() for one in each[:, 0].tolist()))
    held = {report_id for report_id, _ in digests_in(connection, reports)}
    with_any = {case_id for case_id, each in links.items() if not held.isdisjoint(each[:, 0].tolist())}
    return frozenset(cases) - with_any


def _answered(connection: Connection, cases: Iterable[int]) -> tuple[frozenset[int], tuple[int, ...], Answers]:
    """Of cases somebody decided to answer those in which no answer waits, those in which one waits for a referral, and
    how the others can be answered."""
    found = list(answers_in(connection, sorted(set(cases))))
    held = tuple(
        one.case_id for one in found
        if Status(one.row.status) is not Status.REMOVED
        and any(each.too_early and each.standing in _HELD for each in one.owed)
    )  # fmt: skip
    open_ones = [one for one in found if one.waits]
    to_send = tuple(one.case_id for one in open_ones if _BY_LETTER & one.counts.keys())
    to_call = tuple(one.case_id for one in open_ones if _BY_TELEPHONE & one.counts.keys())
    rest = {one.case_id for one in open_ones}.difference(to_send, to_call, held)
    ways = Answers(to_send, to_call, tuple(sorted(rest)))
    return frozenset(one.case_id for one in found if not one.waits), held, ways


def _exporters() -> dict[tuple[str, str | None], str]:
    """Kind of disposition and recipient to the exporter that makes its package."""
    every = all_exporters(text).values()
    offered = (one for one in every if one.command == Exporter.command and not one.on_request)
    made = {one.recipient_kind: one.kind for one in offered}
    recipients = routes().recipients.values()
    return {(str(one.kind), one.code): made[one.redacted_as] for one in recipients if one.redacted_as in made}


def _order(one: tuple[Kind, str | None]) -> tuple[bool, int]:
    """By hand first, then in the order of kinds."""
    kind, exporter = one
    return exporter is not None, list(Kind).index(kind)
