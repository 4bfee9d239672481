"""The language of a text: the hotline's own with their script, and `und` wherever that would be a guess."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from triage.language import Language, language_of, script_of

_PHRASINGS = Path(__file__).parents[1] / "data" / "phrasings.tsv"
_OTHERS = {"en": "en", "sq": "sq", "de": "de"}


def _one(text: str, *languages: str) -> Language:
    return language_of([text], languages)[0] if languages else language_of([text])[0]


@pytest.mark.parametrize(
    ("text", "code", "script"),
    [
        ("Na ovoj stranici se nalaze nezakonite slike djece.", "bcs", "latin"),
        ("na ovoj stranici se nalaze nezakonite slike djece", "bcs", "latin"),
        ("Na ovom sajtu su nezakonite slike dece, proverite.", "bcs", "latin"),
        ("На овој страници су незаконите слике дјеце.", "bcs", "cyrillic"),
        ("на овом сајту су незаконите слике деце", "bcs", "cyrillic"),
        ("There are illegal pictures of a child on this page.", "en", "latin"),
        ("Në këtë faqe ka fotografi të palejuara të fëmijëve.", "sq", "latin"),
        ("Auf dieser Seite sind verbotene Bilder von Kindern.", "de", "latin"),
        ("NA OVOJ STRANICI SU NEZAKONITE SLIKE DJECE", "bcs", "latin"),
    ],
)
def test_the_languages_of_the_hotline_are_known_in_both_scripts(text: str, code: str, script: str) -> None:
    found = _one(text)
    assert (found.code, found.script) == (code, script)
    assert found.confidence > 0.9


@pytest.mark.parametrize(
    "text", ["", "   ", "ok", "Vidi ovo", "https://host.example/stranica/slike/djece 12345", "@neko_tamo #oznaka 2026"]
)
def test_under_three_words_nothing_is_guessed(text: str) -> None:
    assert _one(text).code == "und"


def test_words_of_an_address_a_handle_and_digits_do_not_count_as_words() -> None:
    told = "Na ovoj stranici su slike djece"
    assert _one(f"https://www.the-english-page.example/with/many/words {told} @some_handle 12345") == _one(told)
    assert _one("pogledaj t.me/this_is_an_english_name some.page.example/and[.]more").code == "und"


@pytest.mark.parametrize(
    "text",
    [
        "Видов фотографии од дете на оваа страница, ве молам проверете",
        "Ќе пријавам ѓубре на страницата со слики",
        "На тази страница има незаконни снимки на деца, моля проверете",
        "На этой странице есть незаконные фотографии детей",
        "На цій сторінці є незаконні фото дітей, перевірте будь ласка",
        "Na tej strani so nezakonite slike otrok, prosim preverite",
        "Ho visto una pagina con immagini illegali di bambini",
        "Bu sayfada çocukların yasadışı fotoğrafları var",
        "Στη σελίδα αυτή υπάρχουν παράνομες εικόνες παιδιών",
        "这个页面上有儿童的非法图片 请检查",
        "asdf qwer zxcv",
    ],
)
def test_a_language_that_is_not_the_hotlines_is_not_taken_for_one(text: str) -> None:
    assert _one(text).code == "und"


def test_one_foreign_name_does_not_make_a_text_foreign() -> None:
    assert _one("Профил по имену Йордан поставља слике дјеце на ову страницу, молим провјерите.").code == "bcs"


def test_another_hotline_names_its_own_languages() -> None:
    told = "На тази страница има незаконни снимки на деца"
    assert _one(told, "bg", "en").code == "bg"
    with pytest.raises(ValueError, match="Unknown language"):
        _one("three words here", "xx-unknown")


@pytest.mark.parametrize(
    ("text", "script"),
    [("Ana", "latin"), ("Ана", "cyrillic"), ("Ana i Ана", "mixed"), ("12 !?", "none"), ("Ana je rekla А.", "latin")],
)
def test_the_script_is_what_most_letters_are(text: str, script: str) -> None:
    assert script_of(text) == script


def test_the_compiled_arithmetic_is_py3langids() -> None:
    known = ("hr", "bs", "sr", "en", "sq", "de")
    theirs = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    theirs.set_languages(known)
    with _PHRASINGS.open(encoding="utf-8", newline="") as stream:
        texts = [row[2] for row in csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)][1:]
    compared = 0
    for text, found in zip(texts, language_of(texts, known), strict=True):
        if re.search(r"[\d@_/]", text) or found.confidence == 0.0:
            continue
        odds: dict[str, float] = {}
        for name, chance in theirs.rank(" ".join(text.split())):
            code = "bcs" if name in ("hr", "bs", "sr") else name
            odds[code] = odds.get(code, 0.0) + chance
        assert found.confidence == pytest.approx(max(odds.values()), abs=2e-3)
        compared += 1
    assert compared > 500


def test_answers_come_in_order_and_equal_texts_get_equal_answers() -> None:
    texts = ["There are pictures of a child here.", "ok", "Ovdje su slike djeteta, provjerite."] * 3
    found = language_of(texts)
    assert [one.code for one in found] == ["en", "und", "bcs"] * 3
    assert found == language_of(texts)


def test_the_frozen_phrasings_are_told_apart_almost_always() -> None:
    with _PHRASINGS.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    meant = [_OTHERS.get(row[1], "bcs") for row in rows]
    found = [one.code for one in language_of([row[2] for row in rows])]
    wrong = [place for place, (one, other) in enumerate(zip(found, meant, strict=True)) if one not in (other, "und")]
    assert wrong == []
    assert sum(one == "und" for one in found) <= len(found) // 50


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=200))
def test_no_text_makes_it_fail(text: str) -> None:
    found = _one(text)
    assert found.code in {"bcs", "en", "sq", "de", "und"}
    assert found.script in {"latin", "cyrillic", "mixed", "none"}
    assert 0.0 <= found.confidence <= 1.0


@pytest.mark.parametrize("text", ["\ud800 \udfff x y z", "a" * 1_000_000, "а. " * 400_000, "\u0301" * 5_000])
def test_hostile_texts_get_an_answer(text: str) -> None:
    assert _one(text).code in {"bcs", "und"}


def test_the_model_is_loaded_when_first_needed_and_says_nothing() -> None:
    script = (
        "import sys, socket\n"
        "def never(*given, **named): raise RuntimeError('no connection')\n"
        "socket.socket.connect = socket.getaddrinfo = never\n"
        "import triage.language as it\n"
        "assert 'py3langid' not in sys.modules\n"
        "found = it.language_of(['There are pictures of a child here.'])\n"
        "assert 'py3langid' in sys.modules and found[0].code == 'en', found\n"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_more_words_make_it_surer() -> None:
    words = ["Molim", "vas", "provjerite", "stranicu", "na", "kojoj", "su", "nezakonite", "slike", "djece"]
    confidences = [_one(" ".join(words[:count])).confidence for count in (3, 6, 9)]
    assert all(earlier <= later + 0.01 for earlier, later in pairwise(confidences))
