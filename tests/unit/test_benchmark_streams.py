"""The benchmark streams are what the speed figures claim: distinct share, repeats, messy spellings, reproducible."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.streams import WORDS_PER_TEXT, write_stream

ROWS = 5_000


def stream(folder: Path, *, texts: bool, seed: int = 7, rows: int = ROWS) -> list[dict[str, str]]:
    path = folder / f"stream-{seed}.csv"
    write_stream(path, rows, texts=texts, seed=seed)
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def place(address: str) -> str:
    """The place an address of a stream stands for."""
    bare = re.sub(r"^https?://|#.*$", "", address)
    host, _, rest = bare.partition("/")
    host = re.sub(r"^www\.|:(?:80|443)$", "", host.lower())
    path, _, query = rest.partition("?")
    kept = "&".join(part for part in query.split("&") if part.startswith("id="))
    return f"{host}/{path.rstrip('/').replace('%C4%8D', '%c4%8d')}?{kept}"


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("first", "second"):
        write_stream(tmp_path / name, 1_000, texts=True, seed=3)
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


def test_a_tenth_of_the_rows_are_distinct_places(tmp_path: Path) -> None:
    assert len({place(row["location"]) for row in stream(tmp_path, texts=False)}) == ROWS // 10


def test_few_places_are_reported_very_often(tmp_path: Path) -> None:
    times = Counter(place(row["location"]) for row in stream(tmp_path, texts=False)).most_common()
    assert times[0][1] > ROWS * 0.1
    assert times[0][1] > 1.5 * times[1][1]
    assert times[-1][1] == 1


def test_a_place_is_spelled_in_many_ways(tmp_path: Path) -> None:
    spellings = {row["location"] for row in stream(tmp_path, texts=False)}
    assert len(spellings) > ROWS * 0.4
    for twist in (r"^http://", r"^www\.", r"://www\.", r"://[^a-z/]+\.EXAMPLE", r":443/", r"utm_", "%C4", r"/$", r"#"):
        assert any(re.search(twist, spelling) for spelling in spellings), twist


def test_only_hosts_nobody_owns_are_named(tmp_path: Path) -> None:
    assert all(place(row["location"]).partition("/")[0].endswith(".example") for row in stream(tmp_path, texts=False))


def test_half_of_the_texts_are_distinct_and_all_have_the_same_length(tmp_path: Path) -> None:
    said = [row["description"] for row in stream(tmp_path, texts=True)]
    assert len(set(said)) == ROWS // 2
    assert {len(text.split()) for text in said} == {WORDS_PER_TEXT}


def test_two_seeds_share_a_fifth_of_their_places_and_no_id(tmp_path: Path) -> None:
    first, second = stream(tmp_path, texts=False, seed=1), stream(tmp_path, texts=False, seed=2)
    shared = {place(row["location"]) for row in first} & {place(row["location"]) for row in second}
    assert len(shared) == ROWS // 50
    assert not {row["id"] for row in first} & {row["id"] for row in second}


def test_every_row_has_an_id_of_its_own_and_a_time_with_offset(tmp_path: Path) -> None:
    rows = stream(tmp_path, texts=False)
    assert len({row["id"] for row in rows}) == ROWS
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", row["received_at"]) for row in rows)


def test_a_stream_without_a_tenth_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="ten"):
        write_stream(tmp_path / "small", 9, texts=False, seed=1)
