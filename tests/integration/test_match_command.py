"""`hotline lists` and `hotline match` as people call them: what is printed, what is not, and how wrong use ends."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from pipeline.bootstrap import App
from pipeline.cli.lists import lists
from pipeline.cli.match import form_words, match
from pipeline.desk.people import acting, names
from pipeline.desk.times import local
from pipeline.hashing import Hasher
from pipeline.lists import opinions
from pipeline.store.engine import reading
from tests.factories import analysts_app
from triage.errors import HotlineError

pytestmark = pytest.mark.thorough

SECRET = "secret-word"
MD5 = random.Random(3).randbytes(16).hex()


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    return analysts_app(tmp_path / "workspace", monkeypatch)


def said(app: App, arguments: Sequence[str]) -> str:
    command, rest = (match, arguments[1:]) if arguments[0] == "match" else (lists, arguments)
    done = CliRunner().invoke(command, rest, obj=str(app.workspace.root), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def refused(app: App, arguments: Sequence[str]) -> str:
    """What is said of a wrong use, which ends with 2: our own error, or that of the command line."""
    command, rest = (match, arguments[1:]) if arguments[0] == "match" else (lists, arguments)
    done = CliRunner().invoke(command, rest, obj=str(app.workspace.root))
    if isinstance(done.exception, HotlineError):
        assert done.exception.exit_code == 2
        return str(done.exception)
    assert done.exit_code == 2
    return ""


def picture(path: Path, turned: bool = False) -> Path:
    """A drawing of soft blots, so that it has a good quality."""
    chance = np.random.default_rng(4)
    small = Image.fromarray(chance.integers(0, 256, (9, 12), dtype=np.uint8))
    large = small.resize((480, 360), Image.Resampling.BICUBIC)
    (large.transpose(Image.Transpose.ROTATE_90) if turned else large).save(path)
    return path


def pdq_of(path: Path) -> str:
    with Hasher() as hasher:
        found = hasher.hashed(path.read_bytes()).signals
    return next(one.value.hex() for one in found if one.type == "pdq" and one.form == "whole")


def known(app: App, folder: Path, lines: Sequence[str], *options: str) -> str:
    path = folder / f"{SECRET}.csv"
    path.write_text("\n".join(["type,value,tags,id", *lines]) + "\n", encoding="utf-8")
    return said(app, ["import", str(path), "--name", "known", *options])


def test_a_picture_is_found_as_it_is_and_turned_and_files_are_named_without_folders(app: App, tmp_path: Path) -> None:
    plain, turned = picture(tmp_path / f"{SECRET}.png"), picture(tmp_path / f"{SECRET}-2.png", turned=True)
    nothing, unknown = tmp_path / "text.txt", tmp_path / "a\nb www.host.example"
    nothing.write_bytes(b"no picture")
    unknown.write_bytes(b"unknown")
    known(app, tmp_path, [f"pdq,{pdq_of(plain)},t;u,own-1", f"md5,{hashlib.md5(nothing.read_bytes()).hexdigest()},,"])

    shown = said(app, ["match", str(plain), str(turned), str(nothing), str(unknown)])
    rows = [re.split(r"  +", row.strip()) for row in shown.splitlines() if row.strip()[:1].isdigit()]
    assert [(row[0], row[1], *row[5:8]) for row in rows[:2]] == [
        ("1", "known", "own-1", "t, u", "pdq"), ("2", "suggestion", "own-1", "t, u", "pdq"),
    ]  # fmt: skip
    assert (rows[2][0], rows[2][1], rows[2][5]) == ("3", "known", "md5")
    assert "rotated 270°" in shown or "rotated 90°" in shown
    items = [line for line in shown.splitlines() if line.startswith("Item")]
    assert items[:3] == [
        f"Item 1, {SECRET}.png: 1 match.", f"Item 2, {SECRET}-2.png: 1 match.",
        "Item 3, text.txt: 1 match; no picture to compare (no_picture), so only its bytes were looked up.",
    ]  # fmt: skip
    assert items[3].startswith("Item 4, a b ")
    assert "www.host.example" not in items[3]
    assert "no match" in items[3]
    assert "never an assessment" in shown
    assert str(tmp_path) not in shown


def test_no_match_is_said_and_ends_well(app: App, tmp_path: Path) -> None:
    known(app, tmp_path, [f"md5,{MD5},,"])
    shown = said(app, ["match", "--hash", f"md5:{MD5[::-1]}"])
    assert "Item 1: no match." in shown
    assert "No match: 1 item, 1 list(s) asked." in shown
    assert "never an assessment" in shown


def test_a_program_gets_everything_an_answer_names(app: App, tmp_path: Path) -> None:
    known(app, tmp_path, [f"HASH_MD5,{MD5.upper()},one;two,own-1"], "--version", "v1")
    read = json.loads(said(app, ["match", "--hash", f"MD5:{MD5}", "--json"]))
    assert read["lists"] == {"known": "v1"}
    assert read["items"][0]["answers"] == [{
        "list": "known", "version": "v1", "entry": 1, "own_id": "own-1", "tags": ["one", "two"], "type": "md5",
        "form": "whole", "form_words": "whole", "distance": 0, "threshold": 0, "opinion": "positive", "level": "known",
        "why": "the very bytes", "said_here": None,
    }]  # fmt: skip
    assert "never an assessment" in read["note"]


def test_a_file_larger_than_a_picture_is_looked_up_by_its_bytes(app: App, tmp_path: Path) -> None:
    large = tmp_path / "large.bin"
    large.write_bytes(b"x" * 5000)
    known(app, tmp_path, [f"sha1,{hashlib.sha1(large.read_bytes()).hexdigest()},,"])
    with large.open("r+b") as file:
        file.truncate(101 * 1024 * 1024)
    assert "No match" in said(app, ["match", str(large)])
    known(app, tmp_path, [f"sha1,{_sha1(large)},,"])
    shown = said(app, ["match", str(large)])
    assert "too_many_bytes" in shown
    assert "known" in shown


def _sha1(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha1").hexdigest()


def test_forms_are_told_as_people_say_them() -> None:
    forms = ("whole", "trimmed", "rotated_90", "mirrored", "mirrored_180", "crop_8")
    assert [form_words(one) for one in forms] == [
        "whole", "trimmed", "rotated 90°", "mirrored", "mirrored, 180°", "cropped 8 %",
    ]  # fmt: skip


def test_lists_are_shown_without_a_value_and_one_entry_with_it(app: App, tmp_path: Path) -> None:
    made = known(app, tmp_path, [f"md5,{MD5},,", "md5,zz,,"], "--licence", "agreement 7", "--threshold", "pdq=20")
    assert "rejects.csv" in made
    assert "nothing done" in known(app, tmp_path, [f"md5,{MD5},,", "md5,zz,,"], "--licence", "agreement 7",
                                   "--threshold", "pdq=20")  # fmt: skip
    for shown in (made, said(app, ["show"]), said(app, ["show", "known"]), said(app, ["show", "known", "--json"])):
        assert "known" in shown
        assert MD5 not in shown
        assert SECRET not in shown
    assert "agreement 7" in said(app, ["show", "known"])
    assert MD5 in said(app, ["show", "known", "--entry", "1"])


def test_an_import_says_its_kind_and_thresholds_and_what_changed(app: App, tmp_path: Path) -> None:
    pdq = f"pdq,{random.Random(8).randbytes(32).hex()},,"
    made = known(app, tmp_path, [pdq], "--threshold", "pdq=20")
    again = known(app, tmp_path, [pdq])
    for shown in (made, again, known(app, tmp_path, [pdq, f"md5,{MD5},,"])):
        assert "known: a match is a reason to look" in shown
        assert "pdq 20" in shown
        assert "CHANGED" not in shown.upper()
    assert "nothing done" in again
    assert "Thresholds changed: pdq was 20." in known(app, tmp_path, [pdq], "--threshold", "pdq=25")
    turned = known(app, tmp_path, [pdq], "--allow", "--change-kind")
    assert "allow: suppresses the matches of every list" in turned
    assert "ITS KIND CHANGED: it was of kind known before." in turned
    assert "Thresholds changed: pdq was 25." in turned
    back = json.loads(known(app, tmp_path, [pdq], "--change-kind", "--json"))
    assert (back["kind"], back["kind_before"], back["thresholds_before"]["pdq"]) == ("known", "allow", 31)


def test_who_imported_a_list_and_when_is_said_as_on_other_screens(app: App, tmp_path: Path) -> None:
    known(app, tmp_path, [f"md5,{MD5},,"])
    at = datetime.fromisoformat(json.loads(said(app, ["show", "known", "--json"]))["imported_at"])
    with reading(app.store.engine) as connection:
        name = names(connection)[acting(app).person_id]
    assert re.search(f"imported +{re.escape(local(at))} by {re.escape(name)}\n", said(app, ["show", "known"]))
    assert local(at) in said(app, ["show"])


def test_what_people_say_of_an_entry_is_shown_with_the_list(app: App, tmp_path: Path) -> None:
    known(app, tmp_path, [f"md5,{MD5},,"])
    assert "is disputed" in said(app, ["dispute", "known", "1", "--reason", "everyday_picture"])
    shown = said(app, ["show", "known"])
    assert re.search(r"said here +disputed: entries 1\n", shown)
    assert re.search(r"list says positive +list says disputed +list says negative\n +md5 +1 +0 +0\n", shown)
    assert re.search(r"disputed here +quarantined\n +known .* 1 +0\n", said(app, ["show"]))
    assert json.loads(said(app, ["show", "--json"]))["lists"][0]["disputed_here"] == 1
    assert "is confirmed" in said(app, ["confirm", "known", "1", "--reason", "viewed"])
    read = json.loads(said(app, ["show", "known", "--json"]))
    assert read["entries_said"] == [{"entry": 1, "said": "confirmed", "reason": "viewed", "quarantined": False}]


def test_a_changed_file_of_a_list_is_noticed_by_show(app: App, tmp_path: Path) -> None:
    known(app, tmp_path, [f"md5,{MD5},,"])
    assert "as imported" in said(app, ["show", "known"])
    (array,) = (app.workspace.root / "lists").rglob("values-md5.npy")
    content = bytearray(array.read_bytes())
    content[-1] ^= 1
    array.write_bytes(content)
    assert "NOT what was imported" in said(app, ["show", "known"])
    shown = said(app, ["show"])
    assert "DAMAGED" in shown
    assert "import it again" in shown
    assert "There is no list" not in shown
    assert json.loads(said(app, ["show", "--json"]))["damaged"] == ["known"]


def test_reasons_on_the_command_line_are_those_of_the_desk() -> None:
    choices = [option.type.choices for name in ("confirm", "dispute") for option in lists.commands[name].params
               if option.name == "reason"]  # fmt: skip
    assert choices == [opinions.CONFIRM_REASONS, opinions.DISPUTE_REASONS]


WRONG = {
    "import of a list as an allow list": ["import", "list.csv", "--name", "known", "--allow"],
    "match of nothing": ["match"],
    "match of a file and a value": ["match", SECRET, "--hash", f"md5:{MD5}"],
    "match of a file that is not there": ["match", SECRET],
    "match of no value": ["match", "--hash", SECRET],
    "match of a value of an unknown type": ["match", "--hash", f"{SECRET}:{MD5}"],
    "import of a file that is not there": ["import", SECRET, "--name", "a"],
    "import without a name": ["import", SECRET],
    "import under a path": ["import", "list.csv", "--name", f"../{SECRET}"],
    "import with a threshold that is none": ["import", SECRET, "--name", "a", "--threshold", SECRET],
    "import with a threshold for bytes": ["import", SECRET, "--name", "a", "--threshold", "md5=3"],
    "import with a threshold too wide": ["import", SECRET, "--name", "a", "--threshold", "pdq=91"],
    "import in an unknown format": ["import", SECRET, "--name", "a", "--format", SECRET],
    "show of a list that is not there": ["show", SECRET],
    "show of an entry of no list": ["show", "--entry", "1"],
    "show of an entry that is not there": ["show", "known", "--entry", "2"],
    "confirm without a reason": ["confirm", "known", "1"],
    "confirm for a reason of one's own": ["confirm", "known", "1", "--reason", SECRET],
    "dispute of an entry that is not there": ["dispute", "known", "9", "--reason", "not_illegal"],
}


@pytest.mark.parametrize("use", WRONG)
def test_wrong_use_ends_with_2_and_repeats_nothing(app: App, tmp_path: Path, use: str) -> None:
    known(app, tmp_path, [f"md5,{MD5},,"])
    assert SECRET not in refused(app, WRONG[use])


def test_without_any_list_match_says_how_to_get_one(app: App) -> None:
    assert "hotline lists import" in refused(app, ["match", "--hash", f"md5:{MD5}"])
    assert "hotline lists import" in said(app, ["show"])
