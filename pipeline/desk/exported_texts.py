"""Released texts put into what a recipient gets, if they are still what was released; else the reason they are not.

A package never waits for its texts: where they may not go it is made without, and the outcome says why.
"""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from exporters.package import CaseView
from exporters.withheld import FIELD, SENT_BEFORE, Withheld
from exporters.withheld import NO_REDACTOR as NOT_REDACTED
from exporters.withheld import NOT_RELEASED as LEFT
from exporters.withheld import SWITCHED_OFF as OFF
from pipeline.desk.caseview import CaseFacts
from pipeline.desk.redacted_case import redacted_case
from pipeline.desk.text_release import SWITCHED_OFF, TextDesk, TextRelease, decided_for, may_get_text, releases_of
from triage import disposition as disposing
from triage.errors import BadConfiguration, RuleBroken
from triage.routing import Recipient

NOT_RELEASED = "not released: see `hotline release CASE --show-text`"
CHANGED = "it changed since its release: show it again"
NO_REDACTOR = "the redactor of this installation is incomplete: see `hotline release CASE --show-text`"
BY_ASSESSOR = "who released it has assessed the case: another person must release it"


def with_texts(
    desk: TextDesk, connection: Connection, view: CaseView, case: CaseFacts, to: Recipient
) -> tuple[CaseView, str | None]:
    """The view with the texts that were released, redacted anew; or without, and why (None: nobody expects any).

    Either way it says of every report whose text is not in it why. `view` comes as nobody released anything.
    """
    given = [one for one in releases_of(connection, case.case_id) if one.recipient == to.code]
    if not may_get_text(desk.app, to):
        return _without(view, OFF), SWITCHED_OFF if given else None
    if not case.with_text:
        return view, None
    if not given:
        return view, NOT_RELEASED
    try:
        redactor = desk.redactor()
    except BadConfiguration:
        return _without(view, NOT_REDACTED), NO_REDACTOR
    redacted = redacted_case(desk.app, case, to, desk.vault, redactor)
    valid = [one for one in given if hmac.compare_digest(one.digest, redacted.digest)]
    if not valid:
        return view, CHANGED
    if not any(_may_stand(one, case, to) for one in valid):
        return view, BY_ASSESSOR
    removed = view.removed if redacted.withheld else tuple(name for name in view.removed if name != FIELD)
    return replace(view, texts=redacted.texts, removed=removed, withheld=_by_reason(redacted.withheld)), None


def with_sent_before(view: CaseView, case: CaseFacts, had: Collection[int]) -> CaseView:
    """The view that says of texts nobody let go now, where the recipient `had` them by an earlier package (reports, by
    packed number), that they stand there."""
    said: list[Withheld] = []
    for one in view.withheld:
        sent = tuple(number for number in one.numbers if one.why == LEFT and case.report_ids[number - 1] in had)
        left = tuple(number for number in one.numbers if number not in sent)
        said += [Withheld(why, numbers) for why, numbers in ((one.why, left), (SENT_BEFORE, sent)) if numbers]
    return replace(view, withheld=tuple(said))


def _without(view: CaseView, why: str) -> CaseView:
    """The view without texts, for one reason that holds of them all."""
    return replace(view, withheld=tuple(replace(one, why=why) for one in view.withheld))


def _by_reason(withheld: Sequence[tuple[int, str]]) -> tuple[Withheld, ...]:
    """What the redactor kept back, by reason, in the order of the reports."""
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for number, why in withheld:
        numbers[why].append(number)
    return tuple(Withheld(why, tuple(of_why)) for why, of_why in numbers.items())


def _may_stand(one: TextRelease, case: CaseFacts, to: Recipient) -> bool:
    if not disposing.needs_release(to.kind):
        return True
    try:
        for decided in decided_for(case, to):
            disposing.check_release(decided.made, one.by, case.assessments)
    except RuleBroken:
        return False
    return True
