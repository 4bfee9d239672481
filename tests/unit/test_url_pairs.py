"""Addresses are never merged wrongly, and forms of one place are: by RFC 3986, step by step, and over made-up pairs.

A false merge is a lost report, so the bound on `different` pairs is zero; of `same` pairs each change must reach 95 %.
The made-up pairs come from `tests/address_pairs.py`. Everything is also asked of `find`, which reads reports.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from functools import cache

import pytest
from click.testing import CliRunner

from pipeline.bootstrap import url_rules
from pipeline.cli.normalise import normalise
from pipeline.normalising import unescape
from tests.address_pairs import Pair, changes_of_same, pairs, steps
from triage.locators import find
from triage.share_tokens import without_share_tokens
from triage.urls import canonical

_RULES = url_rules()
_FEWEST_PAIRS = 20_000
_LOWEST_RECALL = 0.95
_CHANGES = changes_of_same()
_MARKS_ONLY = ("tracking", "session", "session in sid")
"""Changes of which nothing is left in the form for recipients other than police."""
_BY_DESIGN = ("session-like id", "tracking-like id", "wrapper target")
"""A recipient must not learn a mark of unusual shape either, nor get a wrapper nested deeper than the key looks."""
_LINE_CHANGES = frozenset("\t\n")
"""In a field these part two addresses, in an address they are left out; `find` and `canonical` differ by design."""

_MERGED_BY_RFC = [
    ("HTTP://host.example/a", "http://host.example/a"),
    ("http://HOST.Example/a", "http://host.example/a"),
    ("http://host.example/a%c3%a9", "http://host.example/a%C3%A9"),
    ("http://host.example/?q=%3a%2f", "http://host.example/?q=%3A%2F"),
    ("http://host.example/%7Ename", "http://host.example/~name"),
    ("http://host.example/%61%42%39", "http://host.example/aB9"),
    ("http://host.example/a%2Db%2Ec%5Fd", "http://host.example/a-b.c_d"),
    ("http://host.example/?q=%7e%41", "http://host.example/?q=~A"),
    ("http://host.example/a/./b", "http://host.example/a/b"),
    ("http://host.example/a/b/../c", "http://host.example/a/c"),
    ("http://host.example/../../a", "http://host.example/a"),
    ("http://host.example/a/%2e%2E/b", "http://host.example/b"),
    ("http://host.example", "http://host.example/"),
    ("http://host.example:80/a", "http://host.example/a"),
    ("https://host.example:/a", "https://host.example:443/a"),
]
"""RFC 3986 §6.2.2.1 case, §6.2.2.2 percent-encoding, §6.2.2.3 dot segments, §6.2.3 scheme: equal in canonical form."""

_APART_BY_RFC = [
    ("http://host.example/A", "http://host.example/a"),
    ("http://host.example/a%2Fb", "http://host.example/a/b"),
    ("http://host.example/a%3Fb", "http://host.example/a?b"),
    ("http://host.example/a%23b", "http://host.example/a#b"),
    ("http://host.example/a%25b", "http://host.example/a%2525b"),
    ("http://host.example/?a=1%262", "http://host.example/?a=1&2"),
    ("http://host.example/?a%3D1", "http://host.example/?a=1"),
    ("http://host.example/?a=1%2B2", "http://host.example/?a=1+2"),
    ("http://host.example:8080/", "http://host.example/"),
    ("http://host.example/a/..b", "http://host.example/b"),
]
"""Reserved characters (§2.2), path case, other ports, and dots that are no dot segment."""

_CANONICAL = [
    ("http://host.example/%25%32%35", "http://host.example/%2525"),
    ("http://host.example/%%%25%32%35asd%%", "http://host.example/%%%25%32%35asd%%"),
    ("http://host.example/%2525252525252525", "http://host.example/%2525252525252525"),
    ("http://host.example/%7Ea/%2Efile", "http://host.example/~a/.file"),
    ("http://3405803783/blah", "http://203.0.113.7/blah"),
    ("http://0xcb.0x0.0x71.0x7/", "http://203.0.113.7/"),
    ("http://0313.0.0161.07", "http://203.0.113.7/"),
    ("http://203.0.28935/", "http://203.0.113.7/"),
    ("http://203.28935/", "http://203.0.113.7/"),
    ("http://host.example/blah/..", "http://host.example/"),
    ("host.example/", "https://host.example/"),
    ("host.example", "https://host.example/"),
    ("http://host.example/fragment#part", "http://host.example/fragment#part"),
    ("http://HOST.example/", "http://host.example/"),
    ("http://host.example.../", "http://host.example.../"),
    ("http://host.example./", "http://host.example/"),
    ("http://host.example/foo\tbar\rbaz\n2", "http://host.example/foobarbaz2"),
    ("http://host.example/q?", "http://host.example/q"),
    ("http://host.example/q?r?", "http://host.example/q?r?"),
    ("http://host.example/q?r?s", "http://host.example/q?r?s"),
    ("http://host.example/foo;", "http://host.example/foo;"),
    ("http://host.example/foo?bar;", "http://host.example/foo?bar;"),
    ("http://notrailingslash.example", "http://notrailingslash.example/"),
    ("http://host.example:1234/", "http://host.example:1234/"),
    (" http://host.example/ ", "http://host.example/"),
    ("https://secure.example:443/", "https://secure.example/"),
    ("http://host.example/ab%23cd", "http://host.example/ab%23cd"),
    ("http://host.example//two//slashes?more//slashes", "http://host.example//two//slashes?more//slashes"),
    ("http://host.example/a b", "http://host.example/a%20b"),
    ("http://host.example/\u017e", "http://host.example/%C5%BE"),
    ("http:\\\\host.example\\a", "http://host.example/a"),
    ("http://[::ffff:203.0.113.7]/", "http://203.0.113.7/"),
    ("http://\uff48\uff4f\uff53\uff54.example/", "http://host.example/"),
]
"""In the manner of the examples in Google's Safe Browsing API, as far as a browser would fetch the same: what fetches
differently there (unescaping again and again, leading dots dropped) is not done."""


@cache
def _key(address: str) -> str:
    found = canonical(address, _RULES)
    return found.case_key if found else "unread:" + address


@cache
def _key_in_a_report(address: str) -> str:
    found = find(address, _RULES, whole_field=True)
    return found[0].case_key if len(found) == 1 else f"{len(found)} found:{address}"


_WAYS = pytest.mark.parametrize("key", [_key, _key_in_a_report], ids=["alone", "in a report"])


def _href(address: str) -> str:
    found = canonical(address, _RULES)
    assert found is not None
    return found.href


def test_there_are_enough_pairs_of_both_labels() -> None:
    assert len(pairs()) >= _FEWEST_PAIRS
    assert len(set(pairs())) > 0.98 * len(pairs())
    assert all(pair.one != pair.other for pair in pairs())
    assert min(Counter(pair.same for pair in pairs()).values()) > _FEWEST_PAIRS / 3


@pytest.mark.parametrize(("one", "other"), _MERGED_BY_RFC)
def test_equivalent_addresses_of_rfc_3986_have_one_canonical_form(one: str, other: str) -> None:
    assert _href(one) == _href(other)
    assert _key(one) == _key(other)


@pytest.mark.parametrize(("one", "other"), _APART_BY_RFC)
def test_addresses_that_rfc_3986_tells_apart_stay_apart(one: str, other: str) -> None:
    assert _href(one) != _href(other)
    assert _key(one) != _key(other)


def test_the_rfc_list_is_the_measured_one() -> None:
    assert (len(_MERGED_BY_RFC), len(_APART_BY_RFC), len(_CANONICAL)) == (15, 10, 33)


@pytest.mark.parametrize(("raw", "href"), _CANONICAL, ids=[ascii(raw) for raw, _ in _CANONICAL])
def test_a_known_example_has_its_known_canonical_form(raw: str, href: str) -> None:
    assert _href(raw) == href


@pytest.mark.parametrize("step", steps(), ids=lambda step: step.change)
def test_every_step_of_the_peers_table_meets_or_keeps_apart_as_it_should(step: Pair) -> None:
    assert (_key_in_a_report(step.one) == _key_in_a_report(step.other)) is step.same


def test_the_steps_are_as_many_as_the_peers_were_measured_on() -> None:
    assert Counter(step.same for step in steps()) == {True: 52, False: 15}


@_WAYS
def test_no_two_different_places_are_merged(key: Callable[[str], str]) -> None:
    merged = [pair for pair in pairs() if not pair.same and key(pair.one) == key(pair.other)]
    assert _by_change(merged) == {}, merged[:3]


@_WAYS
def test_no_address_meets_one_of_another_place_in_any_pair(key: Callable[[str], str]) -> None:
    """All 10^9 cross pairs at once: each key may have one owner, the place its pair is about."""
    owner: dict[str, tuple[int, bool]] = {}
    merged = []
    for number, pair in enumerate(dict.fromkeys(pairs())):
        for address, place in ((pair.one, (number, False)), (pair.other, (number, not pair.same))):
            if owner.setdefault(key(address), place) != place:
                merged.append(pair)
    assert _by_change(merged) == {}, merged[:3]


@pytest.mark.parametrize("change", _CHANGES)
@_WAYS
def test_of_the_pairs_that_lead_to_one_place_nearly_all_meet(key: Callable[[str], str], change: str) -> None:
    chosen = [pair for pair in pairs() if pair.same and pair.change == change]
    if key is _key_in_a_report:
        chosen = [pair for pair in chosen if not _LINE_CHANGES & set(pair.one + pair.other)]
    missed = [pair for pair in chosen if key(pair.one) != key(pair.other)]
    assert 1 - len(missed) / len(chosen) >= _LOWEST_RECALL, missed[:: len(missed) // 3 + 1]


def test_the_canonical_form_of_a_canonical_form_is_itself_and_has_the_same_key() -> None:
    for pair in pairs():
        for address in (pair.one, pair.other):
            once = canonical(address, _RULES)
            assert once is not None, pair
            again = canonical(once.href, _RULES)
            assert again is not None, pair
            assert (again.href, again.case_key) == (once.href, once.case_key), pair


def test_an_address_that_is_the_whole_field_has_the_key_it_has_alone() -> None:
    addresses = {address for pair in pairs() for address in (pair.one, pair.other)}
    assert [a for a in addresses if not _LINE_CHANGES & set(a) and _key_in_a_report(a) != _key(a)] == []


def test_the_command_line_gives_the_same_keys() -> None:
    addresses = [address for pair in pairs()[::40] for address in (pair.one, pair.other) if "\n" not in address]
    shown = CliRunner().invoke(normalise, [], input="\n".join(addresses).encode(), catch_exceptions=False).stdout
    rows = list(csv.DictReader(io.StringIO(shown, newline=""), delimiter="\t"))
    assert [unescape(row["input"]) for row in rows] == addresses
    expected = [found[0].case_key for found in (find(a, _RULES, whole_field=True) for a in addresses)]
    assert [unescape(row["case_key"]) for row in rows] == expected


def test_the_form_without_share_tokens_is_final_and_still_the_same_case() -> None:
    changed = []
    for pair in pairs():
        for address in (pair.one, pair.other):
            shown = without_share_tokens(_href(address), _RULES)
            assert without_share_tokens(shown, _RULES) == shown, pair
            if _key(shown) != _key(address):
                changed.append(pair)
    assert set(_by_change(changed)) <= set(_BY_DESIGN), changed[:3]


def test_an_address_with_marks_of_its_sharer_is_shown_as_the_one_without() -> None:
    chosen = [pair for pair in pairs() if pair.same and pair.change in _MARKS_ONLY]
    shown = [{without_share_tokens(_href(address), _RULES) for address in (pair.one, pair.other)} for pair in chosen]
    assert len(chosen) > 100
    assert [pair for pair, forms in zip(chosen, shown, strict=True) if len(forms) > 1] == []


def _by_change(wrong: list[Pair]) -> dict[str, int]:
    return dict(Counter(pair.change for pair in wrong))
