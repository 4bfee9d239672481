"""Pictures: speed from file to PDQ, drift of the reduced decode, and recall of copies, beside the peers in this run.

    python -m benchmarks.pictures [speed] [drift] [recall]

Method as in the comparison of peers: processor time of this one process, pictures drawn in code, interleaved runs and
their median. The peers: `pdqhash` on the full RGB decode, `imagehash.phash` on the same. Nothing here is a test.
"""

from __future__ import annotations

import io
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence

import imagehash
import numpy as np
import pdqhash
from numpy.typing import NDArray
from PIL import Image

from benchmarks.changes import CHANGES, CUTS, Change, cuts_by_chance, saved
from benchmarks.drawings import drawn
from pipeline.decoding import decoded
from triage.signals.base import INDEX_FORMS, LOWEST_QUALITY, QUERY_FORMS, WHOLE, Picture
from triage.signals.pdq import Pdq
from triage.signals.phash import Phash

RADIUS_BITS, PHASH_RADIUS_BITS = 31, 8
WIDER_BITS = (40, 50, 60)
ORIGINALS, DISTRACTORS = 160, 1_000
SIZES = ((448, 336), (336, 448), (480, 320), (400, 400))
DRIFT_SIZES = ((640, 480), (960, 720), (1024, 768), (1600, 1200), (2048, 1536), (3000, 2250), (4000, 3000))
DRIFT_BITS, DRIFT_QUALITY = 10, 80
_ROUNDS = 7

Words = NDArray[np.uint64]
"""PDQ values as (n, 4); pHash values as (n, 1)."""


def measure(parts: Sequence[str] = ()) -> None:
    """Print the tables asked for, or all."""
    print(f"one process on {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the start")
    for part in parts or list(_MEASURES):
        before = time.process_time()
        _MEASURES[part]()
        print(f"  ({part}: {time.process_time() - before:.0f} s of processor time)", flush=True)


def speed() -> None:
    """From file content to PDQ, beside the full decode with `pdqhash`; wanted 10 times at 12 megapixels, 7 below."""
    _title("file to PDQ, one core", "ms", "a second", "times pdqhash", "wanted")
    kinds = [("12 megapixels", (4000, 3000), 80, 10), ("1024x768", (1024, 768), 88, 7)]
    for name, (width, height), quality, wanted in kinds:
        content = saved(drawn(2, width, height), quality=quality)
        _speeds(f"JPEG {name}, {len(content) // 1000} kB", content, wanted)
    _speeds("PNG 1024x768", saved(drawn(2, 1024, 768), "PNG"), None)


def drift() -> None:
    """Bits between our value and the reference's on the full decode, for pictures of quality 80 and more."""
    _title("drift against pdqhash on the full decode", "pictures", "mean", "p90", "longest", "<= 10 bits")
    everything: list[int] = []
    for width, height in DRIFT_SIZES:
        count = 60 if width <= 1024 else 12
        bits = [one for one in (_drift(seed, width, height) for seed in range(count)) if one is not None]
        everything += bits
        _drift_row(f"{width}x{height}", bits)
    _drift_row("all", everything)
    print(f"  wanted: at most {DRIFT_BITS} bits for at least 99 % of pictures of quality >= {DRIFT_QUALITY}")


def recall() -> None:
    """Share of changed copies that are found, and false matches among pairs of different pictures."""
    originals = [drawn(seed, *SIZES[seed % len(SIZES)]) for seed in range(ORIGINALS)]
    index = [_words(decoded(saved(one)).picture, INDEX_FORMS) for one in originals]
    peers = [_peer_values(saved(one)) for one in originals]
    changes: dict[str, Change] = {**CHANGES, **cuts_by_chance(np.random.default_rng(1)), **CUTS}
    _title("recall, %", f"ours r={RADIUS_BITS}", *(f"r={bits}" for bits in WIDER_BITS), "pdqhash r=31", "phash r=8")
    table, queries = {}, []
    for name, change in changes.items():
        contents = [change(one) for one in originals]
        asked = [_words(decoded(content).picture, QUERY_FORMS) for content in contents]
        queries += asked if name in CHANGES else []
        nearest = np.array([_nearest(one, known) for one, known in zip(asked, index, strict=True)])
        theirs = [_peer_distances(content, known) for content, known in zip(contents, peers, strict=True)]
        shares = [float(np.mean(nearest <= bits)) for bits in (RADIUS_BITS, *WIDER_BITS)]
        shares.append(float(np.mean([pdq <= RADIUS_BITS for pdq, _ in theirs])))
        shares.append(float(np.mean([phash <= PHASH_RADIUS_BITS for _, phash in theirs])))
        table[name] = shares
        _row(name, *_percent(shares))
        if name == list(CHANGES)[-1]:
            _row(f"mean of the {len(CHANGES)}", *_percent(np.mean([table[one] for one in CHANGES], axis=0)))
    _false_matches(queries)


