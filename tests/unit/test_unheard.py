"""Which words of unknown columns are somebody's, and which are names, places, addresses or a browser's."""

from __future__ import annotations

import pytest

from pipeline.unheard import unheard


@pytest.mark.parametrize(
    ("name", "value", "heard"),
    [
        ("remarks", "a girl is hurt there", True), ("remarks", "djevojčicu tuku svaki dan", True),
        ("примједба", "неко туче дијете", False), ("примједба", "неко туче дијете сваки дан", True),
        ("remarks", "three words only", False), ("referer", "https://a.example/some-words-of/this/page", False),
        ("remarks", "see a@mail.example and https://b.example/x", False),
        ("answers", '{"what":"a girl is hurt there"}', True), ("answers", '["one","two","three","four","five"]', False),
        ("browser", "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1 Safari/5", False),
        ("kontakt roditelja", "zovite poslije pet radnim danom", False),
        ("area_as_said", "in the village by the bridge", False),
        ("category_as_said", "something about my neighbour", False),
        ("category_as_said", "my neighbour beats his child every evening", True),
    ],
)  # fmt: skip
def test_words_count_from_four_on_where_somebody_may_have_said_them(name: str, value: str, heard: bool) -> None:
    assert unheard({name: [None, value, ""]}, 3) == [False, heard, False]


def test_any_column_of_a_row_may_speak() -> None:
    said = {"one": ["a girl is hurt there", None], "two": [None, "somebody waits for her daily"]}
    assert unheard(said, 2) == [True, True]
    assert unheard({}, 2) == [False, False]
