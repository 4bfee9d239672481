"""The compiled way of reading many addresses says exactly what the way for one says, under any rules."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.addresses import messy_addresses, ordinary_addresses
from pipeline.bootstrap import url_rules
from tests.address_pairs import pairs
from triage import url_columns, urls
from triage.url_rules import UrlRules
from triage.urls import CanonicalUrl, canonical, canonical_many

pytestmark = pytest.mark.thorough

_RULES = url_rules()
_LONG = "0123456789abcdef0123456789abcdef"
_HEADS = (
    "https://host.example", "http://host.example", "HTTPS://Host.example", "host.example", "www.Host.EXAMPLE:443",
    "http://m.host.example:80", "https://host.example:443", "http://a.example:443", "https://a.example:80",
    "https://a.example:8080", "https://a.example:99999", "https://a.example:012", "https://a.example:123456",
    "https://a.example:", "https://192.0.2.1", "a.onion", "xn--a.example", "http:a", "https:/a", "httpss://a.b",
    "a..example", ".example", "a.txt", "a.ba:80", "https://youtube.com", "https://a.co.uk", "h", "http", "https:", "",
    "https://a.example", "www.a.example/p/Ab", "https://b.example", "https://copies.example/at/https://host.example",
    "https://www.instagram.com", "t.me", "https://t.me/s/Some_Name", "https://m.facebook.com", "https://signal.group",
    "https://www.google.com/url", "https://l.facebook.com/l.php", "https://web.archive.org/web/2024/host.example",
)  # fmt: skip
_BITS = (
    *"aZ0._~!$&'()*+,;=:@/?#-% \n\0é\ud800\u202e", "%2e", "%7E", "%c4%8d", "%2F", "%41", "%3A", "%3a", "//", ":///",
    "/index.html", "/.a", ";jsessionid=" + _LONG, "/(S(abcdefghijklmnopqrstuvwx))", "&sid=" + _LONG, "sid=" + _LONG,
    "&utm_a=", "&fbclid=IwAR012345678901234567890123", "&amp=1", "&PHPSESSID=", "&b=2&a=1&b=1", "#!/a", "#Top-of_page",
    "#ABc", "#" + "a" * 15, "#:~:text=a", "#a=1&utm_b=2", "#%7E:a", "&colour=red", "&x_y=1", "/start.page", "~v=1/",
    "&show", "&a[]=1", "&a%5B%5D=2", "&A=3", "&%61=4", "&a+b=5", "&a%20b=6", "&%C4%8D=7", "&b%zz=8", "&_=9", "&%5b=1",
    "/p/Ab", "/Some.Name", "/login", "/@Some_Name", "/stories/some.name/1234567890", "?id=100001&story_fbid=1234567",
    "?u=https%3A%2F%2Fhost.example%2Fa%3Fsid%3D" + _LONG, "?url=https%3A%2F%2Ft.me%2Fsome_name", "&q=https://a.ba/%25",
    "/copy/https://host.example", "?u=https%3a%2f%2fa.example%2f%3Fu%3Dhttps%253A%252F%252Fhost.example", "&u=mailto:a",
)  # fmt: skip
_OWN_RULES = """
version = 7
[[parameter]]
name = "colour"
names = ["colour", "utm_a", "žig"]
value = "red|blue"
example = ["a", "a"]
counter_example = ["a", "b"]
[[parameter]]
name = "by_host"
names = ["a", "colour"]
hosts = ["host.example"]
paths = "/a.*|/"
example = ["a", "a"]
counter_example = ["a", "b"]
[[parameter]]
name = "beside"
names = ["b", "sid"]
prefixes = ["x_", "x", ""]
beside = true
example = ["a", "a"]
counter_example = ["a", "b"]
[[path_part]]
name = "version_mark"
sign = "~v="
pattern = "/?~?v=[0-9]*"
example = ["a", "a"]
counter_example = ["a", "b"]
[[platform]]
name = "mine"
words = []
hosts = ["a.example", "b.example"]
home = ["/home"]
reserved = ["login", "a", "p"]
profile = ""
fold = true
forms = [
  { kind = "url", path = '/p/([A-Z]?)([a-z]+)(?:\\?a=1)?', key = "a.example/{}-{}" },
  { kind = "handle", path = '/@?([A-Za-z._]{1,15})', key = "mine/{}" },
  { kind = "url", path = '/(login|a)', key = "a.example/page/{}", hosts = ["a.example"] },
  { kind = "invite", path = '/?#!/(.*)', key = "a.example/!{}" },
]
example = ["a", "a"]
counter_example = ["a", "b"]
[[wrapper]]
name = "out"
domains = ["a.example", "copies.example"]
path = '/|/x'
names = ["u", "q"]
example = ["a", "a"]
counter_example = ["a", "b"]
[[wrapper]]
name = "kept"
copy = true
domains = ["copies.example", "host.example"]
path = '/(?:at|copy)/(.*)'
reading = "plain"
example = ["a", "a"]
counter_example = ["a", "b"]
[[index]]
name = "start_page"
pages = ["start.page", "a", "ž"]
example = ["a", "a"]
counter_example = ["a", "b"]
"""
_SETS = {
    "shipped": _RULES,
    "own": UrlRules.from_toml({"own.toml": _OWN_RULES}),
    "none": UrlRules.from_toml({}),
}


@pytest.fixture(autouse=True)
def _always_compiled(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    urls.load_kernels(_RULES)
    monkeypatch.setattr(urls, "_WORTH_USING", 0)
    yield
    urls._columns.cache_clear()


def _addresses(count: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    return [
        rng.choice(_HEADS) + rng.choice(("", "/", "?", "#", "/x", "/x?", "/x/")) + "".join(rng.choices(_BITS, k=bits))
        for bits in rng.choices(range(7), k=count)
    ]


def _share_read(texts: Sequence[str], rules: UrlRules) -> float:
    return 1 - sum(len(read.others) for _, read, _ in url_columns.columns(texts, rules)) / len(texts)


def _one_by_one(texts: Sequence[str], rules: UrlRules) -> Iterator[CanonicalUrl | None]:
    return (canonical(text, rules) for text in texts)


@pytest.mark.parametrize("rules", _SETS.values(), ids=list(_SETS))
@pytest.mark.parametrize(
    ("drawn", "share"),
    [
        (partial(ordinary_addresses, 3_000, seed=21), 0.9),
        (partial(messy_addresses, 3_000, seed=22), 0.8),
        (lambda: [address for pair in pairs()[::6] for address in (pair.one, pair.other)], 0.3),
        (partial(_addresses, 6_000, seed=23), 0.1),
    ],
    ids=["ordinary", "messy", "pairs", "odd"],
)
def test_many_addresses_are_read_as_each_alone(drawn: Callable[[], list[str]], share: float, rules: UrlRules) -> None:
    texts = drawn()
    assert list(canonical_many(texts, rules)) == list(_one_by_one(texts, rules))
    assert _share_read(texts, rules) > share


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from(_HEADS), st.lists(st.sampled_from(_BITS) | st.text(max_size=4))), max_size=6))
def test_whatever_is_written_means_the_same(pieces: list[tuple[str, list[str]]]) -> None:
    texts = [head + "".join(bits) for head, bits in pieces]
    for rules in _SETS.values():
        assert list(canonical_many(texts, rules)) == list(_one_by_one(texts, rules))


def test_parameters_are_sorted_as_each_alone() -> None:
    rng = random.Random(28)
    names = (
        "a", "A", "a[]", "a%5B%5D", "a%5b0", "b", "B2", "a+b", "a%20b", "a.b", "%61", "%zz", "%", "=", "%C4%8D", "b%4",
    )  # fmt: skip
    marks = (*("=1", "=2") * 5, "=%41", "=", "")
    texts = [
        "https://host.example/x?" + "&".join(rng.choice(names) + rng.choice(marks) for _ in range(rng.randrange(1, 6)))
        for _ in range(8_000)
    ]
    read = list(_one_by_one(texts, _RULES))
    assert list(canonical_many(texts, _RULES)) == read
    assert _share_read(texts, _RULES) > 0.8
    assert sum("parameter_order" in one.rules for one in read if one is not None) > 800


def test_wrappers_carry_what_they_carry_alone() -> None:
    inner = [*messy_addresses(300, seed=25), *_addresses(600, seed=26), "mailto:a@host.example", "data:,a", "a b"]
    texts = [f"https://www.google.com/url?q={quote(one, safe='', errors='replace')}&sa=U#a" for one in inner]
    texts += [f"https://archive.ph/newest/{one}" for one in inner]
    texts += [f"https://l.facebook.com/l.php?u={quote(one, safe='')}" for one in texts[:300]]
    assert list(canonical_many(texts, _RULES)) == list(_one_by_one(texts, _RULES))
    assert sum(len(read.inside) for _, read, _ in url_columns.columns(texts, _RULES)) > 700


def test_platforms_and_wrappers_are_read_by_the_compiled_loops() -> None:
    items = [text for text in messy_addresses(8_000, seed=27) if (found := canonical(text, _RULES)) and _is_odd(found)]
    assert len(items) > 1_200
    others = sum(len(set(read.others) - set(read.inside)) for _, read, _ in url_columns.columns(items, _RULES))
    assert others < len(items) * 0.01


def _is_odd(found: CanonicalUrl) -> bool:
    return any(step.startswith(("platform:", "wrapper:", "archive:")) for step in found.rules)


def test_long_addresses_and_many_parameters_are_left_to_the_other_way() -> None:
    page = "https://host.example/"
    texts = [page + "a" * length for length in (1_900, 1_979, 1_980, 5_000)]
    texts += [f"{page}?{'&'.join(f'p{7 * one % 64}={one}' for one in range(many))}" for many in (63, 64, 65, 300)]
    assert list(canonical_many(texts, _RULES)) == list(_one_by_one(texts, _RULES))
    assert _share_read(texts, _RULES) == 4 / len(texts)


@pytest.mark.parametrize("texts", [[], [""], ["é", "\n", "host"], ["https://host.example"]], ids=len)
def test_rules_just_read_meet_any_first_address(texts: list[str]) -> None:
    rules = UrlRules.from_toml({"own.toml": _OWN_RULES})
    assert list(canonical_many(texts, rules)) == list(_one_by_one(texts, rules))


def test_two_readings_at_a_time_do_not_meet() -> None:
    texts = ordinary_addresses(10_000, seed=24)
    both = zip(canonical_many(texts, _RULES), canonical_many(texts[::-1], _RULES), strict=True)
    one, other = zip(*both, strict=True)
    assert one == other[::-1] == tuple(_one_by_one(texts, _RULES))


def test_forgotten_hosts_are_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(url_columns, "_MEMO", 50)
    monkeypatch.setattr(url_columns, "_AT_ONCE", 100)
    rules = UrlRules.from_toml({"own.toml": _OWN_RULES})
    texts = [f"https://{'m.' * (one % 2)}host{one % 130}.example/a?colour=red&c={one}" for one in range(1_000)]
    assert list(canonical_many(texts, rules)) == list(_one_by_one(texts, rules))


def test_few_addresses_do_not_load_the_compiled_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    urls._columns.cache_clear()
    monkeypatch.setattr(urls, "_WORTH_LOADING", 20)
    texts = ["https://host.example/a"] * 19
    assert list(canonical_many(texts, _RULES)) == list(_one_by_one(texts, _RULES))
    assert urls._columns.cache_info().currsize == 0
    assert len(list(canonical_many(texts * 2, _RULES))) == 38
    assert urls._columns.cache_info().currsize == 1
