"""What the command line says of wrong use names options as they are typed, and arguments as the help calls them."""

from __future__ import annotations

import pytest

from pipeline.cli.main import answer


@pytest.mark.parametrize(
    ("typed", "said"),
    [(["lists", "confirm", "partner", "1"], "hotline: --reason is missing: see `"),
     (["lists", "import", "list.csv"], "hotline: --name is missing:"),
     (["lists", "confirm", "partner", "1", "--reason", "mine"], "hotline: the value of --reason does not fit (one"),
     (["lists", "confirm", "partner", "one", "--reason", "viewed"],
      "hotline: the value of ENTRY does not fit (a whole number, at least 1):"),
     (["lists", "confirm"], "hotline: LIST is missing:"),
     (["cases", "split", "C4", "R1.0.1"],
      "hotline: there are more words than it takes (its options are --workspace, --item, --report,"),
     (["classify", "tests", "--out", "out.jsonl"], "hotline: this is a folder: give one of its files; `hotline run`")],
)  # fmt: skip
def test_an_error_names_an_option_with_its_dashes(
    typed: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer(typed) == 2
    assert capsys.readouterr().err.startswith(said)
