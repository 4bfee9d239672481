"""Sentences with identifiers planted in them, in every language and script and every common way of writing them.

Made by seed; check digits are those of `pipeline.evaluating.planted`, whose sentences are plainer. No number belongs to
anybody: hosts end in `.example` or `.test`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.evaluating.planted import card_of, iban_of, jmbg_of, oib_of

BLANKS = ("", " ", "-", ".", "\u00a0", " \u2013 ", "\u2011", "\n", "/", "\u200b", "\u2009")
BREAKS = ("", " ", "-", "\u00a0", "\u2011", "\n", ".")
SENTENCES = {
    "bs": (
        "Na stranici stoji {} i to se vidi javno.",
        "Poslao mi je {} prošle sedmice",
        "Dobila sam ovo: {}, {}.",
        "molim provjerite {} hitno",
        "Piše ({}) ispod slike.",
    ),
    "sr_cyrillic": (
        "На страници стоји {} и то се види јавно.",
        "Послао ми је {} прошле недеље",
        "Добила сам ово: {}, {}.",
        "молим проверите {} хитно",
        "Пише „{}” испод слике.",
    ),
    "en": (
        "The page shows {} for everyone to see.",
        "He sent me {} last week",
        "I got this: {}, {}.",
        "please check {} soon",
        "It says [{}] under the picture.",
    ),
    "sq": (
        "Në faqe shkruhet {} dhe shihet nga të gjithë.",
        "Më dërgoi {} javën e kaluar",
        "Mora këtë: {}, {}.",
        "ju lutem shikoni {} shpejt",
    ),
    "de": (
        "Auf der Seite steht {} für alle sichtbar.",
        "Er schickte mir {} letzte Woche",
        "Ich bekam das: {}, {}.",
        "bitte prüfen Sie {} bald!",
    ),
}
_MAIL_WAYS: tuple[Callable[[str, str], str], ...] = (
    lambda name, host: f"{name}@{host}.example", lambda name, host: f"{name}(at){host}.example",
    lambda name, host: f"{name} [at] {host}[.]example", lambda name, host: f"{name.upper()}@{host}.Example",
    lambda name, host: f"{name} @ {host}.example", lambda name, host: f"mailto:{name}@{host}.test",
    lambda name, host: f"{name}@\u200b{host}.example", lambda name, host: f"{name} at {host} dot com",
    lambda name, host: f"<{name}@{host}.example>",
)  # fmt: skip
_MOBILES = ("60", "61", "62", "63", "64", "65", "66")


@dataclass(frozen=True, slots=True)
class Planted:
    """A text, and of each value in it the kind and the part that must not be found in the redacted text."""

    text: str
    language: str
    values: tuple[tuple[str, str], ...]


def planted(seed: int, count: int) -> Iterator[Planted]:
    """So many sentences, the same for the same seed."""
    chance = np.random.default_rng(seed)
    languages = list(SENTENCES)
    for number in range(count):
        language = languages[number % len(languages)]
        sentence = str(chance.choice(SENTENCES[language]))
        values = [value(chance) for _ in range(sentence.count("{}"))]
        text = sentence.format(*(written for _, written in values))
        yield Planted(text, language, tuple(values))


def value(chance: np.random.Generator) -> tuple[str, str]:
    """One identifier: its kind and how it is written."""
    kinds = (jmbg, oib, iban, card, phone, mail)
    made = kinds[int(chance.integers(len(kinds)))]
    return made.__name__, made(chance)


def jmbg(chance: np.random.Generator) -> str:
    """A JMBG of any region with its check digit."""
    while True:
        day, month, year = int(chance.integers(1, 29)), int(chance.integers(1, 13)), int(chance.integers(940, 999))
        digits = f"{day:02}{month:02}{year:03}{int(chance.integers(10, 97)):02}{int(chance.integers(1000)):03}"
        number = jmbg_of(digits)
        if number is not None:
            return _spaced(chance, (number[:7], number[7:9], number[9:12], number[12:]), BLANKS)


def oib(chance: np.random.Generator) -> str:
    """An OIB with its check digit (ISO 7064, modulo 11, 10)."""
    return oib_of(_digits(chance, 10, first="1256789"))


def iban(chance: np.random.Generator) -> str:
    """An IBAN of Bosnia and Herzegovina, Croatia or Germany with its check digits (ISO 13616)."""
    country, length = (("BA", 16), ("HR", 17), ("DE", 18))[int(chance.integers(3))]
    number = _digits(chance, length)
    if country == "BA":
        number = _national_check(number)
    if country == "HR":
        number = oib_of(number[:6]) + oib_of(number[6:15])
    whole = iban_of(country, number)
    groups = tuple(whole[at : at + 4] for at in range(0, len(whole), 4))
    written = _spaced(chance, groups, ("", " ", "\u00a0", "-", "\n"))
    return written.lower() if chance.random() < 0.2 else written


def card(chance: np.random.Generator) -> str:
    """A payment card number of sixteen digits that passes Luhn."""
    digits = card_of(_digits(chance, 15, first="45"))
    return _spaced(chance, tuple(digits[at : at + 4] for at in range(0, 16, 4)), BREAKS)


def phone(chance: np.random.Generator) -> str:
    """A telephone number of the region in one of its usual forms."""
    mobile, first, second = str(chance.choice(_MOBILES)), _digits(chance, 3), _digits(chance, 3)
    gap = str(chance.choice((" ", "-", "/", ".", "\u00a0", "\u2011", " - ", "\u2013", "")))
    ways = (
        f"0{mobile}{gap}{first}{gap}{second}", f"+387 {mobile} {first}-{second}", f"00387{mobile}{first}{second}",
        f"(0{mobile}) {first} {second}", f"0{mobile}/{first}-{second}", f"+387{mobile}{first}{second}",
        f"+387 (0){mobile} {first} {second}", f"+385 9{mobile[1]} {first} {second}4", f"+49 151 {first}{second}12",
        f"+355 69 {first} {second}5", f"038{first[0]}/{first}-{second}", f"387{mobile}{first}{second}",
        f"0{mobile} {first[:2]} {first[2]}{second[0]} {second[1:]}", f"+381 6{mobile[1]} {first} {second}",
    )  # fmt: skip
    return ways[int(chance.integers(len(ways)))]


def mail(chance: np.random.Generator) -> str:
    """An e-mail address, also made harmless."""
    letters = "".join(chr(97 + int(c)) for c in chance.integers(0, 26, 6))
    name = letters + str(chance.choice((".", "_", "", "-"))) + "kanarinac"
    host = "posta" + _digits(chance, 2)
    return _MAIL_WAYS[int(chance.integers(len(_MAIL_WAYS)))](name, host)


def _digits(chance: np.random.Generator, count: int, first: str = "123456789") -> str:
    return str(chance.choice(list(first))) + "".join(str(d) for d in chance.integers(0, 10, count - 1))


def _spaced(chance: np.random.Generator, groups: tuple[str, ...], gaps: tuple[str, ...]) -> str:
    return str(chance.choice(gaps)).join(groups)


def _national_check(number: str) -> str:
    return f"{number[:14]}{98 - int(number[:14] + '00') % 97:02}"
