"""Locked in, scalded, a small one left alone for a night, own pictures sold by somebody at home: danger now."""

from __future__ import annotations

import pytest

from tests.ruled import judged
from triage.verdict import Escalation


@pytest.mark.parametrize(
    "text",
    [
        "Nije me udario, samo me zaključao u podrum.",
        "Nije me udario. Samo me zaključa u podrum na dva dana.",
        "He did not hit me, he only locked me in the cellar.",
        "Er sperrt mich in den Keller.",
        "Polio me vrelom vodom jer sam plakala.",
        "Er hat mich mit kochendem Wasser übergossen.",
        "He poured boiling water over my sister.",
        "Mama ostavlja brata (2) samog cijelu noć.",
        "My mum leaves my little brother alone all night.",
        "My dad sells pictures of me to people.",
        "My mother sells photos of me online.",
        "My mum sells my photos.",
        "Mama prodaje moje fotografije u grupi.",
        "moj tata prodaje moje slike nekim ljudima",
        "Мој очух продаје моје слике.",
        "Mein Vater verkauft Fotos von mir an fremde Männer.",
        "Mein Vater verkauft meine Fotos.",
        "My father shows photos of me to strange men.",
        "Babai im shet fotot e mia te disa njerëz.",
    ],
)
def test_danger_at_home_is_heard(text: str) -> None:
    assert judged(text).escalate is Escalation.DANGER_NOW


@pytest.mark.parametrize(
    "text",
    [
        "My dad sells old furniture and makes photos of the garden.",
        "Moja mama prodaje slike krajolika na pijaci.",
        "Das Konto hat mich eingeschlossen.",
        "He locked me out of my account at home.",
        "Slučajno sam prolila vrelu vodu po ruci.",
        "She poured boiling water into the pot.",
        "Ostavljam kćerku (16) samu kod kuće dva sata.",
        "My aunt sells tickets and gave me a photo book.",
        "My mum shows me photos of her school days.",
        "Kako da prodam moje stare slike?",
    ],
)
def test_accounts_water_and_things_that_are_sold_are_no_danger(text: str) -> None:
    assert judged(text).escalate is Escalation.NONE
