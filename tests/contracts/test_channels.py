"""What every channel owes the pipeline, held against its sample and against damage. A new channel is in at once."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

import pytest

from pipeline.channels._rejects import ADVICE
from pipeline.channels.base import CHUNK_ROWS, HEAD_BYTES, Channel, RawRows
from pipeline.channels.registry import all_channels, channel_for
from pipeline.resources import text
from triage.report import FIELDS

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "sample" / "channels"
COUNTS = tomllib.loads(text("sample/channels/counts.toml"))["files"]
FILES = sorted(path for path in SAMPLES.glob("*/*") if path.is_file())
WITH_ADDRESS = [path for path in FILES if b"xample" in path.read_bytes().replace(b"\0", b"")]
BINARY_STARTS = {
    "zip": b"PK\x03\x04\x14\x00\x00\x00\x08\x00",
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "full of NULs": b"\0" * 400 + b"id,location\n",
    "noise": random.Random(5).randbytes(4000),
}


def shown(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def channel_of(path: Path) -> Channel:
    return next(channel for channel in all_channels() if channel.name == path.parent.name)


def read(path: Path) -> list[RawRows]:
    return list(channel_of(path).read(path))


def check(chunks: list[RawRows]) -> None:
    """Everything a channel promises of what it hands over, whatever the file held."""
    seen: list[int] = []
    rejected: list[int] = []
    for rows in chunks:
        count = len(rows.row_numbers)
        assert count <= CHUNK_ROWS
        assert set(rows.columns) <= set(FIELDS)
        assert all(len(column) == count for column in [*rows.columns.values(), *rows.extra.values()])
        assert rows.raw is None or len(rows.raw) == count
        for column in [*rows.columns.values(), *rows.extra.values()]:
            for value in column:
                assert value is None or (value and "\0" not in value)
                assert (value or "").encode("utf-8") is not None
        for reject in rows.rejects:
            assert reject.advice.endswith(ADVICE[reject.reason])
            assert reject.field == "" or reject.field in FIELDS
            assert all(isinstance(value.encode("utf-8"), bytes) for value in reject.values.values())
        seen += rows.row_numbers
        rejected += [reject.row for reject in rows.rejects]
    assert seen == sorted(set(seen))
    assert rejected == sorted(set(rejected))
    assert not set(seen) & set(rejected)
    assert all(number >= 1 for number in seen + rejected)


def everything_said(chunks: list[RawRows]) -> str:
    pieces: list[str] = []
    for rows in chunks:
        pieces += [value for column in [*rows.columns.values(), *rows.extra.values()] for value in column if value]
        pieces += [value for reject in rows.rejects for value in reject.values.values()]
    return "\n".join(pieces)


def test_every_channel_of_the_registry_has_a_sample() -> None:
    assert {channel.name for channel in all_channels()} == {path.parent.name for path in FILES}
    assert set(COUNTS) == set(map(shown, FILES))


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_a_sample_is_recognised_by_its_own_channel_first(path: Path) -> None:
    found = channel_for(path)
    assert found is not None
    assert found.name == path.parent.name


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_every_row_of_a_sample_is_a_row_or_a_reject(path: Path) -> None:
    chunks = read(path)
    check(chunks)
    assert sum(len(rows.row_numbers) for rows in chunks) == COUNTS[shown(path)]["rows"]
    assert [reject.reason for rows in chunks for reject in rows.rejects] == COUNTS[shown(path)]["rejects"]


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_rows_and_rejects_number_the_file_without_gaps(path: Path) -> None:
    chunks = read(path)
    numbers = sorted(number for rows in chunks for number in [*rows.row_numbers, *(bad.row for bad in rows.rejects)])
    blank_lines = 1 if path.suffix == ".jsonl" else 0  # there, row numbers are line numbers
    assert numbers[-1] == len(numbers) + blank_lines


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_reading_a_sample_twice_gives_the_same(path: Path) -> None:
    assert [(list(a.row_numbers), a.columns, a.rejects) for a in read(path)] == [
        (list(b.row_numbers), b.columns, b.rejects) for b in read(path)
    ]


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_a_file_cut_off_anywhere_never_raises(path: Path, tmp_path: Path) -> None:
    data = path.read_bytes()
    cut = tmp_path / path.parent.name / path.name
    cut.parent.mkdir()
    for length in range(0, len(data), max(1, len(data) // 60)):
        cut.write_bytes(data[:length])
        check(read(cut))


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_random_damage_never_raises(path: Path, tmp_path: Path) -> None:
    chance = random.Random(shown(path))
    damaged = tmp_path / path.parent.name / path.name
    damaged.parent.mkdir()
    for _ in range(60):
        data = bytearray(path.read_bytes())
        for _ in range(chance.randint(1, 12)):
            data[chance.randrange(len(data))] = chance.choice(b'\0\xff\x80"\n;,\r{}[]:<>=\\' + chance.randbytes(4))
        damaged.write_bytes(data)
        channel_of(damaged).recognises(damaged, bytes(data[:HEAD_BYTES]))
        check(read(damaged))


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_noise_under_a_channels_name_never_raises(path: Path, tmp_path: Path) -> None:
    noise = tmp_path / path.parent.name / path.name
    noise.parent.mkdir()
    for seed in range(8):
        data = random.Random(seed).randbytes(3000)
        noise.write_bytes(data)
        check(read(noise))
        assert channel_of(noise).recognises(noise, data) == channel_of(noise).reads_empty, "only what was to be a call"


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_an_empty_file_has_no_rows_and_no_rejects_unless_it_was_to_be_a_call(path: Path, tmp_path: Path) -> None:
    empty = tmp_path / path.parent.name / path.name
    empty.parent.mkdir()
    empty.write_bytes(b"")
    rejects = [reject.reason for rows in read(empty) for reject in rows.rejects]
    assert rejects == (["empty_file"] if channel_of(empty).reads_empty else [])
    assert not any(rows.row_numbers for rows in read(empty))


@pytest.mark.parametrize("path", WITH_ADDRESS, ids=shown)
def test_what_stands_before_a_cut_is_in_a_row_or_a_reject(path: Path, tmp_path: Path) -> None:
    """A canary word put into the last place that says `xample` is handed over, wherever the file is cut behind it."""
    data = path.read_bytes()
    encoding = "utf-16-le" if data.startswith(b"\xff\xfe") else "ascii"
    head, _, tail = data.rpartition("xample".encode(encoding))
    marked = tmp_path / path.parent.name / path.name
    marked.parent.mkdir()
    whole = head + "xcanary".encode(encoding) + tail
    for end in range(len(whole) - len(tail), len(whole) + 1, 7):
        marked.write_bytes(whole[:end])
        assert "xcanary" in everything_said(read(marked))


@pytest.mark.parametrize("start", BINARY_STARTS.values(), ids=BINARY_STARTS.keys())
@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".eml", ".mbox", ".json", ".txt", ""])
def test_a_binary_file_is_recognised_by_no_channel(start: bytes, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"file{suffix}"
    path.write_bytes(start + bytes(200))
    assert channel_for(path) is None


@pytest.mark.parametrize("start", BINARY_STARTS.values(), ids=BINARY_STARTS.keys())
def test_a_file_named_as_an_sos_call_is_a_reject_that_says_to_telephone_whatever_it_holds(
    start: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "call.sos.json"
    path.write_bytes(start + bytes(200))
    channel = channel_for(path)
    assert channel is not None
    (rows,) = channel.read(path)
    (one,) = rows.rejects
    assert (channel.name, one.reason, one.row, list(rows.row_numbers)) == ("sos", "call_no_text", 1, [])
    assert "telephone the sender" in one.advice


@pytest.mark.parametrize("name", ["sos.json", "SOS-12.json", "call_sos.json", "from app sos 3.json"])
def test_a_json_file_named_as_an_sos_call_is_one(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text('{"organisation": "o", "place": "p", "time": "2026-11-22T21:00:00+01:00", "at": "x"}', "utf-8")
    channel = channel_for(path)
    assert channel is not None
    assert channel.name == "sos"
    (rows,) = channel.read(path)
    assert rows.columns["received_at"] == ["2026-11-22T21:00:00+01:00"]
    assert rows.extra["at"] == ["x"]


@pytest.mark.parametrize("name", ["sosed.json", "lista.json", "sos.csv"])
def test_other_names_make_no_sos_call(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text('{"location": "https://host.example/", "id": "1"}\n', "utf-8")
    channel = channel_for(path)
    assert channel is None or channel.name != "sos"


def test_a_missing_file_is_an_operating_system_error(tmp_path: Path) -> None:
    for channel in all_channels():
        with pytest.raises(OSError, match="No such file"):
            list(channel.read(tmp_path / "missing"))
