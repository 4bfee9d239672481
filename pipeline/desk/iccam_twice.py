"""Addresses ICCAM has, or may have, from the report of another case: they go in no second one by themselves.

An address changes its case only by splits and joins, so the cases that lie in one (`case_moves.py`) are all to ask.
What they sent is read back from their packages; one that cannot be read may have held any address.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection, select

from exporters.iccam_items import sendable, without_assigned
from exporters.package import CaseView
from pipeline.bootstrap import App
from pipeline.delivery.iccam.plan import Call
from pipeline.delivery.iccam.push import Happened
from pipeline.desk.case_moves import Moves, moves_in
from pipeline.desk.iccam_notes import Known, known_cases
from pipeline.desk.iccam_packages import Shelf, Unusable
from pipeline.desk.iccam_past import ICCAM
from pipeline.desk.references import external_reference
from pipeline.routes import routes
from pipeline.store.schema import audit, package
from triage.errors import RuleBroken

_EXPORTED = "exported"
_NOTES = {f"iccam_{one}": one for one in Happened}


@dataclass(frozen=True, slots=True)
class Earlier:
    """The case whose report held an address, and its reference for ICCAM; `sure`: ICCAM took it, else it may have."""

    case_id: int
    reference: str
    sure: bool

    def __str__(self) -> str:
        told = f"an address of this case already, from the report of C{self.case_id} ({self.reference})"
        if self.sure:
            return f"ICCAM has {told}"
        return f"ICCAM may have {told} that got no answer: see what `hotline iccam reconcile` says of it"


class SentBefore:
    """What went to ICCAM, read once for all the cases of an export or a push."""

    def __init__(self, app: App, connection: Connection) -> None:
        self._app, self._connection = app, connection
        self._known = known_cases(connection)

    def check(self, case_id: int, view: CaseView, kind: str) -> None:
        """Raises RuleBroken, naming the other case, if a report of this one would tell ICCAM an address again."""
        items = sendable(without_assigned(view))
        earlier = self.earlier(case_id, {str(item.facts["address_without_tokens"]) for item in items})
        if earlier is not None:
            again = f"`hotline export {kind} --again --case C{case_id}` makes a second report all the same"
            raise RuleBroken(f"{earlier}; split off what went before, or {again}")

    def earlier(self, case_id: int, addresses: Collection[str]) -> Earlier | None:
        """The first other case ICCAM has, or may have, one of these addresses from; None where ICCAM has a report of
        this case itself, which is gone on with."""
        if self._known.get(case_id, Known()).report_id is not None:
            return None
        for other in sorted(self._moves.sources(case_id).keys() - {case_id}):
            known = self._known.get(other, Known())
            if (known.report_id is not None or known.attempted) and self._held(other, addresses):
                return Earlier(other, self._reference(other, ICCAM), known.report_id is not None)
        return None

    @cached_property
    def _moves(self) -> Moves:
        return moves_in(self._connection)

    @cached_property
    def _shelf(self) -> Shelf:
        return Shelf(self._app.workspace.exports)

    @cached_property
    def _sent(self) -> Mapping[int, frozenset[int]]:
        return _sent_packages(self._connection)

    def _held(self, case_id: int, addresses: Collection[str]) -> bool:
        """Whether a report of the case that went, or may have gone, held one of the addresses."""
        sent = self._sent.get(case_id, frozenset())
        mine = select(package.c.manifest_digest, package.c.recipient).where(package.c.package_id.in_(sent))
        rows = self._connection.execute(mine).all()
        bodies = [self._shelf.body(row.manifest_digest, self._reference(case_id, row.recipient)) for row in rows]
        if not bodies or any(isinstance(body, Unusable) for body in bodies):
            return True
        told = [body["urls"] for body in bodies if isinstance(body, dict)]
        return any(url["urlString"] in addresses for urls in told if isinstance(urls, list) for url in urls)

    def _reference(self, case_id: int, recipient: str) -> str:
        return external_reference(self._app.store.index_key, routes().home_country, recipient, case_id)


def _sent_packages(connection: Connection) -> dict[int, frozenset[int]]:
    """Of each case the packages whose report ICCAM took, or may have: by the order of the chain the last one made
    before sending began. What ICCAM refused, or did not know before it took another, is none of them."""
    last, tried = dict[int, int](), defaultdict[int, dict[str, frozenset[int]]](dict)
    query = select(audit.c.event, audit.c.subject, audit.c.details).where(audit.c.event.in_((_EXPORTED, *_NOTES)))
    for row in connection.execute(query.order_by(audit.c.seq)):
        case_id, said = int(row.subject.removeprefix("C")), json.loads(row.details)
        if row.event == _EXPORTED:
            if said["kind"] == ICCAM:
                last[case_id] = said["package"]
        elif said["call"] == Call.REPORT and case_id in last:
            _follow(tried[case_id], _NOTES[row.event], str(said.get("sent_as")), last[case_id], said.get("number"))
    return {case_id: frozenset[int]().union(*each.values()) for case_id, each in tried.items()}


def _follow(
    tried: dict[str, frozenset[int]], happened: Happened, sent_as: str, made: int, number: int | None
) -> None:
    """One more note of a case's report: references to the packages that may have gone under them."""
    if happened is Happened.SENDING:
        tried[sent_as] = tried.get(sent_as, frozenset()) | {made}
    elif happened is Happened.ACCEPTED:
        for other in tried.keys() - {sent_as}:
            del tried[other]
    elif happened is Happened.REFUSED and number is None:
        tried.pop(sent_as, None)
