"""Exact radius search, self-join and near-equal texts, measured beside faiss in the same process.

    python -m benchmarks.search [search] [join] [texts] [--large]

Random values; half of the queries are neighbours planted within the radius (dedup_peers §3). One thread and processor
seconds, medians of interleaved runs; the join on two threads in seconds of the clock as well. The answers of some
queries are checked against a comparison with all. `--large` adds 10 million values (a minute or two, 5 GB).
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import faiss
import numpy as np
from numpy.typing import NDArray

from triage.matching import RadiusIndex, near_groups, near_pairs
from triage.near_texts import near_texts, sketches

QUERIES, PEER_QUERIES, CHECKED = 20_000, 400, 40
ROUNDS = 3
RADIUS = {32: 31, 8: 8}
SIZES = (100_000, 1_000_000)
LARGE = 10_000_000
JOINED = (100_000, 300_000, 1_000_000)
TEXTS, TEXT_WORDS, VOCABULARY = 500_000, 25, 20_000
RECALL_TEXTS = 3_000
Values = NDArray[np.uint8]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured line: what, how much of what unit."""

    name: str
    value: float
    unit: str


def measure(parts: tuple[str, ...] = ("search", "join", "texts"), *, large: bool = False) -> list[Figure]:
    """All figures of the named parts, printed as they come."""
    _warm()
    faiss.omp_set_num_threads(1)
    found: list[Figure] = []
    if "search" in parts:
        for width, sizes in ((32, (*SIZES, LARGE) if large else SIZES), (8, SIZES)):
            for many in sizes:
                found += _printed(_searched(many, width))
    if "join" in parts:
        for width, many in [(32, many) for many in JOINED] + [(8, JOINED[-1])]:
            found += _printed(_joined(many, width))
    if "texts" in parts:
        found += _printed(_texts())
    return found


