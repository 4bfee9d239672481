"""What list formats read and how values become entries: spellings, opinions, forms of documents, damage, repeats."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

from pipeline.lists.entries import LIST_THRESHOLD, Gathered
from pipeline.lists.formats._cells import field_of
from pipeline.lists.formats.base import Row
from pipeline.lists.formats.registry import format_for
from pipeline.lists.values import BadValue, Opinion, opinion_of, radius_of, type_named, value_of
from triage.errors import UnusableInput

CHANCE = random.Random(11)
MD5, SHA1, SHA256, PDQ = (CHANCE.randbytes(size).hex() for size in (16, 20, 32, 32))


def rows(folder: Path, content: str, name: str = "") -> list[Row]:
    path = folder / "list"
    path.write_text(content, encoding="utf-8")
    return list(format_for(path, name).rows(path))


@pytest.mark.parametrize(
    ("written", "name"),
    [("SHA-256", "sha256"), ("HASH_SHA256", "sha256"), ("sha2-256", "sha256"), ("HASH_MD5", "md5"), ("Pdq", "pdq"),
     ("HASH_PDQ", "pdq"), ("pHash", "phash"), ("PhotoDNA", None), ("TMK_PDQF", None), ("", None), ("PDQ_OCR", None)],
)  # fmt: skip
def test_types_are_known_by_their_usual_spellings(written: str, name: str | None) -> None:
    assert type_named(written) == name


@pytest.mark.parametrize(
    ("written", "reason"),
    [("", "value_missing"), ("xyz", "not_hexadecimal"), (MD5[:-2], "wrong_length"), ("0" * 32, "placeholder"),
     ("f" * 32, "placeholder"), ("d41d8cd98f00b204e9800998ecf8427e", "empty_file")],
)  # fmt: skip
def test_a_value_that_would_match_wrongly_or_never_is_refused(written: str, reason: str) -> None:
    with pytest.raises(BadValue) as caught:
        value_of("md5", written)
    assert caught.value.reason == reason


def test_values_are_read_in_any_case() -> None:
    assert value_of("md5", f" {MD5.upper()} ") == value_of("md5", MD5) == bytes.fromhex(MD5)


@pytest.mark.parametrize(
    ("written", "opinion"),
    [("", Opinion.POSITIVE), ("MALICIOUS", Opinion.POSITIVE), ("NON_MALICIOUS", Opinion.NEGATIVE),
     ("SUSPICIOUS", Opinion.DISPUTED), ("UNKNOWN", Opinion.DISPUTED), ("false positive", Opinion.NEGATIVE)],
)  # fmt: skip
def test_opinions_are_known_by_their_usual_words(written: str, opinion: Opinion) -> None:
    assert opinion_of(written) is opinion


def test_an_opinion_or_threshold_nobody_knows_is_no_guess() -> None:
    with pytest.raises(BadValue, match="opinion"):
        opinion_of("maybe")
    for written in ("-1", "91", "x", "9999", "²"):
        with pytest.raises(BadValue, match="threshold"):
            radius_of("pdq", written)
    assert radius_of("pdq", "20") == 20


def test_headings_are_known_by_their_usual_spellings() -> None:
    names = ("Algorithm", "hash_value", "SHA-1", "Verdict", "Max distance", "Labels", "Media ID", "colour")
    fields = ["type", "value", "value:sha1", "opinion", "threshold", "tags", "own_id", ""]
    assert [field_of(name) for name in names] == fields


def test_a_table_may_have_a_column_per_type(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, f"MediaID\tMD5\tSHA1\n9\t{MD5}\t{SHA1}\n")
    assert row == Row(2, (("md5", MD5), ("sha1", SHA1)), own_id="9")


def test_a_table_with_a_line_break_in_a_cell_stays_one_row(tmp_path: Path) -> None:
    read = rows(tmp_path, f'type,value,tags\nmd5,{MD5},"a;\nb"\nsha1,{SHA1},\n')
    assert [(row.number, row.tags) for row in read] == [(2, ("a", "b")), (3, ())]


def test_lines_of_objects_that_are_damaged_cost_only_themselves(tmp_path: Path) -> None:
    good = json.dumps({"type": "md5", "value": MD5})
    read = rows(tmp_path, f"{good}\n{good[:-4]}\n\n[1]\n{good}\n")
    assert [(row.number, row.problem) for row in read] == [
        (1, None), (2, ("", "not_json")), (4, ("", "not_an_object")), (5, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "envelope",
    [lambda media: {"@odata.context": "https://x.example/ProjectVic/2.0.xml/UK/$metadata#Media", "value": media},
     lambda media: {"odata.metadata": "http://x.example/ICMEC/ProjectVic/DataModels/1.3.xml#Cases",
                    "value": [{"CaseID": "1", "Media": media[:1]}, {"CaseID": "2", "Media": media[1:]}]}],
    ids=["2.0 bare hash list", "1.x of two cases"],
)  # fmt: skip
def test_media_rows_are_found_in_every_envelope_and_categories_stay_the_lists_own(
    tmp_path: Path, envelope: object
) -> None:
    media = [{"MediaID": 1, "Category": 3, "MD5": MD5}, {"MediaID": 2, "SHA1": SHA1, "Comments": 'quoted "Media": ['}]
    read = rows(tmp_path, json.dumps(envelope(media)))  # type: ignore[operator]
    assert [(row.number, row.values, row.tags, row.own_id) for row in read] == [
        (1, (("MD5", MD5),), ("category:3",), "1"), (2, (("SHA1", SHA1),), (), "2"),
    ]  # fmt: skip


def test_a_document_larger_than_a_piece_is_read_whole(tmp_path: Path) -> None:
    media = [{"MediaID": n, "MD5": MD5, "Comments": "x" * 100, "Exifs": [{"MD5": MD5}]} for n in range(20_000)]
    read = rows(tmp_path, json.dumps({"odata.metadata": "ProjectVic", "value": [{"Media": media}]}))
    assert [row.own_id for row in read] == [str(n) for n in range(20_000)]


def test_descriptors_that_disagree_make_an_indicator_disputed(tmp_path: Path) -> None:
    item = {
        "indicator": PDQ, "type": "HASH_PDQ", "descriptors": {"data": [
            {"status": "MALICIOUS", "tags": {"data": [{"text": "a"}]}}, {"status": "NON_MALICIOUS", "tags": ["b"]},
        ]},
    }  # fmt: skip
    read = rows(tmp_path, json.dumps([item, {"indicator": MD5, "type": "HASH_MD5", "should_delete": True}]))
    assert (read[0].opinion, read[0].tags, read[1].withdrawn) == ("disputed", ("a", "b"), True)


def test_entries_of_the_exchange_keep_classification_and_member_as_tags(tmp_path: Path) -> None:
    entry = (
        f'<image><member id="4"/><id>e1</id><classification>A1</classification><fingerprints><MD5>{MD5}</MD5>'
        "</fingerprints><feedback><negativeFeedback/></feedback></image>"
    )
    (row,) = rows(tmp_path, f"<queryResult><images>{entry}</images></queryResult>")
    assert row == Row(1, (("MD5", MD5),), "disputed", tags=("member:4", "classification:A1"), own_id="e1")


def test_a_document_that_brings_entities_is_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb">]><queryResult><images><image><id>&b;</id></image></images></queryResult>'
    with pytest.raises(UnusableInput, match="document type"):
        rows(tmp_path, bomb)


def test_equal_values_become_one_entry_and_unlike_opinions_dispute_it() -> None:
    gathered, value, other = Gathered(), bytes.fromhex(MD5), bytes.fromhex(MD5)[::-1]
    gathered.add("md5", value, Opinion.POSITIVE, LIST_THRESHOLD, ("first",), "1")
    gathered.add("md5", other, Opinion.NEGATIVE, LIST_THRESHOLD, (), "2")
    gathered.add("md5", value, Opinion.NEGATIVE, LIST_THRESHOLD, ("second",), "3")
    block = gathered.blocks()["md5"]

    assert [row.tobytes() for row in block.values] == sorted([value, other])
    place = sorted([value, other]).index(value)
    assert block.opinion[place] == Opinion.DISPUTED
    assert block.opinion[1 - place] == Opinion.NEGATIVE
    assert (gathered.tags[block.tags[place]], bytes(block.own_ids[place])) == (("first",), b"1")


def test_values_with_zeros_at_either_end_keep_their_order_and_their_difference() -> None:
    values = [bytes([0] * 15 + [1]), bytes([1] + [0] * 15), bytes([1] + [0] * 14 + [1]), bytes([255] + [0] * 15)]
    gathered = Gathered()
    for value in reversed(values):
        gathered.add("md5", value, Opinion.POSITIVE, LIST_THRESHOLD, (), "")
    assert [row.tobytes() for row in gathered.blocks()["md5"].values] == values


def test_many_chunks_are_one_block() -> None:
    gathered, chance = Gathered(), np.random.default_rng(3)
    values = chance.integers(0, 256, (120_000, 8), dtype=np.uint8)
    for value in values:
        gathered.add("phash", value.tobytes(), Opinion.POSITIVE, 3, (), "")
    block = gathered.blocks()["phash"]
    assert len(block) == len(np.unique(values, axis=0))
    assert (block.values == np.unique(values, axis=0)).all()
    assert set(block.threshold.tolist()) == {3}
