"""Answer somebody who asks with a receipt code: how their report stands, and the letter that fits, to be read out.

No contact is opened and nobody is named: who has the code is the reporter as far as we ever know. That somebody asked
is written down each time; the code never is. Where somebody had decided to answer, it counts as the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from pipeline.bootstrap import App
from pipeline.desk.answer_rows import Answering, put, state_of
from pipeline.desk.answers import SENT, CaseAnswers, Owed, answers_of, letters
from pipeline.desk.listing import case_now
from pipeline.desk.numbers import shown_report
from pipeline.receipts import report_of
from pipeline.store.engine import writing
from pipeline.store.schema import report
from triage.answer_letters import Letter, Told
from triage.answering import Standing, Stands, stands_of
from triage.errors import Damage, UsageError
from triage.lifecycle import Status
from triage.people import Act, Person, require

ANSWER_BY_CODE = "answer who asks with a receipt code"
"""The act in words, for who may not do it."""
TOLD = "answer_told"
"""Audit event; its subject is the case the report is in today."""
READ_FIRST, JOINED, REFERRAL_FIRST = "read_first", "joined", "referral_first"
"""Why the letter is kept back: a person reads the report before; two cases became one since they were decided; it tells
of a referral that is still to be exported."""
_NO_LETTER = frozenset({Stands.REMOVED, Stands.ERASED})


@dataclass(frozen=True, slots=True)
class Asked:
    """What whoever asked may be told: `said` in the language they chose, and the letter or why there is none.

    `counts`: somebody had disposed the case `answer`, and the letter is that answer; `before`: how the answer stood.
    """

    case_id: int
    report_id: int
    stands: Stands
    said: str
    letter: Letter | None
    kept_back: str | None
    counts: bool
    before: Standing


def ask(app: App, by: Person, code: str, now: datetime, *, reviewed: bool = False) -> Asked:
    """Find the report of a receipt code and write down that somebody asked.

    Raises UsageError, which never repeats the code, where it is none or nobody was given it.
    """
    require(by, Act.DISPOSE, ANSWER_BY_CODE)
    answering = Answering(app, by, now)
    with writing(app.store.engine) as connection:
        try:
            report_id = report_of(connection, code, app.store.index_key)
        except ValueError as error:
            raise UsageError(f"{error}; let it be read out once more") from None
        if report_id is None:
            raise UsageError("there is no report with this receipt code")
        query = select(report.c.case_id, report.c.salt).where(report.c.report_id == report_id)
        row = connection.execute(query).one_or_none()
        if row is None:
            raise Damage("a receipt names a report the store does not have: run `hotline verify`")
        case = answers_of(connection, case_now(connection, row.case_id), only=report_id)
        if not case.owed:
            raise Damage("a report is not in its case: run `hotline verify`")
        (owed,) = case.owed
        stands = stands_of(Status(case.row.status), erased=row.salt is None)
        asked = _told(case, owed, stands, app.settings.help_line, reviewed=reviewed)
        said: dict[str, object] = {"report": shown_report(report_id)}
        if asked.letter is not None:
            said |= {"template": str(owed.template), "language": asked.letter.language, "answered": asked.counts}
            if asked.counts and state_of(connection, owed) != SENT:
                put(connection, answering, owed, SENT)
        answering.record(connection, TOLD, case.case_id, said)
    return asked


def _told(case: CaseAnswers, one: Owed, stands: Stands, help_line: str, *, reviewed: bool) -> Asked:
    kept_back = None
    if stands not in _NO_LETTER:
        early = REFERRAL_FIRST if one.too_early else None
        kept_back = READ_FIRST if one.needs_reading and not reviewed else JOINED if case.joined else early
    letter = None if stands in _NO_LETTER or kept_back else one.letter(help_line, told=Told.BY_CODE)
    said = letters().standing(stands, one.chosen)
    counts = case.decided and letter is not None and one.standing is not Standing.CALLING
    return Asked(case.case_id, one.report_id, stands, said, letter, kept_back, counts, one.standing)
