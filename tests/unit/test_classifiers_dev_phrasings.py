"""How well rules alone hear the development phrasings; the trained model catches what they miss.

`tests/data/phrasings_dev.tsv` was written before and without the phrase lists and is frozen; later misses are appended.
Bars are a little under what was measured, so that a change that makes rules deaf somewhere fails here.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from classifiers.base import Said
from classifiers.decide import build
from triage.verdict import Escalation, Label, Verdict

ROOT = Path(__file__).parents[2]
LINES = ROOT / "tests" / "data" / "phrasings_dev.tsv"
LOCATORS = frozenset({"url", "handle", "phone"})
LANGUAGES = ("bs", "de", "en", "hr", "sq", "sr")
Heard = tuple[dict[str, str], Verdict]


class Score(NamedTuple):
    """Of what was said to be so, how much is (precision); of what is so, how much was said (recall)."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall)


@cache
def all_heard() -> tuple[Heard, ...]:
    data = ROOT / "data"
    lists = {path.stem: path.read_text("utf-8") for path in (data / "phrases").glob("*.toml")}
    rules = build(lists, (data / "categories.toml").read_text("utf-8"))
    with LINES.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    return tuple(zip(rows, rules.decide_all([said(row) for row in rows]), strict=True))


def said(row: dict[str, str]) -> Said:
    place = row["place"]
    return Said(
        category=row["category"] or None,
        description=row["text"],
        locator_kinds=frozenset({place} & LOCATORS),
        locator_problems=frozenset({"bare_platform"} if place == "platform_name" else ()),
        attachments=int(place == "attachment"),
    )


def score(heard: Iterable[Heard], meant: Callable[[dict[str, str]], bool], found: Callable[[Verdict], bool]) -> Score:
    pairs = [(meant(row), found(verdict)) for row, verdict in heard]
    both = pairs.count((True, True))
    return Score(both / max(both + pairs.count((False, True)), 1), both / max(both + pairs.count((True, False)), 1))


def of_label(label: Label, heard: Iterable[Heard]) -> Score:
    return score(heard, lambda row: row["label"] == str(label), lambda verdict: verdict.label is label)


def of_escalation(heard: Iterable[Heard]) -> Score:
    return score(heard, lambda row: row["escalate"] != "none", lambda verdict: verdict.escalate > Escalation.NONE)


def test_rules_alone_find_nine_suspects_in_ten_and_seldom_cry_wolf() -> None:
    suspects = of_label(Label.CSAM_SUSPECT, all_heard())
    assert suspects.recall >= 0.92
    assert suspects.precision >= 0.92


def test_rules_alone_tell_the_three_labels_apart() -> None:
    assert sum(of_label(label, all_heard()).f1 for label in Label) / len(Label) >= 0.92


def test_rules_alone_hear_danger_wherever_it_is_due() -> None:
    danger = of_escalation(all_heard())
    assert danger.recall >= 0.93
    assert danger.precision >= 0.85


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_is_heard_much_worse_than_the_others(language: str) -> None:
    heard = [one for one in all_heard() if one[0]["language"] == language]
    assert of_label(Label.CSAM_SUSPECT, heard).recall >= 0.86
    assert of_escalation(heard).recall >= 0.88


@pytest.mark.parametrize("script", ["latin", "cyrillic"])
def test_no_script_is_heard_much_worse_than_the_other(script: str) -> None:
    heard = [one for one in all_heard() if one[0]["script"] == script]
    assert of_label(Label.CSAM_SUSPECT, heard).recall >= 0.88
    assert of_escalation(heard).recall >= 0.88


@pytest.mark.parametrize("kind", [one for one in Escalation if one])
def test_every_kind_of_danger_is_heard_as_one_kind_or_another(kind: Escalation) -> None:
    due = [verdict for row, verdict in all_heard() if row["escalate"] == str(kind)]
    assert sum(verdict.escalate > Escalation.NONE for verdict in due) / len(due) >= 0.88


@pytest.mark.parametrize("kind", ["news", "education", "question", "parent_advice", "praise", "spam", "test", "fraud"])
def test_what_is_no_danger_raises_few_alarms(kind: str) -> None:
    harmless = [verdict for row, verdict in all_heard() if row["kind"] == kind]
    assert sum(verdict.escalate > Escalation.NONE for verdict in harmless) / len(harmless) <= 0.1
