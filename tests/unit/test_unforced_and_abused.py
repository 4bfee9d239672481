"""Who takes a report back and is threatened by nobody, and who was abused and says so in Albanian."""

from __future__ import annotations

import pytest

from pipeline.bootstrap import decider
from tests.ruled import judged, said
from triage.verdict import Escalation

UNFORCED = [
    "I withdraw my report. Nobody threatens me.", "Povlačim prijavu. Niko mi ne prijeti.",
    "I withdraw my report. Nobody is threatening me, nobody forced me.",
    "Повлачим пријаву, нико ме не присиљава.", "Ich ziehe meine Meldung zurück. Niemand droht mir.",
    "Ich ziehe meine Meldung zurück, es zwingt mich niemand.", "Anuloni raportimin tim. Askush nuk më kërcënon.",
]  # fmt: skip
UNDER_THREAT = [
    "I withdraw my report, he threatens me.", "I withdraw my report, he won't stop threatening me.",
    "Povlačim prijavu, prijeti mi.", "Povlačim prijavu, ne prestaje da mi prijeti.",
    "I withdraw my report, if anyone threatens me again I write.",
    "I withdraw my report, nobody threatens me but he will hurt me if I do not.",
    "Ich ziehe meine Meldung zurück, er droht mir.", "Anuloni raportimin tim, më kërcënon.",
]  # fmt: skip


@pytest.mark.parametrize("text", UNFORCED)
def test_who_is_threatened_by_nobody_is_in_no_danger_but_a_person_reads_it(text: str) -> None:
    assert judged(text).escalate is Escalation.NONE
    assert judged(text).to_person
    assert decider().decide(said(text)).escalate is Escalation.NONE


@pytest.mark.parametrize("text", UNDER_THREAT)
def test_who_is_threatened_stays_in_danger(text: str) -> None:
    assert judged(text).escalate is Escalation.DANGER_NOW


@pytest.mark.parametrize("text", ["më kanë abuzuar", "Më kanë abuzuar kur isha e vogël, a mund të më ndihmoni?"])
def test_who_was_abused_is_heard(text: str) -> None:
    assert judged(text).escalate is Escalation.ABUSE_DESCRIBED


@pytest.mark.parametrize("text", ["më kanë abuzuar", "Më ka abuzuar dikush dhe kam nevojë për ndihmë."])
def test_who_was_abused_and_asks_for_help_is_not_taken_for_who_fears_himself(text: str) -> None:
    verdict = decider().decide(said(text))
    assert any(":abused-me-sq@" in one.rule for one in verdict.reasons)
    assert all(one.code != "seeks_help_for_self" for one in verdict.reasons)


def test_a_film_of_abused_children_is_nobody_who_was_abused() -> None:
    reasons = judged("pashë video me fëmijë të abuzuar", placed=True).reasons
    assert all("abused-" not in one.rule for one in reasons)