def _searched(many: int, width: int) -> list[Figure]:
    values, radius = _random(many, width, 1), RADIUS[width]
    queries = _queries(values, radius)
    name = f"{8 * width} bit, radius {radius}, {many:,}: "
    built, index = _timed(lambda: RadiusIndex.build(values, np.arange(many)))
    peers: dict[str, Any] = {"faiss Flat range": faiss.IndexBinaryFlat(8 * width)}
    if many <= SIZES[-1]:
        hashed = faiss.IndexBinaryMultiHash(8 * width, width // 2, 16)
        hashed.nflip = 1 if width == 32 else 2
        peers[f"faiss MultiHash {width // 2}x16, {hashed.nflip} flips"] = hashed
    for peer in peers.values():
        peer.add(values)
    asked = queries[:: len(queries) // PEER_QUERIES]
    ours, theirs = [], {one: list[float]() for one in peers}
    for _ in range(ROUNDS):
        ours.append(len(queries) / _timed(lambda: index.search(queries, radius))[0])
        for one, peer in peers.items():
            theirs[one].append(len(asked) / _timed(partial(peer.range_search, asked, radius + 1))[0])
    rates = {one: statistics.median(rates) for one, rates in theirs.items()}
    size = sum(array.nbytes for array in index.arrays().values())
    rate = statistics.median(ours)
    return [
        Figure(f"{name}ours", rate, "queries/s"),
        *(Figure(f"{name}{one}", value, "queries/s") for one, value in rates.items()),
        Figure(f"{name}ours against the best of them", rate / max(rates.values()), "times"),
        Figure(f"{name}recall on {CHECKED} queries", _recall(index, values, asked[-CHECKED:], radius), ""),
        Figure(f"{name}build", built, "CPU s"),
        Figure(f"{name}arrays", size / 2**20, "MiB"),
    ]


def _joined(many: int, width: int) -> list[Figure]:
    values, radius = _random(many, width, 3), RADIUS[width]
    planted = many // 10
    values[-planted:] = _near(values[:planted], radius, 4)
    name = f"self-join, {8 * width} bit, radius {radius}, {many:,}: "
    started = time.monotonic()
    used, pairs = _timed(lambda: near_pairs(values, radius))
    seconds = time.monotonic() - started
    started = time.monotonic()
    groups = near_groups(values, radius)
    grouped = time.monotonic() - started
    together = float((groups[-planted:] == groups[:planted]).mean())
    return [
        Figure(f"{name}pairs ({len(pairs.first):,})", seconds, "s"),
        Figure(f"{name}pairs, both threads", used, "CPU s"),
        Figure(f"{name}groups", grouped, "s"),
        Figure(f"{name}planted neighbours in one group", together, ""),
    ]


def _texts() -> list[Figure]:
    key = bytes(range(32))
    distinct = _worded(TEXTS, changed=TEXTS // 10)
    sketched, made = _timed(lambda: sketches(distinct, key))
    paired, pairs = _timed(lambda: near_texts(made))
    planted = np.arange(TEXTS - TEXTS // 10, TEXTS)
    flood = sketches(_worded(100_000, changed=99_999, originals=1), key)
    flooded, links = _timed(lambda: near_texts(flood))
    against, _ = _timed(lambda: near_texts(flood, made))
    name = f"{TEXTS:,} texts of {TEXT_WORDS} words: "
    return [
        Figure(f"{name}sketched", sketched, "CPU s"),
        Figure(f"{name}paired", paired, "CPU s"),
        Figure(f"{name}copies with one word changed that are linked", float(np.isin(planted, pairs.first).mean()), ""),
        Figure(f"flood of 100,000 paired ({len(links.first):,} links)", flooded, "CPU s"),
        Figure(f"flood of 100,000 against {TEXTS:,} known", against, "CPU s"),
        Figure(f"all pairs at 0.8 to 0.82 of {RECALL_TEXTS:,} texts: linked", _text_recall(key), ""),
    ]


def _text_recall(key: bytes) -> float:
    """Share of pairs just above the least that come together, one lonely pair at a time (no third text helps)."""
    generator = np.random.default_rng(7)
    words = generator.integers(0, VOCABULARY, (RECALL_TEXTS, 56))
    copies = words.copy()
    for row in range(RECALL_TEXTS):  # three words far apart change 6 of 55 pairs: 49 / 61 = 0.803
        copies[row, [10, 25, 40]] = VOCABULARY + generator.integers(0, 9, 3)
    texts = [" ".join(f"w{word}" for word in row) for row in np.concatenate((words, copies))]
    linked = near_texts(sketches(texts, key)).first
    return float(np.isin(np.arange(RECALL_TEXTS, 2 * RECALL_TEXTS), linked).mean())


def _worded(many: int, *, changed: int, originals: int | None = None) -> list[str]:
    """Texts of words by a Zipf law, the last `changed` of them copies of the first with one word changed."""
    generator = np.random.default_rng(5)
    spelled = generator.integers(97, 123, (VOCABULARY, 4), dtype=np.uint8)
    words = np.array([f"{row.tobytes().decode()}{at}" for at, row in enumerate(spelled)])
    weights = 1 / np.arange(1, VOCABULARY + 1)
    texts = generator.choice(VOCABULARY, (many, TEXT_WORDS), p=weights / weights.sum())
    start = many - changed
    texts[start:] = texts[np.arange(changed) % (originals or changed)]
    place = generator.integers(0, TEXT_WORDS, changed)
    texts[np.arange(start, many), place] = generator.integers(0, VOCABULARY, changed)
    return [" ".join(row) for row in words[texts]]


def _recall(index: RadiusIndex, values: Values, queries: Values, radius: int) -> float:
    """Share of the true matches (query, value, distance) that were found; 0 if anything else was."""
    hits = index.search(queries, radius)
    found = set(zip(hits.query.tolist(), hits.id.tolist(), hits.distance.tolist(), strict=True))
    true = set()
    for number, query in enumerate(queries):
        words = values.view(np.uint64) ^ query.view(np.uint64)
        distances = np.bitwise_count(words).sum(axis=1, dtype=np.int64)
        true |= {(number, int(row), int(distances[row])) for row in np.flatnonzero(distances <= radius)}
    return len(found & true) / max(1, len(true)) if found <= true else 0.0


def _random(many: int, width: int, seed: int) -> Values:
    return np.random.default_rng(seed).integers(0, 256, (many, width), dtype=np.uint8)


def _near(values: Values, radius: int, seed: int) -> Values:
    """Each value with 0 to `radius` bits changed."""
    generator = np.random.default_rng(seed)
    bits = values.shape[1] * 8
    ranks = np.argsort(generator.random((len(values), bits), dtype=np.float32), axis=1)
    return values ^ np.packbits(ranks < generator.integers(0, radius + 1, (len(values), 1)), axis=1)


def _queries(values: Values, radius: int) -> Values:
    queries = _random(QUERIES, values.shape[1], 2)
    chosen = np.random.default_rng(6).integers(0, len(values), QUERIES // 2)
    queries[::2] = _near(values[chosen], radius, 8)
    return queries


def _warm() -> None:
    """Compile, or read what was compiled, before any clock runs."""
    for width, radius in RADIUS.items():
        values = _random(6_000, width, 9)
        RadiusIndex.build(values, np.arange(6_000)).search(values[:10], radius)
        near_pairs(values, radius)
        near_groups(values, radius)
    near_texts(sketches(["one two three four five six seven eight"] * 2, bytes(16)))


def _timed(call: Callable[[], _T]) -> tuple[float, _T]:
    started = time.process_time()
    made = call()
    return time.process_time() - started, made


def _printed(figures: list[Figure]) -> list[Figure]:
    for figure in figures:
        print(f"  {figure.name:<92}{figure.value:>14,.4g} {figure.unit}", flush=True)
    return figures


def main() -> None:
    """Measure the named parts, or all."""
    parser = argparse.ArgumentParser(description="Radius search, self-join and near-equal texts")
    parser.add_argument("parts", nargs="*", metavar="PART", help="any of search, join, texts (default: all)")
    parser.add_argument("--large", action="store_true", help="search among 10 million values too")
    given = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors at the start")
    measure(tuple(given.parts) or ("search", "join", "texts"), large=given.large)


if __name__ == "__main__":
    main()
