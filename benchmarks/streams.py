"""Writes the CSV streams the benchmarks feed to the pipeline: many messy spellings of few places.

A tenth of the rows are distinct places, each occurs at least once and the rest repeat by a Zipf law, as reports of a
widely seen page do. Each row spells its place anew: scheme, `www.`, case of the host, default port, tracking
parameters, fragment, trailing slash, case of percent escapes; none of these changes the place. A fifth of the places
is the same for every seed, so a second stream into the same store meets known cases.

With texts, every row has a text of 25 bland words; half as many texts as rows are distinct, and one in ten holds a
sentence of the sample (`data/sample_texts`), so that rules have something to find.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.resources import texts as sample_texts
from pipeline.sample.texts import Texts

CHUNK_ROWS = 50_000
PLACES_PER_ROW = 0.1
ZIPF_EXPONENT = 1.1
SHARED_PLACES = 0.2
"""Share of the places that do not depend on the seed."""
WORDS_PER_TEXT = 25
TEXTS_PER_ROW = 0.5
SENTENCE_IN_TEXTS = 0.1

_CATEGORIES = ("csam", "inappropriate_communication", "account_misuse", "question", "other", "")
_CATEGORY_WEIGHTS = (0.15, 0.1, 0.05, 0.3, 0.25, 0.15)
_SCHEMES = (*(("https://", ":443"),) * 14, *(("http://", ":80"),) * 4, *(("", ""),) * 2)
"""Scheme and its default port; one address in ten has none."""
_TRACKING = (
    *("",) * 14,
    *("utm_source=chat&utm_medium=share", f"fbclid=IwAR0{'Uzorak' * 9}{{0:02d}}", "utm_source=mail"),
    *("utm_campaign=s{0}", "igshid=Uzorak{0:02d}==", f"gclid=Cj0KCQ{'Uzorak' * 12}{{0:02d}}"),
)
"""Three addresses in ten carry a tracking parameter with one of forty values."""
_FRAGMENTS = (*("",) * 18, "#top", "#komentari")
_FOLDERS = ("album", "tema", "p", "Objava", "profil", "thread", "v", "%c4%8dlanak")
_BLAND = (
    "juče danas prije poslije kod kuće škola razred učitelj mama tata brat sestra prijatelj telefon računar poruka "
    "stranica link adresa mreža igra grupa profil slika video vidio čuo našao poslao otvorio dobio rekao mislim molim "
    "hvala pozdrav možda opet često nikad uvijek jedan dva tri četiri mali veliki novi stari dobar čudan važan miran "
    "the page was open yesterday when we looked please check it soon thank you there is something odd about this"
)  # fmt: skip
_WORDS = _BLAND.split()
_FIRST_MOMENT = datetime(2024, 1, 1)

_Numbers = NDArray[np.int64]


def write_stream(path: Path, rows: int, *, texts: bool, seed: int) -> None:
    """Write `rows` rows (UTF-8, header `id,received_at,category,location[,description]`); same seed, same bytes.

    Memory: the places, and with texts half a text per row (about 100 MB for a million rows). Raises ValueError for
    fewer than ten rows, which have no tenth.
    """
    if rows < 1 / PLACES_PER_ROW:
        raise ValueError("a stream has at least ten rows")
    rng = np.random.default_rng(seed)
    places = _places(round(rows * PLACES_PER_ROW), seed)
    order = _zipf_order(rng, rows, len(places))
    pool = _text_pool(rng, round(rows * TEXTS_PER_ROW)) if texts else []
    text_order = rng.permutation(rows) % len(pool) if texts else order
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write("id,received_at,category,location" + (",description\n" if texts else "\n"))
        for start in range(0, rows, CHUNK_ROWS):
            chunk = slice(start, min(start + CHUNK_ROWS, rows))
            heads = _heads(rng, seed, chunk)
            addresses = _addresses(rng, places, order[chunk])
            if texts:
                said = (pool[number] for number in text_order[chunk].tolist())
                lines = [f'{h},{a},"{t}"\n' for h, a, t in zip(heads, addresses, said, strict=True)]
            else:
                lines = [f"{h},{a}\n" for h, a in zip(heads, addresses, strict=True)]
            stream.writelines(lines)


def _places(count: int, seed: int) -> list[tuple[str, str, str]]:
    """Host, path and query of each distinct place; hosts have about twenty places each."""
    shared = int(count * SHARED_PLACES)
    found = []
    for number in range(count):
        name = f"{number}" if number < shared else f"{seed}x{number}"
        host = f"{('slike', 'forum', 'dijeli', 'arhiva')[number % 4]}{number // 20}.example"
        path = f"/{_FOLDERS[number % 7 if number % 10 else 7]}/{name}"
        found.append((host, f"{path}.php", f"id={number}") if number % 5 == 0 else (host, path, ""))
    return found


def _zipf_order(rng: np.random.Generator, rows: int, places: int) -> _Numbers:
    """Which place each row reports: every place once, the other rows by rank ** -ZIPF_EXPONENT, shuffled."""
    weights = np.cumsum(np.arange(1, places + 1, dtype=np.float64) ** -ZIPF_EXPONENT)
    ranks = np.searchsorted(weights, rng.random(rows - places) * weights[-1])
    by_rank = rng.permutation(places)
    order: _Numbers = np.concatenate([np.arange(places), by_rank[ranks]]).astype(np.int64)
    rng.shuffle(order)
    return order


def _heads(rng: np.random.Generator, seed: int, chunk: slice) -> Iterator[str]:
    """`id,received_at,category` of each row; a report comes in every 53 seconds."""
    count = chunk.stop - chunk.start
    chosen = rng.choice(len(_CATEGORIES), count, p=_CATEGORY_WEIGHTS).tolist()
    moments = np.datetime64(_FIRST_MOMENT, "s") + np.arange(chunk.start, chunk.stop) * 53
    stamps = np.datetime_as_string(moments, unit="s").tolist()
    for number, stamp, category in zip(range(chunk.start, chunk.stop), stamps, chosen, strict=True):
        yield f"B{seed}-{number},{stamp}+00:00,{_CATEGORIES[category]}"


def _addresses(rng: np.random.Generator, places: list[tuple[str, str, str]], order: _Numbers) -> Iterator[str]:
    """One spelling of its place for each row."""
    count = len(order)
    draws = (rng.integers(0, bound, count).tolist() for bound in (len(_SCHEMES), 100, len(_TRACKING), 900, 400))
    for place, scheme_no, twist, tracking_no, value, tail_no in zip(order.tolist(), *draws, strict=True):
        host, path, query = places[place]
        scheme, port = _SCHEMES[scheme_no]
        if twist < 24:
            host = "www." + host
        if twist % 12 == 5:
            host = host.upper()
        if twist % 20 == 7:
            host += port
        if "%" in path and twist % 2:
            path = path.replace("%c4%8d", "%C4%8D")
        if not query and tail_no % 5 == 0:
            path += "/"
        tracking = _TRACKING[tracking_no].format(value % 40)
        query = f"{query}&{tracking}" if query and tracking else query or tracking
        yield f"{scheme}{host}{path}{'?' if query else ''}{query}{_FRAGMENTS[tail_no % 20]}"


def _text_pool(rng: np.random.Generator, count: int) -> list[str]:
    """Distinct texts of exactly WORDS_PER_TEXT words."""
    sentences = _sentences()
    pool: list[str] = []
    for start in range(0, count, CHUNK_ROWS):
        drawn = rng.integers(0, len(_WORDS), (min(CHUNK_ROWS, count - start), WORDS_PER_TEXT)).tolist()
        pool.extend(" ".join([_WORDS[number] for number in numbers]) for numbers in drawn)
    chosen = np.flatnonzero(rng.random(count) < SENTENCE_IN_TEXTS).tolist()
    for place, which in zip(chosen, rng.integers(0, len(sentences), len(chosen)).tolist(), strict=True):
        words = sentences[which].split() + pool[place].split()
        pool[place] = " ".join(words[:WORDS_PER_TEXT])
    return pool


def _sentences() -> list[str]:
    """The sample's texts short enough to leave room for words that make each text distinct, without slots."""
    kinds = Texts.from_toml(sample_texts("sample_texts")).kinds
    every = (text for by_language in kinds.values() for texts in by_language.values() for text in texts)
    return [text for text in every if "{" not in text and '"' not in text and len(text.split()) <= 15]
