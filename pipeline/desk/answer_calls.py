"""Answer who left nothing but a telephone: a person is shown the number once, calls, and says how it went.

As with a mail, the claim and that the contact is opened are written down first, in one transaction. Until somebody says
whether the reporter was reached, the answer is in doubt and nobody else is shown the number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select, update

from pipeline.bootstrap import App
from pipeline.desk.answer_rows import NOT_SENT, Answering, claim, mark
from pipeline.desk.answer_sending import REFERRAL_FIRST
from pipeline.desk.answers import CALLING, NO_EMAIL, NO_TELEPHONE, REFUSED, SENT, CaseAnswers, Owed, to_answer
from pipeline.desk.caseview import record_of
from pipeline.desk.holding import check_free, check_here
from pipeline.desk.listing import case_now
from pipeline.desk.numbers import shown_report
from pipeline.desk.told_reports import reports_of
from pipeline.desk.vaultroom import Vaultroom
from pipeline.store import bulk
from pipeline.store.answer_tables import answer_sent
from pipeline.store.engine import writing
from pipeline.store.schema import report
from triage.answer_letters import Letter, Told
from triage.answering import Standing
from triage.errors import HotlineError, RuleBroken, UsageError
from triage.people import Act, Person, require

CALLED = "answer_called"
"""Audit event; its subject is the case."""
_CALLABLE = frozenset({"", REFUSED, NO_EMAIL})


@dataclass(frozen=True, slots=True)
class ToCall:
    """One reporter to call, for one person's eyes: number and best time as typed (None: none), what to read out."""

    report_id: int
    letter: Letter = field(repr=False)
    phone: str | None = field(repr=False)
    best_time: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Calls:
    """Whom to call about a case; `read_first`: how many more wait until a person reads their reports."""

    now: tuple[ToCall, ...]
    read_first: int


def call(app: App, by: Person, case_id: int, now: datetime, *, reviewed: bool = False) -> Calls:
    """Open the telephone numbers of a case's reporters whose only safe contact they are, for `by` to call now.

    Raises RuleBroken naming the rule, CaseTaken; KeyProblem or Damage, and then nobody is being called.
    """
    require(by, Act.DISPOSE, "call a reporter")
    answering = Answering(app, by, now)
    with writing(app.store.engine) as connection:
        case = to_answer(connection, case_id)
        check_free(case.row, by, now)
        alone = [one for one in case.owed if one.standing is Standing.NO_EMAIL]
        ready = [one for one in alone if reviewed or not one.needs_reading]
        going = [one for one in ready if claim(connection, answering, case_id, one, CALLING, _CALLABLE) is not None]
        if not going:
            raise RuleBroken(_why_nobody(case))
    vault, opened = Vaultroom(app), list[ToCall]()
    try:
        for one in going:
            opened.append(_opened(answering, case_id, one, vault))
    except HotlineError:
        for one in going:
            _not_called(answering, case_id, one, REFUSED, REFUSED)
        raise
    return Calls(tuple(opened), len(alone) - len(ready))


def called(app: App, by: Person, case_id: int, report_id: int | None, now: datetime, *, reached: bool) -> int:
    """End one call; answers the report. With `reached` the reporter is answered, else can be called again.

    Raises RuleBroken where nobody is being called, UsageError where it does not say which of several.
    """
    require(by, Act.DISPOSE, "say how a call to a reporter went")
    answering = Answering(app, by, now)
    with writing(app.store.engine) as connection:
        check_here(record_of(connection, case_id))
        waiting = _being_called(connection, case_id)
        chosen = {one: found for one, found in waiting.items() if report_id in (None, one)}
        if not chosen:
            raise RuleBroken(_why_none(connection, case_id, report_id))
        if len(chosen) > 1:
            numbers = ", ".join(shown_report(one) for one in sorted(chosen))
            raise UsageError(f"several reporters are being called: say which with --report ({numbers})")
        ((report_id, templates),) = chosen.items()
        mine = (answer_sent.c.report_id == report_id) & (answer_sent.c.state == CALLING)
        connection.execute(update(answer_sent).where(mine).values(state=SENT if reached else NO_EMAIL))
        for template in templates:
            said = {"report": shown_report(report_id), "template": template, "reached": reached}
            answering.record(connection, CALLED, case_id, said)
    return report_id


def _opened(answering: Answering, case_id: int, one: Owed, vault: Vaultroom) -> ToCall:
    reach, help_line = vault.reach(one.report_id), answering.app.settings.help_line
    if reach is None or reach.phone is None:
        _not_called(answering, case_id, one, NO_TELEPHONE, NO_TELEPHONE)
        return ToCall(one.report_id, one.letter(help_line, None, Told.CALLED), None, None)
    return ToCall(one.report_id, one.letter(help_line, reach.name, Told.CALLED), reach.phone, reach.best_time)


def _not_called(answering: Answering, case_id: int, one: Owed, state: str, result: str) -> None:
    mark(answering, case_id, one, state, NOT_SENT, {"by": "telephone", "result": result}, claim=answering)


def _being_called(connection: Connection, case_id: int) -> dict[int, list[str]]:
    """Report to the templates that are being read out; a move of the report or a new decision changes neither."""
    rows = bulk.lookup(connection, answer_sent, "report_id", reports_of(connection, case_id), ("template", "state"))
    found: dict[int, list[str]] = {}
    for report_id, template, state in rows:
        if state == CALLING:
            found.setdefault(report_id, []).append(template)
    return found


def _why_none(connection: Connection, case_id: int, report_id: int | None) -> str:
    if report_id is not None:
        query = select(report.c.case_id).where(report.c.report_id == report_id)
        written = connection.execute(query).scalar_one_or_none()
        there = case_id if written is None else case_now(connection, written)
        if there != case_id:
            return f"{shown_report(report_id)} lies in C{there} now: `hotline answers called C{there} --reached …`"
    return f"nobody is being called: `hotline answers call C{case_id}` shows the number"


def _why_nobody(case: CaseAnswers) -> str:
    here = f"C{case.case_id}"
    if case.counts[Standing.CALLING]:
        return f"somebody calls already: say how it went first, `hotline answers called {here} --reached …`"
    if case.counts[Standing.REFERRAL_FIRST]:
        return REFERRAL_FIRST
    if case.counts[Standing.NO_EMAIL]:
        return f"no template answers such a report: read it, `hotline cases show {here} --text`, then call --reviewed"
    return f"nobody is to be called about {here}: see `hotline answers list`"
