"""A platform's forms joined into one pattern say what they say one after the other."""

from __future__ import annotations

import random
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.bootstrap import url_rules
from tests.address_pairs import pairs
from triage.url_forms import Forms, form_key, forms_of
from triage.url_rules import UrlRules

_RULES = url_rules()
_HOSTS = sorted(_RULES.platforms)
_BITS = "/@aZ7_.-?=&#%+"
_ODD_RULES = """
[[platform]]
name = "odd"
words = []
hosts = ["a.example", "b.example", "c.example", "d.example"]
home = []
reserved = ["kept"]
profile = ""
fold = true
forms = [
  { kind = "handle", path = '/(?P<name>[a-z]+)', key = "odd/{}", hosts = ["a.example"] },
  { kind = "url", path = '/([a-z])\\1', key = "a.example/twice/{}", hosts = ["b.example"] },
  { kind = "url", path = '(?i)/([a-z]+)/x', key = "a.example/{}", hosts = ["c.example"] },
  { kind = "url", path = '/([a-z]*)(?:/([0-9]))?(\\+)?', key = "a.example/{}/{}/{}" },
]
example = ["a", "a"]
counter_example = ["a", "b"]
"""


@cache
def _targets() -> list[str]:
    """Paths of the labelled pairs, and the names platforms keep for themselves."""
    paired = (address for pair in pairs() for address in (pair.one, pair.other))
    paths = sorted({"/" + address.partition("://")[2].partition("/")[2] for address in paired})
    return paths + [f"/{name}" for one in set(_RULES.platforms.values()) for name in one.reserved | one.home]


def _one_after_the_other(forms: Forms) -> Forms:
    return forms._replace(joined=None)


@pytest.mark.parametrize("host", _HOSTS)
def test_joined_forms_say_what_each_says_in_its_turn(host: str) -> None:
    rng = random.Random(host)
    platform, forms = _RULES.platforms[host], forms_of(host, _RULES)
    assert (forms.joined is None) == (not forms.each)
    for target in rng.choices(_targets(), k=500):
        at = rng.randrange(1, len(target) + 1)
        for text in (target, target[:at] + rng.choice(_BITS) + target[at + rng.randrange(2) :]):
            assert form_key(platform, forms, text) == form_key(platform, _one_after_the_other(forms), text)


@pytest.mark.parametrize("host", ["a.example", "b.example", "c.example"])
def test_patterns_that_count_or_name_groups_or_set_flags_stay_alone(host: str) -> None:
    rules = UrlRules.from_toml({"odd": _ODD_RULES})
    forms = forms_of(host, rules)
    assert len(forms.each) == 2
    assert forms.joined is None


def test_groups_that_took_no_part_are_empty() -> None:
    rules = UrlRules.from_toml({"odd": _ODD_RULES})
    forms = forms_of("d.example", rules)
    assert forms.joined is not None
    assert form_key(rules.platforms["d.example"], forms, "/ab") == ("url", "url:a.example/ab//")
    assert form_key(rules.platforms["d.example"], forms, "/+") == ("url", "url:a.example///+")


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.sampled_from(_HOSTS), st.text(_BITS, max_size=30))
def test_any_target_has_one_meaning(host: str, rest: str) -> None:
    platform, forms = _RULES.platforms[host], forms_of(host, _RULES)
    assert form_key(platform, forms, "/" + rest) == form_key(platform, _one_after_the_other(forms), "/" + rest)
