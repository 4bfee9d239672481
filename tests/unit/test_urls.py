"""Canonical form and case key of one address: what must meet, what must never meet, what leads nowhere."""

from __future__ import annotations

import itertools
from pathlib import Path

import ada_url
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage import urls
from triage.suffixes import is_top_level, registrable_domain
from triage.url_rules import UrlRules
from triage.urls import CanonicalUrl, canonical

_FOLDER = Path(__file__).parents[2] / "data" / "url_rules"
_RULES = UrlRules.from_toml({path.name: path.read_text("utf-8") for path in sorted(_FOLDER.glob("*.toml"))})
_CID = "QmYwAPJzv5CZsnAzt8auVZRn1pfejgxkF2NyRrqHoeMdPZ"
_ONION = "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstuvwx"


def _url(raw: str) -> CanonicalUrl:
    found = canonical(raw, _RULES)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HTTP://Host.Example/a", "http://host.example/a"),
        ("http://host.example", "http://host.example/"),
        ("http://host.example:80/", "http://host.example/"),
        ("http://host.example:/", "http://host.example/"),
        ("https://host.example:443/a", "https://host.example/a"),
        ("http://host.example/%7Ename", "http://host.example/~name"),
        ("http://host.example/a%c2%b1b", "http://host.example/a%C2%B1b"),
        ("http://host.example/a/./b/../c", "http://host.example/a/c"),
        ("http://host.example/%41%2d%2E%5f", "http://host.example/A-._"),
        ("http://host.example./a", "http://host.example/a"),
        ("http://host.example/a?", "http://host.example/a"),
        ("http://host.example/a#", "http://host.example/a"),
        ("http://[::ffff:198.51.100.7]/", "http://198.51.100.7/"),
        ("http://0xC6.0x33.0x64.0x07/", "http://198.51.100.7/"),
        ("http:\\\\host.example\\a", "http://host.example/a"),
        ("http://ho\tst.example/\na", "http://host.example/a"),
        ("h\ttt\np://host.example/a", "http://host.example/a"),
        ("http://host.example/a?b=%7e", "http://host.example/a?b=~"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
    ],
)
def test_forms_that_fetch_the_same_have_one_canonical_address(one: str, other: str) -> None:
    """RFC 3986 §6.2.2 and §6.2.3, and the WHATWG parse."""
    assert _url(one).href == _url(other).href


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://host.example/a", "https://host.example/a"),
        ("http://www.host.example/a", "http://host.example/a"),
        ("http://www.m.host.example/a", "http://host.example/a"),
        ("http://host.example/a/", "http://host.example/a"),
        ("http://host.example//a///b", "http://host.example/a/b"),
        ("http://host.example/a/index.php", "http://host.example/a"),
        ("http://host.example/a?b=1&a=2", "http://host.example/a?a=2&b=1"),
        ("http://host.example/a?utm_source=x&b=1", "http://host.example/a?b=1"),
        ("http://host.example/a#part", "http://host.example/a"),
        ("http://name:word@host.example/a", "http://host.example/a"),
        ("host.example/a", "http://host.example/a"),
        ("host.example:80/a", "http://host.example/a"),
        ("hxxps://host[.]example/a", "https://host.example/a"),
        ("https://host.example/a;jsessionid=0123456789ABCDEF0123456789ABCDEF", "https://host.example/a"),
        (f"http://{_ONION.upper()}.ONION/a", f"http://{_ONION}.onion/a"),
        (f"https://{_ONION}.onion.ws/a", f"http://{_ONION}.onion/a"),
        (f"https://dweb.link/ipfs/{_CID}/a/", f"ipfs://{_CID}/a"),
        ("https://user.bsky.example/x?", "http://user.bsky.example/x"),
    ],
)
def test_practical_forms_of_one_address_are_one_case(one: str, other: str) -> None:
    assert _url(one).case_key == _url(other).case_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://host.example/Path", "http://host.example/path"),
        ("http://host.example/a%2Fb", "http://host.example/a/b"),
        ("http://host.example/#!/one", "http://host.example/#!/two"),
        ("http://host.example/#/one", "http://host.example/#/two"),
        ("http://host.example/#!one", "http://host.example/"),
        ("http://host.example:8080/", "http://host.example/"),
        ("http://host.example:8080/", "http://host.example:8081/"),
        ("http://host.example:443/", "https://host.example/"),
        ("https://host.example:80/", "http://host.example/"),
        ("http://host.example/?a=1&a=2", "http://host.example/?a=2&a=1"),
        ("http://host.example/?sid=0123456789abcdef", "http://host.example/?sid=fedcba9876543210"),
        ("http://host.example/?id=1", "http://host.example/?id=2"),
        ("http://host.example/?a", "http://host.example/?a="),
        ("http://host.example/?a=b%26c", "http://host.example/?a=b&c"),
        ("http://host.example/?a=b+c", "http://host.example/?a=b%2Bc"),
        ("http://host.example/a%3Fb", "http://host.example/a?b"),
        ("http://host.example/a%23b", "http://host.example/a#b"),
        ("http://host.example/a%25b", "http://host.example/a%b"),
        ("http://host.example/%%34%31", "http://host.example/%41"),
        ("http://host.example/a;b", "http://host.example/a"),
        ("http://straße.example/", "http://strasse.example/"),
        ("http://host.example/", "http://hоst.example/"),
        ("http://host.example/a(.)b", "http://host.example/a.b"),
        ("http://host.example/a[/]b", "http://host.example/a/b"),
        ("http://host.example/?a=(.b", "http://host.example/?a=.b"),
        ("http://host.example/a\u200db", "http://host.example/ab"),
        ("http://host.example/\u202ea", "http://host.example/a"),
        ("http://www.com/", "http://com/"),
        ("http://www.co.uk/", "http://co.uk/"),
        ("http://m.example/", "http://example/"),
        ("http://one.blogspot.com/", "http://two.blogspot.com/"),
        ("http://sub.host.example/", "http://host.example/"),
        ("http://www2.host.example/", "http://host.example/"),
        (f"ipfs://{_CID}", f"ipfs://{_CID.swapcase()}"),
        (f"https://ipfs.io/ipfs/{_CID}", f"https://ipfs.io/ipfs/{_CID[:-1]}a"),
        (f"http://{_ONION}.onion/A", f"http://{_ONION}.onion/a"),
        (f"http://a.{_ONION}.onion/", f"http://{_ONION}.onion/"),
        (f"http://{_ONION}.onion:81/", f"http://{_ONION}.onion/"),
        ("ftp://host.example/a", "http://host.example/a"),
        ("http://host.example/index.html.bak", "http://host.example/"),
        ("http://host.example/Index.html", "http://host.example/"),
        ("https://youtu.be/AbCdEf12345", "https://youtu.be/abcdef12345"),
        ("https://www.youtube.com/watch?v=AbCdEf12345&lc=Ugabc", "https://www.youtube.com/watch?v=AbCdEf12345"),
        ("http://host.example/go/https://b.example/x", "http://host.example/go/https:/b.example/x"),
        ("http://host.example/go/https%3A//b.example/x", "http://host.example/go/https%3A/b.example/x"),
        ("ftp://www.youtube.com/watch?v=AbCdEf12345", "https://www.youtube.com/watch?v=AbCdEf12345"),
        ("http://host.example/#id=12", "http://host.example/#id=13"),
        ("http://host.example/f#AbCdEf12345678901", "http://host.example/f#AbCdEf12345678902"),
        ("http://host.example/a[.]1[.]x", "http://host.example/a[.]1.x"),
        ("https://t.me/some_name/12", "https://t.me/some_name/13"),
        ("https://www.instagram.com/p/AbC/", "https://www.instagram.com/p/abc/"),
    ],
)
def test_addresses_that_may_show_different_things_stay_apart(one: str, other: str) -> None:
    assert _url(one).case_key != _url(other).case_key


