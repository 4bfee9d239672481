"""The parse layer against web-platform-tests, and the canonical form against the parse layer.

Cases: `tests/data/urls/` (its README names source and licence). Counted are the absolute inputs: those without a base,
or with about:blank, which gives nothing to resolve against.
"""

from __future__ import annotations

import json
from typing import Any

import ada_url
import pytest

from pipeline.bootstrap import url_rules
from tests.address_pairs import FOLDER
from triage.urls import canonical, without_surrogates

_RULES = url_rules()
_NO_BASE = (None, "about:blank")
_MISSES = {"#x", "#x:y"}
"""Valid only against about:blank as base; a locator is never relative."""
_STEPPED = {
    "http://example.com/foo/%2e./%2e%2e/.%2e/%2e.bar": ("http://example.com/..bar", "percent_encoding"),
    "http://example.com/foo%41%7a": ("http://example.com/fooAz", "percent_encoding"),
    "http://example.com/foo%00%51": ("http://example.com/foo%00Q", "percent_encoding"),
    "http://example.com/%3A%3a%3C%3c": ("http://example.com/%3A%3A%3C%3C", "percent_encoding"),
    "http://www/foo%2Ehtml": ("http://www/foo.html", "percent_encoding"),
    "http://www.google.com/foo?bar=baz#": ("http://www.google.com/foo?bar=baz", "empty_query"),
    "http://example.org/test?#": ("http://example.org/test", "empty_query"),
    "https://x/?#\x00y": ("https://x/#%00y", "empty_query"),
    "https://x/?#\uffffy": ("https://x/#%EF%BF%BFy", "empty_query"),
}
"""Where the canonical form goes beyond the parse: what it is, and the step that says so."""


def _cases(name: str) -> list[dict[str, Any]]:
    return [case for case in json.loads((FOLDER / name).read_text("utf-8")) if isinstance(case, dict)]


_VALID = [c for c in _cases("urltestdata.json") if not c.get("failure") and c.get("base") in _NO_BASE]
_WEB = [c for c in _VALID if c["href"].startswith(("http:", "https:"))]
_REJECTED = [c for c in _cases("urltestdata.json") if c.get("failure") and c.get("base") in _NO_BASE]
_HOSTS = _cases("toascii.json")


def _parsed(text: str) -> str | None:
    """What `canonical` rests on."""
    try:
        return ada_url.normalize_url(without_surrogates(text))
    except ValueError:
        return None


def test_350_of_352_valid_addresses_are_serialised_as_the_standard_says() -> None:
    different = {case["input"] for case in _VALID if _parsed(case["input"]) != case["href"]}
    assert (len(_VALID), different) == (352, _MISSES)


def test_all_205_invalid_addresses_are_rejected() -> None:
    assert len(_REJECTED) == 205
    assert [case["input"] for case in _REJECTED if _parsed(case["input"]) is not None] == []


def test_every_host_becomes_the_ascii_host_of_the_standard_or_is_rejected() -> None:
    wanted = {c["input"]: c["output"] and f"https://{c['output']}/x" for c in _HOSTS}
    assert {host: _parsed(f"https://{host}/x") for host in wanted} == wanted
    assert len(wanted) > 50


def test_the_canonical_form_of_all_133_web_addresses_is_the_standard_s_save_for_named_steps() -> None:
    assert len(_WEB) == 133
    assert {case["input"] for case in _WEB} >= set(_STEPPED)
    for case in _WEB:
        found = canonical(case["input"], _RULES)
        assert found is not None, case["input"]
        href, step = _STEPPED.get(case["input"], (case["href"], None))
        assert found.href == href
        assert step is None or step in found.rules


@pytest.mark.parametrize("case", _REJECTED, ids=lambda case: ascii(case["input"])[:40])
def test_no_invalid_address_is_read_as_a_web_address_unless_it_was_defanged_or_had_no_scheme(
    case: dict[str, Any],
) -> None:
    """Reporters' forms may mean an address where a browser sees none, but then the trail must say what was done."""
    found = canonical(case["input"], _RULES)
    if found is not None and found.problem is None:
        assert {"refanged", "no_scheme"} & set(found.rules)
