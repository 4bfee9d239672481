"""Which answer a reporter gets, and who gets none: codes only, so that the rules can be read beside their tests.

One person's disposition is enough for an answer, or an operator's standing template. Nobody is written to without
having said that their contact is safe; who seeks material or help for themselves, who called for help, and whose case
is urgent never gets an answer without a person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum

from triage.completeness import Part
from triage.disposition import Disposition, Kind
from triage.lifecycle import Status
from triage.report import Fact
from triage.verdict import UNHEARD, Escalation


class Template(StrEnum):
    """What an answer says; the values are the codes in files, settings and on screens."""

    NEEDS_ADDRESS = "needs_address"
    GET_HELP = "get_help"
    """Where help is, and that nobody waits for us in danger: instead of "nothing more to do"."""
    QUESTION_FORWARDED = "question_forwarded"
    THANK_YOU = "thank_you"
    OUT_OF_REMIT = "out_of_remit"
    ANSWERED = "answered"


class Standing(StrEnum):
    """Where the answer to one report stands. Only `ready` goes; `to_a_person` if a person says they reviewed it."""

    READY = "ready"
    TO_A_PERSON = "to_a_person"
    SENT = "sent"
    IN_DOUBT = "in_doubt"
    """It was about to be sent when something broke: perhaps it arrived. Never sent again by itself."""
    REFERRAL_FIRST = "referral_first"
    """Its letter says that the question was passed on, and no referral was decided, or it is still to be exported."""
    CALLING = "calling"
    """A person was shown the telephone number and nobody wrote down yet whether the reporter was reached."""
    NO_CONTACT = "no_contact"
    BY_RECEIPT = "by_receipt"
    """No contact, but a receipt code: the reporter asks, nobody writes."""
    NOT_SAFE = "not_safe"
    """The reporter left a contact and did not say that it is safe to use."""
    WITHDRAWN = "withdrawn"
    """The reporter said later that they want no contact any more."""
    ERASED = "erased"
    NO_EMAIL = "no_email"
    """The contact holds no single mail address (a telephone at best), as intake saw or a sending found. A person calls.
    """
    NO_TELEPHONE = "no_telephone"
    """Who was to be called left no number either, as a person who opened the contact found: nobody can answer."""


class Stands(StrEnum):
    """How a report stands, as whoever asks with its receipt code may hear it."""

    OPEN = "open"
    LOOKED_AT = "looked_at"
    CLOSED = "closed"
    REMOVED = "removed"
    ERASED = "erased"


NEEDS_A_PERSON = frozenset({"seeks_material", "seeks_help_for_self"})
"""Reason codes of reports that no template may answer by itself."""
ASKED_REASON = "needs_address"
"""The reason of a disposition that asks for what is missing."""
_OTHER_MATTERS = frozenset({"asked_for_help", "worried_parent", "question", "other"})
"""Reasons of an answer that is about something else than what the report lacks."""
_OUT_OF_REMIT = "out_of_remit"
_ASKED_FOR_HELP = "asked_for_help"
_IN_NEED = frozenset({"seeks_help_for_self", "child_blackmailed", "risk_to_life"})
"""Reason codes: heard wherever they stand, also beside graver danger."""
_YOUNG = frozenset({"child", "teen"})
_REFERRED = frozenset({Kind.HELPLINE, Kind.PREVENTION})
_NOT_ALONE = frozenset({"spam", "test", "text_doubt", UNHEARD})
"""Not meant as a report, or in doubt: a person reads it first."""
_HEARD = frozenset({
    "question", "report_described", "text_signal", "mentioned_only", "missing_attachment", "bare_platform",
    "unusable_locator",
})  # fmt: skip
"""Rules know what the words of a report are. Words in which they hear nothing may be those of somebody in distress."""
_STANDS = {Status.NEW: Stands.OPEN, Status.CLOSED: Stands.CLOSED, Status.REMOVED: Stands.REMOVED}


def template_for(
    decided: Sequence[Disposition], missing: Sequence[Part], *, closed: bool, helps: bool
) -> Template:  # fmt: skip
    """The template that fits what people decided on a case (oldest first) and what is `missing` from one report.

    A case that is `closed` asks for nothing more: its reporter hears that we have finished. What is missing is asked
    for beside danger too, where an address may be what finds the child: nobody may hear that nothing more is to be
    done. Nor may who needs help (`helps`, as of `needs_help`, or a decision that says so): they hear where help is.
    Whoever decided about another matter (a question, a worry) did not mean to ask: only a decision that says so asks
    there.
    """
    asks = bool(missing) and not closed
    kinds = {one.kind for one in decided}
    answers = [one.reason for one in decided if one.kind is Kind.ANSWER]
    if asks and answers[-1:] == [ASKED_REASON]:
        return Template.NEEDS_ADDRESS
    if kinds & _REFERRED:
        return Template.QUESTION_FORWARDED
    if helps or answers[-1:] == [_ASKED_FOR_HELP]:
        return Template.GET_HELP
    why = [one.reason for one in decided if one.kind is Kind.CLOSE]
    if why:
        return Template.OUT_OF_REMIT if why[-1] == _OUT_OF_REMIT else Template.ANSWERED
    return Template.NEEDS_ADDRESS if asks and not _OTHER_MATTERS & set(answers[-1:]) else Template.THANK_YOU


def needs_help(codes: Collection[str], escalate: Escalation, group: str | None) -> bool:
    """Whether who wrote hears where help is: they seek it, a child is blackmailed, a life is at risk, a child tells.

    `group`: who they said they are. A child who asks or tells of danger is taken as one who asks for help. Who saw what
    is done to another child is asked what is missing instead.
    """
    if _IN_NEED & set(codes):
        return True
    return group in _YOUNG and (escalate is not Escalation.NONE or "question" in codes)


def tells_too_early(template: Template, decided: Iterable[tuple[Kind, bool]]) -> bool:
    """Whether a letter says that a question was passed on, and no referral was decided, or one is still to be exported.

    `decided`: each kind decided on the case, and whether a package was made for it.
    """
    went = [made for kind, made in decided if kind in _REFERRED]
    return template is Template.QUESTION_FORWARDED and not (went and all(went))


def standing_of(
    facts: Fact, codes: Collection[str], *, erased: bool, receipt: bool, kept: Standing | None, too_early: bool,
    withdrawn: bool = False,
) -> Standing:  # fmt: skip
    """Whether one report can be answered. `kept`: what the store remembers of this answer, None if nothing.

    `too_early`: its letter tells of a referral that was not made yet (`tells_too_early`); `withdrawn`: its reporter
    wants no contact any more.
    """
    if kept in (Standing.SENT, Standing.IN_DOUBT, Standing.CALLING):
        return kept
    if erased:
        return Standing.ERASED
    if not facts & Fact.HAS_CONTACT:
        return Standing.BY_RECEIPT if receipt else Standing.NO_CONTACT
    if withdrawn:
        return Standing.WITHDRAWN
    if not facts & Fact.CONTACT_IS_SAFE:
        return Standing.NOT_SAFE
    if too_early and kept is not Standing.NO_TELEPHONE:
        return Standing.REFERRAL_FIRST
    if kept is not None:
        return kept
    if facts & Fact.NO_EMAIL:
        return Standing.NO_EMAIL
    return Standing.TO_A_PERSON if NEEDS_A_PERSON & set(codes) else Standing.READY


def stands_of(status: Status, *, erased: bool) -> Stands:
    """How one report stands, by its case's `status`. No letter goes with a removed case or an erased report."""
    if erased:
        return Stands.ERASED
    return _STANDS.get(status, Stands.LOOKED_AT)


def may_stand_alone(facts: Iterable[Fact], codes: Iterable[Collection[str]], to_person: Iterable[bool]) -> bool:
    """Whether a standing template may answer the reports of a case nobody disposed `answer`; one value for each report.

    Never an SOS call, one INHOPE assigned, advertising, a test, or what a verdict leaves in doubt (`to_person`, or the
    reason `text_doubt`), nor own words of which no rule knows what they are. Who asks sees that nobody is in danger.
    """
    return not any(
        said & (Fact.ALERT | Fact.ASSIGNED) or doubted or _NOT_ALONE & set(heard)
        or (said & Fact.HAS_TEXT and not _HEARD & set(heard))
        for said, heard, doubted in zip(facts, codes, to_person, strict=True)
    )  # fmt: skip