def _content_pages() -> list[str]:
    hosts = ["a.example", "b.example", "a.b.example", "a.example:8080", "one.blogspot.com", "192.0.2.7", "a.co.uk"]
    paths = ["/", "/x", "/X", "/x/y", "/x%2Fy", "/x.html", "/x;y", "/%C5%BE", "/z"]
    tails = ["", "?id=1", "?id=2", "?id=1&id=2", "?id=2&id=1", "?ID=1", "#!/r", "#/r", "?id=1#/r"]
    return [f"http://{host}{path}{tail}" for host, path, tail in itertools.product(hosts, paths, tails)]


def _rewritten(page: str) -> list[str]:
    """Forms of one page that people send: other scheme, www, campaign marks, defanged, without scheme."""
    place, _, route = page.removeprefix("http://").partition("#")
    mark = f"{place}{'&' if '?' in place else '?'}utm_source=share"
    host = place.partition("/")[0]
    tail = "#" + route if route else ""

    forms = [f"http://{mark}{tail}", page.replace(host, host.upper(), 1)]
    forms += ["hxxp" + page[4:], page.replace("//", "\\", 1)]
    if not host[0].isdigit() and host not in ("a.example:8080",):
        forms += [f"https://{place}{tail}", f"{place}{tail}", f"https://www.{place}{tail}"]
    return forms


