"""What somebody else named must not drive the terminal of who lists it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.printable import file_name, printable


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("prijava šest.csv", "prijava šest.csv"), ("red\x1b[31m.csv", "red\\x1b[31m.csv"), ("a\nb", "a\\nb"),
        ("\u202ecsv.exe", "\\u202ecsv.exe"), ("\udcff.csv", "\\udcff.csv"), ("\x9b2J", "\\x9b2J"),
    ],
)  # fmt: skip
def test_signs_that_control_a_terminal_are_written_out(said: str, shown: str) -> None:
    assert printable(said) == shown
    assert file_name(Path("/drop") / said) == shown
