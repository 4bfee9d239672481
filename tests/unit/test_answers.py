"""What reporters are asked: friendly, in the language they chose, and never to go and look again."""

from __future__ import annotations

import itertools
import re

import pytest

from pipeline.resources import text
from pipeline.sample.cyrillic import to_cyrillic
from triage.answers import Answers
from triage.completeness import Part
from triage.errors import BadConfiguration
from triage.language import language_of
from triage.report import LANGUAGES
from triage.shadow import shadow

FILE = text("answers/missing.toml")
ANSWERS = Answers.from_toml(FILE)
SEARCH_AGAIN = {
    "bs": "ne tražite ponovo", "hr": "ne tražite ponovno", "sr-Latn": "ne tražite ponovo",
    "sr-Cyrl": "не тражите поново", "en": "do not search for it again", "sq": "mos e kërkoni përsëri",
    "de": "suchen Sie nicht noch einmal",
}  # fmt: skip
NEVER_SAID = re.compile(
    r"nepotpun|neisprav|nevazec|odbij|odbac|odbacen|incomplete|invalid|reject|unvollstandig|ungultig|abgelehnt"
    r"|paplot|pavlefsh|refuz|csam|porn"
)
MOST_CHARACTERS = 170


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_ends_with_the_plea_not_to_search_again(language: str) -> None:
    for count in (1, 2, len(Part)):
        for parts in itertools.combinations(Part, count):
            last = ANSWERS.asking_for(parts, language).splitlines()[-1]
            assert SEARCH_AGAIN[language] in last


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_asks_for_exactly_the_missing_parts(language: str) -> None:
    for part in Part:
        asked = ANSWERS.asking_for([part], language).splitlines()[1:-1]
        assert asked == [f"- {ANSWERS.sentences[part][language]}"]
    sentences = {ANSWERS.sentences[part][language] for part in Part}
    assert len(sentences) == len(Part)


def test_nothing_missing_asks_nothing() -> None:
    assert ANSWERS.asking_for([], "en") == ""


def test_the_language_is_the_one_chosen_and_else_the_hotlines() -> None:
    assert ANSWERS.asking_for([Part.WHEN], "sq").startswith("Faleminderit")
    assert ANSWERS.asking_for([Part.WHEN], None) == ANSWERS.asking_for([Part.WHEN], "bs")
    assert ANSWERS.asking_for([Part.WHEN], "xx") == ANSWERS.asking_for([Part.WHEN], ANSWERS.default_language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_judges_the_reporter_or_says_more_than_it_must(language: str) -> None:
    for sentences in ANSWERS.sentences.values():
        assert not NEVER_SAID.search(shadow(sentences[language]))
        assert len(sentences[language]) <= MOST_CHARACTERS
        assert sentences[language] == sentences[language].strip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_in_its_language(language: str) -> None:
    code = language if language in ("en", "sq", "de") else "bcs"
    script = "cyrillic" if language == "sr-Cyrl" else "latin"
    found = language_of([ANSWERS.asking_for([part], language) for part in Part])
    assert {(one.code, one.script) for one in found} == {(code, script)}


def test_the_cyrillic_sentences_say_what_the_latin_ones_say() -> None:
    for sentences in ANSWERS.sentences.values():
        assert sentences["sr-Cyrl"] == to_cyrillic(sentences["sr-Latn"])


@pytest.mark.parametrize(
    "broken",
    [
        "", "not toml [", FILE.replace("[closing]", "[closings]"), FILE.replace('default_language = "bs"', ""),
        FILE.replace('default_language = "bs"', 'default_language = "fr"'), FILE.replace("\nsq = ", "\nxx = "),
    ],
)  # fmt: skip
def test_a_file_that_lacks_a_sentence_is_refused(broken: str) -> None:
    with pytest.raises(BadConfiguration):
        Answers.from_toml(broken)