def test_of_567_different_pages_in_several_forms_each_no_two_are_merged() -> None:
    owner: dict[str, str] = {}
    for page in _content_pages():
        for form in (page, *_rewritten(page)):
            assert owner.setdefault(_url(form).case_key, page) == page, form
    assert len(owner) == len(_content_pages()) == 567


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ("http://localhost/x", "loopback"), ("http://127.0.0.1:8000/", "loopback"), ("http://[::1]/", "loopback"),
        ("http://x.localhost/", "loopback"), ("http://0.0.0.0/", "loopback"), ("http://2130706433/", "loopback"),
        ("http://192.168.1.7/", "private_address"), ("http://10.0.0.1/", "private_address"),
        ("http://[fd00::1]/", "private_address"), ("http://[::ffff:10.0.0.1]/", "private_address"),
        ("http://printer.local/", "private_address"), ("file:///home/x/a.jpg", "file_path"),
        ("C:\\pictures\\a.jpg", "file_path"), ("name@host.example", "email_address"),
        ("mailto:name@host.example", "email_address"), ("https://facebook.com", "bare_platform"),
        ("https://www.facebook.com/?utm_source=x", "bare_platform"), ("https://m.youtube.com/", "bare_platform"),
        ("https://www.instagram.com/accounts/login/", "bare_platform"), ("javascript:void(0)", "not_an_address"),
        ("data:text/plain,x", "not_an_address"), ("http://intranet/", "malformed"),
        ("http://[64:ff9b::7f00:1]/", "loopback"), ("http://[::10.0.0.1]/", "private_address"),
        ("http://[fec0::1]/", "private_address"), ("http://239.1.2.3/", "private_address"),
        ("http://0x7f.1/", "loopback"), ("http://router.home.arpa/", "private_address"),
        ("http://" + "a." * 200 + "example/", "malformed"),
        ("http://ex..example/", "malformed"),
    ],
)  # fmt: skip
def test_an_address_that_leads_to_no_content_says_why(raw: str, problem: str) -> None:
    assert _url(raw).problem == problem


@pytest.mark.parametrize(
    "raw",
    ["https://facebook.com/some.name", "https://web.telegram.org/k/#@name", "http://192.0.2.1/"],
)  # fmt: skip
def test_an_address_that_leads_to_content_has_no_problem(raw: str) -> None:
    assert _url(raw).problem is None


@pytest.mark.parametrize(
    "raw",
    ["", " ", "hello", "kraj.Onda", "http://", "http://[", "://", "12:30", "a b.example", "..", "@"],
)  # fmt: skip
def test_what_is_no_address_gives_none(raw: str) -> None:
    assert canonical(raw, _RULES) is None


def test_a_stray_percent_sign_never_combines_with_a_decoded_character() -> None:
    assert _url("http://host.example/%%34%31").href == "http://host.example/%%34%31"


