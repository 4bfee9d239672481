"""What every list format owes the import, held against a sample of each and against damage; new ones are in at once."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from pipeline.lists.formats.base import HEAD_BYTES, ListFormat, Row
from pipeline.lists.formats.registry import all_formats, by_rank, format_for
from pipeline.lists.rejects import ADVICE
from pipeline.lists.values import type_named, value_of
from triage.errors import BadConfiguration, UnusableInput, UsageError

_CHANCE = random.Random(7)
MD5, SHA1, SHA256, PDQ = (_CHANCE.randbytes(size).hex() for size in (16, 20, 32, 32))
CONTEXT = "https://vics.example/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/UK/$metadata#Cases"
MEDIA = [
    {"MediaID": 11, "Category": 2, "MD5": MD5.upper(), "SHA1": SHA1.upper(), "PhotoDNA": "AAAA", "MediaFiles": []},
    {"MediaID": 12, "Category": None, "MD5": SHA256[:32], "IsPrecategorized": "true"},
]
INDICATORS = [
    {"id": "501", "indicator": PDQ, "type": "HASH_PDQ", "status": "MALICIOUS", "tags": ["one", "two"]},
    {"id": "502", "indicator": {"indicator": MD5, "type": "HASH_MD5"}, "status": "NON_MALICIOUS"},
]
ENTRY = {"id": "e1", "member": {"id": 4}, "classification": "A1", "fingerprints": {"MD5": MD5, "PDQ": PDQ}}
NCMEC = f"""<?xml version="1.0" encoding="UTF-8"?>
<queryResult xmlns="https://hashes.example/v2"><images count="2" maxTimestamp="2026-01-01T00:00:00Z">
<image><member id="4">Member</member><timestamp>2026-01-01T00:00:00Z</timestamp><id>e1</id>
<classification>A1</classification><fingerprints><md5>{MD5}</md5><pdq>{PDQ}</pdq><pdna>AAAA</pdna></fingerprints></image>
<deletedImage><member id="4"/><id>e2</id></deletedImage></images></queryResult>"""
SAMPLES: dict[str, tuple[bytes, int]] = {
    "csv": (f'Algorithm;Hash;Tags;Opinion\nSHA-256;{SHA256};"a|b";positive\nmd5;{MD5};;disputed\n'.encode(), 2),
    "jsonl": ("".join(json.dumps(one) + "\n" for one in (
        {"type": "pdq", "value": PDQ, "tags": ["a"], "id": 7}, {"fingerprints": {"sha1": SHA1, "md5": MD5}},
    )).encode(), 2),
    "vics": (json.dumps({"@odata.context": CONTEXT, "value": [{"Media": MEDIA}, {"Media": []}]}).encode(), 2),
    "threatexchange": (json.dumps({"data": INDICATORS, "paging": {}}).encode(), 2),
    "ncmec-xml": (NCMEC.encode(), 2),
    "ncmec-json": (json.dumps({"images": [ENTRY], "videos": [ENTRY | {"id": "e2", "deleted": True}]}).encode(), 2),
}  # fmt: skip
DOCUMENTS = {"vics", "threatexchange", "ncmec-xml", "ncmec-json"}
NAMES = [one.name for one in all_formats()]


def form(name: str) -> ListFormat:
    return next(one for one in all_formats() if one.name == name)


def read(name: str, content: bytes, folder: Path) -> list[Row]:
    path = folder / "list"
    path.write_bytes(content)
    return list(form(name).rows(path))


def check(rows: list[Row]) -> None:
    """Everything a format promises of a row, whatever the file held."""
    assert [row.number for row in rows] == sorted({row.number for row in rows})
    for row in rows:
        assert row.number >= 1
        assert row.problem is None or row.problem[1] in ADVICE
        assert all(isinstance(part, str) for pair in row.values for part in pair)
        assert all(isinstance(text, str) for text in (row.opinion, row.threshold, row.own_id, row.quality, *row.tags))


def test_every_format_of_the_registry_has_a_sample() -> None:
    assert set(NAMES) == set(SAMPLES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte-order mark"])
def test_a_sample_is_recognised_by_its_own_format_first_and_by_name(name: str, mark: bytes, tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(mark + SAMPLES[name][0])
    assert format_for(path).name == format_for(path, name).name == name
    assert len(list(format_for(path).rows(path))) == SAMPLES[name][1]


@pytest.mark.parametrize("name", NAMES)
def test_every_row_of_a_sample_says_something_that_can_be_used(name: str, tmp_path: Path) -> None:
    rows = read(name, SAMPLES[name][0], tmp_path)
    check(rows)
    for row in rows:
        assert row.problem is None
        kinds = [(type_named(kind), text) for kind, text in row.values]
        assert row.withdrawn or any(kind and value_of(kind, text) for kind, text in kinds)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_cut_off_anywhere_is_rows_or_refused_and_documents_are_refused(name: str, tmp_path: Path) -> None:
    data = SAMPLES[name][0]
    refused = []
    for length in range(0, len(data), max(1, len(data) // 60)):
        try:
            check(read(name, data[:length], tmp_path))
        except UnusableInput as said:
            refused.append(str(said))
    assert (len(refused) > 55) == (name in DOCUMENTS)
    assert MD5[:8] not in "".join(refused)


@pytest.mark.parametrize("name", NAMES)
def test_random_damage_never_raises_anything_else(name: str, tmp_path: Path) -> None:
    chance = random.Random(name)
    for _ in range(120):
        data = bytearray(SAMPLES[name][0])
        for _ in range(chance.randint(1, 12)):
            data[chance.randrange(len(data))] = chance.choice(b'\0\xff\x80"\n;,\r{}[]:<>=\\' + chance.randbytes(4))
        form(name).recognises(bytes(data[:HEAD_BYTES]))
        try:
            check(read(name, bytes(data), tmp_path))
        except UnusableInput:
            continue


@pytest.mark.parametrize("name", NAMES)
def test_noise_is_recognised_by_no_format(name: str) -> None:
    assert not any(form(name).recognises(random.Random(seed).randbytes(3000)) for seed in range(20))
    assert not form(name).recognises(b"")


def test_a_file_no_format_knows_is_refused_and_so_is_a_name_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(b"id,location,description\n1,2,3\n")
    with pytest.raises(UnusableInput, match="--format"):
        format_for(path)
    with pytest.raises(UsageError, match="ncmec-xml"):
        format_for(path, "excel")


def test_two_formats_of_one_name_are_refused() -> None:
    class Twice(type(form("csv"))):  # type: ignore[misc]
        """A second format that calls itself csv."""

    with pytest.raises(BadConfiguration, match="csv"):
        by_rank([type(form("csv")), Twice])
