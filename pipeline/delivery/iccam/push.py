"""Send what may be sent: for every case one plan, its steps in order, stopping that case at the first no.

Nothing is sent in doubt. ICCAM is asked for a report's reference first. Found: its number is taken. Not there: it is
sent, which is noted before it starts. Where no answer was noted to that, the next run asks anew, unless it was tried a
moment ago, since what ICCAM took need not be found at once; ICCAM cannot say: it is left to a person.
All other calls are planned from what ICCAM shows at that moment, so an answer that was lost is seen next time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import cast

from exporters.iccam_codes import Codes
from pipeline.delivery.iccam.calls import UNASSESSED, Calls, Found
from pipeline.delivery.iccam.line import Answered, Denied, Refused
from pipeline.delivery.iccam.plan import Call, Held, Step, next_steps
from pipeline.delivery.iccam.state import Body, ContentState, OurCase, ReportState
from triage.errors import ServiceFailed

FAILURES_IN_A_ROW = 3
"""After so many cases that got no answer, or one that is about all, ICCAM is down: the rest waits for the next run."""
NO_ANSWER = "no answer"
NOT_YET = "sending it began a moment ago and ICCAM does not show it"
_FORBIDDEN = 403
_REFERENCE = "hotlinereference"
"""As ICCAM names the field of a reference it has already (`Refused.fields`)."""
_BAD_REQUEST, _ASSESSMENT = 400, "assessment"
"""An action refused so is too early, not wrong, where ICCAM took the report not long ago: it has not worked it in."""


class Overtaken(Exception):
    """Raised by `tell` or `ready`: people changed the case since it was read; no more of it goes in this run."""


class Happened(StrEnum):
    """What a note says. `sending` comes before a report goes and must be kept safely before this function returns."""

    SENDING = "sending"
    ACCEPTED = "accepted"
    FOUND = "found"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Noted:
    """One thing that happened to a case: which call, for which of our items, and ICCAM's number for a report or item.

    `status` and `fields` belong to a refusal: its HTTP status and the names of fields ICCAM named.
    """

    reference: str
    call: Call
    happened: Happened
    item: int = 0
    number: int | None = None
    status: int | None = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pushed:
    """What one run did: notes in order, what is held back, references in doubt (a person looks), and left for later.

    `failed`: what became of those among `later` that were tried; the others were not, since ICCAM seems `down`.
    `denied`: the status by which ICCAM said that our account may not do this; the run stopped there.
    `early`: those of them for which it is too early to say that ICCAM does not have them.
    """

    notes: tuple[Noted, ...]
    held: tuple[Held, ...]
    in_doubt: tuple[str, ...]
    later: tuple[str, ...]
    failed: Mapping[str, str] = field(default_factory=dict)
    down: bool = False
    early: tuple[str, ...] = ()
    denied: int | None = None

    def check(self) -> None:
        """Raises ServiceFailed if anything was left for later: exit 3, run again. Denied says what to mend first."""
        if self.denied is not None:
            raise Denied(self.denied)
        if self.later:
            raise ServiceFailed(f"ICCAM gave no final answer for {len(self.later)} cases: run this again later")


@dataclass(slots=True)
class _Run:
    calls: Calls
    home_country: str
    codes: Codes
    tell: Callable[[Noted], None]
    ready: Callable[[str], None]
    notes: list[Noted]
    held: list[Held]
    in_doubt: list[str]
    later: list[str]
    failed: dict[str, str]
    early: list[str]
    unsure: list[tuple[str, Noted]] = field(default_factory=list)
    """Cases in a row, each with a no that may be somebody else's than ICCAM's (`Refused.wordless`)."""

    def note(self, noted: Noted) -> None:
        self.tell(noted)
        self.notes.append(noted)

    def refuse(self, case: OurCase, noted: Noted, no: Refused) -> None:
        """Note a no, or keep it back until it is known that ICCAM itself answers."""
        if no.wordless:
            self.unsure.append((case.reference, noted))
        else:
            self.note(noted)

    def settle(self, *, answers: bool) -> None:
        """What became of the noes kept back: final where ICCAM answers, else they were of the line."""
        for reference, noted in self.unsure:
            if answers:
                self.note(noted)
            else:
                self.later.append(reference)
                self.failed[reference] = f"ICCAM answered {noted.status}"
        self.unsure.clear()


def push(
    calls: Calls, cases: Iterable[OurCase], home_country: str, codes: Codes,
    tell: Callable[[Noted], None] = lambda _: None, ready: Callable[[str], None] = lambda _: None,
) -> Pushed:  # fmt: skip
    """One run over the cases. `home_country` is ours (ISO 3166-1 alpha-2); `tell` stores each note as it happens.

    `ready`, given a reference, looks at the case once more before each step that has no note of its own before it.
    Raises BadConfiguration where account or certificate do not fit; what `tell` and `ready` raise ends the run, but
    for Overtaken, which ends the case.
    """
    run = _Run(calls, home_country, codes, tell, ready, [], [], [], [], {}, [])
    failures, denied = 0, None
    for case in cases:
        if denied is not None or failures >= FAILURES_IN_A_ROW:
            run.later.append(case.reference)
            continue
        unsure = len(run.unsure)
        try:
            _push_one(run, case)
            failures = failures + 1 if len(run.unsure) > unsure else 0
            if not failures:
                run.settle(answers=True)
        except Overtaken:
            continue
        except ServiceFailed as error:
            failures = failures + 1 if is_down(error) else 0
            denied = error.status if isinstance(error, Denied) else None
            run.later.append(case.reference)
            run.failed[case.reference] = why_later(error)
    down = denied is not None or failures >= FAILURES_IN_A_ROW
    run.settle(answers=not down)
    return Pushed(
        tuple(run.notes), tuple(run.held), tuple(run.in_doubt), tuple(run.later), run.failed, down, tuple(run.early),
        denied,
    )  # fmt: skip


def is_down(error: ServiceFailed) -> bool:
    """Whether a failure says that ICCAM takes nothing now, and not only that it could not do this."""
    return not isinstance(error, Answered) or error.of_all


def why_later(error: ServiceFailed | Refused) -> str:
    """What became of a call, in few words and with the status where there is one."""
    return f"ICCAM answered {error.status}" if isinstance(error, Answered | Refused) else NO_ANSWER


def _push_one(run: _Run, case: OurCase) -> None:
    if case.report_id is None and case.report is not None:
        found = find_sent(run.calls, case)
        if found is Found.CANNOT_SAY:
            run.in_doubt.append(case.reference)
            return
        if isinstance(found, int):
            run.note(Noted(case.reference, Call.REPORT, Happened.FOUND, number=found))
            return  # what follows a report is not for the same run (§3.4)
        if case.attempted and case.just_tried:
            run.early.append(case.reference)
            run.later.append(case.reference)
            run.failed[case.reference] = NOT_YET
            return
    try:
        report, contents = read_state(run.calls, case)
    except Refused as no:
        if no.status == _FORBIDDEN:
            _check_let_in(run.calls)
        refused = Noted(case.reference, Call.REPORT, Happened.REFUSED, 0, case.report_id, no.status, no.fields)
        run.refuse(case, refused, no)
        return
    plan = next_steps(case, report, contents, run.home_country, run.codes)
    run.held += plan.held
    for step in plan.steps:
        if not _take(run, case, step):
            return


def _check_let_in(calls: Calls) -> None:
    """One report may be hidden from us. Raises Denied where our own work list is too: then it is about us."""
    try:
        calls.work_list(UNASSESSED)
    except Refused as no:
        raise Denied(no.status) from None


def find_sent(calls: Calls, case: OurCase) -> int | Found:
    """The number of the report ICCAM has already; NOT_THERE only if it knows none of those that were attempted.

    It is asked for the reference nothing was sent under yet too: somebody may have uploaded the package by hand, or the
    store may be an older copy. Where ICCAM cannot say that, it does not have it: only an attempt of ours is a doubt.
    """
    answers = {one: calls.find_report(one) for one in dict.fromkeys((*case.attempted, case.sent_as)) if one is not None}
    numbers = [found for found in answers.values() if isinstance(found, int)]
    if numbers:
        return numbers[0]
    doubt = any(answers[one] is Found.CANNOT_SAY for one in case.attempted)
    return Found.CANNOT_SAY if doubt else Found.NOT_THERE


def read_state(calls: Calls, case: OurCase) -> tuple[ReportState | None, dict[int, ContentState]]:
    """What ICCAM says of a case: its report, and every content item of it by id; (None, {}) for one not sent yet.

    Raises Refused if ICCAM does not show it to us, ServiceFailed if it does not answer.
    """
    report_id = case.report_id
    seen: dict[int, ContentState] = {}
    for known in (item.content_id for item in case.items if report_id is None):
        if known is not None:
            seen[known] = calls.content(known)
            report_id = seen[known].report_id
    if report_id is None:
        return None, {}
    report = calls.report(report_id)
    return report, {number: seen.get(number) or calls.content(number) for number, _ in report.contents}


def _take(run: _Run, case: OurCase, step: Step) -> bool:
    """Take one step; answers whether the case may go on. Raises ServiceFailed if nobody knows what became of it."""
    done = Noted(step.reference, step.call, Happened.ACCEPTED, step.item, step.target or None)
    try:
        if step.call is Call.REPORT:
            run.note(replace(done, happened=Happened.SENDING))
            done = replace(done, number=run.calls.post_report(cast(Body, step.body)))
        else:
            run.ready(step.reference)
            _send(run.calls, step)
    except Refused as no:
        if step.call is Call.REPORT and case.sent_as in case.attempted and _REFERENCE in no.fields:
            _look_again(run, case)
            return False
        early = case.just_arrived and step.call is Call.ACTION
        if early and no.status == _BAD_REQUEST and _ASSESSMENT in no.fields:
            run.later.append(case.reference)
            run.failed[case.reference] = why_later(no)
            return False
        run.refuse(case, replace(done, happened=Happened.REFUSED, status=no.status, fields=no.fields), no)
        return False
    run.note(done)
    return True


def _look_again(run: _Run, case: OurCase) -> None:
    """ICCAM refuses a reference it was sent before: most likely it has the report, which is no refusal of the case."""
    found = find_sent(run.calls, case)
    if isinstance(found, int):
        run.note(Noted(case.reference, Call.REPORT, Happened.FOUND, number=found))
    else:
        run.in_doubt.append(case.reference)


def _send(calls: Calls, step: Step) -> None:
    if step.call is Call.ASSESSMENT:
        calls.assess(step.target, cast(Body, step.body))
    elif step.call is Call.ACTION:
        calls.act(step.target, cast(Body, step.body))
    elif step.call is Call.SITE_TYPE:
        calls.set_site_type(step.target, cast(int, step.body))
    elif step.call is Call.COMMERCIALITY:
        calls.set_commerciality(step.target, cast(int, step.body))
    elif step.call is Call.PAYMENT_METHODS:
        calls.set_payment_methods(step.target, tuple(cast("list[int]", step.body)))
