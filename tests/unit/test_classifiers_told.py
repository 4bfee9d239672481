"""Each kind of danger, as people tell it in several words and sentences, and what only looks like it.

`tests/data/escalations/<kind>.tsv`: at least 15 reports of each kind and ten near misses, written for these tests, not
taken from the development phrasings. All but `described` come with an address.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from classifiers.base import Said
from classifiers.decide import build
from triage.verdict import Escalation, Label, Verdict

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data"
RULES = build(
    {path.stem: path.read_text("utf-8") for path in (DATA / "phrases").glob("*.toml")},
    (DATA / "categories.toml").read_text("utf-8"),
)
KINDS = {str(kind): kind for kind in Escalation}
FOLDER = ROOT / "tests" / "data" / "escalations"
NEEDED = ("meeting", "home", "violence", "self_harm", "blackmail", "child_known", "described")
URL = frozenset({"url"})


def lines(kind: str) -> list[tuple[str, str, Escalation]]:
    with (FOLDER / f"{kind}.tsv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(kind, row["text"], KINDS[row["escalate"]]) for row in rows]


ALL = [line for kind in NEEDED for line in lines(kind)]
DUE = [line for line in ALL if line[2]]
NEAR_MISSES = [line for line in ALL if not line[2]]


def heard(kind: str, text: str) -> Verdict:
    return RULES.decide(Said(description=text, locator_kinds=frozenset() if kind == "described" else URL))


@pytest.mark.parametrize("kind", NEEDED)
def test_every_kind_has_enough_lines(kind: str) -> None:
    assert sum(line[0] == kind for line in DUE) >= 15
    assert sum(line[0] == kind for line in NEAR_MISSES) >= 10


@pytest.mark.parametrize(("kind", "text", "due"), DUE)
def test_danger_told_in_any_way_is_heard(kind: str, text: str, due: Escalation) -> None:
    assert heard(kind, text).escalate >= due


@pytest.mark.parametrize(("kind", "text", "due"), NEAR_MISSES)
def test_what_only_looks_like_danger_raises_no_alarm(kind: str, text: str, due: Escalation) -> None:
    assert heard(kind, text).escalate is due


@pytest.mark.parametrize(
    "text",
    [
        "The pictures show a twelve-year-old, they are illegal.",
        "Slike prikazuju učenicu, 6. razred, i nezakonite su.",
        "Auf den verbotenen Bildern ist eine Dreizehnjährige.",
        "Në fotot e paligjshme është një 13-vjeçare.",
        "Illegal pictures of a 5th grader.",
        "Nezakonite slike, djevojčica ima devet godina.",
        "На забрањеним сликама је ђак, седми разред.",
    ],
)
def test_ages_and_school_years_mean_a_child(text: str) -> None:
    assert heard("page", text).label is Label.CSAM_SUSPECT


@pytest.mark.parametrize(
    "text",
    [
        "There are no kids in it, the pictures are illegal copies.",
        "Nema djece na slikama, slike su nezakonito kopirane.",
        "Kein Kind auf den Bildern, es sind illegale Kopien.",
        "Nuk ka fëmijë, fotot janë kopje ilegale.",
        "The grown-up performer is 34 and the pictures are explicit.",
    ],
)
def test_where_no_child_is_there_is_no_suspicion(text: str) -> None:
    assert heard("page", text).label is not Label.CSAM_SUSPECT


@pytest.mark.parametrize("text", ["Nezkaonite slike djetteta na stranici.", "Illegal picttures of childdren here."])
def test_words_typed_in_haste_are_read_all_the_same(text: str) -> None:
    assert heard("page", text).label is Label.CSAM_SUSPECT


def test_a_suspect_category_beside_words_about_adults_goes_to_a_person() -> None:
    said = Said(category="csam", description="My ex-wife posts photos of me, we are both adults.", locator_kinds=URL)
    verdict = RULES.decide(said)
    assert verdict.to_person
    assert "text_doubt" in {reason.code for reason in verdict.reasons}


def test_words_of_suspicion_count_whatever_was_ticked() -> None:
    for category in ("fraud", "question", "hate_speech", "account_misuse", None):
        said = Said(category=category, description="Na stranici su nezakonite slike djece.", locator_kinds=URL)
        assert RULES.decide(said).label is Label.CSAM_SUSPECT
