"""Short ways to read words give what the long ways give."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from classifiers.lexicon import TOKEN, Lexicon, tokens_of

_SIGNS = st.text(alphabet="ab1é_ .,!?;:/@\n\t-", max_size=60)


@given(_SIGNS)
@example("see https://host.example/a?b=c, then a@host.example")
@example("one.two three_four\nfive")
def test_words_between_blanks_are_the_tokens_of_the_whole(text: str) -> None:
    assert tokens_of(text) == TOKEN.findall(text)


def lexicon() -> Lexicon:
    words = {"xx": {"beat": ["udara"], "threat": ["prijet*", "zaprijetio"], "place": ["uderi", "prijatelj*"]}}
    return Lexicon(words, misspelt=["beat", "threat"], other_words={"xx": ["prjeta*"]})


@pytest.mark.parametrize(
    ("word", "concept"),
    [("udra", "beat"), ("prjeti", "threat"), ("prjetio", "threat"), ("zaprijetjo", "threat"), ("zaprjetio", "threat")],
)
def test_a_word_of_danger_is_known_with_a_letter_missing_or_in_long_words_wrong(word: str, concept: str) -> None:
    assert lexicon().concept(word, "xx") == concept


@pytest.mark.parametrize(
    "word",
    ["dara", "udar", "udaru", "udora", "prjetam", "prijetelj", "udri", "prjtio", "zaprjjetjo"],
)
def test_other_words_and_words_of_other_concepts_are_not_taken_for_slips(word: str) -> None:
    assert lexicon().concept(word, "xx") in (None, "threat" if word.startswith("prijet") else None)
