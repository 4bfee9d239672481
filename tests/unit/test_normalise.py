"""`hotline normalise`: one row per line for every reader, the first usable address, nothing heavy loaded."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cli.main import answer
from pipeline.cli.normalise import normalise
from pipeline.normalising import COLUMNS, escape, normalised, unescape
from pipeline.resources import texts
from triage.url_rules import UrlRules

RULES = UrlRules.from_toml(texts("url_rules"))
HEAVY = {"pandas", "numpy", "pyarrow", "spacy", "luigi", "sqlalchemy", "tldextract", "cryptography"}


def _piped(content: bytes, *options: str) -> Result:
    return CliRunner().invoke(normalise, list(options), input=content, catch_exceptions=False)


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(_piped(content).stdout, newline=""), delimiter="\t"))


def test_a_line_becomes_its_canonical_address_and_case_key() -> None:
    (row,) = _rows(b"https://WWW.Host.example/a?utm_source=x\n")
    assert row["canonical"] == "https://www.host.example/a?utm_source=x"
    assert row["case_key"] == "url:host.example/a"
    assert (row["kind"], row["registrable_domain"]) == ("url", "host.example")
    assert row["rules"].split() == ["www", "parameter:campaign"]


def test_the_header_names_the_columns_of_the_contract() -> None:
    assert _piped(b"").stdout == "input\tcanonical\tcase_key\tkind\tregistrable_domain\trules\n"


def test_a_line_without_any_place_keeps_its_row_with_empty_cells() -> None:
    rows = _rows(b"\nonly words\nhost.example/a")
    assert [row["input"] for row in rows] == ["", "only words", "host.example/a"]
    assert all(row[name] == "" for row in rows[:2] for name in COLUMNS[1:])
    assert rows[2]["case_key"] == "url:host.example/a"


def test_an_address_that_leads_to_content_is_preferred_to_one_that_does_not() -> None:
    (row,) = _rows(b"write to a@mail.example or see https://host.example/b\n")
    assert row["canonical"] == "https://host.example/b"


def test_lines_end_at_lf_only() -> None:
    breaks = "\x0b\x0c\x1c\x85\u2028\u2029"
    rows = _rows(f"host.example/a\r\nhost.example/b{breaks}\n".encode())
    assert [row["input"] for row in rows] == ["host.example/a\\u000d", "host.example/b" + escape(breaks)]


def test_an_ordinary_backslash_stays_one() -> None:
    assert escape(r"C:\temp\new") == r"C:\temp\new"


@given(st.lists(st.binary(max_size=60).map(lambda line: line.replace(b"\n", b"")), max_size=8))
def test_any_bytes_are_one_row_per_line_for_readers_with_and_without_quoting(lines: list[bytes]) -> None:
    shown = "".join(row.as_tsv() for row in normalised((line + b"\n" for line in lines), RULES))
    for reader in (
        csv.reader(io.StringIO(shown, newline=""), delimiter="\t"),
        csv.reader(io.StringIO(shown, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE),
        [line.split("\t") for line in shown.splitlines()],
    ):
        rows = list(reader)
        assert [len(row) for row in rows] == [len(COLUMNS)] * len(lines)
        assert [unescape(row[0]).encode("utf-8", "surrogateescape") for row in rows] == lines


@given(st.text(st.characters(codec=None), max_size=40))
def test_escaping_can_be_undone_for_every_text(text: str) -> None:
    assert unescape(escape(text)) == text
    escape(text).encode()


def test_json_gives_one_object_per_line() -> None:
    lines = _piped(b'host.example/a\n"q"\t\n', "--json").stdout.splitlines()
    assert [json.loads(line)["input"] for line in lines] == ["host.example/a", '"q"\t']
    assert list(json.loads(lines[0])) == list(COLUMNS)


def test_a_file_that_is_not_there_is_wrong_use_and_its_name_is_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["normalise", "/nowhere/kanarinac"]) == 2
    said = capsys.readouterr()
    assert "kanarinac" not in said.err + said.out
    assert answer(["normalise", "--no-such-option"]) == 2


def test_it_reads_a_file_and_loads_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"host.example/a\n")
    code = (
        "import sys; from pipeline.cli.main import answer; code = answer(sys.argv[1:]);"
        f"print(sorted(set({sorted(HEAVY)!r}) & set(sys.modules)));"
        "sys.exit(code)"
    )
    call = [sys.executable, "-c", code, "normalise", str(tmp_path / "in")]
    lines = subprocess.run(call, capture_output=True, text=True, check=True).stdout.splitlines()
    assert lines[1].startswith("host.example/a\thttps://host.example/a\t")
    assert lines[2] == "[]"
