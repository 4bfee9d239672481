"""What a later report does to a case: new facts bring it back, a bare repeat is only counted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from triage.clocks import Lane
from triage.grouping import NO_FACTS, Brought, NewFact, Standing, bring
from triage.lifecycle import Status
from triage.verdict import Escalation, Label

BARE = Brought(Label.COMPLETE, Escalation.NONE, assigned=False, question=False, contact=False, unlike_text=False)


def _standing(status: Status, label: Label = Label.COMPLETE, escalate: Escalation = Escalation.NONE) -> Standing:
    return Standing(status, Status.NEW, label, escalate, assigned=False, question=False)


@pytest.mark.parametrize("label", list(Label))
def test_what_nobody_reads_waits_among_the_suspects_and_keeps_its_label(label: Label) -> None:
    after = bring(_standing(Status.NEW, label), replace(BARE, unread=True))
    assert (after.lane, after.label, after.escalate) == (Lane.SUSPECTS, max(label, Label.COMPLETE), Escalation.NONE)
    assert bring(after, BARE).lane is Lane.SUSPECTS
    assert bring(after, replace(BARE, escalate=Escalation.DANGER_NOW)).lane is Lane.DANGER_NOW


@pytest.mark.parametrize("status", [Status.DECIDED, Status.CLOSED, Status.ASSESSED, Status.TAKEN])
def test_a_bare_repeat_changes_no_status(status: Status) -> None:
    after = bring(_standing(status), BARE)
    assert (after.status, after.new_facts) == (status, NO_FACTS)


@pytest.mark.parametrize("status", [Status.DECIDED, Status.CLOSED, Status.REMOVED, Status.ASSESSED])
@pytest.mark.parametrize(
    ("brought", "fact"),
    [
        (Brought(Label.COMPLETE, Escalation.NONE, False, False, contact=True, unlike_text=False), NewFact.CONTACT),
        (Brought(Label.COMPLETE, Escalation.NONE, False, False, contact=False, unlike_text=True), NewFact.UNLIKE_TEXT),
        (
            Brought(Label.COMPLETE, Escalation.RISK_TO_LIFE, False, False, contact=False, unlike_text=False),
            NewFact.DANGER,
        ),
        (
            Brought(Label.CSAM_SUSPECT, Escalation.NONE, False, False, contact=False, unlike_text=False),
            NewFact.MORE_SEVERE,
        ),
    ],
)
def test_new_facts_bring_a_case_back(status: Status, brought: Brought, fact: NewFact) -> None:
    after = bring(_standing(status), brought)
    assert after.status is Status.RETURNED
    assert after.new_facts == fact
    assert after.lane is not None


def test_a_removed_case_reported_again_returns() -> None:
    after = bring(_standing(Status.REMOVED), BARE)
    assert (after.status, after.new_facts) == (Status.RETURNED, NewFact.AGAIN_AFTER_REMOVAL)
    assert after.lane is Lane.NEW_FACTS


def test_the_graver_opinion_stays_whatever_comes_later() -> None:
    standing = _standing(Status.NEW, Label.CSAM_SUSPECT, Escalation.DANGER_NOW)
    after = bring(standing, BARE)
    assert (after.label, after.escalate, after.status) == (Label.CSAM_SUSPECT, Escalation.DANGER_NOW, Status.NEW)
    assert after.lane is Lane.DANGER_NOW


def test_a_closed_case_waits_in_no_lane() -> None:
    assert _standing(Status.CLOSED).lane is None
    assert _standing(Status.DECIDED).lane is None
