"""Which reporters are owed an answer, which answer, and why some get none. Reads codes only; opens no contact."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from pipeline.bootstrap import App
from pipeline.desk.caseview import record_of, records_of
from pipeline.desk.consent import withdrawn_among
from pipeline.desk.holding import check_here
from pipeline.desk.links import links_of_each, opinions_in
from pipeline.desk.listing import case_now
from pipeline.desk.records import StoredDisposition, dispositions_of_each
from pipeline.resources import text
from pipeline.store import bulk
from pipeline.store.answer_tables import answer_sent
from pipeline.store.engine import reading
from pipeline.store.schema import case_record, disposition, receipt, report
from triage.answer_letters import Letter, Letters, Told
from triage.answering import (
    NEEDS_A_PERSON,
    Standing,
    Template,
    may_stand_alone,
    needs_help,
    standing_of,
    tells_too_early,
    template_for,
)
from triage.completeness import Part, missing_parts
from triage.disposition import Kind
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
_ASKED = ("language", "facts", "salt", "verdict_id", "category", "reporter_group")
_HAS_CONTACT = int(Fact.HAS_CONTACT)
_SAFE = Fact.HAS_CONTACT | Fact.CONTACT_IS_SAFE
_FOR_MAIL = _SAFE | Fact.NO_EMAIL
_WAITS = frozenset(
    {Standing.READY, Standing.TO_A_PERSON, Standing.REFERRAL_FIRST, Standing.IN_DOUBT, Standing.CALLING}
)


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
    too_early: bool
    """Whether the letter tells of a referral that nobody made yet: nobody may read or hear it."""
    withdrawn: bool = False
    """Whether its reporter wants no contact any more."""
    claimed_at: int = 0
    """When (seconds) somebody began to send it, where it is not known how that went; else 0."""

    def letter(self, help_line: str, name: str | None = None, told: Told = Told.WRITTEN) -> Letter:
        """What the reporter will read or hear; `help_line` is the setting."""
        return letters().letter(self.template, self.missing, self.chosen, name, told, help_line)

    @property
    def language(self) -> str:
        """The language they read or hear it in."""
        return letters().language(self.chosen)

    @property
    def mailable(self) -> bool:
        """Whether a mail may go at all, also where the reporter was answered another way: safe, and with an address."""
        return self.facts & _FOR_MAIL == _SAFE and not self.withdrawn

    @property
    def needs_reading(self) -> bool:
        """Whether a person reads report and letter before anybody is answered."""
        return bool(NEEDS_A_PERSON & self.codes)


class _Sent(NamedTuple):
    """A row of `answer_sent`."""

    template: str
    state: str
    made_at: int


class _Known(NamedTuple):
    """What the store says of one report: `receipt`: it has no contact and a code; `sent`: answers begun or gone."""

    report_id: int
    language: str | None
    facts: Fact
    erased: bool
    codes: frozenset[str]
    to_person: bool
    category: str | None
    receipt: bool
    sent: Sequence[_Sent]
    withdrawn: bool
    helps: bool
    """Whether they are to hear where help is."""


@dataclass(frozen=True, slots=True)
class CaseAnswers:
    """Every answer about one case, by report. `decided`: somebody disposed `answer`."""

    row: Row[Any]
    decided: bool
    owed: tuple[Owed, ...]
    elsewhere: tuple[int, ...] = ()
    """Where no report is this case's own: the cases in which its reporters are answered."""

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
        return bool(there & _WAITS) or (self._is_open and not self.elsewhere and Standing.SENT not in there)

    @property
    def leads_elsewhere(self) -> bool:
        """Whether somebody who looks for it here is to be told where its reporters are answered."""
        return self._is_open and bool(self.elsewhere)

    @property
    def _is_open(self) -> bool:
        return Status(self.row.status) is not Status.CLOSED


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
        calling = list(answers_in(connection, [one for one in _being_called(connection) if one not in there]))
    return tuple(one for one in (*decided, *calling) if one.waits or one.leads_elsewhere)


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
    return list(answers_in(connection, list(dict.fromkeys(ids))))


def to_answer(connection: Connection, case_id: int, template: Template | None = None) -> CaseAnswers:
    """The answers about a case disposed `answer`. Raises RuleBroken where nobody did, it was joined since, or nobody
    would get the letter asked for."""
    case = answers_of(connection, case_id, template)
    check_here(case.row)
    _check_own(case)
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


def check_answered_here(connection: Connection, case_id: int) -> None:
    """Raises RuleBroken, naming the case to dispose instead, where no report of this one is its own."""
    _check_own(answers_of(connection, case_id))


def _check_own(case: CaseAnswers) -> None:
    if case.elsewhere:
        named = ", ".join(f"C{one}" for one in case.elsewhere)
        raise RuleBroken(f"who reported C{case.case_id} is answered in {named}: decide and answer there")


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
    found = answers_in(connection, list(ids) if allowed else [])
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
    record_of(connection, case_id)
    (found,) = answers_in(connection, [case_id], template, only)
    return found


