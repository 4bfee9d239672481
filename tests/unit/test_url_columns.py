"""Many addresses at once are read exactly as one after the other, whatever stands beside them."""

from __future__ import annotations

import pickle
import random
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.addresses import messy_addresses, ordinary_addresses
from pipeline.bootstrap import url_rules
from tests.address_pairs import pairs
from triage.errors import BadConfiguration
from triage.locators import find, find_many
from triage.url_rules import UrlRules
from triage.urls import canonical, canonical_many, plain, read_address

_RULES = url_rules()
_MIX = messy_addresses(1_500, seed=11) + ordinary_addresses(500, seed=12)
_BITS = (
    "%", "%2e", "%41", "%c4%8d", ".", "/", "//", "/.", "?", "#", "&", "=", ";", "(", ":443", ":80", ":99999", "@", "\n",
    "\t", " ", "A", "é", "\ud800", "..", "#:~:text=a", "utm_x=1&", "xn--", ".onion", "index.html", "www.", "&amp;", "",
    "|", '"', "<", "`",
)  # fmt: skip


def _paired() -> list[str]:
    """Both addresses of every sixth labelled pair."""
    return [address for pair in pairs()[::6] for address in (pair.one, pair.other)]


def _changed(seed: int = 13) -> list[str]:
    """Addresses of all sets with up to three bits put in or over a character."""
    rng = random.Random(seed)
    found = []
    for text in rng.choices(_MIX + _paired(), k=3_000):
        for _ in range(rng.randrange(1, 4)):
            at = rng.randrange(len(text) + 1)
            text = text[:at] + rng.choice(_BITS) + text[at + rng.randrange(2) :]
        found.append(text)
    return found


@pytest.mark.parametrize(
    "drawn", [_MIX.copy, pytest.param(_paired, marks=pytest.mark.thorough), _changed], ids=["mix", "pairs", "changed"]
)
def test_many_addresses_are_read_as_each_alone(drawn: Callable[[], list[str]]) -> None:
    texts = drawn()
    assert list(canonical_many(texts, _RULES)) == [canonical(text, _RULES) for text in texts]


@pytest.mark.parametrize("drawn", [_MIX.copy, _paired, partial(_changed, seed=14)], ids=["mix", "pairs", "changed"])
def test_many_fields_hold_the_places_each_holds_alone(drawn: Callable[[], list[str]]) -> None:
    texts = drawn()
    assert list(find_many(texts, _RULES)) == [find(text, _RULES, whole_field=True) for text in texts]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.one_of(st.sampled_from(_MIX), st.text(max_size=30), st.sampled_from(_BITS)), max_size=8))
def test_a_neighbour_never_changes_what_an_address_means(texts: list[str]) -> None:
    assert list(canonical_many(texts, _RULES)) == [canonical(text, _RULES) for text in texts]


def test_the_quick_way_agrees_with_the_parser() -> None:
    """A default port keeps the quick way from seeing the text as written; user info takes it to the parser."""
    quick = [(text, found) for text in _MIX if (found := plain(text, _RULES)) is not None]
    assert len(quick) > len(_MIX) * 0.9
    for text, found in quick:
        scheme, mark, rest = text.partition("://") if text.startswith("http") else ("https", "://", text)
        parsed = read_address(f"{scheme}{mark}u@{rest}", _RULES)
        assert parsed is not None
        assert parsed.case_key == found.case_key
        assert parsed.href.replace("u@", "", 1) == found.href


def test_no_addresses_are_none() -> None:
    assert list(canonical_many([], _RULES)) == []
    assert list(find_many([""], _RULES)) == [()]


def test_rules_that_have_been_used_can_be_handed_to_a_worker() -> None:
    texts = _MIX[:200]
    copied: UrlRules = pickle.loads(pickle.dumps(_RULES))
    assert list(canonical_many(texts, copied)) == list(canonical_many(texts, _RULES))


def test_a_path_rule_must_say_a_mark_that_plain_paths_lack() -> None:
    rule = '[[path_part]]\nname = "p"\nsign = "{}"\npattern = "x"\n'
    rule += 'example = ["a", "b"]\ncounter_example = ["a", "b"]\n'
    assert len(UrlRules.from_toml({"pages": rule.format(";session")}).path_parts) == 1
    with pytest.raises(BadConfiguration):
        UrlRules.from_toml({"pages": rule.format("session")})
