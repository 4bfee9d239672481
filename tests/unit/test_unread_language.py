"""A text in a language nobody here reads goes to a person first; one of the hotline's own languages does not."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from classifiers.base import Said
from classifiers.decide import Decider
from classifiers.language import Language
from pipeline.bootstrap import decider
from pipeline.cli.main import answer
from triage.language import unread
from triage.language_words import OWN, STRANGE
from triage.shadow import shadow
from triage.verdict import Label, Verdict

_ROOT = Path(__file__).parents[2]
_FILES = [*(_ROOT / "tests" / "data").glob("phrasings*.tsv"), *(_ROOT / "data" / "training").glob("phrasings*.tsv")]
_MOST_FALSE = 0.002
_LEAST_DOUBTED = {"yes": 0.94, "no": 0.8}
"""Of texts looked at while the rule was made, and of others."""
_URL = frozenset({"url"})
_STRANGE = {
    "Italian": "Un uomo vuole incontrare mia figlia, per favore aiutateci.",
    "Turkish": "Bir adam kızımla buluşmak istiyor, lütfen yardım edin.",
    "Turkish without its letters": "bir adam kizimla bulusmak istiyor",
    "Arabic": "رجل يريد أن يقابل ابنتي من فضلكم ساعدونا",
    "Arabic beside a platform's name": "رجل على Instagram يريد أن يقابل ابنتي غدا",
    "Persian": "مردی می‌خواهد دخترم را ببیند",
    "Chinese": "一个男人想见我的女儿，请帮帮我们",
    "Greek": "Ένας άντρας θέλει να συναντήσει την κόρη μου",
    "French": "Un homme veut rencontrer ma fille demain",
    "Russian": "Мужчина хочет встретиться с моей дочерью",
    "Slovenian": "Neki moški se želi srečati z mojo hčerko",
    "Macedonian": "Еден човек сака да се сретне со ќерка ми",
    "Hungarian": "Egy férfi találkozni akar a lányommal",
}
_MIXED = (
    "Na stranici je child pornography", "Please help, neko prijeti mojoj kćerki", "Link na illegal pictures of kids",
    "Someone sends pictures of my daughter. Molim vas provjerite ovaj profil.", "Hilfe, neko šalje slike mog djeteta",
    "Dikush po i shkruan vajzës sime. Molim vas pomozite.", "Prijavljujem ovaj account because he asks for pictures",
    "Das ist ein Profil mit Bildern von Kindern. Provjerite molim vas.", "На овој страници су pictures of children",
)  # fmt: skip
_OWN = (
    "Amra Uzorak, Titova 5, Sarajevo, Bosna", "Marko Marković Ulica Kralja Tvrtka 12 Tuzla", "Viber grupa 7b OŠ Uzorak",
    "Instagram profil marko_123 iz Sarajeva", "hitno hitno hitno molim vas", "sta da radim pls help",
    "lol haha ok cao", "Ime: Amra Prezime: Uzorak Grad: Zenica", "Неко пише мојој ћерки сваки дан",
    "Pozovite me na 061 123 456", "https://host.example/la/mia/figlia/una/due", "ciao bella", "😀😀😀😀😀😀😀😀😀😀",
    "", "小红书",
)  # fmt: skip


@pytest.fixture(scope="module")
def shipped() -> Decider:
    return decider()


def _doubts(verdict: Verdict) -> list[tuple[str, str]]:
    return [(one.code, one.field) for one in verdict.reasons if one.rule.startswith("language@")]


@pytest.mark.parametrize("text", _STRANGE.values(), ids=_STRANGE.keys())
def test_words_nobody_reads_go_to_a_person_and_are_not_certain(shipped: Decider, text: str) -> None:
    verdict = shipped.decide(Said(description=text, locator_kinds=_URL, category="other", channel="webform"))
    assert _doubts(verdict) == [("text_doubt", "description")]
    assert verdict.to_person
    assert verdict.score < 1
    assert verdict.label >= Label.COMPLETE


def test_what_was_written_into_the_address_field_alone_is_heard_too(shipped: Decider) -> None:
    assert _doubts(shipped.decide(Said(location=_STRANGE["Italian"]))) == [("text_doubt", "location")]
    assert not _doubts(shipped.decide(Said(location="Instagram marko", description="Neko piše mojoj kćerki.")))


def test_names_addresses_and_one_liners_are_left_alone() -> None:
    assert [text for text, strange in zip(_OWN, unread(_OWN), strict=True) if strange] == []


def test_short_texts_of_neighbours_and_others_are_doubted() -> None:
    lines = (_ROOT / "tests" / "data" / "strange_texts.tsv").read_text("utf-8").splitlines()
    rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    for looked_at, least in _LEAST_DOUBTED.items():
        texts = [row["text"] for row in rows if row["looked_at"] == looked_at]
        assert sum(unread(texts)) >= least * len(texts)


@pytest.mark.parametrize(
    "text", ["Lütfen yardım edin", "Prosim, pomagajte otroku", "Сакам да пријавам", "Tolong anak saya"]
)
def test_three_words_are_enough_where_they_are_known_as_strange(text: str) -> None:
    assert unread([text, text.upper(), text.lower()]) == [True] * 3


def test_two_of_our_own_languages_in_one_text_are_read() -> None:
    assert [text for text, strange in zip(_MIXED, unread(_MIXED), strict=True) if strange] == []


def test_listed_words_stand_where_they_belong() -> None:
    lines = (path.read_text("utf-8").splitlines() for path in _FILES)
    rows = [row["text"] for one in lines for row in csv.DictReader(one, delimiter="\t", quoting=csv.QUOTE_NONE)]
    said = Counter(re.findall(r"[^\W\d_]+", shadow(" ".join(rows))))
    assert not OWN & STRANGE
    assert all(word == shadow(word) for word in OWN | STRANGE)
    assert {word for word in STRANGE if said[word] > 1} == set()
    assert len([word for word in OWN if not said[word]]) <= 2


def test_another_language_after_many_sentences_of_our_own_is_heard() -> None:
    own = "Neko je mojoj kćerki poslao poruku i traži da se sutra nađu u parku. " * 25
    told = "Un uomo ha chiesto a mia figlia di incontrarlo domani al parco vicino alla scuola. " * 5
    assert unread([own, own + told, own + told + " " * 200_000]) == [False, True, True]


def test_an_sos_call_does_not_wait_for_its_language() -> None:
    assert Language().judge(Said(description=_STRANGE["Turkish"], alert=True)) is None


@pytest.mark.parametrize("category", [None, "fraud", "csam", "child_blackmail"])
def test_the_doubt_leaves_the_label_to_address_and_category(shipped: Decider, category: str | None) -> None:
    bare = Said(category=category, channel="webform", locator_kinds=_URL)
    said = [bare._replace(description=text) for text in _STRANGE.values()]
    without = shipped.decide(bare)
    for verdict in shipped.decide_all(said):
        assert verdict.label >= without.label
        assert verdict.escalate >= without.escalate


@pytest.mark.parametrize(
    "written",
    [str, str.upper, lambda text: re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFD", text)).lower()],
    ids=["as written", "in capitals", "without diacritics"],
)  # fmt: skip
def test_hardly_any_phrasing_of_our_own_languages_is_taken_for_another(written: Callable[[str], str]) -> None:
    lines = (path.read_text("utf-8").splitlines() for path in _FILES)
    rows = [row for one in lines for row in csv.DictReader(one, delimiter="\t", quoting=csv.QUOTE_NONE)]
    texts = [written(row["text"]) for row in rows]
    assert len(texts) > 9_000
    strange = [row["language"] for row, found in zip(rows, unread(texts), strict=True) if found]
    assert len(strange) <= _MOST_FALSE * len(texts)
    assert not {"bs", "hr", "sr", "en"} & set(strange)


def test_the_explanation_says_so_in_plain_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "in.jsonl"
    rows = [{"id": f"r-{place}", "description": _STRANGE[name]} for place, name in enumerate(("Arabic", "Italian"))]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert answer(["classify", str(source), "--explain"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert shown.count("It seems written, at least in part, in a language the hotline does not read.") == len(rows)
    assert shown.count("a person must look before anything is answered") == len(rows)
    assert "no words to read" not in shown


@pytest.mark.parametrize("before", ["https://host.example/" + "a" * 1_500, " " * 1_500, "- " * 800, "\n" * 1_500])
def test_words_behind_a_long_address_or_many_blanks_are_heard(before: str) -> None:
    told = "Un uomo ha chiesto a mia figlia di incontrarlo domani al parco"
    own = "Jedan čovjek je tražio da se sutra nađe s mojom kćerkom u parku"
    assert unread([f"{before} {told}", f"{before} {own}"]) == [True, False]


@pytest.mark.parametrize("sign", [" ", ".", "-", "  ", "*", "_"])
@pytest.mark.parametrize("text", ["he will meet the child tomorrow", "on će se naći s njom", "срешће се са дететом"])
def test_words_spelt_out_letter_by_letter_are_not_read(text: str, sign: str) -> None:
    assert unread([sign.join(text)]) == [True]
    assert unread([text]) == [False]


def test_a_few_letters_apart_and_many_short_words_are_read() -> None:
    some = ["a i o u s k na i da li je to u redu ili ne", "Plan A, B, C ili D: a ko zna", "vidi n a p a d na stranici"]
    assert unread(some) == [False] * 3
