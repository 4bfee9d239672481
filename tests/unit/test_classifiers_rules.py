"""Phrase files: what is refused, how words become concepts, and how close the parts of a phrase must stand."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from classifiers.lexicon import Lexicon
from classifiers.phrase_rules import PhraseRules
from classifiers.reading import Reader
from triage.errors import BadConfiguration

COMMON = """
[groups]
any = ["red", "blue"]
[[composite]]
parts = ["not", "red"]
gives = "pale"
"""
WORDS = """
[concepts]
red = ["red"]
blue = ["blue*", "bluebell"]
bell = ["bell*"]
not = ["not"]
denial = ["no"]
news = ["news"]
toward = ["for"]
"""
KINDS = frozenset({"seen"})


def phrase(rest: str, name: str = "p") -> str:
    return f'\n[[phrase]]\nid = "{name}"\nkinds = ["seen"]\n{rest}\n'


def reader(phrases: str) -> Reader:
    return Reader(PhraseRules({"common": COMMON, "phrases": phrases, "en": WORDS}, KINDS))


def seen(phrases: str, text: str) -> list[str]:
    return [text[one.start : one.end] for one in reader(phrases).read(text).found if not one.mentioned]


def test_parts_may_stand_in_any_order_within_the_gap() -> None:
    rule = phrase('near = ["red", "bell"]\ngap = 2')
    assert seen(rule, "a red and old bell") == ["red and old bell"]
    assert seen(rule, "the bell is red") == ["bell is red"]
    assert seen(rule, "red one two three bell") == []


def test_an_ordered_phrase_is_not_found_backwards() -> None:
    rule = phrase('near = ["red", "bell"]\nflags = ["ordered"]')
    assert seen(rule, "bell red") == []
    assert seen(rule, "red bell") == ["red bell"]


def test_a_phrase_never_crosses_the_end_of_a_sentence() -> None:
    assert seen(phrase('near = ["red", "bell"]'), "It is red. Bell") == []


def test_a_tight_phrase_crosses_neither_a_comma_nor_a_for() -> None:
    rule = phrase('near = ["red", "bell"]\nflags = ["tight"]')
    assert seen(rule, "red, bell") == []
    assert seen(rule, "red for bell") == []
    assert seen(rule, "red old bell") == ["red old bell"]


def test_a_denial_right_before_silences_only_negatable_phrases() -> None:
    assert seen(phrase('near = ["red", "bell"]\nflags = ["negatable"]'), "no red bell") == []
    assert seen(phrase('near = ["red", "bell"]\nflags = ["negatable"]'), "no, red bell") == ["red bell"]
    assert seen(phrase('near = ["red", "bell"]'), "no red bell") == ["red bell"]


def test_a_topic_in_the_news_is_only_mentioned() -> None:
    rule = phrase('near = ["red", "bell"]\nflags = ["topic"]')
    found = reader(rule).read("news about a red bell").found
    assert [one.mentioned for one in found] == [True]
    assert seen(rule, "news came. A red bell") == ["red bell"]


def test_a_silencing_concept_works_within_its_sentence_only() -> None:
    rule = phrase('near = ["red", "bell"]\nunless = ["blue"]')
    assert seen(rule, "red bell on blue") == []
    assert seen(rule, "red bell! So blue") == ["red bell"]


def test_one_word_is_never_two_parts() -> None:
    rule = phrase('near = ["any", "any"]')
    assert seen(rule, "red") == []
    assert seen(rule, "red red") == ["red red"]
    assert seen(rule, "blue red") == ["blue red"]


def test_neighbours_that_mean_another_thing_are_joined() -> None:
    assert seen(phrase('near = ["pale"]'), "it is not red") == ["red"]


def test_a_mark_may_be_a_part_of_a_joined_thing() -> None:
    common = COMMON + '[[composite]]\nparts = ["bell", "stop", "blue"]\ngives = "pale"\nclears = true\n'
    rules = PhraseRules({"common": common, "phrases": phrase('near = ["pale"]'), "en": WORDS}, KINDS)
    assert [one.phrase.id for one in Reader(rules).read("a bell. blue").found] == ["p"]


def test_a_list_that_knows_only_borrowed_words_of_a_text_is_not_asked() -> None:
    common = 'borrowed = ["red"]\n' + COMMON
    rules = PhraseRules({"common": common, "phrases": phrase('near = ["red"]'), "en": WORDS}, KINDS)
    assert not Reader(rules).read("red bell").found
    assert Reader(rules).read("red bell, blue").found


def test_exact_words_and_longer_beginnings_win() -> None:
    lexicon = Lexicon({"en": {"short": ["be*"], "long": ["bell*"], "exact": ["bells"]}})
    assert [lexicon.concept(word, "en") for word in ("bee", "bellow", "bells", "a")] == ["short", "long", "exact", None]


@pytest.mark.parametrize(
    ("token", "concept"),
    [
        ("13", "minor_number"), ("18", "adult_number"), ("12yo", "age_tag"), ("12god", "child"), ("40yo", None),
        ("1300", None), ("0yo", None),
    ],
)
def test_ages_are_told_from_other_numbers(token: str, concept: str | None) -> None:
    assert Lexicon({"en": {}}).concept(token, "en") == concept


def test_a_phrase_past_the_first_piece_of_a_long_text_is_found() -> None:
    rule = phrase('near = ["red", "bell"]')
    for padding in range(100, 400, 7):
        assert seen(rule, "word " * padding + "red bell" + " word" * 50) == ["red bell"]


def test_a_text_full_of_one_phrase_is_shown_three_times() -> None:
    assert len(seen(phrase('near = ["red", "bell"]'), "red bell. " * 1000)) == 3


def test_a_wide_phrase_may_be_told_in_several_sentences_and_any_order() -> None:
    rule = phrase('near = ["red", "blue", "bell"]\nwide = 8')
    assert seen(rule, "The bell? It was blue. And red!") == ["bell? It was blue. And red"]
    assert seen(rule, "The bell is blue.") == []
    assert seen(rule, "bell blue" + " word" * 9 + " red") == []


def test_a_wide_phrase_is_silenced_by_a_concept_anywhere_in_the_text() -> None:
    rule = phrase('near = ["red", "bell"]\nwide = 9\nunless_in_text = ["blue"]')
    assert seen(rule, "red. bell.") == ["red. bell"]
    assert seen(rule, "red. bell. Then, much later, blue.") == []


def test_a_letter_doubled_or_two_swapped_in_a_long_word_do_not_matter() -> None:
    lexicon = Lexicon({"en": {"thing": ["umbrella*"], "short": ["ball"]}})
    words = ("umbbrella", "umrbella", "umbrellas", "blal")
    assert [lexicon.concept(word, "en") for word in words] == ["thing", "thing", "thing", None]


def test_what_one_phrase_has_shown_for_certain_no_other_phrase_shows_again() -> None:
    rules = phrase('near = ["red"]', "first") + phrase('near = ["red", "bell"]', "second")
    assert [one.phrase.id for one in reader(rules).read("red bell").found] == ["first"]


def test_a_wide_phrase_with_one_concept_in_two_parts_is_refused() -> None:
    with pytest.raises(BadConfiguration):
        reader(phrase('near = ["any", "red"]\nwide = 5'))


@pytest.mark.parametrize(
    "broken",
    [
        "not toml",
        phrase('near = ["unknown"]'),
        phrase('near = ["red"]\nflags = ["unknown"]'),
        phrase("near = []"),
        phrase('near = ["red", "red", "red", "red"]'),
        phrase('near = ["red"]') + phrase('near = ["red"]'),
        '[[phrase]]\nid = "p"\nkinds = ["unknown"]\nnear = ["red"]\n',
    ],
)
def test_a_phrase_file_that_names_what_does_not_exist_is_refused(broken: str) -> None:
    with pytest.raises(BadConfiguration):
        reader(broken)


@pytest.mark.parametrize("cut", ['[[phrase]]\nid = "p"\nkinds = ["danger_now"]\n', 'phrase = ["p"]'])
def test_a_cut_phrase_file_is_named(cut: str) -> None:
    with pytest.raises(BadConfiguration, match=r"data/phrases/danger\.toml"):
        PhraseRules({"common": "[groups]", "danger": cut}, KINDS)


@pytest.mark.parametrize("words", ['red = ["a"]\nblue = ["a"]', 'red = ["two words"]', 'red = ["1"]'])
def test_a_word_list_that_is_ambiguous_or_not_of_words_is_refused(words: str) -> None:
    with pytest.raises(BadConfiguration):
        PhraseRules({"common": "[groups]", "en": "[concepts]\n" + words}, KINDS)


def test_every_shipped_phrase_can_be_reached_in_some_language() -> None:
    folder = Path(__file__).parents[2] / "data" / "phrases"
    files = [tomllib.loads(path.read_text("utf-8")) for path in folder.glob("*.toml")]
    groups = next(file["groups"] for file in files if "groups" in file)
    joined = {one["gives"] for file in files for one in file.get("composite", [])}
    built_in = {"minor_number", "adult_number", "question_mark", "disguised", *joined}
    languages = [set(file["concepts"]) | built_in for file in files if "concepts" in file]
    for entry in (entry for file in files for entry in file.get("phrase", [])):
        parts = [{name for word in part.split("|") for name in groups.get(word, [word])} for part in entry["near"]]
        assert any(all(part & known for part in parts) for known in languages), entry["id"]
