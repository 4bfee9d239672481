"""Addresses, numbers, dates and signs written to slip past a machine are masked; what only looks alike stays."""

from __future__ import annotations

import time

import pytest

from tests.redactors import masked
from triage.redacting.name_model import style_of


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Piši na a n a @ m a i l . e x a m p l e danas", "Piši na [EMAIL] danas"),
        ("mail je ana.anic gmail kom", "mail je [EMAIL]"),
        ("zovi 0 6 1 1 2 3 4 5 6 odmah", "zovi [PHONE] odmah"),
        ("broj 06l l23 456", "broj [PHONE]"),
        ("broj O61l23456", "broj [PHONE]"),
        ("moj broj je nula šest jedan jedan dva tri četiri pet šest", "moj broj je [PHONE]"),
        ("нула шест један сто двадесет три четири пет", "[PHONE]"),
        ("call zero six one two three four five six", "call [PHONE]"),
        ("null sechs eins zwei drei vier fünf", "[PHONE]"),
        ("tel: o61 tri četiri pet 678", "tel: [PHONE]"),
        ("zovite na nula 61 dvjesta trideset 45 67", "zovite na [PHONE]"),
        ("moj broj je šezdeset jedan, dvjesta tri, četiristo pet", "moj broj je [PHONE]"),
        ("мој број је шездесет један, двјеста три, четиристо пет", "мој број је [PHONE]"),
        ("my number is six one two three four five six", "my number is [PHONE]"),
        ("broj telefona: šest jedan pet pet pet jedan dva tri, on", "broj telefona: [PHONE], on"),
        ("telefon mu je bio šest jedan, pet pet pet, jedan dva", "telefon mu je bio [PHONE]"),
        ("six-one-five-five-five-one-two-three call", "[PHONE] call"),
        ("piše: šest jedan pet pet pet jedan dva tri", "piše: [PHONE]"),
        ("Ruf an, sechs eins fünf fünf fünf eins zwei", "Ruf an, [PHONE]"),
        ("šesto jedanaest petsto pedeset pet sto dvadeset tri piše", "[PHONE] piše"),
        ("šest pet jedan dva tri četiri pet šest je moj telefon", "[PHONE] je moj telefon"),
        ("Moj kontakt je šezdeset jedan, sto dvadeset tri, četiristo pedeset šest", "Moj kontakt je [PHONE]"),
        ("Zvati mene na šezdeset jedan, sto dvadeset tri, četiristo", "Zvati mene na [PHONE]"),
        ("јавите ми се на шездесет два двјесто тридесет пет шест седам", "јавите ми се на [PHONE]"),
        ("Za sva pitanja devedeset jedan, sto dvadeset, četiristo", "Za sva pitanja [PHONE]"),
        ("reach me: seven seven hundred, nine hundred, one two three", "reach me: [PHONE]"),
        ("zove sa šezdeset jedan dvadeset tri četrdeset pet šezdeset noću", "zove sa [PHONE] noću"),
        ("erreichen unter einundsechzig hundertdreiundzwanzig vierhundert", "erreichen unter [PHONE]"),
        ("telefononi në gjashtëdhjetë e nëntë, njëqind e njëzet, tre katër", "telefononi në [PHONE]"),
        ("gmail mi je j k o s 84", "gmail mi je [EMAIL]"),
        ("rođena petog maja dvije hiljade desete", "rođena [BIRTH_DATE]"),
        ("Rođen 12. aprila dvije hiljade jedanaeste", "Rođen [BIRTH_DATE]"),
        ("Рођен 12. априла две хиљаде једанаесте.", "Рођен [BIRTH_DATE]."),
        ("rođen dvije hiljade jedanaeste u gradu", "rođen [BIRTH_DATE] u gradu"),
        ("born on the fifth of May two thousand ten", "born on the [BIRTH_DATE]"),
        ("učenica razreda II-3", "učenica razreda [ORGANISATION]"),
        ("zove nas 061 i 123 i 456 često", "zove nas [PHONE] često"),
        ("zove nas 061 pa 12 pa 34 pa 56", "zove nas [PHONE]"),
        ("zove nas 0,6,1,1,2,3,4,5,6, često", "zove nas [PHONE], često"),
        ("from oh six one one two three four five six yesterday", "from [PHONE] yesterday"),
        ("six one oh two three is my number", "[PHONE] is my number"),
        ("s broja šezdeset jedan 123 456 zove", "s broja [PHONE] zove"),
        ("piše sa 061 123 četiri pet šest", "piše sa [PHONE]"),
        ("javi se na o61 l23 456 danas", "javi se na [PHONE] danas"),
        ("javi se na 06l 2S4 B67 danas", "javi se na [PHONE] danas"),
        ("moj mail je ana h et gmejl tačka kom", "moj mail je ana [EMAIL]"),
        ("profil vuk donja crta 88 je to", "profil [HANDLE] je to"),
        ("korisnik vuk podvlaka mali tačka 88", "korisnik [HANDLE]"),
        ("piše joj lovac.77 svaki dan", "piše joj [HANDLE] svaki dan"),
        ("tablice E 4 5 - J - 1 2 3 ima auto", "tablice [PLATE] ima auto"),
        ("ide u 7-c u našoj školi", "ide u [ORGANISATION] u našoj školi"),
    ],
)
def test_what_is_written_to_slip_past_is_masked(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "rezultat je nula dva", "jedan dva tri četiri pet šest sedam", "događaj petog maja dvije hiljade desete",
        "u školi je 2-3 djece", "škola od 8-15 sati", "iz škole i 3 druga", "utakmica 2-1 u školi", "Verzija II-3 igre",
        "Koristi gmail račun za prevaru", "nula bodova",
        "broj djece je dvadeset pet", "telefon ima dva tri mjeseca", "gmail mi je pun", "mail je i a u njemu slika",
        "ocjene 05 i pet", "broj je jedan ili dva", "poslao je pet, deset, 15, 20 i 100 slika", "strane 5 i 6 i 7",
        "poslao je pet, deset, petnaest, dvadeset i sto slika", "ima dvadeset pet godina, a ona trideset četiri",
        "traži dvadeset pet, trideset pet, četrdeset pet eura", "imaju dvadeset pet, trideset tri i petnaest godina",
        "in twenty twenty four she was thirty five", "javio se pet, šest puta", "javila se u deset i petnaest",
        "godine 2010, 2011 i 2012", "od 08 do 12 i 15 sati", "dana 01.12.2023 I razred", "vidi str.12 i čl.207",
        "jedan, dva, tri, četiri, pet, šest, sedam, osam", "šesto mjesto, pet ih je", "broj jedan, dva i tri su tu",
        "zovi, brojao je: jedan dva tri četiri pet šest",
    ],
)  # fmt: skip
def test_what_only_looks_alike_stays(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize("sign", [".", "!", "…", ". ", "(", "a b "])
def test_the_style_of_many_signs_is_told_in_linear_time(sign: str) -> None:
    started = time.process_time()
    assert style_of(sign * 100_000) == "plain"
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("text", "style"), [("... Ana je tu", "plain"), ("da. (Ana) je tu", "plain"), ("to je Ana", "mixed")]
)
def test_the_capital_behind_any_signs_of_a_sentence_end_is_no_style(text: str, style: str) -> None:
    assert style_of(text) == style
