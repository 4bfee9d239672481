"""Sentences with one made-up identifier each, so that every identifier left visible can be counted.

The identifiers have right check digits, since that is what the redactor checks; they are drawn from a seed when needed
and kept nowhere. Names of hosts end in `.example`, sentences are bland, in every language and both scripts.
Sources of the formats: JMBG (Službeni list SFRJ 58/76), OIB (ISO 7064 MOD 11,10), IBAN (ISO 13616), cards (ISO 7812),
telephone numbers as people of the region write them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipeline.sample.cyrillic import to_cyrillic

_SENTENCES = (
    "Ovdje je {}, molim provjerite.", "Napisao mi je da je to {} i tražio odgovor.", "Dobio sam {} od nepoznate osobe",
    "ostavio je {} u poruci, to je sve sto znam", "Pročitaj: {}. Ne znam čije je.", "Broj je {}, hvala.",
    "He sent me {} and asked me to answer.", "The message says {}, please look at it.", "In der Nachricht steht {}.",
    "Mir wurde {} geschickt, bitte prüfen Sie das.", "Ai më dërgoi {} dhe priti përgjigje.", "Në mesazh shkruan {}.",
)  # fmt: skip
_IN_CYRILLIC = 6
"""The first so many sentences are used in Cyrillic as well."""
_IBAN_LENGTHS = {"BA": 16, "HR": 17, "RS": 18, "ME": 18, "XK": 16, "DE": 18}
"""Digits behind the check digits of each country whose number has digits only."""
_PHONES = (
    "+387 6{a} {b:03d}-{c:03d}", "06{a}/{b:03d}-{c:03d}", "003876{a}{b:03d}{c:03d}", "06{a} {b:03d} {c:03d}",
    "+385 9{a} {b:03d} {c:04d}", "+3816{a}{b:03d}{c:04d}",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Planted:
    """`text[start:end]` is the identifier; its `kind` is a key of the makers below."""

    kind: str
    text: str
    start: int
    end: int


def planted(of_each: int, seed: int) -> list[Planted]:
    """`of_each` sentences per kind of identifier; same seed, same sentences."""
    random = np.random.default_rng(seed)
    sentences = (*_SENTENCES, *map(to_cyrillic, _SENTENCES[:_IN_CYRILLIC]))
    made = []
    for kind, make in _MAKERS.items():
        for number in range(of_each):
            before, _, after = sentences[number % len(sentences)].partition("{}")
            value = make(random)
            made.append(Planted(kind, before + value + after, len(before), len(before) + len(value)))
    return made


def jmbg_of(body: str) -> str | None:
    """The JMBG of twelve digits; None if they name no day or there is no such number."""
    from stdnum.si import emso

    number = body + str(emso.calc_check_digit(body))
    return number if emso.is_valid(number) else None


def oib_of(body: str) -> str:
    """The OIB of ten digits."""
    from stdnum.iso7064 import mod_11_10

    return body + str(mod_11_10.calc_check_digit(body))


def iban_of(country: str, body: str) -> str:
    """The IBAN of a country (two capitals) and what stands behind the check digits."""
    from stdnum import iban

    return f"{country}{iban.calc_check_digits(f'{country}00{body}')}{body}"


def card_of(body: str) -> str:
    """The card number of all its digits but the last."""
    from stdnum import luhn

    return body + str(luhn.calc_check_digit(body))


def _digits(random: np.random.Generator, count: int) -> str:
    return "".join(map(str, random.integers(0, 10, count)))


def _jmbg(random: np.random.Generator) -> str:
    while True:
        day, month, year = random.integers(1, 29), random.integers(1, 13), random.integers(940, 1018)
        body = f"{day:02d}{month:02d}{year % 1000:03d}{random.integers(10, 20)}{_digits(random, 3)}"
        number = jmbg_of(body)
        if number is not None:
            return number


def _oib(random: np.random.Generator) -> str:
    return oib_of(_digits(random, 10))


def _iban(random: np.random.Generator) -> str:
    from stdnum import iban

    country = str(random.choice(list(_IBAN_LENGTHS)))
    while True:
        number = iban_of(country, _digits(random, _IBAN_LENGTHS[country]))
        if iban.is_valid(number, check_country=False):
            return _perhaps_spaced(number, random)


def _card(random: np.random.Generator) -> str:
    body = f"{random.choice([4, 5])}{random.integers(1, 6)}{_digits(random, 13)}"
    return _perhaps_spaced(card_of(body), random)


def _perhaps_spaced(number: str, random: np.random.Generator) -> str:
    """In one piece or in groups of four, as printed on cards and letters."""
    groups = [number[place : place + 4] for place in range(0, len(number), 4)]
    return str(random.choice(["", " ", "\u00a0", "-"])).join(groups)


def _phone(random: np.random.Generator) -> str:
    a, b, c = random.integers(1, 6), random.integers(100, 1000), random.integers(100, 1000)
    return str(random.choice(_PHONES)).format(a=a, b=b, c=c)


def _email(random: np.random.Generator) -> str:
    return f"{random.choice(['osoba', 'neko.tamo', 'probni_profil', 'Test-Adresa'])}{_digits(random, 3)}@mail.example"


def _ip(random: np.random.Generator) -> str:
    return ".".join(str(number) for number in (203, 0, 113, random.integers(1, 255)))


_MAKERS: dict[str, Callable[[np.random.Generator], str]] = {
    "JMBG": _jmbg, "OIB": _oib, "IBAN": _iban, "card": _card, "phone": _phone, "e-mail": _email, "IP address": _ip,
}  # fmt: skip
