"""Which reporters are owed an answer, which answer, and why some get none. Reads codes only; opens no contact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, select

from pipeline.bootstrap import App
from pipeline.desk.caseview import record_of
from pipeline.desk.holding import check_here
from pipeline.desk.links import all_links, links_of, opinions_in
from pipeline.desk.listing import case_now
from pipeline.desk.records import dispositions_of
from pipeline.resources import text
from pipeline.store import bulk
from pipeline.store.answer_tables import answer_sent
from pipeline.store.engine import reading
from pipeline.store.schema import case_record, disposition, receipt, report
from triage.answer_letters import Letter, Letters, Told
from triage.answering import NEEDS_A_PERSON, Standing, Template, may_stand_alone, standing_of, template_for
from triage.completeness import Part, missing_parts
from triage.disposition import Disposition, Kind
from triage.errors import RuleBroken
from triage.grouping import NewFact
from triage.lifecycle import Status
from triage.people import Act, Person, require
from triage.report import Fact
from triage.verdict import Escalation

CLAIMED, CALLING, SENT, REFUSED = "claimed", "calling", "sent", "refused"
NO_EMAIL, NO_TELEPHONE = "no_email", "no_telephone"
"""States of `answer_sent`."""
STANDING_DAYS = 14
"""A standing template answers reports this young: switching one on writes to nobody about last year."""
_KEPT = {
    CLAIMED: Standing.IN_DOUBT, CALLING: Standing.CALLING, SENT: Standing.SENT, NO_EMAIL: Standing.NO_EMAIL,
    NO_TELEPHONE: Standing.NO_TELEPHONE,
}  # fmt: skip
_ASKED = ("language", "facts", "salt", "verdict_id", "category")
_SAFE = Fact.HAS_CONTACT | Fact.CONTACT_IS_SAFE
_FOR_MAIL = _SAFE | Fact.NO_EMAIL
_WAITS = frozenset({Standing.READY, Standing.TO_A_PERSON, Standing.IN_DOUBT, Standing.CALLING})


@dataclass(frozen=True, slots=True)
class Owed:
    """The answer to one report: `chosen` is the reporter's language, `missing` what `needs_address` asks for."""

    report_id: int
    template: Template
    missing: tuple[Part, ...]
    chosen: str | None
    facts: Fact
    codes: frozenset[str]
    standing: Standing
    to_person: bool
    """Whether the verdict leaves a doubt: no standing template answers it."""

    def letter(self, name: str | None = None, told: Told = Told.WRITTEN) -> Letter:
        """What the reporter will read or hear."""
        return letters().letter(self.template, self.missing, self.chosen, name, told)

    @property
    def mailable(self) -> bool:
        """Whether a mail may go at all, also where the reporter was answered another way: safe, and with an address."""
        return self.facts & _FOR_MAIL == _SAFE

    @property
    def needs_reading(self) -> bool:
        """Whether a person reads report and letter before anybody is answered."""
        return bool(NEEDS_A_PERSON & self.codes)


@dataclass(frozen=True, slots=True)
class CaseAnswers:
    """Every answer about one case, by report. `decided`: somebody disposed `answer`."""

    row: Row[Any]
    decided: bool
    owed: tuple[Owed, ...]

    @property
    def case_id(self) -> int:
        """The case's number."""
        return int(self.row.case_id)

    @property
    def counts(self) -> Counter[Standing]:
        """How many reports stand where."""
        return Counter(one.standing for one in self.owed)

    @property
    def joined(self) -> bool:
        """Whether it was joined with another case since it was decided: what was decided may fit one half only."""
        return bool(NewFact(self.row.new_facts) & NewFact.JOINED)

    @property
    def waits(self) -> bool:
        """Whether somebody should look: an answer can go or is in doubt, or it is open and nobody was reached."""
        there = {one.standing for one in self.owed}
        return bool(there & _WAITS) or (Status(self.row.status) is not Status.CLOSED and Standing.SENT not in there)


@cache
def letters() -> Letters:
    """The letters of this installation."""
    return Letters.from_toml(text("answers/letters.toml"), text("answers/missing.toml"))


def waiting(app: App, by: Person) -> tuple[CaseAnswers, ...]:
    """Cases somebody disposed `answer` that wait, oldest decision first; then others where somebody is being called."""
    require(by, Act.SEE_QUEUE)
    with reading(app.store.engine) as connection:
        decided = decided_in(connection)
        there = {one.case_id for one in decided}
        calling = [answers_of(connection, number) for number in _being_called(connection) if number not in there]
    return tuple(one for one in (*decided, *calling) if one.waits)


def _being_called(connection: Connection) -> list[int]:
    """Cases of today that hold a call nobody ended: a report may have been split off a decided one meanwhile."""
    query = select(report.c.case_id).join(answer_sent, answer_sent.c.report_id == report.c.report_id)
    ids = connection.execute(query.where(answer_sent.c.state == CALLING).distinct()).scalars()
    return sorted({case_now(connection, int(number)) for number in ids})


