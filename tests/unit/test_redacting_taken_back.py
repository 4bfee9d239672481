"""What a reporter wrote from, and a number taken back a sentence later: never shown to police, the suspect's stays."""

from __future__ import annotations

import pytest

from pipeline.redacting_setup import own_words
from tests.redactors import masked, redactor

_OWN = "@adijevtata"


def _police(text: str) -> str:
    return redactor().redact(text, recipient="police").text


@pytest.mark.parametrize(
    "text",
    [
        "Moj sin dobija poruke od @tihivuk. Pisao sam mu sa svog profila @adijevtata.",
        "Odgovorila sam mu sa svog profila @adijevtata.", "Javio sam se sa naloga @adijevtata.",
        "Kontaktirala sam ga i pitala ko je sa svog naloga @adijevtata.",
        "Ja sam mu odmah odgovorio s profila @adijevtata",
        "Nasilnik je na Viberu 065 111 222. Odgovorio sam mu sa svog naloga @adijevtata i s broja 061 222 333.",
        "Човјек пише дјеци. Одговорио сам му са свог налога @adijevtata.", "Pišem mu sa profila @adijevtata.",
        "Sa svog profila @adijevtata sam mu odgovorila.", "Sa svog profila @adijevtata odgovorila sam mu.",
        "He wrote to her. I replied to him from the account @adijevtata.",
        "Muž mu je odgovorio sa svog profila @adijevtata.",
    ],
)  # fmt: skip
def test_what_the_writer_wrote_from_is_the_writers(text: str) -> None:
    assert _OWN not in _police(text)


def test_what_the_writer_wrote_from_is_no_place_content_is() -> None:
    text = f"Odgovorila sam mu sa svog profila {_OWN}."
    assert own_words().own(text, text.index(_OWN), text.index(_OWN) + len(_OWN))


@pytest.mark.parametrize(
    "text",
    [
        "Čovjek piše djeci sa svog profila @tihivuk.", "On piše sa svog profila @tihivuk.",
        "Vidjela sam da piše sa svog profila @tihivuk.", "Dobila sam poruku sa profila @tihivuk.",
        "Odgovorila sam na poruke sa profila @tihivuk.", "Javio sam da čovjek piše djeci sa profila @tihivuk.",
        "Sa svog profila @tihivuk piše djeci, vidjela sam.", "I got a message from the account @tihivuk.",
    ],
)  # fmt: skip
def test_what_came_from_a_profile_is_for_police(text: str) -> None:
    assert _police(text) == text


@pytest.mark.parametrize(
    "taken_back",
    [
        "Pardon, to je moj, njegov je 065 333 444.", "Izvinite, pogriješila sam, to je moj.", "Ups, moj!",
        "Ispravka: moj broj je to, njegov je 065 333 444.", "Извините, то је мој.", "Sorry, that one is mine.",
        "Izvinjavam se, krivi broj, moj je to.", "Zaboravite, to mi je broj.",
        "Greška, moj broj telefona je to.", "Oops, mine.",
        "My mistake, that is my number.", "Verzeihung, das ist meine, seine ist 065 333 444.",
        "To je zapravo broj moga muža.", "Isti koji i ja koristim.",
    ],
)  # fmt: skip
def test_a_number_taken_back_is_shown_to_nobody(taken_back: str) -> None:
    assert "065 111 222" not in _police(f"Nasilnik koristi broj 065 111 222. {taken_back}")


@pytest.mark.parametrize(
    "text",
    [
        "To je moj komšija.", "Oprostite, moj sin plače.", "Sorry, my English is bad.", "That is my neighbour.",
        "It was me who found it.", "Pardon, moj broj je 061 222 333.", "Ups, moja kćerka zove.", "Pardon, moj @lana_99",
    ],
)  # fmt: skip
def test_a_number_not_taken_back_stays_for_police(text: str) -> None:
    assert "065 111 222" in _police(f"Nasilnik koristi broj 065 111 222. {text}")


def test_without_recipient_both_are_masked() -> None:
    assert masked("Nasilnik koristi broj 065 111 222. Pardon, to je moj.").startswith("Nasilnik koristi broj [PHONE]")


def test_a_name_the_model_hears_between_ends_nothing() -> None:
    text = "Nasilnik koristi broj 065 111 222. Pardon, to je moj."
    assert "065" not in redactor({"Pardon": "name"}).redact(text, recipient="police").text
