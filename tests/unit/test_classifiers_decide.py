"""How opinions become one verdict: the table of DESIGN §3."""

from __future__ import annotations

from pathlib import Path

import pytest

from classifiers.base import KNOWN_REASONS, Classifier, Example, RuleTexts, Said
from classifiers.decide import Decider, build
from classifiers.locators import Locators
from classifiers.phrases import Phrases
from triage.errors import BadConfiguration
from triage.verdict import Escalation, Label, Reason, Verdict

DATA = Path(__file__).parents[2] / "data"
PHRASES = {path.stem: path.read_text("utf-8") for path in (DATA / "phrases").glob("*.toml")}
CATEGORIES = (DATA / "categories.toml").read_text("utf-8")
DECIDER = build(PHRASES, CATEGORIES)
URL = frozenset({"url"})
HERE = "https://host.example/a"


def codes(verdict: Verdict) -> set[str]:
    return {reason.code for reason in verdict.reasons}


def test_nothing_said_at_all_is_incomplete_for_want_of_a_locator() -> None:
    verdict = DECIDER.decide(Said())
    assert verdict.label is Label.INCOMPLETE
    assert codes(verdict) == {"no_locator"}


@pytest.mark.parametrize(
    ("problems", "code"),
    [
        (set(), "no_locator"),
        ({"bare_platform"}, "bare_platform"),
        ({"platform_home"}, "bare_platform"),
        ({"loopback"}, "unusable_locator"),
        ({"bare_platform", "email_address"}, "unusable_locator"),
    ],
)
def test_what_leads_nowhere_is_named(problems: set[str], code: str) -> None:
    said = Said(location="somewhere", locator_problems=frozenset(problems))
    assert code in codes(DECIDER.decide(said))


@pytest.mark.parametrize("category", ["csam", "grooming", "child_blackmail", "generated_imagery"])
def test_a_suspect_category_with_an_address_is_a_suspect_and_without_is_not(category: str) -> None:
    here = DECIDER.decide(Said(category=category, location=HERE, locator_kinds=URL))
    assert here.label is Label.CSAM_SUSPECT
    assert "reporter_category" in codes(here)
    assert DECIDER.decide(Said(category=category)).label is Label.INCOMPLETE


@pytest.mark.parametrize(
    "text",
    [
        "Prije 20 godina me je trener zlostavljao. Kome da se javim?",
        "Као дете сам био злостављан. Где могу да добијем помоћ?",
        "Kao dijete sam bila zlostavljana, kome da se obratim?",
        "I was abused when I was small. Where can I get help?",
        "Als Kind wurde ich missbraucht, wo bekomme ich Hilfe?",
    ],
)
def test_who_was_abused_asks_no_help_with_own_thoughts(text: str) -> None:
    from pipeline.bootstrap import decider

    verdict = decider().decide(Said(description=text))
    assert verdict.escalate is Escalation.ABUSE_DESCRIBED
    assert not codes(verdict) & {"seeks_help_for_self", "seeks_material"}


@pytest.mark.parametrize("text", ["Muče me misli o djeci, treba mi pomoć.", "I am attracted to minors and want help"])
def test_who_has_such_thoughts_is_still_heard_beside_the_words_of_victims(text: str) -> None:
    from pipeline.bootstrap import decider

    verdict = decider().decide(Said(description=text))
    assert "seeks_help_for_self" in codes(verdict)
    assert verdict.escalate is Escalation.NONE
    bullied = decider().decide(Said(description="Kolega me zlostavlja na poslu, šta da radim?"))
    assert (bullied.escalate, bullied.to_person) == (Escalation.NONE, True)


@pytest.mark.parametrize(
    "text", ["Please look at this page.", "Found it while searching for recipes.", "Molim provjerite.", "Bitte prüfen."]
)
def test_a_few_words_that_say_nothing_leave_a_ticked_suspicion_as_it_is(text: str) -> None:
    from pipeline.bootstrap import decider

    for category in ("csam", "grooming", "generated_imagery"):
        said = Said(category=category, description=text, location=HERE, locator_kinds=URL)
        assert decider().decide(said).label is Label.CSAM_SUSPECT


def test_a_suspect_category_with_words_but_no_address_goes_to_people_first() -> None:
    said = Said(category="csam", description="Vidjela sam to na jednoj stranici.")
    assert DECIDER.decide(said).escalate is Escalation.ABUSE_DESCRIBED


def test_a_test_without_an_address_goes_to_nobody_first_even_under_a_suspect_category() -> None:
    assert DECIDER.decide(Said(category="csam", description="Ovo je test.")).escalate is Escalation.NONE


def test_an_attachment_can_be_acted_on() -> None:
    said = Said(description="Lažni profil, slika je u prilogu.", attachments=1)
    assert DECIDER.decide(said).label is Label.COMPLETE


def test_an_attachment_that_is_missing_is_asked_for() -> None:
    verdict = DECIDER.decide(Said(description="Lažni profil, slika je u prilogu."))
    assert verdict.label is Label.INCOMPLETE
    assert "missing_attachment" in codes(verdict)


def test_a_missing_attachment_does_not_matter_where_there_is_an_address() -> None:
    verdict = DECIDER.decide(Said(description="Lažni profil, slika je u prilogu.", locator_kinds=URL))
    assert verdict.label is Label.COMPLETE
    assert "missing_attachment" not in codes(verdict)


def test_a_question_that_names_a_site_is_incomplete() -> None:
    said = Said(category="question", description="Je li ova stranica sigurna?", locator_kinds=URL)
    assert DECIDER.decide(said).label is Label.INCOMPLETE


def test_words_that_point_at_abuse_outweigh_the_category_question() -> None:
    said = Said(category="question", description="Tu su nezakonite slike djece.", locator_kinds=URL)
    assert DECIDER.decide(said).label is Label.CSAM_SUSPECT


