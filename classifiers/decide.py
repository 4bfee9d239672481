"""All opinions become one verdict: the table of DESIGN §3.

1. Nothing leads to content: `incomplete`, whatever was said. If abuse was described all the same, people look first.
2. Anything points at child sexual abuse or exploitation: `csam_suspect`.
3. It is a question, advertising, a test, a search for material, a call for help: `incomplete`, unless an SOS call.
4. Otherwise `complete`. The gravest escalation always stands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from classifiers.base import NATURE_REASONS, UNACTIONABLE_REASONS, Classifier, RuleTexts, Said
from classifiers.registry import all_classifiers
from triage.verdict import Escalation, Label, Reason, Verdict, combine

_VERSION = "1"
_MEMO_FACTS = 50_000
_Facts = tuple[object, ...]


class Decider:
    """Combines opinions; what does not depend on the text is decided once per distinct set of facts."""

    def __init__(self, classifiers: Sequence[Classifier]) -> None:
        """`classifiers` must hold one that always says whether a report can be acted on (`locators`)."""
        self._of_facts = tuple(one for one in classifiers if not one.reads_text)
        self._of_text = tuple(one for one in classifiers if one.reads_text)
        named = sorted(f"{one.name}@{one.version}" for one in classifiers)
        self.version = hashlib.sha256(f"{_VERSION} {named}".encode()).hexdigest()[:8]
        self._opinions: dict[_Facts, tuple[Verdict, ...]] = {}
        self._textless: dict[_Facts, Verdict] = {}

    def decide(self, said: Said) -> Verdict:
        """The verdict; always one. Never raises on what was said."""
        facts = _facts(said)
        if not said.description and said.only_an_address:
            verdict = self._textless.get(facts)
            if verdict is None:
                verdict = self._textless[facts] = self._settle(said, self._opinions_of_facts(facts, said))
            return verdict
        spoken = [verdict for one in self._of_text if (verdict := one.judge(said)) is not None]
        return self._settle(said, (*self._opinions_of_facts(facts, said), *spoken))

    def decide_all(self, said: Sequence[Said]) -> list[Verdict]:
        """One verdict each, in order; equal values are judged once."""
        known: dict[Said, Verdict] = {}
        verdicts = []
        for one in said:
            if not one.description:
                verdicts.append(self.decide(one))
                continue
            verdict = known.get(one)
            if verdict is None:
                verdict = known[one] = self.decide(one)
            verdicts.append(verdict)
        return verdicts

    def _opinions_of_facts(self, facts: _Facts, said: Said) -> tuple[Verdict, ...]:
        opinions = self._opinions.get(facts)
        if opinions is None:
            if len(self._opinions) >= _MEMO_FACTS:
                self._opinions.clear()
                self._textless.clear()
            bare = replace(said, location="", description="")
            opinions = tuple(verdict for one in self._of_facts if (verdict := one.judge(bare)) is not None)
            self._opinions[facts] = opinions
        return opinions

    def _settle(self, said: Said, opinions: tuple[Verdict, ...]) -> Verdict:
        verdict = combine(opinions)
        codes = {reason.code for reason in verdict.reasons}
        suspected = any(one.label is Label.CSAM_SUSPECT for one in opinions)
        if codes & UNACTIONABLE_REASONS and not said.alert:
            return _without_address(said, verdict, codes, suspected)
        if suspected:
            return verdict
        nature = codes & NATURE_REASONS
        if nature == {"question"} and ("report_described" in codes or not said.description):
            nature = set()
        if said.alert:
            nature = set()
        return replace(verdict, label=Label.INCOMPLETE if nature else Label.COMPLETE)


def build(phrase_texts: Mapping[str, str], categories_text: str) -> Decider:
    """The decider over every registered classifier; arguments are the texts of the shipped rule files.

    `phrase_texts`: file stem to text of `data/phrases/*.toml`. Raises BadConfiguration if a file does not fit.
    """
    rules = RuleTexts(phrases=phrase_texts, categories=categories_text)
    return Decider([kind.load(rules) for kind in all_classifiers().values()])


def _without_address(said: Said, verdict: Verdict, codes: set[str], suspected: bool) -> Verdict:
    if _only_a_question(codes):
        verdict = _without_own_child(verdict)
    described = "text_signal" in codes or (bool(said.description.strip()) and not codes & NATURE_REASONS)
    if not suspected or not described:
        return replace(verdict, label=Label.INCOMPLETE)
    kind = Escalation.ABUSE_DESCRIBED
    reason = Reason(str(kind), f"decide@{_VERSION}", "description")
    reasons = verdict.reasons if str(kind) in codes else tuple(sorted((*verdict.reasons, reason)))
    return replace(verdict, label=Label.INCOMPLETE, escalate=max(verdict.escalate, kind), reasons=reasons)


def _only_a_question(codes: set[str]) -> bool:
    return "question" in codes and not codes & {"text_signal", "report_described"}


def _without_own_child(verdict: Verdict) -> Verdict:
    """A parent's question is no sign of a child in danger, whatever box was ticked beside "my child"."""
    reasons = tuple(reason for reason in verdict.reasons if reason.field != "concerns_own_child")
    named = {reason.code for reason in reasons}
    left = max((kind for kind in Escalation if str(kind) in named), default=Escalation.NONE)
    return replace(verdict, reasons=reasons, escalate=left)


def _facts(said: Said) -> _Facts:
    return (
        said.category, said.reporter_group, said.language, said.locator_kinds, said.locator_problems, said.channel,
        said.attachments, said.matches, said.concerns_own_child, said.assigned, said.alert,
    )  # fmt: skip
