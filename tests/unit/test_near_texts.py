"""Near-equal texts: floods come together, different texts stay apart, and what is stored tells no words."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage import near_texts_kernels as kernels
from triage.errors import UsageError
from triage.near_texts import LEADERS_MOST, LEAST_WORDS, Sketches, joined, near_texts, sketches

KEY = bytes(range(32))


def _texts(many: int, words: int = 25, seed: int = 1) -> list[list[str]]:
    numbers = np.random.default_rng(seed).integers(0, 3_000, (many, words))
    return [[f"word{number}" for number in row] for row in numbers]


def _changed(texts: list[list[str]], mark: str = "other") -> list[list[str]]:
    """Each with one word changed, at another place from text to text."""
    return [
        [f"{mark}{at}" if place == at % len(text) else word for place, word in enumerate(text)]
        for at, text in enumerate(texts)
    ]


def _sketched(texts: list[list[str]], key: bytes = KEY) -> Sketches:
    return sketches([" ".join(text) for text in texts], key)


def _jaccard(one: list[str], other: list[str]) -> float:
    left, right = ({*pairwise(text)} for text in (one, other))
    return len(left & right) / len(left | right)


@pytest.mark.parametrize(
    ("length", "expected"), [(0, 0x726FDB47DD0E0E31), (8, 0x93F5F5799A932462), (15, 0xA129CA6149BE45E5)]
)
def test_the_shingle_hash_is_siphash_as_published(length: int, expected: int) -> None:
    """Vectors of the reference implementation (Aumasson and Bernstein, github.com/veorq/SipHash, CC0): key 00 to 0f."""
    key = np.frombuffer(bytes(range(16)), "<u8").astype(np.uint64)
    assert int(kernels.siphash(np.arange(length, dtype=np.uint8), key[0], key[1])) == expected


def test_a_word_changed_in_twenty_five_is_linked_with_its_exact_likeness() -> None:
    texts = _texts(400)
    copies = _changed(texts)
    pairs = near_texts(_sketched(texts + copies))
    assert pairs.first.tolist() == list(range(400, 800))
    assert pairs.second.tolist() == list(range(400))
    assert pairs.jaccard.tolist() == [_jaccard(one, other) for one, other in zip(texts, copies, strict=True)]


def test_different_texts_stay_apart() -> None:
    texts = _texts(2_000)
    halves = [text[:12] + other[12:] for text, other in pairwise(texts)]
    assert near_texts(_sketched(texts + halves)).first.tolist() == []


def test_known_texts_count_first_and_are_not_compared_with_each_other() -> None:
    texts = _texts(50)
    known = _sketched(texts[:30] + texts[:5])
    new = _sketched(_texts(4, seed=8) + _changed(texts) + [texts[40]])
    pairs = near_texts(new, known)
    wanted = {4 + at: at for at in range(30)} | {54: 35 + 4 + 40}
    assert dict(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)) == wanted


def test_equal_texts_are_linked_at_one_whatever_stands_between_the_words() -> None:
    text = _texts(1)[0]
    pairs = near_texts(sketches([" ".join(text), "  “" + ", ".join(text) + "”…\n", "\u00a0".join(text)], KEY))
    assert pairs.first.tolist() == [1, 2]
    assert pairs.second.tolist() == [0, 0]
    assert pairs.jaccard.tolist() == [1.0, 1.0]


def test_texts_of_a_few_words_are_never_alike() -> None:
    few, enough = ["same"] * (LEAST_WORDS - 1), [f"w{at}" for at in range(LEAST_WORDS)]
    assert near_texts(_sketched([few, few, [], [], ["one"]])).first.tolist() == []
    assert near_texts(_sketched([few, enough, enough])).first.tolist() == [2]


def test_a_flood_is_one_group_with_one_pair_per_text() -> None:
    flood = _texts(1) + _changed(_texts(1) * 19_999, "name")
    pairs = near_texts(_sketched(flood))
    assert pairs.first.tolist() == list(range(1, 20_000))
    assert set(pairs.second.tolist()) == {0}
    assert pairs.jaccard.min() >= 0.8


def test_two_groups_that_a_later_text_joins_have_one_first() -> None:
    start = _texts(1, 40)[0]
    middle = ["a", *start[1:]]
    far = ["a", *start[1:20], "b", *start[21:]]
    assert _jaccard(start, far) < 0.9 <= min(_jaccard(start, middle), _jaccard(middle, far))
    pairs = near_texts(_sketched([start, far, middle]), least=0.9)
    assert pairs.second.tolist() == [0, 0]
    assert pairs.jaccard.tolist() == [_jaccard(middle, far), max(_jaccard(start, middle), _jaccard(middle, far))]


def test_more_unlike_texts_in_a_bucket_than_leaders_do_not_hide_near_ones() -> None:
    """All share most words, each is too unlike the next; their copies must still be found through other bands."""
    shared = _texts(1, 14)[0]
    texts = [shared + own for own in _texts(4 * LEADERS_MOST, 6, seed=4)]
    pairs = near_texts(_sketched(texts + _changed(texts)))
    wanted = [_jaccard(one, other) >= 0.8 for one, other in zip(texts, _changed(texts), strict=True)]
    assert np.isin(np.flatnonzero(wanted) + len(texts), pairs.first).mean() >= 0.99


def test_the_same_words_under_another_key_share_nothing() -> None:
    texts = _texts(20)
    one, other = _sketched(texts), _sketched(texts, bytes(32))
    assert not np.intersect1d(one.shingles, other.shingles).size
    with pytest.raises(UsageError, match="at least 16 bytes"):
        _sketched(texts, b"short")


def test_sketches_come_back_from_what_is_kept_of_them_and_join_to_a_window() -> None:
    texts = _texts(60)
    whole = _sketched(texts)
    kept = Sketches.of(np.frombuffer(whole.offsets.tobytes(), "<i8"), np.frombuffer(whole.shingles.tobytes(), "<u8"))
    window = joined(_sketched(texts[:40]), _sketched(texts[40:]), 25)
    for one, other in ((kept, whole), (window, _sketched(texts[35:]))):
        assert one.offsets.tolist() == other.offsets.tolist()
        assert one.shingles.tolist() == other.shingles.tolist()
        assert one.bands.tolist() == other.bands.tolist()
    assert len(joined(_sketched([]), whole, 100)) == 60
    with pytest.raises(UsageError, match="do not fit"):
        Sketches.of(whole.offsets, whole.shingles[:-1])


def test_a_least_that_bands_cannot_serve_is_refused() -> None:
    with pytest.raises(UsageError, match="least Jaccard"):
        near_texts(_sketched([]), least=0.4)


@given(st.lists(st.text(st.sampled_from("ab c\u00e9\u2019\u3042\ud800\x00\n"), max_size=80), max_size=12))
@settings(max_examples=80, deadline=None)
def test_any_text_can_be_sketched_and_links_are_what_the_shingles_say(texts: list[str]) -> None:
    made = sketches(texts, KEY)
    sets = [set(made.shingles[start:end].tolist()) for start, end in pairwise(made.offsets)]
    assert [sorted(one) for one in sets] == [made.shingles[a:b].tolist() for a, b in pairwise(made.offsets)]
    pairs = near_texts(made)
    for first, second, index in zip(pairs.first.tolist(), pairs.second.tolist(), pairs.jaccard.tolist(), strict=True):
        assert second < first
        assert any(index == len(sets[first] & one) / len(sets[first] | one) for one in sets if one)
    equal = [at for at, one in enumerate(sets) if one and one in sets[:at]]
    assert set(equal) <= set(pairs.first.tolist())


def test_some_texts_alone_are_sketched_as_they_were_among_others() -> None:
    texts = [f"one two three four five six seven eight number {number}" for number in range(6)] + ["too short"]
    every = sketches(texts, KEY)
    some = every.only(np.array([1, 4, 6]))
    alone = sketches([texts[place] for place in (1, 4, 6)], KEY)
    for name in ("offsets", "shingles", "bands"):
        assert getattr(some, name).tolist() == getattr(alone, name).tolist()
    assert every.only(np.arange(7)) is every


@pytest.mark.parametrize("place", [0, 10, 20, 100])
def test_copies_of_one_text_are_one_group_wherever_the_original_stands(place: int) -> None:
    rng = np.random.default_rng(5)
    original = [f"word{number}" for number in rng.permutation(1000)[:25]]
    copies = []
    for number in range(100):
        copy = list(original)
        copy[int(rng.integers(25))] = f"other{number}"
        copies.append(" ".join(copy))
    texts = [*copies[:place], " ".join(original), *copies[place:]]
    found = near_texts(sketches(texts, KEY))
    assert (found.first.tolist(), set(found.second.tolist())) == (list(range(1, 101)), {0})
