"""Redirects and archive copies: led back to what they carry, exactly or not at all; look-alike hosts are named."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from pipeline.bootstrap import url_rules
from triage.homographs import is_homograph, shown_in_unicode
from triage.suffixes import registrable_domain
from triage.urls import CanonicalUrl, canonical

RULES = url_rules()
TARGET = "https://a.example/Path?x=1&y=2#!/room"
PLAIN = "https://a.example/x"


def _url(raw: str) -> CanonicalUrl:
    found = canonical(raw, RULES)
    assert found is not None
    return found


def _google(address: str) -> str:
    return "https://www.google.com/url?q=" + quote(address, safe="")


def test_the_wrapper_stays_the_canonical_address_and_is_named_first_on_the_trail() -> None:
    found = _url(_google("https://www.a.example/x?utm_source=q"))
    assert found.href.startswith("https://www.google.com/url?q=")
    assert found.case_key == "url:a.example/x"
    assert found.registrable_domain == "a.example"
    assert found.rules[0] == "wrapper:google_redirect"
    assert {"www", "parameter:campaign"} <= set(found.rules)


def test_a_target_keeps_its_query_and_its_route() -> None:
    assert _url(_google(TARGET)).case_key == _url(TARGET).case_key


def test_a_route_behind_the_wrapper_is_handed_on_as_browsers_do() -> None:
    assert _url(_google(PLAIN) + "#!/room").case_key == _url(PLAIN + "#!/room").case_key


@pytest.mark.parametrize("inner", ["https://a.example/%2Fy", "https://a.example/?a=b%2Bc", "https://a.example/?u=%2526"])
def test_a_target_is_decoded_once_only(inner: str) -> None:
    assert _url(_google(inner)).case_key == _url(inner).case_key


def test_three_wrappers_are_followed_and_a_fourth_is_a_place_of_its_own() -> None:
    chain = [PLAIN]
    for _ in range(4):
        chain.append(_google(chain[-1]))
    keys = [_url(address).case_key for address in chain]
    assert len(set(keys[:4])) == 1
    assert keys[4] != keys[0]


def test_an_archive_copy_has_the_key_of_its_original() -> None:
    for copy in (f"https://web.archive.org/web/20240102030405id_/{TARGET}", f"https://archive.is/newest/{TARGET}"):
        assert _url(copy).case_key == _url(TARGET).case_key
        assert _url(copy).rules[0].startswith("archive:")


@pytest.mark.parametrize(
    "raw",
    [
        "https://www.google.com/url?q=https%3A%2F%2Fa.example%2Fx&q=https%3A%2F%2Fb.example%2F",
        "https://www.google.com/url?q=https%3A%2F%2Fa.example%2F%FFx", "https://www.google.com/url?q=a.example",
        "https://www.google.com/url?q=https%3A%2F%2Fa.example%2F%0Ax", "https://www.google.com/url?q=mailto:a@b.example",
        "https://www.google.com/search?q=https%3A%2F%2Fa.example%2Fx", "https://www.google.com:8443/url?q=" + PLAIN,
        "https://google.com.a.example/url?q=" + PLAIN, "https://host.example/web/2024/" + PLAIN,
        "ftp://www.google.com/url?q=" + PLAIN, "https://web.archive.org/web/*/" + PLAIN, "https://archive.ph/AbCdE",
        "https://urldefense.com/v3/__https://a.example/**A__;Iys!!x!y$", "https://t.co/AbCdEfGhIj",
        "https://www.bing.com/ck/a?u=a1_____", "https://webcache.googleusercontent.com/search?q=cache:a.b/x+words",
    ],
)  # fmt: skip
def test_what_cannot_be_read_exactly_is_left_as_it_is(raw: str) -> None:
    found = _url(raw)
    assert not any(step.startswith("wrapper:") for step in found.rules)
    assert found.case_key not in (_url(PLAIN).case_key, _url("https://b.example/").case_key)


def test_a_wrapped_home_page_is_still_no_content() -> None:
    assert _url(_google("https://www.facebook.com/")).problem == "bare_platform"


def test_base64_and_starred_targets_are_read() -> None:
    packed = base64.urlsafe_b64encode(TARGET.encode()).decode().rstrip("=")
    assert _url(f"https://www.bing.com/ck/a?u=a1{packed}&ntb=1").case_key == _url(TARGET).case_key
    starred = "https://urldefense.com/v3/__https:/a.example/x*/room__;Iw!!AbC!dEf$"
    assert _url(starred).case_key == _url("https://a.example/x#/room").case_key


def test_every_wrapper_is_listed_under_a_domain_somebody_registered() -> None:
    assert [domain for domain in RULES.wrappers if registrable_domain(domain) != domain] == []


@pytest.mark.parametrize(
    "host",
    ["h\u043est.example", "\u0440\u0430\u0443\u0440\u0430l.example", "\u0441\u043e\u0441.example",
     "\u03bf\u03bd\u03b5.example", "\u0131nsta.example"],
)  # fmt: skip
def test_a_look_alike_host_is_named_and_stays_apart(host: str) -> None:
    found = _url(f"https://{host}/x")
    assert "homograph" in found.rules
    assert "xn--" in found.case_key
    assert shown_in_unicode(found.case_key.removeprefix("url:").partition("/")[0]) == host


@pytest.mark.parametrize(
    "host", ["пример.example", "čačak.example", "bücher.example", "сос.срб", "東京ひらabc.example", "host.example"]
)
def test_a_name_in_its_own_script_is_not_called_a_look_alike(host: str) -> None:
    assert "homograph" not in _url(f"https://{host}/x").rules


@pytest.mark.parametrize("host", ["xn--.example", "xn--9.example", "xn--\u0430.example", "xn--" + "a" * 300, ""])
def test_broken_punycode_is_left_as_it_is(host: str) -> None:
    assert isinstance(is_homograph(host), bool)
    assert isinstance(shown_in_unicode(host), str)
