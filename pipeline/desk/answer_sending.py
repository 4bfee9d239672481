"""Preview and send answers to reporters: a contact is opened for one letter at a time, after it was written down.

For each letter: claim its row, write down that the contact is opened, both in one transaction; open it; send; mark the
row. Whatever stops between claim and mark leaves the answer in doubt, and what is in doubt is sent again only where a
person says so. The contact lives in memory for that one letter and stands nowhere but in the mail.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import Connection, select

from pipeline.bootstrap import App
from pipeline.delivery.answer_mail import Delivery, Mailer, mail_of, message_id
from pipeline.delivery.answer_smtp import mail_line
from pipeline.desk.answer_rows import NOT_SENT, OPENED, WENT, Answering, claim, claimed_at, mark
from pipeline.desk.answers import (
    CLAIMED,
    NO_EMAIL,
    REFUSED,
    SENT,
    CaseAnswers,
    Owed,
    decided_in,
    standing_in,
    to_answer,
)
from pipeline.desk.consent import withdrawn_among
from pipeline.desk.holding import check_free, held_by_another
from pipeline.desk.numbers import shown_report
from pipeline.desk.on_the_line import is_sending
from pipeline.desk.vaultroom import Vaultroom
from pipeline.store.engine import reading, writing
from pipeline.store.schema import audit, report
from triage.answer_contact import Reach, Way
from triage.answer_letters import NAME_SLOT, Letter
from triage.answering import Standing, Template
from triage.errors import BadConfiguration, HotlineError, RuleBroken, UsageError
from triage.people import Act, Person, require
from triage.report import Fact

SHOWN = "answer_shown"
"""Audit event; its subject is the case, its details numbers and codes."""
SAME_LETTER = "same_letter"
"""A reporter of several reports got this very letter a moment ago, by the same command."""
REFERRAL_FIRST = (
    "the letter says that the question was passed on, and no referral was made: decide it, or take another letter, and"
    " run `hotline export referral` first"
)
NOT_TRIED = "not_tried"
"""The mail server stopped answering at an earlier letter of the same command: this one is as it was."""
LEFT_TO_ANOTHER = "left_to_another"
"""Another command claimed it since this one looked, or a moment before."""
_WENT = frozenset({str(Delivery.SENT), SAME_LETTER})
_PERHAPS_THERE = frozenset({SENT, CLAIMED})
_NEW = frozenset({"", REFUSED})
_PURPOSE = b"hotline answers shown 1"
_DIGEST_HEX_DIGITS = 16
_MOST_NAMED = 10
_TO_OPEN = frozenset({Standing.READY, Standing.TO_A_PERSON, Standing.IN_DOUBT})


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer as a person sees it before it goes; `{name}` stands where the reporter's name will."""

    owed: Owed
    way: Way | None
    letter: Letter


@dataclass(frozen=True, slots=True)
class Order:
    """What a person asks for: another template than the one that fits, a word that they reviewed, a repetition.

    `reports`: only the letters for these; empty: every one.
    """

    template: Template | None = None
    reviewed: bool = False
    again: bool = False
    reports: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one answer: `sent`, `same_letter`, `refused`, `in_doubt`, `no_email`, `not_tried` or
    `left_to_another`; or why it did not go (a `Standing`)."""

    case_id: int
    report_id: int
    template: Template
    result: str


@dataclass(frozen=True, slots=True)
class _Round:
    """One command's sending: who and when, by which line, and which letters (address, text) already went with it."""

    answering: Answering
    mailer: Mailer
    vault: Vaultroom
    again: bool
    gone: set[tuple[str, str]] = field(default_factory=set, repr=False)
    _clock: float = field(default_factory=monotonic)

    @property
    def now(self) -> Answering:
        """The same at the time it is by now: a server may be slow, and others ask when a letter was begun."""
        return replace(self.answering, now=self.answering.now + timedelta(seconds=monotonic() - self._clock))


def show(app: App, by: Person, case_id: int, template: Template | None, now: datetime) -> tuple[Shown, ...]:
    """The letters about a case as they would go. Opens the contacts to see by which way; that is written down before.

    Raises RuleBroken where nobody decided to answer, KeyProblem without the vault.
    """
    require(by, Act.DISPOSE, "show answers to reporters")
    answering = Answering(app, by, now)
    with writing(app.store.engine) as connection:
        case = to_answer(connection, case_id, template)
        opened = [one for one in case.owed if one.standing in _TO_OPEN and not one.withdrawn]
        if opened:
            said: dict[str, object] = {"for": "answer_shown", "reports": len(opened)}
            answering.record(connection, OPENED, case_id, said)
        answering.record(connection, SHOWN, case_id, {"reports": len(case.owed), "digest": _digest(app, case)})
    vault, shown = Vaultroom(app), []
    for one in case.owed:
        reach = vault.reach(one.report_id) if one in opened else None
        named = reach is not None and reach.name is not None
        letter = one.letter(app.settings.help_line, NAME_SLOT if named else None)
        shown.append(Shown(_as_opened(one, reach), reach.way if reach else None, letter))
    return tuple(shown)


