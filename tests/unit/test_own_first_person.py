"""What its writer wrote or called somebody from is the writer's own: no place content is, and no suspect's."""

from __future__ import annotations

import pyarrow as pa
import pytest

from pipeline.bootstrap import url_rules
from pipeline.redacting_setup import own_words
from pipeline.stages.locate import links_of, locate
from triage.locators import find

_KEY = bytes(32)


def _places(description: str) -> list[str]:
    """What one report leads to."""
    table = pa.table({
        "location": pa.array([None], pa.large_string()), "description": pa.array([description], pa.large_string()),
        "own": pa.array([None], pa.binary()),
    })  # fmt: skip
    found = locate(
        {0: table}, lambda texts, whole: (find(one, url_rules(), whole_field=whole) for one in texts), own_words, _KEY
    )
    kept = found["locators"]["canonical"].to_pylist()
    return [kept[number] for number in found[links_of(0)]["locator"].to_pylist()]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("S broja 061 222 333 sam ga zvala, on je na 062 444 555 i šalje slike djeteta.", ["+38762444555"]),
        ("s broja 061 222 333 zvala sam ga da prestane", []),
        ("Са броја 061 222 333 сам га звала, он је на 062 444 555.", ["+38762444555"]),
        ("From 061 222 333 I called him, he is on 062 444 555.", ["+38762444555"]),
        (
            "Sa https://instagram.com/amra_b84 sam mu odgovorila, on je https://instagram.com/plavi_vuk77",
            ["instagram.com/plavi_vuk77"],
        ),
    ],
)  # fmt: skip
def test_what_somebody_was_called_from_is_no_place(text: str, left: list[str]) -> None:
    found = _places(text)
    assert len(found) == len(left)
    assert all(one.endswith(of_him) for one, of_him in zip(found, left, strict=True))


@pytest.mark.parametrize(
    "text",
    [
        "Sa broja 062 444 555 sam dobila slike djeteta.", "Čovjek s broja 062 444 555 mi piše, odgovorila sam mu.",
        "S broja 062 444 555 me zvao čovjek i traži slike.", "Na broj 062 444 555 sam ga zvala.",
        "From 062 444 555 I got pictures of a child.", "Sa https://instagram.com/plavi_vuk77 sam dobila slike.",
        "Slike s https://instagram.com/plavi_vuk77 sam mu vratila.", "Vidjela sam slike na https://pics.example/1",
        "Pisao je: s broja 062 444 555 sam mu poslao slike.",
        "Sa ukradenog https://instagram.com/plavi_vuk77 sam mu odgovorila, hakovao je profil.",
    ],
)  # fmt: skip
def test_in_doubt_it_stays_a_place(text: str) -> None:
    assert len(_places(text)) == 1
