"""The shipped rules without the trained model, which may be right or wrong by itself; made once for all tests."""

from __future__ import annotations

from pathlib import Path

from classifiers.base import Said
from classifiers.decide import build
from triage.verdict import Verdict

URL, NOWHERE = frozenset({"url"}), frozenset({"no_locator"})
_DATA = Path(__file__).parents[1] / "data"
RULES = build(
    {path.stem: path.read_text("utf-8") for path in (_DATA / "phrases").glob("*.toml")},
    (_DATA / "categories.toml").read_text("utf-8"),
)


def said(text: str, *, category: str = "other", placed: bool = False) -> Said:
    """What was said, with an address (`placed`) or with none."""
    kinds, problems = (URL, frozenset[str]()) if placed else (frozenset[str](), NOWHERE)
    return Said(category, description=text, locator_kinds=kinds, locator_problems=problems)


def judged(text: str, *, category: str = "other", placed: bool = False) -> Verdict:
    """What the rules alone make of it."""
    return RULES.decide(said(text, category=category, placed=placed))
