"""One word of advertising makes no report spam; an offer of several signs still does."""

from __future__ import annotations

import pytest

from tests.ruled import RULES, URL, judged, said
from triage.verdict import Label

REPORTERS = [
    "Something is wrong on this page. Please call me back.", "Please call me back on 061000000, I saw something",
    "Molim vas provjerite ovu stranicu. Nazovite me na 061000000.", "Зовите ме, нешто није у реду.",
    "group chat call, bad content", "There is bad content on this page - free download",
    "Ich habe etwas gesehen, bitte rufen Sie mich zurück.", "Ju lutem shikoni këtë faqe, më telefononi.",
    "This shop page sells products that look illegal.", "Please visit this page now, something is not right.",
    "casino page open to everybody", "Click on the best offer on this page, something bad is behind it.",
    "The best time to call me is after five.", "free download",
]  # fmt: skip
ADVERTS = [
    "Best service in town, visit our shop, call 061000000", "Cheap watches, free delivery, click now",
    "best casino bonus 200 free spins click here now", "Povoljni krediti, zovite odmah!",
    "Nudimo usluge selidbe i čišćenja stanova, pozovite za ponudu.", "Klima uređaji na rate, ugradnja gratis, zovi.",
    "Günstige Kredite ohne Schufa", "Kredi të shpejta, oferta të reja me çmim të ulët",
]  # fmt: skip


@pytest.mark.parametrize("text", REPORTERS)
def test_one_such_word_beside_an_address_is_a_report(text: str) -> None:
    assert judged(text, placed=True).label is Label.COMPLETE


@pytest.mark.parametrize("text", REPORTERS)
def test_one_such_word_without_an_address_is_no_advertising(text: str) -> None:
    assert all(reason.code != "spam" for reason in judged(text).reasons)


@pytest.mark.parametrize("text", ["free download", "The best time is after five.", "Sve povoljno.", "casino"])
def test_a_person_reads_one_such_word_where_no_address_stands(text: str) -> None:
    assert judged(text).to_person


def test_a_call_beside_the_address_itself_is_a_report() -> None:
    placed = said("", placed=True)._replace(location="http://realsite.example/slika/3 call me", locator_kinds=URL)
    assert RULES.decide(placed).label is Label.COMPLETE


@pytest.mark.parametrize("text", ADVERTS)
@pytest.mark.parametrize("placed", [True, False])
def test_an_offer_of_several_signs_is_advertising(text: str, *, placed: bool) -> None:
    verdict = judged(text, placed=placed)
    assert verdict.label is Label.INCOMPLETE
    assert any(reason.code == "spam" for reason in verdict.reasons)
