"""Canonical address and case key per second on one core, beside the peers, in one process and in CPU time.

    python -m benchmarks.addresses

The addresses are invented, every one distinct, in the ways people send them: links with share and campaign marks,
`www.` and mobile hosts, capitals, default ports, escapes, index pages, sessions, fragments, bare hosts, posts and
videos on platforms, redirect wrappers and archive copies. Every tool sees the same list; runs are interleaved and the
median counts, after one run that fills caches. Ours takes every step (find, canonical form, case key, trail); w3lib and
url-normalize write one string. Nothing is asserted.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from urllib.parse import quote

from url_normalize import url_normalize
from w3lib.url import canonicalize_url

from pipeline.bootstrap import url_rules
from triage.locators import find
from triage.share_tokens import without_share_tokens
from triage.url_rules import UrlRules

ADDRESSES = 24_000
PEER_ADDRESSES = 6_000
RUNS = 5
WANTED_PER_SECOND, WANTED_RATIO = 100_000, 5
_SITES = 1_200
"""About twenty pages each, as in `benchmarks/streams.py`."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def measure() -> None:
    """Print the table."""
    rules = url_rules()
    listed = messy_addresses(ADDRESSES, seed=1)
    few = listed[:PEER_ADDRESSES]
    ordinary = ordinary_addresses(ADDRESSES, seed=2)
    tools: list[tuple[str, Callable[[str], object], list[str]]] = [
        ("this project: canonical, case key, trail", lambda text: find(text, rules, whole_field=True), listed),
        ("  the same, links as on the web, no wrappers", lambda text: find(text, rules, whole_field=True), ordinary),
        ("  form without share tokens", lambda text: without_share_tokens(text, rules), listed),
        ("w3lib canonicalize_url", _or_same(canonicalize_url), few),
        ("url-normalize", _or_same(url_normalize), few),
    ]
    speeds: dict[str, list[float]] = {name: [] for name, _, _ in tools}
    for run in range(RUNS + 1):
        for name, tool, addresses in tools:
            speed = _per_second(tool, addresses)
            if run:
                speeds[name].append(speed)
    peer = statistics.median(speeds["w3lib canonicalize_url"])
    print(f"\n{f'{len(listed):,} distinct messy addresses, one core':<48}{'addresses/s':>16}{'x w3lib':>16}")
    for name, _, _ in tools:
        middle = statistics.median(speeds[name])
        print(f"  {name:<46}{middle:>16,.0f}{middle / peer:>16.2f}")
    print(f"  wanted: {WANTED_PER_SECOND:,}/s and {WANTED_RATIO} times w3lib; {_cases(listed, rules)}")


def messy_addresses(count: int, *, seed: int) -> list[str]:
    """`count` distinct addresses; one in eight is a platform's item, one in twenty-five wrapped or archived."""
    rng = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        draw = rng.random()
        if draw < 0.125:
            address = _item(rng)
        elif draw < 0.165:
            address = _wrapped(rng)
        else:
            address = _link(rng)
        found[address] = None
    return list(found)


def ordinary_addresses(count: int, *, seed: int) -> list[str]:
    """`count` distinct links without platforms and wrappers."""
    rng = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        found[_link(rng)] = None
    return list(found)


def _link(rng: random.Random) -> str:
    site = rng.randrange(_SITES)
    name, suffix = (("slike", "example"), ("forum", "example"), ("dijeli", "test"), ("arhiva", "com.example"))[site % 4]
    host = f"{name}{site}.{suffix}"
    host = rng.choice(("", "", "", "www.", "m.")) + host
    if rng.random() < 0.08:
        host = host.upper()
    scheme = rng.choice(("https://", "https://", "https://", "http://", ""))
    port = rng.choice(("",) * 18 + (":443", ":8080")) if scheme == "https://" else ""
    word = _code(rng, 7)
    path = rng.choice(
        (f"/album/{word}", f"/tema/{word}.php", f"/p/{word}/", f"/{word}/index.html", f"//{word}//a", f"/%7e{word}",
         f"/v/{word};jsessionid={_code(rng, 32)}", f"/%c4%8dlanak/{word}", f"/thread/{word}", f"/slika/{word}.jpg")
    )  # fmt: skip
    parts = [f"id={rng.randrange(10**6)}"] if rng.random() < 0.5 else []
    parts += [f"utm_source=chat&utm_medium={_code(rng, 4)}"] * (rng.random() < 0.15)
    parts += [f"fbclid=IwAR0{_code(rng, 55)}"] * (rng.random() < 0.12)
    parts += [f"sid={rng.randrange(16**32):032x}"] * (rng.random() < 0.04)
    parts += [f"b={rng.randrange(100)}&a={rng.randrange(100)}"] * (rng.random() < 0.1)
    fragment = rng.choice(("",) * 16 + ("#top", "#komentari", "#!/soba/1", "#:~:text=neki"))
    return f"{scheme}{host}{port}{path}{'?' if parts else ''}{'&'.join(parts)}{fragment}"


def _item(rng: random.Random) -> str:
    number, name, code = rng.randrange(10**12, 10**13), "ime." + _code(rng, 5).lower(), _code(rng, 11)
    return rng.choice(
        (f"https://youtu.be/{code}?si={_code(rng, 16)}", f"https://www.youtube.com/watch?v={code}&t=30s",
         f"https://www.instagram.com/p/{code}/?igsh={_code(rng, 16)}", f"https://www.instagram.com/{name}/",
         f"https://m.facebook.com/story.php?story_fbid={number}&id=1000{number}",
         f"https://www.facebook.com/{name}/posts/{number}?mibextid={_code(rng, 6)}",
         f"https://www.tiktok.com/@{name}/video/{number}000000?_r=1&_t={code}", f"https://t.me/+{_code(rng, 16)}",
         f"https://t.me/s/kanal{number % 10**6}/{number % 999}", f"https://x.com/{name[:3]}{number % 10**6}?s=20",
         f"https://old.reddit.com/r/grupa/comments/{code[:6].lower()}/naslov/", f"https://discord.gg/{code[:8]}")
    )  # fmt: skip


def _wrapped(rng: random.Random) -> str:
    inner = f"https://{_link(rng).partition('://')[2] or 'forum1.example/' + _code(rng, 9)}"
    quoted = quote(inner, safe="")
    return rng.choice(
        (f"https://www.google.com/url?sa=t&url={quoted}&usg={_code(rng, 20)}",
         f"https://l.facebook.com/l.php?u={quoted}&h=AT{_code(rng, 40)}",
         f"https://eur01.safelinks.protection.outlook.com/?url={quoted}&data={_code(rng, 60)}",
         f"https://web.archive.org/web/20240102030405/{inner}", f"https://archive.ph/newest/{inner}")
    )  # fmt: skip


def _code(rng: random.Random, length: int) -> str:
    return "".join(rng.choices(_LETTERS, k=length))


def _or_same(tool: Callable[[str], object]) -> Callable[[str], object]:
    def run(text: str) -> object:
        try:
            return tool(text)
        except ValueError:
            return text

    return run


def _per_second(tool: Callable[[str], object], addresses: list[str]) -> float:
    started = time.process_time()
    for address in addresses:
        tool(address)
    return len(addresses) / (time.process_time() - started)


def _cases(addresses: list[str], rules: UrlRules) -> str:
    keys = {one.case_key for address in addresses for one in find(address, rules, whole_field=True)[:1]}
    return f"{len(keys):,} case keys"


if __name__ == "__main__":
    measure()