def _as_opened(one: Owed, reach: Reach | None) -> Owed:
    """How it stands now that its contact was opened: what holds no usable mail address cannot be sent."""
    unusable = reach is not None and reach.email is None and one.standing in (Standing.READY, Standing.TO_A_PERSON)
    return replace(one, standing=Standing.NO_EMAIL) if unusable else one


def send(app: App, by: Person, case_id: int, order: Order, now: datetime) -> tuple[Outcome, ...]:
    """Send the answers about one case that were shown to a person just as they are now.

    Raises RuleBroken naming the rule, UsageError, CaseTaken, BadConfiguration or ServiceFailed before anything was
    claimed.
    """
    require(by, Act.DISPOSE, "send answers to reporters")
    with reading(app.store.engine) as connection:
        case = to_answer(connection, case_id, order.template)
        check_free(case.row, by, now)
        _check_shown(app, connection, case, order.template)
    case = _only(case, order)
    going = [one for one in case.owed if _goes(one, order)]
    if not going:
        raise RuleBroken(_why_nothing(case))
    with _mailer(app) as mailer:
        post = _Round(Answering(app, by, now), mailer, Vaultroom(app), order.again)
        done = {one.report_id: _answer(post, case_id, one) for one in going}
    return tuple(_outcome(case_id, one, done.get(one.report_id) or _left(one, now)) for one in case.owed)


def send_standing(app: App, by: Person, now: datetime) -> tuple[Outcome, ...]:
    """Send every answer a standing template covers: of cases disposed `answer`, and of young ones nobody decided on.

    Raises BadConfiguration if no template is switched on; else as `send`.
    """
    require(by, Act.DISPOSE, "send answers to reporters")
    allowed = frozenset(app.settings.answers_standing)
    if not allowed:
        raise BadConfiguration("setting answers_standing is empty: no answer goes without a person's preview")
    with reading(app.store.engine) as connection:
        cases = [one for one in decided_in(connection) if not one.joined]
        cases += standing_in(connection, allowed, now)
    going = [
        (case.case_id, one)
        for case in cases
        if not held_by_another(case.row, by, now)
        for one in case.owed
        if one.standing is Standing.READY and one.template in allowed
    ]
    if not going:
        return ()
    with _mailer(app) as mailer:
        post = _Round(Answering(app, by, now), mailer, Vaultroom(app), again=False)
        return tuple(_outcome(case_id, one, _answer(post, case_id, one)) for case_id, one in going)


def _left(one: Owed, now: datetime) -> str:
    """Why it did not go: a letter begun a moment ago is most likely being sent, and not in doubt yet."""
    just_now = one.standing is Standing.IN_DOUBT and is_sending(one.claimed_at, now)
    return LEFT_TO_ANOTHER if just_now else str(one.standing)


def _only(case: CaseAnswers, order: Order) -> CaseAnswers:
    """The case with the letters asked for. Raises UsageError where one is none of its, or it is not said which of
    several that went goes again: nobody shall get a letter twice because another reporter lost theirs."""
    if not order.reports <= {one.report_id for one in case.owed}:
        raise UsageError(f"C{case.case_id} has no letter for this report: see `hotline answers show C{case.case_id}`")
    if order.reports:
        return replace(case, owed=tuple(one for one in case.owed if one.report_id in order.reports))
    went = [one.report_id for one in case.owed if order.again and _went_by_mail(one)]
    if len(went) > 1:
        numbers = ", ".join(map(shown_report, went[:_MOST_NAMED])) + (", …" if len(went) > _MOST_NAMED else "")
        raise UsageError(f"several letters went or may have gone: say which with --report ({numbers})")
    return case


def _goes(one: Owed, order: Order) -> bool:
    if one.standing is Standing.TO_A_PERSON:
        return order.reviewed
    return one.standing is Standing.READY or (order.again and _went_by_mail(one))


def _went_by_mail(one: Owed) -> bool:
    """Whether --again may send it: who was answered on the telephone left no address, or none that is safe."""
    return one.mailable and one.standing in (Standing.SENT, Standing.IN_DOUBT)


def _why_nothing(case: CaseAnswers) -> str:
    if case.counts[Standing.TO_A_PERSON]:
        return "no template answers such a report by itself: read it and the letter, then send with --reviewed"
    here = f"C{case.case_id}"
    went = {one.standing for one in case.owed if _went_by_mail(one)}
    if case.counts[Standing.REFERRAL_FIRST]:
        return REFERRAL_FIRST
    said = ["the answer was sent: --again sends it once more"] if Standing.SENT in went else []
    if Standing.IN_DOUBT in went:
        said.append(
            "an answer may have been sent: look for it first (another sender may have it just now), --again sends it "
            "once more"
        )
    if case.counts[Standing.CALLING]:
        said.append(f"a person calls: say how it went first, `hotline answers called {here} --reached …`")
    elif case.counts[Standing.NO_EMAIL]:
        said.append(f"who left no mail address for {here} is called by a person: `hotline answers call {here}`")
    return "; ".join(said) or f"nobody can be written to about {here}: see `hotline answers list`"


