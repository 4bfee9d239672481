"""Bland phrasings written before the phrase lists were tuned: what people mean must be heard, whatever the script.

`tests/data/phrasings.tsv` is frozen: a miss found later is added to it, never removed. Kinds ending in `_no_address`
come without a locator, all others with one. Reports of content may always be judged more urgent than the file says;
all others may not.
"""

from __future__ import annotations

import csv
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import pytest

from classifiers.base import Said
from classifiers.decide import Decider, build
from triage.verdict import ESCALATIONS, Escalation, Label, Verdict

_FILE = Path(__file__).parents[1] / "data" / "phrasings.tsv"
_LEAST_PER_GROUP = 120


class Phrasing(NamedTuple):
    """One line of the file."""

    kind: str
    language: str
    text: str
    label: str
    escalate: str


def _phrasings() -> list[Phrasing]:
    with _FILE.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(rows)
        return [Phrasing(*row) for row in rows]


_ALL = _phrasings()


@pytest.fixture(scope="module")
def decider() -> Decider:
    data = files("hotline_data")
    lists = {
        entry.name.removesuffix(".toml"): entry.read_text("utf-8")
        for entry in (data / "phrases").iterdir()
        if entry.name.endswith(".toml")
    }
    return build(lists, (data / "categories.toml").read_text("utf-8"))


def _heard(decider: Decider, phrasing: Phrasing) -> Verdict:
    kinds = frozenset[str]() if phrasing.kind.endswith("_no_address") else frozenset({"url"})
    return decider.decide(Said(description=phrasing.text, locator_kinds=kinds))


@pytest.mark.parametrize("phrasing", _ALL, ids=lambda one: f"{one.kind}-{one.language}")
def test_a_phrasing_is_heard_as_it_was_meant(decider: Decider, phrasing: Phrasing) -> None:
    assert str(_heard(decider, phrasing).label) == phrasing.label


@pytest.mark.parametrize("phrasing", _ALL, ids=lambda one: f"{one.kind}-{one.language}")
def test_no_danger_is_missed_and_no_question_sounds_an_alarm(decider: Decider, phrasing: Phrasing) -> None:
    given, meant = _heard(decider, phrasing).escalate, ESCALATIONS[phrasing.escalate]
    if meant is Escalation.NONE and phrasing.label != "csam_suspect":
        assert given is Escalation.NONE
    else:
        assert given >= meant


def test_a_mail_subject_that_says_enquiry_makes_no_question(decider: Decider) -> None:
    at_url = frozenset({"url"})
    verdict = decider.decide(Said(description="Upit\nProfil koristi tuđe ime.", locator_kinds=at_url))
    assert verdict.label is Label.COMPLETE


def test_a_price_is_not_the_age_of_a_child(decider: Decider) -> None:
    at_url = frozenset({"url"})
    price, age = (Said(description=f"Povoljno, već od 10 {unit}.", locator_kinds=at_url) for unit in ("KM", "godina"))
    assert decider.decide(price).label is Label.INCOMPLETE
    assert decider.decide(age).label is Label.COMPLETE


@pytest.mark.parametrize("category", ["csam", "grooming", "question", None])
def test_a_parents_question_without_an_address_identifies_no_child(decider: Decider, category: str | None) -> None:
    asked = "Da li je ova mreža sigurna za moju kćerku od 11 godina?"
    verdict = decider.decide(Said(category=category, description=asked, concerns_own_child=True))
    assert (verdict.label, verdict.escalate) == (Label.INCOMPLETE, Escalation.NONE)


def test_an_own_child_in_a_ticked_suspicion_stays_identified_when_hurt_is_told(decider: Decider) -> None:
    told = "Neko šalje uznemirujuće poruke mom djetetu, šta da radim?"
    verdict = decider.decide(Said(category="csam", description=told, concerns_own_child=True))
    assert verdict.escalate is Escalation.CHILD_IDENTIFIED


def test_every_script_has_enough_phrasings() -> None:
    groups = Counter(_group(phrasing.language) for phrasing in _ALL)
    assert min(groups[name] for name in ("latin", "cyrillic", "plain", "en")) >= _LEAST_PER_GROUP


def _group(language: str) -> str:
    if language.endswith("-plain"):
        return "plain"
    return {"sr-Cyrl": "cyrillic", "bs": "latin", "hr": "latin", "sr": "latin"}.get(language, language)