def answers_in(
    connection: Connection, cases: Sequence[int], template: Template | None = None, only: int | None = None
) -> Iterator[CaseAnswers]:
    """`answers_of` each of these cases in their order, the store asked once for all of them."""
    rows, decided = records_of(connection, cases), dispositions_of_each(connection, cases)
    links = links_of_each(connection, cases)
    own = {case_id: each[each[:, 2] == 0][:, 0].tolist() for case_id, each in links.items()}
    known = _known(connection, (one for each in own.values() for one in each if only in (None, one)))
    for case_id in cases:
        made = decided.get(case_id, ())
        asked_at = max((one.made.at for one in made if one.made.kind is Kind.ANSWER), default=None)
        since = 0 if asked_at is None else int(asked_at.timestamp())
        reports = (known[one] for one in sorted(set(own.get(case_id, ()))) if one in known)
        closed = Status(rows[case_id].status) is Status.CLOSED
        owed = tuple(_owed(one, made, since, template, closed=closed) for one in reports)
        further = () if own.get(case_id) or case_id not in links else links[case_id][:, 0].tolist()
        yield CaseAnswers(rows[case_id], asked_at is not None, owed, _homes(connection, further))


def _homes(connection: Connection, reports: Iterable[int]) -> tuple[int, ...]:
    """The cases of today these reports are answered in."""
    cases = {int(case_id) for _, case_id in bulk.lookup(connection, report, "report_id", reports, ("case_id",))}
    return tuple(sorted({case_now(connection, case_id) for case_id in cases}))


def _known(connection: Connection, reports: Iterable[int]) -> dict[int, _Known]:
    """What the store says of these reports and of answers to them."""
    rows = bulk.lookup(connection, report, "report_id", reports, _ASKED)
    opinions = opinions_in(connection, (one[4] for one in rows))
    codes = {number: frozenset(reason[0] for reason in one.reasons) for number, one in opinions.items()}
    unreached = [one[0] for one in rows if not one[2] & _HAS_CONTACT]
    receipts = {one[0] for one in bulk.lookup(connection, receipt, "report_id", unreached, ())}
    withdrawn = withdrawn_among(connection, (one[0] for one in rows if one[2] & _HAS_CONTACT))
    sent: defaultdict[int, list[_Sent]] = defaultdict(list)
    for number, *said in bulk.lookup(connection, answer_sent, "report_id", (one[0] for one in rows), _Sent._fields):
        sent[number].append(_Sent(*said))
    return {
        number: _Known(
            number, language, Fact(facts), salt is None, codes[verdict_id], opinions[verdict_id].to_person, category,
            number in receipts, sent.get(number, ()), number in withdrawn,
            needs_help(codes[verdict_id], Escalation(opinions[verdict_id].escalate), group),
        )
        for number, language, facts, salt, verdict_id, category, group in rows
    }  # fmt: skip


def _owed(
    one: _Known, decided: Sequence[StoredDisposition], since: int, template: Template | None, *, closed: bool
) -> Owed:  # fmt: skip
    """`template`: the letter asked for; a report that lacks nothing cannot be asked and gets the one that fits it."""
    missing = missing_parts(one.codes, told=bool(one.facts & Fact.HAS_TEXT), category=one.category)
    asks_nobody = template is Template.NEEDS_ADDRESS and not missing
    fits = template_for([each.made for each in decided], missing, closed=closed, helps=one.helps)
    chosen = fits if template is None or asks_nobody else template
    if closed and chosen is Template.GET_HELP:
        missing = ()
    too_early = tells_too_early(chosen, ((each.made.kind, each.package_id is not None) for each in decided))
    kept = _kept(one.sent, since)
    standing = standing_of(
        one.facts, one.codes, erased=one.erased, receipt=one.receipt,
        kept=kept.get(chosen) or (None if chosen is template else kept.get(None)), too_early=too_early,
        withdrawn=one.withdrawn,
    )  # fmt: skip
    claimed_at = max((sent.made_at for sent in one.sent if sent.state == CLAIMED), default=0)
    return Owed(
        one.report_id, chosen, missing, one.language, one.facts, one.codes, standing, one.to_person, too_early,
        one.withdrawn, claimed_at,
    )  # fmt: skip


def _kept(sent: Iterable[_Sent], since: int) -> dict[Template | None, Standing]:
    """What the store remembers of answers to one report: by template; and under None if any went since `since`.

    A call nobody wrote the end of counts whatever was decided since, and before anything else.
    """
    found: dict[Template | None, Standing] = {}
    for one in sorted(sent, key=lambda one: one.state == CALLING):
        if (standing := _KEPT.get(one.state)) is None:
            continue
        found[Template(one.template)] = standing
        if one.made_at >= since or one.state == CALLING:
            found[None] = standing
    return found
