"""A club that meets is no meeting with a child; who asks that a child be taken off a page tells of no danger."""

from __future__ import annotations

import pytest

from pipeline.bootstrap import decider
from tests.ruled import RULES, judged, said
from triage.verdict import Escalation, Label

CLUBS = [
    "Members of our club meet on Friday", "Our club meets on Friday", "The choir members meet every Saturday",
    "The parents' council meets on Monday evening", "Our association meets tomorrow in the park",
    "Članovi našeg kluba se sastaju u petak", "Članovi udruženja sastaju se u subotu",
    "Чланови нашег клуба се састају у петак",
    "Die Mitglieder unseres Vereins treffen sich am Freitag", "Unser Chor trifft sich am Montag",
    "Anëtarët e klubit tonë takohen të premten", "Shoqata jonë takohet të shtunën",
]  # fmt: skip
MEETINGS = [
    "Members of the group want to meet me on Friday", "A member of our club meets my daughter on Friday",
    "Members of our club meet a girl on Friday", "Članovi našeg kluba se sastaju s dječakom u petak",
    "Чланови нашег клуба се састају с дјечаком у петак", "The coach of our club wants to meet me on Friday",
    "He wants to meet on Friday", "Sastajemo se u klubu u petak", "Sastaju se u našem klubu u petak",
    "They meet in our club on Friday", "A man from our club meets tomorrow", "Our secret club meets tonight",
    "Ein Mann aus unserem Verein trifft sich am Freitag mit ihr", "Members of our club meet him alone on Friday",
]  # fmt: skip
REMOVALS = [
    "Bitte entfernen, das ist ein Kind!!", "Bitte löschen, das ist ein Kind", "Please remove, that is a child!!",
    "please delete it that is a child", "Molim uklonite, to je dijete!!", "Uklonite slike, to je dijete",
    "Молим уклоните, то је дете!!", "Hiqni këtë, është një fëmijë", "Ju lutem hiqeni, është fëmijë!!",
]  # fmt: skip


@pytest.mark.parametrize("text", CLUBS)
@pytest.mark.parametrize("placed", [True, False])
def test_a_club_that_meets_is_harmless(text: str, placed: bool) -> None:
    for verdict in (judged(text, placed=placed), decider().decide(said(text, placed=placed))):
        assert verdict.escalate is Escalation.NONE
        assert verdict.label is (Label.COMPLETE if placed else Label.INCOMPLETE)
        assert not verdict.to_person


@pytest.mark.parametrize("text", MEETINGS)
def test_a_meeting_stays_one(text: str) -> None:
    assert judged(text).escalate is Escalation.DANGER_NOW


def test_what_was_ticked_or_called_is_not_calmed() -> None:
    text = "Our association meets tomorrow in the park"
    assert judged(text, category="grooming").escalate is Escalation.DANGER_NOW
    assert RULES.decide(said(text)._replace(alert=True)).escalate is Escalation.DANGER_NOW
    assert RULES.decide(said(text)._replace(concerns_own_child=True)).escalate is Escalation.DANGER_NOW


@pytest.mark.parametrize("text", REMOVALS)
def test_who_asks_that_a_child_be_taken_off_a_page_is_suspected_without_danger(text: str) -> None:
    verdict = decider().decide(said(text, placed=True))
    assert verdict.label is Label.CSAM_SUSPECT
    assert verdict.escalate is Escalation.NONE
    assert decider().decide(said(text)).escalate <= Escalation.ABUSE_DESCRIBED


@pytest.mark.parametrize(
    "text",
    [
        "Please remove, that is my child, he threatens her", "Uklonite to, dijete je u opasnosti",
        "Уклоните то, дијете је у опасности", "Please remove, this child is being hurt now",
        "Bitte entfernen, er trifft das Kind morgen", "Hiqni këtë, babai e rreh fëmijën",
    ],
)  # fmt: skip
def test_danger_told_beside_it_stands(text: str) -> None:
    assert judged(text).escalate >= Escalation.CHILD_BLACKMAILED
    assert decider().decide(said(text)).escalate >= Escalation.CHILD_BLACKMAILED


@pytest.mark.parametrize(
    "text",
    [
        "ne foto jam une, isha 13 vjece, ju lutem hiqeni", "Fëmija në ato pamje jam unë. Ju lutem hiqni.",
        "Dijete na slikama sam ja, molim uklonite", "Bitte entfernen, das Kind bin ich",
    ],
)  # fmt: skip
def test_the_child_who_asks_it_for_itself_is_not_calmed(text: str) -> None:
    assert not any("asks-removal" in reason.rule for reason in judged(text, placed=True).reasons)
