"""Released texts put into what a recipient gets, if they are still what was released; else the reason they are not.

A package never waits for its texts: where they may not go it is made without, and the outcome says why.
"""

from __future__ import annotations

import hmac
from dataclasses import replace

from sqlalchemy import Connection

from exporters.package import CaseView
from pipeline.desk.caseview import CaseFacts
from pipeline.desk.redacted_case import FIELD, redacted_case
from pipeline.desk.text_release import SWITCHED_OFF, TextDesk, TextRelease, decided_for, may_get_text, releases_of
from triage import disposition as disposing
from triage.errors import BadConfiguration, RuleBroken
from triage.report import Fact
from triage.routing import Recipient

NOT_RELEASED = "not released: see `hotline release CASE --show-text`"
CHANGED = "it changed since its release: show it again"
NO_REDACTOR = "the redactor of this installation is incomplete: see `hotline release CASE --show-text`"
BY_ASSESSOR = "who released it has assessed the case: another person must release it"


def with_texts(
    desk: TextDesk, connection: Connection, view: CaseView, case: CaseFacts, to: Recipient
) -> tuple[CaseView, str | None]:
    """The view with the texts that were released, redacted anew; or without, and why (None: nobody expects any)."""
    given = [one for one in releases_of(connection, case.case_id) if one.recipient == to.code]
    if not may_get_text(desk.app, to):
        return view, SWITCHED_OFF if given else None
    if not case.report_flags & Fact.HAS_TEXT:
        return view, None
    if not given:
        return view, NOT_RELEASED
    try:
        redactor = desk.redactor()
    except BadConfiguration:
        return view, NO_REDACTOR
    redacted = redacted_case(desk.app, case, to, desk.vault, redactor)
    valid = [one for one in given if hmac.compare_digest(one.digest, redacted.digest)]
    if not valid:
        return view, CHANGED
    if not any(_may_stand(one, case, to) for one in valid):
        return view, BY_ASSESSOR
    removed = view.removed if redacted.withheld else tuple(name for name in view.removed if name != FIELD)
    return replace(view, texts=redacted.texts, removed=removed), None


def _may_stand(one: TextRelease, case: CaseFacts, to: Recipient) -> bool:
    if not disposing.needs_release(to.kind):
        return True
    try:
        for decided in decided_for(case, to):
            disposing.check_release(decided.made, one.by, case.assessments)
    except RuleBroken:
        return False
    return True