def _digest(app: App, case: CaseAnswers) -> str:
    """Keyed, over every letter about the case without its reader's name: what was shown is what goes."""
    letters = [(one.report_id, one.letter(app.settings.help_line)) for one in case.owed]
    told = [[report_id, letter.subject, letter.text] for report_id, letter in letters]
    return hmac.digest(app.store.index_key, _PURPOSE + json.dumps(told).encode(), "sha256").hex()[:_DIGEST_HEX_DIGITS]


def _check_shown(app: App, connection: Connection, case: CaseAnswers, template: Template | None) -> None:
    """Raises RuleBroken unless a person was shown exactly these letters."""
    query = select(audit.c.details).where(audit.c.event == SHOWN, audit.c.subject == f"C{case.case_id}")
    wanted = _digest(app, case)
    if not any(json.loads(details).get("digest") == wanted for details in connection.execute(query).scalars()):
        chosen = f" --template {template}" if template else ""
        raise RuleBroken(f"look at the letters as they are now first: `hotline answers show C{case.case_id}{chosen}`")


def _mailer(app: App) -> Mailer:
    if not app.settings.answers_from:
        raise BadConfiguration("setting answers_from is empty: set the neutral address that answers come from")
    return mail_line(app.workspace, app.settings, app.settings.answers_from)


def _answer(post: _Round, case_id: int, one: Owed) -> str:
    """Claim, open, send, mark; answers the result."""
    if post.mailer.lost:
        return NOT_TRIED
    begun = post.now
    if (before := _claimed(post, begun, case_id, one)) is None:
        return LEFT_TO_ANOTHER
    if before in (Standing.NOT_SAFE, Standing.WITHDRAWN):
        return before
    unsent = before if before in _PERHAPS_THERE else REFUSED
    try:
        reach = post.vault.reach(one.report_id)
    except HotlineError:
        _mark(post, begun, case_id, one, unsent, REFUSED)
        raise
    if reach is None or reach.email is None:
        _mark(post, begun, case_id, one, NO_EMAIL, NO_EMAIL)
        return NO_EMAIL
    result = _delivered(post, one, reach, reach.email)
    if result == Delivery.REFUSED:
        _mark(post, begun, case_id, one, unsent, result)
    elif result != Delivery.IN_DOUBT:
        _mark(post, begun, case_id, one, SENT, result)
    return result


def _delivered(post: _Round, one: Owed, reach: Reach, email: str) -> str:
    letter = one.letter(post.answering.app.settings.help_line, reach.name)
    if (email.lower(), letter.text) in post.gone:
        return SAME_LETTER
    app = post.answering.app
    number = message_id(app.store.index_key, one.report_id, one.template)
    mail = mail_of(letter, app.settings.answers_from, email, number, post.answering.now)
    result = post.mailer.deliver(mail).settled
    if result is Delivery.SENT:
        post.gone.add((email.lower(), letter.text))
    return str(result)


def _claimed(post: _Round, now: Answering, case_id: int, one: Owed) -> str | None:
    """Claim it unless another command has it, or may be sending it now; answers the state it had before, "" if none.

    Answers `not_safe` or `withdrawn`, and claims nothing, where its reporter allows it no more: others may have gone
    before it.
    """
    over = _NEW | _PERHAPS_THERE | {NO_EMAIL} if post.again else _NEW
    allowed = select(report.c.facts).where(report.c.report_id == one.report_id, report.c.salt.is_not(None))
    with writing(post.answering.app.store.engine) as connection:
        if not (connection.execute(allowed).scalar_one_or_none() or 0) & Fact.CONTACT_IS_SAFE:
            return str(Standing.NOT_SAFE)
        if withdrawn_among(connection, [one.report_id]):
            return str(Standing.WITHDRAWN)
        begun = claimed_at(connection, one)
        if post.again and begun is not None and is_sending(begun, now.now):
            return None
        return claim(connection, now, case_id, one, CLAIMED, over)


def _mark(post: _Round, begun: Answering, case_id: int, one: Owed, state: str, result: str) -> None:
    event = WENT if result in _WENT else NOT_SENT
    mark(post.now, case_id, one, state, event, {"by": post.mailer.way, "result": result}, claim=begun)


def _outcome(case_id: int, one: Owed, result: str) -> Outcome:
    return Outcome(case_id, one.report_id, one.template, result)


def counted(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """How often each result came, by result."""
    found: dict[str, int] = {}
    for one in outcomes:
        found[one.result] = found.get(one.result, 0) + 1
    return dict(sorted(found.items()))
