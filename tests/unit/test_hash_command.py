"""`hotline hash`: one row per signal, reasons on stderr, nothing of a path in an error."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import imagehash
import numpy as np
import pdqhash
import pytest

from pipeline.cli.hash import COLUMNS, hash_
from pipeline.cli.main import COMMANDS, answer
from tests.pictures import picture, saved
from triage.errors import HotlineError, UnusableInput, UsageError
from triage.signals.base import FORMS, TRIMMED


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "picture.png"
    path.write_bytes(saved(picture(2).convert("L"), "PNG"))
    return path


def called(*arguments: object) -> None:
    hash_.main([str(one) for one in arguments], standalone_mode=False)


def rows(said: str) -> list[list[str]]:
    return [line.split("\t") for line in said.splitlines()]


def test_every_signal_is_one_row_with_the_value_others_print(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    called(file)
    header, *found = rows(capsys.readouterr().out)
    assert tuple(header) == COLUMNS
    image = picture(2).convert("L")
    bits, quality = pdqhash.compute(np.asarray(image.convert("RGB")))
    assert found == [
        [str(file), "sha256", "whole", hashlib.sha256(file.read_bytes()).hexdigest(), ""],
        [str(file), "sha1", "whole", hashlib.sha1(file.read_bytes(), usedforsecurity=False).hexdigest(), ""],
        [str(file), "md5", "whole", hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest(), ""],
        [str(file), "pdq", "whole", np.packbits(bits).tobytes().hex(), str(quality)],
        [str(file), "phash", "whole", str(imagehash.phash(image)), ""],
    ]


def test_types_and_forms_are_chosen(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    called("--types", "pdq", "--forms", "all", file)
    _, *found = rows(capsys.readouterr().out)
    assert {row[1] for row in found} == {"pdq"}
    assert [row[2] for row in found] == [form for form in FORMS if form != TRIMMED]
    called("--types", "whash, dhash", file)
    _, *found = rows(capsys.readouterr().out)
    assert [row[1] for row in found] == ["dhash", "whash"]


def test_json_has_one_object_per_file_and_says_what_is_missing(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "words.txt").write_text("no picture")
    called("--json", file, tmp_path / "words.txt")
    said = capsys.readouterr()
    first, second = (json.loads(line) for line in said.out.splitlines())
    assert (first["media_type"], first["problem"], len(first["signals"])) == ("image/png", None, 5)
    assert (second["size_bytes"], second["problem"], len(second["signals"])) == (10, "no_picture", 3)
    assert said.err == "hotline: file 2: no perceptual hash (no_picture)\n"


def test_what_is_piped_in_is_hashed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"abc")))
    called("--types", "md5", "-")
    assert rows(capsys.readouterr().out)[1] == ["-", "md5", "whole", "900150983cd24fb0d6963f7d28e17f72", ""]


def test_a_folder_needs_the_word_and_is_taken_in_order(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "other").write_bytes(b"x")
    (tmp_path / "link").symlink_to(file)
    with pytest.raises(UsageError, match="argument 1 is a folder: give --recursive"):
        called(tmp_path)
    capsys.readouterr()
    called("--types", "sha256", "--recursive", tmp_path)
    _, *found = rows(capsys.readouterr().out)
    assert [row[0] for row in found] == [str(file), str(tmp_path / "below" / "other")]


def test_a_name_cannot_make_a_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a\tb\nc").write_bytes(b"x")
    called("--types", "md5", tmp_path / "a\tb\nc")
    assert [len(row) for row in rows(capsys.readouterr().out)] == [5, 5]


def test_wrong_use_says_where_without_repeating_it(file: Path, tmp_path: Path) -> None:
    for wrong, kind in (
        ([file, tmp_path / "kanarinac"], UnusableInput),
        ([file, "kanarinac\0"], UnusableInput),
        (["--types", "kanarinac", file], UsageError),
    ):
        with pytest.raises(kind) as caught:
            called(*wrong)
        assert "kanarinac" not in str(caught.value)
        assert isinstance(caught.value, HotlineError)
        assert caught.value.exit_code == 2


def test_it_is_a_command_of_the_line(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert COMMANDS["hash"] == "pipeline.cli.hash:hash_"
    assert answer(["hash", "--types", "sha256", str(file)]) == 0
    assert answer(["hash", "--types", "sha256", str(file.parent)]) == 2
    assert hashlib.sha256(file.read_bytes()).hexdigest() in capsys.readouterr().out
