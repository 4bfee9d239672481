"""`hotline classify` says in which field and where an address stands that a reason is about."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.cli.main import answer

ADDRESS = "https://realsite.example/picture/3"


@pytest.mark.parametrize(
    ("row", "code", "field", "words"),
    [
        ({"location": ADDRESS, "description": "Something is wrong."}, "locator", "location", ADDRESS),
        ({"description": f"Please look at {ADDRESS} , it is bad."}, "locator", "description", ADDRESS),
        ({"location": "my number 061 000 000, page realsite.example/a"}, "own_contact", "location", "061 000 000"),
        ({"location": "my number 061 000 000, page realsite.example/a"}, "locator", "location", "realsite.example/a"),
        ({"description": f"my number is 061 000 000, see {ADDRESS}"}, "own_contact", "description", "061 000 000"),
        ({"location": " Facebook", "description": "something bad"}, "bare_platform", "location", "Facebook"),
        ({"description": "see C:\\pictures\\a.jpg"}, "unusable_locator", "description", "C:\\pictures\\a.jpg"),
        ({"location": "nowhere", "description": "something bad"}, "no_locator", "location", ""),
    ],
)  # fmt: skip
def test_a_reason_of_an_address_points_at_it(
    tmp_path: Path, row: dict[str, str], code: str, field: str, words: str
) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps(row) + "\n", encoding="utf-8")
    assert answer(["classify", str(source), "--out", str(out)]) == 0
    (reason,) = [one for one in json.loads(out.read_text("utf-8"))["reasons"] if one["code"] == code]
    assert reason["field"] == field
    assert row[field][reason["start"] : reason["end"]] == words


def test_the_paragraph_counts_the_words_up_to_the_address(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(json.dumps({"description": f"Please look at {ADDRESS}"}) + "\n", encoding="utf-8")
    assert answer(["classify", str(source), "--explain"]) == 0
    assert "(text, word 4, locators)" in " ".join(capsys.readouterr().out.split())
