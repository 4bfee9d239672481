"""A participle that opens a sentence is no name; a name that opens one is, whatever it ends in."""

from __future__ import annotations

import pytest

from tests.redactors import Model, redactor


def _shown(text: str, word: str) -> str:
    return redactor(model=Model(word)).redact(text).text


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Ukraden mi je nalog i neko šalje slike.", "Ukraden"),
        ("Neko piše. Ukraden je profil.", "Ukraden"),
        ("Украден ми је налог.", "Украден"),
        ("Zlostavljana su djeca na snimku.", "Zlostavljana"),
        ("Podijeljen je snimak djeteta.", "Podijeljen"),
        ("Obrisane su slike djece.", "Obrisane"),
    ],
)
def test_a_participle_that_opens_a_sentence_stays(text: str, word: str) -> None:
    assert _shown(text, word) == text


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Ukraden mi je pisao.", "Ukraden"),
        ("Donovan je poslao slike.", "Donovan"),
        ("Donovan je sliku poslao.", "Donovan"),
        ("Donovan je na slici.", "Donovan"),
        ("Goran je trener djece.", "Goran"),
        ("Ukraden nalog šalje slike.", "Ukraden"),
        ("Pisao je Ukraden je profil.", "Ukraden"),
    ],
)
def test_a_name_is_masked_all_the_same(text: str, word: str) -> None:
    assert _shown(text, word) == text.replace(word, "[NAME]")
