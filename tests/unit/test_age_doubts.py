"""Doubts of an age beside an address, and questions whether that is a child; and what only sounds like them."""

from __future__ import annotations

import pytest

from tests.ruled import judged
from triage.verdict import Label, comes_soon

LOOKS_YOUNG = [
    "Is this legal? The girl looks twelve.", "She looks twelve on this page.", "The girl looks twelve.",
    "Girl looks about 12 years old, is this allowed?", "They don't look 18 to me.", "izgledaju premlado",
    "Djevojke nemaju 18 godina.", "a është kjo e ligjshme? duken si fëmijë", "Duken si fëmijë, a lejohet kjo?",
    "ne znam jesu li punoljetne, meni izgledaju kao osnovke", "Izgledaju maloljetno.", "Sie sieht aus wie zwölf.",
    "Die Mädchen sehen aus wie Kinder.", "Sie sieht viel zu jung aus.", "Ona izgleda kao da ima 13 godina.",
    "Дјевојке изгледају премладо.", "She looks way too young.", "Nuk janë 18 vjeç.", "Nisu punoljetne.",
    "Sie sind noch keine 18 Jahre alt.", "Die sind nicht volljährig.",
]  # fmt: skip
ASKED = [
    "Imaju li ove cure 18? Meni ne izgledaju.", "Jesu li ovo djeca na ovim snimcima?", "Sind das Kinder?",
    "Are these children?", "Da li su ovo djeca?", "Да ли су оне пунолетне?", "Је ли ово дијете?",
    "Sind die wirklich volljährig?", "A janë këta fëmijë?", "Is she even 18?",
]  # fmt: skip
CHECK = ["Molim provjerite ovu grupu, ima svega, i djece", "Please check this page, there are kids on it."]
NEIGHBOURS = [
    "Is my daughter too young for this game? She is twelve.", "Is this school page legal? The class looks great.",
    "kids look happy on the school's photos", "Koliko godina treba imati za ovu igru?", "The page looks broken.",
    "Can I play this game if I am not 18?", "Mogu li dobiti račun, nemam 18 godina?", "Imate li 18 eura?",
    "Ist das Spiel für Kinder geeignet?", "Are there courses for children?", "The kids look at pictures of animals.",
    "Djeca izgledaju sretno na slikama.", "Molim provjerite stranicu naše škole, djeca imaju priredbu.",
    "Stranica izgleda loše na telefonu.", "Sind das Bilder vom Schulfest der Kinder?", "Faqja duket bukur.",
    "A lejohen fëmijët në këtë lojë?", "Two adults had a video leaked; we are both over 30.",
    "how does adoption of a child work for a couple over forty?", "This shirt looks good on my son, he is twelve.",
]  # fmt: skip


@pytest.mark.parametrize("text", LOOKS_YOUNG)
def test_who_looks_like_a_child_at_an_address_is_a_suspicion(text: str) -> None:
    assert judged(text, placed=True).label is Label.CSAM_SUSPECT


@pytest.mark.parametrize("text", ["She looks twelve on this page.", "izgledaju premlado", "They don't look 18 to me."])
def test_without_an_address_it_says_too_little(text: str) -> None:
    assert judged(text).label is Label.INCOMPLETE
    assert not judged(text).escalate


@pytest.mark.parametrize("text", ASKED)
def test_whether_that_is_a_child_is_a_doubt_read_as_soon_as_a_suspect(text: str) -> None:
    verdict = judged(text, placed=True)
    assert verdict.to_person
    assert any(comes_soon(one.code, one.rule) for one in verdict.reasons)


@pytest.mark.parametrize("text", CHECK)
def test_who_asks_to_check_a_page_with_children_is_read_by_a_person(text: str) -> None:
    assert judged(text, placed=True).to_person


@pytest.mark.parametrize("text", NEIGHBOURS)
def test_games_schools_and_happy_pictures_raise_no_doubt(text: str) -> None:
    verdict = judged(text, placed=True)
    assert verdict.label is not Label.CSAM_SUSPECT
    assert not verdict.to_person