def _false_matches(queries: Sequence[Words]) -> None:
    others = (decoded(saved(drawn(10_000 + seed, *SIZES[seed % len(SIZES)]))).picture for seed in range(DISTRACTORS))
    known = [_words(one, INDEX_FORMS) for one in others]
    owners = np.repeat(np.arange(len(known)), [len(one) for one in known])
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    values = np.concatenate(known)
    counts = np.zeros(257, np.int64)
    for asked in queries:
        nearest = np.minimum.reduceat(_distances(asked, values).min(axis=0), starts)
        counts += np.bincount(nearest, minlength=257)
    pairs, reached = int(counts.sum()), np.cumsum(counts)
    _title(f"false matches, {pairs:,} pairs of different pictures", "matches", "rate")
    for bits in (RADIUS_BITS, *WIDER_BITS, 70, 80):
        _row(f"any form of one, any form of the other, r={bits}", str(reached[bits]), f"{reached[bits] / pairs:.1e}")
    print(f"  the nearest different picture is {int(np.flatnonzero(counts)[0])} bits away; wanted at most 1e-6")


def _speeds(name: str, content: bytes, wanted: int | None) -> None:
    ways: dict[str, Callable[[], object]] = {
        "pdqhash on the full decode": lambda: pdqhash.compute(_full(content)),
        "imagehash.phash on the full decode": lambda: imagehash.phash(Image.open(io.BytesIO(content))),
        "ours, PDQ of the whole": lambda: Pdq.of_picture(_picture(content), (WHOLE,)),
        "ours, every form and pHash": lambda: _everything(_picture(content)),
    }
    spent: dict[str, list[float]] = {way: [] for way in ways}
    for turn in range(_ROUNDS + 1):
        for way, work in ways.items():
            before = time.process_time()
            work()
            if turn:
                spent[way].append(time.process_time() - before)
    middle = {way: statistics.median(seconds) for way, seconds in spent.items()}
    print(f"  {name}")
    for way, seconds in middle.items():
        times = middle["pdqhash on the full decode"] / seconds
        bar = f">= {wanted}" if wanted and way == "ours, PDQ of the whole" else ""
        _row(f"  {way}", f"{1000 * seconds:.1f}", f"{1 / seconds:,.0f}", f"{times:.1f}", bar)


def _everything(picture: Picture) -> None:
    Pdq.of_picture(picture)
    Phash.of_picture(picture)


def _drift(seed: int, width: int, height: int) -> int | None:
    content = saved(drawn(seed, width, height), quality=(60, 75, 85, 95)[seed % 4])
    bits, quality = pdqhash.compute(_full(content))
    if quality < DRIFT_QUALITY:
        return None
    ours = Pdq.of_picture(_picture(content), (WHOLE,))[0].value
    return int(np.count_nonzero(np.unpackbits(np.frombuffer(ours, np.uint8)) != bits))


def _drift_row(name: str, bits: Sequence[int]) -> None:
    share = f"{100 * float(np.mean(np.array(bits) <= DRIFT_BITS)):.1f} %"
    p90 = f"{float(np.percentile(bits, 90)):.0f}"
    _row(name, str(len(bits)), f"{float(np.mean(bits)):.1f}", p90, str(max(bits)), share)


def _full(content: bytes) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def _picture(content: bytes) -> Picture:
    picture = decoded(content).picture
    if picture is None:
        raise ValueError("a drawn picture was not decoded")
    return picture


def _words(picture: Picture | None, forms: Sequence[str]) -> Words:
    if picture is None:
        raise ValueError("a drawn picture was not decoded")
    found = [one for one in Pdq.of_picture(picture, forms) if (one.quality or 0) >= LOWEST_QUALITY]
    return np.frombuffer(b"".join(one.value for one in found), np.uint64).reshape(-1, 4)


def _distances(some: Words, others: Words) -> NDArray[np.uint16]:
    """Bits that differ: (some, others)."""
    total = np.zeros((len(some), len(others)), np.uint16)
    for word in range(some.shape[1]):
        total += np.bitwise_count(some[:, None, word] ^ others[None, :, word])
    return total


def _nearest(asked: Words, known: Words) -> int:
    """256 where one of the two has no value."""
    return int(_distances(asked, known).min()) if len(asked) and len(known) else 256


def _peer_values(content: bytes) -> tuple[NDArray[np.int64], imagehash.ImageHash]:
    return pdqhash.compute(_full(content))[0], imagehash.phash(Image.open(io.BytesIO(content)))


def _peer_distances(content: bytes, known: tuple[NDArray[np.int64], imagehash.ImageHash]) -> tuple[int, int]:
    pdq, phash = _peer_values(content)
    return int(np.count_nonzero(pdq != known[0])), int(phash - known[1])


def _percent(shares: Iterable[float]) -> list[str]:
    return [f"{100 * share:.1f}" for share in shares]


def _title(name: str, *columns: str) -> None:
    print(f"\n{name:<48}" + "".join(f"{column:>14}" for column in columns), flush=True)


def _row(name: str, *figures: str) -> None:
    print(f"  {name:<46}" + "".join(f"{figure:>14}" for figure in figures), flush=True)


_MEASURES: dict[str, Callable[[], None]] = {"speed": speed, "drift": drift, "recall": recall}

if __name__ == "__main__":
    measure(sys.argv[1:])
