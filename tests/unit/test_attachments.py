"""Names in a report lead to files inside the input folder only, and to nothing else."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pipeline.attachments import MOST_PER_REPORT, NOT_HERE, TOO_LARGE, TOO_MANY, beside, names_in


@pytest.mark.parametrize(
    ("said", "names"),
    [
        (None, []),
        ("  ", []),
        ("[]", []),
        ("a.png; b.png;", ["a.png", "b.png"]),
        ('["a.png", "sub/b.png"]', ["a.png", "sub/b.png"]),
        ('[{"name": "a.png"}, {"file": "b.png", "name": "x"}, {"sha256": "00"}, 7]', ["a.png", "b.png", None, None]),
        ('{"path": "a.png"}', ["a.png"]),
        ("[" * 100_000, ["[" * 100_000]),
    ],
)
def test_names_are_read_in_every_form(said: str | None, names: list[str | None]) -> None:
    assert names_in(said) == names


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inside = tmp_path / "drop"
    (inside / "sub").mkdir(parents=True)
    (inside / "a.png").write_bytes(b"one")
    (inside / "sub" / "b.png").write_bytes(b"two")
    (tmp_path / "outside.png").write_bytes(b"not yours")
    (inside / "link.png").symlink_to(tmp_path / "outside.png")
    (inside / "good-link.png").symlink_to(inside / "a.png")
    return inside


def test_files_in_and_below_the_folder_are_read_into_memory(folder: Path) -> None:
    found = list(beside(folder, 4, "a.png;sub/b.png;sub\\b.png;good-link.png"))
    assert [(one.row, one.position, one.content) for one in found] == [
        (4, 0, b"one"), (4, 1, b"two"), (4, 2, b"two"), (4, 3, b"one"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name", ["../outside.png", "link.png", "/etc/passwd", "gone.png", "sub", "a\x00.png", "~/a.png", "x" * 5000, "."]
)
def test_a_name_that_leads_elsewhere_or_nowhere_is_only_counted(folder: Path, name: str) -> None:
    assert [(one.position, one.content, one.problem) for one in beside(folder, 1, json.dumps([name]))] == [
        (0, None, NOT_HERE)
    ]


def test_a_pipe_does_not_stop_a_batch(folder: Path) -> None:
    os.mkfifo(folder / "pipe.png")
    assert [one.problem for one in beside(folder, 1, "pipe.png")] == [NOT_HERE]


def test_too_large_and_too_many_are_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.attachments.LARGEST_BYTES", 2)
    assert [one.problem for one in beside(folder, 1, "a.png")] == [TOO_LARGE]
    many = list(beside(folder, 1, ";".join(["gone.png"] * (MOST_PER_REPORT + 5))))
    assert len(many) == MOST_PER_REPORT + 1
    assert many[-1].problem == TOO_MANY


def test_bytes_do_not_show_in_what_python_prints(folder: Path) -> None:
    assert "two" not in repr(next(beside(folder, 1, "sub/b.png")))
