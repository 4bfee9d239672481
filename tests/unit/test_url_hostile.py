"""Hostile addresses: nothing raises, a megabyte is answered, and time grows with length only.

Each shape repeats one unit up to a number of bytes. The bound is on how CPU time grows (10 times is linear, 100 times
quadratic) and an attempt may be repeated, so that a busy machine fails nothing; a quadratic step fails every attempt.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.bootstrap import url_rules
from triage.locators import find
from triage.share_tokens import without_share_tokens
from triage.urls import canonical, read_address

pytestmark = pytest.mark.thorough

_RULES = url_rules()
_SMALL_BYTES, _LARGE_BYTES = 100_000, 1_000_000
_SHORTER = 4
"""Two of the three ways are tried on a quarter of that; on all of it by `make test-all`."""
_STEEPEST_GROWTH = 30
_UNMEASURABLE_CPU_SECONDS = 0.01
_ATTEMPTS = 3
"""CPU time, too, grows on a machine whose cores are shared."""
_PAGE = "https://host.example/"
_GOOGLE = "https://www.google.com/url?q="
_FACEBOOK = "https://l.facebook.com/l.php?u="
_WAYBACK = "https://web.archive.org/web/2024/"
_DEFENCE = "https://urldefense.com/v3/__"
_SHAPES = {
    "search wrappers": (_GOOGLE, _GOOGLE, _PAGE),
    "network wrappers": (_FACEBOOK, _FACEBOOK, _PAGE),
    "mail wrappers": ("", _DEFENCE, _PAGE),
    "archive copies": (_WAYBACK, _WAYBACK, _PAGE),
    "AMP caches": ("", "https://www.google.com/amp/s/", "host.example/"),
    "stars of a mail wrapper": (_DEFENCE + _PAGE, "*", "__;IyMjIyMj!!x!y$"),
    "escapes of a mail wrapper": ("https://urldefense.proofpoint.com/v2/url?u=https-3A__host.example", "_-25", ""),
    "base64 of a search": ("https://www.bing.com/ck/a?u=a1", "aHR0", ""),
    "search path": ("https://r.search.yahoo.com/", "RU=/", "/RK=2"),
    "targets": (_GOOGLE + _PAGE, "&url=https%3A%2F%2Fhost.example%2F", ""),
    "escaped percents": (_PAGE, "%25", "41"),
    "escaped letters": (_PAGE + "?q=", "%41", ""),
    "stray percents": (_PAGE, "%", ""),
    "dot segments": (_PAGE, "a/../", ""),
    "escaped dot segments": (_PAGE, "%2e%2e/", ""),
    "slashes": (_PAGE, "/", ""),
    "backslashes": (_PAGE, "\\", ""),
    "folders": (_PAGE, "a/", "index.html"),
    "equal parameters": (_PAGE + "?", "a=1&", ""),
    "campaign parameters": (_PAGE + "?", "utm_source=x&", ""),
    "sessions": (_PAGE + "?", "PHPSESSID=0123456789abcdef0123456789abcdef&", ""),
    "ampersands": (_PAGE + "?", "&", ""),
    "entities": (_PAGE + "?", "a=1&amp;", ""),
    "path sessions": (_PAGE, ";jsessionid=0123456789abcdef0123456789abcdef", ""),
    "half path sessions": (_PAGE, ";jsessionid=", ""),
    "ASP sessions": (_PAGE, "(S(", ""),
    "question marks": (_PAGE, "?", ""),
    "hash marks": (_PAGE, "#", ""),
    "routes": (_PAGE, "#!/", ""),
    "labels": ("https://", "a.", "example/"),
    "www": ("https://", "www.", "host.example/"),
    "mobile labels": ("https://en.", "m.", "host.example/"),
    "punycode": ("https://", "xn--", ".example/"),
    "onion labels": ("http://", "a.", "abcdefghijklmnop.onion.ly/"),
    "letters of a host": ("https://", "ž", ".example/"),
    "accents of a host": ("https://e", "\u0301", ".example/"),
    "ideographic dots": ("https://a", "\u3002a", ".example/"),
    "IPv6 groups": ("http://[", ":1", "]/"),
    "IPv6 junk": ("http://[", "::%", "]/"),
    "IPv4 numbers": ("http://", "0x7f.", "1/"),
    "at signs": ("https://", "a@", "host.example/"),
    "colons": ("https://host.example", ":80", "/"),
    "schemes": ("", "https://", "host.example/"),
    "defanged schemes": ("", "hxxp", "://host.example/"),
    "defanged dots": ("", "a[.]", "example"),
    "brackets alone": (_PAGE, "[.]", ""),
    "open brackets": ("", "[", ""),
    "spoken dots": ("a", " dot a", " dot example"),
    "bidi marks": (_PAGE, "\u202e\u2066", ""),
    "bidi marks in the host": ("https://ho", "\u202e\u200f", "st.example/"),
    "hidden marks": ("https://ho", "\u200b", "st.example/"),
    "joiners": ("https://", "\u200d", ".example/"),
    "NUL": (_PAGE, "\x00", ""),
    "NUL in the host": ("https://ho", "\x00", "st.example/"),
    "lone surrogates": (_PAGE, "\ud800", ""),
    "lone surrogates in the host": ("https://ho", "\udc00", "st.example/"),
    "pictographs": (_PAGE, "\U0001f600", ""),
    "tabs": ("https://host.exa", "\t", "mple/"),
    "mail addresses": ("", "a@host.example ", ""),
    "handles": ("", "t.me/a ", ""),
    "content ids": ("ipfs://", "Qm/", ""),
    "magnets": ("magnet:?", "xt=urn:btih:", ""),
    "quotes": (_PAGE, "'\"", ""),
    "letters": ("", "a", ""),
}
"""What comes first, what is repeated, what comes last."""
_WAYS: dict[str, Callable[[str], object]] = {
    "canonical": lambda text: canonical(text, _RULES),
    "the whole field": lambda text: find(text, _RULES, whole_field=True),
    "without share tokens": lambda text: without_share_tokens(text, _RULES),
}
_ODD_LETTERS = "aZ0.%2fF7eE/\\?#&=:@[](){}<>-_~;!*'\"+ \t\r\n\x00\u00ad\u200b\u200d\u202e\u3002\ud800\udfffčа\U0001f600"
_ODD = st.text(st.sampled_from(_ODD_LETTERS)) | st.text(st.characters(codec=None))
_HEADS = (
    "", "https://", "http://[", "//", "hxxp", "www.", "ipfs://", "magnet:?", "t.me/", "https://mega.nz/#",
    _PAGE, _GOOGLE, _FACEBOOK, _WAYBACK, _DEFENCE, "https://urldefense.proofpoint.com/v2/url?u=",
    "https://www.bing.com/ck/a?u=a1", "https://r.search.yahoo.com/_ylt=A/RU=", "https://archive.ph/newest/",
)  # fmt: skip


def _shape(name: str, size_bytes: int) -> str:
    first, unit, last = _SHAPES[name]
    return first + unit * (size_bytes // len(unit.encode("utf-8", "surrogatepass"))) + last


def _cpu_seconds(way: Callable[[str], object], text: str) -> float:
    started = time.thread_time()
    way(text)
    return time.thread_time() - started


_TRIED = [
    pytest.param(way, shorter, id=f"{name}, 1/{shorter}", marks=() if shorter == quick else pytest.mark.slow)
    for quick, (name, way) in zip((1, _SHORTER, _SHORTER), _WAYS.items(), strict=True)
    for shorter in {1, quick}
]


@pytest.mark.parametrize(("way", "shorter"), _TRIED)
@pytest.mark.parametrize("name", _SHAPES)
def test_a_megabyte_is_answered_and_time_grows_with_length_only(
    name: str, way: Callable[[str], object], shorter: int
) -> None:
    small = large = 0.0
    for _ in range(_ATTEMPTS):
        small = _cpu_seconds(way, _shape(name, _SMALL_BYTES // shorter))
        large = _cpu_seconds(way, _shape(name, _LARGE_BYTES // shorter))
        if large < _STEEPEST_GROWTH * max(small, _UNMEASURABLE_CPU_SECONDS):
            return
    pytest.fail(f"{small:.2f} CPU seconds for the small one, {large:.2f} for the large one")


@pytest.mark.parametrize("name", _SHAPES)
def test_a_long_hostile_address_has_a_final_canonical_form_or_none(name: str) -> None:
    text = _shape(name, _SMALL_BYTES // 10)
    read_address(text, _RULES)
    find(text, _RULES)
    once = canonical(text, _RULES)
    if once is not None and once.problem is None:
        again = canonical(once.href, _RULES)
        assert again is not None
        assert (again.href, again.case_key) == (once.href, once.case_key)


def test_ten_thousand_parameters_are_put_in_order_stably() -> None:
    names = [f"p{number % 5000}" for number in range(10_000)]
    query = "&".join(f"{name}={number}" for number, name in enumerate(names))
    found = canonical(f"{_PAGE}?{query}", _RULES)
    assert found is not None
    kept = [part.partition("=")[::2] for part in found.case_key.partition("?")[2].split("&")]
    assert len(kept) == len(names)
    assert [(name, int(value)) for name, value in kept] == sorted((name, int(value)) for name, value in kept)


def test_a_wrapper_around_very_many_wrappers_keeps_what_is_inside_apart() -> None:
    ten_thousand = 10_000
    one, other = (canonical(_FACEBOOK * ten_thousand + _PAGE + end, _RULES) for end in ("a", "b"))
    assert one is not None
    assert other is not None
    assert one.case_key != other.case_key


@settings(max_examples=1500, deadline=None, derandomize=True)
@given(st.sampled_from(_HEADS), _ODD)
def test_no_text_raises_and_the_canonical_form_is_final(head: str, tail: str) -> None:
    text = head + tail
    for found in (canonical(text, _RULES), read_address(text, _RULES)):
        if found is not None and found.problem is None:
            again = canonical(found.href, _RULES)
            assert again is not None
            assert (again.href, again.case_key) == (found.href, found.case_key)
            shown = without_share_tokens(found.href, _RULES)
            assert without_share_tokens(shown, _RULES) == shown
    without_share_tokens(text, _RULES)
    for whole in (True, False):
        for place in find(text, _RULES, whole_field=whole):
            assert 0 <= place.start < place.end <= len(text)
            place.canonical.encode()
            place.case_key.encode()
