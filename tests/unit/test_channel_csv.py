"""Tables: encodings, separators, headings, and what one damaged line may cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.channels._csv_cuts import MIN_BYTES
from pipeline.channels._csv_layout import MOST_COLUMNS
from pipeline.channels._encoding import LONGEST_LINE_BYTES
from pipeline.channels.base import CHUNK_ROWS, MAX_FIELD_CHARS, RawRows, RowReject
from pipeline.channels.csv_pieces import lines_of, table
from pipeline.channels.csv_table import CsvTable
from pipeline.intake import check
from triage.errors import UsageError

Read = Callable[[bytes], RawRows]
BOSNIAN = "oznaka;izvor;adresa;opis\n1;škola;a.example;Učenik šalje uvrede, žao mi je\n"


@pytest.fixture
def read_all(tmp_path: Path) -> Callable[[bytes], list[RawRows]]:
    def read(data: bytes) -> list[RawRows]:
        path = tmp_path / "table.csv"
        path.write_bytes(data)
        return list(CsvTable().read(path))

    return read


@pytest.fixture
def read(read_all: Callable[[bytes], list[RawRows]]) -> Read:
    def one(data: bytes) -> RawRows:
        (rows,) = read_all(data)
        return rows

    return one


def reasons(rejects: Sequence[RowReject]) -> list[tuple[int, str]]:
    return [(reject.row, reject.reason) for reject in rejects]


@pytest.mark.parametrize(
    "data",
    [
        BOSNIAN.encode(),
        b"\xef\xbb\xbf" + BOSNIAN.encode(),
        BOSNIAN.encode("cp1250"),
        b"\xff\xfe" + BOSNIAN.encode("utf-16-le"),
        b"\xfe\xff" + BOSNIAN.encode("utf-16-be"),
        BOSNIAN.encode("utf-16-le"),
        BOSNIAN.replace(";", "\t").encode(),
        BOSNIAN.replace(",", "|").replace(";", ",").replace("|", ";").encode(),
        BOSNIAN.replace("\n", "\r\n").encode(),
        BOSNIAN.replace("\n", "\r").encode(),
    ],
)
def test_the_same_table_is_read_in_every_encoding_separator_and_line_end(read: Read, data: bytes) -> None:
    rows = read(data)
    assert list(rows.columns["source"]) == ["škola"]
    assert str(rows.columns["description"][0]).replace(";", ",") == "Učenik šalje uvrede, žao mi je"
    assert rows.rejects == ()


@pytest.mark.parametrize("said", ["łódź", "příští týden", "fűtés és hűtés", "fără ţară", "Łukasz Wałęsa piše žao"])
def test_letters_of_one_neighbour_alone_are_read_as_windows_1250(read: Read, said: str) -> None:
    rows = read(f"id,description\n1,{said}\n".encode("cp1250"))
    assert (list(rows.columns["description"]), rows.rejects) == ([said], ())


@pytest.mark.parametrize(
    "data",
    ["дјевојчица".encode("cp1251"), "à ñ ê".encode("cp1252"), "šala, čaša".encode("cp852"), b"p\xf8i", b"\xc5\x82\xb3"],
)
def test_bytes_of_another_encoding_and_a_stray_one_are_nobodys_guess(read: Read, data: bytes) -> None:
    assert reasons(read(b"id,description\n1," + data.replace(b",", b";") + b"\n").rejects) == [(1, "undecodable")]


@pytest.mark.parametrize("heading", ["Siguran kontakt", "SIGURAN_KONTAKT", "сигуран контакт", "contact_is_safe"])
def test_a_heading_is_known_in_any_spelling(read: Read, heading: str) -> None:
    assert list(read(f"id,{heading}\n1,ne\n".encode()).columns["contact_is_safe"]) == ["ne"]


def test_scart_lists_keep_the_colleagues_address_out_of_the_contact(read: Read) -> None:
    rows = read(b"URL;REFERER;WORKUSER-EMAIL;REFERENCE;SOURCE;TYPE\nhttp://a.example;;x@hotline.example;r1;web;image\n")
    said = {name: list(column) for name, column in rows.columns.items()}
    assert said == {"location": ["http://a.example"], "id": ["r1"], "source": ["web"], "category": ["image"]}
    assert list(rows.extra["WORKUSER-EMAIL"]) == ["x@hotline.example"]


def test_the_type_of_a_scart_list_is_a_category_only_where_it_is_a_word_for_one(read: Read) -> None:
    rows = read(b"URL;REFERER;SOURCE;TYPE\nhttp://a.example;;web;CSAM\nhttp://b.example;;web;imageboard\n")
    taken = check(rows, CsvTable.name, datetime(2026, 3, 4, tzinfo=UTC))
    assert taken.columns["category"] == ["csam", None]
    assert taken.extra == [None, '{"category_as_said": "imageboard"}']


def test_of_two_columns_for_one_field_the_second_is_kept_as_extra(read: Read) -> None:
    rows = read(b"id,url,location\n1,a.example,b.example\n")
    assert list(rows.columns["location"]) == ["a.example"]
    assert list(rows.extra["location 3"]) == ["b.example"]


def test_a_plain_list_of_addresses_needs_no_heading(read: Read) -> None:
    rows = read(b"hxxp://a.example/x,y\nb[.]example\n")
    assert list(rows.columns["location"]) == ["hxxp://a.example/x,y", "b[.]example"]


def test_a_scart_list_without_its_heading_is_understood(read: Read) -> None:
    rows = read(b"http://a.example;http://r.example;seen today\n")
    assert list(rows.columns["description"]) == ["seen today"]
    assert list(rows.extra["referer"]) == ["http://r.example"]


def test_words_behind_an_address_without_a_heading_are_its_text_and_never_its_referer(read: Read) -> None:
    rows = read(b"http://a.example;seen today\n")
    assert list(rows.columns["description"]) == ["seen today"]
    rows = read("http://a.example;Otac tuče dijete;061 000 333\n".encode())
    assert [reject.reason for reject in rows.rejects] == ["no_header"]


NOTE = "Illegal pictures of a child on this page"


def test_words_behind_a_comma_without_a_heading_are_no_part_of_the_address(read: Read) -> None:
    rows = read(f"https://q.example/1,{NOTE}\nhttps://q.example/2\nhttps://q.example/3,spam\n".encode())
    assert list(rows.columns["location"]) == [f"https://q.example/{number}" for number in (1, 2, 3)]
    assert list(rows.columns["description"]) == [NOTE, None, "spam"]
    rows = read(f"https://q.example/1,https://r.example/2,{NOTE}\n".encode())
    assert list(rows.extra["referer"]) == ["https://r.example/2"]


def test_commas_inside_addresses_stay_where_they_are(read: Read) -> None:
    listed = ["https://q.example/1,2", "https://q.example/a,b,c", "https://a.example/1, https://b.example/2"]
    assert list(read("\n".join([*listed, ""]).encode()).columns["location"]) == listed
    assert list(read(f"https://q.example/1;{NOTE}, twice\n".encode()).columns["location"]) == ["https://q.example/1"]


@pytest.mark.parametrize("line", ["https://q.example/1,2", "https://q.example/1,2,two words", "no address, here"])
def test_where_a_comma_may_be_either_a_person_says_what_it_parts(read: Read, line: str) -> None:
    data = f"https://q.example/1,{NOTE}\n{line}\n"
    rows = read(data.encode())
    assert (reasons(rows.rejects), rows.rejects[0].values) == ([(1, "no_header")], {"raw": data})


@pytest.mark.parametrize("told", ["{n}", "{n}," + NOTE])
@pytest.mark.parametrize("parted", [",2,", ";", "\t"])
def test_a_line_far_down_that_is_unlike_the_first_ones_is_its_own_reject(read: Read, told: str, parted: str) -> None:
    lines = ["https://q.example/" + told.format(n=number) for number in range(150)]
    rows = read("\n".join([*lines, f"https://q.example/x{parted}{NOTE}", ""]).encode())
    assert len(rows.columns["location"]) == 150
    assert [(one.row, one.field or "location") for one in rows.rejects] == [(151, "location")]


def test_a_file_without_heading_is_one_reject_that_holds_its_text(read: Read) -> None:
    data = b"something,else\nentirely,here\n"
    rows = read(data)
    assert reasons(rows.rejects) == [(1, "no_header")]
    assert rows.rejects[0].values == {"raw": data.decode()}
    assert rows.rejects[0].advice.startswith("2 lines: ")


def test_a_large_file_without_heading_that_is_read_in_cuts_numbers_its_pieces_by_line(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    path.write_text("something,else entirely here\n" * (MIN_BYTES // 20), encoding="utf-8")
    cuts = CsvTable().cuts(path)
    pieces = [piece for cut in cuts for rows in CsvTable().read_cut(path, cut) for piece in rows.rejects]
    assert len(cuts) > 1
    lines = 1
    for piece in pieces:
        assert piece.row == lines
        lines += len(lines_of(piece.values))
    assert lines == MIN_BYTES // 20 + 1


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;;;", "\nsep=;\n"])
def test_the_separator_excel_names_before_the_heading_is_no_row(read: Read, first: str) -> None:
    rows = read(f"{first}\r\nid;location\r\n1;a.example\r\n".encode())
    assert {name: list(column) for name, column in rows.columns.items()} == {"id": ["1"], "location": ["a.example"]}
    assert (list(rows.row_numbers), list(rows.rejects)) == ([1], [])


def test_the_separator_excel_names_holds_for_a_list_without_heading_too(read: Read) -> None:
    rows = read(b"sep=;\nhttp://a.example;http://r.example;seen today\n")
    assert list(rows.columns["location"]) == ["http://a.example"]


def test_bytes_that_are_no_text_come_back_from_a_piece_as_they_were(read: Read) -> None:
    data = "šest,nešto\nžao,\n".encode() + b"a\xff\xfeb,c\n"
    (piece,) = read(data).rejects
    again = read(table(lines_of(piece.values), "id,description", first_line_goes=False))
    assert list(again.columns["id"]) == ["šest", "žao"]
    assert [(one.row, one.field) for one in again.rejects] == [(3, "id")]
    assert again.rejects[0].values["raw"].encode("latin-1") == b"a\xff\xfeb,c\n"


@pytest.mark.parametrize(
    ("lines", "heading"),
    [
        (["1;a.example;x\n", "2;b.example;y\n"], "id;location;description"),
        (["1\ta.example\tx;y\n", "2\tb.example\ty\n"], "id;location;description"),
        (["sep=|\r\n", "1|a.example|x\r\n", "2|b.example|y\r\n"], "id,location,description"),
    ],
)
def test_lines_are_read_by_the_separator_they_have(read: Read, lines: list[str], heading: str) -> None:
    rows = read(table(lines, heading, first_line_goes=False))
    assert list(rows.columns["location"]) == ["a.example", "b.example"]
    assert list(rows.row_numbers) == [1, 2]


def test_lines_of_one_column_are_never_split(read: Read) -> None:
    rows = read(table(["one, two; three\n"], "description", first_line_goes=False))
    assert list(rows.columns["description"]) == ["one, two; three"]


@pytest.mark.parametrize("heading", ["", "broj;nešto", "id;source", "id;location\nx", "location;a;b;c", "sep=;"])
def test_a_heading_that_names_nothing_or_does_not_fit_is_refused(heading: str) -> None:
    with pytest.raises(UsageError, match="the heading"):
        table(["1;a.example\n"] if heading != "location;a;b;c" else ["one\n"], heading, first_line_goes=False)


def test_a_quoted_cell_may_hold_line_breaks_and_separators(read: Read) -> None:
    rows = read(b'id,description\n1,"one, two\nthree\n\nfour"\n2,five\n')
    assert list(rows.columns["description"]) == ["one, two\nthree\n\nfour", "five"]
    assert list(rows.row_numbers) == [1, 2]


def test_a_quotation_mark_that_never_closes_costs_one_line(read: Read) -> None:
    rows = read(b'id,description\n1,"open\n2,b\n3,"c"\n4,d\n')
    assert reasons(rows.rejects) == [(1, "unclosed_quote")]
    assert rows.rejects[0].values == {"id": "1", "description": '"open', "raw": '1,"open\n'}
    assert rows.rejects[0].field == "description"
    assert list(rows.columns["id"]) == ["2", "3", "4"]
    assert list(rows.row_numbers) == [2, 3, 4]


def test_a_stray_mark_before_a_hundred_thousand_rows_loses_none(read_all: Callable[[bytes], list[RawRows]]) -> None:
    count = 2 * CHUNK_ROWS + 7
    chunks = read_all(b'id,description\n0,"open\n' + b"".join(b"%d,text\n" % number for number in range(1, count)))
    assert [number for rows in chunks for number in rows.row_numbers] == list(range(2, count + 1))
    assert [name for rows in chunks for name in rows.columns["id"]] == [str(number) for number in range(1, count)]


def test_a_cell_across_the_border_of_two_chunks_stays_whole(read_all: Callable[[bytes], list[RawRows]]) -> None:
    plain = b"".join(b"%d,text\n" % number for number in range(CHUNK_ROWS - 3))
    chunks = read_all(b"id,description\n" + plain + b'last,"' + b"line\n" * 20 + b'end"\nafter,x\n')
    texts = [text for rows in chunks for text in rows.columns["description"]]
    assert texts[-2:] == ["line\n" * 20 + "end", "x"]
    assert len(texts) == CHUNK_ROWS - 1


def test_stray_marks_that_match_by_chance_do_not_join_rows(read: Read) -> None:
    rows = read(b'id,source,description\n1,web,"a\n2,web,b\n3,web,c",x\n4,web,d\n')
    assert reasons(rows.rejects) == [(1, "unclosed_quote"), (3, "too_many_cells")]
    assert list(rows.columns["id"]) == ["2", "4"]


def test_thousands_of_stray_marks_take_linear_time(read: Read) -> None:
    rows = read(b"id,description\n" + b'x","\n' * 3000)
    assert len(rows.rejects) + len(rows.row_numbers) == 3000


def test_one_row_of_bytes_that_are_no_text_is_rejected_alone(read: Read) -> None:
    rows = read("id,description\n1,šest\n2,\n3,žao\n".encode().replace(b"2,", b"2,a\xff\xfeb"))
    assert reasons(rows.rejects) == [(2, "undecodable")]
    assert rows.rejects[0].field == "description"
    kept = rows.rejects[0].values
    assert {name: kept[name] for name in ("id", "description")} == {"id": "2", "description": "a\ufffd\ufffdb"}
    assert kept["raw"].encode("latin-1") == b"2,a\xff\xfeb\n"
    assert list(rows.columns["description"]) == ["šest", "žao"]


def test_a_row_with_too_many_cells_keeps_them_all_for_mending(read: Read) -> None:
    rows = read(b"id,location\n1,a.example,more\n2,b.example,,\n")
    assert rows.rejects[0].values == {"id": "1", "location": "a.example", "cell 3": "more"}
    assert list(rows.columns["id"]) == ["2"]


def test_missing_cells_at_a_rows_end_are_not_said(read: Read) -> None:
    rows = read(b"id,location,description\n1\n2,,x\n")
    assert list(rows.columns["location"]) == [None, None]
    assert list(rows.columns["description"]) == [None, "x"]


def test_a_last_row_without_line_end_is_whole_or_truncated_by_its_cells(read: Read) -> None:
    assert list(read(b"id,location\n1,a.example").columns["location"]) == ["a.example"]
    assert reasons(read(b"id,location\n1,a.example\n2").rejects) == [(2, "truncated_row")]


def test_a_nul_character_rejects_its_row_and_names_the_field(read: Read) -> None:
    (reject,) = read(b"id,location\n1,a\0b\n2,c.example\n").rejects
    assert (reject.row, reject.field, reject.reason) == (1, "location", "nul_character")


def test_blank_lines_and_rows_of_separators_are_no_rows(read: Read) -> None:
    rows = read(b"id,location\n\n,\n1,a.example\n , \n")
    assert list(rows.row_numbers) == [1]
    assert rows.rejects in ((), [])


def test_ten_megabytes_in_one_cell_are_one_reject(read: Read) -> None:
    rows = read(b'id,description\n1,"' + b"x" * 10_000_000 + b'"\n2,y\n')
    assert reasons(rows.rejects) == [(1, "field_too_long")]
    assert len(rows.rejects[0].values["description"]) == 10_000_000 > MAX_FIELD_CHARS
    assert list(rows.columns["id"]) == ["2"]


def test_no_reject_names_a_value_in_its_advice(read: Read) -> None:
    rows = read(b'id,location\n1,"secretword\n2,secretword,x\n3,secret\0word\n4,secretword\xff\n')
    assert len(rows.rejects) == 4
    assert not any("secret" in reject.advice + reject.reason + reject.field for reject in rows.rejects)


def test_an_endless_line_is_not_taken_into_memory(read: Read) -> None:
    assert reasons(read(b"id,location\n" + b"x" * (LONGEST_LINE_BYTES + 2_000_000)).rejects) == [(1, "line_too_long")]


def test_every_heading_keeps_a_name_of_its_own(read: Read) -> None:
    rows = read(b"mark 3,mark,mark,opis,description\na,b,c,d,e\n")
    assert rows.columns == {"description": ["d"]}
    assert rows.extra == {"mark 3": ["a"], "mark": ["b"], "mark 4": ["c"], "description 5": ["e"]}


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ('"a"b', '"a"b'), ('""b"', '""b"'), ('"he said "hi" to me"', '"he said "hi" to me"'), ('"a" ', 'a '),
        ('"a""b"', 'a"b'), ('a"b"c', 'a"b"c'), ('"a"', "a"), ('"a""b"c', '"a""b"c'),
    ],
)  # fmt: skip
def test_text_behind_a_closing_mark_is_kept_as_it_was_sent(read: Read, cell: str, said: str) -> None:
    rows = read(f'url,opis,mark\na.example,"q,r",s\nb.example,{cell},"t,u"\n'.encode())
    assert list(rows.columns["description"]) == ["q,r", said]
    assert list(rows.extra["mark"]) == ["s", "t,u"]
    assert not rows.rejects


def test_a_row_with_too_many_cells_shows_its_marks_too(read: Read) -> None:
    (found,) = read(b'url,opis\na.example,"he said "hello, you" to me"\n').rejects
    assert (found.reason, found.values["description"]) == ("too_many_cells", '"he said "hello')


@pytest.mark.parametrize(
    "title",
    ["Reports of March\n\n", "\n\nReports\r\nmade, by; the portal\r\n\r\n", "sep=,\nReports\n", "URL\n\n", "x\n" * 19],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_heading_below_a_title_is_found_and_the_title_kept(
    read_all: Callable[[bytes], list[RawRows]], title: str, encoding: str
) -> None:
    above, rows = read_all(f"{title}id,url,opis\n1,a.example,said\n2,b.example,more\n".encode(encoding))
    assert reasons(above.rejects) == [(1, "no_header")]
    assert "before the heading, close it" in above.rejects[0].advice
    assert above.rejects[0].values == {"raw": title}
    assert list(rows.row_numbers) == [2, 3]
    assert list(rows.columns["description"]) == ["said", "more"]


@pytest.mark.parametrize("above", ["x\n" * 20, "x\n\nname,mail\n", "x\ny,description\n"])
def test_a_line_further_down_that_need_not_be_a_heading_is_none(read: Read, above: str) -> None:
    found = read(f"{above}{'id,url,opis' if above.count('x') > 1 else 'a,b'}\n1,a.example\n".encode())
    assert reasons(found.rejects) == [(1, "no_header")]


def test_addresses_are_no_title(read: Read) -> None:
    found = read(b"a.example\nid,url,opis\n")
    assert list(found.columns["location"]) == ["a.example", "id,url,opis"]


def test_a_large_table_below_a_title_is_read_in_one_go(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    path.write_text("Reports\nid,url,opis\n" + "1,a.example,said\n" * (MIN_BYTES // 16))
    assert CsvTable().cuts(path) == ()


def _wide(columns: int, rows: int) -> bytes:
    names = ",".join(f"c{number}" for number in range(columns - 2))
    return f"{names},url,opis\n{(',' * (columns - 2) + 'a.example,said' + chr(10)) * rows}".encode()


def test_a_known_heading_far_out_is_seen(read: Read) -> None:
    rows = read(_wide(MOST_COLUMNS, 2))
    assert (list(rows.columns["location"]), list(rows.columns["description"])) == (["a.example"] * 2, ["said"] * 2)


@pytest.mark.parametrize(("columns", "rows", "pieces"), [(MOST_COLUMNS + 1, 3, 1), (300_000, 1, 1), (300_000, 9, 3)])
def test_a_table_of_too_many_columns_is_rejected_with_all_it_holds(
    read_all: Callable[[bytes], list[RawRows]], columns: int, rows: int, pieces: int
) -> None:
    data = _wide(columns, rows)
    found = [one for part in read_all(data) for one in part.rejects]
    assert {one.reason for one in found} == {"too_many_columns"}
    assert len(found) == pieces
    assert f"{MOST_COLUMNS:,} columns" in found[0].advice
    assert "".join(one.values["raw"] for one in found).encode() == data
