"""What agencies send back is read as CSV or JSON; a bad line is named without its words, the others count."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pipeline.desk.feedback_file import MOST_FILE_BYTES, MOST_LINES, BadLine, Line, read_lines
from triage.errors import UnusableInput
from triage.police_feedback import FeedbackState, is_file_number

ZONE = ZoneInfo("Europe/Sarajevo")
NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
AT = datetime(2026, 3, 5, 13, 5, tzinfo=UTC)
GOOD = {
    "reference": "BA-7F3K-9QWX-2MTC", "state": "received", "their_number": "KU-12/26", "at": "2026-03-05T14:05+01:00",
}  # fmt: skip
LINE = Line(2, GOOD["reference"], FeedbackState.RECEIVED, "KU-12/26", AT)


def _read(body: str | bytes) -> tuple[list[Line], list[BadLine]]:
    return read_lines(body.encode() if isinstance(body, str) else body, ZONE, NOW)


def _csv(*rows: dict[str, str], separator: str = ",", end: str = "\r\n") -> str:
    lines = [list(GOOD), *(list(row.values()) for row in rows)]
    return end.join(separator.join(cells) for cells in lines) + end


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_table_as_spreadsheets_write_it_is_read(separator: str, end: str, mark: str) -> None:
    assert _read(mark + _csv(GOOD, separator=separator, end=end) + end) == ([LINE], [])


def test_columns_may_stand_in_any_order_with_others_between() -> None:
    assert _read("At,note,STATE,their_number,reference\n2026-03-05 14:05,x,Received,,BA-1\n")[0] == [
        Line(2, "BA-1", FeedbackState.RECEIVED, None, AT)
    ]


@pytest.mark.parametrize("body", [json.dumps([GOOD]), json.dumps(GOOD), json.dumps(GOOD) + "\n\n"])
def test_json_is_read_as_a_list_or_line_by_line(body: str) -> None:
    good, bad = _read(body)
    assert [(one.row, one.state, one.at) for one in good] == [(1, FeedbackState.RECEIVED, AT)]
    assert bad == []


@pytest.mark.parametrize("at", ["2026-03-05 14:05", "05.03.2026 14:05", "05.03.2026. 14:05", "2026-03-05T13:05Z"])
def test_times_without_an_offset_are_ours(at: str) -> None:
    assert _read(_csv(GOOD | {"at": at}))[0] == [LINE]


@pytest.mark.parametrize(
    ("field", "value"),
    [("reference", ""), ("state", "canary"), ("state", ""), ("their_number", "canary of a name"),
     ("their_number", "1" * 41), ("their_number", "=1+1"), ("their_number", "1\u202e2"), ("at", ""), ("at", "canary"),
     ("at", "2026-03-11"), ("at", "0001-01-01"), ("at", "9999-12-31T23:59-12:00"), ("at", "14:05")],
)  # fmt: skip
@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_bad_line_is_named_by_row_and_field_and_the_others_count(field: str, value: str, form: str) -> None:
    rows = [GOOD, GOOD | {field: value}, GOOD]
    good, bad = _read(_csv(*rows) if form == "csv" else json.dumps(rows))
    assert len(good) == 2
    assert [(one.row, one.field) for one in bad] == [(3 if form == "csv" else 2, field)]
    assert all("canary" not in one.advice and one.advice for one in bad)


@pytest.mark.parametrize("row", ["BA-1,received", "BA-1,received,1,2026-03-05,more"])
def test_a_row_of_another_length_is_named(row: str) -> None:
    good, bad = _read(_csv(GOOD) + row + "\n")
    assert (good, [(one.row, one.field) for one in bad]) == ([LINE], [(3, "row")])


@pytest.mark.parametrize("entry", ["7", '"x"', "null", "[]", "{}", '{"reference": 1}', "{not json", "[" * 5000])
def test_a_json_entry_that_is_none_is_named(entry: str) -> None:
    good, bad = _read(json.dumps(GOOD) + "\n" + entry)
    assert (len(good), [(one.row, one.field) for one in bad]) == (1, [(2, "row")])


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe\x00", b"reference,state\n1,2\n", b"[", b"[" * 100_000,
     b"reference,reference,state,at,their_number\n",
     b"x" * (MOST_FILE_BYTES + 1), b"reference,state,their_number,at\n" + b"1,2,3,4\n" * (MOST_LINES + 1),
     b'reference,state,their_number,at\n"canary'],
    ids=["empty", "no UTF-8", "few columns", "cut list", "deep list", "column twice", "large", "long", "cut cell"],
)  # fmt: skip
def test_a_file_that_is_no_feedback_is_refused_whole(body: bytes) -> None:
    with pytest.raises(UnusableInput) as refused:
        _read(body)
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize("number", ["KU-12/26", "14.05.2026-3", "Ку 12/26", "Š_1"])
def test_file_numbers_as_agencies_write_them_are_taken(number: str) -> None:
    assert is_file_number(number)


@pytest.mark.parametrize("number", ["no digit", "", "+387 61 000 000", "a@b1", "1;2", "\n1", "1\n"])
def test_what_is_no_file_number_is_not(number: str) -> None:
    assert not is_file_number(number)
