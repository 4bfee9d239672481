"""Canonical address and case key per second on one core, beside the peers, in one process and in CPU time.

    python -m benchmarks.addresses

The addresses are invented, every one distinct, in the ways people send them: links with share and campaign marks,
`www.` and mobile hosts, capitals, default ports, escapes, index pages, sessions, fragments, bare hosts, posts and
videos on platforms, redirect wrappers and archive copies. Every run has addresses no run had before, on the same 1,200
sites, so a memo may help with hosts and names of parameters but never with whole addresses. In a run every tool
sees the same list, each run in another order of tools, messy mix and ordinary links apart; the median of the ratios
within a run counts, after one run that fills caches; the compiled loops are loaded before. Ours takes every step
(canonical form, case key, trail); w3lib and url-normalize write one string. Nothing is asserted.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterable
from urllib.parse import quote

from url_normalize import url_normalize
from w3lib.url import canonicalize_url

from pipeline.bootstrap import url_rules
from triage.locators import find_many
from triage.share_tokens import without_share_tokens
from triage.urls import canonical, canonical_many, load_kernels

ADDRESSES = 24_000
PEER_ADDRESSES = 6_000
RUNS = 5
WANTED_PER_SECOND, WANTED_RATIO = 100_000, 5
_PEER = "w3lib canonicalize_url"
_SITES = 1_200
"""About twenty pages each, as in `benchmarks/streams.py`."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def measure() -> None:
    """Print the tables."""
    rules = url_rules()
    load_kernels(rules)
    tools: list[tuple[str, Callable[[list[str]], object], int]] = [
        ("this project: canonical, case key, trail", lambda texts: _used(canonical_many(texts, rules)), ADDRESSES),
        ("  as places of a report (find)", lambda texts: _used(find_many(texts, rules)), ADDRESSES),
        ("  one call for each address", _each(lambda text: canonical(text, rules)), ADDRESSES),
        ("  form without share tokens", _each(lambda text: without_share_tokens(text, rules)), ADDRESSES),
        (_PEER, _each(_or_same(canonicalize_url)), PEER_ADDRESSES),
        ("url-normalize", _each(_or_same(url_normalize)), PEER_ADDRESSES),
    ]
    for mix, made in (("messy addresses", messy_addresses), ("ordinary links", ordinary_addresses)):
        listed = made(ADDRESSES * (RUNS + 1), seed=1)
        runs = [
            _speeds(tools[run:] + tools[:run], listed[ADDRESSES * run : ADDRESSES * (run + 1)])
            for run in range(RUNS + 1)
        ][1:]
        print(f"\n{f'{ADDRESSES:,} distinct {mix}, one core':<48}{'addresses/s':>16}{'x w3lib':>16}")
        for name, _, _ in tools:
            middle = statistics.median(run[name] for run in runs)
            ratio = statistics.median(run[name] / run[_PEER] for run in runs)
            print(f"  {name:<46}{middle:>16,.0f}{ratio:>16.2f}")
    print(f"  wanted: {WANTED_PER_SECOND:,}/s and {WANTED_RATIO} times w3lib")


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


def _each(tool: Callable[[str], object]) -> Callable[[list[str]], object]:
    def run(texts: list[str]) -> object:
        for text in texts:
            tool(text)
        return None

    return run


def _used(results: Iterable[object]) -> None:
    for _ in results:
        pass


def _speeds(tools: list[tuple[str, Callable[[list[str]], object], int]], addresses: list[str]) -> dict[str, float]:
    """Addresses per second of CPU time of each tool; the slow ones get the first `most` only."""
    speeds = {}
    for name, tool, most in tools:
        some = addresses[:most]
        started = time.process_time()
        tool(some)
        speeds[name] = len(some) / (time.process_time() - started)
    return speeds


if __name__ == "__main__":
    measure()
