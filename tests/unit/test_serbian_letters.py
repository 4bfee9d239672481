"""Serbian letters are ijekavian in both scripts, as police units and people in Republika Srpska write."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "data"
LETTERS = ("notices/letters.toml", "answers/letters.toml", "answers/missing.toml")
LATIN, CYRILLIC = "sr-Latn", "sr-Cyrl"
_SIGNS = dict(zip(
    "абцчћдђефгхијклмнопрсштувзжљњџ",
    ("a", "b", "c", "č", "ć", "d", "đ", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "r", "s", "š", "t",
     "u", "v", "z", "ž", "lj", "nj", "dž"), strict=True,
))  # fmt: skip
_EKAVIAN = re.compile(
    r"\b(?:dec[aeiu]\w*|dete|deteta|gde|nigde|negde|ovde|uvek|čovek\w*|reč|reči\w*|mest[ou]\w*|mesta|vreme|ne sme\w*|"
    r"smemo|lepo|ceo|cel[aeiou]\w*|pre|posle|sled\w*|prosled\w*|prosleđ\w*|obavešt\w*|podset\w*|seć\w*|videl\w*|vide[ot]i|"
    r"prover\w*|ocen\w*|procen\w*|promen\w*|primen\w*|pretn\w*|ucen\w*|savet\w*|zahtev\w*|razume\w*|bezbed\w*|"
    r"povred\w*|uspe\w*|namer[aeu]|hte\w*|žele[lo]\w*|nedel\w*|ponedel\w*|sred[aeiou])\b",
    re.IGNORECASE,
)
"""Words of letters in their ekavian form."""


def _texts(said: object, language: str) -> list[str]:
    """Every text of a language, whether it is a key of each piece or a table of its own."""
    if not isinstance(said, dict):
        return []
    own = said.get(language)
    if isinstance(own, str):
        return [own]
    if isinstance(own, dict):
        return [str(one) for one in own.values()]
    return [text for part in said.values() for text in _texts(part, language)]


def _read(name: str) -> dict[str, object]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


def _latin(text: str) -> str:
    return "".join(_SIGNS.get(sign, sign) for sign in text.lower())


def _all(language: str) -> list[str]:
    tables = _read(f"templates/words/{language}.toml").values()
    report = [text for table in tables if isinstance(table, dict) for text in table.values()]
    return [*report, *(text for name in (*LETTERS, "alerts/words.toml") for text in _texts(_read(name), language))]


@pytest.mark.parametrize("language", [LATIN, CYRILLIC])
def test_no_serbian_text_that_leaves_is_ekavian(language: str) -> None:
    every = _all(language)
    assert len(every) > 500
    assert {word for text in every for word in _EKAVIAN.findall(_latin(text))} == set()


def test_an_ekavian_text_would_be_seen() -> None:
    for text in ("Obaveštenje o sadržaju", "Где сте то видели", "zlostavljanje dece", "претња или уцена"):
        assert _EKAVIAN.search(_latin(text))


@pytest.mark.parametrize("name", LETTERS)
def test_both_scripts_of_a_letter_say_the_same(name: str) -> None:
    latin, cyrillic = _texts(_read(name), LATIN), _texts(_read(name), CYRILLIC)
    assert len(latin) > 5
    slots = re.compile(r"\{\w+\}|[a-z]\w*\.txt|hxxps|X-ARF|xarf-\S+|\\n", re.IGNORECASE)
    assert [slots.sub("", text).lower() for text in latin] == [_latin(slots.sub("", text)) for text in cyrillic]