def test_an_address_alone_under_the_category_question_is_looked_at() -> None:
    assert DECIDER.decide(Said(category="question", location=HERE, locator_kinds=URL)).label is Label.COMPLETE


def test_a_misdeed_reported_under_the_category_question_is_a_report() -> None:
    said = Said(category="question", description="Prijavljujem lažni profil.", locator_kinds=URL)
    assert DECIDER.decide(said).label is Label.COMPLETE


def test_an_sos_call_is_danger_now_and_complete_without_a_word() -> None:
    verdict = DECIDER.decide(Said(alert=True, channel="sos"))
    assert (verdict.label, verdict.escalate) == (Label.COMPLETE, Escalation.DANGER_NOW)
    assert verdict.to_person


def test_an_sos_call_that_reads_like_a_question_stays_complete() -> None:
    assert DECIDER.decide(Said(alert=True, description="Šta da radim?")).label is Label.COMPLETE


def test_what_inhope_assigned_is_a_suspect() -> None:
    verdict = DECIDER.decide(Said(assigned=True, location=HERE, locator_kinds=URL))
    assert verdict.label is Label.CSAM_SUSPECT
    assert "assigned_by_inhope" in codes(verdict)


def test_an_own_child_in_a_suspect_report_is_a_child_somebody_knows() -> None:
    said = Said(description="Nezakonite slike djeteta.", concerns_own_child=True, locator_kinds=URL)
    assert DECIDER.decide(said).escalate is Escalation.CHILD_IDENTIFIED


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Bojim se vlastitih misli o djeci", "seeks_help_for_self"),
        ("I am attracted to minors and want help", "seeks_help_for_self"),
        ("gdje mogu pronaći slike djece", "seeks_material"),
        ("where can I find pictures of children", "seeks_material"),
    ],
)
def test_who_seeks_material_or_help_for_himself_goes_to_a_person(text: str, code: str) -> None:
    verdict = DECIDER.decide(Said(description=text))
    assert verdict.label is Label.INCOMPLETE
    assert verdict.to_person
    assert code in codes(verdict)


def test_all_reasons_together_stay_within_the_known_words() -> None:
    said = Said(category="child_blackmail", description="Ucjenjuje dijete, sastaje se s njim sutra", alert=True)
    assert codes(DECIDER.decide(said)) <= KNOWN_REASONS


def test_words_in_the_location_field_are_read_too() -> None:
    verdict = DECIDER.decide(Said(location="host.example nezakonite slike djece", locator_kinds=URL))
    assert verdict.label is Label.CSAM_SUSPECT
    assert {reason.field for reason in verdict.reasons if reason.code == "text_signal"} == {"location"}


def test_words_inside_an_address_are_not_words_of_the_reporter() -> None:
    said = Said(location="https://news.example/abuse-of-a-child", locator_kinds=URL)
    assert DECIDER.decide(said).label is Label.COMPLETE


def test_many_at_once_are_judged_as_one_by_one_and_in_order() -> None:
    said = [
        Said(location=HERE, locator_kinds=URL),
        Said(description="Ovo je test"),
        Said(description="Nezakonite slike djece", locator_kinds=URL),
        Said(location="https://other.example/b", locator_kinds=URL),
        Said(description="Ovo je test"),
    ]
    fresh = build(PHRASES, CATEGORIES)
    assert fresh.decide_all(said) == [DECIDER.decide(one) for one in said]


def test_changing_a_phrase_file_changes_the_version() -> None:
    changed = PHRASES | {"en": PHRASES["en"] + "\n# changed\n"}
    assert build(changed, CATEGORIES).version != DECIDER.version
    assert build(PHRASES, CATEGORIES).version == DECIDER.version


def test_a_decider_with_no_opinion_at_all_refuses_to_answer() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Decider([]).decide(Said())


def test_a_decider_needs_no_phrases_to_tell_whether_a_report_can_be_acted_on() -> None:
    assert Decider([Locators()]).decide(Said(locator_kinds=URL)).label is Label.COMPLETE


def test_a_broken_category_file_is_bad_configuration() -> None:
    with pytest.raises(BadConfiguration):
        build(PHRASES, "not toml")
    with pytest.raises(BadConfiguration):
        build(PHRASES, '[[category]]\ncode = "x"\npoints_at = "nowhere"\n')


class _Sure(Classifier):
    """As sure as can be of a suspicion and of one danger, whatever is said."""

    name, reads_text, weighs, version = "model", True, True, "t"

    def __init__(self, danger: Escalation) -> None:
        self._danger = danger

    def judge(self, said: Said) -> Verdict:
        """The same of every text."""
        del said
        reasons = [Reason(code, "model:x@t", "description") for code in sorted((str(self._danger), "text_signal"))]
        return Verdict(Label.CSAM_SUSPECT, self._danger, tuple(reasons))

    def examples(self) -> list[Example]:
        """None."""
        return []


@pytest.mark.parametrize(
    ("danger", "stands"),
    [(Escalation.ABUSE_DESCRIBED, Escalation.NONE), (Escalation.DANGER_NOW, Escalation.DANGER_NOW)],
)
def test_where_no_child_is_said_to_be_the_surest_suspicion_is_a_doubt_but_a_danger_stands(
    danger: Escalation, stands: Escalation
) -> None:
    phrases = Phrases.load(RuleTexts(phrases=PHRASES, categories=CATEGORIES, models={}))
    said = Said(description="No minors in the video.", locator_kinds=URL)
    verdict = Decider([Locators(), phrases, _Sure(danger)]).decide(said)
    assert (verdict.label, verdict.escalate, verdict.to_person) == (Label.COMPLETE, stands, True)
    assert "text_doubt" in codes(verdict)
