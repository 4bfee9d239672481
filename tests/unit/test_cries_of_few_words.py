"""Cries of a few words, farewells and words that are disguised, and what only looks like them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.base import Said
from classifiers.misspelling import joined
from pipeline.bootstrap import decider
from tests.ruled import RULES
from triage.verdict import Escalation, Label

URL = frozenset({"url"})


def heard(text: str) -> Escalation:
    return RULES.decide(Said(description=text, locator_kinds=URL)).escalate


@given(st.text(alphabet="abjl1 .*_-,", max_size=60))
def test_letters_set_apart_are_joined_in_their_place(text: str) -> None:
    found = joined(text)
    assert len(found) == len(text)
    assert all(new == old or (new == "." and old in " .*_-") for new, old in zip(found, text, strict=True))


@pytest.mark.parametrize(
    "text",
    [
        "im gonna kms", "i wanna kms so bad", "he told me to kys", "ubi ću se", "Уби ћу се",
        "ljepse bi bilo da me nema",
        "mama bi bila sretnija bez mene", "everyone would be happier without me", "oprostite svi, volim vas, zbogom",
        "volim vas sve, čuvajte mi psa, ovo je kraj", "zbogom, ne tražite me", "this is goodbye, i love you all",
        "es tut mir leid, ich liebe euch alle, lebt wohl", "I can't go on, everyone has seen it",
        "sve je gotovo za mene, svi su vidjeli", "ich kann so nicht weiterleben",
    ],
)  # fmt: skip
def test_a_farewell_and_what_the_young_write_for_it_is_a_risk_to_life(text: str) -> None:
    assert heard(text) is Escalation.RISK_TO_LIFE


@pytest.mark.parametrize(
    "text",
    [
        "neka me neko spasi", "molim vas spasite me od njega", "Спасите ме", "someone save me", "rettet mich",
        "neka mi neko pomogne", "neka nam neko pomogne, djeca smo", "pomozite mi molim vas odmah", "pomozite hitno",
        "ndihme ju lutem shpejt", "tuce me", "бије ме", "udaraju me", "istukli su me u školi", "me rreh", "me detyron",
        "ne daju mi jesti tri dana", "не дају ми јести", "they give us no food", "sie geben mir nichts zu essen",
        "gasi cigarete na meni", "očuh mi gasi cigarete po ruci", "veže me za stolicu", "вежу ме за кревет",
        "stiefvater verbrennt mich mit zigaretten", "he burns me with a lighter",
    ],
)  # fmt: skip
def test_a_cry_of_a_few_words_is_danger_now(text: str) -> None:
    assert heard(text) is Escalation.DANGER_NOW


@pytest.mark.parametrize(
    "text", ["on me prisiljava", "присиљава ме", "tera me na to", "primorava me da ćutim", "on me sili"]
)
def test_being_forced_is_heard_without_what_to(text: str) -> None:
    assert heard(text) is Escalation.ABUSE_DESCRIBED


@pytest.mark.parametrize(
    "text",
    [
        "I can't go on your site, it says error", "save me some time please", "spasi mi sliku na telefon",
        "kako da spasim sliku", "može li mi neko pomoći oko naloga", "hitno mi treba pomoć oko prijave na sajt",
        "prisiljavaju me na pretplatu", "on me prisiljava da gledam reklame prije videa", "the app forces me to update",
        "tuče me sunce", "guši me dim", "udari me struja", "zbogom stari telefonu, kupila sam novi",
        "goodbye and thank you",
        "volim sve vaše tekstove, kraj je odličan", "volim vas sve, puno pozdrava", "ljepše je bez njega",
        "da li bi bilo ljepše da mi ne šaljete reklame", "happier without my phone", "ubi me dosada",
        "mir ist nicht wohl",
        "im gonna run 20 kms", "der Unterricht ist schöner",
        "sin ne želi da jede", "My daughter does not eat vegetables",
        "ne daje mi da jedem slatko prije ručka", "nisu nam dali jesti u avionu", "there is no food left to give away",
        "tjeraju me da treniram",
        "nema veze, hvala", "komšija pali cigarete na balkonu", "peče me grlo", "imam vezu sa djevojkom",
    ],
)  # fmt: skip
def test_neighbours_of_cries_of_a_few_words_raise_no_alarm(text: str) -> None:
    assert heard(text) is Escalation.NONE


@pytest.mark.parametrize(
    "text",
    [
        "t.a.t.a m.e d.i.r.a", "m3 d1r4 t4t4", "ocuh me d i r a", "он ме д и р а", "з л о с т а в љ а ме", "d*i*r*a me",
        "u_b_i_t c_u s_e", "t a t a  m e  t u c e", "tatam e d i r a", "im g0nna k1ll mys3lf", "s3lf h4rm", "5uicid3",
        "er 5chl4gt mich", "me rr4h", "Die Seite ist b-l-a-c-k-m-a-i-l", "p.l.e.a.s.e come",
    ],
)  # fmt: skip
def test_a_word_of_danger_that_is_disguised_goes_to_a_person(text: str) -> None:
    verdict = RULES.decide(Said(description=text, locator_kinds=URL))
    assert (verdict.label, verdict.escalate, verdict.to_person) == (Label.COMPLETE, Escalation.NONE, True)
    assert any(":disguised@" in reason.rule for reason in verdict.reasons)


@pytest.mark.parametrize(
    "text",
    [
        "A B C D E", "s a m o p r o b a", "i t d", "U.S.A. stranica", "moj nick je kr4lj1ca", "4G mreža ne radi",
        "model h264 video codec", "vise_slika_1", "0 6 1 2 3 4 5 6", "7 4 7 4", "igra 4x4 u 3d svijetu", "mp3, mp4",
        "A.D. Sarajevo d.o.o.", "r.s.v.p. do petka", "https://host.example/a/b/c/d?x=t4t4",
    ],
)  # fmt: skip
def test_initials_names_and_numbers_disguise_nothing(text: str) -> None:
    verdict = RULES.decide(Said(description=text, locator_kinds=URL))
    assert not any(":disguised@" in reason.rule for reason in verdict.reasons)


@pytest.mark.parametrize(
    "text",
    [
        "uzela sam joj tablet", "oduzela sam mu tablet", "my son hurt his knee", "sin se udario u koljeno na treningu",
        "Mein Sohn hat sich am Knie verletzt", "our daughter injured her ankle at football",
        "kćerka uganula gležanj na treningu", "vajza lëndoi gjurin në stërvitje",
    ],
)  # fmt: skip
def test_a_knee_hurt_in_sport_and_a_tablet_taken_away_are_a_doubt(text: str) -> None:
    verdict = decider().decide(Said(description=text, locator_kinds=URL))
    assert (verdict.label, verdict.escalate, verdict.to_person) == (Label.COMPLETE, Escalation.NONE, True)


@pytest.mark.parametrize(
    "text",
    [
        "trener udario sina u koljeno na treningu", "sin dolazi s treninga s modricama i plače", "uzela je tablete",
        "her father hurt her knee", "djevojčica ima modrice na butinama", "uzela sam joj tablet, piše da će se ubiti",
    ],
)  # fmt: skip
def test_danger_beside_a_knee_or_a_tablet_is_heard(text: str) -> None:
    assert decider().decide(Said(description=text, locator_kinds=URL)).escalate >= Escalation.RISK_TO_LIFE


@pytest.mark.parametrize(
    "text",
    [
        "neko me prati od škole", "нека кола ме прате од школе до куће", "nepoznat čovjek prati moju kćerku do kuće",
        "a man is following me home", "ein mann verfolgt mich auf dem schulweg",
        "a car followed my son down the street",
    ],
)  # fmt: skip
def test_somebody_unknown_who_follows_is_danger_now(text: str) -> None:
    assert heard(text) is Escalation.DANGER_NOW


@pytest.mark.parametrize("text", ["prati me", "someone follows me", "uhodi me neki lik", "mama me prati do škole"])
def test_who_follows_without_more_is_for_a_person(text: str) -> None:
    verdict = RULES.decide(Said(description=text, locator_kinds=URL))
    assert (verdict.escalate, verdict.to_person) == (Escalation.NONE, True)


@pytest.mark.parametrize(
    "text",
    [
        "follow me on my account", "ko me prati na profilu", "pratite nas na facebooku", "following your page",
        "Die Polizei verfolgt das Auto", "my dog follows me home",
    ],
)
def test_followers_raise_no_alarm(text: str) -> None:
    assert heard(text) is Escalation.NONE
