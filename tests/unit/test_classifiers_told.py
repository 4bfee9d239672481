"""Each kind of danger, as people tell it in several words and sentences, and what only looks like it.

`tests/data/escalations/<kind>.tsv`: at least 15 reports of each kind and ten near misses, written for these tests, not
taken from the development phrasings. All but `described` come with an address.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from classifiers.base import Said
from pipeline.bootstrap import decider
from tests.ruled import RULES
from triage.verdict import ESCALATIONS, Escalation, Label, Verdict

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "data" / "escalations"
NEEDED = ("meeting", "home", "violence", "self_harm", "blackmail", "child_known", "described")
URL = frozenset({"url"})


def lines(kind: str) -> list[tuple[str, str, Escalation]]:
    with (FOLDER / f"{kind}.tsv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(kind, row["text"], ESCALATIONS[row["escalate"]]) for row in rows]


ALL = [line for kind in NEEDED for line in lines(kind)]
DUE = [line for line in ALL if line[2]]
NEAR_MISSES = [line for line in ALL if not line[2]]


def heard(kind: str, text: str) -> Verdict:
    return RULES.decide(Said(description=text, locator_kinds=frozenset() if kind == "described" else URL))


@pytest.mark.parametrize("kind", NEEDED)
def test_every_kind_has_enough_lines(kind: str) -> None:
    assert sum(line[0] == kind for line in DUE) >= 15
    assert sum(line[0] == kind for line in NEAR_MISSES) >= 10


@pytest.mark.parametrize(("kind", "text", "due"), DUE)
def test_danger_told_in_any_way_is_heard(kind: str, text: str, due: Escalation) -> None:
    assert heard(kind, text).escalate >= due


@pytest.mark.parametrize(("kind", "text", "due"), NEAR_MISSES)
def test_what_only_looks_like_danger_raises_no_alarm(kind: str, text: str, due: Escalation) -> None:
    assert heard(kind, text).escalate is due


@pytest.mark.parametrize(
    "text",
    [
        "The pictures show a twelve-year-old, they are illegal.",
        "Slike prikazuju učenicu, 6. razred, i nezakonite su.",
        "Auf den verbotenen Bildern ist eine Dreizehnjährige.",
        "Në fotot e paligjshme është një 13-vjeçare.",
        "Illegal pictures of a 5th grader.",
        "Nezakonite slike, djevojčica ima devet godina.",
        "На забрањеним сликама је ђак, седми разред.",
    ],
)
def test_ages_and_school_years_mean_a_child(text: str) -> None:
    assert heard("page", text).label is Label.CSAM_SUSPECT


@pytest.mark.parametrize(
    "text",
    [
        "There are no kids in it, the pictures are illegal copies.",
        "Nema djece na slikama, slike su nezakonito kopirane.",
        "Kein Kind auf den Bildern, es sind illegale Kopien.",
        "Nuk ka fëmijë, fotot janë kopje ilegale.",
        "The grown-up performer is 34 and the pictures are explicit.",
    ],
)
def test_where_no_child_is_there_is_no_suspicion(text: str) -> None:
    assert heard("page", text).label is not Label.CSAM_SUSPECT


@pytest.mark.parametrize(
    "text",
    [
        "Only my wife is on the site, nothing with minors, but they charge money.",
        "Samo punoljetne žene, ništa s maloljetnicima, ali nisu pristale.",
        "Само пунолетне жене, ништа са малолетницима, али нису пристале.",
        "Nur meine Ehefrau, nichts mit Minderjährigen, aber ohne ihr Wissen.",
        "Vetëm gruaja ime, asgjë me të mitur, por pa e ditur ajo.",
    ],
)
def test_nothing_with_minors_is_no_child(text: str) -> None:
    verdict = heard("page", text)
    assert verdict.label is not Label.CSAM_SUSPECT
    assert "mentioned_only" in {reason.code for reason in verdict.reasons}
    assert not verdict.to_person


@pytest.mark.parametrize(
    "text", ["No minors in the video.", "Nema maloljetnika u videu.", "Нема малолетника на снимку, само одрасли."]
)
def test_where_no_child_is_said_to_be_the_model_makes_no_suspect(text: str) -> None:
    assert decider().decide(Said(description=text, locator_kinds=URL)).label is Label.COMPLETE


@pytest.mark.parametrize(
    "text",
    [
        "Na nezakonitim slikama je djevojčica Ana iz OŠ Primjer.",
        "Djevojčica Ana, učenica 5. razreda OŠ Primjer, je zlostavljana.",
        "Na nezakonitim slikama je Ana, 5. razred OŠ Primjer.",
        "На сликама је девојчица Ана из ОШ Пример, 5. разред, злостављана.",
        "The girl Ana from Example School, grade 5, is in the illegal pictures.",
        "Das Mädchen Ana aus der Grundschule Beispiel ist auf den illegalen Bildern.",
        "Auf den Missbrauchsbildern ist Ana, 5. Klasse, Grundschule Beispiel, zu sehen.",
        "Vajza Ana nga shkolla Shembull është në fotot e paligjshme.",
    ],
)
@pytest.mark.parametrize("kind", ["page", "described"])
def test_a_child_named_with_its_school_is_known(kind: str, text: str) -> None:
    assert heard(kind, text).escalate is Escalation.CHILD_IDENTIFIED


@pytest.mark.parametrize(
    "text", ["Djevojčica Ana iz OŠ Primjer, 5. razred, pjeva.", "Ana from Example School, grade 5, won."]
)
def test_a_school_child_of_whom_nothing_bad_is_told_raises_nothing(text: str) -> None:
    assert heard("page", text).escalate is Escalation.NONE


def test_the_albanian_word_for_son_is_one_only_beside_mine() -> None:
    said = Said(category="csam", description="Bu sayfada bir çocuğun yasa dışı resimleri var.", locator_kinds=URL)
    assert RULES.decide(said).escalate is Escalation.NONE
    assert heard("page", "Në këtë faqe janë foto të paligjshme të tim bir.").escalate is Escalation.CHILD_IDENTIFIED


@pytest.mark.parametrize("text", ["Nezkaonite slike djetteta na stranici.", "Illegal picttures of childdren here."])
def test_words_typed_in_haste_are_read_all_the_same(text: str) -> None:
    assert heard("page", text).label is Label.CSAM_SUSPECT


def test_a_suspect_category_beside_words_about_adults_goes_to_a_person() -> None:
    said = Said(category="csam", description="My ex-wife posts photos of me, we are both adults.", locator_kinds=URL)
    verdict = RULES.decide(said)
    assert verdict.to_person
    assert "text_doubt" in {reason.code for reason in verdict.reasons}


def test_words_of_suspicion_count_whatever_was_ticked() -> None:
    for category in ("fraud", "question", "hate_speech", "account_misuse", None):
        said = Said(category=category, description="Na stranici su nezakonite slike djece.", locator_kinds=URL)
        assert RULES.decide(said).label is Label.CSAM_SUSPECT


@pytest.mark.parametrize(
    "text",
    [
        "Našao sam dijete na slici, nije u opasnosti.",
        "The child in the picture is not in danger.",
        "Das Kind auf dem Bild ist nicht in Gefahr.",
        "Fëmija në foto nuk është në rrezik.",
        "Pazi na djecu. Vozi auto polako.",
        "Dobar dan, gdje mogu naći neki obrazac?",
        "Škola je na svojoj stranici objavila sliku razreda, djeca su nasmijana.",
    ],
)
def test_words_of_danger_denied_or_meant_otherwise_raise_nothing(text: str) -> None:
    verdict = heard("page", text)
    assert (verdict.label is Label.CSAM_SUSPECT, verdict.escalate) == (False, Escalation.NONE)


def test_danger_and_meetings_are_heard_beside_the_same_words() -> None:
    assert heard("page", "Dijete na slici je u opasnosti.").escalate is Escalation.DANGER_NOW
    assert heard("page", "Djevojčica će se naći s njim sutra.").escalate is Escalation.DANGER_NOW
    assert heard("page", "Nepoznati muškarac zove djevojčicu u auto.").escalate is Escalation.DANGER_NOW


def test_somebody_younger_is_no_child_of_ones_own_but_a_younger_brother_is() -> None:
    told = "a na stranici su nezakonite slike djece."
    assert heard("page", f"Mlađa sam od vas, {told}").escalate is Escalation.NONE
    assert heard("page", f"Na njoj je moj mlađi brat, {told}").escalate is Escalation.CHILD_IDENTIFIED


def test_who_fears_to_hurt_somebody_seeks_help_and_who_names_his_child_is_a_danger() -> None:
    seeker = heard("described", "Želim potražiti pomoć prije nego što nekoga povrijedim, privlače me djeca.")
    assert (seeker.to_person, seeker.escalate) == (True, Escalation.NONE)
    assert "seeks_help_for_self" in {reason.code for reason in seeker.reasons}
    assert heard("described", "Bojim se da ne povrijedim svoju kćerku.").escalate is Escalation.DANGER_NOW


@pytest.mark.parametrize(
    "text",
    [
        "Netko je uzeo fotografije moje kćeri s plaže i stavio ih na stranicu s prljavim komentarima.",
        "slke malolejtne djece na ovm sajtu",
        "Bilder Minderjähriger auf dieser Seite",
    ],
)
def test_pictures_of_children_with_dirty_comments_or_of_minors_here_are_suspect(text: str) -> None:
    assert heard("page", text).label is Label.CSAM_SUSPECT


@pytest.mark.parametrize(
    "text",
    [
        "ima li neko linkove sa mladjim curama, placam",
        "zna li neko gdje mogu naci slike maloljetnica",
        "ima ko link za grupu sa malim curicama? nudim razmjenu",
    ],
)
@pytest.mark.parametrize("kind", ["page", "described"])
def test_who_asks_around_for_material_goes_to_a_person_and_sounds_no_danger(kind: str, text: str) -> None:
    verdict = heard(kind, text)
    assert (verdict.to_person, verdict.escalate) == (True, Escalation.NONE)
    assert "seeks_material" in {reason.code for reason in verdict.reasons}


@pytest.mark.parametrize(
    "text",
    [
        "Können Sie mir sagen, wie ich eine Seite anonym melden kann?",
        "A mund të raportoj në mënyrë anonime?",
        "Mogu li prijaviti anonimno?",
        "Can I report a page anonymously?",
    ],
)
def test_whether_one_may_report_anonymously_is_a_question(text: str) -> None:
    verdict = heard("described", text)
    assert "question" in {reason.code for reason in verdict.reasons}
    assert verdict.escalate is Escalation.NONE


@pytest.mark.parametrize(
    "text",
    [
        "Nepoznat čovjek daje djeci poklone.",
        "Vor der Kamera sollen Kinder sich ausziehen.",
        "Unclothed kids on this page.",
    ],
)
def test_adults_who_give_children_gifts_and_undressing_are_suspect(text: str) -> None:
    assert heard("page", text).label is Label.CSAM_SUSPECT
