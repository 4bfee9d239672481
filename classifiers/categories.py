"""What the reporter ticked: a strong signal in either direction, never the truth.

A category that points at abuse makes a suspect; one that says question makes a question, unless something graver
speaks against it (`decide.py`); all others have no opinion.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from typing import Self

from classifiers.base import Classifier, Example, RuleTexts, Said
from triage.errors import BadConfiguration
from triage.verdict import Escalation, Label, Reason, Verdict

_LABELS = {"suspect": (Label.CSAM_SUSPECT, "reporter_category"), "question": (Label.INCOMPLETE, "question")}
_NO_OPINION = "actionable"
_GRAVER = {"child_blackmail": Escalation.CHILD_BLACKMAILED}
"""Categories that by themselves say a child is under pressure now."""


class Categories(Classifier):
    """Turns the ticked category into an opinion, by `points_at` of the category file."""

    name = "categories"

    def __init__(self, points_at: Mapping[str, str], version: str) -> None:
        self._version = version
        self._verdicts = {code: self._opinion(code, points) for code, points in points_at.items() if points in _LABELS}

    @classmethod
    def load(cls, rules: RuleTexts) -> Self:
        """Read the category file; raises BadConfiguration if a category has no known `points_at`."""
        try:
            entries = tomllib.loads(rules.categories)
            points_at = {str(entry["code"]): str(entry["points_at"]) for entry in entries["category"]}
        except (tomllib.TOMLDecodeError, KeyError, TypeError):
            raise BadConfiguration("the category file cannot be read; compare it with the one shipped") from None
        if not set(points_at.values()) <= {*_LABELS, _NO_OPINION}:
            raise BadConfiguration("a category's points_at must be suspect, actionable or question")
        return cls(points_at, hashlib.sha256(rules.categories.encode("utf-8", "surrogatepass")).hexdigest()[:8])

    @property
    def version(self) -> str:
        """Digest of the category file."""
        return self._version

    def judge(self, said: Said) -> Verdict | None:
        """The opinion the category alone suggests; an own child in a suspect report is a child somebody knows."""
        verdict = self._verdicts.get(said.category or "")
        if verdict is None or verdict.label is not Label.CSAM_SUSPECT or not said.concerns_own_child:
            return verdict
        known = Reason(str(Escalation.CHILD_IDENTIFIED), f"categories@{self._version}", "concerns_own_child")
        return Verdict(
            verdict.label, max(verdict.escalate, Escalation.CHILD_IDENTIFIED), tuple(sorted((*verdict.reasons, known)))
        )

    def examples(self) -> Sequence[Example]:
        """One category of each kind."""
        own = Said(category="csam", concerns_own_child=True)
        return (
            (Said(category="csam"), Label.CSAM_SUSPECT, Escalation.NONE),
            (own, Label.CSAM_SUSPECT, Escalation.CHILD_IDENTIFIED),
            (Said(category="child_blackmail"), Label.CSAM_SUSPECT, Escalation.CHILD_BLACKMAILED),
            (Said(category="question"), Label.INCOMPLETE, Escalation.NONE),
            (Said(category="fraud"), None, Escalation.NONE),
            (Said(), None, Escalation.NONE),
        )

    def _opinion(self, code: str, points_at: str) -> Verdict:
        label, reason = _LABELS[points_at]
        rule = f"categories:{code}@{self._version}"
        escalate = _GRAVER.get(code, Escalation.NONE)
        codes = [reason, str(escalate)] if escalate else [reason]
        return Verdict(label, escalate, tuple(sorted(Reason(each, rule, "category") for each in codes)))