def decided_in(connection: Connection) -> list[CaseAnswers]:
    """Every case with the disposition `answer` that is still a case of its own, oldest decision first."""
    ids = connection.execute(
        select(disposition.c.case_id)
        .join(case_record, case_record.c.case_id == disposition.c.case_id)
        .where(
            disposition.c.kind == str(Kind.ANSWER), case_record.c.joined_into.is_(None),
            case_record.c.status != str(Status.REMOVED),
        )
        .order_by(disposition.c.made_at, disposition.c.disposition_id)
    ).scalars()  # fmt: skip
    return [answers_of(connection, case_id) for case_id in dict.fromkeys(ids)]


def to_answer(connection: Connection, case_id: int, template: Template | None = None) -> CaseAnswers:
    """The answers about a case disposed `answer`. Raises RuleBroken where nobody did, it was joined since, or nobody
    would get the letter asked for."""
    case = answers_of(connection, case_id, template)
    check_here(case.row)
    if not case.decided:
        raise RuleBroken(f"nobody decided to answer: run `hotline dispose C{case_id} answer --reason …` first")
    if case.joined:
        raise RuleBroken(f"C{case_id} was joined with another case since it was decided: dispose it again")
    fitting = {one.template for one in case.owed}
    if template is not None and fitting and template not in fitting:
        there = ", ".join(sorted(one.replace("_", " ") for one in fitting))
        raise RuleBroken(
            f"no report of C{case_id} lacks anything to ask for, so nobody would get this letter: the one shown is "
            f"{there}; leave out --template, or name another"
        )
    return case


def standing_in(connection: Connection, templates: Iterable[str], now: datetime) -> list[CaseAnswers]:
    """Cases nobody disposed `answer` whose young reports a standing template may answer, oldest first."""
    allowed = frozenset(templates)
    since = int((now - timedelta(days=STANDING_DAYS)).timestamp())
    ids = connection.execute(
        select(case_record.c.case_id)
        .where(
            case_record.c.first_received >= since, case_record.c.joined_into.is_(None),
            case_record.c.status != str(Status.REMOVED), case_record.c.escalate == int(Escalation.NONE),
        )
        .order_by(case_record.c.first_received, case_record.c.case_id)
    ).scalars()  # fmt: skip
    found = [answers_of(connection, case_id) for case_id in (ids if allowed else ())]
    return [
        one for one in found
        if not one.decided
        and may_stand_alone(
            (each.facts for each in one.owed), (each.codes for each in one.owed), (each.to_person for each in one.owed)
        )
        and any(each.template in allowed and each.standing is Standing.READY for each in one.owed)
    ]  # fmt: skip


def answers_of(
    connection: Connection, case_id: int, template: Template | None = None, only: int | None = None
) -> CaseAnswers:
    """The answers about one case; with `template`, that to everybody it can be for; `only`: just that to this report.

    A report is answered once for each decision to answer, and never twice by one template. Raises UsageError for no
    such case.
    """
    row = record_of(connection, case_id)
    decided = [one.made for one in dispositions_of(connection, case_id)]
    asked_at = max((one.at for one in decided if one.kind is Kind.ANSWER), default=None)
    links = all_links(links_of(connection, case_id))
    of_its_own = set(links[links[:, 2] == 0][:, 0].tolist())
    ids = sorted(of_its_own if only is None else of_its_own & {only})
    rows = sorted(bulk.lookup(connection, report, "report_id", ids, _ASKED))
    opinions = opinions_in(connection, (one[4] for one in rows))
    unreached = [one[0] for one in rows if not one[2] & Fact.HAS_CONTACT]
    receipts = {one[0] for one in bulk.lookup(connection, receipt, "report_id", unreached, ())}
    kept = _kept(connection, ids, 0 if asked_at is None else int(asked_at.timestamp()))
    owed = []
    for report_id, language, facts, salt, verdict_id, category in rows:
        opinion = opinions[verdict_id]
        codes = frozenset(reason[0] for reason in opinion.reasons)
        missing = missing_parts(codes, told=bool(facts & Fact.HAS_TEXT), category=category)
        chosen = _chosen(template, decided, missing)
        fits = None if chosen is template else kept.get((report_id, None))
        standing = standing_of(
            Fact(facts), codes, erased=salt is None, receipt=report_id in receipts,
            kept=kept.get((report_id, chosen)) or fits,
        )  # fmt: skip
        owed.append(Owed(report_id, chosen, missing, language, Fact(facts), codes, standing, opinion.to_person))
    return CaseAnswers(row, asked_at is not None, tuple(owed))


def _chosen(template: Template | None, decided: list[Disposition], missing: tuple[Part, ...]) -> Template:
    """The letter asked for; a report that lacks nothing cannot be asked for it and gets the one that fits it."""
    asks_nobody = template is Template.NEEDS_ADDRESS and not missing
    return template_for(decided, missing) if template is None or asks_nobody else template


def _kept(connection: Connection, ids: list[int], since: int) -> dict[tuple[int, Template | None], Standing]:
    """What the store remembers: by report and template; and by report alone (None) if any answer went since `since`.

    A call nobody wrote the end of counts whatever was decided since, and before anything else.
    """
    found: dict[tuple[int, Template | None], Standing] = {}
    rows = bulk.lookup(connection, answer_sent, "report_id", ids, ("template", "state", "made_at"))
    for report_id, name, state, made_at in sorted(rows, key=lambda row: row[2] == CALLING):
        if (standing := _KEPT.get(state)) is None:
            continue
        found[report_id, Template(name)] = standing
        if made_at >= since or state == CALLING:
            found[report_id, None] = standing
    return found
