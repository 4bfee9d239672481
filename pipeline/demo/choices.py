"""Which sample cases two sample people decide, and how: chosen by what the store says, the same for the same sample.

The decisions are examples of every rule (four eyes, one item at a time for grave classifications, closing with a
reason), made up for invented reports; nobody looked at anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from sqlalchemy import select

from pipeline.bootstrap import App
from pipeline.desk.caseview import CaseFacts, case_facts
from pipeline.desk.vaultroom import Vaultroom
from pipeline.routes import routes
from pipeline.store.engine import reading
from pipeline.store.schema import case_record
from triage.assessment import Classification
from triage.disposition import Kind
from triage.routing import PERSON_DECIDES, Facts, Routes
from triage.verdict import Escalation, Label

ASSIGNED_TO_ICCAM = 2
DANGERS = 2
REFERRALS = 4
CLOSED = {"spam": 4, "test": 3}
NOT_ILLEGAL = 3
Words = dict[str, str]
_SEEN = {"viewed": "content"}
_HOSTED_ABROAD = {"hosting_country": "NL", "hosting_source": "analyst"}
_ANSWERS = {"gender": "not_determined", "age_group": "pubescent", "virtual": "no", "site_type": "website"}


@dataclass(slots=True)
class Decisions:
    """What is to be done, as the words of `hotline assess`, `dispose` and `release`.

    `grave` assessments need a file (or a command) each, the others may stand in one file.
    """

    grave: list[Words] = field(default_factory=list)
    assess: list[Words] = field(default_factory=list)
    dispose: list[Words] = field(default_factory=list)
    release: list[Words] = field(default_factory=list)


def choose(app: App) -> Decisions:
    """Decisions for a workspace that holds the sample; fewer where it holds less."""
    cases, chosen, made = _Cases(app), set[int](), Decisions()
    routing = routes()
    police = [one.code for one in routing.recipients.values() if one.kind is Kind.POLICE]
    for place, recipient in enumerate(police):
        for case in cases.first(1, chosen, Label.CSAM_SUSPECT, _for_police(recipient, routing)):
            _to_police(made, case, recipient, grave=("baseline", "national", "")[place % 3])
    for case in cases.first(ASSIGNED_TO_ICCAM, chosen, Label.CSAM_SUSPECT, lambda case: case.assigned and _web(case)):
        _grave(made, case, "baseline", _HOSTED_ABROAD | _ANSWERS)
        _dispose(made, case, Kind.ICCAM, "iccam", "hosted_abroad")
    for case in cases.first(DANGERS, chosen, Label.INCOMPLETE, lambda case: _asks(case) and _police_of(case) != ""):
        _danger(made, case)
        _refer(made, case)
    for case in cases.first(REFERRALS, chosen, Label.INCOMPLETE, _asks_in_no_danger):
        _refer(made, case)
    for why, count in CLOSED.items():
        for case in cases.first(count, chosen, Label.INCOMPLETE, _says_only(why)):
            _dispose(made, case, Kind.CLOSE, "", why)
    for case in cases.first(NOT_ILLEGAL, chosen, Label.COMPLETE, _web):
        reason = "does_not_meet_threshold_for_illegality"
        made.assess.append({"case": _name(case), "classification": "not_illegal", "reason": reason, **_SEEN})
        _dispose(made, case, Kind.CLOSE, "", "not_illegal")
    return made


class _Cases:
    """Cases by label, gravest and oldest first, each read when it is first looked at."""

    def __init__(self, app: App) -> None:
        self._app, self._vault = app, Vaultroom(app)
        self._read: dict[int, CaseFacts] = {}

    def first(
        self, count: int, chosen: set[int], label: Label, fits: Callable[[CaseFacts], bool]
    ) -> Iterator[CaseFacts]:
        """The first `count` cases that fit and are not `chosen` yet; they are added to it."""
        for case_id in self._ids(label):
            if count and case_id not in chosen and fits(self._facts(case_id)):
                count -= 1
                chosen.add(case_id)
                yield self._facts(case_id)

    def _ids(self, label: Label) -> Iterator[int]:
        """Cases of equal rank (one report may open several) come by their addresses: numbers differ by workspace."""
        columns = case_record.c
        rank = (columns.escalate.desc(), columns.first_received)
        statement = select(columns.escalate, columns.first_received, columns.case_id).where(columns.label == int(label))
        with reading(self._app.store.engine) as connection:
            rows = connection.execute(statement.order_by(*rank)).all()
        for _, group in groupby(rows, key=lambda row: row[:2]):
            equal = [int(row.case_id) for row in group]
            yield from equal if len(equal) == 1 else sorted(equal, key=self._addresses)

    def _addresses(self, case_id: int) -> list[str]:
        return sorted(item.canonical for item in self._facts(case_id).locators)

    def _facts(self, case_id: int) -> CaseFacts:
        if case_id not in self._read:
            self._read[case_id] = case_facts(self._app, case_id, self._vault)
        return self._read[case_id]


def _to_police(made: Decisions, case: CaseFacts, recipient: str, grave: str) -> None:
    if grave:
        _grave(made, case, grave, _HOSTED_ABROAD | _ANSWERS if grave == "baseline" else _ANSWERS)
        if grave == "baseline":
            _dispose(made, case, Kind.ICCAM, "iccam", "hosted_abroad")
    else:
        made.assess.append({"case": _name(case), "classification": "illegal_other", "kind": "blackmail", **_SEEN})
    reason = "victim_may_be_here" if case.escalate > Escalation.NONE else "suspect_may_be_here"
    _dispose(made, case, Kind.POLICE, recipient, reason)
    made.release.append({"case": _name(case)})


def _danger(made: Decisions, case: CaseFacts) -> None:
    """A child may be in danger: police get it, whatever else is done, also where nobody could look at anything."""
    said = {"classification": "not_assessed", "reason": "referrer_not_known_or_incorrect"}
    made.assess.append({"case": _name(case)} | said)
    _dispose(made, case, Kind.POLICE, _police_of(case), "urgent_danger")
    made.release.append({"case": _name(case)})


def _refer(made: Decisions, case: CaseFacts) -> None:
    reason = "worried_parent" if "parent" in case.reporter_groups else "question"
    _dispose(made, case, Kind.HELPLINE, "helpline", reason)


def _grave(made: Decisions, case: CaseFacts, classification: str, answers: Words) -> None:
    item = f"L{case.primary_locator}"
    made.grave.append({"case": _name(case), "item": item, "classification": classification, **_SEEN, **answers})


def _dispose(made: Decisions, case: CaseFacts, kind: Kind, recipient: str, reason: str) -> None:
    made.dispose.append({"case": _name(case), "kind": str(kind), "recipient": recipient, "reason": reason})


def _name(case: CaseFacts) -> str:
    return f"C{case.case_id}"


def _web(case: CaseFacts) -> bool:
    return any(item.locator_id == case.primary_locator and item.kind == "url" for item in case.locators)


def _for_police(recipient: str, routing: Routes) -> Callable[[CaseFacts], bool]:
    """Cases on the web in the area of one police unit: who gets a case that is otherwise illegal gets this one."""

    def fits(case: CaseFacts) -> bool:
        asked = Facts(area=case.area, classification=str(Classification.ILLEGAL_OTHER))
        return _web(case) and any(suggestion.recipient == recipient for suggestion in routing.suggest(asked))

    return fits


def _asks(case: CaseFacts) -> bool:
    return any(suggestion.kind is Kind.HELPLINE for suggestion in case.suggestions)


def _asks_in_no_danger(case: CaseFacts) -> bool:
    return _asks(case) and case.escalate is Escalation.NONE


def _police_of(case: CaseFacts) -> str:
    """The agency a case of danger is suggested to, "" where there is no danger or a person must choose."""
    if case.escalate is Escalation.NONE:
        return ""
    agencies = (one.recipient for one in case.suggestions if one.kind is Kind.POLICE)
    return next((one for one in agencies if one != PERSON_DECIDES), "")


def _says_only(why: str) -> Callable[[CaseFacts], bool]:
    return lambda case: why in case.reason_codes and case.escalate is Escalation.NONE