def test_user_names_are_flagged_and_kept_in_the_address_but_not_in_the_key() -> None:
    found = _url("https://bank.example@host.example/a")
    assert found.userinfo
    assert found.href == "https://bank.example@host.example/a"
    assert found.case_key == "url:host.example/a"


def test_the_trail_names_every_step() -> None:
    found = _url("www.host.example//a/index.html?b=2&utm_id=7&a=1#part")
    assert found.rules == (
        "no_scheme", "www", "parameter:campaign", "parameter_order", "doubled_slash", "index_page", "fragment",
    )  # fmt: skip
    assert found.case_key == "url:host.example/a?a=1&b=2"
    assert found.registrable_domain == "host.example"


_odd = st.text(
    st.sampled_from("aZ0.%2fF7eE/\\?#&=:@[]-_~;!'()+ \t\n\x00\u200b\u202e\ud800čа。"), max_size=40
) | st.text(max_size=40)  # fmt: skip


@settings(max_examples=400)
@given(
    _odd,
    st.sampled_from(["", "http://", "https://host.example/", "http://host.example/?", "www.", "ipfs://", "//"]),
)
def test_no_input_raises_and_the_canonical_form_is_final(tail: str, head: str) -> None:
    found = canonical(head + tail, _RULES)
    if found is not None and found.problem is None:
        again = _url(found.href)
        assert (again.href, again.case_key) == (found.href, found.case_key)


_host = st.from_regex(
    r"([a-zA-Z0-9_-]{1,5}\.){1,3}(com|COM|ba|example|x1|9a|0x1|7|onion|xn--90a3ac|xn--9)", fullmatch=True
)
_tail = st.lists(st.sampled_from([*"aZ0._~!$&'()*+,;=:@/?#-%", "%2e", "%7E", "%c4%8d", "%2F"]), max_size=20).map(
    "".join
)


@settings(max_examples=300)
@given(
    
    st.sampled_from(["http", "https"]), _host, st.sampled_from(["", ":80", ":443", ":8080", ":70000", ":08"]), _tail,
)
def test_the_quick_way_says_exactly_what_the_parser_says(scheme: str, host: str, port: str, tail: str) -> None:
    raw = f"{scheme}://{host}{port}/{tail}"
    quick = urls.plain(raw, _RULES)
    if quick is not None:
        if "%" not in raw:
            assert ada_url.normalize_url(raw).rstrip("?#") == quick.href.rstrip("?#")
        slow = canonical(" " + raw, _RULES)
        assert slow is not None
        assert slow._replace(rules=quick.rules) == quick


@pytest.mark.parametrize(
    "raw",
    [
        "http://host.example/" + "a/" * 500_000, "http://" + "a." * 100_000 + "example",
        "http://host.example/?" + "a=1&" * 99_999,
        "http://host.example/" + "%" * 100_000, "http://host.example/" + "%41" * 33_333, "http://[" + ":" * 100_000,
        "http://host.example/" + ";jsessionid=" * 9_000, "http://host.example/" + "/" * 100_000,
    ],
    ids=len,
)  # fmt: skip
def test_a_huge_address_is_answered(raw: str) -> None:
    found = canonical(raw, _RULES)
    assert found is None or found.case_key.startswith("url:")


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.host.example", "host.example"), ("a.b.co.uk", "b.co.uk"), ("co.uk", None), ("x.one.blogspot.com",
        "one.blogspot.com"),
        ("a.b.ck", "a.b.ck"), ("www.ck", "www.ck"), ("192.0.2.1", None), ("[::1]", None), ("localhost", None),
        ("a.xn--90a3ac", "a.xn--90a3ac"),
    ],
)  # fmt: skip
def test_the_registrable_domain_follows_the_public_suffix_list(host: str, domain: str | None) -> None:
    assert registrable_domain(host) == domain


def test_top_level_domains_are_known_and_file_endings_are_not() -> None:
    assert all(map(is_top_level, ("ba", "com", "onion", "xn--90a3ac")))
    assert not any(map(is_top_level, ("txt", "jpg", "onda", "ovo")))
