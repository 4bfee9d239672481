"""Which parameters may change places without becoming another case: never two that a server may take for one name."""

from __future__ import annotations

from itertools import permutations
from urllib.parse import unquote_plus

import pytest

from pipeline.bootstrap import url_rules
from triage.urls import canonical

_RULES = url_rules()
_PAGE = "https://host.example/page"
_SPELLINGS = (
    "a[]", "a%5B%5D", "A[]", "a+b", "a%20b", "ID", "id", "%49d", "%C5%BD", "%C5%BE", "%E2%84%AA", "k", "z", "b.c",
)  # fmt: skip


def _key(query: str) -> str:
    found = canonical(f"{_PAGE}?{query}", _RULES)
    assert found is not None
    return found.case_key


def _meaning(parts: tuple[str, ...]) -> dict[str, list[str]]:
    """Values in their order, by name as a server that decodes and folds it has them."""
    found: dict[str, list[str]] = {}
    for part in parts:
        name, _, value = part.partition("=")
        found.setdefault(unquote_plus(name).casefold(), []).append(value)
    return found


def test_two_orders_of_one_name_never_meet_however_it_is_written() -> None:
    for names in permutations(_SPELLINGS, 3):
        parts = tuple(f"{name}={number}" for number, name in enumerate(names))
        for other in permutations(parts):
            if _meaning(other) != _meaning(parts):
                assert _key("&".join(other)) != _key("&".join(parts))


@pytest.mark.parametrize(
    "parts",
    [("show", "12"), ("3", "2"), ("show", "a=1", "12"), ("b=1", "show"), ("show", "utm_source=x", "12"), ("a", "a=1")],
)
def test_parts_without_a_sign_keep_their_places(parts: tuple[str, ...]) -> None:
    kept = [tuple(part for part in order if part != "utm_source=x") for order in permutations(parts)]
    keys = [_key("&".join(order)) for order in permutations(parts)]
    assert len(set(keys)) == len(set(kept))


@pytest.mark.parametrize("query", ["b=1&a=2", "B=1&a=2", "b[]=1&a%5B%5D=2&a[]=3", "c_d=1&b.c=&a+b=2"])
def test_other_names_are_sorted(query: str) -> None:
    parts = query.split("&")
    assert _key(query) == _key("&".join([*parts[1:], parts[0]]))


def test_values_of_a_fragment_are_ordered_alike() -> None:
    one, other, third = (_key(f"x#{end}") for end in ("ID=1&id=2", "id=2&ID=1", "a=1&12"))
    assert one != other
    assert third.endswith("#a=1&12")
    assert _key("x#b=1&a=2") == _key("x#a=2&b=1")


def test_a_very_long_name_is_sorted_as_a_short_one() -> None:
    long = "b" * 5_000
    assert _key(f"{long}=1&a=2") == _key(f"a=2&{long}=1")
    assert _key(f"{long}=1&{long.upper()}=2") != _key(f"{long.upper()}=2&{long}=1")
