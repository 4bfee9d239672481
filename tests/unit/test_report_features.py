"""What the report model looks at: hashed words of the shadow, the same for training and for judging."""

from __future__ import annotations

import time
from itertools import pairwise

import numpy as np
import pytest

from classifiers.base import Said
from classifiers.features import FACT_VALUE, FACTS, SPACE, facts, packed, spoken
from classifiers.features_kernels import SPANS, matrix, spans, sums

TEXTS = ["Na stranici su nezakonite slike djece.", "", "This page shows illegal pictures of a child?", "13 godina"]


def row(text: str) -> dict[int, float]:
    """Features of one text with their values."""
    _, columns, values = matrix(*packed([text]), SPACE)
    return dict(zip(columns.tolist(), values.tolist(), strict=True))


def test_what_training_sees_is_what_judging_sums_up() -> None:
    weights = np.random.default_rng(1).normal(size=(SPACE, 3)).astype(np.float32)
    starts, columns, values = matrix(*packed(TEXTS), SPACE)
    wanted = [
        (values[first:last, None] * weights[columns[first:last]]).sum(axis=0)
        for first, last in pairwise(starts)
    ]
    assert np.allclose(sums(*packed(TEXTS), weights), wanted, atol=1e-5)


def test_a_text_among_others_has_the_features_it_has_alone() -> None:
    starts, columns, values = matrix(*packed(TEXTS), SPACE)
    for number, text in enumerate(TEXTS):
        part = slice(starts[number], starts[number + 1])
        assert dict(zip(columns[part].tolist(), values[part].tolist(), strict=True)) == row(text)


def test_every_text_has_length_one_and_an_empty_one_none() -> None:
    assert sum(value**2 for value in row(TEXTS[0]).values()) == pytest.approx(1, abs=1e-4)
    assert row("") == row(" .,;! ") == {}


def test_script_case_and_diacritics_make_no_difference() -> None:
    latin = row("nezakonite slike djevojcica")
    assert row("Незаконите слике дјевојчица") == row("NEZAKONITE SLIKE DJEVOJČICA") == latin


def test_ages_count_by_being_under_age_or_not() -> None:
    assert row("ima 13 godina") == row("ima 8 godina") == row("ima 13godina")
    assert row("ima 13 godina") != row("ima 35 godina") != row("ima 1300 godina")


def test_an_address_counts_as_one_word_whichever_it_is() -> None:
    assert row("vidi https://a.example/slike ovdje") == row("vidi http://other.example/child?x=1 ovdje")
    assert row("javite na a@mail.example") == row("javite na b.c@mail.example")
    assert row("stranica.molim vas") == row("stranica molim vas")


def test_the_order_of_words_matters_a_little() -> None:
    one, other = row("odrasli prijeti djetetu"), row("djetetu prijeti odrasli")
    shared = sum(value * other.get(feature, 0) for feature, value in one.items())
    assert 0.5 < shared < 0.999


def test_the_loudest_words_are_pointed_at_in_order() -> None:
    text = "Dobar dan, na stranici su zabranjene slike, a na kraju još i snimci. Hvala lijepa."
    weights = np.zeros((SPACE, 1), np.float32)
    for word, loud in (("zabranjene slike", 2.0), ("snimci", 1.9)):
        for feature in row(word):
            weights[feature, 0] = loud
    (found,) = spans(*packed(["other text", text]), np.array([1]), np.array([0]), weights)
    assert len(found) == SPANS
    assert [text[start:end] for start, end in found if start >= 0][:2] == ["zabranjene slike", "snimci"]


def test_a_text_that_says_nothing_loud_has_no_span() -> None:
    weights = np.zeros((SPACE, 1), np.float32)
    (found,) = spans(*packed(["hello there"]), np.array([0]), np.array([0]), weights)
    assert (found == -1).all()


def test_facts_are_named_and_unknown_ones_say_nothing() -> None:
    told = Said(category="csam", locator_kinds=frozenset({"url"}), concerns_own_child=True, channel="email")
    (known,) = facts([told])
    wanted = {"category:csam", "place:url", "own_child", "channel:email"}
    assert {FACTS[place] for place in np.flatnonzero(known)} == wanted
    assert set(known.tolist()) == {0.0, float(FACT_VALUE)}
    (unknown,) = facts([Said(category="no such", channel="csv", reporter_group="nobody")])
    assert {FACTS[place] for place in np.flatnonzero(unknown)} == {"place:none"}


def test_words_in_the_location_field_are_spoken_too_and_addresses_there_are_not() -> None:
    assert spoken(Said(location="host.example", description="a b")) == "a b"
    assert spoken(Said(location="on the forum", description="a b")) == "on the forum\na b"


@pytest.mark.parametrize(
    "hostile",
    ["a." * 500_000, "a" * 10**6, "x@" * 500_000, "“" * 300_000, "1" * 10**6, "a " * 500_000, "\ud800 \udfff" * 99],
    ids=["dots", "one word", "addresses", "marks", "one number", "letters", "lone surrogates"],
)
def test_hostile_texts_take_linear_time_and_never_raise(hostile: str) -> None:
    weights = np.ones((SPACE, 12), np.float32)
    sums(*packed(["warm up"]), weights)
    began = time.process_time()
    assert np.isfinite(sums(*packed([hostile]), weights)).all()
    assert time.process_time() - began < 2
