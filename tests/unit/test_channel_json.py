"""JSON Lines and the JSON documents: web form, helpline, SOS, ICCAM."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.channels.base import CHUNK_ROWS, Channel, RawRows
from pipeline.channels.helpline import Helpline
from pipeline.channels.iccam import Iccam
from pipeline.channels.jsonl import JsonLines
from pipeline.channels.registry import channel_for
from pipeline.channels.sos import SosAlert
from pipeline.channels.webform import WebForm
from pipeline.unheard import unheard


def read(channel: Channel, folder: Path, data: bytes | object) -> RawRows:
    path = folder / "file.json"
    path.write_bytes(data if isinstance(data, bytes) else json.dumps(data, ensure_ascii=False).encode())
    (rows,) = channel.read(path)
    return rows


def row(rows: RawRows, number: int = 0) -> dict[str, str]:
    return {name: value for name, column in rows.columns.items() if (value := column[number]) is not None}


def test_a_json_line_becomes_text_field_by_field(tmp_path: Path) -> None:
    line = {"id": 7, "concerns_own_child": True, "attachments": [{"size": 3}], "opis": "š", "browser": {"name": "x"}}
    rows = read(JsonLines(), tmp_path, line)
    assert row(rows) == {"id": "7", "concerns_own_child": "true", "attachments": '[{"size":3}]', "description": "š"}
    assert rows.extra == {"browser": ['{"name":"x"}']}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"id":1,"id":2}', "duplicate_key"),
        (b'{"id":NaN}', "not_a_number"),
        (b'{"id":1e999}', "not_a_number"),
        (b'{"id":' + b"9" * 5000 + b"}", "not_a_number"),
        (b"[1]", "not_an_object"),
        (b'{"id":' * 100_000, "too_deep"),
        (b'{"id":"a\xff"}', "undecodable"),
        (b'{"id":"\\ud800"}', "undecodable"),
        (b'{"id":"\\u0000"}', "nul_character"),
        (b'{"id":"cut', "not_json"),
        (b'{"id":"' + b"x" * 1_000_001 + b'"}', "field_too_long"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_one_bad_line_is_one_reject_and_the_next_line_is_read(tmp_path: Path, line: bytes, reason: str) -> None:
    rows = read(JsonLines(), tmp_path, line + b'\n{"id":"next"}\n')
    assert [(reject.row, reject.reason) for reject in rows.rejects] == [(1, reason)]
    assert list(rows.row_numbers) == [2]
    assert rows.rejects[0].values


def test_a_line_cut_off_at_the_end_of_the_file_is_truncated(tmp_path: Path) -> None:
    rows = read(JsonLines(), tmp_path, b'{"id":"1"}\n{"id":"2","loc')
    assert [(reject.row, reject.reason) for reject in rows.rejects] == [(2, "truncated_row")]


def test_hundreds_of_unknown_names_do_not_become_hundreds_of_columns(tmp_path: Path) -> None:
    rows = read(JsonLines(), tmp_path, {f"name{number}": "x" for number in range(1000)})
    assert len(rows.extra) == 201
    assert len(json.loads(rows.extra["more"][0] or "")) == 800


def test_a_web_form_is_one_row(tmp_path: Path) -> None:
    form = {"form": "hotline-web", "version": 1, "submitted_at": "2025-03-03T10:00:00+01:00", "id": "f-1"}
    rows = read(WebForm(), tmp_path, {**form, "fields": {"category": "csam", "contact_is_safe": False, "colour": "x"}})
    assert row(rows) == {
        "id": "f-1",
        "received_at": "2025-03-03T10:00:00+01:00",
        "category": "csam",
        "contact_is_safe": "false",
    }
    assert rows.extra == {"colour": ["x"], "form": ["hotline-web"], "version": ["1"]}


@pytest.mark.parametrize("channel", [WebForm(), Helpline(), Iccam()], ids=lambda channel: str(channel.name))
def test_a_document_without_its_reports_is_one_reject_with_its_text(channel: Channel, tmp_path: Path) -> None:
    rows = read(channel, tmp_path, b'{"form": 1, "reports": 5}')
    assert [(reject.row, reject.reason) for reject in rows.rejects] == [(1, "missing_part")]
    assert rows.rejects[0].values == {"raw": '{"form": 1, "reports": 5}'}


@pytest.mark.parametrize("cut", [b'{"a": "\xc4', b'{"a": ', b'{"a": {"b": 1}', b'{"a": "x'])
def test_a_document_cut_off_is_truncated_even_within_a_letter(tmp_path: Path, cut: bytes) -> None:
    assert [reject.reason for reject in read(SosAlert(), tmp_path, cut).rejects] == ["truncated_document"]


def test_a_document_damaged_in_the_middle_keeps_its_bytes(tmp_path: Path) -> None:
    (reject,) = read(WebForm(), tmp_path, b'{"form": "s\xffs"}').rejects
    assert reject.reason == "undecodable"
    assert reject.values["raw"].encode("latin-1") == b'{"form": "s\xffs"}'


def test_a_helpline_hand_over_gives_one_row_per_report(tmp_path: Path) -> None:
    contact = {"name": "N", "email": "n@mail.example", "phone": "1", "safe": True}
    report = {"reference": "b-1", "summary": "S", "addresses": ["a.example", "b.example"], "caller_group": "parent"}
    document = {"handover": 1, "organisation": "O", "handed_over_at": "T"}
    rows = read(Helpline(), tmp_path, {**document, "reports": [{**report, "contact": contact}, 5]})
    assert row(rows) == {
        "id": "b-1",
        "source": "O",
        "received_at": "T",
        "description": "S",
        "location": "a.example\nb.example",
        "reporter_group": "parent",
        "contact_name": "N",
        "contact_email": "n@mail.example",
        "contact_phone": "1",
        "contact_is_safe": "true",
    }
    (reject,) = rows.rejects
    assert (reject.row, reject.reason, reject.values) == (2, "not_an_object", {"raw": "5"})


REMARK = "The child in report b-1 is in danger now, call +387 61 000 111"


@pytest.mark.parametrize(
    ("channel", "document"),
    [
        (Helpline(), {"handover": 1, "organisation": "O", "reports": [{"reference": "b-1", "remark": "R"}, {}]}),
        (Iccam(), {"contents": [{"contentId": 9, "remark": "R"}, {"contentId": 10}]}),
    ],
)
def test_what_a_document_says_beside_its_reports_is_kept_with_each(
    channel: Channel, document: dict[str, object], tmp_path: Path
) -> None:
    rows = read(channel, tmp_path, {**document, "remark": REMARK, "description": "D", "more": {"a": 1}})
    assert {name: list(column) for name, column in rows.extra.items()} == {
        "remark": ["R", REMARK],
        "document_remark": [REMARK, None],
        "document_description": ["D", "D"],
        "more": ['{"a":1}', '{"a":1}'],
    }
    assert unheard(rows.extra, 2) == [True, True]


def test_a_reject_of_such_a_document_keeps_it_too_and_an_empty_list_is_one(tmp_path: Path) -> None:
    (reject,) = read(Helpline(), tmp_path, {"handover": 1, "remark": REMARK, "reports": [5]}).rejects
    assert reject.values == {"raw": "5", "document": json.dumps({"remark": REMARK}, separators=(",", ":"))}

    (empty,) = read(Helpline(), tmp_path, {"handover": 1, "remark": REMARK, "reports": []}).rejects
    assert (empty.reason, REMARK in empty.values["raw"]) == ("missing_part", True)


def test_a_document_without_reports_and_words_has_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "none.handover.json"
    path.write_bytes(b'{"handover": 1, "organisation": "Blue Line of our country", "version": "2", "reports": []}')
    assert list(Helpline().read(path)) == []


def test_of_two_values_by_one_name_none_is_lost(tmp_path: Path) -> None:
    report = {"reference": "b-1", "remark": "one", "contact": {"remark": "two"}}
    assert read(Helpline(), tmp_path, {"handover": 1, "reports": [report]}).extra == {
        "remark": ["one"], "remark_2": ["two"],
    }  # fmt: skip


def test_an_sos_alert_needs_no_address_and_no_note(tmp_path: Path) -> None:
    rows = read(SosAlert(), tmp_path, {"alert": "sos", "organisation": "O", "place": "P", "at": "T", "id": "s"})
    assert row(rows) == {"id": "s", "source": "O", "area": "P", "received_at": "T"}


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b'{"alert": "sos", "place": "P", "note": "s\xffs"}', {"area": "P", "description": "s\ufffds"}),
        (b'{"alert": "sos", "place": "P\\u0000\\ud800"}', {"area": "P\ufffd\ufffd"}),
        (b'{"alert": "sos", "id": "a", "id": "b"}', {"id": "b"}),
        (b'{"alert": "sos", "place": "P", "at": NaN}', {"area": "P", "received_at": "NaN"}),
        (b'{"alert": "sos", "place": "P", "note": "a\nb"}', {"area": "P", "description": "a\nb"}),
    ],
    ids=["bytes", "nul", "twice", "nan", "line"],
)  # fmt: skip
def test_a_damaged_call_is_still_a_call_and_keeps_what_was_sent(
    sent: bytes, expected: dict[str, str], tmp_path: Path
) -> None:
    rows = read(SosAlert(), tmp_path, sent)
    assert (row(rows), rows.rejects) == (expected, [])
    assert "sos" in str(rows.extra["call_as_sent"][0])


def test_several_calls_in_one_file_are_several_and_a_torn_one_is_named(tmp_path: Path) -> None:
    rows = read(SosAlert(), tmp_path, b'[{"alert": "sos", "id": "a"}, 5]{"id": "b"}\n{"id": "c')
    assert (rows.columns["id"], rows.row_numbers) == (["a", "b"], [1, 2])
    assert [(reject.row, reject.reason) for reject in rows.rejects] == [(3, "truncated_document")]
    deep = read(SosAlert(), tmp_path, b'{"id": "a", "note": ' + b"[" * 100_000)
    assert [reject.reason for reject in deep.rejects] == ["too_deep"]


@pytest.mark.parametrize(
    ("channel", "document"),
    [
        (Helpline(), {"reports": [{"location": f"https://a.example/{number}"} for number in range(23)]}),
        (Iccam(), {"contents": [{"contentId": number, "url": "https://a.example/x"} for number in range(23)]}),
        (SosAlert(), [{"alert": "sos", "id": str(number)} for number in range(23)]),
    ],
    ids=["helpline", "iccam", "sos"],
)
def test_a_document_of_very_many_comes_in_chunks(
    channel: Channel, document: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.channels._collect.CHUNK_ROWS", 10)
    (tmp_path / "many.json").write_text(json.dumps(document))
    chunks = list(channel.read(tmp_path / "many.json"))
    assert [len(chunk.row_numbers) for chunk in chunks] == [10, 10, 3]
    assert [number for chunk in chunks for number in chunk.row_numbers] == list(range(1, 24))


def test_of_many_calls_in_one_file_only_the_first_keeps_all_that_was_sent(tmp_path: Path) -> None:
    for count, kept in ((20, 20), (21, 1)):
        rows = read(SosAlert(), tmp_path, [{"alert": "sos", "id": str(number)} for number in range(count)])
        assert sum(said is not None for said in rows.extra["call_as_sent"]) == kept
        assert rows.extra["call_as_sent"][0]


def test_an_iccam_item_keeps_the_day_of_assignment_and_its_history(tmp_path: Path) -> None:
    url = {"urlString": "https://a.example/x", "isSourceUrl": True, "hostingCountryCode": "BA"}
    item = {"contentId": 9, "reportId": 5, "countryAssignmentDate": "T", "assignedCountryCode": "BA", "url": url}
    rows = read(Iccam(), tmp_path, {"contents": [{**item, "memo": "M", "assessments": [{"classification": 2}]}]})
    assert row(rows) == {
        "id": "9",
        "source": "ICCAM",
        "category": "csam",
        "received_at": "T",
        "location": "https://a.example/x",
        "description": "M",
    }
    assert {name: column[0] for name, column in rows.extra.items()} == {
        "report_id": "5",
        "assigned_country": "BA",
        "is_source_url": "true",
        "hosting_country": "BA",
        "assessments": '[{"classification":2}]',
    }


def test_a_form_and_a_hand_over_may_call_text_and_place_otherwise(tmp_path: Path) -> None:
    form = {"form": "f", "version": 1, "fields": {"message": "a", "website": "https://a.example/", "poruka": "b"}}
    rows = read(WebForm(), tmp_path, form)
    assert row(rows) == {"description": "a", "location": "https://a.example/"}
    assert rows.extra["poruka"] == ["b"]
    said = {"notes": "c", "url": "https://b.example/"}
    more = {"summary": "d", "notes": "e", "addresses": []}
    rows = read(Helpline(), tmp_path, {"handover": 1, "reports": [said, more]})
    assert [row(rows, number)["description"] for number in (0, 1)] == ["c", "d"]
    assert row(rows)["location"] == "https://b.example/"
    assert rows.extra["notes"] == [None, "e"]


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", ["\ufeff", ""])
def test_utf16_lines_are_read_and_half_a_character_costs_its_line_alone(
    tmp_path: Path, codec: str, mark: str
) -> None:
    """`Ċ` holds the byte of a line end and cuts no line."""
    said = mark + '{"id": "a1", "opis": "Ċ šta"}\r\n\n{"id": "b2", "opis": "\ud801"}\n{"id": "c3"}'
    path = tmp_path / "lines.txt"
    path.write_bytes(said.encode(codec, "surrogatepass"))
    assert JsonLines().recognises(path, path.read_bytes())
    (rows,) = JsonLines().read(path)
    assert row(rows) == {"id": "a1", "description": "Ċ šta"}
    assert list(rows.row_numbers) == [1, 4]
    assert [(reject.row, reject.reason) for reject in rows.rejects] == [(3, "undecodable")]
    assert rows.rejects[0].values


@pytest.mark.parametrize(
    ("line", "fields", "extra"),
    [
        ({"remark": "a", "remark ": "b"}, {}, {"remark": "a", "remark 2": "b"}),
        ({"": "a", " ": "b"}, {}, {"column 1": "a", "column 2": "b"}),
        ({"x" * 80: "a", "x" * 81: "b", "y": ""}, {}, {"x" * 80: "a", f"{'x' * 80} 2": "b"}),
        ({"mark 3": "a", "mark": "b", " mark": "c"}, {}, {"mark 3": "a", "mark": "b", "mark 4": "c"}),
        ({"opis ": "a", "opis": "b"}, {"description": "a"}, {"opis": "b"}),
        ({"description ": "a", "description": "b"}, {"description": "b"}, {"description 1": "a"}),
    ],
)
def test_names_that_come_out_alike_are_numbered_and_none_is_lost(
    tmp_path: Path, line: dict[str, str], fields: dict[str, str], extra: dict[str, str]
) -> None:
    rows = read(JsonLines(), tmp_path, line)
    assert row(rows) == fields
    assert {name: column[0] for name, column in rows.extra.items()} == extra


def test_words_under_a_name_another_follows_are_heard(tmp_path: Path) -> None:
    said = read(JsonLines(), tmp_path, {"remark": "The child is in danger now and needs help", "remark ": "5"})
    assert unheard(said.extra, 1) == [True]


def test_a_value_called_more_stays_when_a_chunk_has_many_other_names(tmp_path: Path) -> None:
    many = {f"name {number}": "x" for number in range(199)}
    rows = read(JsonLines(), tmp_path, {"more": "my own words", **many, "name a": "y", "name b": "z"})
    assert json.loads(rows.extra["more"][0] or "") == {"more": "my own words", "name a": "y", "name b": "z"}


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_lines_end_as_those_of_tables_do(tmp_path: Path, end: str, encoding: str) -> None:
    lines = ['{"opis": "učenik"}', "", '{"opis": "b\\rc"}', "no object", '{"opis": "d']
    rows = read(JsonLines(), tmp_path, end.join(lines).encode(encoding))
    assert list(rows.row_numbers) == [1, 3]
    assert rows.columns["description"] == ["učenik", "b\rc"]
    assert [(one.row, one.reason) for one in rows.rejects] == [(4, "not_json"), (5, "truncated_row")]


def test_a_file_of_carriage_returns_is_known_by_its_first_line() -> None:
    assert JsonLines().recognises(Path("reports"), b'{"opis": "a"}\r{"opis": "b"}\r')


@pytest.mark.parametrize("name", ["file.json", "file.JSON", "file.jsonl"])
@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_list_of_reports_is_read_row_by_row(tmp_path: Path, name: str, indent: int | None, encoding: str) -> None:
    path = tmp_path / name
    path.write_bytes(json.dumps([{"opis": "a", "mark": 1}, 5, {"id": "b"}], indent=indent).encode(encoding))
    channel = channel_for(path)
    assert isinstance(channel, JsonLines)
    (rows,) = channel.read(path)
    assert (list(rows.row_numbers), rows.columns["description"]) == ([1, 3], ["a", None])
    assert [(one.row, one.reason, one.values["raw"]) for one in rows.rejects] == [(2, "not_an_object", "5")]


@pytest.mark.parametrize("name", ["file.json", "file.jsonl"])
def test_one_object_over_several_lines_is_one_row(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(json.dumps({"opis": "a", "adresa": "x.example"}, indent=1))
    (rows,) = JsonLines().read(path)
    assert (row(rows), rows.rejects) == ({"description": "a", "location": "x.example"}, [])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{\n"opis": "a",\n"id', [(1, "truncated_document")]),
        ('[\n{"opis": "a"},\n{"opis": oops}\n]', [(1, "not_json")]),
        ('[\n{"opis":\n', [(1, "truncated_document")]),
        ('[{"opis": "a"}]\n{"opis": "b"}\n[1]\n', [(1, "list_in_line"), (3, "not_an_object")]),
    ],
)
def test_a_damaged_document_is_one_reject_and_a_list_in_a_line_says_what_to_do(
    tmp_path: Path, text: str, found: list[tuple[int, str]]
) -> None:
    rejects = read(JsonLines(), tmp_path, text.encode()).rejects
    assert [(one.row, one.reason) for one in rejects] == found
    assert all(one.values for one in rejects)


def test_a_document_beyond_the_limit_is_a_reject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.channels.jsonl.LARGEST_BYTES", 20)
    (one,) = read(JsonLines(), tmp_path, b'[\n{"opis": "too long"},\n{"opis": "too long"} \n\n,5]').rejects[:1]
    assert one.reason in ("document_too_large", "not_json")
    (one,) = read(JsonLines(), tmp_path, b'{\n"opis": "too long",\n"id": "too long"}').rejects
    assert one.reason == "document_too_large"


def test_a_long_list_is_handed_over_in_chunks(tmp_path: Path) -> None:
    path = tmp_path / "long.json"
    path.write_text(json.dumps([{"id": "a"}] * (CHUNK_ROWS + 1)))
    assert [len(rows.row_numbers) for rows in JsonLines().read(path)] == [CHUNK_ROWS, 1]
